"""Listening to MIDI inputs from the command line: all there are, or one by a part of its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from soundscape.devices.midi.inputs import MidiInputs
from soundscape.devices.midi.mido_ports import input_names
from soundscape.errors import MidiPortError
from soundscape.midi.port_names import match_port
from soundscape.scene.models import PortSpec


@contextmanager
def listening(port: str | None) -> Iterator[MidiInputs]:
    """Listen to the inputs there are, by their full names. MidiPortError where there is none."""
    there = input_names()
    if not there:
        raise MidiPortError(
            "no MIDI input is there: connect a pedal, and see `soundscape midi ports`"
        )
    names = there if port is None else [match_port(port, there)]
    inputs = MidiInputs({name: PortSpec(input=name) for name in names})
    inputs.start()
    try:
        yield inputs
    finally:
        inputs.close()
