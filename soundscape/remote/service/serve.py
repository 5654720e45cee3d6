"""Serving a session from its first sound to its end."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from soundscape.engine.host.host import Host
from soundscape.engine.host.room_controls import RoomControls
from soundscape.errors import EngineError
from soundscape.library.user_dirs import state_folder
from soundscape.remote.api.pairing import Pairing
from soundscape.remote.api.server import Server
from soundscape.remote.service.start_request import StartRequest
from soundscape.remote.session_file import Claim
from soundscape.scene.models import Room
from soundscape.views.snapshot import Remote


def serve(
    request: StartRequest,
    room: Room,
    own: Claim,
    host: Host,
    ready: Callable[[tuple[str, ...]], None],
) -> None:
    """Serve until the session is over. `ready` is called, with notes, once it can be reached."""
    controls = RoomControls(room, host)
    if room.controls:
        controls.start()
    try:
        asyncio.run(_serve(request, own, host, ready))
    finally:
        controls.close()


async def _serve(
    request: StartRequest, own: Claim, host: Host, ready: Callable[[tuple[str, ...]], None]
) -> None:
    token = secrets.token_urlsafe(32)
    devices = Pairing(state_folder(os.environ))
    server = Server(host, token, devices)
    own.publish(replace(own.content, url=await server.start(), token=token))
    notes: tuple[str, ...] = ()
    if request.remote:
        try:
            url = await server.open(None)
            host.set_remote(Remote(on=True, url=url, devices=len(devices)))
        except EngineError as err:
            notes = (f"the tablet's page stays closed: {err}",)
    ready(notes)
    await _until_over(host)
    own.release()
    await server.end()


async def _until_over(host: Host) -> None:
    loop, changed = asyncio.get_running_loop(), asyncio.Event()
    stop = host.add_listener(lambda: loop.call_soon_threadsafe(changed.set))
    try:
        while not host.ended.is_set():
            changed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), 1.0)
    finally:
        stop()
