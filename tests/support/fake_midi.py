"""A MIDI driver of mido's kind, for SOUNDSCAPE_MIDI_BACKEND: files in $FAKE_MIDI say how it is.

`names` lists the outputs there are. `record` gets a line for each message: time, port, bytes.
`fault` says what the next sends do, one word each: `block` (for ever, with the interpreter lock),
`crash`, `raise`, or `odd` (an error of a kind that nobody expects). `slow` has the seconds that it
takes to open a port.
"""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path
from typing import Any


def _folder() -> Path:
    return Path(os.environ["FAKE_MIDI"])


def get_devices(**_: Any) -> list[dict[str, Any]]:
    names = (_folder() / "names").read_text().splitlines()
    return [{"name": name, "is_input": False, "is_output": True} for name in names]


class Output:
    def __init__(self, name: str, *, virtual: bool = False, **_: Any) -> None:
        if not virtual and name not in (_folder() / "names").read_text().splitlines():
            raise OSError(f"unknown port {name!r}")
        slow = _folder() / "slow"
        if slow.exists():
            time.sleep(float(slow.read_text()))
        self.name = name
        self.closed = False

    def send(self, message: Any) -> None:
        assert not self.closed, "touched after it was closed"
        _misbehave()
        if self.name in (_folder() / "names").read_text().splitlines():  # else it goes nowhere
            with (_folder() / "record").open("a") as file:
                print(time.perf_counter(), self.name, message.hex(""), sep="\t", file=file)

    def close(self) -> None:
        self.closed = True


def _misbehave() -> None:
    path = _folder() / "fault"
    faults = path.read_text().split() if path.exists() else []
    if not faults:
        return
    path.write_text(" ".join(faults[1:]))
    if faults[0] == "block":
        ctypes.PyDLL(None).sleep(1000)  # PyDLL keeps the interpreter lock
    elif faults[0] == "crash":
        ctypes.string_at(0)
    elif faults[0] == "raise":
        raise OSError("no such device")
    else:
        raise ZeroDivisionError("odd")
