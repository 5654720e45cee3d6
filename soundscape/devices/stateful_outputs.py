"""The states of outputs, as the process that owns them reports them."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from soundscape.views.fault_texts import came_back, went_offline

Batch = Sequence[tuple[float, str, bytes]]
"""Monotonic time due (s), the room's name of the output, message."""

Listener = Callable[[str, bool], object]
"""Called with an output that is gone (False) or back (True)."""


class StatefulOutputs(ABC):
    """Outputs that another process owns. Each is `opening` at first.

    All may be called in any thread.
    """

    @property
    def late(self) -> int:
        """The number of messages that were sent late, or not at all."""
        return 0

    @abstractmethod
    def start(self) -> None:
        """Start the process and return at once; the outputs open meanwhile."""

    @abstractmethod
    def send(self, batch: Batch) -> None:
        """Send the messages for these outputs, each when it is due. Never waits."""

    @abstractmethod
    def close(self, drain: float) -> None:
        """Send what is due within `drain` seconds and nothing more, then end the process."""

    def __init__(self, outputs: Sequence[str]) -> None:
        self._health = dict.fromkeys(outputs, "opening")
        self._opened: dict[str, str] = {}
        self._away: set[str] = set()
        self._faults: list[str] = []
        self._listeners: list[Listener] = []
        self._known = threading.Condition()

    def listen(self, listener: Listener) -> None:
        """Call `listener` in a thread when an output goes or comes, and at once for those missing.

        An output that is still opening counts as missing, or messages due meanwhile would be sent
        all at once.
        """
        with self._known:
            self._listeners.append(listener)
            self._away.update(name for name, state in self._health.items() if state == "opening")
            away = sorted(self._away)
        for name in away:
            listener(name, False)

    def health(self) -> dict[str, str]:
        """Return the state of each output: `ok`, `absent`, `lost`, `failed: …`, or `opening` at
        first.
        """
        with self._known:
            return dict(self._health)

    def opened(self) -> dict[str, str]:
        """Return the full name of what each output has or had open."""
        with self._known:
            return dict(self._opened)

    def faults(self) -> list[str]:
        """Return what failed or was restored since the last call: one plain line each."""
        with self._known:
            new, self._faults = self._faults, []
        return new

    def wait_ready(self, timeout: float) -> bool:
        """Wait until no output is opening. Return False after `timeout` seconds."""
        with self._known:
            return self._known.wait_for(lambda: "opening" not in self._health.values(), timeout)

    def _is_away(self, output: str) -> bool:
        """Whether what is sent to an output is lost."""
        return output in self._away

    def _warn(self, text: str) -> None:
        """Add a line to the faults."""
        with self._known:
            self._faults.append(text)

    def _set_states(self, outputs: Sequence[str], state: str, text: str) -> None:
        """Note that outputs have come (`ok`) or gone; together they are one line."""
        there = state == "ok"
        changed, worth_a_line = list[str](), list[str]()
        with self._known:
            for output in outputs:
                was_away, opening = output in self._away, self._health[output] == "opening"
                self._health[output] = f"failed: {text}" if state == "failed" else state
                if there:
                    self._opened[output] = text
                    self._away.discard(output)
                    if was_away and not opening:
                        worth_a_line.append(output)
                else:
                    self._away.add(output)
                    if opening or not was_away:
                        worth_a_line.append(output)
                if was_away == there:
                    changed.append(output)
            if worth_a_line and there:
                self._faults.append(came_back("lights", ", ".join(worth_a_line), text))
            elif worth_a_line:
                self._faults.append(went_offline("lights", worth_a_line, text))
            self._known.notify_all()
        self._tell(changed, there=there)

    def _lose_outputs(self, why: str) -> None:
        """Note that the process of the outputs is gone."""
        with self._known:
            present = [output for output in self._health if output not in self._away]
        self._set_states(present, "failed", why)

    def _tell(self, outputs: Sequence[str], *, there: bool) -> None:
        """Call the listeners."""
        for listener in self._listeners:
            for output in outputs:
                listener(output, there)
