"""Messages between the command that starts a session and the host.

The command sends a `StartRequest`, the job, and what to measure meanwhile (`Unmeasured` or None),
each as a message of its own; the host passes the job on as it came. A session that was cut off is
taken up by a `Resume` after them. The answer is `Started` or
`StartFailed`; the command then sends `CONFIRMED`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from soundscape.ipc.codec import Codec
from soundscape.remote.session_file import SessionFile

if TYPE_CHECKING:
    from soundscape.scene.addresses import Held


@dataclass(frozen=True, slots=True)
class StartRequest:
    """What the host is to do, beside the job itself.

    `device` is what no other session may play on; "" for none. `lights` are those that it moves.
    `library` is the folder below which the journal names files. `dated`: the journal has the date.
    `resumes`: the number of the session that is taken up, 0 for none; a `Resume` then follows.
    """

    label: str
    device: str
    lights: tuple[Held, ...] = ()
    remote: bool = False
    library: str | None = None
    dated: bool = False
    resumes: int = 0


@dataclass(frozen=True, slots=True)
class Started:
    """There is sound, and the session can be reached. `notes` are for the therapist."""

    session: SessionFile
    shared_audio: Path
    output: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StartFailed:
    """There is no session. `no_device`: for want of an audio device."""

    why: str
    no_device: bool = False


CONFIRMED = "settled"
"""To the host: the command that started it knows that it plays.

Without it the host stops the session when the command ends.
"""

CODEC = Codec((StartRequest, Started, StartFailed, SessionFile))
