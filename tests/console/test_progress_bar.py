from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from played import Played

from soundscape.console.progress_bar import progress_lines
from soundscape.console.styles import length
from soundscape.views.snapshot import Snapshot


def texts(view: Snapshot, width: int = 76) -> list[str]:
    return ["".join(text for text, _ in line) for line in progress_lines(view, width)]


def test_the_whole_session_is_shown_with_its_phases() -> None:
    names, bar, _ = texts(Played().view())
    assert names.split() == ["arrival", "onset", "peak", "return", "rest"]
    assert bar.count("┃") == 5


def test_now_stands_under_what_has_passed() -> None:
    room = Played()
    room.advance(600)
    _, bar, now = texts(room.view())
    assert now.index("▲") == bar.rindex("━")
    assert "▲ now" in now
    assert now.rstrip().endswith("silence in 1:34:00")


def test_now_is_said_on_the_other_side_at_the_end() -> None:
    room = Played()
    room.do({"do": "goto", "phase": "rest"})
    room.advance(1190)
    room.do({"do": "stop", "fade": 5.0})
    room.advance(4)
    now = texts(room.view())[2]
    assert now.rstrip().endswith("now ▲")
    assert now.startswith("silence in")


def test_what_is_over_waits_for_no_silence() -> None:
    room = Played()
    room.do({"do": "stop", "fade": 1.0})
    room.advance(3)
    assert texts(room.view())[2].strip() == "now ▲"


def test_marks_are_on_the_bar() -> None:
    room = Played()
    room.advance(1200)
    room.do({"do": "mark"})
    room.advance(600)
    assert texts(room.view())[1].count("◆") == 1


def test_the_running_phase_stands_out() -> None:
    names = progress_lines(Played().view(), 76)[0]
    assert [text.strip() for text, tone in names if tone == "strong"] == ["arrival"]


@given(st.integers(1, 140), st.integers(0, 6000), st.sampled_from(["next", "goto", "stop", "hold"]))
def test_no_line_is_wider_than_the_screen(width: int, seconds: int, do: str) -> None:
    room = Played()
    room.do({"do": do, "phase": "peak"} if do == "goto" else {"do": do})
    room.advance(seconds)
    view = room.view()
    assert [length(line) <= width or width < 8 for line in progress_lines(view, width)] == [
        True
    ] * 3
