"""An editor's YAML language server on a library that `init` wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from language_server import LanguageServer, language_server

from soundscape.library.files.locate import shipped_root
from soundscape.library.new_library import create_library

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clinic")
    create_library(folder, shipped_root())
    return folder


@pytest.fixture(scope="module")
def editor(clinic: Path) -> Iterator[LanguageServer]:
    with language_server(clinic) as server:
        yield server


def test_no_shipped_file_is_marked(editor: LanguageServer, clinic: Path) -> None:
    files = [*clinic.glob("scenes/*.yaml"), *clinic.glob("playlists/*.yaml"), clinic / "room.yaml"]
    marked = {file.name: editor.open(file, file.read_text("utf-8")) for file in files}
    assert {name: found for name, found in marked.items() if found} == {}


def test_an_unknown_key_is_marked_where_it_stands(editor: LanguageServer, clinic: Path) -> None:
    head = (clinic / "scenes" / "quiet.yaml").read_text("utf-8").splitlines()[0]
    text = f"{head}\nphases:\n  peak:\n    duratoin: 5m\n"
    found = editor.open(clinic / "scenes" / "mine.yaml", text)
    assert any("duratoin" in one["message"] and one["range"]["start"]["line"] == 3 for one in found)


def test_keys_are_offered(editor: LanguageServer, clinic: Path) -> None:
    head = (clinic / "scenes" / "quiet.yaml").read_text("utf-8").splitlines()[0]
    scene = clinic / "scenes" / "new.yaml"
    editor.open(scene, f"{head}\nphases:\n  peak:\n    duration: 5m\n    \n")
    offered = editor.complete(scene, 4, 4)
    assert {"music", "lights", "loudness", "prompts"} <= set(offered)
