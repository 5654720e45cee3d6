"""The queue on a real driver of SDL's: its thread is what matters."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from soundscape.devices.audio import sdl
from soundscape.devices.audio.pull_queue import CHANNELS, PullQueue
from soundscape.mixer.source import Block

pytestmark = pytest.mark.waits

BUFFER = 512
FRAMES = 2048


@pytest.fixture(params=[FRAMES, FRAMES // 4], ids=["one buffer a block", "four buffers a block"])
def capture(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Path]:
    """SDL's disk driver, open; what it plays is in this file once it is closed."""
    monkeypatch.setenv("SDL_AUDIODRIVER", "disk")
    monkeypatch.setenv("SDL_DISKAUDIOFILE", str(tmp_path / "out.raw"))
    monkeypatch.setenv("SDL_DISKAUDIODELAY", "1")  # a burst: far faster than sound
    sdl.open_mixer(None, rate=48_000, channels=2, buffer=request.param, voices=CHANNELS)
    yield tmp_path / "out.raw"
    sdl.close_mixer()


def ignore(asked: float, given: float) -> None:
    """What nobody needs to know."""


def at_once(asked: float) -> float:
    """Nothing is asked for too early."""
    return 0.0


def noise(blocks: int) -> list[Block]:
    """Blocks in which no frame is silent."""
    chance = np.random.default_rng(3)
    return [chance.uniform(0.1, 0.9, (FRAMES, 2)).astype(np.float32) for _ in range(blocks)]


def play(queue: PullQueue, blocks: list[Block], pause: float = 0.0) -> None:
    queue.start()
    for block in blocks:
        assert queue.wait_for_room(5.0)
        time.sleep(pause)
        queue.put(block)


def finished(queue: PullQueue, capture: Path) -> Block:
    """What was played, from its first frame to its last."""
    queue.finish()
    while queue.busy:
        time.sleep(0.001)
    queue.close()
    sdl.close_mixer()
    sound = np.fromfile(capture, dtype="<f4").reshape(-1, 2)
    loud = np.flatnonzero(sound.any(axis=1))
    return sound[loud[0] : loud[-1] + 1]


@pytest.mark.parametrize("ready", [0, 2])
def test_every_frame_is_played_once_and_without_a_gap(capture: Path, ready: int) -> None:
    blocks = noise(60)
    queue = PullQueue(FRAMES, BUFFER, 2, ready, ignore, at_once)
    play(queue, blocks)
    assert np.array_equal(finished(queue, capture), np.concatenate(blocks))


def test_sdl_waits_for_a_block_that_is_late_instead_of_playing_silence(capture: Path) -> None:
    blocks, waits = noise(6), []
    queue = PullQueue(
        FRAMES, BUFFER, 2, 0, lambda asked, given: waits.append(given - asked), at_once
    )
    play(queue, blocks, pause=0.05)
    assert np.array_equal(finished(queue, capture), np.concatenate(blocks))
    assert max(waits) > 0.03


def test_what_is_asked_for_too_early_is_held_back_and_made_only_then(capture: Path) -> None:
    asked: list[float] = []
    given: list[float] = []

    def note(moment: float, then: float) -> None:
        asked.append(moment)
        given.append(then)

    blocks = noise(6)
    queue = PullQueue(FRAMES, BUFFER, 2, 0, note, lambda moment: 0.03)
    queue.start()
    for number, block in enumerate(blocks):
        assert queue.wait_for_room(5.0)
        queue.put(block)
        while len(given) <= number:
            time.sleep(0.001)
    assert np.array_equal(finished(queue, capture), np.concatenate(blocks))
    assert all(then - moment >= 0.03 for moment, then in zip(asked[1:], given[1:], strict=True))


def test_with_none_ready_a_block_is_made_only_when_it_is_asked_for(capture: Path) -> None:
    asked: list[float] = []
    queue = PullQueue(FRAMES, BUFFER, 2, 0, lambda moment, given: asked.append(moment), at_once)
    made: list[float] = []
    blocks = noise(20)
    queue.start()
    for block in blocks:
        assert queue.wait_for_room(5.0)
        made.append(time.perf_counter())
        queue.put(block)
    finished(queue, capture)
    assert all(a <= m for a, m in zip(asked, made, strict=True))


class Unreported:
    """A channel whose first sound is over before `play` returns: pygame keeps it."""

    def __init__(self, channel: sdl.mixer.Channel) -> None:
        self.channel = channel
        self.kept: list[sdl.mixer.Sound] = []

    def play(self, sound: sdl.mixer.Sound) -> None:
        if self.kept:
            self.channel.play(sound)
        else:
            self.kept.append(sound)

    def get_busy(self) -> bool:
        return self.channel.get_busy()


def test_a_start_that_pygame_does_not_report_is_repeated(capture: Path) -> None:
    blocks = noise(4)
    queue = PullQueue(FRAMES, BUFFER, 2, 0, ignore, at_once)
    queue._start_channel = Unreported(queue._start_channel)  # type: ignore[assignment]
    play(queue, blocks)
    assert np.array_equal(finished(queue, capture), np.concatenate(blocks))


def test_what_is_allowed_more_may_wait_from_then_on(capture: Path) -> None:
    queue = PullQueue(FRAMES, BUFFER, 2, 0, ignore, at_once)
    queue.allow_more()
    assert queue.wait_for_room(0.0)
    assert not queue.wait_for_room(0.0)


def test_closing_lets_sdl_go_though_no_block_comes(capture: Path) -> None:
    queue = PullQueue(FRAMES, BUFFER, 2, 0, ignore, at_once)
    play(queue, noise(3))
    assert queue.wait_for_room(5.0)  # SDL waits now
    closing = threading.Thread(target=lambda: (queue.close(), sdl.close_mixer()))
    closing.start()
    closing.join(5.0)
    assert not closing.is_alive()
