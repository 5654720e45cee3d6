"""A numbered folder each; removing it removes all of a session."""

import os
import sys
import time

import pytest

from soundscape.errors import EngineError
from soundscape.ipc.process_lock import take_lock
from soundscape.journal.session_folders import (
    find_session,
    is_running,
    known_sessions,
    new_session,
    older_than,
    remove,
    sessions_folder,
)


def test_sessions_are_counted_on_and_their_folders_are_this_users_alone(tmp_path):
    assert [new_session(tmp_path).number for _ in range(3)] == [1, 2, 3]
    remove(known_sessions(tmp_path)[0])
    assert new_session(tmp_path).number == 4
    assert [one.number for one in known_sessions(tmp_path)] == [2, 3, 4]
    if sys.platform != "win32":
        assert known_sessions(tmp_path)[0].path.stat().st_mode & 0o777 == 0o700


def test_what_is_no_session_is_left_alone(tmp_path):
    new_session(tmp_path)
    for name in ("notes", "007", "1x", "-3"):
        (sessions_folder(tmp_path) / name).mkdir()
    assert [one.number for one in known_sessions(tmp_path)] == [1]


def test_a_session_is_found_by_its_number_and_the_last_without_one(tmp_path):
    with pytest.raises(EngineError, match="there is no journal of a session"):
        find_session(tmp_path, None)
    for _ in range(2):
        new_session(tmp_path)
    assert find_session(tmp_path, None).number == 2
    assert find_session(tmp_path, "1").number == find_session(tmp_path, "#1").number == 1
    for wrong in ("3", "0", "x", "../1", "1/../2", ""):
        with pytest.raises(EngineError, match="no session"):
            find_session(tmp_path, wrong)


def test_removing_a_session_removes_crash_files_too_and_twice_is_no_fault(tmp_path):
    session = new_session(tmp_path)
    for name in ("journal.jsonl", "resume", "crash-1.txt", "crash-10.txt", "crash-2.txt", "trace"):
        (session.path / name).write_text("x")
    assert [file.name for file in session.crash_files()] == [
        "crash-1.txt",
        "crash-2.txt",
        "crash-10.txt",
    ]
    remove(session)
    assert list(sessions_folder(tmp_path).iterdir()) == []
    remove(session)


def test_age_counts_from_the_journals_last_line(tmp_path):
    old, new = new_session(tmp_path), new_session(tmp_path)
    for session in (old, new):
        session.journal.write_text("x")
    os.utime(old.journal, (time.time() - 1000, time.time() - 1000))
    assert [one.number for one in older_than([old, new], 500, time.time())] == [1]
    assert older_than([old, new], 2000, time.time()) == []


def test_a_session_runs_as_long_as_its_host_or_its_player_lives(tmp_path):
    session = new_session(tmp_path)
    assert not is_running(session)
    for path in (session.lock, session.player_lock):
        lock = take_lock(path)
        assert is_running(session)
        lock.release()
        assert not is_running(session)


def test_without_a_folder_there_is_no_session(tmp_path):
    assert known_sessions(tmp_path / "nowhere") == []
