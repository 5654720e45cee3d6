from __future__ import annotations

from pathlib import Path

import pytest

from soundscape.dmx.universe_record import UniverseRecord
from soundscape.library.last_lights import LastLights, lights_folder
from soundscape.library.universe_files import universe_file, universe_starts
from soundscape.scene.document import read_room
from soundscape.scene.models import Room

TEXT = """
midi:
  desk: {output: Desk}
  dimmers: {sacn: {universe: 1, to: 10.0.0.20}}
lights:
  cc: {port: desk, cc: 1}
  room: {port: dimmers, address: 12, from: 40%}
  fine: {port: dimmers, address: [13, 14], min: 10%}
  star: {port: dimmers, address: 15, kind: switch}
  warmth: {port: dimmers, address: {20: 100% to 0%, 21: 0% to 100%}, range: 2200K to 4000K}
care: {set: {warmth: 2200K}}
"""


@pytest.fixture
def room() -> Room:
    return read_room(TEXT.encode(), "room.yaml").model


def test_a_universe_of_which_nothing_is_known_starts_where_its_lights_are_presumed(
    tmp_path: Path, room: Room
) -> None:
    frame = universe_starts(tmp_path, room)["dimmers"].frame
    assert len(frame) == 512
    assert frame[11] == 102
    assert frame[12] << 8 | frame[13] == round(65535 * (0.1 + 0.9 * 0.6))
    assert frame[14] == 255, "a switch is on or off"
    assert frame[19:21] == b"\xff\x00"
    assert LastLights(tmp_path, room).levels == {}


def test_the_levels_are_those_of_the_frame_that_was_sent_last(tmp_path: Path, room: Room) -> None:
    file = universe_file(lights_folder(tmp_path), room.midi["dimmers"])
    file.parent.mkdir()
    frame = bytearray(512)
    frame[11:15] = b"\x33\x80\x00\x00"
    frame[19:21] = b"\x33\xcc"
    file.write_bytes(UniverseRecord(bytes(16), 3, bytes(frame)).encode())
    levels = LastLights(tmp_path, room).levels
    assert levels == pytest.approx({"room": 0.2, "fine": 0x8000 / 65535, "star": 0, "warmth": 0.8})


@pytest.mark.parametrize("content", [b"", b"{}", b"\0" * 537])
def test_a_damaged_file_says_nothing(tmp_path: Path, room: Room, content: bytes) -> None:
    file = universe_file(lights_folder(tmp_path), room.midi["dimmers"])
    file.parent.mkdir()
    file.write_bytes(content)
    assert LastLights(tmp_path, room).levels == {}


def test_another_receiver_or_universe_has_another_file(tmp_path: Path, room: Room) -> None:
    other = read_room(TEXT.replace("10.0.0.20", "10.0.0.21").encode(), "room.yaml").model
    more = read_room(TEXT.replace("universe: 1", "universe: 2").encode(), "room.yaml").model
    files = {universe_file(tmp_path, one.midi["dimmers"]) for one in (room, other, more)}
    assert len(files) == 3
    named = TEXT.replace("to: 10.0.0.20", "to: 10.0.0.20, priority: 9, source: B")
    same = read_room(named.encode(), "room.yaml").model
    assert universe_file(tmp_path, same.midi["dimmers"]) in files
