"""`soundscape sessions`: lists the sessions that were written down."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass

import rich_click as click
from rich.table import Table

from soundscape.cli.loading import plain_console
from soundscape.cli.options import json_option
from soundscape.errors import EngineError
from soundscape.journal.journal_file import read_journal, session_state
from soundscape.journal.session_folders import SessionFolder, age, known_sessions
from soundscape.library.user_dirs import state_folder
from soundscape.units import format_clock
from soundscape.views import journal_texts, report_texts


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session in the list. `age` is in seconds since the last line of its journal."""

    session: int
    scene: str
    duration: float
    state: str
    age: float | None
    date: str
    rehearsal: bool
    crash_files: int


@click.command()
@json_option
def sessions(*, as_json: bool) -> None:
    """List the recorded sessions, the last one at the end.

    \b
    Example:
      soundscape sessions
    """
    listed = [_listed(folder) for folder in known_sessions(state_folder(os.environ))]
    if as_json:
        click.echo(json.dumps([asdict(one) for one in listed], indent=2))
        return
    if not listed:
        click.echo(journal_texts.NO_SESSIONS)
        return
    table = Table(box=None, pad_edge=False)
    for heading in journal_texts.HEADINGS:
        table.add_column(heading, justify="right" if heading == "LENGTH" else "left")
    for one in listed:
        state = report_texts.state_name(one.state, one.duration)
        scene = journal_texts.rehearsal(one.scene) if one.rehearsal else one.scene
        when = one.date or report_texts.ago(one.age)
        table.add_row(str(one.session), scene, format_clock(one.duration), state, when)
    plain_console().print(table)


def _listed(folder: SessionFolder) -> ListedSession:
    crashes = len(folder.crash_files())
    try:
        journal = read_journal(folder.journal)
    except EngineError as err:
        return ListedSession(folder.number, "", 0.0, str(err), age(folder), "", False, crashes)
    first = journal.first
    return ListedSession(
        folder.number,
        first.text("scene"),
        round(journal.length, 1),
        session_state(folder, journal),
        age(folder),
        first.text("date"),
        first.values.get("waits") is False,
        crashes,
    )
