"""Rooms: audio, limits, care."""

from __future__ import annotations

import pytest

from soundscape.scene.models import PortSpec, Room
from soundscape.scene.room import outputs


def test_an_almost_empty_room_has_the_designs_defaults(model):
    room: Room = model("room", "name: Bare")
    assert (room.audio.device, room.audio.ceiling, room.audio.latency) == ("default", -1.0, 0.0)
    assert (room.audio.fallback, room.audio.limit, room.audio.calibration) == (None, None, None)
    assert (room.limits.rate, room.limits.reversals, room.limits.floor, room.limits.messages) == (
        0.1, 1.0, 0.03, 250.0,
    )  # fmt: skip
    assert (room.care.set, room.care.over, room.timecode, room.controls, room.keys) == (
        {}, 3.0, None, (), {},
    )  # fmt: skip


def test_limits_may_be_stricter_than_the_defaults(model):
    limits = model(
        "room", "limits: {rate: 5%/s, reversals: 0.5/s, floor: 10%, messages: 100/s}"
    ).limits
    assert (limits.rate, limits.reversals, limits.floor, limits.messages) == (0.05, 0.5, 0.1, 100.0)


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("rate: 11%/s", "between 0.1%/s and 10%/s, so that no light can startle"),
        ("reversals: 3/s", "between 0.01/s and 1/s, so that no light can flicker"),
        ("floor: -1%", "is not a percentage"),
        ("messages: 2000/s", "between 10/s and 1000/s"),
        ("rate: 10", "has no unit"),
    ],
)
def test_limits_may_not_be_looser_than_is_safe(faults, limit, said):
    assert said in faults("room", f"limits: {{{limit}}}")[0]


def test_two_outputs_share_no_channel(faults):
    found = faults("room", "audio: {outputs: {a: {channels: [1, 2]}, b: {channels: [2, 1]}}}")
    assert found == [
        "1:56: audio.outputs.b.channels: channel 1 is that of 'a' already",
        "1:56: audio.outputs.b.channels: channel 2 is that of 'a' already",
    ]


def test_a_limit_without_calibration_is_a_warning(read):
    document = read("room", "audio: {limit: 70 dBA}")
    assert [(w.severity, w.line, w.column) for w in document.warnings] == [("warning", 1, 16)]
    calibrated = "audio: {limit: 70 dBA, calibration: {at: -23 LUFS, reads: 58 dBA}}"
    assert read("room", calibrated).warnings == ()


def test_pads_with_feedback_have_an_output_by_their_own_name(model):
    room = model(
        "room",
        "midi: {pads: {input: Pads}, desk: {output: Desk}}\n"
        "controls: [{port: pads, note: 36, do: hold, feedback: true}]",
    )
    assert outputs(room) == {"pads": PortSpec(output="Pads"), "desk": PortSpec(output="Desk")}
