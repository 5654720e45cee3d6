"""A music drive that is plugged in again, and files that are replaced."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sounds import encode, tone

from soundscape.engine.host.background_scan import ScanRequest, start_background_scan
from soundscape.engine.host.missing_files import MissingFiles
from soundscape.library.files.locate import Library
from soundscape.library.measure.unmeasured import Unmeasured
from soundscape.library.resolve import load_show
from soundscape.timeline.show import FileSource
from soundscape.timeline.show_update import PlaylistReturn, TrackUpdate

BOTH = [FileSource("a"), FileSource("b")]


def test_a_file_that_was_away_and_is_there_has_come_back_once() -> None:
    there: set[str] = set()
    missing = MissingFiles(lambda path: path in there)
    assert missing.poll(BOTH) == ()
    there.add("b")
    assert missing.poll(BOTH) == ("b",)
    assert missing.poll(BOTH) == ()
    there.discard("b")
    assert missing.poll(BOTH) == ()
    there.update("ab")
    assert missing.poll(BOTH) == ("a", "b")


def test_a_file_that_was_there_all_the_time_is_damaged_and_does_not_come_back() -> None:
    missing = MissingFiles(lambda _path: True)
    assert missing.poll(BOTH[:1]) == ()
    assert missing.poll(BOTH[:1]) == ()


def test_a_file_that_has_changed_since_it_was_measured_comes_back_once() -> None:
    sizes = {"a": 1}
    missing = MissingFiles(lambda _path: True, lambda path, size, _time: sizes[path] != size)
    measured = [FileSource("a", 0, 1, 7)]
    assert missing.poll(measured) == ()
    sizes["a"] = 2
    assert missing.poll(measured) == ("a",)
    assert missing.poll(measured) == ()
    assert missing.poll([]) == ()  # it plays again, until it is replaced once more
    assert missing.poll(measured) == ("a",)


@pytest.mark.waits
def test_the_scene_is_loaded_again_and_the_playlists_of_the_files_are_sent(tmp_path: Path) -> None:
    root = tmp_path / "library"
    for folder in ("scenes", "playlists", "away"):
        (root / folder).mkdir(parents=True)
    encode(root / "away/a.wav", tone(5))
    (root / "scenes/x.yaml").write_text(
        "phases:\n  one: {duration: 5m, music: [{file: music/a.wav}]}\n"
        "  two: {duration: 5m, music: [{generate: drone, duration: 9m}]}\n"
    )
    (root / "away").rename(tmp_path / "away")
    library = Library(root)
    show = load_show(library, "x").show
    assert show.missing_files == (str(root / "music/a.wav"),)
    assert show.file_faults == ()
    (tmp_path / "away").rename(root / "music")
    request = ScanRequest(
        Unmeasured((root / "music/a.wav",), tmp_path / "cache", library, "x", None, None),
        show,
        0,
        0,
        returned=show.missing_files,
    )
    got: list[object] = []
    before = set(threading.enumerate())
    start_background_scan(request, got.extend)
    (hearing,) = set(threading.enumerate()) - before
    hearing.join(60.0)
    first, *rest = got
    assert isinstance(first, PlaylistReturn)
    assert (first.phase, first.layer) == (0, "music")
    assert [track.title for track in first.now.playlist.tracks] == ["a"]
    assert all(isinstance(one, TrackUpdate) for one in rest)
    assert rest
