"""Reads a script for `render`: a YAML list of commands, each at its exact time."""

from __future__ import annotations

from pathlib import Path

from soundscape.errors import FileProblems, InvalidValue, Problem
from soundscape.library.files.load import read_bytes
from soundscape.scene.yaml.nodes import ListNode, MapNode, Mark, Node, plain
from soundscape.scene.yaml.text import read_yaml
from soundscape.timeline.commands import Command, parse_command
from soundscape.units import frames, parse_duration

Timed = tuple[int, Command]


def read_script(path: Path) -> list[Timed]:
    """Read a script: (frame, command) in order of time. FileProblems has every problem of it."""
    file = str(path)
    root, faults = read_yaml(read_bytes(path))
    problems = [_problem(file, fault.mark, fault.message) for fault in faults]
    lines: list[Timed] = []
    if isinstance(root, ListNode):
        for number, node in enumerate(root.items):
            try:
                lines.append(_line(node))
            except InvalidValue as fault:
                problems.append(_problem(file, node.mark, f"[{number}].{fault}"))
    elif root is not None:
        problems.append(_problem(file, root.mark, "a script is a list: - {at: 3m, do: hold}"))
    if problems:
        raise FileProblems(problems)
    return sorted(lines, key=lambda line: line[0])


def _line(node: Node) -> Timed:
    if not isinstance(node, MapNode):
        raise InvalidValue("a line of a script is written like {at: 3m, do: hold}")
    written = plain(node)
    if "at" not in written:
        raise InvalidValue("at: when? Write it like {at: 3m, do: hold}")
    try:
        at = parse_duration(written.pop("at"))
    except InvalidValue as fault:
        raise InvalidValue(f"at: {fault}") from fault
    return frames(at), parse_command(written)


def _problem(file: str, mark: Mark, message: str) -> Problem:
    return Problem(file, mark.line, mark.column, message)
