from __future__ import annotations

import json

import pytest

from soundscape.cli import cmd_midi, run


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cmd_midi, "output_names", lambda: ["QLC+ Port 1"])
    monkeypatch.setattr(cmd_midi, "input_names", list)


@pytest.mark.usefixtures("ports")
def test_ports_are_listed_with_what_they_are_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["midi", "ports"]) == 0
    assert capsys.readouterr().out == (
        "Outputs (lights and cues go out here):\n  QLC+ Port 1\n"
        "Inputs (pedals and pads come in here):\n  none\n"
    )


@pytest.mark.usefixtures("ports")
def test_ports_are_json_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["midi", "ports", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"outputs": ["QLC+ Port 1"], "inputs": []}


def test_twins_are_listed_with_how_to_write_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cmd_midi, "output_names", lambda: ["Pads 20:0", "Desk 21:0", "Pads 24:0"])
    monkeypatch.setattr(cmd_midi, "input_names", list)
    assert run(["midi", "ports"]) == 0
    first, desk, second = capsys.readouterr().out.splitlines()[1:4]
    assert first == "  Pads 20:0    write {output: Pads, nth: 1}"
    assert desk == "  Desk 21:0"
    assert second == "  Pads 24:0    write {output: Pads, nth: 2}"
