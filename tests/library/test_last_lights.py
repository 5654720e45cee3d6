from __future__ import annotations

from pathlib import Path

import pytest
from rooms import LIGHTS, make_room

from soundscape.library.last_lights import LastLights
from soundscape.scene.models import LightSpec

LEVELS = {"room": 0.1, "lamp": 0.35}


def test_a_room_knows_where_its_lights_were_left(tmp_path: Path) -> None:
    LastLights(tmp_path / "state", make_room()).keep(LEVELS)
    assert LastLights(tmp_path / "state", make_room()).levels == LEVELS


def test_what_was_not_moved_stays_as_it_was_left_before(tmp_path: Path) -> None:
    LastLights(tmp_path, make_room()).keep(LEVELS)
    LastLights(tmp_path, make_room()).keep({"room": 0.5})
    assert LastLights(tmp_path, make_room()).levels == {**LEVELS, "room": 0.5}


def test_what_has_not_changed_is_not_written(tmp_path: Path) -> None:
    last = LastLights(tmp_path, make_room())
    last.keep({})
    assert not (tmp_path / "lights").exists()
    last.keep(LEVELS)
    (file,) = (tmp_path / "lights").iterdir()
    file.unlink()
    last.keep(LEVELS)
    assert not file.exists()


def test_another_room_or_one_wired_otherwise_does_not_know(tmp_path: Path) -> None:
    LastLights(tmp_path, make_room()).keep(LEVELS)
    rewired = {**LIGHTS, "room": LightSpec(port="desk", cc=99)}
    assert LastLights(tmp_path, make_room(name="other")).levels == {}
    assert LastLights(tmp_path, make_room(lights=rewired)).levels == {}


@pytest.mark.parametrize(
    "written", [b"", b"{", b"[1]", b"\xff", b'{"room": 2, "lamp": "x", "gone": 0.5, "wall": NaN}']
)
def test_a_damaged_file_tells_nothing(tmp_path: Path, written: bytes) -> None:
    LastLights(tmp_path, make_room()).keep(LEVELS)
    next((tmp_path / "lights").iterdir()).write_bytes(written)
    assert LastLights(tmp_path, make_room()).levels == {}


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    LastLights(tmp_path / "file", make_room()).keep(LEVELS)
