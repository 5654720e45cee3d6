"""The processes that we run: what each of them loads, and what it is spared."""

from __future__ import annotations

import subprocess
import sys

import pytest

from soundscape.ipc import spawn as module
from soundscape.ipc.spawn import _environment, spawn

USER_INTERFACE = {"click", "rich", "rich_click", "textual", "segno"}
WEB = {"fastapi", "uvicorn", "starlette", "asyncio", "http", "ssl"}
SOUND = {"numpy", "av", "pygame"}
FILES = {"pydantic", "yaml", "sqlite3"}
MIDI = {"mido", "rtmidi"}

SPARED = {
    "soundscape.devices.midi.sender_main": USER_INTERFACE | WEB | SOUND | FILES,
    "soundscape.devices.midi.receiver_main": USER_INTERFACE | WEB | SOUND | FILES,
    "soundscape.devices.dmx.keeper_main": USER_INTERFACE | WEB - {"asyncio", "ssl"} | SOUND | FILES,
    "soundscape.devices.lamps.lamp_main": USER_INTERFACE | WEB - {"ssl", "http"} | SOUND | MIDI,
    "soundscape.engine.host.background_scan_main": USER_INTERFACE | WEB | MIDI | {"pygame"},
    "soundscape.engine.player.main": USER_INTERFACE | WEB | MIDI | {"sqlite3", "yaml"},
    "soundscape.remote.service.claim": USER_INTERFACE | WEB | SOUND | FILES | MIDI,
}
"""What a process must not load as it starts. `claim` is the host until its player has the job."""

OURS = {
    "soundscape.devices.midi.sender_main": {
        "errors",
        "message_text",
        "units",
        "midi",
        "dmx",
        "ipc",
        "devices",
    },
    "soundscape.devices.dmx.keeper_main": {"errors", "dmx", "ipc", "devices"},
    "soundscape.devices.midi.receiver_main": {
        "errors",
        "message_text",
        "units",
        "midi",
        "ipc",
        "devices",
    },
}
"""Of ours, all that a small process may load."""


def loaded(module: str) -> set[str]:
    """The names of all modules that are loaded with one."""
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=_environment(), capture_output=True, check=True, text=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("module", SPARED)
def test_a_process_loads_only_what_it_needs(module: str) -> None:
    names = loaded(module)
    assert {name.split(".")[0] for name in names} & SPARED[module] == set()
    ours = {name.split(".")[1] for name in names if name.startswith("soundscape.")}
    assert ours - OURS.get(module, ours) == set()


CREATE_BREAKAWAY_FROM_JOB = 0x01000000
"""winbase.h"""


@pytest.mark.parametrize("lets_go", [True, False])
def test_on_windows_a_process_leaves_the_terminals_job_where_that_lets_it_go(
    lets_go: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def popen(*_: object, creationflags: int, **__: object) -> str:
        tried.append(creationflags)
        if creationflags & CREATE_BREAKAWAY_FROM_JOB and not lets_go:
            raise PermissionError("Access is denied")
        return "running"

    monkeypatch.setattr(module, "APART", 0x200)
    monkeypatch.setattr(module, "BREAKAWAY", CREATE_BREAKAWAY_FROM_JOB)
    monkeypatch.setattr(subprocess, "Popen", popen)
    running: object = spawn("soundscape.x")
    assert running == "running"
    apart = 0x200 | CREATE_BREAKAWAY_FROM_JOB
    assert tried == ([apart] if lets_go else [apart, 0x200])


def test_elsewhere_a_process_that_may_not_be_started_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[int] = []

    def popen(*_: object, creationflags: int, **__: object) -> str:
        tried.append(creationflags)
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr(subprocess, "Popen", popen)
    with pytest.raises(PermissionError):
        spawn("soundscape.x")
    assert len(tried) == 1
