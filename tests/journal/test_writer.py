"""What the journal writer records and when, and what happens when the disk refuses."""

import errno
import os
import threading
from pathlib import Path

import pytest
from journals import a_job, a_show, as_journal, journalled

from soundscape.ipc.player_messages import CODEC, CommandDone, CommandRequest
from soundscape.journal import writer as writer_module
from soundscape.journal.entries import decode
from soundscape.journal.redaction import Redactor
from soundscape.journal.resume_log import SessionSetup, read_resume_log, whole_records
from soundscape.journal.session_folders import new_session
from soundscape.journal.session_lines import first_line
from soundscape.journal.writer import JournalWriter
from soundscape.timeline.commands import Command
from soundscape.views.take_snapshot import take_snapshot

JOB = a_job(a_show())
SETUP = SessionSetup("label", "", ())
HANDLES = Path("/proc/self/fd")
VIEW = take_snapshot(JOB.conductor())


class Disk:
    """Counts what is written, and refuses when it is told to."""

    def __init__(self, monkeypatch):
        self.synced = 0
        self.refuses = 0
        self._changed = threading.Condition()
        self._write, self._fsync = os.write, os.fsync
        monkeypatch.setattr(writer_module.os, "write", self.write)
        monkeypatch.setattr(writer_module.os, "fsync", self.fsync)

    def write(self, handle, data):
        if self.refuses:
            written = self._write(handle, bytes(data)[: max(1, len(data) // 2)])  # half of it
            if written < len(data) or self.refuses > 1:
                raise OSError(errno.ENOSPC, "No space left on device")
        return self._write(handle, data)

    def fsync(self, handle):
        self._fsync(handle)
        with self._changed:
            self.synced += 1
            self._changed.notify_all()


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


@pytest.fixture
def folder(tmp_path):
    return new_session(tmp_path)


def begun(folder, **more):
    made = JournalWriter(folder, Redactor(), **more)
    made.begin(SETUP, CODEC.encode(JOB), [first_line(JOB)])
    return made


def wait_for(condition):
    for _ in range(500):
        if condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not come")


def events_of(folder):
    try:
        return [entry.event for entry in decode(folder.journal.read_bytes())]
    except FileNotFoundError:
        return []


def test_each_event_is_on_the_disk_at_once_with_the_position(folder):
    journal = begun(folder)
    journal.at(480, VIEW)
    journal.events([{"t": 1.0, "event": "warning", "message": "late"}])
    wait_for(lambda: events_of(folder)[-2:] == ["warning", "position"])
    journal.close(completed=False)
    assert events_of(folder) == ["session", "warning", "position"]
    assert folder.journal.stat().st_mode & 0o777 == 0o600 or os.name == "nt"


def test_a_position_is_written_once_a_second_and_not_more_often(folder):
    now = [0.0]
    journal = begun(folder, now=lambda: now[0])
    for step in range(40):
        now[0] = step * 0.1
        journal.at(round(now[0] * 48000), VIEW)
        wait_for(lambda: journal._position is None or now[0] < journal._position_due)
    journal.close(completed=False)
    positions = events_of(folder).count("position")
    assert 4 <= positions <= 5  # and one as it is closed


@pytest.mark.skipif(not HANDLES.exists(), reason="no /proc")
def test_a_record_is_on_the_disk_before_the_line_that_tells_of_it(folder, disk):
    journal = begun(folder)
    order = []
    fsync = disk.fsync

    def noted(handle):
        order.append((HANDLES / str(handle)).readlink().name)
        fsync(handle)

    writer_module.os.fsync = noted
    journal.record(CommandDone(1, 480, Command("hold"), "held"))
    journal.events([{"t": 0.01, "event": "command", "do": "hold", "answer": "held"}])
    wait_for(lambda: "command" in events_of(folder))
    assert "resume" in order
    journal.close(completed=False)
    assert read_resume_log(folder.resume).events == (CommandDone(1, 480, Command("hold"), "held"),)


def test_a_full_disk_costs_one_warning_and_no_line(folder, disk):
    now, warned = [0.0], []
    journal = begun(folder, now=lambda: now[0])
    journal.warn = warned.append
    wait_for(lambda: events_of(folder) == ["session"])
    disk.refuses = 1
    for number in range(5):
        journal.events([{"t": float(number), "event": "warning", "message": f"{number}"}])
        journal.record(CommandRequest(number, Command("duck")))
    wait_for(lambda: warned == ["No space left on device"])
    disk.refuses = 0
    now[0] += writer_module.TRY_AGAIN + 1
    journal.events([{"t": 6.0, "event": "warning", "message": "last"}])
    wait_for(lambda: len(events_of(folder)) == 7)
    journal.close(completed=False)
    texts = [entry.text("message") for entry in decode(folder.journal.read_bytes())]
    assert texts == ["", "0", "1", "2", "3", "4", "last"]
    assert len(read_resume_log(folder.resume).unanswered) == 5
    assert len(warned) == 1


def test_without_a_folder_there_is_one_warning_and_all_goes_on(disk):
    warned = []
    journal = JournalWriter(None, Redactor(), why="Read-only file system")
    journal.warn = warned.append
    journal.begin(SETUP, b"", [first_line(JOB)])
    journal.events([{"t": 1.0, "event": "end"}])
    journal.close(completed=True)
    assert warned == ["Read-only file system"]
    assert disk.synced == 0


def test_what_happened_before_it_began_comes_after_the_beginning(folder):
    journal = JournalWriter(folder, Redactor())
    journal.record(CommandRequest(0, Command("hold")))
    journal.events([{"t": 0.0, "event": "phase", "name": "one", "index": 0}])
    journal.begin(SETUP, CODEC.encode(JOB), [first_line(JOB)])
    journal.close(completed=False)
    assert events_of(folder) == ["session", "phase"]
    assert read_resume_log(folder.resume).unanswered == (CommandRequest(0, Command("hold")),)


def test_a_session_that_came_to_its_end_keeps_no_records(folder):
    journal = begun(folder)
    journal.events([{"t": 4.0, "event": "end"}])
    journal.close(completed=True)
    assert not folder.resume.exists()
    assert [(entry.t, entry.event) for entry in decode(folder.journal.read_bytes())][1:] == [
        (4.0, "end"),
        (4.0, "closed"),
    ]


def test_a_rehearsal_keeps_no_records_at_all(folder):
    journal = begun(folder, recoverable=False)
    journal.record(CommandRequest(0, Command("hold")))
    journal.close(completed=False)
    assert not folder.resume.exists()
    assert events_of(folder) == ["session"]


def test_a_session_that_is_taken_up_goes_on_after_what_was_half_written(folder):
    journal = begun(folder)
    journal.record(CommandRequest(0, Command("hold")))
    journal.close(completed=False)
    with folder.journal.open("ab") as lines, folder.resume.open("ab") as records:
        lines.write(b'{"t":3.0,"event":"comm')
        records.write(b"\x40\x00\x00\x00half")
    again = JournalWriter(folder, Redactor(), resumed=True)
    again.resume([CommandRequest(1, Command("duck"))])
    again.events([{"t": 9.0, "event": "resumed", "since": 3.0, "seconds": 6.0}])
    again.close(completed=False)
    assert events_of(folder) == ["session", "resumed"]
    assert read_resume_log(folder.resume).unanswered == (
        CommandRequest(0, Command("hold")),
        CommandRequest(1, Command("duck")),
    )
    data = folder.resume.read_bytes()
    assert [end for end, _ in whole_records(data)][-1] == len(data)


def test_a_line_that_json_cannot_hold_costs_itself_alone(folder):
    journal = begun(folder)
    journal.events([{"t": 1.0, "event": "warning", "message": float("nan")},
                    {"t": 2.0, "event": "end"}])  # fmt: skip
    journal.close(completed=False)
    assert events_of(folder) == ["session", "end"]


def test_a_session_written_down_is_read_as_it_was(folder):
    lines = journalled(JOB, until=30)
    journal = JournalWriter(folder, Redactor())
    journal.begin(SETUP, CODEC.encode(JOB), lines[:1])
    journal.events(lines[1:])
    journal.close(completed=False)
    assert decode(folder.journal.read_bytes()) == list(as_journal(lines).entries)
