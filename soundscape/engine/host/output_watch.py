"""Whether what the player hands over can be heard: the way through the sound server is watched.

The sound goes out, the meters move, and yet the patient lies in silence, since somebody turned the
output off. Where the system lets us see that, the host looks once a second.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from soundscape.devices.audio.pulse_server import Output, StreamPath
from soundscape.errors import AudioDeviceError
from soundscape.views import fault_texts

LOOK_EVERY = 1.0
"""Seconds; a fault is to be told within two."""
LEAST_VOLUME = 0.1


class SoundServer(Protocol):
    """What is asked of `pulse_server.PulseServer`."""

    def path_of(self, pid: int) -> StreamPath | None:
        """Where the sound of a process goes."""
        ...

    def move(self, stream: int, key: str) -> None:
        """Move a stream to an output."""
        ...


def output_fault(output: Output, muted: bool = False, volume: float = 1.0) -> str:
    """Why nothing is heard through an output, or a stream, by their settings; "" where it is."""
    if output.muted or muted:
        return fault_texts.output_muted(output.name)
    if output.volume * volume < LEAST_VOLUME:
        return fault_texts.output_low(output.name, output.volume * volume)
    return ""


class OutputWatch:
    """Watches the stream of the player, whose process is `pid()`.

    `report` hears the fault, or "" that there is none, at each change; `warn` what was mended.
    `lose` is called where the sound comes out of another output and cannot be moved back.
    """

    def __init__(
        self,
        server: SoundServer,
        pid: Callable[[], int],
        report: Callable[[str], None],
        warn: Callable[[str], None],
        lose: Callable[[], None],
    ) -> None:
        self._server = server
        self._pid = pid
        self._report = report
        self._warn = warn
        self._lose = lose
        self._player = 0
        self._output: Output | None = None  # the one that the present player opened
        self._fault = ""

    def run(self, over: threading.Event) -> None:
        """Look once a second, until `over`."""
        while not over.wait(LOOK_EVERY):
            self.look()

    def look(self) -> None:
        """Look once."""
        if (pid := self._pid()) != self._player:
            self._player, self._output = pid, None
        try:
            path = self._server.path_of(pid)
            fault = "" if path is None else self._fault_of(path)
        except AudioDeviceError:
            fault = ""  # no such server: the player itself notices that its device is gone
        if fault != self._fault:
            self._fault = fault
            self._report(fault)

    def _fault_of(self, path: StreamPath) -> str:
        if self._output is None:
            self._output = path.output
        if path.output.key != self._output.key:
            return self._bring_back(path, self._output)
        if path.output.suspended:
            return fault_texts.output_suspended(path.output.name)
        return output_fault(path.output, path.muted, path.volume)

    def _bring_back(self, path: StreamPath, meant: Output) -> str:
        try:
            self._server.move(path.stream, meant.key)
        except AudioDeviceError:
            self._lose()
        else:
            self._warn(fault_texts.output_moved_back(meant.name, path.output.name))
        return ""
