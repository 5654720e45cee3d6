"""Where a session is recorded, as its players are told."""

from __future__ import annotations

from pathlib import Path

from soundscape.journal.session_folders import SessionFolder
from soundscape.remote.service.recording import Recording


def test_players_are_told_the_folder_of_a_session_that_is_recorded(tmp_path: Path) -> None:
    sound = tmp_path / "sound"
    recorded, not_recorded = Recording(SessionFolder(tmp_path)), Recording(None, "a full disk")
    assert recorded.player_setup(sound) == {"shared_audio": str(sound), "recorded": str(tmp_path)}
    assert not_recorded.player_setup(sound) == {"shared_audio": str(sound), "recorded": ""}
