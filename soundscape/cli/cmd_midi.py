"""`soundscape midi`: lists the MIDI ports, shows incoming messages, and learns pedals."""

from __future__ import annotations

import json

import rich_click as click

from soundscape.cli.cmd_midi_learn import learn
from soundscape.cli.cmd_midi_monitor import monitor
from soundscape.cli.options import json_option
from soundscape.devices.midi.mido_ports import input_names, output_names
from soundscape.midi.port_names import bare, without_numbers


@click.group()
def midi() -> None:
    """List MIDI ports, show incoming messages, and set up pedals.

    Example: soundscape midi ports
    """


@midi.command()
@json_option
def ports(*, as_json: bool) -> None:
    """List the MIDI ports by the names for room.yaml (a part of a name is enough).

    If several ports have the same name, `nth` says which one is meant.

    Example: soundscape midi ports --json
    """
    outputs, inputs = output_names(), input_names()
    if as_json:
        click.echo(json.dumps({"outputs": outputs, "inputs": inputs}, ensure_ascii=False))
        return
    _list("Outputs (lights and cues go out here)", "output", outputs)
    _list("Inputs (pedals and pads come in here)", "input", inputs)


def _list(title: str, key: str, names: list[str]) -> None:
    click.echo(f"{title}:")
    for name in names or ["none"]:
        twins = [other for other in names if bare(other) == bare(name)]
        nth = twins.index(name) + 1 if len(twins) > 1 else 0
        how = f"    write {{{key}: {without_numbers(name)}, nth: {nth}}}" if nth else ""
        click.echo(f"  {name}{how}")


midi.add_command(monitor)
midi.add_command(learn)
