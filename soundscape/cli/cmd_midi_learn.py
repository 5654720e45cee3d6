"""`soundscape midi learn`: writes the line of a pressed pedal into room.yaml."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

import rich_click as click

from soundscape.cli.cmd_midi_monitor import listening
from soundscape.cli.loading import own_room_file, the_library
from soundscape.cli.options import library_option, room_option
from soundscape.command_arguments import TEXT
from soundscape.command_specs import COMMANDS
from soundscape.devices.midi.inputs import MidiInputs
from soundscape.devices.midi.mido_ports import input_names
from soundscape.devices.midi.port_messages import MidiReceived, PortStatus
from soundscape.errors import LibraryError, MidiPortError
from soundscape.ipc import clock
from soundscape.library.room_editor import (
    LearnedControl,
    replace_file,
    room_as_written,
    taken,
    with_learned,
)
from soundscape.midi.describe import describe
from soundscape.midi.port_names import match_port, without_numbers
from soundscape.scene.models import Control, PortSpec, Room

WAIT = 0.5
GESTURE = 0.8
"""Seconds within which a movement is recognised as a switch or a fader."""

WORDY = tuple(
    spec.name
    for spec in COMMANDS.values()
    if any(argument.required and argument.type is TEXT for argument in spec.arguments)
)
"""Commands that need a text, which a press cannot give: their lines are written by hand."""


@click.command()
@click.argument("port", required=False)
@library_option
@room_option
@click.option("--do", "do", metavar="COMMAND", help="What it does: duck, hold, level, …")
def learn(port: str | None, library: str | None, room: str | None, do: str | None) -> None:
    """Press a pedal or move a fader to add its line to room.yaml.

    Everything else in the file stays, including comments; the previous version is kept as
    room.yaml.bak. PORT is a part of the name of an input; without it, any input counts. A fader can
    do `level`; it has an effect only from the present level on.

    \b
    Example:
      soundscape midi learn
      soundscape midi learn AirTurn --do duck
    """
    if do is not None and do not in set(COMMANDS) - set(WORDY):
        raise click.BadParameter(_choices(), param_hint="--do")
    if do is None and not (sys.stdin and sys.stdin.isatty()):
        raise click.UsageError("without a terminal to ask on, give --do COMMAND")
    used = the_library(library)
    file = own_room_file(used, room)
    shown = used.shown(file)
    data, document = room_as_written(file if file.exists() else None, shown)
    with listening(port) as inputs:
        click.echo("Press a pedal or move a fader … (Ctrl-C ends)")
        message, is_fader = _gesture(inputs)
    click.echo(f"{message.port}: {describe(message.data)}")
    model = document.model if document else Room()
    name, spec = port_of(model.midi, message.port, input_names())
    if document and (said := taken(document, control_of(message, name, do or "duck"))):
        raise LibraryError(said)
    chosen = do or _ask(message, is_fader=is_fader)
    learned = LearnedControl(control_of(message, name, chosen), spec)
    backup = replace_file(file, data, with_learned(data, shown, model, learned))
    click.echo(f"{shown}: controls: {learned.line()}")
    if spec is not None:
        click.echo(f"{shown}: midi: {name}: {learned.port_line()}")
    if backup is not None:
        click.echo(f"As it was: {used.shown(backup)}")


def _gesture(inputs: MidiInputs) -> tuple[MidiReceived, bool]:
    """Return the first message that a control can send, and whether more of them show a fader."""
    first = _first(inputs)
    values, until = {first.data[-1]}, clock.now() + GESTURE
    while (left := until - clock.now()) > 0:
        news = inputs.take(left)
        if isinstance(news, MidiReceived) and (news.port, news.data[:2]) == (
            first.port,
            first.data[:2],
        ):
            values.add(news.data[-1])
    is_cc = first.data[0] & 0xF0 == 0xB0
    return first, is_cc and len(values - {0, 127}) > 1


def _first(inputs: MidiInputs) -> MidiReceived:
    while True:
        news = inputs.take(WAIT)
        if isinstance(news, PortStatus) and news.state != "ok":
            raise MidiPortError(news.text)
        if isinstance(news, MidiReceived) and _can_be_learned(news.data):
            return news


def _can_be_learned(data: bytes) -> bool:
    kind = data[0] & 0xF0
    return kind == 0xC0 or (kind == 0x90 and data[2] > 0) or (kind == 0xB0 and data[1] < 120)


def _ask(message: MidiReceived, *, is_fader: bool) -> str:
    """Ask for the command that the control gives."""
    default = "level" if is_fader else "duck"
    while True:
        said = str(click.prompt("What shall it do", default=default)).strip().lower()
        if said in set(COMMANDS) - set(WORDY) and (
            said != "level" or message.data[0] & 0xF0 == 0xB0
        ):
            return said
        click.echo(_choices())


def _choices() -> str:
    can = ", ".join(command for command in COMMANDS if command not in WORDY)
    wordy = " and ".join(WORDY)
    return f"one of {can}; level for faders only. {wordy} need words: see docs/controls.md"


def control_of(message: MidiReceived, port: str, do: str) -> Control:
    """Return the control that sends a message, on the message's channel."""
    kind, number = message.data[0] & 0xF0, message.data[1]
    if do == "level" and kind != 0xB0:
        raise click.BadParameter("level follows a fader: move one", param_hint="--do")
    key = {0x90: "note", 0xB0: "cc", 0xC0: "program"}[kind]
    value = number + 1 if key == "program" else number
    channel = (message.data[0] & 0x0F) + 1
    given: dict[str, Any] = {key: value}
    return Control(port=port, channel=channel, do=do, **given)


def port_of(
    ports: Mapping[str, PortSpec], device: str, there: list[str]
) -> tuple[str, PortSpec | None]:
    """Return the room's name of an input; if it has none, a new one with its port specification."""
    for name, spec in ports.items():
        if spec.input is not None and not spec.virtual and _is(spec.input, device, there):
            return name, None
    whole = without_numbers(device)
    client = whole.partition(":")[0]
    text = client if _is(client, device, there) else whole
    stem = "-".join(re.findall(r"[a-z0-9]+", client.lower())) or "pedal"
    stem = stem if stem[0].isalpha() else f"midi-{stem}"
    name, count = stem, 2
    while name in ports:
        name, count = f"{stem}-{count}", count + 1
    return name, PortSpec(input=text)


def _is(wanted: str, device: str, there: list[str]) -> bool:
    try:
        return match_port(wanted, there) == device
    except MidiPortError:
        return False
