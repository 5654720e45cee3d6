"""The records that a recovery replays: messages of the player's pipe, as the standby gets them.

The file is a magic word, and then records: length (4 bytes), CRC-32 of the rest (4 bytes), a kind
(1 byte), the body. The first two are what began the session, and its job; commands, external events
and positions follow. Reading stops at the first record that is cut off or damaged: what follows it
was never confirmed. A position has the time of the wall clock, which no journal has; the file goes
when the session has ended.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soundscape.errors import EngineError, MessageError
from soundscape.ipc.codec import Codec
from soundscape.ipc.job import Job
from soundscape.ipc.player_messages import (
    CODEC,
    RECORDED,
    CommandDone,
    CommandFailed,
    CommandRequest,
)

MAGIC = b"soundscape resume 1\n"
_HEAD = struct.Struct("<II")
LARGEST = 1 << 30
"""Bytes of a record; a larger one is damaged."""

_BEGINNING = 1 << 16
"""Bytes within which the first record ends."""


@dataclass(frozen=True, slots=True)
class SessionSetup:
    """What began the session, beside its job: what `StartRequest` has."""

    label: str
    device: str
    lights: tuple[tuple[str, str, int, int], ...]
    library: str | None = None


@dataclass(frozen=True, slots=True)
class PositionReached:
    """Frame `frame` of the session was heard at `wall` seconds of the wall clock."""

    frame: int
    wall: float


SETUP = Codec((SessionSetup, PositionReached))
_SETUP_KIND, _MESSAGE_KIND = b"s", b"m"


@dataclass(frozen=True, slots=True)
class ResumeLog:
    """A session as it was recorded. `encoded_job` is the job as it came.

    `events` are `CommandDone` and external events, in order. `unanswered` are requests that were
    neither done nor refused when all ended. `position` is the last one.
    """

    setup: SessionSetup
    job: Job
    encoded_job: bytes
    events: tuple[Any, ...]
    unanswered: tuple[CommandRequest, ...]
    position: PositionReached | None


def beginning(setup: SessionSetup, encoded_job: bytes) -> bytes:
    """The beginning of a file."""
    return MAGIC + encoded(setup) + _packed(_MESSAGE_KIND, encoded_job)


def encoded(message: object) -> bytes:
    """A message as a record."""
    if isinstance(message, SessionSetup | PositionReached):
        return _packed(_SETUP_KIND, SETUP.encode(message))
    return _packed(_MESSAGE_KIND, CODEC.encode(message))


def _packed(kind: bytes, body: bytes) -> bytes:
    checked = kind + body
    return _HEAD.pack(len(checked), zlib.crc32(checked)) + checked


def whole_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The records up to the first that is not whole; each with the place where it ends."""
    at = len(MAGIC) if data.startswith(MAGIC) else len(data)
    while at + _HEAD.size < len(data):
        length, checksum = _HEAD.unpack_from(data, at)
        record = data[at + _HEAD.size : at + _HEAD.size + length]
        if not 0 < length <= LARGEST or len(record) < length or zlib.crc32(record) != checksum:
            return
        at += _HEAD.size + length
        yield at, record


def whole_size(path: Path) -> int:
    """Bytes of a file up to the end of its last whole record. Raises OSError."""
    ends = [end for end, _ in whole_records(path.read_bytes())]
    return ends[-1] if ends else 0


def read_resume_log(path: Path) -> ResumeLog:
    """Read a session's records. Raises EngineError where it cannot be continued."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as err:
        raise EngineError("its records are gone") from err
    except OSError as err:
        raise EngineError(f"its records cannot be read ({err.strerror})") from err
    records = [record for _, record in whole_records(data)]
    try:
        messages = [_decoded(record) for record in records]
    except MessageError as err:
        raise EngineError("its records are those of another version of this program") from err
    match messages:
        case [SessionSetup() as setup, Job() as job, *rest]:
            return _sorted_out(setup, job, records[1][1:], rest)
        case _:
            raise EngineError("its records are damaged")


def read_setup(path: Path) -> SessionSetup | None:
    """What began a session; None where it cannot be continued."""
    try:
        with path.open("rb") as file:
            record = next(whole_records(file.read(_BEGINNING)), None)
        setup = _decoded(record[1]) if record is not None else None
    except (OSError, MessageError):
        return None
    return setup if isinstance(setup, SessionSetup) else None


def _decoded(record: bytes) -> Any:
    return (SETUP if record[:1] == _SETUP_KIND else CODEC).decode(record[1:])


def _sorted_out(
    setup: SessionSetup, job: Job, encoded_job: bytes, messages: list[Any]
) -> ResumeLog:
    events: list[Any] = []
    asked: dict[int, CommandRequest] = {}
    position: PositionReached | None = None
    for message in messages:
        match message:
            case PositionReached():
                position = message
            case CommandRequest(number):
                asked[number] = message
            case CommandDone(number):
                asked.pop(number, None)
                events.append(message)
            case CommandFailed(number):
                asked.pop(number, None)
            case _ if isinstance(message, RECORDED):
                events.append(message)
            case _:
                pass
    return ResumeLog(setup, job, encoded_job, tuple(events), tuple(asked.values()), position)
