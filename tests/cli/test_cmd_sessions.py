"""`sessions`, `report` and `forget`, on recorded sessions."""

import json
import os
import time

import pytest
from journals import a_job, a_show, journalled

from soundscape.ipc.player_messages import CODEC
from soundscape.ipc.process_lock import take_lock
from soundscape.journal.redaction import Redactor
from soundscape.journal.resume_log import SessionSetup
from soundscape.journal.session_folders import known_sessions, new_session
from soundscape.journal.writer import JournalWriter
from soundscape.timeline.commands import Command

SCRIPT = [(10, Command("dose")), (20, Command("note", text="calm")), (30, Command("duck")),
          (50, Command("duck"))]  # fmt: skip


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path))
    return tmp_path / "state"


def write(state, *, until=400.0, over=True, **more):
    folder = new_session(state)
    job = a_job(a_show(), **more)
    lines = journalled(job, SCRIPT, until=until)
    journal = JournalWriter(folder, Redactor("/library"), recoverable=job.waits)
    setup = SessionSetup("label", "", ())
    journal.begin(setup, CODEC.encode(job), lines[:1])
    journal.events(lines[1:])
    journal.close(completed=over)
    return folder


def test_sessions_are_listed_with_their_length_and_state_and_without_a_date(state, desk):
    write(state)
    write(state, until=75, over=False)
    write(state, waits=False)
    listed = desk.run_plain("sessions")
    assert listed.code == 0
    assert [" ".join(line.split()) for line in listed.out.splitlines()] == [
        "SESSION SCENE LENGTH STATE",
        "1 test 6:10 over just now",
        "2 test 1:15 cut off at 1:15 just now",
        "3 test (rehearsal) 6:10 over just now",
    ]
    rows = desk.run_plain("sessions", "--json").json
    assert [(row["session"], row["state"], row["rehearsal"]) for row in rows] == [
        (1, "over", False),
        (2, "cut off", False),
        (3, "over", True),
    ]


def test_without_a_session_there_is_nothing_to_list_and_nothing_to_report(state, desk):
    assert desk.run_plain("sessions").out == "there is no journal of a session\n"
    assert desk.run_plain("sessions", "--json").json == []
    reported = desk.run_plain("report")
    assert (reported.code, len(reported.lines)) == (1, 1)


def test_a_session_that_runs_is_told_and_not_removed(state, desk):
    folder = write(state, over=False)
    held = take_lock(folder.lock)
    assert desk.run_plain("sessions", "--json").json[0]["state"] == "running"
    refused = desk.run_plain("forget", "1")
    assert (refused.code, "running" in refused.err) == (1, True)
    assert desk.run_plain("forget", "--all").out == "nothing to remove\n"
    held.release()
    assert desk.run_plain("forget", "--all").code == 0
    assert known_sessions(state) == []


def test_forget_removes_what_it_is_asked_to_and_all_of_it(state, desk):
    for _ in range(4):
        folder = write(state)
        (folder.path / "crash-1.txt").write_text("traceback")
    old = time.time() - 40 * 86400
    for folder in known_sessions(state)[:2]:
        os.utime(folder.journal, (old, old))
    assert desk.run_plain("forget", "--older", "30d").out == "removed: 2 sessions (1, 2)\n"
    assert desk.run_plain("forget", "--older", "6w").out == "nothing to remove\n"
    assert desk.run_plain("forget", "3").out == "removed: 1 session (3)\n"
    assert [one.number for one in known_sessions(state)] == [4]
    assert [path.name for path in (state / "sessions").rglob("*")].count("crash-1.txt") == 1
    assert desk.run_plain("forget", "3").code == 1


@pytest.mark.parametrize(
    "arguments", [(), ("1", "--all"), ("--all", "--older", "30d"), ("--older", "30"),
                  ("--older", "soon"), ("--older", "-3d")],
)  # fmt: skip
def test_forget_wants_to_know_which(state, desk, arguments):
    write(state)
    assert desk.run_plain("forget", *arguments).code == 2
    assert len(known_sessions(state)) == 1


def test_the_report_is_of_the_last_session_unless_one_is_named(state, desk):
    write(state)
    write(state, until=75, over=False)
    assert desk.run_plain("report").out.startswith("Session 2: test\n1:15 long, cut off")
    assert desk.run_plain("report", "1").out.startswith("Session 1: test\n6:10 long, played to")
    assert "dose at 0:10" in desk.run_plain("report", "1").out
    assert desk.run_plain("report", "7").code == 1


def test_each_form_is_written_where_it_is_asked_for(state, desk, tmp_path):
    write(state)
    names = {"--html": "a.html", "--svg": "a.svg"}
    made = desk.run_plain("report", *(part for name, file in names.items()
                                      for part in (name, tmp_path / file)))  # fmt: skip
    assert (made.code, made.out) == (0, "")
    assert "<script" not in (tmp_path / "a.html").read_text()
    assert (tmp_path / "a.svg").read_text().rstrip().endswith("</svg>")
    assert desk.run_plain("report", "--json").json["session"] == 1
    rows = desk.run_plain("report", "--csv").out.splitlines()
    assert rows[0] == "t,since_dose,kind,phase,text"
    assert desk.run_plain("report", "--svg", "-").out.startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "begins"),
    [
        (("--handover",), "WHAT PLAYED"),
        (("--handover", "--csv"), "start,since_dose"),
        (("--handover", "--m3u", "-"), "#EXTM3U"),
        (("--handover", "--xspf", "-"), "<?xml"),
        (("--handover", "--html", "-"), "<!doctype html>"),
        (("--time",), "TIME ACCOUNT"),
        (("--time", "--csv"), "phase,planned,lasted,music"),
        (("--setting",), "Setting sheet"),
        (("--setting", "--csv"), "item,section"),
        (("--setting", "--html", "-"), "<!doctype html>"),
        (("--crash",), "no program of this session crashed"),
    ],
)
def test_a_part_of_it_comes_in_the_forms_that_it_has(state, desk, arguments, begins):
    write(state)
    made = desk.run_plain("report", *arguments)
    assert made.code == 0
    assert made.out.startswith(begins)


@pytest.mark.parametrize(
    "arguments", [("--setting", "--svg", "-"), ("--m3u", "-"), ("--csv", "--json"),
                  ("--time", "--setting"), ("--time", "--html", "-")],
)  # fmt: skip
def test_a_form_that_a_part_has_not_is_wrong_usage(state, desk, arguments):
    write(state)
    assert desk.run_plain("report", *arguments).code == 2


def test_a_file_that_cannot_be_written_is_a_plain_line(state, desk, tmp_path):
    write(state)
    made = desk.run_plain("report", "--html", tmp_path / "nowhere" / "x.html")
    assert made.code == 1
    assert len(made.lines) == 1


def test_a_journal_without_a_line_is_a_plain_line(state, desk):
    write(state).journal.write_bytes(b"\x00\x01")
    made = desk.run_plain("report")
    assert (made.code, len(made.lines)) == (1, 1)
    assert json.loads(desk.run_plain("sessions", "--json").out)[0]["state"] == (
        "the journal has no line that can be read"
    )
