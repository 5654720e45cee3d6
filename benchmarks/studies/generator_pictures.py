"""What the generators and the shipped pieces sound like, in pictures and numbers.

    python benchmarks/studies/generator_pictures.py FOLDER  two minutes of each, in pictures
    python benchmarks/studies/generator_pictures.py FOLDER kap-im  the phases of a scene, in numbers

A picture has the spectrogram (55 Hz to 14 kHz, 70 dB), over it the momentary loudness (white, −50
to −14 LUFS) and the spectral centroid (red, on the spectrogram's scale), and below it the
correlation of the sides: dark is −1, light 1. It needs matplotlib, which nothing else here does.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np

from soundscape import synth
from soundscape.dsp.weighting import HOP, KWeighting
from soundscape.engine.player.session import Session
from soundscape.engine.player.sources import SourcePool, open_track
from soundscape.library.files.locate import Library, shipped_root
from soundscape.library.resolve import load_show
from soundscape.timeline.conductor import Conductor, never_waits
from soundscape.units import SAMPLE_RATE

mpl.use("Agg")
from matplotlib import pyplot as plt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

SECONDS = 120
SETTINGS: dict[str, dict[str, Any]] = {
    "little": {"brightness": 0.1, "intensity": 0.1, "density": 0.1, "motion": 0.1},
    "default": {},
    "much": {"brightness": 0.9, "intensity": 0.9, "density": 0.9, "motion": 0.9, "space": 0.7},
}
LIBRARY = Library(shipped_root())
_SIZE = 4096
_STEP = HOP // 2  # of the spectrogram: 50 ms
_BANDS = np.geomspace(55.0, 14_000.0, 97)
_SHEET = 3, 7  # columns and rows


@dataclass(frozen=True)
class Measured:
    """What a sound is like. Levels in dB or LUFS, one a step; correlation once a second."""

    bands: NDArray[np.float64]  # shape (bands, steps)
    centroid: NDArray[np.float64]  # Hz, one a step
    momentary: NDArray[np.float64]  # every 100 ms
    correlation: NDArray[np.float64]

    @property
    def loudness(self) -> float:
        return float(10 * np.log10(np.mean(10 ** (self.momentary / 10))))

    @property
    def worst_rise(self) -> float:
        """By how much the momentary loudness rises within a second, LU (DESIGN, part 5)."""
        heard = np.maximum(self.momentary, self.loudness - 20.0)
        return float((heard[10:] - heard[:-10]).max())

    @property
    def onsets(self) -> float:
        """How many beginnings stand out, a minute: peaks of how fast the bands rise."""
        # Half octaves from 200 Hz on, over 150 ms: narrower or shorter, noise itself is uneven.
        wide = 10 ** (self.bands[24:].reshape(12, -1, self.bands.shape[1]) / 10)
        smooth = np.apply_along_axis(np.convolve, 1, wide.mean(axis=1), np.ones(3) / 3, "same")
        level = 10 * np.log10(smooth)
        rising = np.maximum(level[:, 4:] - level[:, :-4], 0.0)
        weight = 10 ** (level[:, 4:].max(axis=1, keepdims=True) / 20)
        novelty = (rising * weight).sum(axis=0) / weight.sum()
        around = np.lib.stride_tricks.sliding_window_view(np.pad(novelty, 10, "edge"), 21)
        peaks = (novelty == around.max(axis=1)) & (novelty > np.median(around, axis=1) + 3.0)
        return float(peaks.sum() / (len(novelty) * _STEP / SAMPLE_RATE / 60.0))


def measure(sound: NDArray[np.float32]) -> Measured:
    starts = np.arange(0, len(sound) - _SIZE, _STEP)
    window = np.hanning(_SIZE)
    hertz = np.fft.rfftfreq(_SIZE, 1 / SAMPLE_RATE)
    inside = np.digitize(hertz, _BANDS)
    bands = np.empty((len(_BANDS) - 1, len(starts)))
    centroid = np.empty(len(starts))
    for column, start in enumerate(starts):
        spectrum = np.fft.rfft(sound[start : start + _SIZE].T * window)
        power = (np.abs(spectrum) ** 2).sum(axis=0)
        summed = np.bincount(inside, power, len(_BANDS) + 1)[1 : len(_BANDS)]
        counted = np.bincount(inside, minlength=len(_BANDS) + 1)[1 : len(_BANDS)]
        bands[:, column] = summed / np.maximum(counted, 1)
        audible = (hertz > 40.0) & (hertz < 15_000.0)
        centroid[column] = (power * hertz)[audible].sum() / max(power[audible].sum(), 1e-12)
    low = np.flatnonzero(bands.max(axis=1) == 0.0)  # narrower than a bin: as the one below
    for row in low:
        bands[row] = bands[max(row - 1, 0)]
    whole = sound[: len(sound) // HOP * HOP]
    squares = (KWeighting().apply(whole) ** 2).sum(axis=1).reshape(-1, HOP).mean(axis=1)
    powers = np.convolve(squares, np.ones(4) / 4, "valid")
    seconds = whole[: len(whole) // SAMPLE_RATE * SAMPLE_RATE].reshape(-1, SAMPLE_RATE, 2)
    return Measured(
        bands=10 * np.log10(np.maximum(bands, 1e-9)),
        centroid=centroid,
        momentary=-0.691 + 10 * np.log10(np.maximum(powers, 1e-10)),
        correlation=np.array([_correlation(second) for second in seconds]),
    )


def _correlation(second: NDArray[np.float32]) -> float:
    left, right = second.T.astype(np.float64)
    power = np.sqrt((left @ left) * (right @ right))
    return float(left @ right / power) if power else 1.0


def generators() -> Iterator[tuple[str, NDArray[np.float32]]]:
    for name, parameters in synth.PARAMETERS.items():
        known = {parameter.name for parameter in parameters}
        for setting, params in SETTINGS.items():
            given: Mapping[str, Any] = {k: v for k, v in params.items() if k in known}
            sound = synth.create(name, given, 3).render(60 * SAMPLE_RATE, SECONDS * SAMPLE_RATE)
            yield f"{name}, {setting}", sound


def pieces() -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Two minutes from the middle of each piece of the shipped playlists."""
    names = LIBRARY.playlists()
    lines = "".join(f"  p{n}: {{duration: 5m, music: {name}}}\n" for n, name in enumerate(names))
    scene = Path(sys.argv[1]) / "all.yaml"
    scene.write_text(f"seed: 1\nphases:\n{lines}", encoding="utf-8")
    for name, phase in zip(names, load_show(LIBRARY, str(scene)).show.phases, strict=True):
        for track in phase.layers["music"].playlist.tracks:
            source = open_track(track, track.frames // 2)
            sound = np.concatenate([source.read(SAMPLE_RATE) for _ in range(SECONDS)])
            yield f"{name}: {track.title}", sound
    scene.unlink()


def draw(title: str, measured: Measured, axes: Any, strip: Any) -> None:
    steps = measured.bands.shape[1]
    top = measured.bands.max()
    axes.imshow(
        measured.bands, origin="lower", aspect="auto", cmap="magma", vmin=top - 70, vmax=top,
        extent=(0, steps, 0, 1),
    )  # fmt: skip
    place = np.log(measured.centroid / _BANDS[0]) / np.log(_BANDS[-1] / _BANDS[0])
    axes.plot(np.arange(steps), place, color="#ff5a4a", lw=0.5)
    time = np.linspace(0, steps, len(measured.momentary))
    axes.plot(time, (measured.momentary + 50) / 36, color="white", lw=0.6)
    axes.set(xticks=[], yticks=[], ylim=(0, 1))
    axes.set_title(title, fontsize=6, pad=2)
    strip.imshow(measured.correlation[None], aspect="auto", cmap="gray", vmin=-1, vmax=1)
    strip.set(xticks=[], yticks=[])


def sheets(folder: Path, name: str, sounds: Iterator[tuple[str, NDArray[np.float32]]]) -> None:
    """Draw all the sounds, and print a line of numbers for each."""
    columns, rows = _SHEET
    batch: list[tuple[str, Measured]] = []
    number = 0
    for title, sound in sounds:
        found = measure(sound)
        print(
            f"{title:<34} {found.loudness:6.1f} LUFS  centroid {np.median(found.centroid):5.0f} Hz"
            f"  onsets {found.onsets:4.1f}/min  worst rise {found.worst_rise:4.1f} LU"
            f"  correlation {np.mean(found.correlation):5.2f}",
            flush=True,
        )
        batch.append((title, found))
        if len(batch) == columns * rows:
            number += 1
            _sheet(folder / f"{name}-{number}.jpg", batch)
            batch = []
    if batch:
        _sheet(folder / f"{name}-{number + 1}.jpg", batch)


def _sheet(path: Path, batch: list[tuple[str, Measured]]) -> None:
    columns, rows = _SHEET[0], -(-len(batch) // _SHEET[0])
    figure = plt.figure(figsize=(7.5, 1.35 * rows), dpi=100)
    grid = figure.add_gridspec(
        2 * rows, columns, height_ratios=[9, 1] * rows, hspace=0.28, wspace=0.06,
        left=0.01, right=0.99, top=1 - 0.13 / rows, bottom=0.05 / rows,
    )  # fmt: skip
    for place, (title, found) in enumerate(batch):
        row, column = divmod(place, columns)
        draw(
            title,
            found,
            figure.add_subplot(grid[2 * row, column]),
            figure.add_subplot(grid[2 * row + 1, column]),
        )
    figure.savefig(path, pil_kwargs={"quality": 32, "optimize": True})
    plt.close(figure)


def phases(scene: str) -> None:
    """Render a scene whole and print the numbers of each phase, as the docs' table has them."""
    show = load_show(LIBRARY, scene).show
    session = Session(Conductor(show, never_waits), SourcePool(patient=True))
    minutes = _measured_minutes(rendered.samples for rendered in session.render_all())
    print("| phase | loudness, by thirds | centroid | onsets | worst rise | correlation |")
    print("|---|---|---|---|---|---|")
    for phase in show.phases:
        count = phase.frames // (60 * SAMPLE_RATE)
        print(_row(phase.name, [next(minutes) for _ in range(count)]), flush=True)
    session.finish()


def _measured_minutes(parts: Iterator[NDArray[np.float32]]) -> Iterator[Measured]:
    """The measures of each minute: a whole phase at once would not fit into the memory."""
    held = np.empty((0, 2), np.float32)
    for part in parts:
        held = np.concatenate([held, part])
        while len(held) >= 60 * SAMPLE_RATE:
            yield measure(held[: 60 * SAMPLE_RATE])
            held = held[60 * SAMPLE_RATE :]


def _row(name: str, minutes: list[Measured]) -> str:
    curve = np.concatenate([minute.momentary for minute in minutes])
    thirds = [
        f"{10 * np.log10(np.mean(10 ** (third / 10))):.1f}" for third in np.array_split(curve, 3)
    ]
    centroid = np.median(np.concatenate([minute.centroid for minute in minutes]))
    cells = [
        name,
        f"{', '.join(thirds)} LUFS".replace("-", "−"),
        f"{centroid:.0f} Hz",
        f"{np.mean([minute.onsets for minute in minutes]):.1f} a minute",
        f"{max(minute.worst_rise for minute in minutes):.1f} LU",
        f"{np.mean([minute.correlation.mean() for minute in minutes]):.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    if len(sys.argv) > 2:
        phases(sys.argv[2])
        return
    sheets(folder, "generators", generators())
    sheets(folder, "pieces", pieces())


if __name__ == "__main__":
    main()
