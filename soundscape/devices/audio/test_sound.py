"""The sounds of the audio test: soft noise on one side or both, and a soft tone that rises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from soundscape.devices.audio.output import AudioOutput
from soundscape.dsp.fade import Fade, curve
from soundscape.dsp.weighting import KWeighting, lufs
from soundscape.mixer.source import Block
from soundscape.units import SAMPLE_RATE, db_to_gain, frames

Side = Literal["left", "right", "both"]
SIDES: tuple[Side, ...] = ("left", "right", "both")

LEVEL_DB = -30.0
"""RMS at the swell's height, dBFS: quieter than the music of any phase."""

LOWEST, HIGHEST = 60.0, 8_000.0
"""Hz: where the tone begins and ends."""

_SWEEP = round(16.0 * SAMPLE_RATE)
_LEVEL_TO = 150.0  # Hz; above it the tone gets softer by 3 dB an octave, like pink noise
_LENGTH = round(4.0 * SAMPLE_RATE)
_FADE = round(1.5 * SAMPLE_RATE)
_BAND = (80.0, 2_500.0)  # Hz: no rumble, no hiss
_LOOP = round(30.0 * SAMPLE_RATE)
_WIDE = (40.0, 16_000.0)  # Hz: what a sound level meter's A-weighting hears, and a room plays
RISE, FALL = frames(10.0), frames(2.0)
"""Frames in which the steady noise comes and goes: nothing startles who reads the meter."""


def swell(side: Side) -> Block:
    """Pink noise that rises from silence and falls back: float32, shape (4 s, 2)."""
    noise = _pink(_LENGTH, np.random.default_rng(1), _BAND)
    noise *= db_to_gain(LEVEL_DB) / np.sqrt(np.mean(noise**2))
    rise = curve(np.arange(_FADE) / _FADE, "square")
    noise[:_FADE] *= rise
    noise[-_FADE:] *= rise[::-1]
    sides = [float(side in ("left", "both")), float(side in ("right", "both"))]
    return (noise[:, None] * sides).astype(np.float32)


def sweep() -> Block:
    """A sine that rises from 60 Hz to 8 kHz, the same time for each octave, on both sides.

    It begins and ends in silence, and high tones are softer, since the ear hears them better:
    float32, shape (16 s, 2).
    """
    passed = np.arange(_SWEEP) / _SWEEP
    hertz = LOWEST * (HIGHEST / LOWEST) ** passed
    gain = np.sqrt(2.0) * db_to_gain(LEVEL_DB) * np.sqrt(_LEVEL_TO / np.maximum(hertz, _LEVEL_TO))
    tone = gain * np.sin(2.0 * np.pi * np.cumsum(hertz) / SAMPLE_RATE)
    rise = curve(np.arange(_FADE) / _FADE, "square")
    tone[:_FADE] *= rise
    tone[-_FADE:] *= rise[::-1]
    return np.repeat(tone[:, None], 2, axis=1).astype(np.float32)


def play(output: AudioOutput, sound: Block) -> None:
    """Write a sound to an open output, and silence up to a whole block."""
    size = output.block_frames
    for first in range(0, len(sound), size):
        block = sound[first : first + size]
        output.write(np.pad(block, ((0, size - len(block)), (0, 0))))


def steady_noise(loudness: float) -> Block:
    """Pink noise of a loudness (LUFS), other on each side: float32, shape (30 s, 2).

    Its end goes on into its beginning without a seam.
    """
    chance = np.random.default_rng(2)
    sides = [_pink(_LOOP, chance, _WIDE) for _ in range(2)]
    noise = np.stack(sides, axis=1).astype(np.float32)
    weighted = KWeighting().apply(np.concatenate([noise, noise]))[len(noise) :]
    present = lufs(float(np.mean(weighted**2)) * weighted.shape[1])
    return noise * np.float32(db_to_gain(loudness - present))


def until_told(noise: Block, size: int, is_over: Callable[[], bool]) -> Iterator[Block]:
    """Blocks of the noise again and again, from silence, until it is over, and to silence then."""
    rise, fall = Fade(0, RISE, "square", rising=True), None
    frame = 0
    while fall is None or frame < fall.end:
        if fall is None and is_over():
            fall = Fade(frame, FALL, "square", rising=False)
        gains = np.asarray(
            rise.gains(frame, size) * (1.0 if fall is None else fall.gains(frame, size))
        )
        block = noise[np.arange(frame, frame + size) % len(noise)]
        yield block * gains.astype(np.float32).reshape(-1, 1)
        frame += size


def _pink(
    count: int, chance: np.random.Generator, band: tuple[float, float]
) -> NDArray[np.float64]:
    """Periodic noise with equal power per octave within the band (Hz), and none outside it."""
    spectrum = np.fft.rfft(chance.standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1.0 / SAMPLE_RATE)
    inside = (hertz >= band[0]) & (hertz <= band[1])
    spectrum *= np.where(inside, 1.0 / np.sqrt(np.maximum(hertz, 1.0)), 0.0)
    return np.fft.irfft(spectrum, count)
