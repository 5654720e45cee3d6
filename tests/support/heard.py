"""When a session was heard: its planned sound, found in a recording."""

from __future__ import annotations

import numpy as np

RATE = 48_000


def heard(planned: np.ndarray, recorded: np.ndarray, epoch: float) -> np.ndarray:
    """When each quarter of a second of a session was heard.

    `planned` and `recorded` have the shape (n,), 48 kHz; `epoch` is the time of the recording's
    first frame (s). The result has the shape (n, 2): seconds of the session, seconds of the clock.
    """
    begin = find(planned[5 * RATE : 6 * RATE], recorded)[0] - 5 * RATE
    places = range(RATE, len(planned) - 2 * RATE, RATE // 4)
    found = []
    for at in places:
        low = begin + at - RATE // 2
        where, likeness = find(planned[at : at + 4096], recorded[low : low + RATE])
        if likeness > 0.99:  # else a late block is in it
            found.append((at / RATE, epoch + (low + where) / RATE))
    assert len(found) > 0.9 * len(places), "not what was rendered"
    return np.array(found)


def find(piece: np.ndarray, sound: np.ndarray) -> tuple[int, float]:
    """Where a piece of sound is in another, and how like it is (1: the same but for a gain)."""
    size = 1 << (len(sound) + len(piece)).bit_length()
    spectrum = np.fft.rfft(sound, size) * np.conj(np.fft.rfft(piece, size))
    where = int(np.argmax(np.fft.irfft(spectrum, size)[: len(sound)]))
    found = sound[where : where + len(piece)]
    norm = float(np.linalg.norm(found) * np.linalg.norm(piece)) or 1.0
    return where, float(found @ piece[: len(found)]) / norm
