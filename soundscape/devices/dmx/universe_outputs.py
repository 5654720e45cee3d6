"""The DMX universes of a room inside the light process: claimed, sent, lost and found again.

While a receiver is lost, its universe goes on being sent as it was, so that it is noticed when it
is back. Then the session sends the whole look again, from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from soundscape.devices.dmx.universe_claim import claim_universe, request_handover
from soundscape.devices.dmx.universe_messages import SecondSender, UniverseRequest

if TYPE_CHECKING:
    from soundscape.devices.dmx.universe_port import UniversePort

CLAIM_WITHIN = 3.0
"""Seconds within which a process hands a universe over; a running session does not."""

ReportState = Callable[[str, str, str], None]
"""Tells the session the state of a port: its name, `ok`, `lost` or `failed`, and a text."""

ReportSender = Callable[[SecondSender], None]
"""Tells the session of another sender."""


@dataclass
class _UniverseOutput:
    """A universe of the room. `port` is None until it is claimed."""

    request: UniverseRequest
    since: float
    handed_over: bool = False
    port: UniversePort | None = None
    reported: str = ""


class UniverseOutputs:
    """The universes by index, from `first` on. One thread uses it. Times are monotonic seconds."""

    def __init__(
        self,
        requests: Sequence[UniverseRequest],
        first: int,
        report_state: ReportState,
        report_sender: ReportSender,
        now: float,
    ) -> None:
        self._first = first
        self._outputs = [_UniverseOutput(request, now) for request in requests]
        self._report_state = report_state
        self._report_sender = report_sender
        self.poll(now)

    def poll(self, now: float) -> None:
        """Claim what is not claimed yet, and look at the network."""
        for output in self._outputs:
            if output.port is None:
                self._claim(output, now)
            if output.port is not None:
                output.port.look(now)
                self._report(output)
                for name, there in output.port.watch.poll(now):
                    self._report_sender(SecondSender(output.request.port, name, there))

    def has(self, index: int) -> bool:
        """Return whether an index is that of a universe."""
        return 0 <= index - self._first < len(self._outputs)

    def send(self, index: int, data: bytes) -> bool:
        """Take over a message of a light. Return whether its universe is sent."""
        output = self._outputs[index - self._first]
        if output.port is None or output.port.reachability.lost:
            return False
        output.port.transmission.apply(data)
        return True

    def transmit(self, now: float) -> None:
        """Send the packets that are due."""
        for output in self._outputs:
            if output.port is not None and output.port.send_due(now):
                output.port.save()
                self._report(output)

    def wait(self, now: float) -> float | None:
        """Return the seconds until the next packet is due; None without any."""
        ports = [output.port for output in self._outputs if output.port is not None]
        dues = [due for port in ports if (due := port.transmission.due) is not None]
        return max(0.0, min(dues) - now) if dues else None

    def to_keep(self) -> tuple[UniverseRequest, ...]:
        """Return the universes that were sent, unless another session waits for them."""
        return tuple(
            output.request
            for output in self._outputs
            if output.port is not None
            and output.port.transmission.begun
            and output.port.claim.requested() != "take"
        )

    def repeat(self) -> None:
        """Send every frame once more: from there on, the next sender has a second."""
        for output in self._outputs:
            if output.port is not None:
                output.port.transmission.repeat()

    def close(self) -> None:
        """Stop sending."""
        for output in self._outputs:
            port, output.port = output.port, None
            if port is not None:
                port.close()

    def _claim(self, output: _UniverseOutput, now: float) -> None:
        """Claim a universe. One that a keeper sends goes on without a break."""
        from soundscape.devices.dmx.universe_port import UniversePort  # noqa: PLC0415 - DMX only

        path = Path(output.request.file)
        try:
            claim = claim_universe(path, output.request.frame)
            if claim is None:
                request_handover(path, "take")
                output.handed_over = True
            else:
                output.port = UniversePort(output.request, claim)
        except OSError as err:
            self._report_once(output, "failed", f"{path.parent}: {err.strerror}")
            return
        if output.port is not None:
            if output.handed_over:
                output.port.transmission.begin()
        elif now - output.since > CLAIM_WITHIN:
            self._report_once(output, "failed", "another session sends to this universe")

    def _report(self, output: _UniverseOutput) -> None:
        assert output.port is not None  # noqa: S101 - it is claimed
        reachability = output.port.reachability
        if reachability.lost:
            text = f"{output.request.title}: {reachability.why}"
            self._report_once(output, "lost", text)
        else:
            self._report_once(output, "ok", output.request.title)

    def _report_once(self, output: _UniverseOutput, state: str, text: str) -> None:
        if state != output.reported:
            output.reported = state
            self._report_state(output.request.port, state, text)
