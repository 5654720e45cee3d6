"""The processes that we run: what each of them loads, and what it is spared."""

from __future__ import annotations

import subprocess
import sys

import pytest

from soundscape.ipc.spawn import _environment

USER_INTERFACE = {"click", "rich", "rich_click", "textual", "segno"}
WEB = {"fastapi", "uvicorn", "starlette", "asyncio", "http", "ssl"}
SOUND = {"numpy", "av", "pygame"}
FILES = {"pydantic", "yaml", "sqlite3"}
MIDI = {"mido", "rtmidi"}

SPARED = {
    "soundscape.devices.midi.sender_main": USER_INTERFACE | WEB | SOUND | FILES,
    "soundscape.devices.midi.receiver_main": USER_INTERFACE | WEB | SOUND | FILES,
    "soundscape.engine.host.background_scan_main": USER_INTERFACE | WEB | MIDI | {"pygame"},
    "soundscape.engine.player.main": USER_INTERFACE | WEB | MIDI | {"sqlite3"},
    "soundscape.remote.service.claim": USER_INTERFACE | WEB | SOUND | FILES | MIDI,
}
"""What a process must not load as it starts. `claim` is the host until its player has the job."""

OURS = {
    "soundscape.devices.midi.sender_main": {"errors", "units", "midi", "ipc", "devices"},
    "soundscape.devices.midi.receiver_main": {"errors", "units", "midi", "ipc", "devices"},
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
