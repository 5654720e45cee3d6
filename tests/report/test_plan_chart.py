from __future__ import annotations

import pytest
from shows import level, phase, playlist, show, track

from soundscape.report.plan_chart import LABEL, LEAST, plan_chart
from soundscape.timeline.loudness_forecast import loudness_forecast
from soundscape.timeline.plan import plan
from soundscape.timeline.show import Cue, Move, Prompt, Show
from soundscape.units import At, frames

ONE = playlist("one", track("Morning", 130), track("Second", 130))
TWO = playlist("two", track("Höhe", 250))


def made(**more: object) -> Show:
    moves = (Move(At(), {"room": 1.0}, frames(1)), Move(At(seconds=120), {"room": 0.0}, frames(1)))
    return show(
        phase("arrival", 240, ONE, loudness=level((0, -36.0)), moves=moves),
        phase("peak", 240, TWO, loudness=level((0, -16.0)), **more),
        end=1.0,
    )


def chart(a_show: Show, width: int = 106) -> dict[str, str]:
    """The rows by their names, without them."""
    planned = plan(a_show)
    lines = plan_chart(planned, loudness_forecast(planned), width)
    assert all(len(line) <= max(LEAST, width) for line in lines)
    return {line[:LABEL].strip(): line[LABEL:] for line in lines}


def test_phases_and_clips_begin_at_their_columns_with_their_names() -> None:
    rows = chart(made())
    assert rows["phases"].startswith("▏arrival ──")
    assert rows["phases"].index("▏peak") == 240 * 96 // 481
    assert [rows["music"].index(f"▏{name}") for name in ("Morning", "Second", "Höhe")] == sorted(
        rows["music"].index(name) - 1 for name in ("Morning", "Second", "Höhe")
    )


def test_the_axis_has_times_that_do_not_touch() -> None:
    times = chart(made())[""]
    assert times.split() == [f"{minute}:00" for minute in range(9)][: len(times.split())]
    assert times.index("4:00") == 240 * 96 // 481


def test_the_target_and_the_lights_are_blocks_from_the_lowest_to_the_highest() -> None:
    rows = chart(made())
    border = 240 * 96 // 481
    assert set(rows["target"][border + 2 : 94]) == {"█"}
    assert set(rows["target"][: border - 6]) <= {" ", "▁"}
    room = rows["room"].ljust(96)
    assert room[10] == "█"
    assert set(room[26:]) == {" "}


def test_cues_and_prompts_are_marks_at_their_time_and_a_row_without_any_is_left_out() -> None:
    rows = chart(made(cues=(Cue(At(), "go"),), prompts=(Prompt(At(seconds=60), "Look"),)))
    assert rows["cues"].index("◆") == 240 * 96 // 481
    assert rows["prompts"].index("›") == 300 * 96 // 481
    assert not {"cues", "prompts", "ambience"} & set(chart(made()))


@pytest.mark.parametrize("width", [1, 40, 80, 200])
def test_it_fits_into_any_width_and_a_very_short_session(width: int) -> None:
    assert chart(made(), width)
    assert chart(show(phase("brief", 0.5, ONE), end=0.0, start=0.0), width)
