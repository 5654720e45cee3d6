"""`lights release` and what `lights` and `check` say of DMX ports."""

from __future__ import annotations

from pathlib import Path

import pytest

from soundscape.cli import cmd_lights, run
from soundscape.devices.dmx.universe_claim import claim_universe
from soundscape.library.last_lights import lights_folder
from soundscape.library.universe_files import universe_file
from soundscape.library.user_dirs import state_folder
from soundscape.scene.addresses import held
from soundscape.scene.document import read_room

ROOM = """\
midi:
  desk: {output: Desk}
  dimmers: {sacn: {universe: 1, to: 10.0.0.20}}
lights:
  room: {port: dimmers, address: 12}
  lamp: {port: dimmers, address: [13, 14]}
  spot: {port: desk, cc: 1}
"""


@pytest.fixture
def library(desk, monkeypatch: pytest.MonkeyPatch) -> object:
    desk.write("room.yaml", ROOM)
    monkeypatch.setenv("SOUNDSCAPE_LIBRARY", str(desk.root))
    return desk


def room():
    return read_room(ROOM.encode(), "room.yaml").model


def test_what_is_not_sent_is_not_released(library, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lights", "release"]) == 0
    assert capsys.readouterr().out == "dimmers: sACN universe 1 at 10.0.0.20: nothing was sent\n"


def test_a_keeper_is_asked_to_stop(
    library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import os  # noqa: PLC0415

    path = universe_file(lights_folder(state_folder(os.environ)), room().midi["dimmers"])
    held_by = claim_universe(path, bytes(512))
    assert held_by is not None
    asked: list[Path] = []

    def let_go(one: Path) -> bool:
        asked.append(one)
        held_by.release()
        return True

    monkeypatch.setattr(cmd_lights, "release_universe", let_go)
    assert run(["lights", "release"]) == 0
    assert asked == [path]
    assert capsys.readouterr().out == "dimmers: sACN universe 1 at 10.0.0.20: released\n"


def test_a_room_without_dmx_has_nothing_to_release(
    desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.write("room.yaml", "midi: {desk: {output: D}}\nlights: {a: {port: desk, cc: 1}}\n")
    monkeypatch.setenv("SOUNDSCAPE_LIBRARY", str(desk.root))
    assert run(["lights", "release"]) == 1
    assert "this room has no DMX port" in capsys.readouterr().err


def test_where_a_light_is_sent_is_named() -> None:
    assert cmd_lights.where(room(), "room", {}) == "sACN universe 1 at 10.0.0.20, address 12"
    assert cmd_lights.where(room(), "lamp", {}) == (
        "sACN universe 1 at 10.0.0.20, addresses 13, 14"
    )


def test_a_session_that_has_one_light_of_a_universe_has_them_all() -> None:
    universe = ("sACN universe 1 at 10.0.0.20", "universe", 0, 0)
    assert [one for one in held(room()) if one[0].startswith("sACN")] == [universe]
