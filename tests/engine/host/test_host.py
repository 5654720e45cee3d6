from queue import SimpleQueue

import pytest
from paper import Stage
from shows import track

from soundscape.engine.host import host as host_module
from soundscape.engine.host.host import SENT_BACKLOG, UNWATCHED_EVERY, WATCHED_FOR
from soundscape.engine.host.session_status import SessionStatus
from soundscape.errors import AudioDeviceError, CommandRefused, EngineError
from soundscape.ipc.player_messages import (
    AudioGap,
    AudioStarted,
    CommandDone,
    CommandFailed,
    CountSleep,
    DeviceMissing,
    MidiSent,
    MidiStatus,
    PlayerFailed,
    SendMidi,
    SessionEnded,
    UpdateTracks,
)
from soundscape.timeline.commands import Command
from soundscape.timeline.directives import Warned
from soundscape.timeline.external_events import MachineSlept, TracksUpdated, TrackUnplayable
from soundscape.timeline.show_update import TrackUpdate
from soundscape.units import frames
from soundscape.views.snapshot import Remote

HOLD = Command("hold")


@pytest.fixture
def stage(tmp_path):
    made = Stage(tmp_path)
    yield made
    made.hear(SessionEnded())


def kinds(stage):
    return [line["event"] for line in stage.host.events(0)[0]]


def test_the_clock_alone_says_how_far_the_session_is(stage):
    assert stage.host.snapshot().elapsed == 0
    stage.play_to(12.5)
    view = stage.host.snapshot()
    assert (view.elapsed, view.phase_remaining, view.health.underruns) == (12.5, 47.5, 2)
    assert (view.label, view.layers["music"].title) == ("here", "a")


def test_a_command_is_answered_with_what_it_did_and_shown_at_once(stage):
    stage.play_to(5)
    assert stage.done(HOLD, 5.1).result(0).said == "hold it is"
    assert stage.host.snapshot().state == "held"
    assert kinds(stage)[-1] == "command"


def test_a_gap_in_the_sound_is_an_event_with_its_time_and_its_length(stage):
    stage.play_to(5)
    stage.hear(AudioGap(frames(4.5), 0.15, 0.5))
    line = stage.host.events(0)[0][-1]
    assert line == {"t": 4.5, "event": "gap", "seconds": 0.15, "ahead": 0.5}


def test_a_refused_command_is_answered_with_the_reason(stage):
    future = stage.host.submit(HOLD)
    stage.hear(CommandFailed(stage.player.asked[-1].number, 0, HOLD, "held already"))
    with pytest.raises(CommandRefused, match="held already"):
        future.result(0)
    assert kinds(stage)[-1] == "refused"


def test_answers_find_their_commands_in_any_order(stage):
    first, second = stage.host.submit(HOLD), stage.host.submit(Command("duck"))
    one, two = (asked.number for asked in stage.player.asked)
    stage.hear(CommandDone(two, 10, Command("duck"), "second"))
    stage.hear(CommandDone(one, 20, HOLD, "first"))
    assert (first.result(0).said, second.result(0).said) == ("first", "second")


def test_sound_going_out_is_told_once(stage):
    assert not stage.host.started.done()
    stage.hear(AudioStarted("null"))
    assert stage.host.started.result(0) == "null"


def test_without_an_audio_device_there_is_no_session(stage):
    stage.hear(PlayerFailed("no such device; there is: this", no_device=True))
    with pytest.raises(AudioDeviceError, match="there is: this"):
        stage.host.started.result(0)
    assert stage.host.ended.is_set()


@pytest.mark.parametrize("last", [None, PlayerFailed("the device is gone")])
def test_a_player_that_ends_too_early_ends_the_session_with_a_fault(stage, last):
    waiting = stage.host.submit(HOLD)
    stage.hear(last)
    view = stage.host.snapshot()
    assert view.state == "ended"
    assert view.health.audio != "ok"
    assert kinds(stage)[-1] == "fault"
    with pytest.raises(EngineError):
        waiting.result(0)
    with pytest.raises(EngineError):
        stage.host.submit(HOLD).result(0)


def test_a_command_for_a_player_that_does_not_read_fails_and_the_session_goes_on(stage):
    stage.player.reads = False
    with pytest.raises(EngineError, match="the player does not answer"):
        stage.host.submit(HOLD).result(0)
    stage.host.send_midi("pads", b"\x90\x24\x7f")
    assert not stage.host.ended.is_set()
    stage.player.reads = True
    assert stage.done(HOLD, 1).result(0).said == "hold it is"


def test_echoes_that_the_controls_do_not_read_are_dropped(stage):
    for number in range(SENT_BACKLOG + 5):
        stage.hear(MidiSent(float(number), b"\x90\x3c\x64"))
    assert stage.host.sent.qsize() == SENT_BACKLOG
    assert stage.host.sent.get_nowait().due == 0.0


def test_a_player_that_hangs_is_told_and_so_is_its_return(stage):
    stage.play_to(5)
    assert stage.host.snapshot().health.audio == "no sound: output null"
    stage.time = 5 + 3
    stage.host._status._latest = None
    assert "does not answer" in stage.host.snapshot().health.audio
    stage.play_to(8)
    assert stage.host.snapshot().health.audio == "no sound: output null"


def test_a_stop_that_a_hung_player_does_not_hear_ends_it(stage):
    stage.play_to(5)
    stop = stage.host.submit(Command("stop"))
    stage.time = 5 + 3
    stage.host._status._latest = None
    with pytest.raises(EngineError, match="the player hung and was stopped"):
        stop.result(5)
    assert stage.player.ended


def test_what_was_not_answered_in_time_is_not_done_later_unless_it_makes_silence(stage):
    stage.time = 100.0
    for do in ("lift", "stop", "mute", "pause"):
        stage.host.submit(Command(do))
    assert [asked.until for asked in stage.player.asked] == [105.0, None, None, None]


def test_the_end_of_the_session_is_no_fault(stage):
    stage.play_to(10)
    stage.done(Command("stop", fade=1.0), 10.1)
    stage.play_to(11.5)
    stage.hear(SessionEnded())
    stage.hear(None)
    assert stage.host.snapshot().state == "ended"
    assert kinds(stage)[-1] == "end"
    assert stage.host.snapshot().health.audio == "no sound: output null"


def test_the_health_of_lights_and_files_is_told_in_words(stage):
    stage.hear(
        MidiStatus({"desk": "absent", "pads": "ok"}, ("lights offline: desk: unplugged",), 3)
    )
    stage.hear(TrackUnplayable(0, "b"))
    stage.hear(Warned(0, "b: cannot be played"))
    health = stage.host.snapshot().health
    assert (health.midi, health.late_messages) == ("lights offline: desk", 3)
    assert health.files == "1 track left out"
    assert kinds(stage).count("warning") == 2


def test_listeners_hear_of_changes_until_they_leave(stage):
    heard = []
    stop = stage.host.add_listener(lambda: heard.append(1))
    stage.done(HOLD, 1)
    stage.host.set_remote(Remote(on=True, url="http://here/", devices=1))
    assert len(heard) == 2
    assert stage.host.snapshot().remote.on
    stop()
    stage.done(Command("duck"), 2)
    assert len(heard) == 2


def test_events_can_be_asked_for_from_where_one_has_read(stage):
    stage.play_to(1)
    stage.host.snapshot()
    stage.done(HOLD, 1)
    lines, count = stage.host.events(0)
    stage.done(Command("duck"), 2)
    more, _ = stage.host.events(count)
    assert [line["do"] for line in more] == ["duck"]
    assert len(lines) == count


def test_a_pads_light_goes_through_the_player(stage):
    stage.host.send_midi("pads", b"\x90\x24\x7f")
    assert stage.player.asked == [SendMidi("pads", b"\x90\x24\x7f")]


def test_inputs_and_outputs_that_are_offline_are_shown_together(stage):
    stage.hear(MidiStatus({"desk": "absent"}))
    stage.host.set_control_status(
        {"pedal": "lost", "pads": "ok"}, {"pads": "Pads"}, ["controls offline: pedal: gone"]
    )
    assert stage.host.snapshot().health.midi == "lights offline: desk; controls offline: pedal"
    assert stage.host.events(0)[0][-1]["message"] == "controls offline: pedal: gone"
    stage.hear(MidiStatus({"desk": "ok"}, opened={"desk": "Port 1"}))
    stage.host.set_control_status({"pedal": "ok", "pads": "ok"}, {"pads": "Pads"}, [])
    assert stage.host.snapshot().health.ports == {"desk": ["Port 1"], "pads": ["Pads"]}
    assert stage.host.snapshot().health.midi == "ok"
    assert stage.host.ports == {"desk": "ok"}


def test_what_may_come_back_to_the_controls_is_kept_for_them(stage):
    stage.hear(MidiSent(1.5, b"\x90\x3c\x64"))
    assert stage.host.sent.get_nowait() == MidiSent(1.5, b"\x90\x3c\x64")


def test_what_was_measured_goes_to_the_player_and_counts_when_it_counts_there(stage):
    found = (TrackUpdate(0, 1, track("b", 50, gain_db=-3.0)),)
    stage.host.update_tracks(found)
    assert stage.player.asked == [UpdateTracks(found)]
    layer = stage.host._status.mirror.conductor.show.phases[0].layers["music"]
    assert layer.playlist.tracks[1].frames == frames(60)
    stage.hear(TracksUpdated(frames(5), found))
    layer = stage.host._status.mirror.conductor.show.phases[0].layers["music"]
    assert layer.playlist.tracks[1].frames == frames(50)
    assert stage.host.snapshot().health.files == "ok"


@pytest.fixture
def replaceable(stage):
    """A session that plays, with a standby."""
    stage.host._has_standby = True
    stage.hear(AudioStarted("null"))
    return stage


def messages(stage):
    return [line.get("message") for line in stage.host.events(0)[0]]


@pytest.mark.parametrize("last", ["it ended", "it hung", PlayerFailed("the device is gone")])
def test_a_player_that_is_replaced_does_not_end_the_session_and_is_told_in_one_line(
    replaceable, last
):
    replaceable.hear(last)
    assert not replaceable.host.ended.is_set()
    assert len([line for line in messages(replaceable) if line]) == 1
    replaceable.hear(AudioStarted("null"))
    assert messages(replaceable)[-1] == "the sound is back"
    assert replaceable.host.snapshot().state == "playing"


def test_a_command_that_the_lost_player_did_not_answer_goes_to_the_next_one(replaceable):
    answered, waiting = replaceable.host.submit(Command("duck")), replaceable.host.submit(HOLD)
    one, two = replaceable.player.asked
    replaceable.hear(CommandDone(one.number, 10, one.command, "ducked"))
    replaceable.hear("it ended")
    replaceable.hear(AudioStarted("null"))
    assert replaceable.player.asked == [one, two, two]
    replaceable.hear(CommandDone(two.number, 20, HOLD, "held"))
    assert (answered.result(0).said, waiting.result(0).said) == ("ducked", "held")


def test_commands_between_two_players_are_done_once_and_in_their_order(replaceable):
    replaceable.host.submit(HOLD)
    replaceable.hear("it ended")
    replaceable.host.submit(Command("next"))
    replaceable.host.submit(Command("release"))
    assert len(replaceable.player.asked) == 1
    replaceable.hear(AudioStarted("null"))
    asked = [one.command.do for one in replaceable.player.asked]
    assert asked == ["hold", "hold", "next", "release"]
    replaceable.host.submit(Command("duck"))
    assert replaceable.player.asked[-1].command.do == "duck"


def test_a_player_that_finds_no_device_can_be_stopped(replaceable):
    replaceable.hear("it ended")
    replaceable.hear(DeviceMissing("unplugged"))
    replaceable.host.submit(Command("stop"))
    assert [one.command.do for one in replaceable.player.asked] == ["stop"]
    replaceable.hear(AudioStarted("null"))
    assert [one.command.do for one in replaceable.player.asked] == ["stop"]


def test_a_missing_device_is_told_once_whatever_the_next_tries_find(replaceable):
    for why in ("unplugged", "no such device", "unplugged"):
        replaceable.hear(DeviceMissing(why))
    assert [text for text in messages(replaceable) if text] == [
        "no sound: unplugged; trying again each second"
    ]
    replaceable.play_to(5)
    assert replaceable.host.snapshot().health.audio == "no sound: unplugged"
    replaceable.hear(AudioStarted("null"))
    replaceable.play_to(6)
    assert "unplugged" not in replaceable.host.snapshot().health.audio
    assert not replaceable.host.ended.is_set()


def test_a_player_that_lost_its_device_is_killed_since_closing_it_may_take_for_ever(replaceable):
    replaceable.hear(PlayerFailed("it takes no sound", no_device=True))
    assert replaceable.player.killed
    replaceable.hear("it ended")
    assert [text for text in messages(replaceable) if text] == [
        "no sound: it takes no sound; trying again each second"
    ]
    replaceable.play_to(5)
    assert replaceable.host.snapshot().health.audio == "no sound: it takes no sound"


def test_a_player_that_gives_up_and_ends_is_told_once_and_the_death_of_the_next_one_as_well(
    replaceable,
):
    for message in (PlayerFailed("no memory"), "it ended", "it ended"):
        replaceable.hear(message)
    assert [text for text in messages(replaceable) if text] == [
        "the player gave up: no memory",
        "the player is lost (it ended): the standby takes over",
    ]


def test_a_session_that_is_over_is_not_taken_over(replaceable):
    replaceable.hear(SessionEnded())
    assert replaceable.player.released
    replaceable.hear("it ended")
    assert "standby" not in " ".join(str(line) for line in messages(replaceable))


def test_the_player_is_told_of_a_sleep_and_told_again_until_it_has_counted_it(stage: Stage) -> None:
    def watch(begin: int, end: int) -> list[float]:
        for tenth in range(begin * 10, end * 10):
            stage.play_to(tenth / 10)
            stage.host._status.advance(tenth / 10)
            stage.host._report_sleep(tenth / 10)
        asked, stage.player.asked = stage.player.asked, []
        return [one.seconds for one in asked if isinstance(one, CountSleep)]

    assert watch(1, 8) == []
    stage.slept = 600.0
    assert watch(8, 15) == [pytest.approx(600, abs=0.5)]
    assert watch(15, 30) == [pytest.approx(600, abs=0.5)]  # the player was lost meanwhile
    stage.hear(MachineSlept(frames(30), frames(600)))
    assert watch(30, 45) == []
    (line,) = [line for line in stage.host.events(0)[0] if line["event"] == "warning"]
    assert line["message"] == "this computer stood still for 10:00: the music waited, T+ went on"


@pytest.mark.parametrize(("asked", "each"), [(100.0, 1), (100.0 - WATCHED_FOR, UNWATCHED_EVERY)])
def test_snapshots_are_taken_seldom_while_no_client_watches(
    stage, monkeypatch, asked: float, each: int
):
    turns: SimpleQueue[str] = SimpleQueue()
    monkeypatch.setattr(host_module, "WATCH_EVERY", 0.0)
    monkeypatch.setattr(SessionStatus, "advance", lambda *_: turns.put("turn"))
    monkeypatch.setattr(SessionStatus, "measure", lambda *_: turns.put("snapshot"))
    stage.time = asked
    stage.host.snapshot()
    stage.time = 100.0
    while not turns.empty():
        turns.get()
    found = [turns.get(timeout=5.0) for _ in range(200)]
    assert found.count("turn") / found.count("snapshot") == pytest.approx(each, rel=0.1)
