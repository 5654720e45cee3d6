import itertools

import pytest
from shows import phase, playlist, show, track

from soundscape.command_specs import COMMANDS
from soundscape.errors import CommandRefused
from soundscape.timeline.actions import ACTIONS, ALWAYS_ALLOWED
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.transport import REFUSALS, TABLE, Action, Input, State, Transport
from soundscape.units import frames

ARGS = {"goto": {"phase": "two"}, "extend": {"by": 5.0}}

KINDS = {
    "auto": ("auto", False),
    "manual": ("manual", False),
    "dose": ("dose", False),
    "dosed": ("dose", True),
    "last": ("manual", False),
    "last dose": ("dose", False),
}
"""Kinds of phase: how it goes on, and whether the dose is marked."""

WAY_TO = {
    State.PLAYING: (),
    State.HELD: ("hold",),
    State.WAITING: (60.0,),
    State.LANDING: ("land",),
    State.PAUSED: ("pause",),
    State.MUTED: ("mute",),
    State.ENDING: ("next",),
    State.STOPPING: ("stop",),
    State.ENDED: ("stop", 100.0),
}

# For each state what a command leads to: `-` refused, `>` in the next phase, `<` in the one before.
EXPECTED = """
          hold  release  goto     extend    pause   play  mute      land     stop      skip     swap
playing   held  -        playing  playing   paused  -     muted     landing  stopping  playing  playing
held      -     playing  playing  held      paused  -     muted     landing  stopping  held     held
waiting   held  -        playing  playing   paused  -     muted     landing  stopping  waiting  waiting
landing   -     -        playing  landing   paused  -     muted     playing  stopping  landing  landing
paused    -     -        paused   paused    -       playing  muted  -        stopping  -        -
muted     -     -        muted    muted     -       playing  muted  -        stopping  -        -
ending    held  -        playing  playing   -       -     stopping  -        stopping  -        -
stopping  -     -        -        -         -       -     stopping  -        stopping  -        -
ended     -     -        -        -         -       -     -         -        -         -        -
"""  # noqa: E501 - a table

# `next`, `back` and `dose` go by the kind of phase. `back` leads to a phase that was left half way.
BY_KIND = """
          next      next in the last  back      dose      dose awaited
playing   playing>  ending            playing<  playing   playing>
held      playing>  ending            playing<  held      playing>
waiting   playing>  ending            playing<  waiting   playing>
landing   playing>  ending            playing<  landing   landing>
paused    paused>   ending            paused<   paused    paused>
muted     muted>    ending            muted<    muted     muted>
ending    -         -                 playing<  ending    ending
stopping  -         -                 -         stopping  stopping
ended     -         -                 -         -         -
"""


def table(text: str, columns: list[str]) -> dict[tuple[str, str], str]:
    lines = [line.split() for line in text.strip().splitlines()[1:]]
    return {(cells[0], name): cell for cells in lines
            for name, cell in zip(columns, cells[1:], strict=True)}  # fmt: skip


PLAIN = EXPECTED.strip().splitlines()[0].split()
OUTCOMES = table(EXPECTED, PLAIN) | table(
    BY_KIND, ["next", "next in the last", "back", "dose", "dose awaited"]
)


def column(do: str, kind: str) -> str:
    """The column of the tables for a command in a kind of phase."""
    if do == "next" and kind.startswith("last"):
        return "next in the last"
    return "dose awaited" if do == "dose" and kind == "dose" else do


def in_state(state: State, kind: str) -> Conductor:
    """A session in its second phase, which is of a kind; the first was left half way."""
    advance, dosed = KINDS[kind]
    music = playlist("m", *(track(n, 40) for n in "abc"))
    phases = [phase("one", 60, music), phase("two", 60, music, advance=advance)]
    if not kind.startswith("last"):
        phases.append(phase("three", 60, music))
    conductor = Conductor(show(*phases))
    for step in (1.0, *(["dose"] if dosed else []), "next", *WAY_TO[state]):
        at = conductor.frame + frames(step if isinstance(step, float) else 1.0)
        conductor.advance(at + 1)
        if isinstance(step, str):
            conductor.command(Command(step, **ARGS.get(step, {})))
    assert conductor.transport.state is state
    return conductor


def reached() -> list[tuple[State, str]]:
    """Every state in every kind of phase in which it can be."""
    waits = {"manual", "dose", "last", "last dose"}
    return [
        (state, kind)
        for state, kind in itertools.product(State, KINDS)
        if (state is not State.WAITING or kind in waits)
        and (state is not State.ENDING or kind.startswith("last"))
    ]


def test_every_command_is_known_to_the_table_or_always_allowed():
    inputs = {event.value for event in Input} | {"undo"}  # which is known by what it undoes
    assert set(COMMANDS) - set(ALWAYS_ALLOWED) <= inputs
    assert set(ALWAYS_ALLOWED) <= set(COMMANDS)


def test_every_action_has_its_function_and_its_row():
    assert set(ACTIONS) == set(Action)
    assert {row.act for row in TABLE.values()} == set(Action)


def test_every_state_says_why_it_refuses():
    assert set(REFUSALS) == set(State)


def test_every_state_but_the_last_has_a_way_on():
    for state in State:
        ways = [row for row in TABLE.values() if row.state is state]
        assert bool(ways) is (state is not State.ENDED)


@pytest.mark.parametrize("do", [*PLAIN, "next", "back", "dose"])
@pytest.mark.parametrize(("state", "kind"), reached(), ids=str)
def test_each_command_in_each_state_and_kind_of_phase_leads_where_it_should(state, kind, do):
    conductor = in_state(state, kind)
    expected = OUTCOMES[state.value, column(do, kind)]
    command = Command(do, **ARGS.get(do, {}))
    if expected == "-":
        with pytest.raises(CommandRefused, match=f"cannot {do}"):
            conductor.command(command)
        assert (conductor.transport.state, conductor.index) == (state, 1)
        return
    conductor.command(command)
    assert conductor.transport.state.value == expected.rstrip("<>")
    assert conductor.index == {">": 2, "<": 0}.get(expected[-1], 1)
    conductor.advance(conductor.frame + frames(200))


@pytest.mark.parametrize("kind", ["auto", "manual", "dose"])
@pytest.mark.parametrize(
    "state",
    [State.PLAYING, State.HELD, State.WAITING, State.LANDING, State.PAUSED, State.MUTED],
)
@pytest.mark.parametrize("do", ["next", "goto", "back", "dose"])
def test_undo_leads_back_to_the_state_and_the_place_before(do, state, kind):
    if (state, kind) not in reached():
        return
    conductor = in_state(state, kind)
    position, doses = conductor.clock.position(conductor.frame), list(conductor.doses)
    conductor.command(Command(do, **ARGS.get(do, {})))
    conductor.advance(conductor.frame + frames(5))
    conductor.command(Command("undo"))
    assert (conductor.transport.state, conductor.index) == (state, 1)
    assert conductor.doses == doses
    if do != "dose" or kind == "dose":  # a dose that moved nothing let the position run
        assert conductor.clock.position(conductor.frame) == position
    with pytest.raises(CommandRefused, match="nothing to take back"):
        conductor.command(Command("undo"))
    conductor.advance(conductor.frame + frames(200))


@pytest.mark.parametrize(
    "state", [State.PLAYING, State.HELD, State.WAITING, State.LANDING, State.PAUSED]
)
def test_undo_of_next_in_the_last_phase_brings_the_session_back(state):
    conductor = in_state(state, "last")
    conductor.command(Command("next"))
    assert conductor.transport.state is State.ENDING
    conductor.advance(conductor.frame + frames(2))
    conductor.command(Command("undo"))
    # Out of an end the sound rises, out of a pause beneath it too.
    assert conductor.transport.state is (State.PLAYING if state is State.PAUSED else state)
    assert conductor.master.ends_at is None
    assert ("land" in conductor.looks.covers) is (state is State.LANDING)


@pytest.mark.parametrize("state", [State.STOPPING, State.ENDED])
def test_nothing_but_a_dose_is_taken_back_from_a_session_that_stops(state):
    conductor = in_state(state, "auto")
    with pytest.raises(CommandRefused):
        conductor.command(Command("undo"))


def test_back_to_a_phase_that_was_over_waits_at_its_end():
    music = playlist("m", track("a", 40))
    conductor = Conductor(show(phase("one", 10, music), phase("two", 60, music)))
    conductor.advance(frames(12))
    assert conductor.index == 1
    conductor.command(Command("back"))
    assert (conductor.index, conductor.transport.state) == (0, State.WAITING)
    conductor.advance(conductor.frame + frames(60))
    assert (conductor.index, conductor.transport.state) == (0, State.WAITING)
    conductor.command(Command("extend", by=5.0))
    conductor.advance(conductor.frame + frames(6))
    assert conductor.index == 1


def test_a_pause_over_a_hold_comes_back_to_the_hold():
    conductor = in_state(State.HELD, "auto")
    conductor.command(Command("pause"))
    conductor.command(Command("play"))
    assert conductor.transport.state is State.HELD


def test_a_mute_over_a_landing_comes_back_to_the_landing():
    conductor = in_state(State.LANDING, "auto")
    conductor.command(Command("mute"))
    conductor.command(Command("play"))
    assert conductor.transport.state is State.LANDING


def test_a_dose_under_a_pause_over_a_landing_stays_in_the_landing():
    conductor = in_state(State.LANDING, "dose")
    conductor.command(Command("pause"))
    conductor.command(Command("dose"))
    assert (conductor.transport.state, conductor.index) == (State.PAUSED, 2)
    conductor.command(Command("play"))
    assert conductor.transport.state is State.LANDING


def test_a_refused_command_changes_nothing():
    transport = Transport()
    with pytest.raises(CommandRefused):
        transport.row(Input.RELEASE)
    assert transport.state is State.PLAYING
