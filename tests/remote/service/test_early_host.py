"""The host of `start`, which is spawned before the command line is loaded."""

from __future__ import annotations

import pytest

from soundscape.ipc.spawn import LOAD_OUTPUT
from soundscape.remote.service import early_host
from soundscape.remote.service.early_host import spawn_early, spawn_host


@pytest.fixture
def spawned(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The arguments of each host that is spawned."""
    found: list[tuple[str, ...]] = []

    def spawn(_module: str, *arguments: str) -> int:
        found.append(arguments)
        return len(found)

    monkeypatch.setattr(early_host, "spawn", spawn)
    monkeypatch.setattr(early_host, "_early", [])
    return found


def test_start_takes_the_host_that_was_spawned_early_and_then_new_ones(
    spawned: list[tuple[str, ...]],
) -> None:
    spawn_early(["--library", "x", "start", "evening"])
    assert spawned == [(LOAD_OUTPUT,)]
    assert [spawn_host(None), spawn_host(None), spawn_host("null")] == [1, 2, 3]
    assert spawned == [(LOAD_OUTPUT,), (LOAD_OUTPUT,), ()]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["check", "evening"],
        ["start", "evening", "--output", "null"],
        ["start", "evening", "--output=null"],
        ["start", "evening", "--lang=de"],
        ["--lang", "de", "start", "evening"],
        ["start", "--help"],
    ],
)
def test_no_host_is_spawned_early_for_what_needs_none_or_another_one(
    arguments: list[str], spawned: list[tuple[str, ...]]
) -> None:
    spawn_early(arguments)
    assert spawned == []


def test_a_system_that_starts_no_process_is_asked_again_by_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def spawn(_module: str, *_arguments: str) -> None:
        raise OSError("Resource temporarily unavailable")

    monkeypatch.setattr(early_host, "spawn", spawn)
    spawn_early(["start", "evening"])
    with pytest.raises(OSError, match="unavailable"):
        spawn_host(None)
