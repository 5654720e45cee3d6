"""Damage: what there is of a file is given, without a click, and the fault is named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from av.error import OSError as ReadError
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from sounds import FORMATS, encode, pink, stereo, tone

from soundscape.errors import MediaError
from soundscape.media.decoder import FileDecoder
from soundscape.media.probe import probe, verify
from soundscape.media.reader import FrameReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.audio.frame import AudioFrame

    from soundscape.mixer.source import Block

SECONDS = 10
TELLING = ["wav", "flac", "mp3", "ogg", "opus", "aiff"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a sound file of each format holds."""
    folder = tmp_path_factory.mktemp("whole")
    return {
        name: kind.write(
            folder / name, pink(SECONDS, kind.rate, 0.03) + tone(SECONDS, kind.rate, 220, 0.2)
        ).read_bytes()
        for name, kind in FORMATS.items()
    }


def read(path: Path) -> tuple[Block, str | None]:
    decoder = FileDecoder(str(path))
    sound = decoder.read(10**7)
    decoder.close()
    return sound, decoder.fault


def steepest(sound: Block) -> float:
    return float(np.abs(np.diff(sound, axis=0)).max())


@pytest.mark.parametrize("name", TELLING)
def test_a_truncated_file_ends_early_softly_and_says_so(
    tmp_path: Path, files: dict[str, bytes], name: str
) -> None:
    path = tmp_path / f"cut{FORMATS[name].suffix}"
    path.write_bytes(files[name])
    whole, fault = read(path)
    assert fault is None
    path.write_bytes(files[name][: len(files[name]) // 2])
    sound, fault = read(path)
    assert fault is not None
    assert fault.startswith(("shorter than its header says: ", "cut off at "))
    assert 0.4 * SECONDS < len(sound) / 48_000 < 0.6 * SECONDS
    # Before the ramp at its end it is what the whole file has there.
    assert np.abs(sound[:-3000] - whole[: len(sound) - 3000]).max() < 1e-6
    assert np.abs(sound[-4:]).max() < 0.02
    assert steepest(sound) <= 1.05 * steepest(whole)


def damaged(content: bytes, length: int) -> bytes:
    """The content with so many bytes in its middle turned over."""
    middle = len(content) // 2
    turned = bytes(255 - byte for byte in content[middle : middle + length])
    return content[:middle] + turned + content[middle + length :]


@pytest.mark.parametrize("length", [1, 200, 5000])
def test_a_short_hole_is_closed_without_a_click(
    tmp_path: Path, files: dict[str, bytes], length: int
) -> None:
    path = tmp_path / "damaged.flac"
    path.write_bytes(files["flac"])
    whole, _ = read(path)
    path.write_bytes(damaged(files["flac"], length))
    sound, fault = read(path)
    missing = len(whole) - len(sound)
    assert 0 < missing <= 0.5 * 48_000
    assert np.abs(sound).max() < 1.5 * np.abs(whole).max()
    assert np.std(sound[-96_000:]) == pytest.approx(np.std(whole[-96_000:]), rel=0.01)
    assert fault is not None
    assert fault.startswith("damaged at 0:0")
    assert fault.endswith(" s are missing")
    assert steepest(sound) <= 1.2 * steepest(whole)
    quiet = np.abs(sound).reshape(-1)[: len(sound) // 480 * 960].reshape(-1, 960).max(axis=1)
    assert quiet.min() > 0.05  # no gap


@pytest.mark.parametrize(
    ("name", "share"), [("flac", 0.2), ("ogg", 0.2), ("m4a", 0.2), ("mp3", 0.2)]
)
def test_at_a_long_hole_the_sound_ends_softly_and_its_length_is_told(
    tmp_path: Path, files: dict[str, bytes], name: str, share: float
) -> None:
    content = bytearray(files[name])
    begin = int(len(content) * 0.45)
    content[begin : begin + int(len(content) * share)] = bytes(int(len(content) * share))
    path = tmp_path / f"damaged{FORMATS[name].suffix}"
    path.write_bytes(content)
    sound, fault = read(path)
    assert 0.3 * SECONDS < len(sound) / 48_000 < 0.55 * SECONDS
    assert np.abs(sound[-4:]).max() < 0.02
    assert fault is not None
    match = re.search(r"where (\d+\.\d) s are missing: it ends there", fault)
    assert match is not None
    assert float(match[1]) == pytest.approx(share * SECONDS, abs=1.2)


@pytest.mark.parametrize("name", ["mp3", "flac", "m4a"])
def test_many_damages_are_told_as_what_they_are(
    tmp_path: Path, files: dict[str, bytes], name: str
) -> None:
    content = bytearray(files[name])
    for place in range(1, 6):
        at = len(content) * place // 7
        content[at : at + 1000] = bytes(255 - byte for byte in content[at : at + 1000])
    path = tmp_path / f"damaged{FORMATS[name].suffix}"
    path.write_bytes(content)
    _, fault = read(path)
    assert fault is not None
    assert re.match(r"damaged in \d places, the first at 0:0", fault)


@pytest.mark.parametrize("length", [1, 200, 5000])
def test_damage_that_no_checksum_finds_stays_within_the_bounds(
    tmp_path: Path, files: dict[str, bytes], length: int
) -> None:
    path = tmp_path / "damaged.m4a"
    path.write_bytes(damaged(files["m4a"], length))
    sound, _ = read(path)
    assert 0.9 * SECONDS * 48_000 < len(sound) <= SECONDS * 48_000
    assert np.abs(sound).max() < 4


@pytest.mark.parametrize("length", [200, 600, 5000, 20_000])
def test_zeros_in_an_mp3_do_not_become_a_burst(
    tmp_path: Path, files: dict[str, bytes], length: int
) -> None:
    path = tmp_path / "zeros.mp3"
    content = bytearray(files["mp3"])
    content[len(content) // 2 : len(content) // 2 + length] = bytes(length)
    path.write_bytes(content)
    sound, _ = read(path)
    assert np.abs(sound).max() < 4.0
    assert (np.abs(sound) > 0.6).mean() < 0.01


def test_damage_at_the_very_start_keeps_the_rest(tmp_path: Path) -> None:
    kind = FORMATS["flac"]
    content = bytearray(kind.write(tmp_path / "whole", tone(3, kind.rate)).read_bytes())
    first = content.index(b"\xff\xf8")
    content[first + 20] ^= 0xFF
    path = tmp_path / "start.flac"
    path.write_bytes(content)
    sound, _ = read(path)
    assert len(sound) > 2.5 * 48_000


def test_a_file_that_can_no_longer_be_read_ends_there(
    tmp_path: Path, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "stick.flac"
    path.write_bytes(files["flac"])
    reader = FrameReader(str(path))
    demux = reader.container.demux

    class Unplugged:
        """The container, until its disk is gone."""

        def demux(self, stream: object) -> Iterator[object]:
            for count, packet in enumerate(demux(stream)):
                if count == 40:
                    raise ReadError(5, "Input/output error")
                yield packet

    monkeypatch.setattr(reader._decoding, "_container", Unplugged())
    reader._frames = reader._decoding.frames()
    frames = sum(frame.samples for frame in reader.frames_from(0))
    assert frames > 30 * 4096
    assert reader.fault is not None
    assert reader.fault.endswith("the disk or share gave a read error")
    reader.close()


def test_a_file_that_is_cut_while_it_is_read_ends_there(tmp_path: Path) -> None:
    kind = FORMATS["wav"]
    path = kind.write(tmp_path / "long", tone(60, kind.rate))
    decoder = FileDecoder(str(path))
    assert len(decoder.read(4800)) == 4800
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    sound = decoder.read(10**7)
    assert 20 * 48_000 < len(sound) < 31 * 48_000
    assert decoder.fault is not None
    assert decoder.fault.startswith("shorter than its header says")
    decoder.close()


def test_trailing_tags_and_rubbish_are_no_damage(tmp_path: Path, files: dict[str, bytes]) -> None:
    path = tmp_path / "tagged.mp3"
    path.write_bytes(files["mp3"] + b"TAG" + bytes(125))
    sound, fault = read(path)
    assert fault is None
    assert len(sound) == SECONDS * 48_000


def test_a_file_a_little_shorter_than_its_header_ends_with_its_sound(tmp_path: Path) -> None:
    kind = FORMATS["wav"]
    path = kind.write(tmp_path / "a", tone(1, kind.rate, amplitude=0.5))
    path.write_bytes(path.read_bytes()[: -500 * 6])
    sound, fault = read(path)
    assert fault is None
    assert len(sound) == 48_000 - 250  # the file is at 96 kHz


def test_a_stream_without_a_length_in_its_header_is_read_to_its_end(tmp_path: Path) -> None:
    kind = FORMATS["flac"]
    content = bytearray(kind.write(tmp_path / "whole", stereo(np.zeros(50_000))).read_bytes())
    content[21] &= 0xF0  # STREAMINFO: the number of samples, 36 bits, unknown
    content[22:26] = bytes(4)
    path = tmp_path / "streamed.flac"
    path.write_bytes(content)
    sound, fault = read(path)
    assert fault is None
    assert len(sound) == -(-50_000 * 160 // 147)


@pytest.mark.parametrize("name", ["a.mka", "a.webm"])
def test_a_cut_file_that_counts_no_samples_says_so(tmp_path: Path, name: str) -> None:
    options = {
        "a.mka": {"codec": "flac", "sample_format": "s16"},
        "a.webm": {"codec": "libopus"},
    }[name]
    path = encode(tmp_path / name, pink(SECONDS), **options)
    assert read(path)[1] is None
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    sound, fault = read(path)
    assert len(sound) < 0.6 * SECONDS * 48_000
    assert fault is not None
    assert fault.startswith("shorter than its header says: 0:0")
    assert fault.endswith(" of 0:10")


def test_a_stream_that_appears_only_in_damaged_data_ends_the_sound(
    tmp_path: Path, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.flac"
    path.write_bytes(files["flac"])
    reader = FrameReader(str(path))

    class Damaged:
        def demux(self, _stream: object) -> Iterator[object]:
            raise IndexError("list index out of range")
            yield

    monkeypatch.setattr(reader._decoding, "_container", Damaged())
    reader._frames = reader._decoding.frames()
    assert list(reader.frames_from(0))
    assert reader.fault == "cannot be read beyond 0:00: what follows is no sound"
    reader.close()


def test_a_time_stamp_that_leaps_far_ahead_is_no_hole(
    tmp_path: Path, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.flac"
    path.write_bytes(files["flac"])
    reader = FrameReader(str(path))

    def leaping(frames: Iterator[AudioFrame]) -> Iterator[tuple[AudioFrame, float]]:
        for number, frame in enumerate(frames):
            yield frame, 28_000.0 if number == 20 else 0.0

    monkeypatch.setattr(reader, "_timed", leaping)
    assert sum(frame.samples for frame in reader.frames_from(0)) == SECONDS * 44_100
    assert reader.fault is None
    reader.close()


# Headers that count too little --------------------------------------------------------------------


def counting_too_little(name: str, content: bytes) -> bytes:
    """The file, its header counting three seconds."""
    data, samples = bytearray(content), 3 * FORMATS[name].rate
    if name == "flac":
        packed = int.from_bytes(data[18:26], "big")
        data[18:26] = (packed >> 36 << 36 | samples).to_bytes(8, "big")
    elif name == "aiff":
        at = data.index(b"COMM") + 10
        data[at : at + 4] = samples.to_bytes(4, "big")
    else:
        at = data.index(b"data") + 4
        width = int.from_bytes(data[data.index(b"fmt ") + 20 :][:2], "little")
        data[at : at + 4] = (samples * width).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize("name", ["flac", "aiff", "wav"])
def test_sound_beyond_the_header_s_end_is_read_to_its_end(
    tmp_path: Path, files: dict[str, bytes], name: str
) -> None:
    path = tmp_path / f"a{FORMATS[name].suffix}"
    path.write_bytes(files[name])
    whole, _ = read(path)
    path.write_bytes(counting_too_little(name, files[name]))
    sound, fault = read(path)
    assert fault is None
    assert len(sound) == len(whole)
    assert np.abs(sound - whole).max() < 1e-6
    found = verify(path)
    assert found.frames == len(whole)
    assert found.note == "its header says 0:03, and it lasts 0:10: all of it plays"
    assert probe(path).frames == len(whole)


def test_chunks_after_a_wav_s_sound_are_no_sound(tmp_path: Path, files: dict[str, bytes]) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(files["wav"])
    whole, _ = read(path)
    info = b"LIST" + (20_000).to_bytes(4, "little") + b"INFO" + bytes(19_996)
    path.write_bytes(files["wav"] + info)
    assert len(read(path)[0]) == len(whole)
    path.write_bytes(counting_too_little("wav", files["wav"]) + info)
    assert len(read(path)[0]) == len(whole)


@pytest.mark.parametrize("name", ["ogg", "opus", "mp3"])
def test_files_joined_to_one_play_one_after_the_other(
    tmp_path: Path, files: dict[str, bytes], name: str
) -> None:
    kind = FORMATS[name]
    short = kind.write(tmp_path / "short", tone(2, kind.rate, 330, 0.3)).read_bytes()
    path = tmp_path / f"joined{kind.suffix}"
    path.write_bytes(files[name])
    whole, _ = read(path)
    path.write_bytes(files[name] + short + files[name])
    sound, fault = read(path)
    assert fault is None
    assert len(sound) == 2 * len(whole) + 2 * 48_000
    assert np.abs(sound[-len(whole) :] - whole).max() < 1e-6
    assert probe(path).frames == len(sound)
    decoder = FileDecoder(str(path), len(whole) + 48_000)
    rest = decoder.read(10**7)
    decoder.close()
    assert len(rest) == len(sound) - len(whole) - 48_000
    assert np.abs(rest[48_000:] - whole).max() < 1e-6


@examples(60)
@given(data=st.data())
def test_no_damage_anywhere_upsets_a_decoder(
    files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(files)))
    content = bytearray(files[name])
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.one_of(st.integers(0, 400), st.integers(0, len(content))))
        old = data.draw(st.integers(0, 500))
        content[at : at + old] = data.draw(st.binary(max_size=500))
    path = tmp_path_factory.getbasetemp() / f"any{FORMATS[name].suffix}"
    path.write_bytes(content)
    try:
        decoder = FileDecoder(str(path), data.draw(st.sampled_from([0, 100, 200_000])))
    except MediaError:
        return
    sound = decoder.read(20 * 48_000)
    decoder.close()
    assert np.isfinite(sound).all()
