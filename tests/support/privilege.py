"""What the user of the tests may do."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

_PROBE = "import os; os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(5)); os.nice(-11)"


@cache
def may_run_in_real_time() -> bool:
    """Whether a process may, and lower its niceness."""
    if not hasattr(os, "sched_setscheduler"):
        return False
    command = [sys.executable, "-c", _PROBE]
    return not subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode
