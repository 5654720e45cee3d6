"""The player, seen from the host: a supervised process that takes requests and sends messages.

This module must not import the session's code: the player gets its job while the host still loads
that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from soundscape.ipc import clock
from soundscape.ipc.codec import Codec
from soundscape.ipc.supervisor import Reason, Rules, Supervisor
from soundscape.ipc.worker import Process, Worker

if TYPE_CHECKING:
    from soundscape.engine.host.standby import Standby
    from soundscape.ipc.player_messages import PlayerRequest
    from soundscape.ipc.shared_audio import PlaybackPosition, SharedAudio

Handler = Callable[[object], None]
"""Gets the player's messages in order, and at last None, when the player is gone."""

RULES = Rules(start=60.0, silence=1.0, beat=0.05, settled=3.0, pause=0.5, longest_pause=1.0)
"""With a load average of 35 on two cores a player took 15 s to load; killed, it would begin again.

The pauses are short, since there is no sound meanwhile: a device that comes and goes loses a player
each time.

`silence` counts from the end of the sound that was handed to the device. A player that only stood
still goes on by itself, with one gap of the same length; a change of players takes about half a
second, so it is better only from there on.
"""
ALONE = replace(RULES, start=math.inf, silence=math.inf, beat=0.25, restart=False)
"""Without a standby, a player that hangs may recover, and one that is gone is not replaced."""

PLAIN = Codec(())


class PlayerProcess:
    """The players of one session, each in a process that runs `engine.player.main`.

    The first one is given. With a standby, a lost player is replaced by it.
    """

    def __init__(self, process: Process) -> None:
        self._first = Worker(process, PLAIN)
        self._supervisor: Supervisor | None = None
        self._standby: Standby | None = None
        self._handle: Handler | None = None
        self._has_first = False
        self._shared_audio: SharedAudio | None = None
        self._left: PlaybackPosition | None = None  # where the player before this one ended

    @property
    def pid(self) -> int:
        """The number of the present player's process."""
        return self._supervisor.pid if self._supervisor is not None else self._first.pid

    def play(self, setup: Mapping[str, Any], job: bytes, resume: Sequence[bytes] = ()) -> None:
        """Send the first player its paths and an encoded job.

        `setup` has the path of the `shared_audio`, of the folder in which the session is
        `recorded`, or "", and the encoded `request` and `unmeasured`, which another host needs.
        With `resume`, the encoded messages of a standby that takes over, the session continues
        from there.
        """
        self._first.send({**setup, "standby": bool(resume)})
        self._first.send(job)
        for message in resume:
            self._first.send(message)

    def listen(
        self,
        handle: Handler,
        codec: Codec,
        shared_audio: SharedAudio | None = None,
        standby: Standby | None = None,
    ) -> None:
        """Pass the players' messages to `handle`, in a thread."""
        self._first.codec = codec
        self._handle = handle
        self._standby = standby
        self._shared_audio = shared_audio
        self._supervisor = Supervisor(
            self._next_worker,
            self._pass_on,
            self._lost,
            ALONE if standby is None else RULES,
            also_alive=self._sound_until,
        )
        self._supervisor.start()

    def send(self, message: PlayerRequest) -> bool:
        """Send a request to the present player; never waits. Return False if it does not read."""
        if self._supervisor is not None:
            return self._supervisor.send(message)
        return self._first.send(message)

    def follow(self) -> None:
        """Keep the standby close to the session. Call it often."""
        if self._standby is not None:
            self._standby.follow()

    def kill(self) -> None:
        """Kill the present player, so that the standby takes over."""
        if self._supervisor is not None and self._standby is not None:
            self._supervisor.kill()

    def release(self) -> None:
        """Note that the session has ended: a player that ends now is not replaced."""
        if self._supervisor is not None:
            self._supervisor.release()
        if self._standby is not None:
            self._standby.close()

    def end(self, patience: float) -> None:
        """Wait for the player to end by itself; kill it after `patience` seconds."""
        self.release()
        if self._supervisor is not None and self._handle is not None:
            from soundscape.ipc.player_messages import HostLeaves  # noqa: PLC0415 - see above

            self._supervisor.close(patience, HostLeaves())
            self._handle(None)
        elif not self._first.wait(patience):
            self._first.kill()

    def _next_worker(self) -> Worker:
        if not self._has_first:
            self._has_first = True
            return self._first
        assert self._standby is not None  # noqa: S101 - without one there is no next
        self._left = self._position()
        return self._standby.take()

    def _position(self) -> PlaybackPosition | None:
        return self._shared_audio.position() if self._shared_audio is not None else None

    def _pass_on(self, message: object) -> None:
        assert self._handle is not None  # noqa: S101 - set by `listen`
        if self._standby is not None:
            self._standby.note(message)
        self._handle(message)

    def _lost(self, reason: Reason, _code: int) -> None:
        assert self._handle is not None  # noqa: S101 - set by `listen`
        self._handle(None if self._standby is None else reason)

    def _sound_until(self) -> float | None:
        """Return until when the device has sound of the present player; None before its first
        block.
        """
        position, now = self._position(), clock.now()
        return (
            None if position is None or position == self._left else now - position.silent_for(now)
        )
