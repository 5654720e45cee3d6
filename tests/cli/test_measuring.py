"""What a start measures before it sounds, and what it leaves to be measured while it plays."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from soundscape.cli.loading import load_to_play
from soundscape.cli.measuring import open_catalogue
from soundscape.library.files.locate import Library


def known(*files: Path) -> list[bool]:
    with open_catalogue() as catalogue:
        return [catalogue.get(file) is not None for file in files]


def test_each_layers_first_track_is_measured_at_once_and_the_rest_is_left(
    small_unmeasured, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path / "home"))
    first, then, last = (
        small_unmeasured.root / f"music/{name}.wav" for name in ("low", "middle", "high")
    )
    loaded = load_to_play(Library(small_unmeasured.root), "small", None, None)
    assert known(first, then, last) == [True, False, False]
    assert loaded.unmeasured is not None
    assert loaded.unmeasured.files == (then, last)
    assert loaded.unmeasured.catalogue == tmp_path / "home/cache"
    low, middle = loaded.show.phases[0].layers["music"].playlist.tracks
    assert low.momentary is not None
    assert middle.momentary is None


def test_where_all_is_measured_nothing_is_left(small_unmeasured, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path / "home"))
    assert small_unmeasured.run("scan").code == 0
    assert load_to_play(Library(small_unmeasured.root), "small", None, None).unmeasured.files == ()


@pytest.mark.parametrize("terminal", [True, False])
def test_a_check_of_files_that_are_not_measured_shows_progress_on_a_terminal_only(
    small_unmeasured, tmp_path, monkeypatch, terminal: bool
) -> None:
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(Console, "is_terminal", terminal)
    cold = small_unmeasured.run("check", "small", "--offline")
    assert ("Measuring 3 files" in cold.err) == terminal
    assert ("\x1b[" in cold.err) == terminal
    assert "Measuring" not in cold.out
    warm = small_unmeasured.run("check", "small", "--offline")
    assert "Measuring" not in warm.err
