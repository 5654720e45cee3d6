from __future__ import annotations

import pytest

from soundscape.console.keys import KeyMap, meanings
from soundscape.console.overlays import (
    COLUMN,
    KEY,
    details_panel,
    keys_panel,
    leaving_panel,
    lost_panel,
)
from soundscape.console.styles import Line, length
from soundscape.views.snapshot import Texts


@pytest.mark.parametrize(("width", "rows"), [(76, 13), (116, 9), (30, 26)])
def test_all_keys_fit_in_columns(width: int, rows: int) -> None:
    panel = keys_panel(KeyMap({}), width)
    assert len(panel) == rows
    said = "\n".join("".join(text for text, _ in line) for line in panel)
    for act, meaning in meanings().items():
        assert act == "stop" or meaning in said


def test_no_meaning_is_cut() -> None:
    assert max(map(len, meanings().values())) <= COLUMN - KEY


def test_the_panel_is_no_wider_than_the_screen() -> None:
    assert all(length(line) <= 78 for line in keys_panel(KeyMap({"pagedown": "duck"}), 76))


def test_the_question_names_both_ways_and_the_way_back() -> None:
    said = "\n".join("".join(text for text, _ in line) for line in leaving_panel(KeyMap({})))
    for words in ("q    leave; the session plays on", "f f  end it", "any other key: stay"):
        assert words in said


def text(panel: tuple[Line, ...]) -> str:
    return "\n".join("".join(piece for piece, _ in line) for line in panel)


def test_the_details_have_the_newest_warnings_and_say_where_there_are_more() -> None:
    texts = Texts(warnings=[f"0:00 warning {n}" for n in range(20)], details=["a", "b"])
    panel = details_panel(texts, 76, 11)
    assert len(panel) == 11
    assert text(panel).splitlines()[0] == "0:00 warning 0"
    assert text(panel).endswith("…\na\nb")
    assert text(details_panel(Texts(), 76, 11)) == "no warnings"


def test_a_long_warning_is_wrapped_and_never_wider_than_the_screen() -> None:
    texts = Texts(warnings=["a long story, " * 20], details=["x" * 200])
    panel = details_panel(texts, 40, 11)
    assert all(length(line) <= 40 for line in panel)
    assert len(panel) > 5


def test_a_lost_session_names_each_line_to_type() -> None:
    said = text(lost_panel(["soundscape start x", "soundscape dose --ago 5s"], KeyMap({}).named))
    for words in ("broke off", "q q", "soundscape start x", "soundscape dose --ago 5s"):
        assert words in said
