"""What the host is asked to do when it is started, and what it answers: values through a pipe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from soundscape.remote.session_file import SessionFile

if TYPE_CHECKING:
    from soundscape.scene.addresses import Held


@dataclass(frozen=True, slots=True)
class StartRequest:
    """What the host is to do, beside the job itself.

    `device` is what no other session may play on; "" for none. `lights` are those it will have.
    """

    label: str
    device: str
    lights: tuple[Held, ...] = ()
    remote: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    """There is sound, and the session can be reached. `notes` are for the therapist."""

    session: SessionFile
    tape: Path
    output: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StartFailed:
    """There is no session. `no_device`: for want of an audio device."""

    why: str
    no_device: bool = False


CONFIRMED = "settled"
"""To the host: who started it knows that it plays. Without this word it ends when they go."""
