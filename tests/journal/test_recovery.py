"""A session that was cut off comes back where it should be, or the right thing is offered."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from journals import a_job, a_show
from paper import Stage
from properties import examples
from shows import phase, show

from soundscape.engine.host.session_status import SessionStatus
from soundscape.errors import CommandRefused, EngineError
from soundscape.ipc.player_messages import (
    CODEC,
    CommandDone,
    CommandFailed,
    CommandRequest,
    Resume,
)
from soundscape.journal.recovery import LONGEST_GAP, RISE, assess, replayed, return_phase
from soundscape.journal.resume_log import (
    PositionReached,
    SessionSetup,
    beginning,
    encoded,
    read_resume_log,
    read_setup,
    whole_records,
)
from soundscape.timeline.commands import Command
from soundscape.timeline.external_events import MachineSlept, TrackUnplayable
from soundscape.timeline.transport import State
from soundscape.units import frames, seconds
from soundscape.views.snapshot import Remote
from soundscape.views.take_snapshot import take_snapshot

SETUP = SessionSetup("label", "device:default", (("desk", "cc", 1, 20),), "/library")
JOB = a_job(a_show())
BEGUN = beginning(SETUP, CODEC.encode(JOB)) + encoded(PositionReached(0, 0.0))
LENGTH = 370.0
COMMANDS = (
    *(Command(do) for do in ("hold", "release", "next", "back", "undo", "skip", "pause", "play")),
    *(Command(do) for do in ("duck", "land", "care", "mark", "dose", "mute", "swap", "lift")),
    *(Command("extend", by=30.0), Command("goto", phase="peak"), Command("stop", fade=20.0)),
    *(Command("level", by=-2.0), Command("dose", ago=40.0)),
)
scripts = st.lists(st.tuples(st.floats(0.0, LENGTH), st.sampled_from(COMMANDS)), max_size=8).map(
    lambda script: sorted(script, key=lambda line: line[0])
)


def recorded(script, until):
    """The records of a session up to a time: what the host writes, in its order."""
    conductor, records, waiting, number = JOB.conductor(), [], list(script), 0
    for second in range(1, int(until) + 1):
        while waiting and waiting[0][0] < second:
            at, command = waiting.pop(0)
            number += 1
            records.append(CommandRequest(number, command))
            frame = max(conductor.frame, frames(at))
            conductor.advance(frame)
            try:
                conductor.command(command)
            except CommandRefused as refused:
                records.append(CommandFailed(number, frame, command, str(refused)))
            else:
                records.append(CommandDone(number, frame, command, "done"))
        conductor.advance(max(conductor.frame, frames(float(second))))
        records.append(PositionReached(frames(float(second)), float(second)))
    return records


def log_of(records, folder, lost=0):
    """The log of records whose last bytes never reached the disk."""
    data = BEGUN + b"".join(map(encoded, records))
    path = folder / "resume"
    path.write_bytes(data[: max(len(BEGUN), len(data) - lost)])
    return read_resume_log(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("log")


def survived(records, lost):
    """The records that are whole when so many bytes are lost."""
    kept = list(records)
    while kept and lost > 0:
        lost -= len(encoded(kept.pop()))
    return kept


@given(
    script=scripts,
    cut=st.floats(1.0, LENGTH),
    lost=st.integers(0, 400),
    gap=st.floats(0.0, 1500.0),
)
@examples(100)
def test_wherever_it_is_cut_off_it_comes_back_right_or_the_right_thing_is_offered(
    folder, script, cut, lost, gap
):
    records = recorded(script, cut)
    kept = survived(records, lost)
    heard = max((one.frame for one in kept if isinstance(one, PositionReached)), default=0)
    recovery = assess(log_of(records, folder, lost), seconds(heard) + gap)

    # The session as it would be had nothing happened to it, told of the same commands.
    truth = JOB.conductor()
    answered = {one.number for one in kept if isinstance(one, CommandDone | CommandFailed)}
    done = [one for one in kept if isinstance(one, CommandDone)]
    for one in done:
        truth.advance(max(truth.frame, one.frame))
        truth.command(one.command)
    truth.advance(max(truth.frame, heard))
    for one in kept:
        if isinstance(one, CommandRequest) and one.number not in answered:
            try:
                truth.command(one.command)
            except CommandRefused:
                continue
    state = truth.transport.state
    if state in (State.STOPPING, State.ENDED):
        assert recovery.choice == "end"
        return
    if gap > LONGEST_GAP:
        assert recovery.choice == "return"
    else:
        truth.advance(max(truth.frame, heard + frames(gap)))
        back = copy.deepcopy(truth)
        back.advance(back.frame + frames(RISE))
        over = back.transport.state in (State.STOPPING, State.ENDED, State.ENDING)
        assert recovery.choice == ("return" if over else "resume")
        assert take_snapshot(recovery.conductor) == take_snapshot(truth)
    if recovery.choice == "resume":
        resume = recovery.resumed(5000.0, 0.0)
        assert resume.take_over.frame_at(5000.0) == pytest.approx(heard + frames(gap), abs=1)
        assert resume.take_over.rise == 15.0
        again = replayed(JOB, resume.history(), heard + frames(gap))
        assert take_snapshot(again) == take_snapshot(truth)
    else:
        resume = recovery.returned(5000.0, 0.0)
        back = replayed(JOB, resume.history(), resume.take_over.frame)
        assert back.phase.name == "return"
        assert back.clock.passed(back.frame) == 0
        assert resume.take_over.frame_at(5000.0) == back.frame


def test_t_plus_goes_on_while_there_is_no_session(folder):
    records = recorded([(10.0, Command("dose"))], 60.0)
    for gap in (100.0, 1000.0):
        recovery = assess(log_of(records, folder), 60.0 + gap)
        resume = (recovery.resumed if gap < LONGEST_GAP else recovery.returned)(0.0, 0.0)
        at = resume.take_over.frame_at(0.0)
        view = take_snapshot(replayed(JOB, resume.history(), at))
        assert view.since_dose == pytest.approx(50.0 + gap, abs=0.1)


def test_a_session_whose_wall_clock_was_set_back_is_not_taken_up_by_it(folder):
    log = log_of(recorded([], 60.0), folder)
    assert assess(log, 59.5).choice == "resume"
    assert assess(log, -4000.0).choice == "return"


def test_a_phase_that_waits_waits_on(folder):
    phases = JOB.show.phases
    waits = replace(JOB.show, phases=(replace(phases[0], advance="manual"), *phases[1:]))
    job = replace(JOB, show=waits)
    path = folder / "waits"
    start = beginning(SETUP, CODEC.encode(job))
    path.write_bytes(start + encoded(PositionReached(frames(118.0), 118.0)))
    recovery = assess(read_resume_log(path), 500.0)
    assert recovery.choice == "resume"
    assert recovery.conductor.transport.state is State.WAITING


def test_what_came_from_outside_is_replayed_too(folder):
    found = [
        PositionReached(frames(5.0), 5.0),
        TrackUnplayable(frames(6.0), "b.flac"),
        MachineSlept(frames(7.0), frames(30.0)),
        PositionReached(frames(8.0), 8.0),
    ]
    conductor = assess(log_of(found, folder), 8.0).conductor
    assert "b.flac" in conductor.context.left_out
    assert conductor.sleeps == [(frames(7.0), frames(30.0))]


def lines_of(status):
    return [(line["t"], line["event"], line.get("title") or line.get("name"))
            for line in status.collect_events()]  # fmt: skip


@given(script=scripts, cut=st.integers(5, int(LENGTH) - 20))
@examples(30)
def test_the_journal_has_each_thing_that_happened_once(tmp_path_factory, folder, script, cut):
    script = [line for line in script if line[1].do not in ("stop", "mute")]
    whole = SessionStatus("x", JOB, NoSound())  # type: ignore[arg-type]
    records = recorded(script, float(cut))
    for one in records:
        whole.mirror.reach(one.frame if isinstance(one, PositionReached) else 0)
        if isinstance(one, CommandDone):
            whole.apply(one)
    before = lines_of(whole)
    whole.mirror.reach(frames(cut + 60.0))
    after = lines_of(whole)

    resume = assess(log_of(records, folder), cut + 20.0).resumed(0.0, float(cut))
    status = SessionStatus("x", JOB, NoSound())  # type: ignore[arg-type]
    status.replay(resume)
    assert lines_of(status) == [line for line in before if line[0] > cut]
    status.mirror.reach(frames(cut + 60.0))
    assert lines_of(status) == after
    assert take_snapshot(status.mirror.conductor) == take_snapshot(whole.mirror.conductor)


class NoSound:
    """Stands in for shared audio that no player has written to."""

    def position(self):
        return None

    def read(self, _first, _end):
        raise AssertionError("nothing to read")


def test_clients_see_the_session_as_it_was_with_its_marks(tmp_path, folder):
    records = recorded([(10.0, Command("note", text="calm")), (12.0, Command("hold"))], 30.0)
    resume = assess(log_of(records, folder), 40.0).resumed(0.0, 30.0)
    status = SessionStatus("x", JOB, NoSound())  # type: ignore[arg-type]
    status.replay(resume)
    view = status.snapshot(0.0, Remote())
    assert (view.state, [mark.text for mark in view.marks]) == ("held", ["calm"])


def test_a_request_that_was_answered_while_it_was_taken_up_is_not_done_again(folder):
    records = [PositionReached(frames(9.0), 9.0), CommandRequest(7, Command("hold"))]
    resume = assess(log_of(records, folder), 20.0).resumed(0.0, 9.0)
    again = log_of([*records, *resume.done], folder)
    assert [one.number for one in resume.done] == [7]
    assert (again.unanswered, len(again.events)) == ((), 1)


def test_a_resume_crosses_the_pipe(folder):
    records = recorded([(3.0, Command("hold")), (4.0, Command("next"))], 20.0)
    resume = assess(log_of(records, folder), 30.0).resumed(0.0, 20.0)
    assert CODEC.decode(CODEC.encode(resume)) == resume
    assert isinstance(resume, Resume)


@given(data=st.binary(max_size=200), at=st.integers(0, len(BEGUN) + 60))
@examples(100)
def test_damaged_records_are_a_plain_error_or_what_was_before_them(folder, data, at):
    whole = BEGUN + encoded(PositionReached(480, 1.0))
    path = folder / "damaged"
    path.write_bytes(whole[:at] + data)
    read_setup(path)
    try:
        log = read_resume_log(path)
    except EngineError:
        assert at < len(BEGUN)
    else:
        assert log.setup == SETUP
        assert len(list(whole_records(path.read_bytes()))) >= 2


def test_records_of_another_version_are_told_as_such(folder):
    path = folder / "other"
    body = bytearray(CODEC.encode(JOB))
    body[0] += 1
    path.write_bytes(beginning(SETUP, bytes(body)))
    with pytest.raises(EngineError, match="another version"):
        read_resume_log(path)


def test_the_host_records_what_is_asked_before_it_can_be_done(tmp_path):
    order = []

    class Recorder:
        def record(self, message):
            order.append(type(message).__name__)

        def events(self, lines):
            order.extend(line["event"] for line in lines)

        def at(self, _frame, _view):
            pass

        def crashed(self, _what, _events):
            pass

    stage = Stage(tmp_path, Recorder())
    stage.player.send = lambda request: order.append("sent") or True  # type: ignore[method-assign]
    stage.host.submit(Command("hold"))
    stage.hear(CommandDone(0, 480, Command("hold"), "held"))
    assert [one for one in order if one not in ("phase", "clip-start")] == [
        "CommandRequest",
        "sent",
        "CommandDone",
        "command",
    ]
    stage.host.ended.set()


def test_the_phase_that_leads_out_is_that_of_the_role_else_the_last() -> None:
    heimweg = phase("Heimweg", 60, role="return")
    assert return_phase(show(phase("Tiefe", 60), heimweg, phase("Ruhe", 60))) == "Heimweg"
    assert return_phase(show(phase("peak", 60), phase("return", 60), phase("rest", 60))) == "return"
    assert return_phase(show(phase("one", 60), phase("two", 60))) == "two"
