"""What the conductor tells of the session's place in its plan."""

from __future__ import annotations

import pytest
from shows import phase, playlist, show, track

from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.directives import ClockRuns
from soundscape.units import frames


@pytest.fixture
def conductor() -> Conductor:
    music = playlist("music", track("music", 600))
    return Conductor(show(*(phase(name, 60, music) for name in ("one", "two", "three"))))


def told(conductor: Conductor, until: float) -> list[tuple[float, float, float]]:
    """Seconds, place in seconds, pace."""
    return [
        (one.frame / 48_000, one.place / 48_000, one.pace)
        for one in conductor.advance(frames(until))
        if isinstance(one, ClockRuns)
    ]


def test_it_runs_from_the_start_and_on_through_every_phase(conductor: Conductor) -> None:
    assert told(conductor, 170) == [(0, 0, 1), (60, 60, 1), (120, 120, 1)]


def test_it_stands_in_a_hold_and_a_pause(conductor: Conductor) -> None:
    told(conductor, 10)
    conductor.command(Command("hold"))
    assert told(conductor, 20) == [(10, 10, 0)]
    conductor.command(Command("release"))
    assert told(conductor, 30) == [(20, 10, 1)]
    conductor.command(Command("pause"))
    assert told(conductor, 90) == [(30, 20, 0)]


def test_it_jumps_with_next_and_goto(conductor: Conductor) -> None:
    told(conductor, 10)
    conductor.command(Command("next"))
    conductor.command(Command("goto", phase="one"))
    assert told(conductor, 20) == [(10, 60, 1), (10, 0, 1)]


def test_it_runs_slower_through_what_was_extended(conductor: Conductor) -> None:
    told(conductor, 30)
    conductor.command(Command("extend", by=30.0))
    assert told(conductor, 95) == [(30, 30, 0.5), (90, 60, 1)]


def test_at_the_end_of_the_last_phase_it_stands(conductor: Conductor) -> None:
    assert told(conductor, 185)[-1] == (180, 180, 0)


def test_what_does_not_concern_it_is_not_told(conductor: Conductor) -> None:
    told(conductor, 10)
    conductor.command(Command("duck"))
    conductor.command(Command("skip"))
    assert told(conductor, 20) == []
