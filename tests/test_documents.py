"""What the documents say is so: commands with their options and values, YAML, files, sections."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from soundscape.cli import soundscape as main
from soundscape.cli.lazy_group import LazyGroup
from soundscape.scene.document import read_playlist, read_room, read_scene
from soundscape.timeline.commands import parse_command

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


# What stands in code blocks -----------------------------------------------------------------------


def in_context(line: str) -> None:
    """Parse a command line as the program does, with the values of its options, and run nothing."""
    command: click.Command = main
    context: click.Context | None = None
    words = shlex.split(line)[1:]
    while isinstance(command, click.Group):
        context = click.Context(command, info_name=command.name, parent=context)
        parser = command.make_parser(context)
        parser.allow_interspersed_args = False
        _, words, _ = parser.parse_args(words)
        _, found, words = command.resolve_command(context, words)
        assert found is not None
        command = found
    command.make_context(command.name, words, parent=context)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_in_a_block_of_code_has_values_that_it_takes(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for block in re.findall(r"^ *```sh\n(.*?)^ *```", text, re.M | re.S):
        for line in block.splitlines():
            if line.startswith("soundscape ") and len(shlex.split(line, comments=True)) > 1:
                in_context(shlex.join(shlex.split(line, comments=True)))


YAML_BLOCKS = [
    pytest.param(block, id=f"{path.stem}-{number}")
    for path in DOCUMENTS
    for number, block in enumerate(
        re.findall(r"^```yaml\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S)
    )
]


ROOM = """
midi: {desk: {output: QLC+}}
lights: {%s}
"""
PART_OF_ROOM = ("left", "right", "rear", "warmth")
"""The lights that blocks name which show only a part of a room."""


@pytest.mark.parametrize("block", YAML_BLOCKS)
def test_every_yaml_is_a_scene_a_playlist_or_a_room_without_a_mistake(block: str) -> None:
    keys = re.findall(r"^(\w+):", block, re.M)
    if block.startswith("- "):
        block, keys = f"tracks:\n{block}", ["tracks"]
    read = read_scene if "phases" in keys else read_playlist if "tracks" in keys else read_room
    if read is read_room and not {"midi", "audio", "lights"} & set(keys):
        lights = (
            f"{name}: {{port: desk, cc: {number}"
            + (", range: 2200K to 4000K}" if name == "warmth" else "}")
            for number, name in enumerate(PART_OF_ROOM, 20)
        )
        block = ROOM % ", ".join(lights) + block
    assert read(block.encode(), "block.yaml").model  # FileProblems would say what is wrong


def test_every_request_to_the_api_is_a_command() -> None:
    bodies = []
    for name in ("integrations.md", "api.md"):
        bodies += re.findall(r"\{\"do\"[^}]*\}", (ROOT / "docs" / name).read_text("utf-8"))
    assert len(bodies) > 10
    for body in bodies:
        parse_command(json.loads(body))


def from_script(name: str, function: str) -> str:
    """What a script of docs/ makes."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return str(getattr(module, function)())


@pytest.mark.parametrize(
    ("script", "function", "made"),
    [
        ("format_reference", "reference", "format.md"),
        ("architecture_picture", "picture", "architecture.svg"),
    ],
)
def test_what_a_script_makes_is_up_to_date(script: str, function: str, made: str) -> None:
    written = (ROOT / "docs" / made).read_text(encoding="utf-8")
    assert written == from_script(script, function), f"run: python docs/{script}.py"


def test_every_document_stands_once_in_the_navigation_of_the_pages() -> None:
    listed = re.findall(r"^ *- ([\w-]+\.md)$", (ROOT / ".mkdocs.yml").read_text("utf-8"), re.M)
    assert sorted(listed) == sorted(path.name for path in (ROOT / "docs").glob("*.md"))
