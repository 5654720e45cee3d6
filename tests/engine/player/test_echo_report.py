from __future__ import annotations

from soundscape.engine.player.echo_report import EchoReport, darkened
from soundscape.ipc.player_messages import MidiSent
from soundscape.scene.models import Control, PortSpec, Room

ROOM = Room(
    midi={
        "pads": PortSpec(input="Pads"),
        "pedal": PortSpec(input="Pedal"),
        "desk": PortSpec(output="Desk"),
    },
    controls=(
        Control(port="pads", channel=10, note=36, do="hold", feedback=True),
        Control(port="pedal", note=60, do="duck"),
    ),
)


class Desk:
    def __init__(self) -> None:
        self.batches: list[object] = []

    def send(self, batch: object) -> None:
        self.batches.append(batch)


def test_all_goes_on_and_what_could_be_a_press_is_told():
    told: list[MidiSent] = []
    desk = Desk()
    batch = [(1.0, "desk", b"\xb0\x14\x01"), (2.0, "desk", b"\x90\x3c\x40")]
    EchoReport(desk, ROOM.controls, told.append).send(batch)
    assert desk.batches == [batch]
    assert told == [MidiSent(2.0, b"\x90\x3c\x40")]


def test_at_the_end_the_pads_are_dark():
    assert darkened(ROOM, 5.0) == [(5.0, "pads", b"\x89\x24\x00")]
