"""Whatever room, scene, cues and commands there are: what goes out cannot flash.

Decoded from the bytes. The room's light is the weighted sum of what all its lights give. WCAG 2.3.1
allows three flashes a second (pairs of opposing changes of a tenth of the maximum or more); here
there are never three opposing changes within a second. What a cue does to the light only the desk
knows: no address of a cue is reached more than twice a second.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from flashes import (
    PORTS,
    S,
    assert_cues_are_calm,
    assert_never_flashes,
    cases,
    light_of_the_room,
    opposing,
    rooms,
)
from hypothesis import given
from hypothesis import strategies as st

from soundscape.lighting.rig import Rig
from soundscape.midi.messages import Message
from soundscape.scene.models import Room


@dataclass(frozen=True)
class Step:
    """After `wait` frames, something that is asked of the lights."""

    wait: int
    what: str
    values: tuple[float, ...]
    over: int
    factor: float
    port: str
    lag: int


steps = st.builds(
    Step,
    wait=st.one_of(
        st.integers(0, 2 * S), st.sampled_from([0, 2400, 12_000, 24_000, S, 10 * S, 10 * S + 1])
    ),
    what=st.sampled_from(["move"] * 4 + ["care"] * 3 + ["trim", "cue", "cue", "lose", "restore"]),
    values=st.lists(st.sampled_from([0.0, 0.03, 0.5, 1.0]), min_size=8, max_size=8).map(tuple),
    over=st.one_of(st.just(0), st.integers(0, 5 * S)),
    factor=st.sampled_from([0.4, 0.8, 1.0, 1.25]),
    port=st.sampled_from(PORTS),
    lag=st.integers(0, S // 4),
)
plans = st.lists(steps, min_size=2, max_size=25)


def perform(room: Room, plan: Sequence[Step]) -> list[Message]:
    """Do the plan, let it rest, and end; what arrives at the desks."""
    rig = Rig(room)
    out: list[Message] = []
    lost: list[tuple[str, int, int]] = []
    now = 0
    for number, step in enumerate(plan):
        now += step.wait
        if step.what in {"move", "care"}:
            values = dict(zip(room.lights, step.values, strict=False))
            rig.move(now, values, step.over, care=step.what == "care")
        elif step.what == "trim":
            rig.trim(now, step.factor)
        elif step.what == "cue" and room.cues:
            rig.cue(now, f"cue{number % len(room.cues)}")
        elif step.what == "lose":
            lost.append((step.port, now - step.lag, now))
            rig.lose(now, step.port, now - step.lag)
        elif step.what == "restore":
            rig.restore(now, step.port)
        out += rig.messages(now)
    out += rig.messages(now + 40 * S)
    out += rig.finish(now + 40 * S)
    return [
        message
        for message in out
        if not any(port == message.port and a < message.frame <= b for port, a, b in lost)
    ]


def cannot_flash(room: Room, plan: Sequence[Step]) -> None:
    messages = perform(room, plan)
    assert_never_flashes(light_of_the_room(room, messages))
    assert_cues_are_calm(messages)


def test_opposing_changes_are_counted() -> None:
    assert opposing([0.0, 0.1, 0.0, 0.1]) == 3
    assert opposing([0.5, 0.2, 0.25, 0.3, 0.1]) == 3
    assert opposing([0.0, 0.05, 0.1, 0.15]) == 1
    assert opposing([0.0, 0.09, 0.0, 0.09]) == 0
    assert opposing([0.3, 0.2, 0.1, 0.2]) == 2


def test_a_strobe_would_be_found() -> None:
    strobe = [(n * S // 10, n % 2 / 2) for n in range(20)]
    with pytest.raises(AssertionError, match="flashes"):
        assert_never_flashes(strobe)


@given(rooms(), plans)
@cases(40)
def test_no_room_can_flash(room: Room, plan: list[Step]) -> None:
    cannot_flash(room, plan)


@pytest.mark.slow
@pytest.mark.skipif("SOUNDSCAPE_SLOW" not in os.environ, reason="SOUNDSCAPE_SLOW=1 asks for it")
@given(rooms(), plans)
@cases(10_000)
def test_no_room_can_flash_in_ten_thousand_cases(room: Room, plan: list[Step]) -> None:
    cannot_flash(room, plan)
