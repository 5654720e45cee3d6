"""What the system is asked, seen from within a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

PROBE = """
import json, os, threading
from soundscape.ipc.priority import be_served_early, be_served_first, is_real_time, step_back

found = {}

def look(name, before=lambda: None):
    before()
    nice = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    found[name] = (os.sched_getscheduler(0) == os.SCHED_RR, nice)
    assert is_real_time() == found[name][0]

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


def other_system(name, probe):
    """What a program says that runs with `sys.platform` set to another system's."""
    source = f"import ctypes, json, sys\nsys.platform = {name!r}\n{probe}"
    done = subprocess.run([sys.executable, "-c", source], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


WINDOWS = """
asked = []

class Call:
    argtypes = restype = None
    def __init__(self, name):
        self.name = name
    def __call__(self, *arguments):
        types = [kind.__name__ for kind in self.argtypes]
        asked.append([self.name, types, self.restype.__name__, list(arguments)])
        return 2**64 - 1

class Kernel:
    def __init__(self, name, **_):
        assert name == "kernel32"
        self.GetCurrentProcess, self.SetPriorityClass = Call("current"), Call("set")

ctypes.WinDLL = Kernel
from soundscape.ipc import priority
priority.be_served_early()
priority.be_served_first()
priority.step_back()
print(json.dumps(asked))
"""


def test_on_windows_the_process_gets_the_high_class_by_its_whole_handle():
    current, wanted = other_system("win32", WINDOWS)
    assert current == ["current", [], "c_void_p", []]
    assert wanted[:2] == ["set", ["c_void_p", "c_ulong"]]
    assert wanted[3] == [2**64 - 1, 0x80]


MACOS = """
asked = []

class Call:
    def __call__(self, *arguments):
        asked.append(list(arguments))
        return 0

class Library:
    def __init__(self, name):
        self.pthread_set_qos_class_self_np = Call()

ctypes.CDLL = Library
from soundscape.ipc import priority
priority.be_served_first()
priority.step_back()
print(json.dumps(asked))
"""


def test_on_macos_the_thread_gets_the_class_of_what_people_notice_and_gives_it_back():
    assert other_system("darwin", MACOS) == [[0x21, 0], [0x15, 0]]
