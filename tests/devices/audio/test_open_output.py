"""The contract of an output, on all three of them; and which one a text means."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from clocks import STEP, SteppingClock, StillClock

from soundscape.devices.audio.file_output import FileOutput
from soundscape.devices.audio.open_output import AudioOutput, NullOutput, choose
from soundscape.devices.audio.output import BLOCK_FRAMES
from soundscape.devices.audio.pygame_output import PygameOutput
from soundscape.errors import AudioDeviceError, InvalidValue, MediaError
from soundscape.mixer.source import Block
from soundscape.scene.models import AudioRoom, OutputPair


@dataclass
class Bench:
    """An output, its clock, and how far its begins may be off: SDL's dummy driver runs 7 % fast."""

    output: AudioOutput
    now: Callable[[], float]
    sleep: Callable[[float], None]
    tolerance: float


BLOCK_SECONDS = BLOCK_FRAMES / 48_000


def block(value: float = 0.0) -> Block:
    return np.full((BLOCK_FRAMES, 2), value, dtype=np.float32)


@pytest.fixture(
    params=[
        "null",
        "file",
        "null, a clock in steps",
        "file, a clock in steps",
        pytest.param("pygame", marks=pytest.mark.timed),
    ]
)
def bench(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    steps = request.param.endswith("steps")
    still, tolerance = (SteppingClock(), STEP) if steps else (StillClock(), 1e-9)
    if request.param.startswith("null"):
        null = NullOutput(now=still.now, sleep=still.sleep)
        made = Bench(null, still.now, still.sleep, tolerance)
    elif request.param.startswith("file"):
        file = FileOutput(tmp_path / "out.wav", now=still.now, sleep=still.sleep)
        made = Bench(file, still.now, still.sleep, tolerance)
    else:
        monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
        made = Bench(PygameOutput(), time.perf_counter, time.sleep, 0.025)
    made.output.open()
    yield made
    made.output.close()


def test_each_block_begins_a_block_after_the_one_before(bench: Bench) -> None:
    begins = [bench.output.write(block()) for _ in range(8)]
    between = np.diff(begins)
    assert between.min() >= BLOCK_SECONDS - bench.tolerance
    if bench.now is not time.perf_counter:  # a machine that is loaded slows SDL's dummy driver down
        assert between.max() <= BLOCK_SECONDS + bench.tolerance


def test_a_block_is_taken_once_the_one_before_it_has_begun(bench: Bench) -> None:
    begins = [bench.output.write(block()) for _ in range(5)]
    assert begins[-2] - bench.tolerance <= bench.now() <= begins[-1] + bench.tolerance


def test_a_steady_writer_has_no_gap(bench: Bench) -> None:
    for _ in range(10 if bench.now is time.perf_counter else 100):
        bench.output.write(block())
    assert list(bench.output.gaps) == []


def test_after_a_late_block_the_next_begins_at_once_or_as_soon_as_sdl_has_room(
    bench: Bench,
) -> None:
    for _ in range(3):
        bench.output.write(block())
    bench.sleep(5 * BLOCK_SECONDS)
    asked = bench.now()
    bench.output.write(block())
    begin = bench.output.write(block())
    assert asked <= begin <= asked + 3 * BLOCK_SECONDS


def test_a_late_block_is_one_gap_of_the_null_clock_as_long_as_it_was_late() -> None:
    still = StillClock()
    output = NullOutput(now=still.now, sleep=still.sleep)
    output.open()
    for _ in range(3):
        begin = output.write(block())
    still.moment = begin + BLOCK_SECONDS + 0.5
    output.write(block())
    assert [(gap.moment, gap.length) for gap in output.gaps] == [(still.moment, pytest.approx(0.5))]


def test_a_file_has_no_gap_however_late_a_block_is(tmp_path: Path) -> None:
    still = StillClock()
    output = FileOutput(tmp_path / "out.wav", now=still.now, sleep=still.sleep)
    output.open()
    for _ in range(3):
        output.write(block())
        still.moment += 1.0
    output.close()
    assert list(output.gaps) == []


def test_after_drain_the_last_block_has_ended(bench: Bench) -> None:
    begins = [bench.output.write(block()) for _ in range(3)]
    bench.output.drain()
    assert bench.now() >= begins[-1] + BLOCK_SECONDS - bench.tolerance


def test_closing_twice_does_nothing_and_it_opens_again(bench: Bench) -> None:
    bench.output.write(block())
    bench.output.close()
    bench.output.close()
    bench.output.open()
    assert list(bench.output.gaps) == []
    begin = bench.output.write(block())
    assert abs(begin - bench.now()) < 0.05


@pytest.mark.parametrize("shape", [(1000, 2), (BLOCK_FRAMES, 1), (BLOCK_FRAMES,), (0, 2)])
def test_a_block_of_another_shape_is_refused(bench: Bench, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape"):
        bench.output.write(np.zeros(shape, dtype=np.float32))


def test_the_null_clock_does_not_drift() -> None:
    still = StillClock()
    output = NullOutput(now=still.now, sleep=still.sleep)
    output.open()
    first = output.write(block())
    silence = block()
    count = 600 * 48000 // BLOCK_FRAMES
    for _ in range(count):
        last = output.write(silence)
    assert last == first + count * BLOCK_FRAMES / 48000
    assert list(output.gaps) == []


def test_what_a_file_output_takes_is_in_the_file_to_the_bit(tmp_path: Path) -> None:
    still = StillClock()
    output = FileOutput(tmp_path / "out.wav", now=still.now, sleep=still.sleep)
    sound = np.random.default_rng(5).uniform(-1, 1, (7 * BLOCK_FRAMES, 2)).astype(np.float32)
    output.open()
    for part in np.split(sound, 7):
        output.write(part)
    output.drain()
    output.close()
    written, rate = soundfile.read(tmp_path / "out.wav", dtype="float32")
    assert rate == 48000
    assert soundfile.info(tmp_path / "out.wav").subtype == "FLOAT"
    assert np.array_equal(written, sound)


def test_a_file_output_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no such folder"):
        FileOutput(tmp_path / "nowhere" / "out.wav").open()


@pytest.mark.parametrize("kind", ["file", "pygame"])
def test_writing_to_a_closed_output_is_an_error(kind: str, tmp_path: Path) -> None:
    output = FileOutput(tmp_path / "out.wav") if kind == "file" else PygameOutput()
    with pytest.raises(AudioDeviceError, match="not open"):
        output.write(block())


def test_a_text_chooses_the_output() -> None:
    room = AudioRoom(device="USB", outputs={"phones": OutputPair(channels=(3, 4))})
    assert isinstance(choose("null", room), NullOutput)
    assert choose("file:some/where.wav", room).name == "file:some/where.wav"
    assert choose(None, room).name == "USB"


@pytest.mark.parametrize("text", ["", "file:", "speaker", "NULL ", "file"])
def test_a_text_that_means_no_output_is_a_fault(text: str) -> None:
    with pytest.raises(InvalidValue, match="null, or file:PATH"):
        choose(text, AudioRoom())
