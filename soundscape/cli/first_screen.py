"""The first screen, shown by `soundscape` without arguments: running sessions and scenes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence

import rich_click as click

from soundscape.cli.cmd_scenes import scene_row
from soundscape.cli.connect import reach
from soundscape.cli.loading import the_library
from soundscape.cli.status_text import lines
from soundscape.errors import EngineError
from soundscape.library.files.locate import Library
from soundscape.library.user_dirs import runtime_folder
from soundscape.remote.session_file import running
from soundscape.units import format_duration

ACTIONS = {"s": "start", "r": "rehearse", "c": "check", "p": "plan"}
"""The keys, and the command for a scene that each stands for."""
MOST_SHOWN = 18
"""Scenes that fit on a terminal of 24 lines."""

Run = Callable[[Sequence[str]], int]


def first_screen(run: Run) -> int:
    """Show the screen, ask for an action, and `run` its command line. Return the exit code."""
    library = the_library(None)
    labels = [known.content.label for known in running(runtime_folder(os.environ))]
    names = library.scenes()
    for line in (*_running(labels), *_scenes(library, names), _help(labels, names)):
        click.echo(line)
    while True:
        try:
            asked = input("> ").strip().lower()
        except EOFError:
            asked = ""
        if not asked:
            return 0
        chosen = command_line(asked, names, labels)
        if chosen:
            return run(chosen)
        click.echo(_help(labels, names))


def command_line(asked: str, names: Sequence[str], labels: Sequence[str]) -> list[str]:
    """Return the command line that a reply such as `2r` stands for; empty if it has none."""
    match = re.fullmatch(r"(\d{0,4})\s*([a-z])", asked)
    if match is None:
        return []
    number, key = int(match[1] or 1), match[2]
    if key == "a" and 1 <= number <= len(labels):
        return ["attach", "--session", labels[number - 1]]
    if key in ACTIONS and 1 <= number <= len(names) and (match[1] or len(names) == 1):
        return [ACTIONS[key], names[number - 1]]
    return []


def _running(labels: Sequence[str]) -> Iterator[str]:
    for number, label in enumerate(labels, 1):
        try:
            now = next(lines(reach(label).status()))
        except EngineError as err:
            now = str(err)
        key = "a" if len(labels) == 1 else f"{number}a"
        yield f"Running: {now} ({key} opens its console)"
    if labels:
        yield ""


def _scenes(library: Library, names: Sequence[str]) -> Iterator[str]:
    yield f"Library {library.root}"
    if not names:
        yield "It has no scenes; `soundscape init DIR` makes a library with some."
        return
    rows = [scene_row(library, name) for name in names[:MOST_SHOWN]]
    width = max(len(row["scene"]) for row in rows)
    for number, row in enumerate(rows, 1):
        time = "" if "error" in row else format_duration(row["duration"])
        about = f"cannot be read: {row['error']}" if "error" in row else row["name"]
        line = f"{number:4}  {row['scene']:{width}}  {time:>8}  {about}"
        yield line if len(line) <= 80 else f"{line[:79]}…"
    if len(names) > len(rows):
        yield f"      and {len(names) - len(rows)} more: `soundscape scenes`"


def _help(labels: Sequence[str], names: Sequence[str]) -> str:
    keys = ", ".join(f"{key} {name}" for key, name in ACTIONS.items())
    said = [f"Number and key, such as 1r: {keys}."] if names else []
    return " ".join([*said, *(["Or a: the console."] if labels else []), "Enter leaves."])
