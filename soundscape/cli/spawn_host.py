"""Starting the host: a process of its own, which outlives this one.

It is begun before anything else is loaded, so that its libraries load while ours do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from soundscape.errors import EngineError
from soundscape.ipc.channel import Channel
from soundscape.ipc.spawn import outlive, spawn
from soundscape.remote.service.start_request import CONFIRMED


class Launch:
    """A host on its way."""

    def __init__(self) -> None:
        self._process = spawn("soundscape.remote.service.main")
        self._channel = Channel(self._process.stdout, self._process.stdin)  # type: ignore[arg-type]

    def exchange(self, commission: object, job: object) -> Any:
        """Tell it what to do; what it answers. Raises EngineError where it is gone."""
        try:
            self._channel.send(commission)
            self._channel.send(job)
            return self._channel.receive()
        except KeyboardInterrupt:
            # Not killed: its player may have begun, and would play on. It stops by a fade.
            self._close()
            outlive(self._process)
            raise
        except (OSError, EOFError) as err:
            self.let_go()
            raise EngineError("the session's host ended before there was sound") from err

    @contextmanager
    def called_off(self) -> Iterator[None]:
        """Where this fails, nothing is to be started: the host ends, and its player with it."""
        try:
            yield
        except BaseException:
            self._process.kill()
            self.let_go()
            raise

    def leave(self) -> None:
        """It plays, and goes on without us. Until this is said it ends with us."""
        with suppress(OSError):  # it is over already
            self._channel.send(CONFIRMED)
        outlive(self._process)

    def let_go(self) -> None:
        """It has ended, or will at once."""
        self._process.wait()
        self._close()

    def _close(self) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
