"""Spawns the host, a process that outlives this one.

It is spawned before anything else is loaded, so that both processes load at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from soundscape.errors import EngineError, MessageError
from soundscape.ipc.channel import Channel
from soundscape.ipc.spawn import outlive
from soundscape.remote.service.early_host import spawn_host
from soundscape.remote.service.start_request import CODEC, CONFIRMED, StartRequest


class Launch:
    """A host that is starting. `output` is as for `devices.audio.open_output.choose`."""

    def __init__(self, output: str | None) -> None:
        self._process = spawn_host(output)
        self._channel = Channel(self._process.stdout, self._process.stdin, CODEC)  # type: ignore[arg-type]

    def exchange(self, request: StartRequest, *messages: bytes) -> Any:
        """Send the host a request and the encoded messages that belong to it. Return its answer.

        Raises EngineError if the host is gone.
        """
        try:
            self._channel.send(request)
            for message in messages:
                self._channel.send_encoded(message)
            return self._channel.receive()
        except KeyboardInterrupt:
            # The host is not killed: its player may play already, and would play on. It fades out.
            self._close()
            outlive(self._process)
            raise
        except (OSError, EOFError) as err:
            self.wait_for_end()
            raise EngineError("the session's host ended before there was sound") from err
        except MessageError as err:
            self.wait_for_end()
            raise EngineError(f"the session's host is of another version: {err}") from err

    @contextmanager
    def killed_on_failure(self) -> Iterator[None]:
        """Kill the host, and with it its player, if the body fails."""
        try:
            yield
        except BaseException:
            self._process.kill()
            self.wait_for_end()
            raise

    def confirm(self) -> None:
        """Confirm the start: from here on the session outlives this process."""
        with suppress(OSError):  # it has ended already
            self._channel.send(CONFIRMED)
        outlive(self._process)

    def wait_for_end(self) -> None:
        """Wait for the host, which is ending now."""
        self._process.wait()
        self._close()

    def _close(self) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
