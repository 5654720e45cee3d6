"""The host process: it has the player, and serves the session to whoever may see and steer it.

It outlives the terminal that started it. The player comes first: its libraries load while ours do,
and the web server's only once there is sound.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from types import FrameType

from soundscape.engine.channel import Channel
from soundscape.engine.controls import Controls
from soundscape.engine.host import Host
from soundscape.engine.player_process import PlayerProcess
from soundscape.engine.tape import Tape
from soundscape.errors import AudioDeviceError, EngineError, SoundscapeError
from soundscape.library.homes import runtime_folder, state_folder
from soundscape.remote.commission import Commission, Ready, Sorry
from soundscape.remote.session_file import Claim, claim
from soundscape.timeline.commands import Command

SOUND_WITHIN = 20.0
"""Seconds for the first sound: files to open, a device to wake up."""
SIGNAL_FADE = 5.0


def main() -> None:
    """Do the commission that comes by standard input, and report on standard output."""
    player = PlayerProcess()
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
    tape_path = own.path.with_suffix(".tape")
    try:
        _run(commission, own, player, channel, Tape.make(tape_path))
    except SoundscapeError as err:
        _report(channel, Sorry(str(err), isinstance(err, AudioDeviceError)))
    finally:
        own.release()
        player.end(1.0)
        with suppress(OSError):
            tape_path.unlink(missing_ok=True)


def _run(
    commission: Commission, own: Claim, player: PlayerProcess, channel: Channel, tape: Tape
) -> None:
    host = Host(own.content.label, player)
    _mind_signals(host)
    host.play(replace(commission.job, tape=str(own.path.with_suffix(".tape"))), tape)
    from soundscape.remote.pairing import Pairing  # noqa: PLC0415 - after the player has begun
    from soundscape.remote.server import Server  # noqa: PLC0415

    try:
        output = host.sounding.result(SOUND_WITHIN)
    except TimeoutError as err:
        raise EngineError("no sound came out; the audio device does not take any") from err
    controls = Controls(commission.job.room, host)
    if commission.job.room.controls:
        controls.start()
    token = secrets.token_urlsafe(32)
    server = Server(host, token, Pairing(state_folder(os.environ)))

    async def serve() -> None:
        url = await server.start()
        own.publish(replace(own.content, url=url, token=token))
        notes = await _open_remote(commission, host, server)
        _report(channel, Ready(own.content, output, notes))
        await _until_over(host)
        controls.close()
        own.release()
        await server.end()

    asyncio.run(serve())


async def _open_remote(commission: Commission, host: Host, server: object) -> tuple[str, ...]:
    from soundscape.remote.server import Server  # noqa: PLC0415
    from soundscape.timeline.snapshot import Remote  # noqa: PLC0415

    if not commission.remote:
        return ()
    assert isinstance(server, Server)  # noqa: S101
    try:
        url = await server.open(None)
    except EngineError as err:
        return (f"the tablet's page stays closed: {err}",)
    host.set_remote(Remote(on=True, url=url, devices=0))
    return ()


async def _until_over(host: Host) -> None:
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    stop = host.listen(lambda: loop.call_soon_threadsafe(over.set))
    try:
        while not host.over.is_set():
            over.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), 1.0)
    finally:
        stop()


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


if __name__ == "__main__":
    main()
