"""What files say of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sounds import FORMATS, encode, tone

from soundscape.errors import MediaError
from soundscape.media.probe import probe, verify

if TYPE_CHECKING:
    from pathlib import Path

TAGS = {"title": "First light", "artist": "Someone", "album": "Morning"}


@pytest.mark.parametrize("name", FORMATS)
def test_a_probe_tells_length_and_format(tmp_path: Path, name: str) -> None:
    kind = FORMATS[name]
    found = probe(kind.write(tmp_path / "a", tone(2.5, kind.rate), TAGS))
    assert found.frames == 120_000
    assert (found.rate, found.channels) == (kind.rate, kind.channels)
    assert found.codec == {"m4a": "aac", "ogg": "vorbis", "mp3": "mp3float"}.get(
        name, kind.codec if name in ("wav", "aiff") else name
    )
    assert found.title == TAGS["title"]
    if name != "aiff":
        assert (found.artist, found.album) == (TAGS["artist"], TAGS["album"])
    assert (found.decoded_frames, found.fault) == (None, None)


@pytest.mark.parametrize("name", ["flac", "mp3", "opus"])
def test_replaygain_and_r128_tags_are_numbers(tmp_path: Path, name: str) -> None:
    tags = {
        "REPLAYGAIN_TRACK_GAIN": "-7.25 dB",
        "REPLAYGAIN_TRACK_PEAK": "0.988",
        "replaygain_album_gain": "-6 dB",
        "replaygain_album_peak": "1.0",
        "R128_TRACK_GAIN": "-1536",
    }
    found = probe(FORMATS[name].write(tmp_path / "a", tone(0.5, FORMATS[name].rate), tags))
    assert (found.replaygain_track_gain, found.replaygain_track_peak) == (-7.25, 0.988)
    assert (found.replaygain_album_gain, found.replaygain_album_peak) == (-6.0, 1.0)
    assert found.r128_track_gain == -6.0
    assert found.header_gain is None


def test_nothing_said_is_none(tmp_path: Path) -> None:
    found = probe(encode(tmp_path / "a.wav", tone(0.1)))
    assert found.title is found.replaygain_track_gain is found.r128_track_gain is None


def test_a_raw_stream_is_as_long_as_its_packets(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.aac", tone(3.0, 44_100), 44_100, codec="aac")
    assert probe(path).frames == verify(path).decoded_frames


@pytest.mark.parametrize("name", FORMATS)
def test_a_whole_file_is_verified_without_fault(tmp_path: Path, name: str) -> None:
    found = verify(FORMATS[name].write(tmp_path / "a", tone(3.3, FORMATS[name].rate)))
    assert found.decoded_frames == found.frames == 158_400
    assert found.fault is None


def test_a_short_file_is_told_with_both_times(tmp_path: Path) -> None:
    path = FORMATS["wav"].write(tmp_path / "a", tone(60, 96_000))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 31 // 60])
    found = verify(path)
    # It ends at 30.99994 s, which is 31.000 s to the millisecond.
    assert found.fault == "shorter than its header says: 0:31 of 1:00"
    assert found.frames == found.decoded_frames == pytest.approx(31 * 48_000, rel=0.01)


def test_what_cannot_be_opened_raises_from_both(tmp_path: Path) -> None:
    for look in (probe, verify):
        with pytest.raises(MediaError, match="no such file"):
            look(tmp_path / "none.flac")
