"""`soundscape midi`: what MIDI there is, what comes in, and pedals learned by pressing them."""

from __future__ import annotations

import json

import rich_click as click

from soundscape.cli.cmd_midi_learn import learn
from soundscape.cli.cmd_midi_monitor import monitor
from soundscape.cli.options import json_option
from soundscape.devices.midi.mido_ports import input_names, output_names


@click.group()
def midi() -> None:
    """MIDI ports: what there is, what comes in, what a pedal does.

    Example: soundscape midi ports
    """


@midi.command()
@json_option
def ports(*, as_json: bool) -> None:
    """List the MIDI ports, by the names that room.yaml may use (a part of one is enough).

    Example: soundscape midi ports --json
    """
    outputs, inputs = output_names(), input_names()
    if as_json:
        click.echo(json.dumps({"outputs": outputs, "inputs": inputs}, ensure_ascii=False))
        return
    _list("Outputs (lights and cues go out here)", outputs)
    _list("Inputs (pedals and pads come in here)", inputs)


def _list(title: str, names: list[str]) -> None:
    click.echo(f"{title}:")
    for name in names or ["none"]:
        click.echo(f"  {name}")


midi.add_command(monitor)
midi.add_command(learn)
