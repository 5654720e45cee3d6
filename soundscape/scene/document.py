"""Scenes, playlists and rooms as read: the model, and the line and column of each key path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from soundscape.errors import FileProblems, Problem, Severity
from soundscape.scene.binding import Binder
from soundscape.scene.models import PlaylistSpec, Room, Scene
from soundscape.scene.rules import room_problems, scene_problems
from soundscape.scene.schema import FieldProblem, Model, Reference
from soundscape.scene.yaml.nodes import KeyPath, Mark, Node, key_path, place
from soundscape.scene.yaml.text import read_yaml

M = TypeVar("M", bound=Model)
Rule = Callable[[Binder, Node], Iterator[FieldProblem]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A file's tree, valid or not: the places of its values, and their references."""

    file: str
    root: Node = field(repr=False)
    references: tuple[Reference, ...] = field(repr=False)

    def place(self, path: KeyPath) -> tuple[int, int]:
        """Return line and column (from 1) of a key path, or of the nearest thing written."""
        return place(self.root, path)

    def problem(self, path: KeyPath, message: str, severity: Severity = "error") -> Problem:
        """Return a problem at a key path."""
        return problem(self.file, place(self.root, path), FieldProblem(path, message, severity))


@dataclass(frozen=True, slots=True)
class Document(Draft, Generic[M]):
    """A valid file's model, with the places in the text for checks that look beyond the file.

    `warnings` are the file's own problems that do not stop a session.
    """

    model: M
    warnings: tuple[Problem, ...] = ()


class DraftProblems(FileProblems):
    """The problems of a file that is YAML. Names in its `draft` can be looked up all the same."""

    def __init__(self, problems: list[Problem], draft: Draft) -> None:
        super().__init__(problems)
        self.draft = draft


def problem(file: str, mark: Mark, wrong: FieldProblem) -> Problem:
    """A problem at a place in a file."""
    message = f"{key_path(wrong.path)}: {wrong.message}" if wrong.path else wrong.message
    return Problem(file, mark.line, mark.column, message, wrong.severity, path=wrong.path)


def read_document(model: type[M], data: bytes, file: str, rule: Rule | None = None) -> Document[M]:
    """Read a file's bytes into its model. FileProblems has every problem of the file."""
    root, text_problems = read_yaml(data)
    problems = [
        problem(file, mark, FieldProblem(path, message)) for mark, message, path in text_problems
    ]
    if root is None:
        raise FileProblems(problems)
    binder = Binder()
    found: Any = binder.read(model, root, ())
    problems += [problem(file, mark, wrong) for mark, wrong in binder.problems]
    references = tuple(binder.references)
    draft = Draft(file, root, references)
    if rule:
        problems += [draft.problem(*wrong) for wrong in rule(binder, root)]
    if any(one.severity == "error" for one in problems):
        raise DraftProblems(problems, draft)
    return Document(file, root, references, found, tuple(sorted(problems)))


def read_scene(data: bytes, file: str) -> Document[Scene]:
    """Read a scene; `file` names it in messages. FileProblems has every problem of it."""
    return read_document(Scene, data, file, scene_problems)


def read_playlist(data: bytes, file: str) -> Document[PlaylistSpec]:
    """Read a playlist; `file` names it in messages. FileProblems has every problem of it."""
    return read_document(PlaylistSpec, data, file)


def read_room(data: bytes, file: str) -> Document[Room]:
    """Read a room; `file` names it in messages. FileProblems has every problem of it."""
    return read_document(Room, data, file, room_problems)
