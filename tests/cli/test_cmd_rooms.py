"""`soundscape rooms` without a broker."""

from __future__ import annotations

from pathlib import Path

import pytest

from soundscape.cli import run


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("scenes", "playlists"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("SOUNDSCAPE_LIBRARY", str(tmp_path))
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["rooms", *arguments]) in (1, 2)
    return capsys.readouterr().err


def test_a_library_without_a_broker_says_what_to_write(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "room.yaml: no broker is named there" in said(capsys)
    (library / "room.yaml").write_text("name: One\n")
    assert "write network: {mqtt: {broker: NAME}}" in said(capsys, "--json")
    (library / "room.yaml").write_text("network: {mqtt: {}}\n")
    assert "room.yaml:1:17: network.mqtt: the key 'broker' is missing" in said(capsys)


def test_without_a_terminal_there_is_no_screen(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (library / "room.yaml").write_text("network: {mqtt: {broker: b.lan, tls: false}}\n")
    assert "there is no terminal" in said(capsys)
    assert "go with --serve" in said(capsys, "--address", "127.0.0.1")
    assert "go with --serve" in said(capsys, "--unpair")


def test_a_password_that_is_missing_is_told(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (library / "room.yaml").write_text(
        "network: {mqtt: {broker: b.lan, user: a, password-file: none}}\n"
    )
    assert "the password cannot be read from 'none'" in said(capsys, "--json")
