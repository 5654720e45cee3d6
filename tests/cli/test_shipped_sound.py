"""What the shipped scenes and playlists sound like: all of it generated."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from sharing import shared_file

from soundscape.cli import run
from soundscape.dsp.weighting import HOP, KWeighting
from soundscape.engine.player.sources import open_track
from soundscape.library.files.locate import Library, shipped_root
from soundscape.library.resolve import load_show
from soundscape.timeline.show import Track

pytestmark = pytest.mark.long

RATE = 48_000
LIBRARY = Library(shipped_root())
WHOLE = os.environ.get("SOUNDSCAPE_SLOW") == "1"


def tracks(playlist: str) -> tuple[Track, ...]:
    """Those of a playlist that kap-im or overtone plays."""
    for scene in ("kap-im", "overtone"):
        for phase in load_show(LIBRARY, scene).show.phases:
            played = phase.layers["music"].playlist
            if played.name == playlist:
                return played.tracks
    raise AssertionError(f"neither plays {playlist}")


def pieces(playlist: str) -> dict[str, np.ndarray]:
    """Each piece of a playlist, a minute from its middle; made once in a test run."""

    def make(path: Path) -> None:
        found = {}
        for track in tracks(playlist) if WHOLE else tracks(playlist)[:1]:
            source = open_track(track, track.frames // 2)
            found[track.title] = np.concatenate([source.read(RATE) for _ in range(60)])
        with path.open("wb") as file:
            np.savez(file, **found)

    with np.load(shared_file(f"pieces-{playlist}.npz", make)) as found:
        return dict(found)


def brightness(playlist: str) -> float:
    """The median centroid (Hz) of all its pieces, at four places in each."""
    return float(
        np.median(
            [
                centroid(open_track(track, place * track.frames // 5).read(6 * RATE))
                for track in tracks(playlist)
                for place in (1, 2, 3, 4)
            ]
        )
    )


def momentary(sound: np.ndarray) -> np.ndarray:
    squares = (KWeighting().apply(sound) ** 2).sum(axis=1).reshape(-1, HOP).mean(axis=1)
    return -0.691 + 10 * np.log10(np.convolve(squares, np.ones(4) / 4, "valid"))


def centroid(sound: np.ndarray) -> float:
    power = (np.abs(np.fft.rfft(sound, axis=0)) ** 2).sum(axis=1)
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    return float((power * hertz).sum() / power.sum())


def render(path: Path, *arguments: str) -> bytes:
    arguments = ("render", "kap-im", "--library", str(LIBRARY.root), "-o", str(path), *arguments)
    assert run(arguments) == 0
    return path.read_bytes()


PHASES = ["arrival", "onset", "peak", "return", "rest"]
STYLES = [*PHASES, *(f"overtone-{name}" for name in PHASES[:4])]


@pytest.mark.parametrize("name", STYLES)
def test_no_piece_startles(name: str) -> None:
    for sound in pieces(name).values():
        curve = momentary(sound)
        assert 10 * np.log10(np.mean(10 ** (curve / 10))) == pytest.approx(-24.0, abs=2.5)
        heard = np.maximum(curve, -44.0)
        assert (heard[10:] - heard[:-10]).max() <= 6.0
        assert np.abs(sound).max() < 0.5


@pytest.mark.parametrize("style", ["", "overtone-"])
def test_the_peak_is_less_bright_than_the_onset_and_wider_than_the_return(style: str) -> None:
    assert brightness(f"{style}peak") < 0.9 * brightness(f"{style}onset")
    peak, back = (
        np.concatenate(list(pieces(style + name).values())) for name in ("peak", "return")
    )
    assert np.corrcoef(peak.T)[0, 1] < np.corrcoef(back.T)[0, 1]


def test_a_minute_of_kap_im_is_the_same_bytes_twice(tmp_path: Path) -> None:
    part = ("--from", "14m30s", "--to", "15m30s")  # from one phase into the next
    assert render(tmp_path / "a.wav", *part) == render(tmp_path / "b.wav", *part)


@pytest.mark.slow
@pytest.mark.skipif(not WHOLE, reason="takes many minutes: SOUNDSCAPE_SLOW=1 asks for it")
def test_all_of_kap_im_is_the_same_bytes_twice(tmp_path: Path) -> None:
    first = render(tmp_path / "a.flac")
    assert len(first) > 100_000_000
    assert render(tmp_path / "b.flac") == first
