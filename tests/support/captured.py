"""What SDL's disk driver wrote of a session, beside what `render` made of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from soundscape.media.decoder import FileDecoder

CLEARLY = 1e-4  # at -80 dB


def read(path: Path) -> np.ndarray:
    """A sound file's frames, shape (n, 2)."""
    decoder = FileDecoder(str(path))
    sound = decoder.read(10**8)
    decoder.close()
    return sound


def heard(captured: Path, planned: np.ndarray) -> np.ndarray:
    """The driver's frames from the session's first one on, as many as were planned.

    The driver begins earlier, and both begin in silence: they are lined up at the first frame that
    is clearly heard.
    """
    live = np.fromfile(captured, dtype="<f4").reshape(-1, 2)
    lead = int(np.argmax(np.abs(live[:, 0]) > CLEARLY))
    lead -= int(np.argmax(np.abs(planned[:, 0]) > CLEARLY))
    return live[lead : lead + len(planned)]


def unbroken(captured: Path, planned: np.ndarray) -> None:
    """What the driver wrote is what was planned, to the frame.

    A driver that is slowed down is closed with buffers yet to write, two or three of them; by then
    all is silent.
    """
    live = heard(captured, planned)
    assert np.abs(planned[len(live) :]).max(initial=0.0) <= CLEARLY
    assert len(planned) - len(live) <= 4096
    assert np.abs(live - planned[: len(live)]).max() <= 1e-6
