"""What the shipped pieces are like as music, beside real music: a table, and pictures.

    python benchmarks/studies/music_features.py pieces PLAYLIST ...  three minutes of each piece
    python benchmarks/studies/music_features.py files FOLDER  three minutes of each sound file
    python benchmarks/studies/music_features.py session SCENE FILE PICTURE  a scene as rendered

With `--pictures FOLDER` before these, a spectrogram and a chromagram of each piece or file are
drawn, which needs matplotlib. The columns of the table:

- bass: the share of the time in which the commonest bass note (41 to 165 Hz) is the strongest
- chroma: how far the pitch classes move in 30 s: 1 less the cosine of their means of 10 s
- range: loudness range, LU (EBU Tech 3342)
- onsets: beginnings that stand out, a minute: peaks of how fast half octaves rise
- high: energy over 3 kHz, dB of all
- rise: the most that the momentary loudness rises within a second, LU
- centroid: the median of the spectral centroid, Hz

and of a playlist, below its pieces, the roughness of each join of two of them, as a share of the
mean of both pieces: the curve of Sethares ("Local consonance and the relationship
between timbre and scale", 1993), weighted as by Hutchinson and Knopoff ("The acoustic component of
Western consonance", 1978), so that two sounds are not rougher for being more partials.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.dsp.weighting import HOP, KWeighting
from soundscape.engine.player.sources import open_track
from soundscape.library.files.locate import Library, shipped_root
from soundscape.library.files.sound_files import ENDINGS
from soundscape.library.resolve import load_show
from soundscape.media.decoder import FileDecoder
from soundscape.timeline.overlap import plan_overlap
from soundscape.timeline.show import FadeFrames
from soundscape.units import SAMPLE_RATE, frames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from soundscape.timeline.show import Show, Track

SECONDS = 180
DEFAULT_FADES = FadeFrames(*map(frames, (8.0, 25.0, 6.0, 20.0, 60.0)))  # those of a scene
LIBRARY = Library(shipped_root())
_SIZE, _STEP = 16_384, 4_800  # of the spectra that pitches are read from: 0.34 s, every 0.1 s
_CELL = 100  # of these: one cell of a session's chromagram
_BASS = 41.0, 165.0
_CHROMA = 110.0, 1760.0
HEADING = f"| piece | bass | chroma | range | onsets | high | rise | centroid |\n{8 * '|---'}|"


@dataclass(frozen=True)
class Features:
    """What a piece is like. `power`, shape (steps, bins), and `chroma`, (steps, 12), are kept."""

    bass: float
    moved: float
    range: float
    onsets: float
    high: float
    rise: float
    centroid: float
    short: NDArray[np.float64]  # short-term loudness, LUFS, one a second
    power: NDArray[np.float32]
    chroma: NDArray[np.float64]

    def row(self, name: str) -> str:
        """One line of the table."""
        cells = (
            f"{100 * self.bass:.0f} %", f"{self.moved:.2f}", f"{self.range:.1f} LU",
            f"{self.onsets:.0f}", f"{self.high:.0f} dB", f"{self.rise:.1f} LU",
            f"{self.centroid:.0f} Hz",
        )  # fmt: skip
        return f"| {name} | {' | '.join(cells)} |".replace("-", "−")


def features(sound: NDArray[np.float32]) -> Features:
    """Measure a sound, float32, shape (frames, 2)."""
    mono = sound.mean(axis=1)
    starts = np.arange(0, len(mono) - _SIZE, _STEP)
    window = np.hanning(_SIZE).astype(np.float32)
    power = np.array(
        [np.abs(np.fft.rfft(mono[s : s + _SIZE] * window)) ** 2 for s in starts], np.float32
    )
    hertz = np.fft.rfftfreq(_SIZE, 1 / SAMPLE_RATE)
    chroma = _pitch_classes(power, hertz, *_CHROMA)
    loud = power.sum(axis=1) > 1e-3 * power.sum(axis=1).mean()
    bass = _pitch_classes(power, hertz, *_BASS)[loud].argmax(axis=1)
    momentary = _momentary(sound)
    level = 10 * np.log10(np.mean(10 ** (momentary / 10)))
    heard = np.maximum(momentary, level - 20.0)
    total = power.sum(axis=0).astype(np.float64)
    centroid = (power @ hertz)[loud] / power.sum(axis=1)[loud]
    return Features(
        bass=float(np.bincount(bass).max() / len(bass)),
        moved=_moved(chroma),
        range=_loudness_range(momentary),
        onsets=_onsets(mono),
        high=float(10 * np.log10(total[hertz > 3000.0].sum() / total.sum())),
        rise=float((heard[10:] - heard[:-10]).max()),
        centroid=float(np.median(centroid)),
        short=_short_term(momentary),
        power=power,
        chroma=chroma,
    )


def _pitch_classes(
    power: NDArray[np.float32], hertz: NDArray[np.float64], low: float, high: float
) -> NDArray[np.float64]:
    """Return how much of each pitch class there is in each step: (steps, 12), C first."""
    chosen = np.flatnonzero((hertz >= low) & (hertz <= high))
    note = np.round(12 * np.log2(hertz[chosen] / 440.0)).astype(int) + 9
    classes = np.zeros((len(power), 12))
    for pitch in range(12):
        # The root weighs a harmonic less than its tone, which else would drown it.
        classes[:, pitch] = np.sqrt(power[:, chosen[note % 12 == pitch]]).sum(axis=1)
    return classes


def _moved(chroma: NDArray[np.float64]) -> float:
    """Return how far the pitch classes move in 30 s, on average."""
    means = [chroma[n : n + 100].mean(axis=0) for n in range(0, len(chroma) - 100, 50)]
    pairs = [(a, b) for a, b in zip(means, means[6:], strict=False)]
    return float(
        np.mean([1.0 - a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-9) for a, b in pairs])
    )


def _momentary(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the momentary loudness, LUFS, ten a second."""
    whole = sound[: len(sound) // HOP * HOP]
    squares = (KWeighting().apply(whole) ** 2).sum(axis=1).reshape(-1, HOP).mean(axis=1)
    powers = np.convolve(squares, np.ones(4) / 4, "valid")
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(powers, 1e-10)))


def _short_term(momentary: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the loudness of 3 s, LUFS, one a second."""
    power = np.convolve(10 ** (momentary / 10), np.ones(30) / 30, "valid")[::10]
    return np.asarray(10 * np.log10(power))


def _loudness_range(momentary: NDArray[np.float64]) -> float:
    short = _short_term(momentary)
    over = short[short > -70.0]
    gate = 10 * np.log10(np.mean(10 ** (over / 10))) - 20.0
    low, high = np.percentile(over[over > gate], [10, 95])
    return float(high - low)


def _onsets(mono: NDArray[np.float32]) -> float:
    """Return the beginnings that stand out, a minute, as `generator_pictures` counts them."""
    size, step = 4096, HOP // 2
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    edges = np.geomspace(200.0, 12_800.0, 13)
    inside = np.digitize(hertz, edges)
    window = np.hanning(size)
    bands = np.array(
        [
            np.bincount(inside, np.abs(np.fft.rfft(mono[s : s + size] * window)) ** 2, 14)[1:13]
            for s in range(0, len(mono) - size, step)
        ]
    ).T
    smooth = np.apply_along_axis(np.convolve, 1, bands, np.ones(3) / 3, "same")
    level = 10 * np.log10(np.maximum(smooth, 1e-9))
    rising = np.maximum(level[:, 4:] - level[:, :-4], 0.0)
    weight = 10 ** (level[:, 4:].max(axis=1, keepdims=True) / 20)
    novelty = (rising * weight).sum(axis=0) / weight.sum()
    around = np.lib.stride_tricks.sliding_window_view(np.pad(novelty, 6, "edge"), 13)
    peaks = (novelty == around.max(axis=1)) & (novelty > np.median(around, axis=1) + 1.5)
    return float(peaks.sum() / (len(novelty) * step / SAMPLE_RATE / 60.0))


def roughness(sound: NDArray[np.float32]) -> float:
    """Return the mean roughness of a sound's strongest partials, second by second.

    That of each pair, by its amplitudes, of the power of all (Hutchinson and Knopoff, 1978).
    """
    size = 32_768
    mono = sound.mean(axis=1)
    found = []
    for start in range(0, len(mono) - size, SAMPLE_RATE):
        spectrum = np.abs(np.fft.rfft(mono[start : start + size] * np.hanning(size)))
        inner = (spectrum[1:-1] > spectrum[:-2]) & (spectrum[1:-1] > spectrum[2:])
        peaks = np.flatnonzero(inner) + 1
        peaks = peaks[np.argsort(spectrum[peaks])[-48:]]
        hertz, level = peaks * SAMPLE_RATE / size, spectrum[peaks]
        apart = np.abs(hertz[:, None] - hertz)
        scaled = apart * 0.24 / (0.021 * np.minimum(hertz[:, None], hertz) + 19.0)
        pair = level[:, None] * level * (np.exp(-3.5 * scaled) - np.exp(-5.75 * scaled))
        found.append(pair.sum() / 2 / (level @ level))
    return float(np.mean(found))


def _read(track: Track, start: int, seconds: int) -> NDArray[np.float32]:
    source = open_track(track, start)
    return np.concatenate([source.read(SAMPLE_RATE) for _ in range(seconds)])


def _tracks(name: str) -> tuple[Track, ...]:
    scene = LIBRARY.root / "scenes" / f".{name}.yaml"
    scene.write_text(f"seed: 1\nphases: {{a: {{duration: 5m, music: {name}}}}}\n", "utf-8")
    try:
        show = load_show(LIBRARY, str(scene)).show
    finally:
        scene.unlink()
    return show.phases[0].layers["music"].playlist.tracks


def pieces(names: list[str]) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Three minutes of each piece of some playlists, from its third minute on."""
    for name in names:
        for track in _tracks(name):
            yield f"{name}: {track.title}", _read(track, 120 * SAMPLE_RATE, SECONDS)


def joins(name: str) -> Iterator[float]:
    """The roughness of each join of a playlist's pieces, of that of both pieces.

    Of eight seconds in the middle of a crossfade, where both are as loud, and of eight seconds of
    each piece from its third minute and its fifth.
    """
    tracks, length = _tracks(name), 8 * SAMPLE_RATE
    own = [
        float(np.mean([roughness(_read(track, minute * 60 * SAMPLE_RATE, 8)) for minute in (3, 5)]))
        for track in tracks
    ]
    for number, before in enumerate(tracks):
        following = (number + 1) % len(tracks)
        after = tracks[following]
        middle = (plan_overlap(before, after, DEFAULT_FADES).frames - length) // 2
        end, begin = _read(before, before.frames - middle - length, 8), _read(after, middle, 8)
        yield 2.0 * roughness(end + begin) / (own[number] + own[following])


def files(folder: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Three minutes of each sound file below a folder, from its twentieth second on."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in ENDINGS:
            source = FileDecoder(str(path), 20 * SAMPLE_RATE)
            blocks = [source.read(SAMPLE_RATE) for _ in range(SECONDS)]
            sound = np.concatenate([block for block in blocks if len(block)])
            source.close()
            if len(sound) > 90 * SAMPLE_RATE:
                yield path.stem, sound


def draw(name: str, found: Features, folder: Path) -> None:
    """Draw the spectrogram over the chromagram."""
    plt = _pyplot()
    figure, (upper, lower) = plt.subplots(2, 1, figsize=(10, 6), height_ratios=(3, 1))
    hertz = np.fft.rfftfreq(_SIZE, 1 / SAMPLE_RATE)
    rows = np.searchsorted(hertz, np.geomspace(40.0, 14_000.0, 240))
    level = 10 * np.log10(np.maximum(found.power[:, rows].T, 1e-9))
    seconds = len(found.power) * _STEP / SAMPLE_RATE
    extent = (0, seconds, 0, 1)
    upper.imshow(
        level, origin="lower", aspect="auto", cmap="magma", extent=extent,
        vmin=level.max() - 80, vmax=level.max(),
    )  # fmt: skip
    marks = np.array([50, 100, 200, 500, 1000, 2000, 5000, 10_000])
    upper.set_yticks(np.log(marks / 40.0) / np.log(350.0), [str(mark) for mark in marks])
    upper.set_title(name)
    scaled = found.chroma / np.maximum(found.chroma.max(axis=1, keepdims=True), 1e-9)
    lower.imshow(
        scaled.T, origin="lower", aspect="auto", cmap="magma", extent=(0, seconds, -0.5, 11.5)
    )
    lower.set_yticks(range(12), list("CdDeEFgGaAbB"), fontsize=6)
    figure.tight_layout()
    figure.savefig(folder / f"{name.replace(': ', '-').replace(' ', '-').lower()}.png", dpi=55)
    plt.close(figure)


def session(scene: str, sound: str, picture: Path) -> None:
    """Draw a whole session that goes as planned: loudness, brightness, density and harmony.

    `sound` is the file that `soundscape render` has made of the scene.
    """
    show = load_show(LIBRARY, scene).show
    source = FileDecoder(sound, 0)
    found = []
    while len(minute := source.read(60 * SAMPLE_RATE)) == 60 * SAMPLE_RATE:
        found.append(features(minute))
    source.close()
    plt = _pyplot()
    figure, axes = plt.subplots(4, 1, figsize=(11, 8), sharex=True)
    loudness = np.concatenate([one.short for one in found])
    middles = np.arange(len(found)) + 0.5
    axes[0].plot(np.linspace(0, len(found), len(loudness)), loudness, lw=0.6)
    axes[0].set_ylim(-45.0, -15.0)  # without the silence at the session's end
    for axis, values in (
        (axes[1], np.array([one.centroid for one in found])),
        (axes[2], np.array([one.onsets for one in found])),
    ):
        axis.plot(middles, values, ".", ms=4)
    chroma = np.concatenate([one.chroma.reshape(-1, 12) for one in found])
    chroma = chroma[: len(chroma) // _CELL * _CELL].reshape(-1, _CELL, 12).mean(axis=1)
    chroma /= chroma.max(axis=1, keepdims=True)
    axes[3].imshow(
        chroma.T**2, origin="lower", aspect="auto", cmap="magma",
        extent=(0, len(found), -0.5, 11.5), interpolation="nearest",
    )  # fmt: skip
    axes[3].set_yticks(range(12), list("CdDeEFgGaAbB"), fontsize=6)
    axes[3].set_xlabel("minutes")
    for axis, label in zip(axes, ("LUFS", "centroid Hz", "onsets / min", "pitch"), strict=True):
        axis.set_ylabel(label)
    _draw_phases(show, axes, middles, [one.centroid for one in found], [o.onsets for o in found])
    figure.tight_layout()
    figure.savefig(picture, dpi=60)


def _draw_phases(show: Show, axes: Any, minutes: Any, *rows: list[float]) -> None:
    """Draw the borders of the phases, and the median of each of two rows in each phase."""
    border = 0.0
    for number, phase in enumerate(show.phases):
        begin, border = border, border + phase.frames / SAMPLE_RATE / 60.0
        axes[0].text(begin, 1.02, f" {phase.name}", transform=axes[0].get_xaxis_transform())
        inside = (minutes > begin) & (minutes < border)
        for axis, row in zip(axes[1:3], rows, strict=True):
            axis.plot((begin, border), 2 * [np.median(np.array(row)[inside])], color="C1")
        for axis in axes[:3]:
            axis.axvspan(begin, border, color="C0", alpha=0.04 + 0.08 * (number % 2), lw=0)
        for axis in axes:
            axis.axvline(border, color="grey", lw=0.8)


def _pyplot() -> Any:
    import matplotlib as mpl  # noqa: PLC0415 - only pictures need it

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    return plt


def main() -> None:
    words = sys.argv[1:]
    folder = None
    if words[:1] == ["--pictures"]:
        folder = Path(words[1])
        words = words[2:]
    kind, *rest = words
    if kind == "session":
        session(rest[0], rest[1], Path(rest[2]))
        return
    print(HEADING)
    for name, sound in pieces(rest) if kind == "pieces" else files(Path(rest[0])):
        found = features(sound)
        print(found.row(name), flush=True)
        if folder is not None:
            draw(name, found, folder)
    if kind == "pieces":
        for name in rest:
            print(name, "joins:", ", ".join(f"{share:.2f}" for share in joins(name)), flush=True)


if __name__ == "__main__":
    main()
