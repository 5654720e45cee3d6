"""What a check found, in the order in which it matters."""

from __future__ import annotations

from soundscape.errors import Problem
from soundscape.library.checks.ranking import lines, ranked

ERROR = Problem("z.yaml", 9, 1, "gone")
WARNING = Problem("b.yaml", 1, 1, "steep", "warning")
NOTE = Problem("a.yaml", 1, 1, "short", "note")


def alike(count: int) -> list[Problem]:
    like = "tracks rise fast"
    return [Problem(f"{n:02}.flac", 0, 0, "rises fast", "warning", like) for n in range(count)]


def test_errors_come_before_warnings_and_notes_whatever_their_file() -> None:
    assert ranked([NOTE, WARNING, ERROR]) == [ERROR, WARNING, NOTE]


def test_each_rank_has_its_heading() -> None:
    assert list(lines(ranked([NOTE, WARNING, ERROR]))) == [
        "To be mended first:",
        "  z.yaml:9:1: gone",
        "Will be heard or seen:",
        "  b.yaml:1:1: steep",
        "Good to know:",
        "  a.yaml:1:1: short",
    ]


def test_many_alike_are_one_line_with_the_first_of_them_after_what_stands_alone() -> None:
    found = list(lines(ranked([*alike(22), Problem("z.yaml", 1, 1, "loud", "warning")])))
    assert found == [
        "Will be heard or seen:",
        "  z.yaml:1:1: loud",
        "  22 tracks rise fast, such as:",
        *(f"    {n:02}.flac: rises fast" for n in range(3)),
        "    (all of them with --json: 19 more)",
    ]


def test_few_alike_are_told_one_by_one() -> None:
    assert len(list(lines(ranked(alike(3))))) == 4
