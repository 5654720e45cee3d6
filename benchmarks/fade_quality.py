"""How true, smooth and clean fades are in the live session.

20 s each: the fade from silence at a session's start and to silence at its end (gain p²), and the
equal-power crossfade between two tracks, heard separately because one track sounds on the left
alone and the other on the right. The gain is read frame by frame, as the output over the source.

Deviation: the largest from the ideal curve, in dB, down to −90 dB.
Stairs: milliseconds in which the gain moves more than 2.5 times the curve's steepest.
Splatter: energy farther than 20 Hz from the tone, per Hann window of 100 ms, over the steady
tone's; the worst window, beside that of the exact curve.
Dip: the lowest 400 ms of two uncorrelated noises through a crossfade, over what was before.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sounds import encode, tone, white

from benchmarks import measuring
from benchmarks.figures import Figure, Plot
from benchmarks.measuring import RATE, Heard, Lab, needs

FADE = 20
HZ = 440.0
LOWEST = -90.0
WINDOW, HOP = round(0.4 * RATE), round(0.1 * RATE)
SPLATTER_WINDOW = round(0.1 * RATE)
LEVEL_WINDOW = RATE // 20

PYGAME = f"""
import sys, time, pygame
pygame.mixer.init(48000, 32, 2, 1024)
pygame.mixer.Channel(0).play(pygame.mixer.Sound(sys.argv[1]))
time.sleep(2)
pygame.mixer.Channel(0).fadeout({1000 * FADE})
time.sleep({FADE + 2})
"""

Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]
Numbers = NDArray[np.float64]


def square(progress: Numbers) -> Numbers:
    return progress**2


def quarter_sine(progress: Numbers) -> Numbers:
    return np.sin(progress * np.pi / 2)


@dataclass(frozen=True)
class Quality:
    """Deviation in dB; stairs counted; the worst splatter and the exact curve's own, in dBc."""

    deviation: float
    stairs: int
    splatter: float
    ideal_splatter: float


def material(seconds: int) -> Numbers:
    """The tone that the fades are read from."""
    return tone(seconds, hz=HZ)[:, 0].astype(np.float64)


def quality(heard: Heard, source: Numbers, curve: Curve, *, rising: bool, steady: int) -> Quality:
    """How a fade of `source` came out.

    `heard` and `source` are mono, and the fade's own frames; but for the last `steady` of them (if
    it is rising), or the first (if it is falling), which are at its full level.
    """
    length = len(source) - steady
    progress = np.clip((np.arange(len(source)) if rising else
                        np.arange(len(source), 0, -1)) / length, 0, 1)  # fmt: skip
    loud = np.abs(source) > 0.2 * np.abs(source).max()
    ratio = np.where(loud, heard.astype(np.float64) / np.where(loud, source, 1.0), np.nan)
    full = float(np.nanmedian(ratio[length:] if rising else ratio[:steady]))
    gain, ideal = ratio / full, curve(progress)
    counted = loud & (ideal > 10 ** (LOWEST / 20)) & (progress < 1)
    decibels = 20 * np.log10(np.maximum(np.abs(gain[counted]), 1e-9) / ideal[counted])
    return Quality(
        float(np.abs(decibels).max()),
        stairs(gain, ideal),
        splatter(heard / full, source),
        splatter(source * ideal, source),
    )


def stairs(gain: Numbers, ideal: Numbers) -> int:
    """How many milliseconds move further than the ideal curve ever does."""
    each = RATE // 1000
    whole = len(gain) // each * each
    moved = np.abs(np.diff(np.nanmean(gain[:whole].reshape(-1, each), axis=1)))
    steepest = np.abs(np.diff(ideal[:whole:each])).max()
    return int((moved > 2.5 * steepest).sum())


def splatter(sound: Numbers, source: Numbers) -> float:
    """The worst window's energy beyond ±20 Hz over the whole tone's, in dB."""
    hann = np.hanning(SPLATTER_WINDOW + 1)[:-1]
    hz = np.fft.rfftfreq(SPLATTER_WINDOW, 1 / RATE)
    near = np.abs(hz - HZ) <= 20.5

    def energies(of: Numbers) -> tuple[Numbers, Numbers]:
        whole = len(of) // SPLATTER_WINDOW * SPLATTER_WINDOW
        spectrum = np.abs(np.fft.rfft(of[:whole].reshape(-1, SPLATTER_WINDOW) * hann)) ** 2
        return spectrum[:, near].sum(axis=1), spectrum[:, ~near & (hz > 5)].sum(axis=1)

    reference = np.median(energies(source)[0])
    return float(10 * np.log10(energies(sound)[1].max() / reference + 1e-20))


def dip(heard: Heard, begin: int, end: int) -> float:
    """How far a crossfade from `begin` to `end` falls below what is before it, in dB."""
    power = (heard.astype(np.float64) ** 2).mean(axis=1)
    total = np.concatenate([[0.0], np.cumsum(power)])
    before = (total[begin] - total[begin - 8 * RATE]) / (8 * RATE)
    starts = np.arange(begin, end - WINDOW, HOP)
    windows = (total[starts + WINDOW] - total[starts]) / WINDOW
    return float(-10 * np.log10(windows.min() / before))


def figures(lab: Lab) -> Iterator[Figure | Plot]:
    """Measure the four fades and the dip; beside them ffmpeg's own fades in float."""
    needs("ffmpeg")
    tones, noises = tones_library(lab.folder / "tones"), noises_library(lab.folder / "noises")
    several = [measuring.heard_live(tones) for _ in range(lab.rounds)]
    rounds = [tone_qualities(heard) for heard in several]
    source = material(30)
    theirs = {
        shape: quality(ffmpeg_tone(tones, curve)[:, 0], source, shape, rising=False,
                       steady=10 * RATE)
        for shape, curve in ((quarter_sine, "qsin"), (square, "qua"))
    }  # fmt: skip
    for name in rounds[0]:
        found = [one[name] for one in rounds]
        peer = theirs[square if "p²" in name else quarter_sine]
        other = {"ffmpeg afade": [peer.deviation] * lab.rounds}
        yield Figure(f"{name}: deviation", "dB", [one.deviation for one in found], other, 0.01)
        yield Figure(f"{name}: stairs", "ms", [one.stairs for one in found], goal=0)
        worse = [one.splatter - one.ideal_splatter for one in found]
        yield Figure(f"{name}: splatter over the exact curve's", "dB", worse, goal=0.1)
        yield Figure(
            f"{name}: splatter", "dBc", [one.splatter for one in found],
            {"ffmpeg afade": [peer.splatter] * lab.rounds},
        )  # fmt: skip
    dips = [dip(measuring.heard_live(noises), 20 * RATE, 40 * RATE) for _ in range(lab.rounds)]
    peer_dip = dip(ffmpeg_noises(noises), 20 * RATE, 40 * RATE)
    other = {"ffmpeg acrossfade": [peer_dip] * lab.rounds}
    yield Figure("crossfade of two noises: dip", "dB", dips, other, 0.15)
    yield from plots(
        {
            "ours, live": several[0][60 * RATE : 80 * RATE, 1],
            "ffmpeg afade": ffmpeg_tone(tones, "qua")[10 * RATE : 30 * RATE, 0],
            "pygame fadeout": pygame_tone(tones),
        }
    )


def plots(fades: Mapping[str, Numbers | NDArray[np.float32]]) -> Iterator[Plot]:
    """Draw fades to silence, mono, of 20 s each, and the spectra within them."""
    curves, spectra = {}, {}
    for name, sound in fades.items():
        level = levels(sound)
        decibels = 20 * np.log10(np.maximum(level / level[0], 1e-6))
        curves[name] = (list(np.arange(len(level)) / 20), [float(x) for x in decibels])
        part = sound[10 * RATE : 12 * RATE].astype(np.float64) * np.hanning(2 * RATE)
        spectrum = np.abs(np.fft.rfft(part))
        power = 20 * np.log10(np.maximum(spectrum / spectrum.max(), 1e-12))
        near = slice(2 * 340, 2 * 540)
        spectra[name] = (list(np.arange(*near.indices(10**6)) / 2), [float(x) for x in power[near]])
    yield Plot("Fade to silence over 20 s", "seconds", "dB", curves)
    yield Plot("Spectrum of a tone of 440 Hz within the fade", "Hz", "dB", spectra)


def levels(sound: Numbers | NDArray[np.float32]) -> Numbers:
    """Return the root mean square of each twentieth of a second of a mono sound."""
    whole = sound[: len(sound) // LEVEL_WINDOW * LEVEL_WINDOW].astype(np.float64)
    return np.asarray(np.sqrt((whole.reshape(-1, LEVEL_WINDOW) ** 2).mean(axis=1)))


def tones_library(folder: Path) -> Path:
    """Left: from silence to 20 s, from 30 s to 50 s crossfaded to right, which ends at 80 s."""
    measuring.library(
        folder,
        {"track": f"{FADE}s", "start": f"{FADE}s", "end": f"{FADE}s"},
        {
            "duration": "60s",
            "loudness": -14,
            "music": [{"file": "left.wav"}, {"file": "right.wav"}],
        },
    )
    for side, name in enumerate(("left", "right")):
        sound = tone(50 + 20 * side, hz=HZ)
        sound[:, 1 - side] = 0.0
        encode(folder / f"{name}.wav", sound, codec="pcm_f32le")
    return folder


def noises_library(folder: Path) -> Path:
    """Two noises of 40 s: the crossfade is from 20 s to 40 s."""
    measuring.library(
        folder,
        {"track": f"{FADE}s", "start": "2s", "end": "2s"},
        {"duration": "50s", "loudness": -14, "music": [{"file": "a.wav"}, {"file": "b.wav"}]},
    )
    for seed, name in enumerate("ab"):
        encode(folder / f"{name}.wav", white(40, seed=seed), codec="pcm_f32le")
    return folder


def tone_qualities(heard: Heard) -> dict[str, Quality]:
    """The four fades of the library of tones."""
    second = {at: at * RATE for at in (20, 30, 50, 60, 80)}
    left, right = heard[:, 0], heard[:, 1]
    known = material(70)
    thirty = known[: second[30]]
    return {
        "from silence, p²": quality(
            left[: second[30]], thirty, square, rising=True, steady=10 * RATE
        ),
        "crossfade, the old track": quality(
            left[second[20] : second[50]],
            known[second[20] : second[50]],
            quarter_sine,
            rising=False,
            steady=10 * RATE,
        ),
        "crossfade, the new track": quality(
            right[second[30] : second[60]], thirty, quarter_sine, rising=True, steady=10 * RATE
        ),
        "to silence, p²": quality(
            right[second[50] : second[80]],
            known[second[20] : second[50]],
            square,
            rising=False,
            steady=10 * RATE,
        ),
    }


def tone_file(folder: Path) -> Path:
    """Make a file of 30 s of the tone, unless it is there, for the other programs."""
    path = folder / "tone.wav"
    if not path.exists():
        encode(path, tone(30, hz=HZ), codec="pcm_f32le")
    return path


def ffmpeg_tone(folder: Path, curve: str) -> Heard:
    """FFmpeg's own fade to silence in float, after 10 s of the tone."""
    source, out = tone_file(folder), folder / f"{curve}.wav"
    effect = f"afade=t=out:st=10:d={FADE}:curve={curve}"
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(source), "-af", effect]
    measuring.run([*command, "-c:a", "pcm_f32le", str(out)])
    return measuring.read_float_wav(out)


def pygame_tone(folder: Path) -> NDArray[np.float32]:
    """The 20 s of pygame's own fade to silence, mono, as its mixer gives them to SDL's driver."""
    out = folder / "pygame.raw"
    measuring.run(
        [sys.executable, "-c", PYGAME, str(tone_file(folder))],
        SDL_AUDIODRIVER="disk",
        SDL_DISKAUDIOFILE=str(out),
    )
    sound = np.fromfile(out, dtype="<f4").reshape(-1, 2)[:, 0]
    level = levels(sound)
    begin = int(np.flatnonzero(level > 0.999 * level.max())[-1]) * LEVEL_WINDOW
    return sound[begin : begin + FADE * RATE]


def ffmpeg_noises(folder: Path) -> Heard:
    """FFmpeg's own crossfade of the library of noises."""
    out = folder / "ffmpeg.wav"
    command = ["ffmpeg", "-v", "error", "-y"]
    command += ["-i", str(folder / "a.wav"), "-i", str(folder / "b.wav")]
    command += ["-filter_complex", f"acrossfade=d={FADE}:c1=qsin:c2=qsin"]
    measuring.run([*command, "-c:a", "pcm_f32le", str(out)])
    return measuring.read_float_wav(out)
