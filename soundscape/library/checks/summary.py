"""The table of a check: a verdict for each subject, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from soundscape.errors import Problem
from soundscape.library.checks.check import Report
from soundscape.library.checks.machine_check import MachineState
from soundscape.scene.models import Room
from soundscape.translation import gettext as _
from soundscape.views import check_texts
from soundscape.views.check_texts import REMEDIES, SUBJECTS, Subject, Verdict


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A line of the table. `remedy` is "" where there is nothing to do."""

    subject: Subject
    verdict: Verdict
    text: str
    remedy: str = ""

    def as_json(self) -> dict[str, str]:
        """As `check --json` prints it."""
        return {
            "subject": self.subject,
            "verdict": self.verdict,
            "found": self.text,
            "do": self.remedy,
        }


def check_rows(
    report: Report, machine: MachineState | None, untried: str, joins: int = 0
) -> Iterator[CheckRow]:
    """Yield a row for each subject. `untried` says why no device was opened; "" if they were.

    `joins` have been looked at, if there was a review.
    """
    for subject in SUBJECTS:
        if subject not in report.subjects:
            continue
        errors, warnings = count(report.subjects[subject])
        if errors or warnings:
            severity: Verdict = "error" if errors else "warning"
            text = check_texts.counted(errors, warnings)
            yield CheckRow(subject, severity, text, _(REMEDIES[subject]))
        elif subject in ("audio", "midi") and untried:
            yield CheckRow(subject, "unchecked", _(untried))
        elif subject == "computer" and machine is None:
            yield CheckRow(subject, "unchecked", _(check_texts.OFFLINE))
        else:
            yield CheckRow(subject, "ok", _good(subject, report, machine, joins))


def count(problems: Iterable[Problem]) -> tuple[int, int]:
    """Return how many errors and warnings there are."""
    severities = [one.severity for one in problems]
    return severities.count("error"), severities.count("warning")


def coverage_lines(report: Report) -> Iterator[str]:
    """Yield a line for each scene: how long its phases can be held."""
    scenes: dict[str, list[tuple[str, float]]] = {}
    for one in report.coverage:
        scenes.setdefault(one.scene, []).append((one.phase, one.lasts))
    for scene, phases in scenes.items():
        yield check_texts.coverage(scene, phases)


def _good(subject: Subject, report: Report, machine: MachineState | None, joins: int) -> str:
    room = report.room or Room()
    texts: dict[Subject, Callable[[], str]] = {
        "scenes": lambda: check_texts.scenes(len(report.forecasts)),
        "files": lambda: check_texts.files(len(report.files), report.length, report.rates),
        "loudness": lambda: _loudness(report),
        "time": lambda: _playing_time(report),
        "review": lambda: check_texts.joins(joins),
        "lights": lambda: check_texts.lights(len(room.lights), len(room.cues)),
        "audio": lambda: check_texts.opens(room.audio.device or "default"),
        "midi": lambda: check_texts.ports(*_ports(room)),
        "computer": lambda: check_texts.computer(machine.free if machine else 0),
    }
    return texts[subject]()


def _loudness(report: Report) -> str:
    rises = {name: forecast.largest_rise.lu for name, forecast in report.forecasts.items()}
    if not rises:
        return ""
    scene = max(rises, key=lambda name: rises[name])
    return check_texts.loudness(scene, rises[scene])


def _playing_time(report: Report) -> str:
    if not report.coverage:
        return _(check_texts.NOTHING_REPEATS)
    least = min(report.coverage, key=lambda one: one.lasts - one.longest)
    return check_texts.held(least.scene, least.phase, least.lasts)


def _ports(room: Room) -> tuple[list[str], list[str]]:
    """Return the names of the MIDI ports and of the DMX ports."""
    there = {name: port for name, port in room.midi.items() if not port.virtual}
    midi = [name for name, port in there.items() if port.dmx is None]
    return midi, [name for name in there if name not in midi]
