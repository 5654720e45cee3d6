"""What a start measures before it sounds, and what a process of its own measures behind it."""

from __future__ import annotations

from pathlib import Path

from soundscape.cli import measuring
from soundscape.cli.loading import load_to_play
from soundscape.cli.measuring import open_catalogue, scan_behind
from soundscape.library.find import Library
from soundscape.library.homes import cache_folder


def known(*files: Path) -> list[bool]:
    with open_catalogue() as catalogue:
        return [catalogue.get(file) is not None for file in files]


def test_each_layers_first_track_is_measured_at_once_and_the_rest_behind(
    small, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path / "home"))
    started: list[tuple[Path, list[Path]]] = []
    monkeypatch.setattr(measuring, "outlive", lambda _process: None)
    monkeypatch.setattr(measuring, "scan_behind", lambda *job: started.append(job))
    first, then, last = (small.root / f"music/{name}.wav" for name in ("low", "middle", "high"))
    loaded = load_to_play(Library(small.root), "small", None, None)
    assert known(first, then, last) == [True, False, False]
    assert started == [(tmp_path / "home/cache", [then, last])]
    low, middle = loaded.show.phases[0].layers["music"].playlist.tracks
    assert low.momentary is not None
    assert middle.momentary is None


def test_what_is_measured_behind_counts_from_the_next_start(small, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path / "home"))
    names = ("low.wav", "middle.wav", "high.wav", "gone.wav")
    (small.root / "music/no sound.mp3").write_text("Dear Ms Young")
    files = [small.root / "music" / name for name in (*names, "no sound.mp3")]
    process = scan_behind(cache_folder({"SOUNDSCAPE_HOME": str(tmp_path / "home")}), files)
    assert process.wait(60) == 0
    assert known(*files[:4]) == [True, True, True, False]
    loaded = load_to_play(Library(small.root), "small", None, None)
    tracks = loaded.show.phases[0].layers["music"].playlist.tracks
    assert [track.momentary is not None for track in tracks] == [True, True]
