"""A real session in its own processes."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import program

from soundscape.ipc.shared_audio_layout import player_pid
from soundscape.journal.session_folders import SessionFolder


class LiveSession:
    """A library with the scene `long`, and a home of its own."""

    def __init__(self, folder: Path, scene: str) -> None:
        for name in ("scenes", "playlists"):
            (folder / name).mkdir()
        (folder / "scenes" / "long.yaml").write_text(scene)
        self.folder = folder
        self.home = folder / "home"
        self.environment = {**os.environ, "SOUNDSCAPE_HOME": str(self.home)}
        self.recorded = SessionFolder(self.home / "state" / "sessions" / "1")

    def run(self, *arguments: str, code: int = 0) -> str:
        done = program.ran(self.folder, self.environment, *arguments)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def status(self) -> dict[str, Any]:
        """The snapshot, with the times between which it was made."""
        asked = time.time()
        found: dict[str, Any] = json.loads(self.run("status", "--json"))
        return {**found, "asked": asked, "answered": time.time()}

    def processes(self) -> list[int]:
        """Every process of this session: they have its home in their environment."""
        marked = f"SOUNDSCAPE_HOME={self.home}".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if marked in path.read_bytes().split(b"\0"):
                    found.append(int(path.parent.name))
            except OSError:
                continue
        return found

    def cut_power(self) -> None:
        """Stop all of them, so that none sees another die, and kill them; wait for their end."""
        while found := self.processes():
            for number in (signal.SIGSTOP, signal.SIGKILL):
                for process in found:
                    with suppress(ProcessLookupError):
                        os.kill(process, number)
            time.sleep(0.01)

    def player(self) -> int:
        """The process of the player; waits for it, since it may just be replaced."""
        (shared_audio,) = (self.home / "runtime").glob("*.audio")
        limit = time.perf_counter() + 20.0
        while (found := player_pid(shared_audio)) is None:
            assert time.perf_counter() < limit, "there is no player"
            time.sleep(0.1)
        return found
