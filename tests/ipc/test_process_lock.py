"""A lock proves a process alive, and nothing else does."""

from __future__ import annotations

import subprocess
import sys

from soundscape.ipc.process_lock import is_locked, take_lock

HOLDER = (
    "import sys\nfrom pathlib import Path\nfrom soundscape.ipc.process_lock import take_lock\n"
    "lock = take_lock(Path(sys.argv[1]))\nprint(flush=True)\nsys.stdin.read()"
)


def test_a_file_that_nobody_locked_or_that_is_not_there_is_not_locked(tmp_path):
    assert not is_locked(tmp_path / "none")
    (tmp_path / "file").touch()
    assert not is_locked(tmp_path / "file")


def test_a_lock_is_had_once_until_it_is_released(tmp_path):
    lock = take_lock(tmp_path / "lock")
    assert lock is not None
    assert take_lock(tmp_path / "lock") is None
    assert is_locked(tmp_path / "lock")
    lock.release()
    assert not is_locked(tmp_path / "lock")


def test_looking_at_a_lock_does_not_take_it(tmp_path):
    (tmp_path / "lock").touch()
    for _ in range(3):
        assert not is_locked(tmp_path / "lock")
    assert take_lock(tmp_path / "lock") is not None


def test_the_lock_of_a_process_goes_with_it_however_it_ends(tmp_path):
    path = tmp_path / "lock"
    with subprocess.Popen(
        (sys.executable, "-c", HOLDER, path), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert is_locked(path)
        process.kill()
        process.wait()
        assert not is_locked(path)
