"""A file that has been read: its model, and the way from a key path back to line and column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from soundscape.errors import FileFaults, Problem, Severity
from soundscape.scene.form import FAULTY, Fault, Model, Reference
from soundscape.scene.reader import Reader
from soundscape.scene.tree import KeyPath, Mark, Node, key_path, place
from soundscape.scene.yaml_text import read_yaml

M = TypeVar("M", bound=Model)
Rule = Callable[[Reader, Node], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class Document(Generic[M]):
    """A model with the file that it came from, for checks that look beyond the file.

    `warnings` are the file's own problems that do not stop a session.
    """

    model: M
    file: str
    root: Node = field(repr=False)
    references: tuple[Reference, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def place(self, path: KeyPath) -> tuple[int, int]:
        """Return line and column (from 1) of a key path, or of the nearest thing written."""
        return place(self.root, path)

    def problem(self, path: KeyPath, message: str, severity: Severity = "error") -> Problem:
        """Return a problem at a key path."""
        return problem(self.file, place(self.root, path), Fault(path, message, severity))


def problem(file: str, mark: Mark, fault: Fault) -> Problem:
    """A fault at a place in a file."""
    message = f"{key_path(fault.path)}: {fault.message}" if fault.path else fault.message
    return Problem(file, mark.line, mark.column, message, fault.severity)


def read_document(model: type[M], data: bytes, file: str, rule: Rule | None = None) -> Document[M]:
    """Read a file's bytes into its model. FileFaults has every problem of the file."""
    root, text_faults = read_yaml(data)
    problems = [problem(file, mark, Fault((), message)) for mark, message in text_faults]
    if root is None:
        raise FileFaults(problems)
    reader = Reader()
    found: Any = reader.read(model, root, ())
    problems += [problem(file, mark, fault) for mark, fault in reader.faults]
    for fault in rule(reader, root) if rule else ():
        problems.append(problem(file, place(root, fault.path), fault))
    if any(one.severity == "error" for one in problems):
        raise FileFaults(problems)
    assert found is not FAULTY  # noqa: S101
    return Document(found, file, root, tuple(reader.references), tuple(sorted(problems)))
