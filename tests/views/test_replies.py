import pytest
from shows import phase, playlist, show, track

from soundscape.command_specs import COMMANDS
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.external_events import MachineSlept, apply
from soundscape.units import frames
from soundscape.views.history import History
from soundscape.views.replies import clock_time, reply
from soundscape.views.take_snapshot import take_snapshot

MUSIC = playlist("m", track("first", 400), track("second", 400))


def said(*commands, until=15.0):
    two = show(
        phase("onset", 60, MUSIC),
        phase("peak", 30, MUSIC, advance="manual"),
        outputs={"headphones": 0.0, "speakers": -6.0},
    )
    conductor = Conductor(two)
    conductor.advance(frames(until))
    for command in commands:
        conductor.command(command)
    return reply(conductor, commands[-1])


@pytest.mark.parametrize(
    ("commands", "line"),
    [
        ([Command("next")], "now peak, 0:30 planned"),
        ([Command("goto", phase="onset")], "now onset, 1:00 planned; then peak, 0:30 as planned"),
        ([Command("hold")], "held in onset at 0:15; the music goes on"),
        ([Command("hold"), Command("release")], "onset goes on, 0:45 left"),
        (
            [Command("extend", by=60.0)],
            "onset now ends at 2:00, 1:45 from now; then peak, 0:30 as planned",
        ),
        ([Command("dose", ago=5.0)], "dose marked, T+0:05; onset, 0:45 left"),
        ([Command("pause")], "pausing in onset at 0:15; `play` brings it back"),
        (
            [Command("next"), Command("back")],
            "back in onset at 0:15, 0:45 left",
        ),
        (
            [Command("next"), Command("undo")],
            "next undone; onset again at 0:15, 0:45 left",
        ),
        ([Command("dose"), Command("undo")], "dose undone; no dose is marked"),
        ([Command("dose"), Command("dose", undo=True)], "dose undone; no dose is marked"),
        (
            [Command("dose"), Command("dose", ago=10.0)],
            "dose moved, T+0:10; onset, 0:45 left",
        ),
        (
            [Command("swap"), Command("undo")],
            "swap undone; crossfading to first; onset goes on",
        ),
        (
            [Command("hold"), Command("next"), Command("undo")],
            "next undone; onset again at 0:15, 0:45 left; held",
        ),
        ([Command("level", by=-2.0, output="speakers")], "speakers at -8 dB"),
        ([Command("level", by=6.0, output="speakers")], "speakers at -3 dB"),
        ([Command("pause"), Command("play")], "the music comes back in onset, playing"),
        ([Command("duck")], "ducked for your voice; `duck` again brings it back"),
        ([Command("duck"), Command("duck")], "no longer ducked"),
        ([Command("level", by=-2.0)], "level 2 under plan"),
        (
            [Command("pause"), Command("next")],
            "now peak, 0:30 planned; paused, `play` brings the music back",
        ),
        ([Command("skip")], "crossfading to second; onset goes on"),
        (
            [Command("swap")],
            "crossfading to second; onset goes on; the previous one will not be played again",
        ),
        ([Command("soften")], "level 1 under plan, the lights with it"),
        ([Command("land")], "landing: grounding music and the care light; `land` again goes back"),
        ([Command("land"), Command("land")], "back to onset"),
        ([Command("care")], "care light on; `care` again turns it off"),
        ([Command("care"), Command("care")], "care light off"),
        ([Command("land"), Command("care"), Command("care")], "care light off"),
        ([Command("mute")], "muted in onset; care light on; `play` brings it back"),
        ([Command("stop", fade=5.0)], "fading out; silence in 0:05"),
        ([Command("dose", ago=5.0), Command("mark")], "marked in onset at 0:15, T+0:05"),
        ([Command("note", text="calm")], "noted in onset at 0:15"),
    ],
)
def test_each_command_says_what_it_did(commands, line):
    assert said(*commands) == line


def test_after_the_dose_times_count_from_it():
    line = said(Command("dose"), Command("extend", by=15.0))
    assert line.startswith("onset now ends at T+1:00, 1:00 from now")


def test_seconds_that_may_have_been_meant_as_minutes_are_told_with_the_unit():
    assert said(Command("extend", by=10.0)).endswith("; that was 10 s (minutes: `extend 10m`)")
    assert "minutes" not in said(Command("extend", by=600.0))


def test_moving_on_from_the_last_phase_says_that_it_ends():
    line = said(Command("next"), Command("next"))
    assert line == "the last phase is over; fading out until 1:15"


def test_a_further_dose_says_that_time_counts_from_the_first():
    line = said(Command("dose", ago=5.0), Command("dose"))
    assert line == "dose marked, T+0:05 still, from the first; onset, 0:45 left"


@pytest.mark.parametrize("quiet", ["pause", "mute"])
def test_what_is_asked_in_a_silence_says_that_it_stays_silent(quiet):
    for command in (Command("dose"), Command("extend", by=10.0), Command("next")):
        assert said(Command(quiet), command).endswith("d, `play` brings the music back")


def test_what_is_asked_while_it_ends_says_what_is_left_to_ask():
    ending = (Command("next"), Command("next"))
    assert said(*ending, Command("hold")) == "held in peak at 0:00; the music comes back"
    silent = "muted; care light on; the session ends when it is silent"
    assert said(*ending, Command("mute")) == silent
    assert said(Command("stop"), Command("mute")) == silent


def test_stop_in_a_silence_ends_at_once():
    conductor = Conductor(show(phase("onset", 60, MUSIC)))
    conductor.advance(frames(5))
    conductor.command(Command("pause"))
    conductor.advance(frames(30))
    conductor.command(Command("stop"))
    assert reply(conductor, Command("stop")) == "already silent; the session ends"


def test_every_command_has_an_answer():
    for do in COMMANDS:
        needs = {"goto": {"phase": "peak"}, "extend": {"by": 1.0}, "level": {"by": -1.0}}
        first = {"release": "hold", "play": "pause", "lift": "soften", "back": "next"}
        before = {**first, "undo": "next"}.get(do)
        commands = ([Command(before)] if before else []) + [Command(do, **needs.get(do, {}))]
        assert said(*commands)


def test_times_are_in_whole_seconds():
    assert clock_time(frames(61.4)) == "1:01"


def test_t_plus_goes_on_through_a_sleep_and_marks_before_it_keep_theirs():
    conductor = Conductor(show(phase("onset", 600, MUSIC)))
    history = History()
    conductor.advance(frames(10))
    conductor.command(Command("dose"))
    conductor.advance(frames(20))
    history.done(frames(15), Command("mark"))
    apply(conductor, MachineSlept(frames(20), frames(300)))
    conductor.advance(frames(30))
    view = take_snapshot(conductor, history)
    assert view.since_dose == 320
    assert view.marks[0].since_dose == 5
    conductor.command(Command("note", text="awake"))
    assert reply(conductor, Command("note", text="awake")).endswith("T+5:20")
    conductor.command(Command("dose", ago=60.0))
    assert take_snapshot(conductor, history).since_dose == 60
