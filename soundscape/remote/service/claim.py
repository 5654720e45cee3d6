"""The host's first steps: it claims a session file and passes the job on to the player as it came.

Only then does it load what knows a session.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

from soundscape.engine.host.player_process import PlayerProcess
from soundscape.errors import AudioDeviceError, EngineError, MessageError, SoundscapeError
from soundscape.ipc.channel import Channel, over_standard_streams
from soundscape.ipc.shared_audio_layout import create_shared_audio
from soundscape.library.user_dirs import runtime_folder, state_folder
from soundscape.remote.service.recording import Recording, new_recording
from soundscape.remote.service.start_request import CODEC, StartFailed, StartRequest
from soundscape.remote.session_file import claim, tape_of


def host(process: subprocess.Popen[bytes]) -> None:
    """Do the request that comes by standard input with a player that has been started."""
    player = PlayerProcess(process)
    channel = over_standard_streams(CODEC)
    try:
        request: StartRequest = channel.receive()
        job, unmeasured = bytes(channel.receive_encoded()), bytes(channel.receive_encoded())
    except (EOFError, MessageError):
        player.end(0.0)
        return
    try:
        folder = runtime_folder(os.environ)
        own = claim(folder, request.label, request.device, request.lights)
    except SoundscapeError as err:
        player.end(0.0)
        _refuse(channel, err)
        return
    tape = tape_of(own.path)
    recording = new_recording(state_folder(os.environ))
    try:
        _begin(player, tape, job, recording)
        from soundscape.remote.service.follow import follow_session  # noqa: PLC0415 - see above

        follow_session(request, own, recording, player, tape, job, unmeasured, channel)
    except SoundscapeError as err:
        recording.discard()
        _refuse(channel, err)
    finally:
        recording.close()
        own.release()
        player.end(1.0)


def _begin(player: PlayerProcess, tape: Path, job: bytes, recording: Recording) -> None:
    try:
        create_shared_audio(tape)
    except OSError as err:
        raise EngineError(f"the player cannot be started ({err.strerror})") from err
    player.play(recording.player_setup(tape), job)


def _refuse(channel: Channel, err: SoundscapeError) -> None:
    with suppress(OSError):  # the command is gone
        channel.send(StartFailed(str(err), isinstance(err, AudioDeviceError)))
