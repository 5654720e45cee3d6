"""A session's health: the state of its sound, lights, controls and files, for the snapshot."""

from __future__ import annotations

from collections.abc import Mapping

from soundscape.ipc.job import Job
from soundscape.translation import gettext as _
from soundscape.views import fault_texts
from soundscape.views.snapshot import Health


class SessionHealth:
    """The health of one session."""

    def __init__(self, job: Job) -> None:
        self._audio = _(fault_texts.NO_OUTPUT) if job.output == "null" else "ok"
        self._sides: dict[fault_texts.Side, str] = {
            "lights": "ok" if job.lights else "off",
            "controls": "ok" if job.room.controls else "off",
        }
        self._opened: dict[fault_texts.Side, Mapping[str, str]] = {}
        self._left_out: set[str] = set()
        self._gaps = 0  # of the present player
        self._gaps_before = 0  # of those that were lost, and one for each change of players
        self._faults = list(job.show.file_faults)
        self.missing = job.show.missing_files
        """The files, and folders of them, that were not there when the session began."""
        self.health = Health(audio=self._audio, files=self._files())
        self._update_sides()

    def sound(self, underruns: int, *, hangs: bool) -> None:
        """Update the state of the player."""
        if underruns < self._gaps:  # another player, which counts from nothing
            self._gaps_before += self._gaps
        self._gaps = underruns
        self._update(
            audio=_(fault_texts.PLAYER_HANGS) if hangs else self._audio,
            underruns=self._gaps_before + underruns,
        )

    def player_replaced(self) -> None:
        """Count the gap of a change of players, which neither player has counted."""
        self._gaps_before += 1

    def output(self, fault: str) -> None:
        """Set why the output is silent; "" if it is not."""
        self._audio = fault or "ok"

    def failed(self, why: str) -> None:
        """Note that the player gave up."""
        self._update(audio=why)

    def ports(
        self, side: fault_texts.Side, ports: Mapping[str, str], opened: Mapping[str, str]
    ) -> None:
        """Update the state of each MIDI port of the lights or of the controls.

        `opened` has the full name of the system's port that each opened last.
        """
        away = [port for port, state in ports.items() if state not in ("ok", "opening")]
        if ports:
            self._sides[side] = fault_texts.offline(side, away) or "ok"
        self._opened[side] = {
            port: name for port, name in opened.items() if ports.get(port) == "ok"
        }
        self._update_sides()

    def late(self, messages: int) -> None:
        """Update how many messages to the lights were late."""
        self._update(late_messages=messages)

    def left_out(self, key: str) -> None:
        """Note a track that cannot be played."""
        self._left_out.add(key)
        self._update(files=self._files())

    @property
    def tracks_left_out(self) -> frozenset[str]:
        """The keys of the tracks that cannot be played."""
        return frozenset(self._left_out)

    def files_returned(self) -> None:
        """Note that missing files exist again."""
        self.missing = ()
        self._left_out.clear()
        self._update(files=self._files())

    def file_fault(self, fault: str) -> None:
        """Note a sound file that was found damaged or cut off while it played."""
        if fault not in self._faults:
            self._faults.insert(0, fault)
        self._update(files=self._files())

    def _files(self) -> str:
        return fault_texts.files(len(self._left_out), self._faults, len(self.missing))

    def _update_sides(self) -> None:
        """Update `midi`, the worse state of both sides."""
        states = list(self._sides.values())
        wrong = [state for state in states if state not in ("ok", "off")]
        together = "; ".join(wrong) or ("ok" if "ok" in states else "off")
        self._update(midi=together, ports=self._ports(), **self._sides)

    def _ports(self) -> dict[str, list[str]]:
        """Return the system's ports behind each port of the room: an output, an input, or both."""
        found: dict[str, list[str]] = {}
        for side in ("lights", "controls"):
            for port, name in sorted(self._opened.get(side, {}).items()):
                names = found.setdefault(port, [])
                if name not in names:
                    names.append(name)
        return found

    def _update(self, **news: object) -> None:
        self.health = self.health.model_copy(update=news)
