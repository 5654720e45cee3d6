"""The setting sheet: the ReSPCT guideline's items, filled in from the journal where it knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from soundscape.command_specs import COMMANDS
from soundscape.report.page import heading, item, page, paragraph, section
from soundscape.report.session_page import title
from soundscape.report.session_report import PhaseRun, SessionReport
from soundscape.report.tables import as_csv
from soundscape.units import format_clock
from soundscape.views import report_texts, setting_texts

BLANKS = 2
"""Lines to write on where the journal knows nothing."""
FURTHER_BLANKS = 1
COLOUR = 2


@dataclass(frozen=True, slots=True)
class SettingItem:
    """An item of the guideline, and what the journal says of it."""

    number: int
    section: str
    subject: str
    lines: tuple[str, ...]


def setting_items(report: SessionReport) -> list[SettingItem]:
    """The items of the place and the course of a session."""
    filled = {
        2: _ambience,
        5: _lighting,
        6: _outputs,
        10: _course,
        11: _music,
        12: _talk,
        13: _control,
        14: _dosing,
        17: _disturbances,
    }
    return [
        SettingItem(number, part, subject, tuple(filter(None, filled[number](report)))
                    if number in filled else ())
        for number, part, subject in setting_texts.ITEMS
    ]  # fmt: skip


def setting_page(report: SessionReport) -> str:
    """As a page to print and fill in."""
    items = setting_items(report)
    name = f"{report_texts.SETTING}, {title(report)}"
    body = [heading(name), paragraph(setting_texts.LEAD, "note")]
    body += [
        section(part, *(_drawn(one) for one in items if one.section == part))
        for part in (setting_texts.PLACE, setting_texts.COURSE)
    ]
    rest = [
        item(f"{number}  {setting_texts.REST_ITEM}", (), FURTHER_BLANKS)
        for number in range(setting_texts.FIRST_UNNAMED, setting_texts.LAST + 1)
    ]
    note = paragraph(setting_texts.REST_NOTE, "note")
    return page(name, [*body, section(setting_texts.REST, note, *rest)], report_texts.FOOTNOTE)


def _drawn(one: SettingItem) -> str:
    blanks = FURTHER_BLANKS if one.lines else BLANKS
    return item(f"{one.number}  {one.subject}", one.lines, blanks)


def setting_lines(report: SessionReport) -> Iterator[str]:
    """As text."""
    yield f"{report_texts.SETTING}, {title(report)}"
    yield setting_texts.LEAD
    part = ""
    for one in setting_items(report):
        if one.section != part:
            part = one.section
            yield from ("", part.upper())
        yield f"{one.number:>2}  {one.subject}"
        yield from (f"      {line}" for line in one.lines or ("________",))
    yield from ("", setting_texts.REST.upper(), setting_texts.REST_NOTE)
    for number in range(setting_texts.FIRST_UNNAMED, setting_texts.LAST + 1):
        yield f"{number:>2}  ________"


def setting_csv(report: SessionReport) -> str:
    """As CSV, a row an item; those that no journal knows are empty."""
    rows: list[tuple[object, ...]] = [
        (one.number, one.section, one.subject, " | ".join(one.lines))
        for one in setting_items(report)
    ]
    rows += [
        (number, setting_texts.REST, "", "")
        for number in range(setting_texts.FIRST_UNNAMED, setting_texts.LAST + 1)
    ]
    return as_csv(setting_texts.HEADINGS, rows)


# What the journal knows ---------------------------------------------------------------------------


def _ambience(report: SessionReport) -> list[str]:
    sounds = _titles(report, "ambience", None)
    return [setting_texts.ambience(sounds)] if sounds else []


def _titles(report: SessionReport, layer: str, phase: str | None) -> list[str]:
    """The titles of a layer in order, each once; of one phase or of all."""
    return list(
        dict.fromkeys(
            f"{track.title} – {track.artist}" if track.artist else track.title
            for track in report.tracks
            if track.layer == layer and track.kind != "silence" and phase in (None, track.phase)
        )
    )


def _lighting(report: SessionReport) -> list[str]:
    room = report.first.part("room")
    known = room.part("lights")
    if not report.lights:
        return [setting_texts.no_lights()]
    lines = []
    for run in report.lights:
        values = [value for _, value in run.points]
        span = known.part(run.name).values.get("range")
        ends = (
            [one for one in span if isinstance(one, int | float)] if isinstance(span, list) else []
        )
        colour = (float(ends[0]), float(ends[1])) if len(ends) == COLOUR else None
        lines.append(setting_texts.light(run.name, min(values), max(values), colour))
    rate, floor = room.number("rate"), room.number("floor")
    if rate is not None and floor is not None:
        lines.append(setting_texts.light_limits(rate, floor))
    return lines


def _outputs(report: SessionReport) -> list[str]:
    room = report.first.part("room")
    device = room.text("device")
    if not device:
        return []
    ceiling = room.number("ceiling")
    bounds = [] if ceiling is None else [setting_texts.sound_limit(ceiling, room.number("limit"))]
    return [setting_texts.outputs(device, room.texts("outputs")), *bounds]


def _course(report: SessionReport) -> list[str]:
    lasted = [(run.name, run.end - run.start) for run in report.phases]
    return [setting_texts.phases(lasted)] if lasted else []


def _music(report: SessionReport) -> list[str]:
    return [
        setting_texts.phase_music(
            run.name,
            run.end - run.start,
            _titles(report, "music", run.name),
            _loudness(report, run),
        )
        for run in report.phases
    ]


def _loudness(report: SessionReport, run: PhaseRun) -> str:
    within = [one for one in report.samples if run.start <= one.t < run.end]
    heard = [one.short_term for one in within if one.short_term is not None]
    return setting_texts.loudness(median(heard), [one.level for one in within]) if heard else ""


def _talk(report: SessionReport) -> list[str]:
    samples = report.samples
    pairs = list(pairwise(samples))
    ducked = sum(after.t - now.t for now, after in pairs if now.ducked)
    times = sum(after.ducked and not now.ducked for now, after in pairs)
    return [setting_texts.talk(ducked, times), setting_texts.marks(len(report.listed("mark")))]


def _control(report: SessionReport) -> list[str]:
    number = int(report.first.part("room").number("controls") or 0)
    done = Counter(one.text.split(":")[0].split(" ")[0] for one in report.listed("command"))
    counts = [
        (name, times)
        for name, times in sorted(done.items())
        if name in COMMANDS and COMMANDS[name].adjusts
    ]
    return [setting_texts.controls(number), setting_texts.steering(counts)]


def _dosing(report: SessionReport) -> list[str]:
    doses = [
        one
        for one in report.listed("command")
        if one.text.startswith("dose") and not one.text.startswith(("dose undo", "dose ago"))
    ]
    further = max(0, len(doses) - 1) if report.dosed_at is not None else 0
    return [setting_texts.length(report.duration, report.dosed_at, further)]


def _disturbances(report: SessionReport) -> list[str]:
    found = [f"{format_clock(one.t)} {one.text}" for one in report.listed("fault")]
    return found or [setting_texts.no_faults()]
