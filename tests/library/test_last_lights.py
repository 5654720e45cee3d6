from __future__ import annotations

from pathlib import Path

import pytest
from rooms import LIGHTS, make_room

from soundscape.library.last_lights import leave, take
from soundscape.scene.models import LightSpec

LEVELS = {"room": 0.1, "lamp": 0.35}


def test_a_room_knows_what_its_last_session_left(tmp_path: Path) -> None:
    leave(tmp_path / "state", make_room(), LEVELS)
    assert take(tmp_path / "state", make_room()) == LEVELS


def test_while_a_session_runs_nothing_is_known(tmp_path: Path) -> None:
    leave(tmp_path, make_room(), LEVELS)
    take(tmp_path, make_room())
    assert take(tmp_path, make_room()) == {}


def test_another_room_or_one_wired_otherwise_does_not_know(tmp_path: Path) -> None:
    leave(tmp_path, make_room(), LEVELS)
    rewired = {**LIGHTS, "room": LightSpec(port="desk", cc=99)}
    assert take(tmp_path, make_room(name="other")) == {}
    assert take(tmp_path, make_room(lights=rewired)) == {}


@pytest.mark.parametrize(
    "written", [b"", b"{", b"[1]", b"\xff", b'{"room": 2, "lamp": "x", "gone": 0.5, "wall": NaN}']
)
def test_a_damaged_file_tells_nothing(tmp_path: Path, written: bytes) -> None:
    leave(tmp_path, make_room(), LEVELS)
    next((tmp_path / "lights").iterdir()).write_bytes(written)
    assert take(tmp_path, make_room()) == {}


def test_a_folder_that_cannot_be_written_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "lights").write_text("a file")
    leave(tmp_path, make_room(), LEVELS)
    assert take(tmp_path, make_room()) == {}
