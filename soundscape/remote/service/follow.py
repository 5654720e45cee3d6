"""The host's session: it follows the player, and has it served once there is sound."""

from __future__ import annotations

import pickle
import signal
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType

from soundscape.engine.host.background_scan import ScanRequest, measure_behind
from soundscape.engine.host.host import Host
from soundscape.engine.host.player_process import PlayerProcess
from soundscape.errors import EngineError
from soundscape.ipc.channel import Channel
from soundscape.ipc.player_messages import Job
from soundscape.ipc.shared_audio import SharedAudio
from soundscape.remote.service.start_request import Started, StartRequest
from soundscape.remote.session_file import Claim
from soundscape.timeline.commands import SHORT_STOP

SOUND_WITHIN = 20.0
"""Seconds for the first sound: files to open, a device to wake up."""


def hold(
    commission: StartRequest,
    own: Claim,
    player: PlayerProcess,
    tape: Path,
    pickled: bytes,
    channel: Channel,
) -> None:
    """Follow a session that the player was given, to its end. Raises EngineError."""
    job: Job = pickle.loads(pickled)  # noqa: S301 - from the command that started us
    host = Host(own.content.label, player)
    host.follow(job, SharedAudio(tape))
    _mind_signals(host)
    threading.Thread(target=_end_with, args=(channel, host), daemon=True).start()
    from soundscape.remote.service.serve import serve  # noqa: PLC0415 - the player comes first

    try:
        output = host.sounding.result(SOUND_WITHIN)
    except TimeoutError as err:
        raise EngineError("no sound came out; the audio device does not take any") from err

    def ready(notes: tuple[str, ...]) -> None:
        label = own.content.label
        if label != commission.label:
            notes = (f"'{commission.label}' plays already: this session is '{label}'", *notes)
        host.warn(notes)
        with suppress(OSError):  # they are gone
            channel.send(Started(own.content, tape, output, notes))
        if job.unmeasured is not None:
            measure_behind(
                ScanRequest(job.unmeasured, job.show, job.index, job.begin_at), host.learn
            )

    serve(commission, job.room, own, host, ready)


def _end_with(starter: Channel, host: Host) -> None:
    """Until whoever started us knows that it plays, the session is theirs: if they are gone before
    (Ctrl-C, a closed terminal), it is not to go on unseen.
    """
    try:
        starter.receive()  # SETTLED
    except EOFError:
        _stop(host)


def _mind_signals(host: Host) -> None:
    """A request to end is a stop with a short fade."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        # Not from here: whom the signal interrupts may have the host's lock.
        threading.Thread(target=_stop, args=(host,), daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _stop(host: Host) -> None:
    host.ask(SHORT_STOP)
