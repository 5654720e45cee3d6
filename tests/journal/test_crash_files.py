"""What a program crashed of is kept, without what a person wrote and without paths."""

import subprocess
import sys
import time

import pytest

from soundscape.journal.crash_files import (
    LAST_EVENTS,
    MOST_FILES,
    crash_text,
    crash_texts,
    write_crash_file,
)
from soundscape.journal.redaction import Redactor
from soundscape.journal.resume_log import SessionSetup
from soundscape.journal.session_folders import new_session
from soundscape.journal.writer import JournalWriter

CRASHING = """
import os, sys, threading
from pathlib import Path
from soundscape.ipc.crash_trace import record_crashes
record_crashes(Path(sys.argv[1]))
{}
"""


@pytest.fixture
def folder(tmp_path):
    return new_session(tmp_path)


@pytest.mark.parametrize(
    ("code", "trace"),
    [
        ("raise ValueError('nobody expected it')", "ValueError: nobody expected it"),
        ("import faulthandler; faulthandler._sigsegv()", "Segmentation fault"),
        (
            "t = threading.Thread(target=lambda: 1 / 0)\nt.start()\nt.join()",
            "ZeroDivisionError",
        ),
    ],
)
def test_a_process_writes_what_it_crashes_of(folder, code, trace):
    subprocess.run(
        [sys.executable, "-c", CRASHING.format(code), str(folder.trace)],
        stderr=subprocess.DEVNULL,
        check=False,
    )
    assert trace in folder.trace.read_text()


def test_the_journal_makes_a_crash_file_of_it_each_time_with_what_is_new(folder):
    journal = JournalWriter(folder, Redactor())
    journal.begin(SessionSetup("label", "", ()), b"", [])
    folder.trace.write_text('File "/home/anna/soundscape/player.py", line 3\nfirst\n')
    journal.crashed("the player is lost", [{"t": 3.0, "event": "phase", "name": "peak"}])
    for _ in range(500):
        if folder.crash_files():
            break
        time.sleep(0.01)
    with folder.trace.open("a") as trace:
        trace.write("second\n")
    journal.crashed("the player is lost again", [])
    journal.close(completed=False)
    first, second = crash_texts(folder)
    assert 'File "player.py", line 3' in first
    assert '"name":"peak"' in first
    assert ("first" in first, "first" in second, "second" in second) == (True, False, True)
    if sys.platform != "win32":
        assert folder.crash_files()[0].stat().st_mode & 0o777 == 0o600


def test_a_crash_file_has_the_last_events_and_no_word_of_a_note():
    events = [{"t": float(n), "event": "warning", "message": f"m{n}"} for n in range(150)]
    note = {"t": 151.0, "event": "command", "do": "note", "text": "wept", "answer": "wept"}
    text = crash_text("lost", "", [*events, note], Redactor())
    assert "wept" not in text
    assert '"do":"note"' in text
    assert text.count('"event"') == LAST_EVENTS
    assert "no traceback" in text


def test_a_player_that_dies_again_and_again_fills_no_disk(folder):
    for _ in range(MOST_FILES + 5):
        write_crash_file(folder, "x")
    assert len(folder.crash_files()) == MOST_FILES


def test_what_the_host_crashed_of_is_shown_too(folder):
    folder.host_trace.write_text("RuntimeError: of the host\n")
    (text,) = crash_texts(folder)
    assert "RuntimeError: of the host" in text
