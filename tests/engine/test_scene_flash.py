"""Whatever scene plays and whatever the therapist presses, what the desk gets cannot flash.

As `tests/lighting/test_room_flash.py`, with scenes and commands in front of the rig.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import pytest
from flashes import assert_cues_are_calm, assert_never_flashes, cases, light_of_the_room, rooms
from hypothesis import given
from hypothesis import strategies as st
from shows import phase, playlist, show, track

from soundscape.engine.light_directives import light
from soundscape.errors import CommandRefused
from soundscape.lighting.rig import Rig
from soundscape.midi.messages import Message
from soundscape.scene.models import Room
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.show import Cue, Move, Phase, Show
from soundscape.units import At, frames

PRESSES = (
    *("care", "mute", "play", "pause", "land", "soften", "lift", "next", "hold", "release", "duck"),
    "stop",
)
Pressed = tuple[float, str]
"""Seconds after the press before, and what is pressed."""


@st.composite
def looks(draw: st.DrawFn) -> dict[str, float]:
    levels = st.sampled_from([0.0, 0.03, 0.5, 1.0])
    return {f"light{n}": draw(levels) for n in range(8)}


moves = st.builds(
    lambda at, look, over: Move(At(at), look, frames(over)),
    at=st.floats(0.0, 8.0),
    look=looks(),
    over=st.sampled_from([0.0, 0.5, 3.0]),
)
cues = st.builds(lambda at, n: Cue(At(at), f"cue{n}"), at=st.floats(0.0, 8.0), n=st.integers(0, 2))


@st.composite
def shows(draw: st.DrawFn) -> Show:
    music = playlist("music", track("one", 60))

    def one(name: str) -> Phase:
        items = {
            "moves": tuple(draw(st.lists(moves, max_size=6))),
            "cues": tuple(draw(st.lists(cues, max_size=10))),
        }
        return phase(name, 8.0, music, **items)

    names = ["one", "two", "three"][: draw(st.integers(1, 3))]
    made = show(*(one(name) for name in names), end=2.0, start=1)
    care = Move(At(), draw(looks()), frames(0.0))
    return replace(made, care=care, after=draw(st.none() | moves))


presses = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.3, 1.0, 4.0, 11.0]), st.sampled_from(PRESSES)),
    max_size=20,
)


def played(room: Room, a_show: Show, pressed: Sequence[Pressed]) -> list[Message]:
    """Play a scene with presses, to its end and until the lights rest."""
    known = list(room.lights)
    rig, conductor = Rig(room), Conductor(fitted(a_show, known, list(room.cues)))
    out: list[Message] = []
    now = 0
    for wait, do in pressed:
        now += frames(wait)
        light(rig, conductor.advance(now))
        with suppress(CommandRefused):
            conductor.command(Command(do))
        out += rig.messages(now)
    light(rig, conductor.advance(now + frames(90.0)))
    return out + rig.finish(now + frames(90.0), settle=True)


def fitted(a_show: Show, lights: list[str], named: list[str]) -> Show:
    """The show with the lights and cues that the room has."""

    def move(one: Move) -> Move:
        return replace(one, values={k: v for k, v in one.values.items() if k in lights})

    phases = tuple(
        replace(
            one,
            moves=tuple(map(move, one.moves)),
            cues=tuple(cue for cue in one.cues if cue.name in named),
        )
        for one in a_show.phases
    )
    after = None if a_show.after is None else move(a_show.after)
    return replace(a_show, phases=phases, care=move(a_show.care), after=after)


def cannot_flash(room: Room, a_show: Show, pressed: Sequence[Pressed]) -> None:
    messages = played(room, a_show, pressed)
    assert_never_flashes(light_of_the_room(room, messages))
    assert_cues_are_calm(messages)


@given(rooms(), shows(), presses)
@cases(15)
def test_no_scene_and_no_press_can_flash(room: Room, a_show: Show, pressed: list[Pressed]) -> None:
    cannot_flash(room, a_show, pressed)


@pytest.mark.slow
@pytest.mark.skipif("SOUNDSCAPE_SLOW" not in os.environ, reason="SOUNDSCAPE_SLOW=1 asks for it")
@given(rooms(), shows(), presses)
@cases(10_000)
def test_no_scene_and_no_press_can_flash_in_ten_thousand_cases(
    room: Room, a_show: Show, pressed: list[Pressed]
) -> None:
    cannot_flash(room, a_show, pressed)
