"""A library to edit: the shipped scenes, playlists and room, and what an editor needs for them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from soundscape.errors import LibraryError
from soundscape.library.files.atomic_write import write_atomically
from soundscape.library.files.load import read_bytes
from soundscape.scene.json_schema import Kind, json_schema

SCHEMAS = "schemas"
_FOLDERS: dict[Kind, str] = {"scene": "scenes", "playlist": "playlists"}
_MUSIC = """\
# Music

Put your music into this folder, in folders of your own choice. A playlist names files and folders
by their paths from the library, for example:

    tracks:
      - file: music/arrival/first-light.flac
      - folder: music/peak/

A playlist of another program becomes one of these files with

    soundscape import FILE

Any format that FFmpeg reads will do; lossless ones (FLAC, WAV) sound best. Nothing is ever written
into a sound file. "soundscape check" says whether everything is there and how loud it is.
"""


@dataclass(frozen=True, slots=True)
class NewLibrary:
    """What was written and what was there already and left alone, as paths below the folder."""

    root: Path
    written: tuple[str, ...]
    kept: tuple[str, ...]


def create_library(
    folder: Path, shipped: Path, playlists: Mapping[str, str] = MappingProxyType({})
) -> NewLibrary:
    """Write a copy of the `shipped` library, with editor settings, into a folder.

    `playlists` are texts by their names; they stand before shipped ones of the same name. A file
    that is there is kept as it is. Raises LibraryError.
    """
    if folder.exists() and not folder.is_dir():
        raise LibraryError(f"{folder} is a file: a library is a folder, give another name")
    written: list[str] = []
    kept: list[str] = []
    try:
        for path, text in _files(shipped, playlists):
            target = folder / path
            if os.path.lexists(target):
                kept.append(path)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(target, text, mode=0o644)
            written.append(path)
    except OSError as error:
        where = error.filename or folder
        raise LibraryError(f"{where}: cannot be written: {error.strerror or error}") from error
    return NewLibrary(folder, tuple(written), tuple(kept))


def proposed_name(folder: Path, phase: str) -> str:
    """The name for a proposed playlist of a phase, beside one that is in the library already."""
    own = folder / "playlists" / f"{phase}.yaml"
    return f"{phase}-proposed" if os.path.lexists(own) else phase


def _files(shipped: Path, playlists: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The path below the library, and the text, of each file."""
    for name, text in playlists.items():
        yield f"playlists/{name}.yaml", _with_schema(text, "playlist", "../")
    for kind, folder in _FOLDERS.items():
        for file in sorted((shipped / folder).glob("*.yaml")):
            if kind != "playlist" or file.stem not in playlists:
                yield f"{folder}/{file.name}", _with_schema(_text(file), kind, "../")
    yield "room.yaml", _with_schema(_text(shipped / "room.yaml"), "room", "")
    for kind in get_args(Kind):
        yield _schema(kind), _json(json_schema(kind))
    yield ".vscode/settings.json", _json({"yaml.schemas": _bindings()})
    yield "music/README.md", _MUSIC


def _with_schema(text: str, kind: Kind, up: str) -> str:
    """A file's text under the line by which YAML language servers find its schema."""
    return f"# yaml-language-server: $schema={up}{_schema(kind)}\n{text}"


def _text(file: Path) -> str:
    return read_bytes(file).decode("utf-8")


def _bindings() -> dict[str, str]:
    """Which schema an editor uses for files that do not name theirs."""
    bound = {_schema(kind): f"{folder}/**/*.yaml" for kind, folder in _FOLDERS.items()}
    return bound | {_schema("room"): "room*.yaml"}


def _schema(kind: Kind) -> str:
    return f"{SCHEMAS}/{kind}.schema.json"


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
