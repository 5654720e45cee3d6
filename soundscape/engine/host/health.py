"""How a session's sound, lights, controls and files fare, in the words of the snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from soundscape.ipc.player_messages import Job
from soundscape.views.snapshot import Health

MOST_FAULTS = 3
"""Faults of files that are told in full."""

HANGS = "no sound comes from the player: it hangs"


class SessionHealth:
    """What is known of one session's health."""

    def __init__(self, job: Job) -> None:
        self._audio = "nothing is heard: output null" if job.output == "null" else "ok"
        self._offline: dict[str, str] = {}
        self._left_out: set[str] = set()
        self._faults = job.show.file_faults
        self.health = Health(
            audio=self._audio,
            midi="ok" if job.lights or job.room.controls else "off",
            files=self._files(),
        )

    def sound(self, underruns: int, *, hangs: bool) -> None:
        """How the player fares."""
        self._note(audio=HANGS if hangs else self._audio, underruns=underruns)

    def failed(self, why: str) -> None:
        """The player gave up."""
        self._note(audio=why)

    def ports(self, what: Literal["lights", "controls"], ports: Mapping[str, str]) -> None:
        """How each MIDI port of the lights or of the controls fares."""
        away = [port for port, state in ports.items() if state not in ("ok", "opening")]
        self._offline[what] = ", ".join(away)
        words = [f"{what} offline: {away}" for what, away in self._offline.items() if away]
        self._note(midi="; ".join(words) or "ok")

    def late(self, messages: int) -> None:
        """So many messages to the lights were late."""
        self._note(late_messages=messages)

    def left_out(self, key: str) -> None:
        """A track cannot be played."""
        self._left_out.add(key)
        self._note(files=self._files())

    def _files(self) -> str:
        """The number of tracks left out, and what is wrong with files: the first ones in full."""
        number = len(self._left_out)
        said = [f"{number} track{'' if number == 1 else 's'} left out"] if number else []
        said += self._faults[:MOST_FAULTS]
        more = len(self._faults) - MOST_FAULTS
        if more > 0:
            said.append(f"and {more} more with faults")
        return "; ".join(said) or "ok"

    def _note(self, **news: object) -> None:
        self.health = self.health.model_copy(update=news)
