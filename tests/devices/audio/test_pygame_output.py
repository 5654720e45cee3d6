from __future__ import annotations

import math
import os
from typing import cast

import numpy as np
import pytest

from soundscape.devices.audio import driver_buffers, pulse_server, pygame_output, sdl
from soundscape.devices.audio.driver_buffers import AHEAD, AHEAD_WITHOUT_PRIORITY
from soundscape.devices.audio.output import BLOCK_FRAMES
from soundscape.devices.audio.pull_queue import PullQueue
from soundscape.devices.audio.pygame_output import _NAP, PATIENCE, PygameOutput
from soundscape.errors import AudioDeviceError
from soundscape.scene.models import OutputPair


class StillQueue:
    """A queue whose device takes nothing any more, as after the sound server died."""

    def __init__(self) -> None:
        self.waited = 0.0

    def wait_for_room(self, timeout: float) -> bool:
        self.waited += timeout
        return False

    def start(self) -> None:
        pass

    def put(self, block: object) -> None:
        pass


def stuck(queue: StillQueue, *, taken: int) -> PygameOutput:
    """An output of which the device has taken so many blocks, and no more."""
    output = PygameOutput("Room", now=lambda: 100.0 + queue.waited, sleep=lambda seconds: None)
    output._queue = cast(PullQueue, queue)
    for _ in range(taken):
        output._note_asked(100.0)
        output._note_taken(100.0, 100.0)
    output._room = False
    return output


def waits(output: PygameOutput, due: float) -> float:
    """Seconds of whole naps: those up to the time due, and those that are longer than patience."""
    patience = PATIENCE + output._buffer.held
    return _NAP * (math.floor(due / _NAP) + math.floor(patience / _NAP) + 1)


def test_a_device_that_takes_nothing_is_lost_a_second_after_it_is_empty() -> None:
    queue = StillQueue()
    output = stuck(queue, taken=1)
    with pytest.raises(AudioDeviceError, match=r"'Room' has taken no sound for 0\.8 s"):
        output.wait_for_room()
    assert queue.waited == pytest.approx(waits(output, output.block_frames / 48_000))


def test_a_device_that_has_taken_much_in_advance_is_waited_for() -> None:
    queue = StillQueue()
    output = stuck(queue, taken=20)
    with pytest.raises(AudioDeviceError):
        output.wait_for_room()
    # Of takes at one moment the last one counts: it is asked for a buffer before it begins.
    due = (output.block_frames + output._buffer.buffer) / 48_000
    assert queue.waited == pytest.approx(waits(output, due))


@pytest.mark.parametrize(
    ("wanted", "real_time", "ahead"),
    [(None, True, AHEAD), (None, False, AHEAD_WITHOUT_PRIORITY), (0.3, False, 0.3)],
)
def test_without_real_time_priority_more_is_kept_ahead_unless_the_room_says_how_much(
    monkeypatch: pytest.MonkeyPatch, wanted: float | None, real_time: bool, ahead: float
) -> None:
    monkeypatch.setattr(driver_buffers, "is_real_time", lambda: real_time)
    monkeypatch.setattr(pygame_output, "PullQueue", lambda *arguments: StillQueue())
    monkeypatch.setattr(sdl, "open_mixer", lambda *arguments, **more: None)
    monkeypatch.setattr(sdl, "driver_name", lambda: "pulseaudio")
    monkeypatch.setattr(pulse_server, "hangs", lambda: False)
    environment: dict[str, str] = {}
    monkeypatch.setattr(os, "environ", environment)
    output = PygameOutput("Room", ahead=wanted)
    output.open()
    assert output.ahead == output._buffer.held == ahead
    assert environment["PULSE_LATENCY_MSEC"] == str(round(2000 * ahead - 40))


def test_a_stereo_block_goes_out_as_it_is() -> None:
    block = np.random.default_rng(1).uniform(-1, 1, (BLOCK_FRAMES, 2)).astype(np.float32)
    assert np.array_equal(PygameOutput()._spread(block, {}), block)


def test_outputs_copy_the_sound_to_their_pairs_with_their_trims() -> None:
    outputs = {
        "headphones": OutputPair(channels=(1, 2)),
        "speakers": OutputPair(channels=(4, 3), trim=-6.0),
    }
    block = np.random.default_rng(1).uniform(-1, 1, (BLOCK_FRAMES, 2)).astype(np.float32)
    wide = PygameOutput(None, outputs)._spread(block, {})
    assert wide.shape == (BLOCK_FRAMES, 4)
    assert wide.dtype == np.float32
    assert np.array_equal(wide[:, :2], block)
    assert np.allclose(wide[:, [3, 2]], block * 10 ** (-6 / 20), atol=1e-7)


def test_a_gain_replaces_the_trim_of_its_output_frame_by_frame() -> None:
    outputs = {
        "headphones": OutputPair(channels=(1, 2), trim=-3.0),
        "speakers": OutputPair(channels=(3, 4), trim=-6.0),
    }
    block = np.ones((BLOCK_FRAMES, 2), np.float32)
    rising = np.linspace(0.0, 1.0, BLOCK_FRAMES)
    wide = PygameOutput(None, outputs)._spread(block, {"speakers": rising})
    assert np.allclose(wide[:, :2], 10 ** (-3 / 20))
    assert np.allclose(wide[:, 2], rising)
    assert np.allclose(wide[:, 3], rising)


def test_channels_in_between_stay_silent() -> None:
    wide = PygameOutput(None, {"far": OutputPair(channels=(5, 6))})._spread(
        np.ones((BLOCK_FRAMES, 2), dtype=np.float32), {}
    )
    assert wide.shape == (BLOCK_FRAMES, 6)
    assert not wide[:, :4].any()


def test_more_channels_than_the_mixer_opens_is_an_error() -> None:
    with pytest.raises(AudioDeviceError, match="channel 8; pygame's mixer opens at most 6"):
        PygameOutput(None, {"far": OutputPair(channels=(7, 8))})
