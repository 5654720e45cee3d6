"""Texts that are read, and what is said of them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from soundscape.errors import FileProblems
from soundscape.scene.document import read_playlist, read_room, read_scene

READERS = {"scene": read_scene, "playlist": read_playlist, "room": read_room}


@pytest.fixture
def read() -> Callable:
    """Read a text of a kind; its document."""

    def read_text(kind: str, text: str):
        return READERS[kind](textwrap.dedent(text).encode(), f"{kind}.yaml")

    return read_text


@pytest.fixture
def faults(read) -> Callable[[str, str], list[str]]:
    """Read a text of a kind; its problems, without the file's name."""

    def problems(kind: str, text: str) -> list[str]:
        with pytest.raises(FileProblems) as caught:
            read(kind, text)
        return [str(problem).removeprefix(f"{kind}.yaml:") for problem in caught.value.problems]

    return problems


@pytest.fixture
def model(read) -> Callable:
    """Read a sound text of a kind; its model."""
    return lambda kind, text: read(kind, text).model
