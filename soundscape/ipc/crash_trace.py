"""Writes to a file what a process of ours crashes of: an uncaught exception, or a signal.

Imports the standard library only.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from types import TracebackType


def record_crashes(path: Path) -> None:
    """From here on what this process crashes of is added to a file. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    faulthandler.enable(handle)

    def write(
        kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        text = "".join(traceback.format_exception(kind, error, trace))
        with suppress(OSError):
            os.write(handle, text.encode("utf-8", "replace"))

    def write_of_thread(args: threading.ExceptHookArgs) -> None:
        write(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = write
    threading.excepthook = write_of_thread
