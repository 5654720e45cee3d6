"""What the system is asked, seen from within a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

PROBE = """
import json, os, threading
from soundscape.ipc.priority import be_served_early, be_served_first, step_back

found = {}

def look(name, before=lambda: None):
    before()
    nice = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    found[name] = (os.sched_getscheduler(0) == os.SCHED_RR, nice)

def start(name, before=lambda: None):
    thread = threading.Thread(target=look, args=(name, before))
    thread.start()
    thread.join()

be_served_early()
start("before")
be_served_first()
look("first")
start("library")
start("worker", step_back)
look("still")
print(json.dumps(found))
"""


def may_run_in_real_time() -> bool:
    if not hasattr(os, "sched_setscheduler"):
        return False
    probe = "import os; os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(5)); os.nice(-11)"
    command = [sys.executable, "-c", probe]
    return not subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode


@pytest.mark.skipif(not may_run_in_real_time(), reason="this user may not run in real time")
def test_who_plays_and_its_library_run_in_real_time_and_who_works_for_it_does_not():
    done = subprocess.run([sys.executable, "-c", PROBE], stdout=subprocess.PIPE, check=True)
    assert json.loads(done.stdout) == {
        "before": [False, -11],
        "first": [True, -11],
        "library": [True, -11],
        "worker": [False, -11],
        "still": [True, -11],
    }
