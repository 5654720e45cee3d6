from __future__ import annotations

import numpy as np
import pytest

from soundscape.devices.audio.output import BLOCK_FRAMES
from soundscape.devices.audio.pygame_output import PATIENCE, PygameOutput
from soundscape.errors import AudioDeviceError
from soundscape.scene.models import OutputPair


class FakeChannel:
    """A pygame channel whose device takes nothing any more, as after the sound server died."""

    def __init__(self, *, busy: bool) -> None:
        self.busy = busy
        self.queued: object = None
        self.played: list[object] = []

    def get_busy(self) -> bool:
        return self.busy

    def get_queue(self) -> object:
        return self.queued

    def play(self, sound: object) -> None:
        self.played.append(sound)
        self.busy, self.queued = True, None


class Naps:
    def __init__(self) -> None:
        self.total = 0.0

    def sleep(self, seconds: float) -> None:
        self.total += seconds


def test_a_device_that_takes_nothing_is_lost_after_half_a_second() -> None:
    naps = Naps()
    output = PygameOutput("Room", now=lambda: 0.0, sleep=naps.sleep)
    channel = FakeChannel(busy=True)
    channel.queued = "sound"
    output._channel = channel  # type: ignore[assignment]
    with pytest.raises(AudioDeviceError, match="'Room' has taken no sound"):
        output.drain()
    assert naps.total == pytest.approx(PATIENCE, abs=0.01)


def test_a_block_that_pygame_left_queued_behind_silence_is_started() -> None:
    output = PygameOutput(now=lambda: 0.0, sleep=Naps().sleep)
    channel = FakeChannel(busy=False)
    channel.queued = "sound"
    output._await(channel, lambda: channel.get_queue() is None)
    assert channel.played == ["sound"]


def test_a_stereo_block_goes_out_as_it_is() -> None:
    block = np.random.default_rng(1).uniform(-1, 1, (BLOCK_FRAMES, 2)).astype(np.float32)
    assert np.array_equal(PygameOutput()._spread(block), block)


def test_outputs_copy_the_sound_to_their_pairs_with_their_trims() -> None:
    outputs = {
        "headphones": OutputPair(channels=(1, 2)),
        "speakers": OutputPair(channels=(4, 3), trim=-6.0),
    }
    block = np.random.default_rng(1).uniform(-1, 1, (BLOCK_FRAMES, 2)).astype(np.float32)
    wide = PygameOutput(None, outputs)._spread(block)
    assert wide.shape == (BLOCK_FRAMES, 4)
    assert wide.dtype == np.float32
    assert np.array_equal(wide[:, :2], block)
    assert np.allclose(wide[:, [3, 2]], block * 10 ** (-6 / 20), atol=1e-7)


def test_channels_in_between_stay_silent() -> None:
    wide = PygameOutput(None, {"far": OutputPair(channels=(5, 6))})._spread(
        np.ones((BLOCK_FRAMES, 2), dtype=np.float32)
    )
    assert wide.shape == (BLOCK_FRAMES, 6)
    assert not wide[:, :4].any()


def test_more_channels_than_the_mixer_opens_is_an_error() -> None:
    with pytest.raises(AudioDeviceError, match="channel 8; pygame's mixer opens at most 6"):
        PygameOutput(None, {"far": OutputPair(channels=(7, 8))})
