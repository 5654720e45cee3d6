"""Keeps the system from falling asleep by itself while a session runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_awake() -> Iterator[bool]:
    """Keep the system awake while the context lasts. Yield whether the system agreed.

    The screen may go dark. wakepy asks Windows and macOS directly, and the desktops of Linux over
    D-Bus; without a desktop there is no service to ask.
    """
    from wakepy import keep  # noqa: PLC0415 - loaded once there is sound

    with keep.running(on_fail="pass") as mode:
        yield bool(mode.active)
