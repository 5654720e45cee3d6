"""The one error tree.

SoundscapeError            what went wrong and what to do about it, in one plain line
├── InvalidValue             a text that is not the value it should be ("12 parsecs" for a duration)
├── FileProblems             what is wrong in the files that people write: a list of Problems
├── LibraryError           a library, scene, playlist or room that cannot be found or read
├── MediaError             a sound file that cannot be opened, decoded or written
├── DeviceError            a device that is not there or does not work
│   ├── AudioDeviceError
│   └── MidiPortError
├── NetworkError           a broker that cannot be reached with what the room's file says
├── CommandRefused         a command that makes no sense in the session's present state
└── EngineError            a session's own processes: one that ended, or does not answer
    ├── MessageError       a message between processes that cannot be read
    └── SessionLost        no session answers: none runs, or the connection broke

Foreign errors are translated where they arise, at the edge. Only `cli` turns errors into exit
codes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in a file or a room.

    `where` is a place a person can go to (`scenes/x.yaml:12:5`, a track's path, a port's name);
    `message` starts with the key path where there is one. Problems sort by file, then by place.
    An error is to be mended, a warning will be heard or seen, a note is good to know. Problems that
    are `like` each other, in words for several, may be told together. `path` is the key path, empty
    where none is known.
    """

    file: str
    line: int
    column: int
    message: str
    severity: Severity = "error"
    like: str = ""
    path: tuple[str | int, ...] = field(default=(), compare=False)

    @property
    def where(self) -> str:
        """The place: `file:line:column`, or the file alone where there is no line."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class SoundscapeError(Exception):
    """The root. Its text is one line that a user can act on."""


class InvalidValue(SoundscapeError, ValueError):
    """A text that is not the value it should be."""


class FileProblems(SoundscapeError):
    """What is wrong in the files that people write, every problem at once."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class LibraryError(SoundscapeError):
    """A library, scene, playlist or room that cannot be found or read."""


class MediaError(SoundscapeError):
    """A sound file that cannot be opened, decoded or written."""


class DeviceError(SoundscapeError):
    """A device that is not there or does not work."""


class AudioDeviceError(DeviceError):
    """An audio device that is not there or does not work."""


class MidiPortError(DeviceError):
    """A MIDI port that is not there or does not work."""


class NetworkError(SoundscapeError):
    """A broker that cannot be reached with what the room's file says."""


class CommandRefused(SoundscapeError):
    """A command that makes no sense in the session's present state."""


class EngineError(SoundscapeError):
    """A session's own processes: one that ended, or does not answer."""


class MessageError(EngineError):
    """A message between processes that cannot be read."""


class SessionLost(EngineError):
    """No session answers: none runs, or the connection broke."""
