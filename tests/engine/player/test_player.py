import threading
from contextlib import suppress
from dataclasses import replace
from queue import Empty

import numpy as np
import pytest
from rooms import make_room
from sessions import AMPLITUDE, Tone
from shows import phase, playlist, show, track

from soundscape.devices.audio.device_clock import Gap
from soundscape.devices.audio.output import BLOCK_FRAMES as BLOCK
from soundscape.dsp.comfort_noise import PEAK
from soundscape.dsp.limiter import LATENCY
from soundscape.engine.player import command_queue
from soundscape.engine.player.player import FALLBACK_AFTER, PATIENCE, TRY_AGAIN, Player
from soundscape.engine.player.session import Session
from soundscape.engine.player.sources import READY, SourcePool
from soundscape.errors import AudioDeviceError
from soundscape.ipc.player_messages import (
    AudioGap,
    AudioStarted,
    CommandDone,
    CommandFailed,
    CommandRequest,
    DeviceMissing,
    PlayerFailed,
    SessionEnded,
    TakeOver,
)
from soundscape.lighting.rig import Rig
from soundscape.midi.messages import Message
from soundscape.scene.models import LightSpec
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.external_events import TracksUpdated
from soundscape.timeline.show import Move
from soundscape.timeline.show_update import TrackUpdate
from soundscape.units import SAMPLE_RATE, At, frames

SECOND = BLOCK / SAMPLE_RATE
AHEAD = LATENCY / SAMPLE_RATE  # what is mixed already is not changed any more
NOTE_OFF = b"\x80\x3c\x00"


class Clock:
    def __init__(self):
        self.time = 100.0

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.time += seconds


class FakeOutput:
    """Takes each block at once; the clock goes on by its length."""

    name = "fake"
    block_frames = BLOCK
    gaps = ()
    ahead = 0.25

    def __init__(self, clock):
        self.clock = clock
        self.blocks = 0
        self.done = []
        self.at = {}  # block: what happens while it is written

    def open(self):
        self.done.append("open")

    def wait_for_room(self):
        pass

    def next_heard(self):
        return self.clock.time

    def write(self, block, gains=None):
        assert block.shape == (BLOCK, 2)
        moment = self.clock.time
        self.at.get(self.blocks, lambda: None)()
        self.blocks += 1
        self.clock.time += SECOND
        return moment

    def drain(self):
        self.done.append("drain")

    def close(self):
        self.done.append("close")


class FakeRig:
    """One message a move, and a note that is owed in the end."""

    def __init__(self):
        self._waiting = [Message(frames(1.5), "desk", b"\xb0\x14\x20")]
        self.turns = []

    def clock(self, frame, place, pace):
        pass

    def lose(self, frame, port, arrived):
        self.turns.append((frame, port, "away"))
        self.arrived = arrived

    def restore(self, frame, port):
        self.turns.append((frame, port, "back"))

    def move(self, frame, values, over, *, care):
        pass

    def messages(self, until):
        due = [m for m in self._waiting if m.frame < until]
        self._waiting = [m for m in self._waiting if m.frame >= until]
        return due

    def finish(self, frame, *, settle):
        assert not settle
        return [Message(frame, "desk", NOTE_OFF)]


class FakeLights:
    def __init__(self):
        self.sent = []

    def send(self, batch):
        self.sent += batch


class Stage:
    """A player on fakes; the file of the track `late` opens when `gate` is set."""

    def __init__(self, seconds=3.0, **more):
        self.gate = threading.Event()
        self.clock = Clock()
        self.output = FakeOutput(self.clock)
        self.lights = FakeLights()
        self.pool = SourcePool(self._open, patient=False)
        music, late = (playlist(name, track(name, 60)) for name in ("soon", "late"))
        a_show = show(phase("one", seconds, music), phase("two", seconds, late), end=1.0, start=1)
        self.rig = FakeRig()
        self.session = Session(Conductor(a_show), self.pool, self.rig)
        times = {"now": self.clock.now, "sleep": self.clock.sleep}
        self.player = Player(self.session, self.output, self.lights, **{**times, **more})

    def _open(self, a_track, start):
        if a_track.key == "late":
            assert self.gate.wait(10)
        return Tone(a_track, start)

    def ask_at(self, block, *commands):
        self.output.at[block] = lambda: [
            self.player.request(CommandRequest(7, c)) for c in commands
        ]

    def run(self):
        self.player.run()
        return self.told()

    def told(self):
        told = []
        with suppress(Empty):
            while True:
                told.append(self.player.outbox.get())
        return told


@pytest.fixture
def stage():
    made = []

    def make(*args, **more):
        made.append(Stage(*args, **more))
        return made[-1]

    yield make
    for one in made:
        one.gate.set()


def commands(told):
    done = [fact for fact in told if isinstance(fact, CommandDone)]
    assert all(fact.number == 7 for fact in done)
    return [(fact.command.do, round(fact.frame / SAMPLE_RATE, 6)) for fact in done]


STOP = Command("stop", fade=1.0)


def test_a_session_is_played_to_its_end_drained_and_closed(stage):
    one = stage(1.0)
    one.gate.set()
    one.run()
    assert one.session.ended
    assert one.output.blocks == -(-frames(3) // BLOCK)
    assert one.output.done == ["open", "drain", "close"]


def test_the_end_is_told_before_the_device_is_closed_which_may_take_long(stage):
    one = stage(1.0)
    one.gate.set()
    told = []

    one.output.close = lambda: told.extend(one.told())
    one.player.run()
    assert told[-1] == SessionEnded()


def test_commands_are_done_in_their_order_with_the_next_block(stage):
    one = stage()
    one.ask_at(9, Command("hold"), Command("duck"), Command("release"))
    one.ask_at(19, STOP)
    at = round(10 * SECOND + AHEAD, 6)
    assert commands(one.run())[:3] == [("hold", at), ("duck", at), ("release", at)]


def test_a_refused_command_is_told_and_changes_nothing(stage):
    one = stage()
    one.ask_at(9, Command("release"))
    one.ask_at(19, STOP)
    refused = [fact for fact in one.run() if isinstance(fact, CommandFailed)]
    assert [(fact.number, fact.command.do) for fact in refused] == [(7, "release")]
    assert "cannot release" in refused[0].why


def test_a_command_waits_for_its_file_while_the_old_music_plays_but_not_for_ever(stage):
    one = stage(60.0)
    one.ask_at(99, Command("goto", phase="two"))
    one.ask_at(199, STOP)
    done = dict(commands(one.run()))
    assert 100 * SECOND + PATIENCE <= done["goto"] <= 100 * SECOND + PATIENCE + 2 * SECOND


def test_a_command_is_done_as_soon_as_its_file_is_open(stage):
    one = stage(60.0)

    def opened():
        one.gate.set()
        for held in one.pool._held.values():
            held.prefetch.wait_for(frames(0.3))

    one.ask_at(99, Command("goto", phase="two"))
    one.output.at[102] = opened
    one.ask_at(199, STOP)
    assert dict(commands(one.run()))["goto"] == round(103 * SECOND + AHEAD, 6)


def test_what_is_asked_after_a_waiting_command_comes_after_it(stage):
    one = stage(60.0)
    one.ask_at(99, Command("goto", phase="two"))
    one.ask_at(100, Command("hold"))
    one.ask_at(199, STOP)
    assert [do for do, _ in commands(one.run())] == ["goto", "hold", "stop"]


def test_a_flood_of_commands_is_refused_and_the_stop_in_it_is_done(stage, monkeypatch):
    monkeypatch.setattr(command_queue, "MOST_REQUESTS", 10)
    one = stage(60.0)
    flood = [Command("duck")] * 25
    one.output.at[5] = lambda: [one.player.request(CommandRequest(7, c)) for c in (*flood, STOP)]
    sent = one.run()
    refused = [m.why for m in sent if isinstance(m, CommandFailed)]
    assert refused == ["cannot duck: too many commands are waiting"] * 16
    assert [do for do, _ in commands(sent)] == [*["duck"] * 9, "stop"]


@pytest.mark.parametrize("urgent", ["mute", "pause", "duck", "stop"])
def test_nothing_urgent_waits_behind_a_file(stage, urgent):
    one = stage(60.0)
    one.ask_at(99, Command("goto", phase="two"))
    one.ask_at(102, Command(urgent))
    one.ask_at(199, STOP)
    at = round(103 * SECOND + AHEAD, 6)
    assert commands(one.run())[:2] == [("goto", at), (urgent, at)]


def test_it_is_told_when_the_first_block_has_gone_out(stage):
    one = stage(1.0)
    one.gate.set()
    assert one.run()[0] == AudioStarted("fake")


def test_every_block_is_recorded_with_its_moment_and_the_underruns(stage):
    written = []

    class FakeRecorder:
        def write(self, frame, block, moment, underruns):
            written.append((frame, len(block), moment, underruns))

    one = stage(1.0, recorder=FakeRecorder())
    one.gate.set()
    begun = []
    one.output.at[0] = lambda: begun.append(one.clock.time)
    one.run()
    assert written[0][:3] == (0, BLOCK, *begun)
    assert written[-1][3] == one.session.pool.underruns
    assert [frame for frame, *_ in written] == [n * BLOCK for n in range(one.output.blocks)]


def test_a_message_is_due_when_its_frame_is_heard(stage):
    one = stage(latency=0.25)
    one.ask_at(99, STOP)
    begun = []
    one.output.at[0] = lambda: begun.append(one.clock.time)
    one.run()
    due, port, data = one.lights.sent[0]
    assert (port, data) == ("desk", b"\xb0\x14\x20")
    assert due == pytest.approx(begun[0] + 1.5 + 0.25)


def test_a_port_that_goes_and_comes_back_is_told_to_the_rig(stage):
    one = stage()
    one.player.set_light_port("desk", False)
    one.output.at[40] = lambda: one.player.set_light_port("desk", True)
    one.player.run()
    away, back = one.rig.turns
    assert away == (0, "desk", "away")
    assert back == (41 * BLOCK + LATENCY, "desk", "back")


def test_a_port_that_goes_has_got_what_was_heard_by_then(stage):
    """With a device that is late, much of what was sent is still on its way."""
    one = stage(latency=0.25)
    one.output.at[40] = lambda: one.player.set_light_port("desk", False)
    one.player.run()
    heard = one.rig.turns[0][0] - one.rig.arrived
    assert heard >= 0.25 * 48_000


def test_what_is_owed_to_the_lights_is_sent_in_the_end(stage):
    one = stage()
    one.ask_at(9, STOP)
    one.run()
    assert one.lights.sent[-1] == (pytest.approx(one.clock.time), "desk", NOTE_OFF)


def failing():
    raise AudioDeviceError("the device has stopped")


def test_a_device_that_fails_ends_the_session_and_leaves_nothing_open_or_owed(stage):
    one = stage()
    one.output.at[5] = failing
    with pytest.raises(AudioDeviceError, match="stopped"):
        one.player.run()
    assert one.output.done == ["open", "close"]
    assert one.lights.sent[-1][2] == NOTE_OFF
    assert one.pool._held == {}


def test_a_lost_device_is_told_before_it_is_closed_which_may_take_for_ever(stage):
    one = stage()
    one.output.at[4] = failing
    told = []
    one.output.close = lambda: told.extend(one.told())
    with pytest.raises(AudioDeviceError):
        one.player.run()
    assert told[-1] == PlayerFailed("the device has stopped", no_device=True)


def test_a_device_that_does_not_open_leaves_nothing_open(stage):
    one = stage()
    one.output.open = failing
    with pytest.raises(AudioDeviceError):
        one.player.run()
    assert one.pool._held == {}
    assert one.output.done == ["close"]


def test_a_first_file_that_never_opens_does_not_keep_the_session_from_beginning(stage):
    one = stage(1.0)
    one.session = Session(
        Conductor(show(phase("p", 1, playlist("late", track("late", 9))), end=1)), one.pool
    )
    one.player = Player(one.session, one.output, now=one.clock.now, sleep=one.clock.sleep)
    began = one.clock.time
    one.output.at[0] = lambda: one.output.done.append(one.clock.time - began)
    one.run()
    assert one.output.done[1] == pytest.approx(5.0, abs=0.01)


def test_a_command_whose_time_is_over_is_refused(stage):
    one = stage(1.0)
    one.player.request(CommandRequest(1, Command("lift"), until=99.0))
    one.player.request(CommandRequest(2, Command("stop", fade=0.1), until=500.0))
    told = [fact for fact in one.run() if isinstance(fact, CommandDone | CommandFailed)]
    assert [(type(fact), fact.number) for fact in told] == [(CommandFailed, 1), (CommandDone, 2)]


def test_what_was_measured_is_taken_between_two_blocks_and_told(stage):
    one = stage()
    one.gate.set()
    better = (TrackUpdate(3, 0, track("late", 50, gain_db=-3.0)),)
    one.output.at[20] = lambda: one.player.update_tracks(better)
    told = [fact for fact in one.run() if isinstance(fact, TracksUpdated)]
    assert [fact.updates for fact in told] == [better]
    assert told[0].frame >= frames(3.0)  # it was about to begin: only then
    assert one.session.conductor.show.phases[1].layers["music"].playlist.tracks[0] == better[0].now


ROOM = make_room(lights={"room": LightSpec(port="desk", cc=20, from_=0.2)})


def session_with_a_look_after_it(one):
    a_show = show(phase("one", 2.0, playlist("soon", track("soon", 60))), end=1.0, start=1)
    a_show = replace(a_show, after=Move(At(), {"room": 0.5}, frames(10.0)))
    session = Session(Conductor(a_show), one.pool, Rig(ROOM))
    one.player._session = session
    return session


def test_after_the_sound_the_lights_go_to_the_look_after_the_session(stage):
    one = stage()
    session = session_with_a_look_after_it(one)
    begun = []  # the first file may be opened late: time counts from the first block
    one.output.at[0] = lambda: begun.append(one.clock.time)
    one.player.run()
    assert session.lights_settled
    codes = [data[2] for _, _, data in one.lights.sent]
    assert codes == sorted(codes)
    assert (codes[0], codes[-1]) == (25, 64)
    times = [due - begun[0] for due, _, _ in one.lights.sent]
    assert times[0] == pytest.approx(3.0, abs=0.1)
    assert times[-1] == pytest.approx(13.0, abs=0.5)


def test_stop_ends_the_way_to_the_look_after_the_session(stage):
    one = stage()
    session_with_a_look_after_it(one)
    one.ask_at(round(8.0 / SECOND), STOP)
    one.player.run()
    assert one.output.blocks == round(8.0 / SECOND) + 1
    assert 25 < one.lights.sent[-1][2][2] < 64
    assert one.output.done == ["open", "drain", "close"]


def test_a_session_that_ends_without_a_look_leaves_the_last_one(stage):
    one = stage()
    one.player._session = Session(one.session.conductor, one.pool, Rig(ROOM))
    one.ask_at(9, STOP)
    one.player.run()
    assert one.lights.sent == []


def test_each_gap_is_told_once_with_its_frame_and_its_length(stage):
    one = stage()
    one.output.gaps = []
    gap = Gap(0.0, 0.15)
    one.output.at[20] = lambda: one.output.gaps.append(Gap(one.clock.time - 0.5, gap.length))
    gaps = [fact for fact in one.run() if isinstance(fact, AudioGap)]
    assert gaps == [AudioGap(20 * BLOCK - frames(0.5), 0.15, 0.25)]


class Heard(FakeOutput):
    """Keeps what it is given, with the time of each block; it may be missing at first."""

    def __init__(self, one, missing=0):
        super().__init__(one.clock)
        self.pool = one.pool
        self.missing = missing
        self.sound = []
        self.moments = []

    def open(self):
        if self.missing:
            self.missing -= 1
            raise AudioDeviceError("no such device")
        super().open()

    def wait_for_room(self):
        for held in self.pool._held.values():  # the clock does not wait for the decoders
            if held.clip.track.key != "late":
                held.prefetch.wait_for(max(2 * BLOCK, READY))

    def write(self, block, gains=None):
        moment = super().write(block)
        self.sound.append(block.copy())
        self.moments.append(moment)
        return moment


def all_told(player):
    told = []
    with suppress(Empty):
        while True:
            told.append(player.outbox.get())
    return told


def resumed(one, since, missing=0):
    """The player's sound from silence, and the session frame of its first block."""
    one.output = one.player._output = Heard(one, missing)
    one.player.run(since)
    return np.concatenate(one.output.sound), since.frame_at(one.output.moments[0])


def test_a_player_that_takes_over_goes_on_where_the_session_should_be_by_now(stage):
    one = stage(seconds=60.0)
    one.gate.set()
    got, first = resumed(one, TakeOver(frames(5), one.clock.time - 4.0))
    assert abs(first - frames(9.0)) < frames(0.01), "five seconds, and the four that passed"
    begin = int(np.flatnonzero(np.abs(got).max(axis=1) > PEAK)[0])
    assert begin > 0, "silence until the sources are open"
    assert np.abs(got[begin : begin + frames(0.4)]).max() <= 0.1 * AMPLITUDE, "by a fade"
    back = begin + frames(3.1)
    wanted = Tone(track("soon", 60), first + back).read(frames(2.0))
    assert np.abs(got[back : back + len(wanted)] - wanted).max() < 1e-4, "to the frame"


class Filling(Heard):
    """It does not know at first when a block is heard."""

    def next_heard(self):
        return super().next_heard() if self.blocks > 4 else None

    def write(self, block, gains=None):
        moment = super().write(block)
        return moment if self.blocks > 4 else moment + 0.15


def test_a_player_that_takes_over_begins_once_it_is_known_when_it_is_heard(stage):
    one = stage(seconds=60.0)
    one.gate.set()
    one.output = one.player._output = Filling(one)
    since = TakeOver(frames(5), one.clock.time - 4.0)
    one.player.run(since)
    entry = since.moment + (one.player._entry.start - since.frame) / SAMPLE_RATE
    sound = np.abs(np.concatenate(one.output.sound)).max(axis=1)
    heard = one.output.moments[0] + np.flatnonzero(sound > PEAK)[0] / SAMPLE_RATE
    assert heard == pytest.approx(entry, abs=0.01)


def test_files_that_open_slowly_are_given_the_time_that_they_take(stage, monkeypatch):
    one = stage(seconds=60.0)
    opened = []
    catch_up, ready = one.session.catch_up, one.session.ready
    monkeypatch.setattr(
        one.session, "catch_up", lambda frame: (opened.append(one.clock.time), catch_up(frame))
    )
    monkeypatch.setattr(
        one.session, "ready", lambda: one.clock.time - opened[-1] >= 3.5 and ready()
    )
    got, _ = resumed(one, TakeOver(frames(5), one.clock.time))
    assert len(opened) <= 3
    begin = np.flatnonzero(np.abs(got).max(axis=1) > PEAK)[0] / SAMPLE_RATE
    assert begin < 8.0


def test_a_session_that_is_taken_up_comes_back_from_silence_as_slowly_as_asked(stage):
    one = stage(seconds=60.0)
    one.gate.set()
    got, first = resumed(one, TakeOver(frames(5), one.clock.time - 4.0, rise=15.0))
    begin = one.player._entry.start - first
    for after in (3.0, 7.5, 12.0, 16.0):
        at = begin + frames(after)
        wanted = Tone(track("soon", 60), first + at).read(frames(0.1))
        gain = np.abs(got[at : at + len(wanted)]).max() / np.abs(wanted).max()
        assert gain == pytest.approx(min(1.0, (after / 15.0) ** 2), abs=0.03)


def test_a_device_that_stays_away_is_tried_again_and_told(stage):
    one = stage(seconds=30.0)
    began = one.clock.time
    got, first = resumed(one, TakeOver(frames(5), began), missing=3)
    assert first >= frames(5.0 + 3 * TRY_AGAIN), "the session went on meanwhile"
    assert np.abs(got).max() > 0.01
    told = [fact for fact in all_told(one.player) if isinstance(fact, DeviceMissing)]
    assert told == [DeviceMissing("no such device")] * 3


class Stalled(Heard):
    """It opens, but takes no more than two blocks, as often as it is told."""

    def __init__(self, one, stalls):
        super().__init__(one)
        self.stalls = stalls

    def open(self):
        super().open()
        self.blocks = 0

    def next_heard(self):
        return None if self.stalls else super().next_heard()

    def wait_for_room(self):
        if self.stalls and self.blocks == 2:
            self.stalls -= 1
            self.clock.time += 5.0
            raise AudioDeviceError("no sound taken")
        super().wait_for_room()


def test_a_device_that_opens_and_takes_no_sound_is_waited_for_too(stage):
    one = stage(seconds=60.0)
    one.gate.set()
    one.output = one.player._output = Stalled(one, 3)
    since = TakeOver(frames(5), one.clock.time)
    one.player.run(since)
    assert one.output.done == ["open", "close"] * 3 + ["open", "drain", "close"]
    told = [fact for fact in all_told(one.player) if isinstance(fact, DeviceMissing)]
    assert told == [DeviceMissing("no sound taken")] * 3
    assert np.abs(np.concatenate(one.output.sound)).max() > 0.01
    assert one.player._entry.start > frames(5.0 + 3 * 5.0), "the session went on meanwhile"


def test_when_the_device_stays_away_the_rooms_fallback_is_taken_and_no_sooner(stage):
    one = stage(seconds=60.0)
    device, fallback = Heard(one, missing=1000), Heard(one)
    one.player._output, one.player._fallback = device, fallback
    began = one.clock.time
    one.player.run(TakeOver(frames(5), began))
    assert FALLBACK_AFTER <= fallback.moments[0] - began < FALLBACK_AFTER + 1
    assert (device.sound, device.done[-1]) == ([], "close")
    assert np.abs(np.concatenate(fallback.sound)).max() > 0.01


def test_a_player_that_waits_for_its_device_ends_when_asked_to_stop(stage):
    one = stage(seconds=60.0)
    device = Heard(one, missing=1000)
    one.player._output = device
    one.player.request(CommandRequest(1, Command("stop")))
    one.player.run(TakeOver(frames(5), one.clock.time))
    assert device.sound == []


def test_a_session_that_is_over_by_then_ends_without_a_sound(stage):
    one = stage(seconds=3.0)
    got, _ = resumed(one, TakeOver(0, one.clock.time - 100.0))
    assert np.abs(got).max() <= PEAK
    assert one.output.done[-1] == "close"
