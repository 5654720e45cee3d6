"""The room's outputs inside the light process: opened, watched, lost and found again.

No driver tells that a port has gone: sending goes on, to nowhere. So the names are looked at once a
second, and a port whose name is gone counts as lost. What is due for it meanwhile is dropped; the
session sends the whole look again when it is back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from soundscape.devices.midi.mido_ports import OutputNames, OutputPort, open_output
from soundscape.devices.midi.port_messages import PortStatus, is_pair
from soundscape.devices.midi.send_queue import SendPacer
from soundscape.errors import MidiPortError
from soundscape.ipc import clock
from soundscape.ipc.clock import Clock, Sleep
from soundscape.midi.port_names import PortMatch, bare

LONGEST_WAIT = 30.0
"""Seconds between two tries of a port that opens and then fails each time: they double up to it."""

CALM_AFTER = 3.0
"""A port that has worked for so long (s) has a clean slate."""

DELIVERY = 0.1
"""Seconds that a driver has to deliver the last message before its port is closed: a cycle of JACK
has up to 4096 frames. JACK drops what a port has sent when the port goes in the same cycle."""

Report = Callable[[PortStatus], None]
"""Tells the session the state of a port."""


@dataclass
class MidiOutput:
    """One output of the room.

    `lights` are the notes (channel from 0, note) that are lights. `before` is the name of the port
    that an earlier process had open, if any.
    """

    port: str
    wanted: str
    virtual: bool = False
    nth: int | None = None
    before: str = ""
    lights: frozenset[tuple[int, int]] = frozenset()
    open: OutputPort | None = None
    reported: str = ""
    retry_at: float = 0.0
    wait: float = 0.5
    opened_at: float = 0.0
    pace: SendPacer = field(default_factory=SendPacer)
    sounding: set[tuple[int, int]] = field(default_factory=set)
    match: PortMatch = field(init=False)

    def __post_init__(self) -> None:
        self.match = PortMatch(self.wanted, self.nth, self.before)


class MidiOutputPorts:
    """The outputs by index. Drivers require that one thread opens, polls, sends and closes."""

    def __init__(
        self,
        outputs: Sequence[MidiOutput],
        report: Report,
        names: OutputNames | None = None,
        now: Clock = clock.now,
        sleep: Sleep = time.sleep,
    ) -> None:
        self._outputs = list(outputs)
        self._report = report
        self._names = names or OutputNames()
        self._now = now
        self._sleep = sleep
        self._abandoned: list[OutputPort] = []
        self._sent_at = -DELIVERY
        self.poll()

    @property
    def any_open(self) -> bool:
        """Whether any output is open."""
        return any(output.open is not None for output in self._outputs)

    def poll(self) -> None:
        """Close the outputs that are gone, and open those that have appeared."""
        if not self._outputs:
            return  # a room with DMX only needs no driver
        names = self._names.now(afresh=not self.any_open)
        for output in self._outputs:
            if output.open is not None and not output.virtual and output.open.name not in names:
                self._lose(output, names)
            if output.open is None and self._now() >= output.retry_at:
                self._open(output, names)

    def send(self, index: int, data: bytes) -> bool:
        """Send a message, or the two of a 14-bit pair. Return whether it was sent."""
        output = self._outputs[index] if index < len(self._outputs) else None
        if output is None or output.open is None:
            return False
        count = 2 if is_pair(data) else 1
        if (delay := output.pace.delay(self._now(), count)) > 0:
            self._sleep(delay)
        try:
            output.open.send(data)
        except MidiPortError as err:
            self._fail(output, str(err))
            return False
        self._sent_at = self._now()
        _note(output.sounding, data)
        return True

    def release_cue_notes(self) -> None:
        """End the notes of cues that still sound. Notes that are lights stay as they are."""
        for index, output in enumerate(self._outputs):
            for channel, note in sorted(output.sounding - output.lights):
                self.send(index, bytes((0x80 | channel, note, 0)))

    def abandon(self, why: str) -> None:
        """Report all open outputs as lost, since their driver is gone, and touch none again.

        Their ports are kept: to delete one would close it, and that takes long, or crashes.
        """
        for output in self._outputs:
            if output.open is not None:
                self._abandoned.append(output.open)
                output.open = None
                self._report_once(output, "lost", why)

    def close(self) -> None:
        """Close all outputs, once the last message is delivered. Nothing is sent: lights keep their
        last look.
        """
        if self.any_open and (left := self._sent_at + DELIVERY - self._now()) > 0:
            self._sleep(left)
        for output in self._outputs:
            port, output.open = output.open, None
            if port is not None:
                port.close()

    def _open(self, output: MidiOutput, names: Sequence[str]) -> None:
        try:
            found = output.wanted if output.virtual else output.match.find(names)
            output.open = open_output(found, virtual=output.virtual)
        except MidiPortError as err:
            state = "absent" if output.reported in ("", "absent") else "lost"
            self._report_once(output, state, str(err))
            return
        output.opened_at = self._now()
        output.sounding.clear()
        self._report_once(output, "ok", output.open.name)

    def _lose(self, output: MidiOutput, names: Sequence[str]) -> None:
        port, output.open = output.open, None
        assert port is not None  # noqa: S101 - it was just seen
        again = any(bare(name) == bare(port.name) for name in names)
        self._report_once(
            output, "lost", f"'{port.name}' is {'another one now' if again else 'gone'}"
        )
        port.close()

    def _fail(self, output: MidiOutput, why: str) -> None:
        """Close an output that refused a message, and open it again after a while."""
        now = self._now()
        port, output.open = output.open, None
        if now - output.opened_at > CALM_AFTER:
            output.wait = 0.5
        output.retry_at = now + output.wait
        output.wait = min(LONGEST_WAIT, output.wait * 2.0)
        self._report_once(output, "failed", why)
        if port is not None:
            port.close()

    def _report_once(self, output: MidiOutput, state: str, text: str) -> None:
        """Report a status once: the rest of the text may change each second."""
        if state != output.reported:
            output.reported = state
            self._report(PortStatus(output.port, state, text))


def _note(sounding: set[tuple[int, int]], data: bytes) -> None:
    """Record a note that a message begins or ends."""
    if len(data) == 3 and data[0] & 0xE0 == 0x80:
        key = (data[0] & 0x0F, data[1])
        if data[0] & 0x10 and data[2]:
            sounding.add(key)
        else:
            sounding.discard(key)
