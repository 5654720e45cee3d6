"""The ffmpeg program's own meter, `ebur128`: what it reads of a file, for tests against it."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from peers import need


@dataclass(frozen=True)
class Heard:
    """What ffmpeg reads: LUFS, dBTP, LU; momentary and short-term loudness every 100 ms."""

    lufs: float
    peak: float
    range: float
    momentary: NDArray[np.float64]
    short_term: NDArray[np.float64]


def expected(momentary: NDArray[np.float64], first: float) -> NDArray[np.float64]:
    """What each value is held against, every 100 ms: see docs/scenes.md, the largest rise.

    The loudest of a second ago and of the last 15 s less 6 LU; before the start it is `first`.
    """
    found = []
    for now in range(len(momentary)):
        past = momentary[max(0, now - 150) : max(0, now - 9)]
        one = past[-1] if len(past) else first
        found.append(max(one, max(past, default=first) - 6.0))
    return np.array(found)


def heard(file: Path, *, first: float = 0.0, last: float | None = None) -> Heard:
    """Read a file, or its stretch between two seconds. Mono counts as heard on both sides."""
    stretch = ["-ss", str(first), *([] if last is None else ["-t", str(last - first)])]
    command = [need("ffmpeg"), "-nostdin", "-hide_banner", "-nostats", *stretch, "-i", str(file)]
    meter = "ebur128=peak=true:dualmono=true:framelog=info"
    ran = subprocess.run(
        [*command, "-af", meter, "-f", "null", "-"], capture_output=True, text=True, check=True
    )
    lines, summary = ran.stderr.split("Summary:")
    return Heard(
        *(float(re.search(rf"{key}:\s+(\S+)", summary)[1]) for key in ("I", "Peak", "LRA")),
        *(
            np.array([float(m) for m in re.findall(rf"{key}: *(-?[\d.]+|-?inf|nan)", lines)])
            for key in (" M", " S")
        ),
    )
