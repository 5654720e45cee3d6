"""Tries, without a sound, whether the audio device and the MIDI ports of a room open."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from soundscape.ipc.codec import Codec
from soundscape.ipc.spawn import spawn
from soundscape.scene.models import AudioRoom, Calibration, OutputPair

LOADING = 30.0
"""Seconds until the first thing is tried: a busy computer loads Python and the drivers slowly."""
PATIENCE = 20.0
"""Seconds for one thing to open: a sound server may wake up slowly."""

CODEC = Codec((AudioRoom, Calibration, OutputPair))
"""What the process that tries them is sent: the names of ports, and the room's audio."""


@dataclass(slots=True)
class DeviceTrial:
    """Why devices do not open; "" or empty for those that do.

    `midi`: there is no MIDI at all. `outputs` and `inputs` have the ports that do not open.
    """

    audio: str = ""
    midi: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)


def try_devices(
    audio: AudioRoom,
    outputs: Sequence[str],
    inputs: Sequence[str],
    *,
    midi: bool,
    patience: float = PATIENCE,
    loading: float = LOADING,
) -> DeviceTrial:
    """Open and close the audio device, and with `midi` the ports of exactly these names.

    The process that tries them has `loading` seconds to load what it needs, then `patience` seconds
    for each of them.
    """
    faults = DeviceTrial()
    process = spawn("soundscape.devices.device_trial_main")
    assert process.stdin is not None  # noqa: S101 - `spawn` makes both pipes
    wanted = {"audio": audio, "midi": midi, "outputs": tuple(outputs), "inputs": tuple(inputs)}
    with suppress(OSError), process.stdin as pipe:  # it may have crashed already
        pipe.write(CODEC.encode(wanted))
    trying, wait = "", loading
    lines: queue.Queue[bytes | None] = queue.Queue()
    threading.Thread(target=_read, args=(process, lines), daemon=True).start()
    try:
        while True:
            line = lines.get(timeout=wait)
            if line is None:
                _note(faults, trying or "audio", "its driver crashes")
                return faults
            kind, name, fault = json.loads(line)
            if kind == "done":
                return faults
            if kind == "trying":
                trying, wait = name, patience
            elif fault:
                _note(faults, f"{kind} {name}".strip(), fault)
    except queue.Empty:
        if trying:
            _note(faults, trying, f"its driver does not answer within {patience:.0f} s")
        else:
            faults.audio = (
                f"it could not be tried within {loading:.0f} s, this computer is busy: check again"
            )
        return faults
    finally:
        process.kill()
        process.wait()


def _read(process: subprocess.Popen[bytes], lines: queue.Queue[bytes | None]) -> None:
    assert process.stdout is not None  # noqa: S101 - `spawn` makes both pipes
    with process.stdout as pipe:
        data = b""
        while piece := os.read(pipe.fileno(), 65_536):
            *whole, data = (data + piece).split(b"\n")
            for line in whole:
                lines.put(line)
    lines.put(None)


def _note(faults: DeviceTrial, what: str, fault: str) -> None:
    kind, _, name = what.partition(" ")
    if kind == "audio":
        faults.audio = fault
    elif kind == "midi":
        faults.midi = fault
    else:
        (faults.outputs if kind == "output" else faults.inputs)[name] = fault
