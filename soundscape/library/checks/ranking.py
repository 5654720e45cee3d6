"""Lays out the problems of a check for people: ranked, and many alike under one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from soundscape.errors import Problem, Severity
from soundscape.translation import gettext as _
from soundscape.translation import marked

RANKS: dict[Severity, str] = {
    "error": marked("To be mended first:"),
    "warning": marked("Will be heard or seen:"),
    "note": marked("Good to know:"),
}
"""The ranks, the most important first, each with its heading."""
MOST_ALIKE = 3
"""Problems that are alike and are still listed one by one."""
NAMED = 3
"""Problems that are named if there are more."""


def ranked(problems: Iterable[Problem]) -> list[Problem]:
    """Sort problems by rank, then by file and place."""
    order = list(RANKS)
    return sorted(problems, key=lambda one: (order.index(one.severity), one))


def lines(problems: Sequence[Problem]) -> Iterator[str]:
    """Yield the lines: each rank under its heading, many alike under one line."""
    for severity, heading in RANKS.items():
        of_rank = [one for one in problems if one.severity == severity]
        if of_rank:
            yield _(heading)
        several = [one for one in of_rank if one.like]
        alike = {
            like: list(group)
            for like, group in groupby(sorted(several, key=lambda one: one.like), _like)
        }
        many = {like for like, group in alike.items() if len(group) > MOST_ALIKE}
        for one in of_rank:
            if one.like not in many:
                yield f"  {one}"
        for like in sorted(many):
            said = _("{number} {what}, such as:").format(number=len(alike[like]), what=_(like))
            yield f"  {said}"
            for one in alike[like][:NAMED]:
                yield f"    {one}"
            more = len(alike[like]) - NAMED
            yield "    " + _("(all of them with --json: {number} more)").format(number=more)


def _like(problem: Problem) -> str:
    return problem.like
