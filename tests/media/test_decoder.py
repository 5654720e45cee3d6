"""A file as 48 kHz stereo frames: how many, at what level, from anywhere, joined without a gap."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from sounds import FORMATS, VBR, encode, pink, stereo, sweep, tone, white

from soundscape.errors import MediaError
from soundscape.media.decoder import FileDecoder
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from soundscape.mixer.source import Block

    ReadAll = Callable[..., Block]

SECONDS = 7.3


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file of each format: a sweep in pink noise."""
    folder = tmp_path_factory.mktemp("formats")
    return {
        name: kind.write(
            folder / name,
            pink(SECONDS, kind.rate, rms=0.05) + sweep(SECONDS, kind.rate, 50, 5000, 0.3),
        )
        for name, kind in FORMATS.items()
    }


@pytest.fixture(scope="module")
def whole(files: dict[str, Path]) -> dict[str, Block]:
    """The frames of each file, read from its start."""
    found = {}
    for name, path in files.items():
        decoder = FileDecoder(str(path))
        found[name] = decoder.read(10**6)
        assert decoder.fault is None
        decoder.close()
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_has_exactly_its_frames(whole: dict[str, Block], name: str) -> None:
    samples = round(SECONDS * FORMATS[name].rate)
    assert len(whole[name]) == -(-samples * 48_000 // FORMATS[name].rate)
    assert whole[name].dtype == np.float32
    assert whole[name].shape[1] == 2


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_sounds_as_it_was_written(whole: dict[str, Block], name: str) -> None:
    at = np.arange(len(whole[name])) / 48_000
    growth = np.log(5000 / 50) / SECONDS
    wanted = np.sin(2 * np.pi * 50 * np.expm1(at * growth) / growth)
    for side in whole[name].T:
        level = side @ wanted / (wanted @ wanted)
        # Opus 5.1 has the same on all channels: 1 + 0.707 + 0.707 of it, scaled by 1/2.414.
        assert level == pytest.approx(0.3, rel=0.02)
        # In place to a fraction of a frame: half a frame off would show at 5 kHz as −16 dB.
        residue = side - level * wanted
        assert np.sqrt(np.mean(residue**2)) < 0.07


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("start", [1, 47, 96_000, 96_001, 150_000, 349_999])
def test_frames_from_a_start_are_those_of_the_whole(
    whole: dict[str, Block], files: dict[str, Path], name: str, start: int, read_all: ReadAll
) -> None:
    got = read_all(files[name], start, most=6000)
    wanted = whole[name][start : start + 6000]
    assert len(got) == len(wanted)
    assert np.abs(got - wanted).max() <= 1e-6


@examples(60)
@given(data=st.data())
def test_frames_from_anywhere_are_those_of_the_whole(
    whole: dict[str, Block], files: dict[str, Path], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(FORMATS)))
    start = data.draw(st.integers(0, len(whole[name]) + 10))
    count = data.draw(st.integers(1, 5000))
    decoder = FileDecoder(str(files[name]), start)
    got = decoder.read(count)
    assert decoder.fault is None
    decoder.close()
    wanted = whole[name][start : start + count]
    assert len(got) == len(wanted)
    assert not len(got) or np.abs(got - wanted).max() <= 1e-6


@pytest.mark.parametrize("name", FORMATS)
def test_the_size_of_reads_does_not_change_the_frames(
    whole: dict[str, Block], files: dict[str, Path], name: str, read_all: ReadAll
) -> None:
    assert np.array_equal(read_all(files[name], size=64, most=20_000), whole[name][:20_000])
    assert np.array_equal(read_all(files[name], size=77_777), whole[name])


def test_noise_substitution_in_aac_is_the_same_from_anywhere(
    tmp_path: Path, read_all: ReadAll
) -> None:
    # At this bit rate FFmpeg's encoder writes noise bands, which a decoder fills from a generator.
    noise = white(66, 44_100, 0.2)[:, :1]
    path = encode(
        tmp_path / "a.m4a",
        noise,
        44_100,
        codec="aac",
        bit_rate=24_000,
        options={"aac_coder": "fast"},
    )
    sound = read_all(path)
    for start in (100_000, 60 * 48_000 - 700, 60 * 48_000 + 5, 65 * 48_000):
        got = read_all(path, start, most=20_000)
        assert np.abs(got - sound[start : start + 20_000]).max() <= 1e-6


@pytest.mark.parametrize("hz", [100, 441, 3000.7])
def test_a_sine_cut_into_two_flac_files_joins_without_a_trace(
    tmp_path: Path, hz: float, read_all: ReadAll
) -> None:
    sine = tone(4, 44_100, hz)
    first = encode(tmp_path / "a.flac", sine[:88_200], 44_100, codec="flac", sample_format="s32")
    second = encode(tmp_path / "b.flac", sine[88_200:], 44_100, codec="flac", sample_format="s32")
    joined = np.concatenate([read_all(first), read_all(second)])
    assert len(joined) == 4 * 48_000
    assert np.abs(joined - tone(4, 48_000, hz)).max() < 1e-4


@pytest.mark.parametrize(
    ("suffix", "codec", "options"),
    [(".mp3", "libmp3lame", {"bit_rate": 256_000}), (".mp3", "libmp3lame", {"options": VBR}),
     (".m4a", "aac", {"bit_rate": 192_000}), (".ogg", "vorbis", {})],
)  # fmt: skip
def test_a_sine_cut_into_two_lossy_files_loses_and_gains_no_frame(
    tmp_path: Path, suffix: str, codec: str, options: dict[str, object], read_all: ReadAll
) -> None:
    sine = tone(4, 44_100, 441)
    joined = np.concatenate(
        [
            read_all(encode(tmp_path / f"{part}{suffix}", piece, 44_100, codec=codec, **options))
            for part, piece in (("a", sine[:88_200]), ("b", sine[88_200:]))
        ]
    )
    assert len(joined) == 4 * 48_000
    error = np.abs(joined - tone(4, 48_000, 441))
    assert error[:-2000].max() < 0.02, "the codec's own error, and no frame out of place"


def test_48_khz_stereo_float_passes_bit_for_bit(tmp_path: Path, read_all: ReadAll) -> None:
    sound = white(1.0, rms=0.7)  # also beyond full scale
    path = encode(tmp_path / "float.wav", sound, codec="pcm_f32le")
    assert np.array_equal(read_all(path), sound)
    assert np.array_equal(read_all(path, 1234), sound[1234:])


@pytest.mark.parametrize(("codec", "steps"), [("pcm_s16le", 2**15), ("pcm_s24le", 2**23)])
def test_integers_become_fractions_of_full_scale(
    tmp_path: Path, codec: str, steps: int, read_all: ReadAll
) -> None:
    sound = (np.round(white(0.2, rms=0.2) * steps) / steps).astype(np.float32)
    assert np.array_equal(read_all(encode(tmp_path / "int.wav", sound, codec=codec)), sound)


def test_mono_sounds_on_both_sides_at_its_full_level(tmp_path: Path, read_all: ReadAll) -> None:
    sound = white(0.5)[:, :1]
    got = read_all(encode(tmp_path / "mono.wav", sound, codec="pcm_f32le"))
    assert np.array_equal(got, np.repeat(sound, 2, axis=1))


@pytest.mark.parametrize(("codec", "suffix"), [("pcm_f32le", ".wav"), ("flac", ".flac")])
def test_no_multichannel_mix_clips(
    tmp_path: Path, codec: str, suffix: str, read_all: ReadAll
) -> None:
    full = np.repeat(tone(0.3, amplitude=0.999)[:, :1], 6, axis=1)
    got = read_all(encode(tmp_path / f"surround{suffix}", full, codec=codec))
    assert 0.99 <= np.abs(got).max() <= 1.0


def test_silence_and_a_single_frame_are_sound_too(tmp_path: Path, read_all: ReadAll) -> None:
    silence = encode(tmp_path / "silence.flac", stereo(np.zeros(5000)), 44_100)
    assert not read_all(silence).any()
    one = encode(tmp_path / "one.wav", stereo(np.full(1, 0.5)), 44_100, codec="pcm_f32le")
    assert read_all(one) == pytest.approx(np.full((2, 2), 0.5), abs=1e-3)


@pytest.mark.parametrize("rate", [48_000, 44_100])
def test_what_is_no_number_or_far_too_big_becomes_silence(
    tmp_path: Path, rate: int, read_all: ReadAll
) -> None:
    sound = white(0.5, rate)
    bad = [100, 5000, 5001, 9000, 12_345]
    for at, value in zip(bad, [np.nan, np.inf, -np.inf, 1e30, -5000.0], strict=True):
        sound[at] = value
    got = read_all(encode(tmp_path / "wild.wav", sound, rate, codec="pcm_f32le"))
    assert np.isfinite(got).all()
    if rate == 48_000:
        assert not got[bad].any()
        kept = np.delete(np.arange(len(sound)), bad)
        assert np.array_equal(got[kept], sound[kept])
    else:
        assert np.abs(got).max() <= 1000


def test_a_file_whose_format_changes_on_the_way_is_played_to_its_end(
    tmp_path: Path, read_all: ReadAll
) -> None:
    first = encode(
        tmp_path / "a.mp3", tone(2, 44_100), 44_100, container_options={"write_xing": "0"}
    )
    second = encode(tmp_path / "b.mp3", tone(2, 22_050)[:, :1], 22_050)
    both = tmp_path / "both.mp3"
    both.write_bytes(first.read_bytes() + second.read_bytes())
    got = read_all(both)
    assert np.isfinite(got).all()
    assert len(got) >= 2 * 48_000


def test_a_start_beyond_the_end_gives_nothing(files: dict[str, Path], read_all: ReadAll) -> None:
    for path in files.values():
        assert len(read_all(path, 10**9)) == 0


def test_reading_after_the_end_goes_on_giving_nothing(files: dict[str, Path]) -> None:
    decoder = FileDecoder(str(files["flac"]), 350_000)
    decoder.read(10_000)
    assert len(decoder.read(100)) == 0
    assert len(decoder.read(100)) == 0
    decoder.close()


def test_reading_after_closing_is_an_error(files: dict[str, Path]) -> None:
    decoder = FileDecoder(str(files["mp3"]))
    decoder.read(100)
    decoder.close()
    decoder.close()
    with pytest.raises(MediaError, match="is closed"):
        decoder.read(1)


def test_several_threads_decode_side_by_side(
    files: dict[str, Path], whole: dict[str, Block]
) -> None:
    wrong: list[str] = []

    def work(name: str) -> None:
        decoder = FileDecoder(str(files[name]))
        if not np.array_equal(decoder.read(10**6), whole[name]):
            wrong.append(name)
        decoder.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be replaced")
@pytest.mark.parametrize("name", ["wav", "flac", "mp3", "ogg"])
def test_a_file_that_is_replaced_while_it_plays_is_heard_to_its_end(
    tmp_path: Path, read_all: ReadAll, name: str
) -> None:
    kind = FORMATS[name]
    path, other = (tmp_path / f"{one}{kind.suffix}" for one in ("a", "b"))
    kind.write(path, tone(20, kind.rate, 220, 0.2))
    kind.write(other, tone(5, kind.rate, 880, 0.8))
    whole = read_all(path)
    decoder = FileDecoder(str(path))
    first = decoder.read(SAMPLE_RATE)
    other.replace(path)
    rest = decoder.read(len(whole))
    decoder.close()
    assert np.array_equal(np.concatenate((first, rest)), whole)
    assert decoder.fault is None
