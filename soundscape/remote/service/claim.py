"""The host's first steps: a claim, a tape, and the job handed on to the player as it came.

Only then is loaded what knows a session.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

from soundscape.engine.host.player_process import PlayerProcess
from soundscape.errors import AudioDeviceError, EngineError, SoundscapeError
from soundscape.ipc.channel import Channel, over_standard_streams
from soundscape.ipc.shared_audio_layout import create_shared_audio
from soundscape.library.user_dirs import runtime_folder
from soundscape.remote.service.start_request import StartFailed, StartRequest
from soundscape.remote.session_file import Claim, claim, tape_of


def host(process: subprocess.Popen[bytes]) -> None:
    """Do the commission that comes by standard input with a player that has been started."""
    player = PlayerProcess(process)
    channel = over_standard_streams()
    try:
        commission: StartRequest = channel.receive()
        job = channel.receive_pickled()
    except EOFError:
        player.end(0.0)
        return
    try:
        folder = runtime_folder(os.environ)
        own = claim(folder, commission.label, commission.device, commission.lights)
    except SoundscapeError as err:
        player.end(0.0)
        _refuse(channel, err)
        return
    tape = tape_of(own.path)
    try:
        _begin(player, tape, job)
        _hold(commission, own, player, tape, job, channel)
    except SoundscapeError as err:
        _refuse(channel, err)
    finally:
        own.release()
        player.end(1.0)


def _begin(player: PlayerProcess, tape: Path, job: bytes) -> None:
    try:
        create_shared_audio(tape)
        player.play(str(tape), job)
    except OSError as err:
        raise EngineError(f"the player cannot be started ({err.strerror})") from err


def _hold(
    commission: StartRequest,
    own: Claim,
    player: PlayerProcess,
    tape: Path,
    job: bytes,
    channel: Channel,
) -> None:
    from soundscape.remote.service.follow import hold  # noqa: PLC0415 - the player comes first

    hold(commission, own, player, tape, job, channel)


def _refuse(channel: Channel, err: SoundscapeError) -> None:
    with suppress(OSError):  # whoever started us is gone
        channel.send(StartFailed(str(err), isinstance(err, AudioDeviceError)))
