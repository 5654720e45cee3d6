"""A start that fails: what the host leaves behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from soundscape.errors import EngineError
from soundscape.remote.service import claim
from soundscape.remote.service.start_request import StartFailed, StartRequest


class FakePlayer:
    """It cannot play, and writes into the session's folder until it has ended."""

    def __init__(self, _process: object) -> None:
        self._folder: Path | None = None

    def play(self, setup: dict[str, str], *_messages: object) -> None:
        self._folder = Path(setup["recorded"])
        assert self._folder.is_dir()
        raise EngineError("no such device")

    def end(self, _patience: float) -> None:
        if self._folder is not None:
            (self._folder / "trace").touch()
            self._folder = None


class FakeChannel:
    def __init__(self, request: StartRequest) -> None:
        self._request = request
        self.sent: list[object] = []

    def receive(self) -> StartRequest:
        return self._request

    def receive_encoded(self) -> bytes:
        return b""

    def send(self, message: object) -> None:
        self.sent.append(message)


def test_a_start_that_fails_removes_its_folder_once_the_player_writes_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path))
    channel = FakeChannel(StartRequest("x", "", (), remote=False))
    monkeypatch.setattr(claim, "PlayerProcess", FakePlayer)
    monkeypatch.setattr(claim, "over_standard_streams", lambda _codec: channel)
    process: Any = object()
    claim.host(process)
    (sent,) = channel.sent
    assert isinstance(sent, StartFailed)
    assert list(tmp_path.rglob("trace")) == []
    assert [one for one in tmp_path.rglob("sessions/*") if one.is_dir()] == []
