"""The ends of sound: cutting frames, ramping them, and continuing beyond their end.

FFmpeg's frames hold samples in many formats; a changed frame keeps its format.
"""

from __future__ import annotations

from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

Samples = NDArray[np.float64]
"""Shape (frames, channels), in the units of the sample format, zero being silence."""

RAMP_SECONDS = 0.005
"""Sound that damage cuts off ramps over this time: a short dip instead of a click."""

ORDER = 32
HISTORY = 1024
"""The number of coefficients of the linear prediction, and of the samples that it learns from."""


def samples_of(frame: AudioFrame) -> Samples:
    """Return a frame's samples. A planar format may have two channels at most."""
    array = frame.to_ndarray()
    shaped = array.T if frame.format.is_planar else array.reshape(frame.samples, -1)
    return shaped.astype(np.float64) - _zero(shaped.dtype)


def frame_of(samples: Samples, like: AudioFrame) -> AudioFrame:
    """Return samples as a frame in the format, layout and rate of `like`; louder samples are
    clipped.
    """
    dtype = like.to_ndarray().dtype
    values = samples + _zero(dtype)
    if dtype.kind in "iu":
        most = 2.0 ** (8 * dtype.itemsize - 1)
        values = np.clip(np.rint(samples), -most, most - 1) + _zero(dtype)
    typed = values.astype(dtype)
    shaped = typed.T if like.format.is_planar else typed.reshape(1, -1)
    return _made(np.ascontiguousarray(shaped), like)


def cut(frame: AudioFrame, start: int, end: int) -> AudioFrame:
    """Return the samples from `start` to `end` of a frame, as a frame."""
    if start <= 0 and end >= frame.samples:
        return frame
    array = frame.to_ndarray()
    width = 1 if frame.format.is_planar else frame.layout.nb_channels
    return _made(np.ascontiguousarray(array[:, start * width : end * width]), frame)


def silence(count: int, like: AudioFrame) -> AudioFrame:
    """Return `count` samples of silence in the format of another frame."""
    return frame_of(np.zeros((count, like.layout.nb_channels)), like)


def ramped(frame: AudioFrame, *, rising: bool) -> AudioFrame:
    """Return the frame with a raised-cosine ramp from silence at its start, or to silence at its
    end.
    """
    samples = samples_of(frame)
    count = min(len(samples), round(RAMP_SECONDS * frame.sample_rate))
    ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / max(1, count)))[:, None]
    if rising:
        samples[:count] *= ramp
    else:
        samples[len(samples) - count :] *= ramp[::-1]
    return frame_of(samples, frame)


def continued(history: Samples, count: int) -> Samples:
    """Return a continuation of `history` by linear prediction, shape (count, channels).

    Least squares over the last `HISTORY` samples (the covariance method: Makhoul, "Linear
    prediction: a tutorial review", Proc. IEEE 63, 1975): exact for sums of up to `ORDER`/2 sines. A
    resampler that is fed this beyond the ends adds no ringing click.
    """
    known = history[-HISTORY:]
    order = min(ORDER, len(known) // 3)
    if order == 0:
        return np.repeat(known[-1:], count, axis=0)
    return np.stack([_predicted(side, order, count) for side in known.T], axis=1)


def _predicted(known: NDArray[np.float64], order: int, count: int) -> NDArray[np.float64]:
    past = np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(known[:-1], order))
    target = known[order:]
    square = past.T @ past
    # A touch of regularisation keeps noise and silence from blowing the prediction up.
    square[np.diag_indices(order)] += 1e-9 * np.trace(square) / order + 1e-30
    weights = np.linalg.solve(square, past.T @ target)
    limit = np.abs(known).max()
    line = np.concatenate([known[-order:], np.zeros(count)])
    for at in range(order, order + count):
        line[at] = min(limit, max(-limit, weights @ line[at - order : at]))
    return line[order:]


def _zero(dtype: np.dtype[Any]) -> int:
    return 128 if dtype == np.uint8 else 0


def _made(array: NDArray[Any], like: AudioFrame) -> AudioFrame:
    frame = av.AudioFrame.from_ndarray(array, like.format.name, like.layout.name)
    frame.sample_rate = like.sample_rate
    return frame
