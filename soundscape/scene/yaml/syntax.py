"""What PyYAML and libyaml say of a text that is not YAML, in words that help to mend it."""

from __future__ import annotations

import yaml

from soundscape.message_text import quoted
from soundscape.scene.yaml.nodes import Mark

# The first that fits is taken.
_ADVICE = (
    ("mapping values are not allowed", "a ': ' where no key can be: put the text in quotes"),
    ("could not find expected ':'", "a line without its ':' after the key"),
    ("flow level", "brackets nested too deep"),
    ("block level", "nested too deep"),
    ("escape", "a '\\' that starts no escape: write '\\\\', or use single quotes"),
    ("hexdecimal", "a '\\' that starts no escape: write '\\\\', or use single quotes"),
    ("quoted scalar", "a quote that is opened here and never closed"),
    ("node content", "a value is missing, or a bracket or comma is too many"),
    ("flow sequence", "a '[' that is never closed, or a missing comma"),
    ("flow mapping", "a '{' that is never closed, or a missing comma"),
    ("block mapping", "this does not fit the lines above: check its indentation and its ':'"),
    ("block collection", "this does not fit the lines above: check its indentation and its '-'"),
    ("document start", "this does not fit the lines above: check its indentation"),
    ("incompatible", "this version of YAML is not known here: delete the line"),
    ("directive", "a '%' at the start of a line: put the text in quotes"),
    ("block scalar", "a '|' or '>' starts a text of several lines: put a lone one in quotes"),
    ("alias", "a '*' stands for an alias: put the text in quotes"),
    ("anchor", "a '&' stands for an anchor: put the text in quotes"),
    ("tag", "a '!' stands for a tag: put the text in quotes"),
)


def explain(error: yaml.MarkedYAMLError, text: str) -> tuple[Mark, str]:
    """Return where the text stops being YAML, and what to do about it."""
    mark = error.problem_mark or error.context_mark
    place = Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)
    here = _character(text, place)
    said = f"{error.problem} {error.context}"
    if "cannot start any token" in said:
        if here == "\t":
            return place, "a tab: indent with spaces"
        return place, f"{quoted(here)} cannot begin a value: put the text in quotes"
    advice = next((ours for theirs, ours in _ADVICE if theirs in said), "not readable as YAML")
    if not here:  # noticed at the file's end only: show where it began, or the last line
        began = error.context_mark
        lines = text.rstrip().splitlines() or [""]
        last = Mark(len(lines), len(lines[-1]))
        place = min(last, Mark(began.line + 1, began.column + 1)) if began else last
    return place, advice


def _character(text: str, place: Mark) -> str:
    """The character at a place, nothing at the file's end."""
    lines = text.splitlines()
    if place.line > len(lines):
        return ""
    return lines[place.line - 1][place.column - 1 : place.column] or "\n"
