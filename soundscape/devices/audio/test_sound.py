"""The sound of the audio test: soft noise that swells on one side or both."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from soundscape.devices.audio.output import AudioOutput
from soundscape.dsp.fade import curve
from soundscape.mixer.source import Block
from soundscape.units import SAMPLE_RATE, db_to_gain

Side = Literal["left", "right", "both"]
SIDES: tuple[Side, ...] = ("left", "right", "both")

LEVEL_DB = -30.0
"""RMS at the swell's height, dBFS: quieter than the music of any phase."""

_LENGTH = round(4.0 * SAMPLE_RATE)
_FADE = round(1.5 * SAMPLE_RATE)
_BAND = (80.0, 2_500.0)  # Hz: no rumble, no hiss


def swell(side: Side) -> Block:
    """Pink noise that rises from silence and falls back: float32, shape (4 s, 2)."""
    noise = _pink(_LENGTH, np.random.default_rng(1))
    noise *= db_to_gain(LEVEL_DB) / np.sqrt(np.mean(noise**2))
    rise = curve(np.arange(_FADE) / _FADE, "square")
    noise[:_FADE] *= rise
    noise[-_FADE:] *= rise[::-1]
    sides = [float(side in ("left", "both")), float(side in ("right", "both"))]
    return (noise[:, None] * sides).astype(np.float32)


def play(output: AudioOutput, sound: Block) -> None:
    """Write a sound to an open output, and silence up to a whole block."""
    size = output.block_frames
    for first in range(0, len(sound), size):
        block = sound[first : first + size]
        output.write(np.pad(block, ((0, size - len(block)), (0, 0))))


def _pink(frames: int, chance: np.random.Generator) -> NDArray[np.float64]:
    """Noise with equal power per octave within the band, and none outside it."""
    spectrum = np.fft.rfft(chance.standard_normal(frames))
    hertz = np.fft.rfftfreq(frames, 1.0 / SAMPLE_RATE)
    inside = (hertz >= _BAND[0]) & (hertz <= _BAND[1])
    spectrum *= np.where(inside, 1.0 / np.sqrt(np.maximum(hertz, 1.0)), 0.0)
    return np.fft.irfft(spectrum, frames)
