"""What the documents name exists: commands with their options, files, sections."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from soundscape.cli import soundscape as main
from soundscape.cli.lazy_group import LazyGroup

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
LIBRARY = [ROOT / "room.yaml", *ROOT.glob("scenes/*.yaml"), *ROOT.glob("playlists/*.yaml")]
MODULES = [
    path.relative_to(ROOT).as_posix()
    for folder in ("soundscape", "tests", "benchmarks", "docs", ".ci")
    for path in (ROOT / folder).rglob("*.py")
]


def commands(document: Path) -> Iterator[str]:
    """Every command line of a document, in code blocks and within sentences."""
    text = document.read_text(encoding="utf-8")
    for block in re.findall(r"^```(?:sh)?\n(.*?)^```", text, re.M | re.S):
        for line in block.splitlines():
            if line.startswith("soundscape "):
                yield line.split("#")[0].strip()
    for line in re.findall(r"`soundscape ([^`]+)`", text):
        yield "soundscape " + re.sub(r"\n[# ]*", " ", line).split(" > ")[0]


def unknown(line: str) -> str | None:
    """The first word of a command line that is no command and no option of one."""
    command: click.Command = main
    for word in shlex.split(line)[1:]:
        if word.startswith("-") and not re.match(r"-\d", word):
            options = [name for option in command.params for name in option.opts]
            if word not in [*options, "--help"]:
                return word
        elif isinstance(command, LazyGroup):
            if word in command.list_commands(click.Context(command)):
                command = command.load(word)
            elif not re.match(r"[~/A-Z]", word):
                return word
        elif isinstance(command, click.Group):
            command = command.commands.get(word, command)
            if isinstance(command, click.Group):
                return word
    return None


@pytest.mark.parametrize(
    ("line", "word"), [("soundscape audio tune", "tune"), ("soundscape plan x --loud", "--loud")]
)
def test_an_unknown_command_or_option_is_found(line: str, word: str) -> None:
    assert unknown(line) == word


@pytest.mark.parametrize("document", [*DOCUMENTS, *LIBRARY], ids=lambda path: path.name)
def test_every_command_and_option_that_a_document_names_exists(document: Path) -> None:
    missing = {line: word for line in commands(document) if (word := unknown(line))}
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_of_a_document_leads_to_a_file_and_a_section(document: Path) -> None:
    links = re.findall(
        r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", document.read_text(encoding="utf-8")
    )
    for name, section in links:
        target = document.parent / name if name else document
        assert target.exists(), name
        if section:
            titles = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.M)
            anchors = [re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles]
            assert section in anchors, f"{name}#{section}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_module_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![\w/.])((?:\w+/)*[a-z_]\w*\.py)\b", text))
    found = {name for name in named for path in MODULES if f"/{path}".endswith(f"/{name}")}
    assert found == named
