"""The player asks the system to be served first, where it may, and the light process next."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

NICENESS = -11
"""What sound servers commonly give themselves."""

_REAL_TIME = 5  # low among them: whatever else runs in real time is more pressing
_WITHOUT_PAUSE = 100_000
"""Microseconds that a thread of the light process may compute in real time without a pause."""

if sys.platform == "win32":
    import ctypes

    _HIGH = 0x0080  # HIGH_PRIORITY_CLASS

    def be_served_first() -> None:
        """Raise this process's priority."""
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _HIGH)

    be_served_next = be_served_first
else:
    import resource

    def be_served_first() -> None:
        """Raise the priority of the calling thread, to real time where the system has that.

        Measured beside a busy machine: a sleep of 18 ms overran by 22 ms at niceness -11, by 0.1 ms
        in real time. Most users may have neither unless the system's limits allow it (`rtprio` and
        `nice` in limits.conf, as for sound servers); threads started later are as any other.
        """
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
        if hasattr(os, "sched_setscheduler"):
            with suppress(OSError):
                policy = os.SCHED_RR | os.SCHED_RESET_ON_FORK
                os.sched_setscheduler(0, policy, os.sched_param(_REAL_TIME))

    def be_served_next() -> None:
        """Raise the priority of the calling thread, to just below the player's.

        A MIDI driver that spins for ever would take a core from the sound in real time, so the
        system is to end a process that computes too long without a pause.
        """
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
        limit = getattr(resource, "RLIMIT_RTTIME", None)
        if limit is not None and hasattr(os, "sched_setscheduler"):
            with suppress(OSError, ValueError):
                resource.setrlimit(limit, (_WITHOUT_PAUSE, _WITHOUT_PAUSE))
                policy = os.SCHED_RR | os.SCHED_RESET_ON_FORK
                os.sched_setscheduler(0, policy, os.sched_param(_REAL_TIME - 1))
