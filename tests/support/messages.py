"""The texts that the program translates, found in its code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import soundscape
from soundscape.command_specs import COMMANDS, SCREEN_ACTS
from soundscape.translation import Translations

PACKAGE = Path(soundscape.__file__).parent
ONE = {"_", "gettext", "marked"}


def messages() -> dict[str, str]:
    """Each text with its plural, or with "" where it has none."""
    found: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found |= dict(_called(node))
    return found | dict.fromkeys(_of_commands(), "")


def half_as_long_again() -> Translations:
    """A language whose texts are half as long again as the English ones."""

    def longer(text: str) -> str:
        more = re.sub("[{}`]", "", text)[: -(-len(text) // 2)]
        return f"{text} {more}".strip() if " " in text.strip() else text + more

    found = {
        one: (longer(one), longer(several)) if several else (longer(one),)
        for one, several in messages().items()
    }
    return Translations("xx", found, lambda number: int(number != 1))


def _called(node: ast.AST) -> Iterator[tuple[str, str]]:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return
    texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
    if node.func.id in ONE and texts and isinstance(texts[0], str):
        yield texts[0], ""
    elif node.func.id == "ngettext":
        one, several = texts[:2]
        yield str(one), str(several)


def _of_commands() -> Iterator[str]:
    for act in SCREEN_ACTS.values():
        yield act.meaning
    for spec in COMMANDS.values():
        for press in spec.presses:
            yield press.meaning
            yield from filter(None, (*press.label, press.confirm))
            yield from filter(None, press.instead.label if press.instead else ())
