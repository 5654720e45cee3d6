from __future__ import annotations

from pathlib import Path

import pytest
from open_files import OpenFiles
from rooms import LIGHTS, make_room

from soundscape.library.last_lights import LastLights
from soundscape.scene.lamp_spec import LampSpec
from soundscape.scene.models import LightSpec, PortSpec
from soundscape.scene.network_spec import MqttSpec, NetworkSpec

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


def test_a_light_is_known_by_its_port_and_address_whatever_else_the_room_has(
    tmp_path: Path,
) -> None:
    LastLights(tmp_path, make_room()).keep(LEVELS)
    more = {**LIGHTS, "second": LightSpec(port="new", cc=1)}
    ports = {**make_room().midi, "new": PortSpec(output="Another desk")}
    grown = make_room(name="other", lights=more, midi=ports)
    assert LastLights(tmp_path, grown).levels == LEVELS
    renamed = {"ceiling": LIGHTS["room"]}
    assert LastLights(tmp_path, make_room(lights=renamed)).levels == {"ceiling": 0.1}


def test_a_light_at_another_address_or_port_is_not_known(tmp_path: Path) -> None:
    LastLights(tmp_path, make_room()).keep(LEVELS)
    rewired = {"room": LightSpec(port="desk", cc=99)}
    assert LastLights(tmp_path, make_room(lights=rewired)).levels == {}
    desk = {"desk": PortSpec(output="Another desk")}
    assert LastLights(tmp_path, make_room(lights=LIGHTS, midi=desk)).levels == {}
    twin = {"desk": PortSpec(output=make_room().midi["desk"].output, nth=2)}
    assert LastLights(tmp_path, make_room(lights=LIGHTS, midi=twin)).levels == {}


def test_two_rooms_on_one_desk_keep_what_the_other_knows(tmp_path: Path) -> None:
    one = LastLights(tmp_path, make_room(lights={"room": LIGHTS["room"]}))
    two = LastLights(tmp_path, make_room(lights={"lamp": LIGHTS["lamp"]}))
    one.keep({"room": 0.1})
    two.keep({"lamp": 0.35})
    assert LastLights(tmp_path, make_room()).levels == LEVELS


def test_a_level_counts_as_kept_only_once_it_is_written(tmp_path: Path) -> None:
    in_the_way = tmp_path / "lights"
    in_the_way.touch()
    last = LastLights(tmp_path, make_room())
    last.keep(LEVELS)
    in_the_way.unlink()
    last.keep(LEVELS)
    assert LastLights(tmp_path, make_room()).levels == LEVELS


@pytest.mark.parametrize(
    "written",
    [b"", b"{", b"[1]", b"\xff", b'{"cc 1 20": 2, "cc 1 21": "x", "gone": 0.5, "note 1 40": NaN}'],
)
def test_a_damaged_file_tells_nothing(tmp_path: Path, written: bytes) -> None:
    LastLights(tmp_path, make_room()).keep(LEVELS)
    next((tmp_path / "lights").iterdir()).write_bytes(written)
    assert LastLights(tmp_path, make_room()).levels == {}


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    memory = LastLights(tmp_path / "file", make_room())
    memory.keep(LEVELS)
    assert memory.levels == {}
    assert (tmp_path / "file").read_bytes() == b""


def test_levels_that_could_not_be_written_are_written_with_the_next_call(
    tmp_path: Path, open_files: OpenFiles
) -> None:
    memory = LastLights(tmp_path, make_room())
    memory.keep(LEVELS)
    (file,) = (tmp_path / "lights").iterdir()
    open_files.hold(file)
    softer = {name: level / 2 for name, level in LEVELS.items()}
    memory.keep(softer)
    assert LastLights(tmp_path, make_room()).levels == LEVELS
    open_files.let_go(file)
    memory.keep(softer)
    assert LastLights(tmp_path, make_room()).levels == softer


def test_a_lamp_is_known_by_its_topic_whatever_its_light_is_called(tmp_path: Path) -> None:
    network = NetworkSpec(mqtt=MqttSpec(broker="b.lan"))
    lamp = LightSpec(mqtt=LampSpec(topic="a/set"))
    colour = LightSpec(mqtt=LampSpec(topic="a/set"), range=(2200.0, 4000.0))
    first = make_room(network=network, lights={"one": lamp, "warm": colour})
    LastLights(tmp_path, first).keep({"one": 0.2, "warm": 0.7})
    other = make_room(network=network, lights={"two": lamp, "warmth": colour})
    assert LastLights(tmp_path, other).levels == {"two": 0.2, "warmth": 0.7}
