"""The journal's format: one JSON object a line. Reading it survives what a power cut leaves behind.

A line has `t`, the session's seconds, and `event`, what happened. The first one is `session`, with
`journal`, the number of the format. A line that cannot be read is skipped; fields that are missing
or of another type count as absent. So journals of other versions can be read as far as they go.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from soundscape.message_text import one_line

FORMAT = 1
"""Raised when the meaning of a line changes."""
LONGEST_LINE = 1 << 20
"""Bytes; a longer line is no line of ours."""
LONGEST_SESSION = 7 * 24 * 3600.0
"""Seconds; a time beyond it is damaged."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what happened at `t` seconds of the session."""

    t: float
    event: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A text on one line; "" where there is none."""
        value = self.values.get(name)
        return one_line(value) if isinstance(value, str) else ""

    def number(self, name: str) -> float | None:
        """A finite number; None where there is none."""
        return finite(self.values.get(name))

    def flag(self, name: str) -> bool:
        """Whether it says true."""
        return self.values.get(name) is True

    def numbers(self, name: str) -> dict[str, float]:
        """Numbers by name, without those that are none."""
        value = self.values.get(name)
        found = value.items() if isinstance(value, dict) else ()
        pairs = ((one_line(key), finite(one)) for key, one in found)
        return {key: one for key, one in pairs if one is not None}

    def parts(self, name: str) -> list[Entry]:
        """A list of objects, each as an entry of the same time."""
        value = self.values.get(name)
        found = value if isinstance(value, list) else []
        return [Entry(self.t, name, one) for one in found if isinstance(one, dict)]

    def part(self, name: str) -> Entry:
        """An object within it as an entry; an empty one where there is none."""
        value = self.values.get(name)
        return Entry(self.t, name, value if isinstance(value, dict) else {})

    def texts(self, name: str) -> list[str]:
        """A list of texts."""
        value = self.values.get(name)
        found = value if isinstance(value, list) else []
        return [one_line(one) for one in found if isinstance(one, str)]


def encode(line: Mapping[str, Any]) -> bytes:
    """A line of the journal. Raises ValueError, TypeError where it has what JSON has not."""
    text = json.dumps(line, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.encode("ascii") + b"\n"


def decode(data: bytes) -> list[Entry]:
    """The entries of a journal, whole or cut off anywhere."""
    return list(_entries(data.split(b"\n")))


def _entries(lines: Sequence[bytes]) -> Iterator[Entry]:
    for line in lines:
        if not 0 < len(line) <= LONGEST_LINE:
            continue
        try:
            read = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if not isinstance(read, dict):
            continue
        t, event = finite(read.get("t")), read.get("event")
        if t is None or not 0.0 <= t <= LONGEST_SESSION or not isinstance(event, str):
            continue
        yield Entry(t, event, {key: one for key, one in read.items() if key not in ("t", "event")})


def finite(value: object) -> float | None:
    """A number as a finite float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
