"""The host that takes the place of one that died. The player starts it and tells it the session.

It goes on with the session's file, address, journal and locks. Clients only see that it took a
moment.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from soundscape.engine.host.adoption import AdoptedPlayer, Adoption
from soundscape.engine.host.player_process import PlayerProcess
from soundscape.errors import EngineError, MessageError
from soundscape.ipc.channel import Channel, standard_streams
from soundscape.ipc.crash_trace import record_crashes
from soundscape.ipc.job import Job
from soundscape.ipc.player_messages import CODEC, RECORDED, Succession
from soundscape.ipc.priority import be_served_as_others
from soundscape.ipc.shared_audio import SharedAudio
from soundscape.journal.continuation import WrittenLines, missing_records
from soundscape.journal.crash_files import read_trace
from soundscape.journal.redaction import of_this_machine
from soundscape.library.languages import use_language
from soundscape.remote.service import follow, start_request
from soundscape.remote.service.claim import leave
from soundscape.remote.service.recording import Recording, adopted_recording
from soundscape.remote.service.serve import serve
from soundscape.remote.service.start_request import StartRequest
from soundscape.remote.session_file import Claim, adopt


def main() -> None:
    """Take over the session that comes by standard input."""
    be_served_as_others()
    use_language(os.environ)
    _ignore_signals()
    source, sink = standard_streams()
    channel = Channel(source, sink, CODEC)
    try:
        known: Succession = channel.receive()
        job = bytes(channel.receive_encoded())
        history = tuple(channel.receive() for _ in range(known.history))
        own = adopt(Path(known.setup["shared_audio"]))
    except (EOFError, MessageError, EngineError):
        return  # the session is over, or its host lives
    recording = adopted_recording(known.setup["recorded"])
    player = PlayerProcess(AdoptedPlayer(source, sink, Path(known.setup["shared_audio"])))
    _follow(known, job, history, own, recording, player)
    leave(recording, own, player)


def _follow(
    known: Succession,
    encoded_job: bytes,
    history: tuple[object, ...],
    own: Claim,
    recording: Recording,
    player: PlayerProcess,
) -> None:
    """Follow the session to its end."""
    job: Job = CODEC.decode(encoded_job)
    request: StartRequest = start_request.CODEC.decode(known.setup["request"])
    messages = follow.SessionMessages(known.setup, encoded_job, known.setup["unmeasured"])
    trace = _trace(recording)
    written = WrittenLines(recording.folder, of_this_machine(request.library))
    records = missing_records(recording.folder, history) if recording.folder else []
    journal = follow.new_journal(recording, job, request, resumed=True)
    host = follow.new_host(own, player, journal)
    shared_audio = SharedAudio(Path(known.setup["shared_audio"]))
    happened = [message for message in history if isinstance(message, RECORDED)]
    standby = follow.new_standby(messages, job, shared_audio, happened, known.output)
    adoption = Adoption(
        history, known.output, known.missing, known.hosts, written.events, written.has
    )
    host.adopt(job, shared_audio, standby, adoption)
    journal.resume(records)
    follow.handle_signals(host)

    def ready(notes: tuple[str, ...]) -> None:
        host.record_host_crash(trace)
        host.warn(notes)
        follow.watch(host, player, job, messages, first=False)

    try:
        serve(request, job.room, own, host, ready)
    finally:
        journal.close(completed=host.completed)


def _trace(recording: Recording) -> str:
    """What the last host crashed of. From here on it is written what this one crashes of."""
    trace = ""
    if recording.folder is not None:
        with suppress(OSError):
            trace, _ = read_trace(recording.folder.host_trace, 0)
            recording.folder.host_trace.unlink(missing_ok=True)
            record_crashes(recording.folder.host_trace)
    return trace


def _ignore_signals() -> None:
    """Until it has taken over nothing ends it: the player would start another one."""
    for number in (signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", None)):
        if number is not None:
            signal.signal(number, signal.SIG_IGN)
