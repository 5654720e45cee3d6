"""Every module can be imported on every system."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROBE = """
import importlib, pkgutil, subprocess, sys, traceback

system = {system!r}
# The libraries come first: they are their authors' affair, and look at this system.
for name in sorted({libraries!r}):
    importlib.import_module(name)
sys.platform = system
missing = {missing!r}
for name in missing:
    sys.modules[name] = None
if system == "win32":
    for name in {flags!r}:
        setattr(subprocess, name, 0)

import soundscape
broken = []
for module in pkgutil.walk_packages(soundscape.__path__, "soundscape."):
    try:
        importlib.import_module(module.name)
    except Exception:
        broken.append(module.name + ": " + traceback.format_exc(limit=-1))
print("\\n".join(broken))
"""

LIBRARIES = (
    *("asyncio", "av", "concurrent.futures.process", "ctypes.wintypes", "fastapi", "mido"),
    *("fastapi_offline", "http.client", "multiprocessing", "pydantic", "pygame", "rich_click"),
    *("segno", "sqlite3", "textual.app", "textual.widgets", "uvicorn", "yaml"),
    *("uvicorn.protocols.http.h11_impl", "uvicorn.lifespan.on", "uvicorn.loops.auto"),
)
MISSING = {
    "win32": ("fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"),
    "darwin": ("spwd",),
}
FLAGS = (
    *("CREATE_BREAKAWAY_FROM_JOB", "CREATE_NEW_PROCESS_GROUP", "CREATE_NO_WINDOW"),
    *("ABOVE_NORMAL_PRIORITY_CLASS", "BELOW_NORMAL_PRIORITY_CLASS", "HIGH_PRIORITY_CLASS"),
)


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_every_module_can_be_imported(system: str) -> None:
    """With `sys.platform` set, and without the modules that the system has not."""
    probe = PROBE.format(system=system, libraries=LIBRARIES, missing=MISSING[system], flags=FLAGS)
    done = subprocess.run(
        [sys.executable, "-c", probe],
        env={**os.environ, "PYGAME_HIDE_SUPPORT_PROMPT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == ""
