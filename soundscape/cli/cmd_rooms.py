"""`soundscape rooms`: all rooms of the clinic's broker, on a screen or as a page."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

import rich_click as click

from soundscape.cli.loading import the_library
from soundscape.cli.options import json_option, library_option
from soundscape.console.qr import qr_lines
from soundscape.errors import EngineError, LibraryError
from soundscape.library.files.load import read_bytes
from soundscape.library.user_dirs import state_folder
from soundscape.scene.document import read_room
from soundscape.scene.network_spec import MqttSpec
from soundscape.units import format_duration

LISTEN_FOR = 12.0
"""Seconds for which `--json` listens: each room sends its state every ten."""


@click.command()
@library_option
@click.option("--room", metavar="FILE", help="The room's file that names the broker.")
@click.option("--serve", is_flag=True, help="Serve the page for a tablet, and pair it.")
@click.option("--address", metavar="IP", help="Serve it at this address of this computer.")
@click.option("--unpair", is_flag=True, help="Forget all paired devices before it is served.")
@json_option
def rooms(
    library: str | None,
    room: str | None,
    serve: bool,
    address: str | None,
    unpair: bool,
    as_json: bool,
) -> None:
    """Show all rooms of the clinic's broker, on a screen or as a page.

    From here only what a room allows can be asked of it. The broker is that of `network: mqtt:`
    in the room's file. A station that has no room of its own leaves out the key `room` there. The
    page is plain HTTP on the clinic's network: use a network that belongs to the clinic.

    \b
    Example:
      soundscape rooms
      soundscape rooms --serve
      soundscape rooms --json
    """
    if (address or unpair) and not serve:
        raise click.UsageError("--address and --unpair go with --serve")
    spec, root = _broker(library, room)
    if as_json:
        _print(spec, root)
    elif serve:
        asyncio.run(_serve(spec, root, address, unpair=unpair))
    elif sys.stdin.isatty() and sys.stdout.isatty():
        _show(spec, root)
    else:
        raise EngineError("there is no terminal for the screen; --json prints the rooms once")


def _broker(given: str | None, room: str | None) -> tuple[MqttSpec, Path]:
    """Return the broker of a room's file, and the folder of its files.

    Raises LibraryError, FileProblems.
    """
    library = the_library(given)
    file = library.room(room)
    shown = "room.yaml" if file is None else library.shown(file)
    spec = None if file is None else read_room(read_bytes(file), shown).model.network.mqtt
    if spec is None:
        raise LibraryError(
            f"{shown}: no broker is named there; write network: {{mqtt: {{broker: NAME}}}}"
        )
    return spec, library.root


def _print(spec: MqttSpec, root: Path) -> None:
    from soundscape.remote.mqtt.rooms_client import RoomsClient  # noqa: PLC0415

    station = RoomsClient(spec, root, lambda: None)
    station.start()
    threading.Event().wait(LISTEN_FOR)
    rows, trouble = station.rows(), station.trouble()
    station.close()
    if trouble:
        raise EngineError(trouble)
    click.echo(json.dumps([row.model_dump() for row in rows], ensure_ascii=False))


def _show(spec: MqttSpec, root: Path) -> None:
    from soundscape.console.rooms_app import RoomsApp  # noqa: PLC0415 - it takes long to load
    from soundscape.remote.mqtt.rooms_client import RoomsClient  # noqa: PLC0415

    def changed() -> None:
        if app.is_running:
            app.changed()

    station = RoomsClient(spec, root, changed)
    app = RoomsApp(station, station.start)
    try:
        app.run(mouse=False)
    finally:
        station.close()


async def _serve(spec: MqttSpec, root: Path, address: str | None, *, unpair: bool) -> None:
    """Serve the page until Ctrl-C. Enter shows another code."""
    from soundscape.remote.api.pairing import VALID, Pairing  # noqa: PLC0415 - takes long to load
    from soundscape.remote.mqtt.rooms_client import RoomsClient  # noqa: PLC0415
    from soundscape.remote.mqtt.rooms_server import (  # noqa: PLC0415
        ROOMS_PORT,
        RoomsChanges,
        rooms_server,
    )

    changes = RoomsChanges()
    changes.use_loop()
    station = RoomsClient(spec, root, changes.notify)
    devices = Pairing(state_folder(os.environ) / "rooms")
    if unpair:
        devices.forget()
    server = rooms_server(station, devices, changes)
    url = await server.open(address, ROOMS_PORT)
    station.start()
    another = asyncio.Event()
    if sys.stdin.isatty():
        reading = (asyncio.get_running_loop(), another)
        threading.Thread(target=_read_lines, args=reading, daemon=True).start()
    try:
        while True:
            another.clear()
            link = f"{url}pair/{devices.link()}"
            click.echo("\n".join(qr_lines(link)))
            click.echo(link)
            click.echo(f"pairs one device, within {format_duration(VALID)}; Enter: another code")
            await another.wait()
    finally:
        station.close()
        await server.end()


def _read_lines(loop: asyncio.AbstractEventLoop, another: asyncio.Event) -> None:
    """Ask for another code at each line that is typed. A thread, since reading a line waits."""
    with suppress(RuntimeError):  # the loop is closed
        while sys.stdin.readline():
            loop.call_soon_threadsafe(another.set)
