from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from played import Played

from soundscape.console.headline import figure_text, phase_rows, time_rows
from soundscape.console.styles import length
from soundscape.views.snapshot import Snapshot
from soundscape.views.wording import worded

VIEW = Played().view()


def at(**times: object) -> Snapshot:
    return worded(VIEW.model_copy(update=times))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "--:--"), (0, "0:00"), (59.9, "0:59"), (760, "12:40"), (3599, "59:59"),
     (3600, "1h00"), (5 * 3600 + 61, "5h01"), (-1, "0:00")],
)  # fmt: skip
def test_a_time_takes_five_signs_at_most(seconds: float | None, text: str) -> None:
    assert figure_text(seconds) == text


@given(st.floats(0, 36000), st.floats(0, 36000), st.none() | st.floats(0, 36000))
def test_all_times_are_large_however_long_the_session(
    elapsed: float, left: float, dose: float | None
) -> None:
    view = at(phase_elapsed=elapsed, phase_remaining=left, since_dose=dose)
    for width, scale, rows in ((76, 1, 5), (116, 2, 8)):
        found = time_rows(view, width, scale, lost=False)
        assert [row.big for row in found] == [True] * (rows - 1) + [False]
        assert all(length(row.line) <= width for row in found)


def test_a_running_time_moves_nothing_else() -> None:
    def captions(left: float) -> str:
        return "".join(
            text for text, _ in time_rows(at(phase_remaining=left), 76, 1, lost=False)[-1].line
        )

    assert captions(600) == captions(599) == captions(3600)


def test_where_there_is_no_room_the_times_are_small() -> None:
    assert [row.big for row in time_rows(VIEW, 50, 1, lost=False)] == [False]


def test_large_letters_become_smaller_before_the_word_beside_them_goes() -> None:
    view = at(phase="integration", state="held")
    assert len(phase_rows(view, 116, 2, lost=False)) == 4
    assert any(
        "state" in {tone for _, tone in row.line} for row in phase_rows(view, 116, 2, lost=False)
    )
    playing = at(state="playing", phase="rest")
    assert len(phase_rows(playing, 116, 2, lost=False)) == 7
