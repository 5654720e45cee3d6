import itertools

import pytest
from shows import phase, playlist, show, track

from soundscape import command_specs
from soundscape.errors import CommandRefused
from soundscape.timeline.actions import ACTIONS, ALWAYS_ALLOWED
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.transport import REFUSALS, TABLE, Action, Input, State, Transport
from soundscape.units import frames

COMMANDS = [i for i in Input if not i.value.startswith("(")]
ARGS = {
    "goto": {"phase": "one"},
    "extend": {"by": 5.0},
    "level": {"by": -1.0},
    "note": {"text": "x"},
}

# Where each command may be given, and what state it leads to. Written out by hand from the design,
# part 3, so that a row that goes missing from the table, or comes into it, is noticed.
WHILE_ALIVE = "playing held waiting landing paused muted ending stopping"
ALLOWED = {
    "hold": "playing>held waiting>held ending>held",
    "release": "held>playing",
    "next": "playing>playing held>playing waiting>playing landing>playing paused>paused"
    " muted>muted",
    "goto": "playing>playing held>playing waiting>playing landing>playing paused>paused"
    " muted>muted ending>playing",
    "extend": "playing>playing held>held waiting>playing landing>landing paused>paused muted>muted"
    " ending>playing",
    "dose": " ".join(f"{state}>{state}" for state in WHILE_ALIVE.split()),
    "pause": "playing>paused held>paused waiting>paused landing>paused",
    "play": "paused>playing muted>playing",
    "mute": "playing>muted held>muted waiting>muted landing>muted paused>muted muted>muted"
    " ending>stopping stopping>stopping",
    "land": "playing>landing held>landing waiting>landing landing>playing",
    "stop": " ".join(f"{state}>stopping" for state in WHILE_ALIVE.split()),
    "skip": "playing>playing held>held waiting>waiting landing>landing",
    "swap": "playing>playing held>held waiting>waiting landing>landing",
}
RESULTS = {
    (State(state), Input(name)): State(to)
    for name, moves in ALLOWED.items()
    for state, _, to in (move.partition(">") for move in moves.split())
}

WAY_TO = {
    State.PLAYING: (),
    State.HELD: ("hold",),
    State.WAITING: (60.0,),
    State.LANDING: ("land",),
    State.PAUSED: ("pause",),
    State.MUTED: ("mute",),
    State.ENDING: ("next", "next"),
    State.STOPPING: ("stop",),
    State.ENDED: ("stop", 100.0),
}


def command(do: str) -> Command:
    return Command(do, **ARGS.get(do, {}))


def in_state(state: State) -> Conductor:
    music = playlist("m", *(track(n, 40) for n in "abc"))
    two = show(phase("one", 60, music, advance="manual"), phase("two", 60, music))
    conductor = Conductor(two)
    for step in WAY_TO[state]:
        at = conductor.frame + frames(step if isinstance(step, float) else 1.0)
        conductor.advance(at + 1)
        if isinstance(step, str):
            conductor.command(command(step))
    assert conductor.transport.state is state
    return conductor


def test_every_command_is_known_to_the_table_or_free():
    assert {i.value for i in COMMANDS} | set(ALWAYS_ALLOWED) == set(command_specs.COMMANDS)


def test_every_act_has_its_function_and_its_row():
    assert set(ACTIONS) == set(Action)
    assert {row.act for row in TABLE.values()} == set(Action)


def test_every_state_can_be_reached_and_says_why_it_refuses():
    assert set(WAY_TO) == set(State) == set(REFUSALS)
    for state in State:
        in_state(state)


def test_every_state_but_the_last_has_a_way_on():
    for state in State:
        ways = [row for row in TABLE.values() if row.state is state]
        assert bool(ways) is (state is not State.ENDED)


@pytest.mark.parametrize(("state", "event"), list(itertools.product(State, COMMANDS)))
def test_each_command_in_each_state_is_done_or_refused_as_the_design_says(state, event):
    conductor = in_state(state)
    expected = RESULTS.get((state, event))
    if expected is None:
        with pytest.raises(CommandRefused, match=f"cannot {event.value}"):
            conductor.command(command(event.value))
        assert conductor.transport.state is state
        return
    conductor.command(command(event.value))
    assert conductor.transport.state is expected
    conductor.advance(conductor.frame + frames(200))


def test_a_pause_over_a_hold_comes_back_to_the_hold():
    conductor = in_state(State.HELD)
    conductor.command(Command("pause"))
    conductor.command(Command("play"))
    assert conductor.transport.state is State.HELD


def test_a_mute_over_a_landing_comes_back_to_the_landing():
    conductor = in_state(State.LANDING)
    conductor.command(Command("mute"))
    conductor.command(Command("play"))
    assert conductor.transport.state is State.LANDING


def test_a_refused_command_changes_nothing():
    transport = Transport()
    with pytest.raises(CommandRefused):
        transport.row(Input.RELEASE)
    assert transport.state is State.PLAYING
