"""A session as it really went, read from its journal: what every form of the report is made of.

All times are seconds since the session began. A journal of another version, or one that was cut
off, gives as much as it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from soundscape.journal.entries import Entry
from soundscape.journal.journal_file import Journal, SessionState
from soundscape.views.report_texts import asked_for, moment_text

TrackKind = Literal["file", "generated", "silence"]
MomentKind = Literal["phase", "command", "mark", "prompt", "cue", "fault"]

SHORTEST_HEARD = 1.0
"""Seconds; a track that sounded for less is not listed."""
SILENT_STATES = ("paused", "muted")
ENDING_STATES = ("ending", "ended")
LONGEST_STEP = 5.0
"""Seconds from one position to the next; in a longer one nothing was written down."""


@dataclass(frozen=True, slots=True)
class PhaseRun:
    """A phase as it ran, and its planned length; None where that is not known."""

    index: int
    name: str
    start: float
    end: float
    planned: float | None


@dataclass(frozen=True, slots=True)
class SoundedTrack:
    """A track that sounded: `heard` seconds of the time between `start` and `end`."""

    layer: str
    phase: str
    title: str
    artist: str
    source: str
    kind: TrackKind
    start: float
    end: float
    heard: float


@dataclass(frozen=True, slots=True)
class ReportedMoment:
    """Something that happened; `since_dose` is None before the dose."""

    t: float
    since_dose: float | None
    kind: MomentKind
    text: str
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """The session at a second: loudness in LUFS, None where nothing could be measured."""

    t: float
    index: int
    state: str
    momentary: float | None
    short_term: float | None
    level: float
    ducked: bool


@dataclass(frozen=True, slots=True)
class LightCurve:
    """A light's values (0 to 1) as it was sent on its way: corners of a line."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Outage:
    """A time without a session: from `start` to `end` of the session's time.

    It `lasted` so many seconds; more than those, where the session went on from where it was.
    """

    start: float
    end: float
    lasted: float


@dataclass(slots=True)
class SessionReport:
    """All of it."""

    number: int
    scene: str
    state: SessionState
    date: str
    first: Entry
    duration: float = 0.0
    dosed_at: float | None = None
    phases: list[PhaseRun] = field(default_factory=list)
    tracks: list[SoundedTrack] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    lights: list[LightCurve] = field(default_factory=list)
    moments: list[ReportedMoment] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)

    def since_dose(self, t: float) -> float | None:
        """T+ at a time; None before the dose."""
        return None if self.dosed_at is None or t < self.dosed_at else t - self.dosed_at

    def planned(self) -> list[tuple[str, float]]:
        """The planned phases and their lengths, from where the session began."""
        parts = self.first.parts("phases")
        begins = self.first.part("begins")
        index = int(begins.number("index") or 0)
        found = [(part.text("name"), part.number("seconds") or 0.0) for part in parts]
        if 0 <= index < len(found):
            name, length = found[index]
            found[index] = name, max(0.0, length - (begins.number("seconds") or 0.0))
        return found[max(0, index) :]

    def phase_at(self, t: float) -> str:
        """The name of the phase that ran at a time."""
        found = [phase.name for phase in self.phases if phase.start <= t]
        return found[-1] if found else ""

    def listed(self, *kinds: MomentKind) -> list[ReportedMoment]:
        """The moments of some kinds, in order."""
        return [one for one in self.moments if one.kind in kinds]


def session_report(number: int, journal: Journal, state: SessionState) -> SessionReport:
    """Read a journal."""
    first, entries = journal.first, journal.entries
    report = SessionReport(
        number,
        first.text("scene"),
        state,
        first.text("date"),
        first,
        duration=journal.length,
        dosed_at=_dosed_at(entries),
    )
    samples = map(_sample, _of(entries, "position"))
    within = sorted((one for one in samples if one.t <= report.duration), key=lambda one: one.t)
    report.samples = _from_end_to_end(within, report.duration)
    report.outages = [
        Outage(entry.number("since") or entry.t, entry.t, entry.number("seconds") or 0.0)
        for entry in _of(entries, "resumed")
    ]
    report.phases = _phases(report, entries)
    report.tracks = list(_tracks(report, entries))
    report.lights = _lights(report, entries)
    report.moments = sorted(_moments(report, entries), key=lambda one: one.t)
    return report


def _from_end_to_end(samples: list[Sample], duration: float) -> list[Sample]:
    """The first and the last second as well, of which nothing was measured."""
    if not samples:
        return []
    first, last = samples[0], samples[-1]
    before = [replace(first, t=0.0, momentary=None, short_term=None)]
    after = [replace(last, t=duration, momentary=None, short_term=None)]
    return [
        *(before if 0.0 < first.t <= LONGEST_STEP else []),
        *samples,
        *(after if 0.0 < duration - last.t <= LONGEST_STEP else []),
    ]


def _of(entries: Sequence[Entry], event: str) -> Iterator[Entry]:
    return (entry for entry in entries if entry.event == event)


def _dosed_at(entries: Sequence[Entry]) -> float | None:
    """By the last position: a dose may be marked late, moved, or taken back."""
    last = None
    for entry in _of(entries, "position"):
        since = entry.number("since_dose")
        last = None if since is None else entry.t - since
    return last


def _sample(entry: Entry) -> Sample:
    return Sample(
        entry.t,
        int(entry.number("index") or 0),
        entry.text("state"),
        entry.number("momentary"),
        entry.number("short_term"),
        entry.number("level") or 0.0,
        entry.flag("ducked"),
    )


def _phases(report: SessionReport, entries: Sequence[Entry]) -> list[PhaseRun]:
    planned = [part.number("seconds") for part in report.first.parts("phases")]
    begun = [(int(e.number("index") or 0), e.text("name"), e.t) for e in _of(entries, "phase")]
    fading = report.duration  # the last fade is no part of a phase
    for sample in reversed(report.samples):
        if sample.state not in ENDING_STATES:
            break
        fading = sample.t
    runs = []
    for place, (index, name, start) in enumerate(begun):
        end = begun[place + 1][2] if place + 1 < len(begun) else max(start, fading)
        length = planned[index] if 0 <= index < len(planned) else None
        runs.append(PhaseRun(index, name, start, end, length))
    return runs


def _tracks(report: SessionReport, entries: Sequence[Entry]) -> Iterator[SoundedTrack]:
    """Each clip from its start to its end, without what was silent of it."""
    running: list[Entry] = []
    found: list[tuple[Entry, float]] = []
    for entry in entries:
        if entry.event == "clip-start":
            running.append(entry)
        elif entry.event == "clip-end":
            begun = next((one for one in running if _same_clip(one, entry)), None)
            if begun is not None:
                running.remove(begun)
                found.append((begun, entry.t))
    found += [(begun, report.duration) for begun in running]
    silent = _silent_times(report)
    for begun, ended in sorted(found, key=lambda pair: (pair[0].t, pair[0].text("layer"))):
        start, end = begun.t, ended
        heard = max(0.0, end - start) - sum(_overlap(start, end, *times) for times in silent)
        if heard < SHORTEST_HEARD:
            continue
        for from_, to in silent:  # it began, or ended, where nothing was heard
            start = to if from_ <= start < to else start
            end = from_ if from_ < end <= to else end
        yield SoundedTrack(
            begun.text("layer"),
            begun.text("phase"),
            begun.text("title"),
            begun.text("artist"),
            begun.text("source"),
            _kind(begun),
            start,
            end,
            heard,
        )


def _same_clip(begun: Entry, ended: Entry) -> bool:
    return (begun.text("layer"), begun.text("title")) == (ended.text("layer"), ended.text("title"))


def _kind(entry: Entry) -> TrackKind:
    kind = entry.text("kind")
    return "generated" if kind == "generated" else "silence" if kind == "silence" else "file"


def _silent_times(report: SessionReport) -> list[tuple[float, float]]:
    """When nothing was heard: paused, muted, or without a session."""
    times = [(one.start, one.end) for one in report.outages]
    for now, after in pairwise(report.samples):
        if now.state in SILENT_STATES and after.t - now.t <= LONGEST_STEP:
            if times and times[-1][1] == now.t:
                times[-1] = times[-1][0], after.t
            else:
                times.append((now.t, after.t))
    return times


def _overlap(start: float, end: float, from_: float, to: float) -> float:
    return max(0.0, min(end, to) - max(start, from_))


def _lights(report: SessionReport, entries: Sequence[Entry]) -> list[LightCurve]:
    points: dict[str, list[tuple[float, float]]] = {}
    for entry in _of(entries, "light"):
        over = max(0.0, entry.number("over") or 0.0)
        for name, value in entry.numbers("set").items():
            line = points.setdefault(name, [])
            if line:
                line[:] = _cut(line, entry.t)
            line += [(entry.t, value)] if not line else []
            line.append((entry.t + over, value))
    known = report.first.part("room").values.get("lights")
    named = set(known) if isinstance(known, dict) else set(points)
    end = report.duration
    return [
        LightCurve(name, tuple([(t, v) for t, v in _cut(line, end)]))
        for name, line in points.items()
        if name in named
    ]


def _cut(line: list[tuple[float, float]], at: float) -> list[tuple[float, float]]:
    """A line up to a time, with a corner there."""
    kept = [point for point in line if point[0] < at]
    later = next((point for point in line if point[0] >= at), None)
    if not kept:
        return [(at, line[0][1])]
    (t0, v0) = kept[-1]
    value = v0 if later is None else v0 + (later[1] - v0) * (at - t0) / (later[0] - t0)
    return [*kept, (at, value)]


_KINDS: dict[str, MomentKind] = {
    "phase": "phase",
    "refused": "command",
    "prompt": "prompt",
    "cue": "cue",
    "warning": "fault",
    "fault": "fault",
    "gap": "fault",
    "resumed": "fault",
    "player": "fault",
}


def _moments(report: SessionReport, entries: Sequence[Entry]) -> Iterator[ReportedMoment]:
    for entry in entries:
        kind = _moment_kind(entry)
        if kind is None:
            continue
        asked = asked_for(entry.values) if kind == "command" and entry.event == "command" else ""
        said = moment_text(entry.event, entry.values)
        text = ": ".join(filter(None, (asked, said)))
        yield ReportedMoment(
            entry.t, report.since_dose(entry.t), kind, text, report.phase_at(entry.t)
        )


def _moment_kind(entry: Entry) -> MomentKind | None:
    if entry.event != "command":
        return _KINDS.get(entry.event)
    return "mark" if entry.text("do") in ("mark", "note") else "command"
