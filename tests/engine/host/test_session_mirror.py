"""The host's conductor is level with the player's, whatever comes and however seldom it looks."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from sessions import opener
from shows import phase, playlist, show, track

from soundscape.engine.host.session_mirror import SessionMirror
from soundscape.engine.player.session import Session
from soundscape.engine.player.sources import SourcePool
from soundscape.errors import CommandRefused
from soundscape.ipc.player_messages import CommandDone, CommandFailed
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.directives import Warned
from soundscape.timeline.show_update import TrackUpdate, playlists
from soundscape.units import frames
from soundscape.views.take_snapshot import take_snapshot

BLOCK = 4096
SOME = [
    Command(do)
    for do in (
        *("hold", "release", "next", "back", "undo", "skip", "swap", "pause", "play", "duck"),
        *("land", "care", "mark", "dose"),
    )
] + [
    *(Command("extend", by=5.0), Command("goto", phase="one")),
    *(Command("dose", ago=3.0), Command("dose", undo=True), Command("swap", undo=True)),
]


def some_show():
    music = playlist("m", *(track(name, 9) for name in "abcd"), shuffle=True)
    short = playlist("s", track("short", 20), track("broken", 20), track("e", 20))
    return show(phase("one", 30, music), phase("two", 20, short), phase("three", 20, music), end=2)


def measured(a_show, *names):
    """The news that files were measured: they are shorter than they seemed."""
    found = []
    for place, one in playlists(a_show).items():
        for number, known in enumerate(one.tracks):
            if known.key in names:
                found.append(
                    TrackUpdate(place, number, replace(known, frames=frames(8), gain_db=-3.0))
                )
    return tuple(found)


def played(commands, learns=()):
    """The session, and its shadow, that was told only what crosses the pipe."""
    a_show = some_show()
    learning = sorted(learns)
    session = Session(
        Conductor(a_show), SourcePool(opener({"short": 8.0}, ["broken"]), patient=True)
    )
    shadow = SessionMirror(Conductor(a_show))
    lines = []
    waiting = sorted(commands, key=lambda item: item[0])
    for number in range(int(frames(40) / BLOCK)):
        while waiting and waiting[0][0] <= number:
            command, frame = waiting.pop(0)[1], session.conductor.frame
            try:
                shadow.done(CommandDone(0, frame, command, session.do(command)))
            except CommandRefused as refused:
                shadow.refused(CommandFailed(0, frame, command, str(refused)))
        if (
            learning
            and learning[0][0] <= number
            and session.update_tracks(measured(a_show, *learning[0][1]))
        ):
            learning.pop(0)
        rendered = session.render(BLOCK)
        lines += rendered.events
        for fact in rendered.external:
            (shadow.note_warning if isinstance(fact, Warned) else shadow.apply)(fact)
    shadow.reach(session.conductor.frame)
    session.finish()
    return session, shadow, lines


@examples(25)
@given(
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from(SOME)), max_size=8),
    st.lists(st.tuples(st.integers(0, 400), st.text("abcde", max_size=3)), max_size=3),
)
def test_it_shows_what_the_players_own_conductor_would(commands, learns):
    session, shadow, _ = played(commands, learns)
    assert take_snapshot(shadow.conductor) == take_snapshot(session.conductor)


def test_it_words_the_same_events_in_the_same_order():
    commands = [(50, Command("next")), (120, Command("skip")), (121, Command("release"))]
    _, shadow, lines = played(commands)
    mine = [line for line in shadow.take_events() if line["event"] != "refused"]
    key = lambda line: (line["t"], line["event"], str(line))  # noqa: E731
    assert sorted(mine, key=key) == sorted(lines, key=key)


def test_a_refused_command_is_an_event_and_no_more():
    shadow = SessionMirror(Conductor(some_show()))
    before = take_snapshot(shadow.conductor)
    shadow.refused(CommandFailed(0, 0, Command("play"), "cannot play: it plays"))
    assert take_snapshot(shadow.conductor) == before
    assert shadow.take_events()[-1]["event"] == "refused"


def test_a_fault_of_the_player_is_an_event():
    shadow = SessionMirror(Conductor(some_show()))
    shadow.failed("the device is gone")
    assert shadow.take_events() == [{"t": 0.0, "event": "fault", "message": "the device is gone"}]


@pytest.mark.parametrize("step", [1, 777, 480_000])
def test_it_does_not_matter_how_seldom_it_looks(step):
    seldom, once = (SessionMirror(Conductor(some_show())) for _ in range(2))
    end = frames(35) if step > 1 else frames(0.01)
    for frame in range(0, end, step):
        seldom.reach(frame)
    seldom.reach(end)
    once.reach(end)
    assert take_snapshot(seldom.conductor, seldom.history) == take_snapshot(
        once.conductor, once.history
    )
