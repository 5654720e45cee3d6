"""Files measured behind a session, by the real process, and what it tells."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sounds import encode, tone

from soundscape.engine.host import background_scan
from soundscape.engine.host.background_scan import ScanRequest, start_background_scan
from soundscape.engine.host.background_scan_main import in_playing_order
from soundscape.library.files.locate import Library
from soundscape.library.measure.catalogue import Catalogue
from soundscape.library.measure.unmeasured import Unmeasured
from soundscape.library.resolve import load_show
from soundscape.timeline.show_update import TrackUpdate, updated

SCENE = """
name: Four
seed: 3
phases:
  one:
    duration: 60s
    music: {playlist: [{folder: music}], order: shuffle}
"""


@pytest.fixture
def order(tmp_path: Path) -> ScanRequest:
    """Four tones that nobody has measured, loud and soft, and something that is no sound."""
    root = tmp_path / "library"
    for folder in ("scenes", "playlists", "music"):
        (root / folder).mkdir(parents=True)
    for number, amplitude in enumerate((0.5, 0.02, 0.25, 0.1)):
        encode(root / f"music/{number}.wav", tone(30, amplitude=amplitude))
    (root / "scenes/four.yaml").write_text(SCENE)
    library = Library(root)
    show = load_show(library, "four").show
    files = tuple(sorted((root / "music").iterdir()))
    unmeasured = Unmeasured(files, tmp_path / "cache", library, "four", None, None)
    return ScanRequest(unmeasured, show, 0, 0)


def told(order: ScanRequest) -> list[tuple[TrackUpdate, ...]]:
    """What the process told, to its end."""
    got: list[tuple[TrackUpdate, ...]] = []
    before = set(threading.enumerate())
    start_background_scan(order, got.append)
    (hearing,) = set(threading.enumerate()) - before
    hearing.join(60.0)
    assert not hearing.is_alive()
    return got


def known(order: ScanRequest) -> list[bool]:
    with Catalogue(order.unmeasured.catalogue, print) as catalogue:
        return [catalogue.get(file) is not None for file in order.unmeasured.files]


def test_what_is_found_is_told_and_kept(order: ScanRequest) -> None:
    got = told(order)
    assert known(order) == [True] * 4
    show = order.show
    for found in got:
        show = updated(show, found)
    with Catalogue(order.unmeasured.catalogue, print) as catalogue:
        whole = load_show(order.unmeasured.library, "four", measured=catalogue.get).show
    assert show == whole
    tracks = whole.phases[0].layers["music"].playlist.tracks
    assert all(track.momentary is not None for track in tracks)
    assert len({round(track.gain_db) for track in tracks}) > 1


def test_the_first_to_sound_is_the_first_to_be_told_of(order: ScanRequest) -> None:
    first = next(in_playing_order(order))
    assert told(order)[0][0].now.source.path == str(first)  # type: ignore[union-attr]
    (playlist,) = {layer.playlist.name for layer in order.show.phases[0].layers.values()}
    assert playlist
    in_order = [track.source.path for track in order.show.phases[0].layers["music"].playlist.tracks]  # type: ignore[union-attr]
    assert list(dict.fromkeys(map(str, in_playing_order(order)))) != in_order  # it is shuffled


def test_a_scene_that_is_being_edited_is_left_as_it_was(order: ScanRequest) -> None:
    (order.unmeasured.library.root / "scenes/four.yaml").write_text("phases: [")
    assert told(order) == []
    assert known(order) == [True] * 4


def test_it_goes_on_when_nobody_listens_any_more(order: ScanRequest, monkeypatch) -> None:
    def leave(_found: object) -> None:
        raise EOFError

    start_background_scan(order, leave)
    for _ in range(300):
        if known(order) == [True] * 4:
            return
        threading.Event().wait(0.1)
    raise AssertionError("it has given up")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps nothing of an ended process")
def test_nothing_is_left_of_a_process_that_has_ended(order: ScanRequest, monkeypatch) -> None:
    started = []

    def spawn(module: str):
        started.append(background_scan_spawn(module))
        return started[-1]

    background_scan_spawn = background_scan.spawn
    monkeypatch.setattr(background_scan, "spawn", spawn)
    told(replace(order, unmeasured=replace(order.unmeasured, files=())))
    with pytest.raises(ChildProcessError):
        os.waitpid(started[0].pid, os.WNOHANG)
