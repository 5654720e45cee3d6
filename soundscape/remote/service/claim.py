"""The host's first steps: it claims a session file and passes the job on to the player.

Only then does it load the code of a session.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from soundscape.engine.host.player_process import PlayerProcess
from soundscape.errors import AudioDeviceError, EngineError, MessageError, SoundscapeError
from soundscape.ipc.channel import Channel, over_standard_streams
from soundscape.ipc.crash_trace import record_crashes
from soundscape.ipc.shared_audio_layout import create_shared_audio
from soundscape.journal.session_folders import find_session
from soundscape.library.languages import use_language
from soundscape.library.user_dirs import runtime_folder, state_folder
from soundscape.remote.service.recording import Recording, new_recording, resumed_recording
from soundscape.remote.service.start_request import CODEC, StartFailed, StartRequest
from soundscape.remote.session_file import Claim, claim, shared_audio_of


def host(process: subprocess.Popen[bytes]) -> None:
    """Do the request that comes on standard input, with a player that is already starting."""
    use_language(os.environ)
    player = PlayerProcess(process)
    channel = over_standard_streams(CODEC)
    try:
        request: StartRequest = channel.receive()
        job, unmeasured = bytes(channel.receive_encoded()), bytes(channel.receive_encoded())
        resume = bytes(channel.receive_encoded()) if request.resumes else None
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
    shared_audio = shared_audio_of(own.path)
    recording = Recording(None)
    try:
        recording = _recording(request)
        if recording.folder is not None:
            with suppress(OSError):
                record_crashes(recording.folder.host_trace)
        setup = {
            **recording.player_setup(shared_audio),
            "request": CODEC.encode(request),
            "unmeasured": unmeasured,
        }
        _begin(player, shared_audio, setup, job, resume)
        from soundscape.remote.service.follow import (  # noqa: PLC0415 - see above
            SessionMessages,
            follow_session,
        )

        messages = SessionMessages(setup, job, unmeasured, resume)
        follow_session(request, own, recording, player, messages, channel)
    except SoundscapeError as err:
        player.end(1.0)  # before its folder: it writes there too
        if not request.resumes:
            recording.discard()
        _refuse(channel, err)
    # What nobody expected ends this process and leaves the session alone: the player plays on and
    # starts another host.
    leave(recording, own, player)


def leave(recording: Recording, own: Claim, player: PlayerProcess) -> None:
    """The session is over: nothing of it is left."""
    recording.close()
    own.release()
    player.end(1.0)


def _recording(request: StartRequest) -> Recording:
    """Return the folder of a new session, or of the one that is resumed. Raises EngineError."""
    state = state_folder(os.environ)
    if request.resumes:
        return resumed_recording(find_session(state, str(request.resumes)))
    return new_recording(state)


def _begin(
    player: PlayerProcess,
    shared_audio: Path,
    setup: Mapping[str, Any],
    job: bytes,
    resume: bytes | None,
) -> None:
    try:
        create_shared_audio(shared_audio)
    except OSError as err:
        raise EngineError(f"the player cannot be started ({err.strerror})") from err
    player.play(setup, job, _replayed(resume) if resume else ())


def _replayed(resume: bytes) -> tuple[bytes, ...]:
    """Return the messages for the player of a resumed session, as for a standby."""
    from soundscape.ipc.player_messages import CODEC, Resume  # noqa: PLC0415 - rarely needed

    decoded: Resume = CODEC.decode(resume)
    return CODEC.encode(decoded.history()), CODEC.encode(decoded.take_over)


def _refuse(channel: Channel, err: SoundscapeError) -> None:
    with suppress(OSError):  # the command is gone
        channel.send(StartFailed(str(err), isinstance(err, AudioDeviceError)))
