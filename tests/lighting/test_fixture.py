from __future__ import annotations

import pytest
from rooms import make_room

from soundscape.errors import InvalidValue
from soundscape.lighting.fixture import fixture, fraction
from soundscape.scene.models import Kelvin, LightSpec, MscTarget


def test_codes_are_rounded_half_up() -> None:
    light = fixture("room", make_room())
    assert light.code(0.5) == 64  # 63.5
    assert light.code(63.49 / 127) == 63
    assert (light.code(0.0), light.code(1.0)) == (0, 127)


@pytest.mark.parametrize(
    ("name", "level", "sent"),
    [
        ("room", 1.0, ["b0147f"]),
        ("lamp", 0.5, ["b01540", "b03500"]),  # 8191.5, rounded up to 8192
        ("wall", 0.0, ["902800"]),
        ("star", 1.0, ["90297f"]),
        ("sub", 0.35, ["f07f01020106050023 00f7".replace(" ", "")]),  # 35 of 100
    ],
)
def test_each_kind_of_light_has_its_bytes(name: str, level: float, sent: list[str]) -> None:
    light = fixture(name, make_room())
    assert [data.hex() for data in light.encode(light.code(level), None)] == sent


@pytest.mark.parametrize(
    ("name", "start"),
    [("sub", 0.3), ("room", 0.6), ("warmth", 500 / 1800), ("wall", 0.6)],
)
def test_a_light_starts_at_from_else_its_care_value_else_sixty_percent(
    name: str, start: float
) -> None:
    assert fixture(name, make_room()).start == pytest.approx(start)


def test_the_last_session_knows_better() -> None:
    assert fixture("sub", make_room(), 0.12).start == 0.12


def test_floor_and_trim_are_for_dimmers_only() -> None:
    lights = {name: fixture(name, make_room()) for name in make_room().lights}
    assert {name for name, light in lights.items() if light.floor > 0} == {
        "room", "lamp", "wall", "sub",
    }  # fmt: skip
    assert all(light.is_dimmer == (light.floor > 0) for light in lights.values())


def test_only_dimmers_that_do_not_do_it_themselves_fade_evenly() -> None:
    room = make_room()
    assert {name for name in room.lights if fixture(name, room).perceptual} == {
        "room",
        "lamp",
        "wall",
    }


def test_an_update_changes_a_light_by_two_percent_at_most() -> None:
    for name in ("room", "lamp", "sub"):
        light = fixture(name, make_room())
        assert light.step / light.top <= 0.02 < (light.step + 1) / light.top


def test_its_cost_is_how_many_messages_an_update_takes_at_the_most() -> None:
    room = make_room()
    for name in room.lights:
        light = fixture(name, room)
        codes = (None, 0, 1, light.top // 2, light.top)
        pairs = [(code, before) for code in codes[1:] for before in codes if before != code]
        assert max(len(light.encode(code, before)) for code, before in pairs) == light.cost, name


@pytest.mark.parametrize(
    ("level", "sent"), [(1.0, "7f7f"), (0.5, "0040"), (0.25, "0020"), (0.0, "0000")]
)
def test_a_show_control_light_may_use_all_fourteen_bits(level: float, sent: str) -> None:
    target = MscTarget(device=1, control=510, scale="14-bit")
    light = fixture("x", make_room(lights={"x": LightSpec(port="desk", msc=target)}))
    (data,) = light.encode(light.code(level), None)
    assert data.hex() == f"f07f010201067e03{sent}f7"


def test_kelvin_for_a_light_without_a_range_is_refused() -> None:
    with pytest.raises(InvalidValue, match="no range"):
        fraction(Kelvin(kelvin=2700.0), LightSpec(port="desk", cc=1))


def test_a_light_that_nothing_addresses_is_refused() -> None:
    room = make_room(lights={"x": LightSpec(port="desk", msc=MscTarget(device=1))})
    with pytest.raises(InvalidValue, match=r"lights\.x"):
        fixture("x", room)
