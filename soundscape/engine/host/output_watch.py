"""Watches the player's output in the sound server: is it muted, low, suspended or another one?

The player may play into an output that is turned off. Where the system shows that, the host polls
it once a second.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from soundscape.devices.audio.pulse_server import Output, StreamPath
from soundscape.errors import AudioDeviceError
from soundscape.views import fault_texts

POLL_INTERVAL = 1.0
"""Seconds; a fault must be shown within two."""
LEAST_VOLUME = 0.1


class SoundServer(Protocol):
    """The part of `pulse_server.PulseServer` that is needed here."""

    def path_of(self, pid: int) -> StreamPath | None:
        """Return the stream of a process and its output."""
        ...

    def move(self, stream: int, key: str) -> None:
        """Move a stream to an output."""
        ...


def output_fault(output: Output, muted: bool = False, volume: float = 1.0) -> str:
    """Return why an output or a stream is silent by its settings; "" if it is not."""
    if output.muted or muted:
        return fault_texts.output_muted(output.name)
    if output.volume * volume < LEAST_VOLUME:
        return fault_texts.output_low(output.name, output.volume * volume)
    return ""


class OutputWatch:
    """Watches the stream of the player, whose process is `pid()`.

    `report` gets each change of the fault ("": none), `warn` what was repaired, and a new format or
    rate of the output. `lose` is called if the sound comes out of another output and cannot be
    moved back.
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
        """Poll once a second, until `over` is set."""
        while not over.wait(POLL_INTERVAL):
            self.poll()

    def poll(self) -> None:
        """Ask the sound server once."""
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
        if path.output.sample_spec != self._output.sample_spec:
            before, self._output = self._output, path.output
            self._warn(
                fault_texts.output_changed(before.name, before.sample_spec, path.output.sample_spec)
            )
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
