"""A whole session's report, faster than real time: `python docs/report_pictures.py FOLDER [SCENE]`.

The player's own engine plays the scene without a device, steered as a therapist would, and its
journal is written as the host writes it. Then the report, the hand-over list and the setting sheet
are made of that journal, printed to PDF on A4 and photographed (`chromium`, `playwright`).
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from soundscape.dsp.meter import LoudnessMeter
from soundscape.dsp.weighting import SILENT_LUFS
from soundscape.engine.player.schedule import Scheduled, waits_for
from soundscape.engine.player.session import Session
from soundscape.engine.player.sources import SourcePool
from soundscape.ipc.job import Job
from soundscape.journal.entries import decode, encode
from soundscape.journal.journal_file import Journal
from soundscape.journal.redaction import of_this_machine
from soundscape.journal.session_lines import first_line, position_line
from soundscape.library.files.locate import find_library
from soundscape.library.resolve import load_show
from soundscape.lighting.rig import Rig
from soundscape.report.handover import handover_page
from soundscape.report.session_page import session_page
from soundscape.report.session_report import session_report
from soundscape.report.setting_sheet import setting_page
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.units import SAMPLE_RATE, frames
from soundscape.views.snapshot import MeterView
from soundscape.views.take_snapshot import take_snapshot

MINUTE = 60.0
WIDTH = 688
"""Pixels: the width of A4 between the margins."""
SCRIPT = (
    (4.0, Command("note", text="mask on, headphones comfortable")),
    (11.5, Command("dose")),
    (16.0, Command("duck")),
    (16.9, Command("duck")),
    (22.0, Command("mark")),
    (27.0, Command("level", by=-2.0)),
    (33.0, Command("skip")),
    (38.0, Command("hold")),
    (41.5, Command("note", text="tears; wants to stay with this piece")),
    (44.0, Command("release")),
    (49.0, Command("extend", by=5 * MINUTE)),
    (58.0, Command("level", by=1.0)),
    (66.0, Command("pause")),
    (68.5, Command("play")),
    (75.0, Command("care")),
    (77.0, Command("care")),
    (84.0, Command("duck")),
    (87.0, Command("duck")),
    (96.0, Command("note", text="eyes open, water")),
    (118.0, Command("next")),
)
"""Minutes, and what the therapist does."""


def played(scene: str) -> Journal:
    """The journal of a whole session."""
    library = find_library(None, os.environ, Path(__file__).parent)
    loaded = load_show(library, scene)
    schedule: list[Scheduled] = [(frames(at * MINUTE), command) for at, command in SCRIPT]
    job = Job(loaded.show, loaded.room, output="null")
    session = Session(
        Conductor(loaded.show, waits_for(schedule)),
        SourcePool(patient=True),
        Rig(loaded.room),
        schedule,
    )
    redact = of_this_machine(str(library.root))
    meter = LoudnessMeter()
    lines = [redact.line(first_line(job))]
    for block in session.render_all(size=SAMPLE_RATE):
        meter.push(block.samples)
        lines += [redact.line(line) for line in block.events]
        loudness = MeterView(momentary=_shown(meter.momentary), short_term=_shown(meter.short_term))
        lines.append(position_line(take_snapshot(session.conductor, meter=loudness)))
    session.finish()
    return Journal(tuple(decode(b"".join(map(encode, lines)))))


def _shown(lufs: float) -> float | None:
    return None if lufs <= SILENT_LUFS else round(lufs, 1)


def photograph(folder: Path, pages: dict[str, str]) -> None:
    """Each page as HTML, as PDF on A4, and as a picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        for name, text in pages.items():
            (folder / f"{name}.html").write_text(text, encoding="utf-8")
            sheet = browser.new_page(viewport={"width": WIDTH, "height": 1000})
            sheet.set_content(text)
            sheet.pdf(path=folder / f"{name}.pdf", prefer_css_page_size=True, print_background=True)
            sheet.emulate_media(media="print")
            sheet.screenshot(path=folder / f"{name}.png", full_page=True)
            sheet.close()
        browser.close()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    report = session_report(1, played(sys.argv[2] if len(sys.argv) > 2 else "kap-im"), "over")
    photograph(
        target,
        {
            "report": session_page(report),
            "handover": handover_page(report),
            "setting": setting_page(report),
        },
    )
