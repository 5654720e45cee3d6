"""What tags say: names folded, gains as numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

_NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+))\s*(?:dB)?\s*", re.IGNORECASE)


def folded_tags(*sources: Mapping[str, str]) -> dict[str, str]:
    """Tags by name in small letters, from several places, the first one counting; no empty ones."""
    folded: dict[str, str] = {}
    for source in sources:
        for name, value in source.items():
            if value.strip():
                folded.setdefault(name.lower(), value.strip())
    return folded


def number(text: str | None) -> float | None:
    """The number in a text such as `-6.50 dB` or `0.988`, if there is one (ReplayGain 2.0)."""
    match = _NUMBER.fullmatch(text or "")
    value = float(match[1]) if match else math.nan
    return value if math.isfinite(value) else None


def q7_8(text: str | None) -> float | None:
    """A gain in dB from its Q7.8 fixed-point form as a text (RFC 7845, 5.2.1)."""
    try:
        steps = int(text or "")
    except ValueError:
        return None
    return steps / 256 if -32768 <= steps <= 32767 else None


def header_gain(opus_head: bytes) -> float | None:
    """The output gain in dB of an Opus header (RFC 7845, 5.1); None where it is 0."""
    if opus_head[:8] != b"OpusHead":
        return None
    return int.from_bytes(opus_head[16:18], "little", signed=True) / 256 or None
