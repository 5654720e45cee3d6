"""`soundscape report`: draws a session as it really went."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import rich_click as click

from soundscape.cli.options import json_option
from soundscape.cli.writing import write
from soundscape.errors import EngineError
from soundscape.journal.crash_files import crash_texts
from soundscape.journal.journal_file import read_journal, session_state
from soundscape.journal.session_folders import SessionFolder, find_session
from soundscape.library.user_dirs import state_folder
from soundscape.message_text import printable
from soundscape.report import handover, session_page, setting_sheet, tables
from soundscape.report.session_picture import session_svg
from soundscape.report.session_report import SessionReport, session_report
from soundscape.views import journal_texts

Form = Callable[[SessionReport], str]


def _lines(lines: Callable[[SessionReport], Iterable[str]]) -> Form:
    return lambda report: "\n".join(printable(line, " ") for line in lines(report)) + "\n"


def _json(report: SessionReport) -> str:
    return json.dumps(session_page.as_json(report), indent=1) + "\n"


@dataclass(frozen=True, slots=True)
class Content:
    """A subject of a report, with the function that makes each of its forms."""

    forms: dict[str, Form]


WHOLE = Content(
    {
        "text": _lines(session_page.session_lines),
        "html": session_page.session_page,
        "svg": lambda report: session_svg(report, standalone=True),
        "csv": tables.moments_csv,
        "json": _json,
    }
)
HANDOVER = Content(
    {
        "text": _lines(lambda report: session_page.table_lines(tables.track_table(report))),
        "html": handover.handover_page,
        "csv": handover.handover_csv,
        "m3u": handover.m3u,
        "xspf": handover.xspf,
        "json": lambda report: json.dumps(session_page.as_json(report)["tracks"], indent=1) + "\n",
    }
)
TIMES = Content(
    {
        "text": _lines(lambda report: session_page.table_lines(tables.times_table(report))),
        "csv": tables.times_csv,
        "json": lambda report: json.dumps(session_page.as_json(report)["time"], indent=1) + "\n",
    }
)
SETTING = Content(
    {
        "text": _lines(setting_sheet.setting_lines),
        "html": setting_sheet.setting_page,
        "csv": setting_sheet.setting_csv,
    }
)


@click.command()
@click.argument("session", required=False)
@click.option("--handover", "handed_over", is_flag=True, help="What played, in order.")
@click.option(
    "--time", "times", is_flag=True, help="Minutes of music, silence and talk for each phase."
)
@click.option(
    "--setting", is_flag=True, help="The items of the ReSPCT guideline, to complete by hand."
)
@click.option("--crash", is_flag=True, help="Why a program of the session crashed.")
@click.option("--html", metavar="FILE", help="One page without other files, for A4.")
@click.option("--svg", metavar="FILE", help="The picture alone.")
@click.option("--m3u", metavar="FILE", help="With --handover: a playlist.")
@click.option("--xspf", metavar="FILE", help="With --handover: a playlist.")
@click.option("--csv", "as_csv", is_flag=True, help="As a table.")
@json_option
def report(
    session: str | None,
    *,
    handed_over: bool,
    times: bool,
    setting: bool,
    crash: bool,
    html: str | None,
    svg: str | None,
    m3u: str | None,
    xspf: str | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Show how a session went; without a number the last one.

    The phases and their plan, what played, loudness and level over time, lights, commands, marks,
    notes and faults. --handover, --time and --setting show only that part. FILE may be `-`.

    \b
    Example:
      soundscape report
      soundscape report 3 --html session.html
      soundscape report --handover --m3u heard.m3u8
      soundscape report --setting --html setting.html
    """
    asked = [handed_over, times, setting, crash]
    if asked.count(True) > 1:
        raise click.UsageError("give one of --handover, --time, --setting, --crash")
    folder = find_session(state_folder(os.environ), session)
    files = {"html": html, "svg": svg, "m3u": m3u, "xspf": xspf}
    if crash:
        _print_crashes(folder)
        return
    content = HANDOVER if handed_over else TIMES if times else SETTING if setting else WHOLE
    wanted = {form: file for form, file in files.items() if file is not None}
    _check_forms(content, [*wanted, *(["csv"] if as_csv else []), *(["json"] if as_json else [])])
    made = _report(folder)
    for form, file in wanted.items():
        write(file, content.forms[form](made))
    if as_json or as_csv or not wanted:
        form = "json" if as_json else "csv" if as_csv else "text"
        click.echo(content.forms[form](made), nl=False)


def _report(folder: SessionFolder) -> SessionReport:
    try:
        journal = read_journal(folder.journal)
    except EngineError as err:
        raise EngineError(f"session {folder.number}: {err}") from err
    return session_report(folder.number, journal, session_state(folder, journal))


def _check_forms(content: Content, asked: list[str]) -> None:
    for form in asked:
        if form not in content.forms:
            known = ", ".join(f"--{name}" for name in content.forms if name != "text")
            raise click.UsageError(f"there is no --{form} of this; there is {known}")
    if {"csv", "json"} <= set(asked):
        raise click.UsageError("--csv or --json: give one of them")


def _print_crashes(folder: SessionFolder) -> None:
    found = crash_texts(folder)
    if not found:
        click.echo(journal_texts.NO_CRASH)
    for text in found:
        click.echo("\n".join(printable(line, " ") for line in text.splitlines()))
