"""`soundscape lights preview`: plays or prints a scene's lights and cues without its sound."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace

import rich_click as click

from soundscape.cli.loading import name_library, the_library
from soundscape.cli.options import library_option, room_option, scene_names
from soundscape.devices.midi.mido_ports import output_names
from soundscape.dmx.slot_values import describe_slots
from soundscape.engine.light_preview import all_messages, play_lights
from soundscape.errors import LibraryError
from soundscape.library.resolve import load_show
from soundscape.library.user_dirs import runtime_folder
from soundscape.message_text import listed
from soundscape.midi.describe import describe
from soundscape.midi.messages import Message
from soundscape.remote.light_claims import lights_must_be_free
from soundscape.scene.models import Room
from soundscape.scene.room import lamps
from soundscape.timeline.directives import CueFires, Directive, LightsMove, PhaseBegins
from soundscape.timeline.rehearse import shortened
from soundscape.timeline.show import Show
from soundscape.units import SAMPLE_RATE, format_duration

FASTEST = 1000.0


def _speed(_context: click.Context, _parameter: click.Parameter, value: str) -> float:
    """Return the speed of `20x`, or of the number alone."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)x?", value.strip().lower())
    speed = float(match[1]) if match else 0.0
    if not 1.0 <= speed <= FASTEST:
        raise click.BadParameter(f"'{value}' is not a speed from 1x to {FASTEST:g}x, such as 20x")
    return speed


@click.command()
@click.argument("scene", shell_complete=scene_names)
@library_option
@room_option
@click.option(
    "--speed",
    callback=_speed,
    default="1x",
    metavar="SPEED",
    help="How much faster than planned: 20x.",
)
@click.option("--print", "dry", is_flag=True, help="Print every message; send nothing.")
def preview(scene: str, library: str | None, room: str | None, speed: float, *, dry: bool) -> None:
    """Play the lights and cues of a scene without its sound.

    --speed shortens durations, positions and moves. The limits of the lights do not change, so a
    fast preview may stretch moves that the session does not stretch. A phase that waits goes on at
    its planned end. At the end the lights stay where they are.

    --print sends nothing: each message is a line with its time in the session, its port, its
    meaning and its bytes; over DMX, the values of the addresses; for a lamp over MQTT, its JSON.

    \b
    Example:
      soundscape lights preview kap-im --speed 20x
      soundscape lights preview kap-im --print
    """
    used = the_library(library, scene)
    loaded = load_show(used, scene, room)
    show = loaded.show if speed == 1.0 else _faster(loaded.show, speed)
    if dry:
        for message in all_messages(loaded.room, show):
            click.echo(_line(message, loaded.room))
        return
    if not loaded.room.lights and not loaded.room.cues:
        raise LibraryError(
            "this room has no lights and no cues; docs/room.md says how to name them"
        )
    name_library(used)
    lights_must_be_free(runtime_folder(os.environ), loaded.room, output_names())
    for port, state in play_lights(loaded.room, loaded.root, show, _print_directive).items():
        if state != "ok":
            click.echo(f"{port}: the port is {state}", err=True)


def _faster(show: Show, speed: float) -> Show:
    """Return the show with its phases and its end fade divided by `speed`."""
    end = round(show.fades.end / speed)
    whole = sum(phase.frames for phase in show.phases)
    return shortened(replace(show, fades=replace(show.fades, end=end)), round(whole / speed) + end)


def _print_directive(directive: Directive) -> None:
    """Print what the scene does."""
    for text in _descriptions(directive):
        click.echo(f"{_time(directive.frame)}  {text}")


def _descriptions(directive: Directive) -> Iterator[str]:
    match directive:
        case PhaseBegins(_, _, name):
            yield name
        case LightsMove(_, values, over, _) if values:
            levels = [f"{name} {value:.0%}" for name, value in values.items()]
            yield f"  {listed(levels)} in {format_duration(round(over / SAMPLE_RATE, 1))}"
        case CueFires(_, name, number):
            yield f"  cue {name}" + (f" {number}" if number else "")


def _line(message: Message, room: Room) -> str:
    if message.port in lamps(room):
        return f"{_time(message.frame)}  {message.port}  {message.data.decode()}"
    if room.midi[message.port].dmx is not None:
        return f"{_time(message.frame)}  {message.port}  {describe_slots(message.data)}"
    shown = message.data[:24].hex(" ") + (" …" if len(message.data) > 24 else "")
    return f"{_time(message.frame)}  {message.port}  {describe(message.data)}  [{shown}]"


def _time(frame: int) -> str:
    """Return a frame as the session's minutes, seconds and thousandths."""
    thousandths = round(1000 * frame / SAMPLE_RATE)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes:4}:{rest // 1000:02}.{rest % 1000:03}"
