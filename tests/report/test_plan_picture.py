from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from shows import level, phase, playlist, show, track

from soundscape.lighting.curve import lightness
from soundscape.report.plan_page import plan_page, plan_png
from soundscape.report.plan_picture import fade_gains, light_values, plan_svg
from soundscape.timeline.loudness_forecast import loudness_forecast
from soundscape.timeline.plan import Plan, plan
from soundscape.timeline.show import Move
from soundscape.units import At, frames

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def planned() -> Plan:
    one = playlist("one", track("A <b> & c", 120), track("Second", 120))
    two = playlist("two", track("Höhe", 300))
    moves = (
        Move(At(), {"room": 0.4}, frames(10)),
        Move(At(seconds=60), {"room": 0.1}, frames(60)),
    )
    return plan(
        show(
            phase("arrival", 240, one, loudness=level((0, -26.0)), moves=moves),
            phase("peak", 240, two, loudness=level((0, -21.0))),
        )
    )


def svg(made: Plan) -> ET.Element:
    text = plan_svg(made, loudness_forecast(made), standalone=True)
    return ET.fromstring(text.split("\n", 1)[1])  # noqa: S314 - our own


def test_the_picture_names_phases_tracks_and_lights(planned: Plan) -> None:
    shown = [one.text for one in svg(planned).iter(f"{SVG}text")]
    for text in ("A <b> & c", "Second", "Höhe", "room", "music"):
        assert text in shown
    assert "arrival 4:00" in shown
    assert "ambience" not in shown


def test_fades_are_drawn_by_the_curves_that_the_mixer_uses(planned: Plan) -> None:
    second = planned.clips[1]
    fade = second.clip.fade_in
    assert fade is not None
    assert fade.shape == "equal-power"
    at = np.arange(fade.start, fade.end, 4800)
    assert fade_gains(planned, second, at) == pytest.approx([fade.gain(int(frame)) for frame in at])


def test_what_begins_and_ends_with_the_session_rises_and_falls_with_it(planned: Plan) -> None:
    first, last = planned.clips[0], planned.clips[2]
    middle = np.array([frames(10)])  # half of the start's 20 s, squared
    assert fade_gains(planned, first, middle) == pytest.approx([0.25])
    end = np.array([planned.duration - frames(30), planned.duration])
    assert fade_gains(planned, last, end) == pytest.approx([0.25, 0.0])


def test_a_bar_is_as_high_as_its_fade_at_each_moment(planned: Plan) -> None:
    bars = [
        one for one in svg(planned).iter(f"{SVG}polygon") if one.find(f"{SVG}title") is not None
    ]
    clip = next(one for one in bars if "Second" in one.find(f"{SVG}title").text)
    points = [tuple(map(float, pair.split(","))) for pair in clip.get("points").split()]
    bottom = points[0][1]
    heights = [bottom - y for _, y in points[1:-1]]
    assert heights[0] == pytest.approx(0.0, abs=0.1)
    assert max(heights) == pytest.approx(30.0, abs=0.1)
    rising = heights[: heights.index(max(heights)) + 1]
    assert rising == sorted(rising)
    assert len(rising) > 8


def test_a_light_moves_evenly_to_the_eye_and_stands_between(planned: Plan) -> None:
    values = light_values(planned, "room")
    assert values[0] == (0.0, 0.4)
    assert values[-1] == (pytest.approx(planned.duration / 48_000), pytest.approx(0.1))
    halfway = next(value for t, value in values if t == pytest.approx(90.0))
    assert lightness(halfway) == pytest.approx((lightness(0.4) + lightness(0.1)) / 2)


def test_no_title_is_wider_than_its_bar() -> None:
    long = playlist(
        "long", *(track(f"A very long title, number {n}, of a short track", 30) for n in range(9))
    )
    made = plan(show(phase("peak", 3600, long), track=2.0))
    for one in svg(made).iter(f"{SVG}text"):
        assert len(one.text or "") < 40


def test_a_join_that_is_not_as_written_is_marked() -> None:
    made = plan(show(phase("peak", 60, playlist("short", track("one", 6), track("two", 6)))))
    assert any(clip.join for clip in made.clips)
    said = [one.text for one in svg(made).iter(f"{SVG}title")]
    assert any("joined in" in text for text in said)
    assert "look at" in [one.text for one in svg(made).iter(f"{SVG}text")]


def test_the_page_stands_alone_and_escapes_what_it_quotes(planned: Plan) -> None:
    text = plan_page(planned, loudness_forecast(planned), {})
    assert "A &lt;b&gt; &amp; c" in text
    assert "<b>" not in text
    assert not re.search(r"(src|href)=|@import|url\(", text)
    assert "not a medical device" in text
    assert text.count("<table>") == 3  # phases, clips, lights: no empty one


def test_the_picture_is_the_same_as_png_in_twice_its_size(planned: Plan) -> None:
    drawn = svg(planned)
    data = plan_png(planned, loudness_forecast(planned))
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    assert width == 2 * float(drawn.get("width"))
    assert height == pytest.approx(2 * float(drawn.get("height")), abs=1)


def test_a_plan_without_music_or_light_is_drawn_too() -> None:
    made = plan(show(phase("rest", 60)))
    assert svg(made).tag == f"{SVG}svg"
