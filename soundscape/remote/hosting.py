"""The host: it has the player, and serves the session to whoever may see and steer it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from types import FrameType

from soundscape.engine.channel import Channel
from soundscape.engine.host import Host
from soundscape.engine.player_process import PlayerProcess
from soundscape.engine.tape import Tape
from soundscape.errors import AudioDeviceError, EngineError, SoundscapeError
from soundscape.library.homes import runtime_folder
from soundscape.remote.commission import Commission, Ready, Sorry
from soundscape.remote.session_file import Claim, claim
from soundscape.timeline.commands import Command

SOUND_WITHIN = 20.0
"""Seconds for the first sound: files to open, a device to wake up."""
SIGNAL_FADE = 5.0


def host(process: subprocess.Popen[bytes]) -> None:
    """Do the commission that comes by standard input with a player that has been started."""
    player = PlayerProcess(process)
    channel = Channel(os.fdopen(os.dup(0), "rb", 0), os.fdopen(os.dup(1), "wb", 0))
    _let_go_of_streams()
    try:
        commission: Commission = channel.receive()
    except EOFError:
        player.end(0.0)
        return
    try:
        own = claim(runtime_folder(os.environ), commission.label, commission.device)
    except SoundscapeError as err:
        player.end(0.0)
        _report(channel, Sorry(str(err)))
        return
    tape = own.path.with_suffix(".tape")
    try:
        _play(commission, own, player, channel, Tape.make(tape))
    except SoundscapeError as err:
        _report(channel, Sorry(str(err), isinstance(err, AudioDeviceError)))
    finally:
        own.release()
        player.end(1.0)
        with suppress(OSError):
            tape.unlink(missing_ok=True)


def _play(
    commission: Commission, own: Claim, player: PlayerProcess, channel: Channel, tape: Tape
) -> None:
    session = Host(own.content.label, player)
    _mind_signals(session)
    session.play(replace(commission.job, tape=str(own.path.with_suffix(".tape"))), tape)
    from soundscape.remote.serving import serve  # noqa: PLC0415 - the player comes first

    try:
        output = session.sounding.result(SOUND_WITHIN)
    except TimeoutError as err:
        raise EngineError("no sound came out; the audio device does not take any") from err

    def ready(notes: tuple[str, ...]) -> None:
        _report(channel, Ready(own.content, output, notes))

    serve(commission, own, session, ready)


def _mind_signals(host: Host) -> None:
    """A request to end is a stop with a short fade; a terminal's hang-up is not for us."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        host.ask(Command("stop", fade=SIGNAL_FADE))

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


def _let_go_of_streams() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)


def _report(channel: Channel, said: Ready | Sorry) -> None:
    with suppress(OSError):  # whoever started us is gone
        channel.send(said)
