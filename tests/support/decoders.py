"""Decoders of show control and timecode that others wrote: npm's `midi-show-control` and `jzz`.

`NODE_PATH` says where they are installed; `.ci/run` puts them into a folder of its own.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from peers import missing, need

_SCRIPT = Path(__file__).parent / "decode.js"


def decode(msc: Sequence[bytes] = (), mtc: Sequence[Sequence[bytes]] = ()) -> dict[str, Any]:
    """What they make of show control messages, and of runs of timecode messages."""
    node = need("node")
    for package in ("jzz", "midi-show-control"):
        found = subprocess.run(
            [node, "-e", f"require('{package}')"], capture_output=True, check=False
        )
        if found.returncode:
            missing(f"npm's {package} is not installed (NODE_PATH)")
    asked = {"msc": [list(m) for m in msc], "mtc": [[list(m) for m in run] for run in mtc]}
    answered = subprocess.run(
        [node, str(_SCRIPT)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answered.returncode == 0, answered.stderr
    return json.loads(answered.stdout)
