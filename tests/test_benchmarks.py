"""The frame of the benchmarks: tables, ratios, what fails the command."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def command(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    monkeypatch.setenv("SOUNDSCAPE_HOME", "")  # a benchmark sets it; this puts it back
    module = importlib.import_module("benchmarks.__main__")
    monkeypatch.setattr(module, "about", lambda: {"machine": "a machine"})
    return module


@pytest.fixture
def figures(command):
    return importlib.import_module("benchmarks.figures")


def offer(monkeypatch, command, name, make):
    """Let the command have a benchmark of this name."""
    module = SimpleNamespace(__doc__="What it is.\n\nMore.", figures=make)
    monkeypatch.setitem(sys.modules, f"benchmarks.{name}", module)
    monkeypatch.setattr(command, "NAMES", ("fine", "broken", "missing"))


def test_ratios_are_taken_round_by_round(figures):
    found = figures.Figure("x", "s", [1.0, 9.0, 4.0], {"mpv": [1.0, 3.0, 4.0]}, 1.0, "mpv")
    assert found.ratios("mpv") == [1.0, 3.0, 1.0]
    assert found.holds
    assert found.row() == [
        "x", "s", "4.00 (1.00–9.00)", "mpv 3.00 (1.00–4.00)", "mpv 1.00 (1.00–3.00)",
        "≤ 1.00 × mpv", "holds",
    ]  # fmt: skip


def test_a_peer_that_took_nothing_makes_the_ratio_infinite(figures):
    found = figures.Figure("x", "%", [1.0, 2.0, 3.0], {"mpv": [0.0, 0.0, 1.0]}, 1.0, "mpv")
    assert found.row()[4:] == ["mpv inf (3.00–inf)", "≤ 1.00 × mpv", "**missed**"]


def test_a_goal_without_a_peer_is_for_the_median(figures):
    assert figures.Figure("x", "ms", [1.0, 2.0, 9.0], goal=2.0).holds
    assert figures.Figure("x", "ms", [1.0, 2.1, 9.0], goal=2.0).row()[-1] == "**missed**"
    assert figures.Figure("x", "ms", [1.0]).holds is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1.234, "1.23"), (56.78, "56.8"), (1234.5, "1234"), (-83.54, "-83.5"),
     (0.012, "0.0120"), (1.4e-6, "1.4e-06"), (10, "10.0")],
)  # fmt: skip
def test_numbers_have_three_digits_that_count(figures, value, text):
    assert figures.short(value) == text


def test_what_was_found_is_written_as_markdown_and_json(
    command, figures, monkeypatch, tmp_path, capsys
):
    found = figures.Figure("speed", "s", [1.0, 2.0], {"sox": [2.0, 2.0]})
    offer(monkeypatch, command, "fine", lambda lab: iter([found]))
    assert command.main(["fine", "--rounds", "2", "--output", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out/results.md").read_text(encoding="utf-8")
    assert "| speed | s | 1.50 (1.00–2.00) | sox 2.00 | sox 0.750 (0.500–1.00) |  |  |" in page
    assert "- machine: a machine" in page
    data = json.loads((tmp_path / "out/results.json").read_text(encoding="utf-8"))
    assert data["results"][0]["figures"][0]["ours"] == [1.0, 2.0]
    assert "speed" in capsys.readouterr().out


def test_a_benchmark_that_cannot_run_says_so_and_fails_the_command(
    command, figures, monkeypatch, tmp_path, capsys
):
    def missing(lab):
        yield figures.Figure("first", "s", [1.0])
        raise figures.CannotRun("mpv is not installed")

    offer(monkeypatch, command, "missing", missing)
    offer(monkeypatch, command, "broken", lambda lab: iter([figures.Figure("x", "s", [1 / 0])]))
    offer(monkeypatch, command, "fine", lambda lab: iter([figures.Figure("last", "s", [1.0])]))
    assert command.main(["missing", "broken", "fine", "--output", str(tmp_path)]) == 1
    page = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert "**Could not run:** mpv is not installed" in page
    assert "**Could not run:** ZeroDivisionError" in page
    assert "| first |" in page
    assert "| last |" in page
    assert "could not run: mpv is not installed" in capsys.readouterr().err


def test_an_unknown_name_is_wrong_usage(command, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        command.main(["decoed", "--output", str(tmp_path)])
    assert ended.value.code == 2
    assert "no benchmark decoed" in capsys.readouterr().err


def test_every_benchmark_has_a_summary_and_a_function(command):
    for name in command.NAMES:
        module = importlib.import_module(f"benchmarks.{name}")
        assert module.__doc__, name
        assert callable(module.figures), name
