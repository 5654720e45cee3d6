"""`soundscape forget`: removes everything that was written down of a session."""

from __future__ import annotations

import os
import re
import time

import rich_click as click

from soundscape.errors import EngineError, InvalidValue
from soundscape.journal.session_folders import (
    SessionFolder,
    find_session,
    is_running,
    known_sessions,
    older_than,
    remove,
)
from soundscape.library.user_dirs import state_folder
from soundscape.message_text import quoted
from soundscape.units import parse_duration
from soundscape.views import journal_texts

_AGE = re.compile(r"(\d+(?:\.\d+)?)\s*([dw])", re.IGNORECASE)
_DAYS = {"d": 1.0, "w": 7.0}
DAY = 86400.0


def _age(_context: click.Context, _param: click.Parameter, value: str | None) -> float | None:
    """Return the seconds of an age with its unit, such as 30d, 2w or 12h."""
    if value is None:
        return None
    days = _AGE.fullmatch(value.strip())
    if days is not None:
        return float(days[1]) * _DAYS[days[2].lower()] * DAY
    try:
        if value.strip()[-1:].isalpha():
            return parse_duration(value)
    except InvalidValue:
        pass
    raise click.BadParameter(f"{quoted(value)} is not an age: write it like 30d, 2w or 12h")


@click.command()
@click.argument("session", required=False)
@click.option("--all", "everything", is_flag=True, help="All sessions.")
@click.option(
    "--older", metavar="TIME", callback=_age, help="Sessions whose last line is older: 30d."
)
def forget(session: str | None, *, everything: bool, older: float | None) -> None:
    """Delete everything that was recorded of a session.

    This includes the journal, crash files, and what a recovery needs, but no running session.

    \b
    Example:
      soundscape forget 3
      soundscape forget --older 30d
      soundscape forget --all
    """
    if [session is not None, everything, older is not None].count(True) != 1:
        raise click.UsageError("say which: a session's number, --all, or --older TIME")
    state = state_folder(os.environ)
    if session is not None:
        found = [find_session(state, session)]
        if is_running(found[0]):
            raise EngineError(f"session {found[0].number} {journal_texts.STILL_RUNNING}")
    else:
        found = known_sessions(state)
        if older is not None:
            found = older_than(found, older, time.time())
        found = [one for one in found if not is_running(one)]
    click.echo(journal_texts.removed(_remove(found)))


def _remove(found: list[SessionFolder]) -> list[int]:
    for one in found:
        remove(one)
    return [one.number for one in found]
