from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mido import MidiFile, tick2second
from smf import messages as messages_of

from soundscape.errors import MediaError
from soundscape.media.midi_file import ticks, write_midi_file
from soundscape.midi.messages import Message

S = 48_000
MESSAGES = [
    Message(0, "desk", b"\xb0\x14\x4c"),
    Message(0, "desk", b"\xf0\x7f\x01\x02\x01\x01\x32\xf7"),
    Message(12_345, "feed", b"\x90\x3c\x5a"),
    Message(12_345 + 9_600, "feed", b"\x80\x3c\x00"),
    Message(3 * 3600 * S + 1, "desk", b"\xb0\x14\x4d"),
]


def read(path: Path) -> dict[str, list[tuple[float, bytes]]]:
    """What a reader of the format finds: seconds and bytes by the track's name."""
    file = MidiFile(str(path))
    assert file.type == 1
    found: dict[str, list[tuple[float, bytes]]] = {}
    for track in file.tracks:
        tick, events = 0, []
        for event in track:
            tick += event.time
            if not event.is_meta:
                seconds = tick2second(tick, file.ticks_per_beat, 500_000)
                events.append((seconds, bytes(event.bytes())))
        found[track.name] = events
    return found


def test_each_port_is_a_track_with_its_messages_on_time(tmp_path: Path) -> None:
    path = tmp_path / "out.mid"
    write_midi_file(path, MESSAGES, ["desk", "feed", "quiet"])
    found = read(path)
    assert list(found) == ["desk", "feed", "quiet"]
    for port, events in found.items():
        wanted = [m for m in MESSAGES if m.port == port]
        assert [data for _, data in events] == [m.data for m in wanted]
        for (seconds, _), message in zip(events, wanted, strict=True):
            assert seconds == pytest.approx(message.frame / S, abs=0.001)


@given(st.integers(0, 12 * 3600 * S))
def test_a_tick_is_within_a_twentieth_of_a_millisecond(frame: int) -> None:
    assert abs(ticks(frame) / 10_000 - frame / S) <= 0.0000501


def test_the_same_messages_are_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / "a.mid", tmp_path / "b.mid"]
    for path in paths:
        write_midi_file(path, MESSAGES, ["desk", "feed"])
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_room_without_ports_is_a_file_without_messages(tmp_path: Path) -> None:
    write_midi_file(tmp_path / "out.mid", [], [])
    assert len(MidiFile(str(tmp_path / "out.mid")).tracks) == 1


def test_a_file_that_cannot_be_written_is_a_plain_line(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be written"):
        write_midi_file(tmp_path / "no" / "out.mid", MESSAGES, ["desk", "feed"])


def test_a_quarter_frame_is_an_escape_and_ends_running_status(tmp_path: Path) -> None:
    path = tmp_path / "out.mid"
    control, quarter = b"\xb0\x14\x4c", b"\xf1\x23"
    messages = [Message(0, "desk", data) for data in (control, quarter, quarter, control, control)]
    write_midi_file(path, messages, ["desk"])
    escape = b"\x00\xf7\x02\xf1\x23"
    assert b"\x00" + control + escape + escape + b"\x00" + control + b"\x00" + control[1:] in (
        path.read_bytes()
    )
    assert [data for _, data in messages_of(path)] == [message.data for message in messages]
