"""Serving a session from its first sound to its end."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

from soundscape.engine.host.host import Host
from soundscape.engine.host.room_controls import RoomControls
from soundscape.errors import EngineError
from soundscape.library.user_dirs import state_folder
from soundscape.remote.api.pairing import Pairing
from soundscape.remote.api.server import REMOTE_PORT, Server
from soundscape.remote.mqtt.bridge_messages import BridgeRequest
from soundscape.remote.mqtt.bridge_process import BridgeProcess
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
        asyncio.run(_serve(request, room, own, host, ready))
    finally:
        controls.close()


async def _serve(
    request: StartRequest,
    room: Room,
    own: Claim,
    host: Host,
    ready: Callable[[tuple[str, ...]], None],
) -> None:
    before = own.content  # of a host that died: at the same address, with the same token
    token = before.token or secrets.token_urlsafe(32)
    devices = Pairing(state_folder(os.environ))
    server = Server(host, token, devices)
    url = await server.start(_port(before.url))
    own.publish(replace(before, url=url, token=token))
    bridge = _start_bridge(room, request.library, url, token, host)
    notes: tuple[str, ...] = ()
    if before.page or (request.remote and not before.url):
        try:
            page = await server.open(_address(before.page), _port(before.page) or REMOTE_PORT)
            host.set_remote(Remote(on=True, url=page, devices=len(devices)))
        except EngineError as err:
            notes = (f"the tablet's page stays closed: {err}",)
    ready(notes)
    await _until_over(host, own)
    own.release()
    if bridge is not None:
        await asyncio.to_thread(bridge.close)
    await server.end()


def _start_bridge(
    room: Room, library: str | None, url: str, token: str, host: Host
) -> BridgeProcess | None:
    """Start what publishes the session at the clinic's broker, if the room says so."""
    mqtt = room.network.mqtt
    if mqtt is None or mqtt.room is None:
        return None
    bridge = BridgeProcess(BridgeRequest(url, token, mqtt, library or "", room.name), host.warn)
    bridge.start()
    return bridge


def _port(url: str) -> int:
    return urlsplit(url).port or 0


def _address(url: str) -> str | None:
    return urlsplit(url).hostname


async def _until_over(host: Host, own: Claim) -> None:
    loop, changed = asyncio.get_running_loop(), asyncio.Event()
    stop = host.add_listener(lambda: loop.call_soon_threadsafe(changed.set))
    try:
        while not host.ended.is_set():
            changed.clear()
            page = host.remote.url or ""
            if page != own.content.page:
                with suppress(EngineError):  # another host would find the page closed
                    own.publish(replace(own.content, page=page))
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), 1.0)
    finally:
        stop()
