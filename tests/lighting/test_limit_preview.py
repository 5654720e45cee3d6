from __future__ import annotations

from rooms import make_room

from soundscape.lighting.limit_preview import StretchedMove, stretched
from soundscape.lighting.rig import Rig
from soundscape.scene.models import LightSpec, Limits

S = 48_000


def test_a_move_that_is_too_fast_takes_what_the_rate_asks_for() -> None:
    found = stretched(make_room(), {"room": 0.1}, {"room": 0.6, "warmth": 0.3}, 2 * S)
    assert found == {"room": StretchedMove(5 * S, "rate")}


def test_a_move_within_the_limits_is_not_named() -> None:
    assert stretched(make_room(), {"room": 0.05}, {"room": 0.6}, 3 * S, care=True) == {}
    assert stretched(make_room(), {}, {"room": 0.35, "star": 0.0}, 10 * S) == {}


def test_a_light_that_is_not_named_before_starts_where_it_is_presumed() -> None:
    assert stretched(make_room(), {}, {"sub": 0.8}, S) == {"sub": StretchedMove(5 * S, "rate")}


def test_a_port_that_cannot_carry_a_move_is_named_and_the_move_then_takes_that_long() -> None:
    lights = {f"l{n}": LightSpec(port="desk", cc=(n, n + 32)) for n in range(32)}
    room = make_room(lights=lights, limits=Limits(messages=60.0))
    before = dict.fromkeys(lights, 0.6)
    values = dict.fromkeys(lights, 0.1)
    found = stretched(room, before, values, 8 * S)
    assert {stretch.by for stretch in found.values()} == {"messages"}
    assert set(found) == set(lights)
    rig = Rig(room, before)
    rig.move(0, values, 8 * S)
    real = rig.messages(1000 * S)[-1].frame
    said = max(stretch.frames for stretch in found.values())
    assert abs(real - said) < 2.5 * S
