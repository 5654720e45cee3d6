"""Collects the problems that are found while a scene's files are read and put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from soundscape.errors import FileProblems, Problem, Severity
from soundscape.scene.yaml.nodes import KeyPath


class Described(Protocol):
    """A file that has been read and knows its places: a Document, or a ListedPlaylist."""

    @property
    def file(self) -> str:
        """The file's name in problems."""
        ...

    def place(self, path: KeyPath) -> tuple[int, int]:
        """Return line and column of a key path."""
        ...

    def problem(self, path: KeyPath, message: str, severity: Severity = "error") -> Problem:
        """Return a problem at a key path."""
        ...


@dataclass(slots=True)
class Diagnostics:
    """The problems of one loading. `faults` stop a session from starting; with `problems` it runs.

    `file_problems` are those of sound files and of the entries that name them, `file_faults` the
    problems of sound files in order, without their places. `missing_files` are the sound files, and
    folders of them, that do not exist.
    """

    faults: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    file_problems: list[Problem] = field(default_factory=list)
    file_faults: dict[str, None] = field(default_factory=dict)
    missing_files: dict[str, None] = field(default_factory=dict)

    def all(self) -> list[Problem]:
        """Return each problem once, in the order of files and places."""
        return sorted({*self.faults, *self.problems, *self.file_problems})

    def as_error(self) -> FileProblems:
        """Return all problems as one error."""
        return FileProblems(self.all())
