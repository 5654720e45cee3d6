"""The host's session: it follows the player, and has it served once there is sound."""

from __future__ import annotations

import pickle
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

from soundscape.engine.channel import Channel
from soundscape.engine.host import Host
from soundscape.engine.player_process import PlayerProcess
from soundscape.engine.tape import Tape
from soundscape.engine.told import Job
from soundscape.errors import EngineError
from soundscape.remote.commission import Commission, Ready
from soundscape.remote.session_file import Claim
from soundscape.timeline.commands import Command

SOUND_WITHIN = 20.0
"""Seconds for the first sound: files to open, a device to wake up."""
SIGNAL_FADE = 5.0


def hold(
    commission: Commission,
    own: Claim,
    player: PlayerProcess,
    tape: Path,
    pickled: bytes,
    channel: Channel,
) -> None:
    """Follow a session that the player was given, to its end. Raises EngineError."""
    job: Job = pickle.loads(pickled)  # noqa: S301 - from the command that started us
    host = Host(own.content.label, player)
    _mind_signals(host)
    host.follow(job, Tape(tape))
    from soundscape.remote.serving import serve  # noqa: PLC0415 - the player comes first

    try:
        output = host.sounding.result(SOUND_WITHIN)
    except TimeoutError as err:
        raise EngineError("no sound came out; the audio device does not take any") from err

    def ready(notes: tuple[str, ...]) -> None:
        with suppress(OSError):  # whoever started us is gone
            channel.send(Ready(own.content, output, notes))

    serve(commission, job.room, own, host, ready)


def _mind_signals(host: Host) -> None:
    """A request to end is a stop with a short fade; a terminal's hang-up is not for us."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        host.ask(Command("stop", fade=SIGNAL_FADE))

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
