"""Any scene, any commands, ports that come and go: what the lights get cannot flash."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from rooms import make_room
from shows import phase, playlist, show, track

from soundscape.engine.player.session import Session
from soundscape.engine.player.sources import SourcePool
from soundscape.errors import CommandRefused
from soundscape.lighting.rig import Rig
from soundscape.midi.messages import Message
from soundscape.scene.models import LightSpec
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.show import Move
from soundscape.units import At, frames

S = 48_000
LIGHTS = {"room": LightSpec(port="desk", cc=20), "lamp": LightSpec(port="desk", cc=21)}

levels = st.dictionaries(st.sampled_from(sorted(LIGHTS)), st.floats(0.0, 1.0), min_size=1)
moves = st.builds(
    Move, at=st.builds(At, seconds=st.floats(0.0, 20.0)), values=levels, over=st.integers(0, 5 * S)
)
scenes = st.lists(st.lists(moves, max_size=6), min_size=1, max_size=3)
WORDS = [
    "hold",
    "release",
    "next",
    "pause",
    "play",
    "mute",
    "land",
    "care",
    "soften",
    "lift",
    "away",
]
commands = st.lists(st.tuples(st.floats(0.0, 4.0), st.sampled_from([*WORDS, "back"])), max_size=25)


def received(scene: Sequence[Sequence[Move]], asked: Sequence[tuple[float, str]]) -> list[Message]:
    """What the port gets of a session, which is conducted without its sound."""
    music = playlist("music", track("music", 600))
    phases = [
        phase(f"p{index}", 20, music, moves=tuple(sorted(some, key=lambda move: move.at.seconds)))
        for index, some in enumerate(scene)
    ]
    session = Session(
        Conductor(show(*phases)), SourcePool(patient=True), Rig(make_room(lights=LIGHTS))
    )
    got: list[Message] = []
    now = 0

    def play(until: int) -> None:
        nonlocal now
        while now < until:
            now = min(until, now + 4096)
            got.extend(session._light(session.conductor.advance(now)))

    for wait, word in asked:
        play(now + frames(wait))
        if word in {"away", "back"}:
            session.set_light_port("desk", there=word == "back")
            continue
        try:
            session.conductor.command(Command(word))
        except CommandRefused:
            continue
    play(now + 80 * S)
    session.pool.close()
    return got


@given(scene=scenes, asked=commands)
@examples(40)
def test_rate_turns_and_floor_hold_and_nothing_flashes(
    scene: list[list[Move]], asked: list[tuple[float, str]]
) -> None:
    got = received(scene, asked)
    for controller in (20, 21):
        head = bytes((0xB0, controller))
        values = [(m.frame, m.data[2]) for m in got if m.data[:2] == head]
        assert all(code >= 4 for _, code in values)  # 3 % of 127
        swings = opposing(values)
        for (first, _), (third, _) in zip(swings, swings[2:], strict=False):
            assert third - first >= S
        for (before, one), (after, other) in itertools.pairwise(values):
            assert abs(other - one) <= max(2, 0.2 * (after - before) / S * 127 + 2)


def opposing(values: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The frames at which the direction changes, and the code from there."""
    turns, heading = [], 0
    for (_, one), (frame, other) in itertools.pairwise(values):
        way = (other > one) - (other < one)
        if way and way == -heading:
            turns.append((frame, one))
        heading = way or heading
    return turns


@pytest.mark.parametrize(("codes", "turns"), [([1, 2, 3], 0), ([1, 2, 1], 1), ([1, 2, 2, 1, 2], 2)])
def test_turns_are_counted(codes: list[int], turns: int) -> None:
    assert len(opposing(list(enumerate(codes)))) == turns
