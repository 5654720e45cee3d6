"""The player asks the system to be served first, where it may, and the light process next."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

NICENESS = -11
"""What sound servers commonly give themselves."""

_REAL_TIME = 5  # low among them: whatever else runs in real time is more pressing
_WITHOUT_PAUSE = 100_000
"""Microseconds that a thread of the light process may compute in real time without a pause."""

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _HIGH = 0x0080  # HIGH_PRIORITY_CLASS

    def be_served_early() -> None:
        """Raise this process's priority."""
        # Without types the handle, which has 64 bits, would be passed as 32.
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.GetCurrentProcess.argtypes = ()
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.SetPriorityClass.argtypes = (wintypes.HANDLE, wintypes.DWORD)
        kernel.SetPriorityClass.restype = wintypes.BOOL
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _HIGH)

    def be_served_first() -> None:
        """Nothing more: the process has its priority."""

    be_served_next = be_served_early
    step_back = be_served_as_others = be_served_first

    def is_real_time() -> bool:
        """Whether the calling thread is served before what merely computes. Anyone may be."""
        return True
else:
    import resource

    _USER_INTERACTIVE = 0x21  # QOS_CLASS_USER_INTERACTIVE of macOS's <sys/qos.h>
    _DEFAULT = 0x15  # QOS_CLASS_DEFAULT

    if sys.platform == "linux":
        _REAL_TIME_POLICIES = (os.SCHED_RR, os.SCHED_FIFO)

    _GROUP = Path("/proc/self/autogroup")

    def _set_service_class(quality: int) -> None:
        """Set the quality-of-service class of the calling thread, where the system has those."""
        import ctypes  # noqa: PLC0415 - for macOS alone; the light process is to start quickly

        with suppress(OSError, AttributeError):
            call = ctypes.CDLL(None).pthread_set_qos_class_self_np
            call.argtypes = (ctypes.c_uint, ctypes.c_int)
            call.restype = ctypes.c_int
            call(quality, 0)

    def be_served_early() -> None:
        """Raise the niceness of this process and of what it starts from here on.

        Linux sets processes of one terminal or session against each other by groups, and looks at
        niceness only within one: so the group's is raised too.
        """
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
        with suppress(OSError):
            _GROUP.write_text(str(NICENESS))

    def be_served_as_others() -> None:
        """Take no niceness over from the process that started this one."""
        if os.getpriority(os.PRIO_PROCESS, 0) < 0:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, 0, 0)

    def be_served_first() -> None:
        """Put the calling thread into real time where the system has that.

        So are the threads that it starts from here on, until they `step_back`: a sound library's
        own thread is to be as punctual as the one that feeds it. Measured beside a busy machine: a
        sleep of 18 ms overran by 22 ms at niceness -11, by 0.1 ms in real time. Most users may have
        neither unless the system's limits allow it (`rtprio` and `nice` in limits.conf, as for
        sound servers). macOS has a class of service for threads that people notice, which is set
        for this thread alone.
        """
        if sys.platform == "linux":
            with suppress(OSError):
                os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(_REAL_TIME))
        elif sys.platform == "darwin":
            _set_service_class(_USER_INTERACTIVE)

    def is_real_time() -> bool:
        """Whether the calling thread is served before what merely computes.

        On macOS anyone may have the class of service that does it.
        """
        return sys.platform != "linux" or os.sched_getscheduler(0) in _REAL_TIME_POLICIES

    def step_back() -> None:
        """Take the calling thread out of real time, if it is there."""
        if sys.platform == "linux" and os.sched_getscheduler(0) == os.SCHED_RR:
            with suppress(OSError):
                os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        elif sys.platform == "darwin":
            _set_service_class(_DEFAULT)

    def be_served_next() -> None:
        """Raise the priority of the calling thread, to just below the player's.

        A MIDI driver that spins for ever would take a core from the sound in real time, so the
        system is to end a process that computes too long without a pause.
        """
        be_served_early()
        if sys.platform == "linux":
            with suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_RTTIME, (_WITHOUT_PAUSE, _WITHOUT_PAUSE))
                policy = os.SCHED_RR | os.SCHED_RESET_ON_FORK
                os.sched_setscheduler(0, policy, os.sched_param(_REAL_TIME - 1))
