from __future__ import annotations

import pytest

from soundscape.console.keys import KeyMap, meanings
from soundscape.console.overlays import COLUMN, KEY, keys_panel, leaving_panel
from soundscape.console.styles import length


@pytest.mark.parametrize(("width", "rows"), [(76, 12), (116, 8), (30, 24)])
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
