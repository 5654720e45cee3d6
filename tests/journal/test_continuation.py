"""A journal that another host goes on with: nothing is written twice, nothing is left out."""

from __future__ import annotations

from journals import a_job, a_show, journalled

from soundscape.ipc.player_messages import CODEC, CommandDone, CommandFailed, CommandRequest
from soundscape.journal.continuation import WrittenLines, missing_records
from soundscape.journal.entries import encode
from soundscape.journal.redaction import Redactor
from soundscape.journal.resume_log import (
    PositionReached,
    SessionSetup,
    beginning,
    encoded,
    read_resume_log,
)
from soundscape.journal.session_folders import new_session
from soundscape.timeline.commands import Command
from soundscape.timeline.external_events import TrackUnplayable
from soundscape.units import frames

JOB = a_job(a_show())
BEGUN = beginning(SessionSetup("label", "", ()), CODEC.encode(JOB))
HOLD, DUCK = Command("hold"), Command("duck")
HELD, DUCKED = CommandDone(1, 100, HOLD, "held"), CommandDone(2, 200, DUCK, "ducked")
LEFT_OUT = TrackUnplayable(300, "a.flac")
LINES = journalled(JOB, [(3.0, HOLD), (4.0, DUCK)], until=6.0)


def test_a_line_is_known_as_often_as_it_was_written(tmp_path):
    folder = new_session(tmp_path)
    folder.journal.write_bytes(b"".join(map(encode, [*LINES, LINES[-2]])))
    written = WrittenLines(folder, Redactor())
    assert all(written.has(line) for line in LINES)
    assert written.has(LINES[-2])
    assert not written.has(LINES[-2])


def test_a_line_that_was_cut_off_is_not_written(tmp_path):
    folder = new_session(tmp_path)
    folder.journal.write_bytes(b"".join(map(encode, LINES))[:-5])
    written = WrittenLines(folder, Redactor())
    assert [written.has(line) for line in LINES] == [*[True] * (len(LINES) - 1), False]


def test_clients_got_the_events_and_not_the_positions(tmp_path):
    folder = new_session(tmp_path)
    folder.journal.write_bytes(b"".join(map(encode, LINES)))
    events = WrittenLines(folder, Redactor()).events
    assert events == [line for line in LINES if line["event"] not in ("session", "position")]


def test_of_a_session_without_a_folder_nothing_is_written():
    written = WrittenLines(None, Redactor())
    assert written.events == []
    assert not written.has(LINES[-2])


def recorded(folder, *messages):
    folder.resume.write_bytes(BEGUN + b"".join(map(encoded, messages)))


def test_what_the_player_did_and_the_last_host_did_not_write_is_written_now(tmp_path):
    folder = new_session(tmp_path)
    recorded(folder, CommandRequest(1, HOLD), HELD, PositionReached(frames(1.0), 1.0))
    history = (HELD, CommandFailed(3, 150, HOLD, "held already"), DUCKED, LEFT_OUT)
    missing = missing_records(folder, history)
    assert missing == [DUCKED, LEFT_OUT]
    recorded(folder, HELD, *missing)
    assert read_resume_log(folder.resume).events == (HELD, DUCKED, LEFT_OUT)


def test_a_command_that_never_came_to_the_player_is_not_done_by_a_recovery(tmp_path):
    folder = new_session(tmp_path)
    asked = (CommandRequest(1, HOLD), CommandRequest(2, DUCK))
    recorded(folder, *asked)
    missing = missing_records(folder, (HELD,))
    recorded(folder, *asked, *missing)
    log = read_resume_log(folder.resume)
    assert (log.events, log.unanswered) == ((HELD,), ())


def test_where_nothing_can_be_recovered_nothing_is_missing(tmp_path):
    assert missing_records(new_session(tmp_path), (HELD,)) == []
