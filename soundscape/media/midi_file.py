"""Writes light messages as a standard MIDI file: type 1, one track a port, in real time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from mido import Message as MidoMessage
from mido import MetaMessage, MidiFile, MidiTrack, UnknownMetaMessage

from soundscape.errors import MediaError
from soundscape.midi.messages import Message
from soundscape.units import SAMPLE_RATE

TICKS_PER_BEAT = 5000
TEMPO = 500_000
"""Microseconds a beat. With 5000 ticks a beat, a tick is 0.1 ms and the longest delta 7.4 hours."""

_FRAMES_PER_SECOND_OF_TICKS = SAMPLE_RATE * TEMPO
_TICKS = TICKS_PER_BEAT * 1_000_000


def write_midi_file(path: str | Path, messages: Iterable[Message], ports: Sequence[str]) -> None:
    """Write messages, in the order of their frames, to a file with a track named for each port.

    The same messages give the same bytes. Raises MediaError if the file cannot be written.
    """
    file = MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT)
    tracks = {port: _track(file, port) for port in ports}
    if tracks:
        file.tracks[0].append(MetaMessage("set_tempo", tempo=TEMPO, time=0))
    else:
        file.add_track()
    reached = dict.fromkeys(ports, 0)
    for message in messages:
        tick = ticks(message.frame)
        tracks[message.port].append(_event(message.data, tick - reached[message.port]))
        reached[message.port] = tick
    try:
        file.save(str(path))
    except OSError as err:
        raise MediaError(f"{path}: cannot be written: {err.strerror or err}") from err


def ticks(frame: int) -> int:
    """Return the tick nearest to a frame (half up)."""
    return (2 * frame * _TICKS + _FRAMES_PER_SECOND_OF_TICKS) // (2 * _FRAMES_PER_SECOND_OF_TICKS)


class _Escape(UnknownMetaMessage):  # type: ignore[misc]
    """A quarter frame of timecode, which a file can hold only as F7, its length and its bytes.

    Source: Standard MIDI Files 1.0 (MMA RP-001), "<sysex event>", second form.
    """

    def bytes(self) -> list[int]:
        """Return the event as it is written to the file."""
        return [0xF7, len(self.data), *self.data]


def _event(data: bytes, delta: int) -> MidoMessage | MetaMessage:
    if data[0] == 0xF1:
        return _Escape(0, data, time=delta)
    return MidoMessage.from_bytes(data, time=delta)


def _track(file: MidiFile, name: str) -> MidiTrack:
    track: MidiTrack = file.add_track()
    track.append(MetaMessage("track_name", name=name, time=0))
    return track
