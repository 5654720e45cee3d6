"""The player process: it plays one session to the output, and does nothing else.

SDL's thread takes the interpreter's lock at the end of each block, so a busy Python thread here
would delay the sound. Five threads sleep most of the time: one receives from the host, one sends to
it, one watches the host and the shared audio, where a stop may be requested, one keeps the levels
of the lights, and one belongs to the MIDI outputs. When the host is gone, the music plays on, and
another host starts.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from soundscape.devices.audio import pulse_server
from soundscape.devices.audio.open_output import choose
from soundscape.devices.audio.output import AudioOutput
from soundscape.devices.room_outputs import RoomOutputs
from soundscape.engine.player.echo_report import EchoReport, darkened
from soundscape.engine.player.host_link import LOOK_EVERY, HostLink
from soundscape.engine.player.player import Player
from soundscape.engine.player.session import Session
from soundscape.engine.player.sources import SourcePool, load_generators
from soundscape.errors import AudioDeviceError, EngineError, MessageError, SoundscapeError
from soundscape.ipc import clock
from soundscape.ipc.channel import Alive, over_standard_streams
from soundscape.ipc.crash_trace import record_crashes
from soundscape.ipc.job import Job
from soundscape.ipc.player_messages import (
    CODEC,
    CommandRequest,
    CountSleep,
    Follow,
    MidiStatus,
    PlayerFailed,
    ReturnPlaylists,
    SendMidi,
    TakeOver,
    UpdateTracks,
)
from soundscape.ipc.priority import be_served_early, be_served_first
from soundscape.ipc.process_lock import take_lock
from soundscape.ipc.shared_audio import SharedAudio
from soundscape.ipc.shared_audio_layout import hold_player_lock
from soundscape.ipc.spawn import KILL, LOAD_OUTPUT
from soundscape.library.languages import use_language
from soundscape.library.last_lights import LastLights
from soundscape.library.user_dirs import state_folder
from soundscape.lighting.rig import Rig
from soundscape.scene.models import AudioRoom
from soundscape.scene.room import output_names, outputs
from soundscape.timeline.commands import SHORT_STOP

LIGHTS_READY = 1.0
"""Seconds to wait for the MIDI ports, so that the first move is not cut. Sound that is to come back
does not wait: the lights stand, and move on once their ports are open.
"""
DRAIN = 1.0
"""Seconds at the end in which the last messages to the lights are sent."""


def main() -> None:
    """Play the job that comes on standard input. A standby waits until it is told to take over."""
    use_language(os.environ)
    channel = over_standard_streams(CODEC)
    host = os.getppid()
    resume: TakeOver | None = None
    if LOAD_OUTPUT in sys.argv[1:]:
        _load_output(None, AudioRoom())
    try:
        setup: Mapping[str, Any] = channel.receive()
        encoded_job = channel.receive_encoded()
        job: Job = CODEC.decode(encoded_job)
        link = HostLink(channel, setup, encoded_job, kill=partial(os.kill, host, KILL))
        _record_crashes(setup["recorded"])
        session = _session(job)
        if setup["standby"]:
            _load_output(job.output, job.room.audio)
            resume = _stand_by(session, link, output_names(job.room))
    except (EOFError, MessageError, EngineError):
        return  # the session is over, or the host is another version's, or it starts another one
    be_served_early()
    shared_audio = Path(setup["shared_audio"])
    with suppress(OSError):  # without the lock the session cannot be proved alive, but it plays
        hold_player_lock(shared_audio)
        if setup["recorded"]:
            take_lock(Path(setup["recorded"]) / "player")
    try:
        play(job, session, _open_shared_audio(shared_audio), link, resume)
    except SoundscapeError as err:
        link.send_last(PlayerFailed(str(err), isinstance(err, AudioDeviceError)))


def _open_shared_audio(path: Path) -> SharedAudio:
    try:
        return SharedAudio(path)
    except OSError as err:
        raise EngineError(f"the player cannot be started ({err})") from err


def _record_crashes(recorded: str) -> None:
    """Write uncaught errors into the session's folder, if it has one."""
    if recorded:
        with suppress(OSError):
            record_crashes(Path(recorded) / "trace")


def _session(job: Job) -> Session:
    """Return the session of a job, at its beginning."""
    load_generators(job.show)
    memory = LastLights(state_folder(os.environ), job.room)
    rig = Rig(job.room, memory.levels) if job.lights else None
    pool = SourcePool(patient=False)
    return Session(job.conductor(), pool, rig, ceiling_db=job.room.audio.ceiling)


def _load_output(output: str | None, audio: AudioRoom) -> None:
    """Load the libraries of the output, which takes 0.1 s and more, before it is opened."""
    choose(output, audio)
    if output is None and pulse_server.in_use():
        pulse_server.load()


def _stand_by(session: Session, link: HostLink, ports: Iterable[str]) -> TakeOver:
    """Follow the session in silence until the host says to take over.

    Raises EOFError when the session is over, EngineError when it cannot be followed.
    """
    while True:
        message = link.receive()
        if isinstance(message, TakeOver):
            if message.plain:
                session.pool.open_generated_only()
            # The lights stand where the lost player left them, until their ports are open again.
            left = min(message.frame, message.frame_at(clock.now()))
            session.skip_to(left)
            for port in ports:
                session.set_light_port(port, there=False, heard=left)
            return message
        if isinstance(message, Follow):
            session.skip_to(message.frame)
            be_served_early()  # all is loaded: it computes little until it takes over
        elif isinstance(message, tuple):
            for record in message:
                session.replay(record)
        elif not isinstance(message, Alive):
            session.replay(message)


def play(
    job: Job,
    session: Session,
    shared_audio: SharedAudio,
    link: HostLink,
    resume: TakeOver | None = None,
) -> None:
    """Play a session to its end. Raises AudioDeviceError if the device gives up."""
    memory = LastLights(state_folder(os.environ), job.room)
    rig = session.rig
    audio = job.room.audio
    if resume is not None and resume.device is not None:
        audio = replace(audio, device=resume.device)
    output = choose(job.output, audio)
    ready_within = LIGHTS_READY if resume is None else 0.0
    with ExitStack() as stack:
        if rig is not None:
            stack.enter_context(_remembered(memory, rig))
        lights = stack.enter_context(_lights(job, memory, ready_within)) if job.lights else None
        player = Player(
            session,
            output,
            lights,
            shared_audio,
            latency=job.room.audio.latency,
            fallback=_fallback(job),
        )
        if lights is not None:
            lights.listen(player.set_light_port)
            for port, state in lights.health().items() if resume else ():
                if state == "ok":
                    player.set_light_port(port, there=True)
            if job.room.controls:
                player.lights = EchoReport(lights, job.room.controls, player.outbox.put)
        _handle_signals(player)
        threading.Thread(target=_watch, args=(player, shared_audio, link), daemon=True).start()
        handle = partial(_handle_request, player, lights)
        stack.enter_context(link.exchange(player.outbox, handle, partial(_midi_status, lights)))
        be_served_first()  # last: our own threads are as any other, those of the output as we are
        player.run(resume)
        if lights is not None:
            lights.send(darkened(job.room, clock.now()))


def _fallback(job: Job) -> AudioOutput | None:
    """Return the output that the room names in case its device stays away."""
    audio = job.room.audio
    if job.output is not None or audio.fallback is None:
        return None
    return choose(None, replace(audio, device=audio.fallback))


def _watch(player: Player, shared_audio: SharedAudio, link: HostLink) -> None:
    """Stop when the shared audio requests it, as a client does if the host does not answer.

    Such a client also looks there for a sign of life. Until then watch the host.
    """
    while not shared_audio.stop_requested:
        shared_audio.publish_position()
        link.watch_host()
        time.sleep(LOOK_EVERY)
    player.request(CommandRequest(-1, SHORT_STOP))


def _handle_signals(player: Player) -> None:
    """Stop with a short fade on SIGTERM; ignore Ctrl-C and a hang-up."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        player.request(CommandRequest(-1, SHORT_STOP))

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


@contextmanager
def _lights(job: Job, memory: LastLights, ready_within: float) -> Iterator[RoomOutputs | None]:
    """Yield the outputs, if the room has any."""
    room = job.room
    if not output_names(room):
        yield None
        return
    process = RoomOutputs(room, outputs(room), memory.universes, job.root)
    process.start()
    process.wait_ready(ready_within)
    try:
        yield process
    finally:
        process.close(DRAIN + room.audio.latency)


@contextmanager
def _remembered(memory: LastLights, rig: Rig) -> Iterator[None]:
    """Keep the lights' levels for the next session, as they change and at the end."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY):
            memory.keep(rig.sent_parts())

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join(2.0)
        memory.keep(rig.sent_parts())


def _handle_request(player: Player, lights: RoomOutputs | None, asked: object) -> None:
    """Pass on what the host asks for."""
    if isinstance(asked, CommandRequest):
        player.request(asked)
    elif isinstance(asked, ReturnPlaylists):
        player.return_playlists(asked.found)
    elif isinstance(asked, CountSleep):
        player.count_sleep(asked.seconds)
    elif isinstance(asked, UpdateTracks):
        player.update_tracks(asked.updates)
    elif isinstance(asked, SendMidi) and lights is not None:
        lights.send([(clock.now(), asked.port, asked.data)])


def _midi_status(lights: RoomOutputs | None) -> MidiStatus | None:
    """The state of the MIDI outputs, with the faults since the last call; None without any."""
    if lights is None:
        return None
    return MidiStatus(lights.health(), tuple(lights.faults()), lights.late, lights.opened())
