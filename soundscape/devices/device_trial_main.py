"""Opens an audio device and MIDI ports without a sound, in a process of its own.

A driver may block for ever or crash, so the parent process reads line by line how far this one
came.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

from soundscape.devices.audio.open_output import choose
from soundscape.devices.device_trial import CODEC
from soundscape.errors import SoundscapeError
from soundscape.scene.models import AudioRoom


def main() -> None:
    """Try the devices that come on standard input; print a line of JSON for each."""
    wanted: dict[str, Any] = CODEC.decode(sys.stdin.buffer.read())
    _load(midi=wanted["midi"])
    _try("audio", "", lambda: _audio(wanted["audio"]))
    if wanted["midi"]:
        _try("midi", "", _midi)
        for name in wanted["outputs"]:
            _try("output", name, lambda name=name: _output(name))
        for name in wanted["inputs"]:
            _try("input", name, lambda name=name: _input(name))
    _say("done", "", "")


def _load(*, midi: bool) -> None:
    """Load now what would otherwise count as the time that a device takes to open."""
    importlib.import_module("soundscape.devices.audio.pygame_output")
    if midi:
        importlib.import_module("soundscape.devices.midi.mido_ports")


def _try(kind: str, name: str, step: Any) -> None:
    _say("trying", f"{kind} {name}".strip(), "")
    try:
        step()
    except SoundscapeError as fault:
        _say(kind, name, str(fault))
    else:
        _say(kind, name, "")


def _audio(room: AudioRoom) -> None:
    output = choose(None, room)
    output.open()
    output.close()


def _midi() -> None:
    from soundscape.devices.midi import mido_ports  # noqa: PLC0415 - drivers, for rooms with ports

    mido_ports.driver()


def _output(name: str) -> None:
    from soundscape.devices.midi import mido_ports  # noqa: PLC0415

    mido_ports.open_output(name).close()


def _input(name: str) -> None:
    from soundscape.devices.midi import mido_ports  # noqa: PLC0415
    from soundscape.errors import MidiPortError  # noqa: PLC0415

    backend = mido_ports.driver()
    try:
        with mido_ports.calling(backend.name):
            backend.open_input(name).close()
    except mido_ports.failures() as err:
        raise MidiPortError(f"MIDI input '{name}' does not open: {err}") from err


def _say(kind: str, name: str, fault: str) -> None:
    sys.stdout.write(json.dumps([kind, name, fault]) + "\n")
    sys.stdout.flush()
