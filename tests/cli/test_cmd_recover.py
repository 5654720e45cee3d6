"""What `recover` finds, says and asks; the taking up itself is in test_recover_live.py."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from journals import a_job, a_show, journalled

from soundscape.cli import cmd_recover, start_session
from soundscape.cli.cmd_recover import _next_output
from soundscape.devices.audio.pulse_server import Output
from soundscape.ipc.player_messages import CODEC, CommandDone, CommandRequest, Resume
from soundscape.journal.journal_file import KEPT_FOR, drop_old_records
from soundscape.journal.redaction import Redactor
from soundscape.journal.resume_log import PositionReached, SessionSetup
from soundscape.journal.session_folders import new_session
from soundscape.journal.writer import JournalWriter
from soundscape.timeline.commands import Command
from soundscape.units import frames

NOW = 1_000_000.0


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path))
    monkeypatch.setattr(cmd_recover.time, "time", lambda: NOW)
    return tmp_path / "state"


def cut_off(state, gap, *, until=60.0, commands=(), output="null"):
    """A session that was cut off `gap` seconds ago."""
    folder = new_session(state)
    job = replace(a_job(a_show()), output=output)
    lines = journalled(job, until=until)
    journal = JournalWriter(folder, Redactor(), wall=lambda: NOW - gap - until)
    journal.begin(SessionSetup("label", "", ()), CODEC.encode(job), lines[:1])
    for number, command in enumerate(commands):
        journal.record(CommandRequest(number, command))
        journal.record(CommandDone(number, frames(until), command, "done"))
    journal.record(PositionReached(frames(until), NOW - gap))
    journal.events(lines[1:])
    journal.close(completed=False)
    return folder


class Terminal:
    """Somebody who answers questions, at a terminal."""

    def __init__(self, monkeypatch, *answers):
        self.asked = []
        self.answers = list(answers)
        monkeypatch.setattr(cmd_recover.sys.stdin, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(cmd_recover.click, "confirm", self.confirm)

    def confirm(self, text):
        self.asked.append(text)
        return self.answers.pop(0)


@pytest.fixture
def taken(monkeypatch):
    """What was taken up, and how."""
    found = []

    def take_up(one, log, how, **_more):
        recovery = cmd_recover.assess(log, NOW)
        found.append((one.folder.number, how, cmd_recover._resume(recovery, how, 60.0)))
        return 0

    monkeypatch.setattr(cmd_recover, "_take_up", take_up)
    return found


def test_without_a_session_that_was_cut_off_there_is_nothing_to_do(state, desk):
    said = desk.run_plain("recover")
    assert (said.code, said.err) == (1, "no session was cut off\n")


def test_it_says_where_it_was_and_where_it_should_be_by_now(state, desk, taken):
    cut_off(state, 30.0)
    said = desk.run_plain("recover", "--yes")
    assert said.out.splitlines() == [
        "session 1 (test) was cut off at arrival+1m00s, 0:30 ago",
        "by now it should be in arrival at 1:30",
    ]
    ((number, how, resume),) = taken
    assert (number, how, isinstance(resume, Resume)) == (1, "resume", True)


def test_a_yes_at_the_terminal_takes_it_up_and_a_no_asks_on(state, desk, taken, monkeypatch):
    cut_off(state, 30.0)
    at = Terminal(monkeypatch, True)
    assert desk.run_plain("recover").code == 0
    assert len(at.asked) == 1
    at = Terminal(monkeypatch, False, True)
    assert desk.run_plain("recover").code == 0
    assert "return" in at.asked[1]
    assert [how for _, how, _ in taken] == ["resume", "return"]
    at = Terminal(monkeypatch, False, False, False)
    assert desk.run_plain("recover").code == 1
    at = Terminal(monkeypatch, False, False, True)
    assert desk.run_plain("recover").out.endswith("session 1 is over\n")
    assert desk.run_plain("recover").code == 1


def test_after_ten_minutes_the_return_phase_or_an_end_is_offered(state, desk, taken, monkeypatch):
    cut_off(state, 700.0)
    refused = desk.run_plain("recover", "--yes")
    assert refused.code == 1
    assert "`soundscape recover --return` begins return" in refused.err
    assert taken == []
    at = Terminal(monkeypatch, True)
    assert desk.run_plain("recover").code == 0
    assert at.asked == ["Begin the phase return now?"]
    assert desk.run_plain("recover", "--return").code == 0
    assert [how for _, how, _ in taken] == ["return", "return"]


def test_a_session_that_was_stopping_can_only_be_ended(state, desk, taken, monkeypatch):
    cut_off(state, 5.0, commands=[Command("stop", fade=30.0)])
    for arguments in (("--yes",), ("--return",)):
        refused = desk.run_plain("recover", *arguments)
        assert (refused.code, "already ending" in refused.err) == (1, True)
    at = Terminal(monkeypatch, True)
    assert desk.run_plain("recover").out.endswith("session 1 is over\n")
    assert at.asked == ["End it?"]
    assert taken == []


def test_a_muted_output_is_refused_as_by_start_unless_forced(state, desk, taken, monkeypatch):
    muted = Output("alsa.room", "Room", muted=True, volume=1.0, suspended=False)
    server = SimpleNamespace(output=lambda device: muted, close=lambda: None)
    monkeypatch.setattr(start_session.pulse_server, "in_use", lambda: True)
    monkeypatch.setattr(start_session.pulse_server, "PulseServer", lambda: server)
    cut_off(state, 30.0, output=None)
    refused = desk.run_plain("recover", "--yes")
    assert (refused.code, "Room is muted" in refused.err, "--force" in refused.err) == (
        1,
        True,
        True,
    )
    assert taken == []
    assert desk.run_plain("recover", "--yes", "--force").code == 0
    assert len(taken) == 1


def test_the_last_one_is_meant_unless_a_number_is_given(state, desk, taken):
    for _ in range(3):
        cut_off(state, 30.0)
    assert desk.run_plain("recover", "2", "--end").out == "session 2 is over\n"
    assert desk.run_plain("recover", "--yes").code == 0
    assert desk.run_plain("recover", "1", "--yes").code == 0
    assert [number for number, _, _ in taken] == [3, 1]
    assert "was not cut off" in desk.run_plain("recover", "2", "--yes").err
    assert desk.run_plain("recover", "9", "--yes").code == 1


def test_records_of_another_version_are_told_with_the_way_out(state, desk):
    folder = cut_off(state, 30.0)
    data = folder.resume.read_bytes()
    folder.resume.write_bytes(data[: data.index(b"{", 200) - 40])  # the setup alone is whole
    said = desk.run_plain("recover", "--yes")
    assert said.code == 1
    assert "start SCENE --at arrival+1m00s" in said.err


@pytest.mark.parametrize("arguments", [("--yes", "--end"), ("--headless", "--foreground")])
def test_what_contradicts_itself_is_wrong_usage(state, desk, arguments):
    cut_off(state, 30.0)
    assert desk.run_plain("recover", *arguments).code == 2


def test_a_file_that_was_played_into_is_not_written_over(tmp_path):
    assert _next_output("null") == "null"
    assert _next_output(None) is None
    first = tmp_path / "night.wav"
    assert _next_output(f"file:{first}") == f"file:{tmp_path / 'night-2.wav'}"
    (tmp_path / "night-2.wav").touch()
    assert _next_output(f"file:{first}") == f"file:{tmp_path / 'night-3.wav'}"


def test_records_are_dropped_a_day_after_the_cut(state, desk):
    folder, young = cut_off(state, 30.0), cut_off(state, 30.0)
    old = time.time() - KEPT_FOR - 60.0
    os.utime(folder.journal, (old, old))
    drop_old_records(state)
    assert (folder.resume.exists(), young.resume.exists()) == (False, True)
    assert desk.run_plain("report", "1").code == 0
