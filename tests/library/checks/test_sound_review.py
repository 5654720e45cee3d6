"""What is known of a session's sound by its curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from soundscape.dsp.texture import Texture
from soundscape.dsp.weighting import in_steps
from soundscape.library.checks.sound_review import (
    SoundReview,
    direction,
    median_texture,
    peak_files,
    review,
)
from soundscape.media.types import Measured, Probe
from soundscape.timeline.loudness_forecast import loudness_forecast
from soundscape.timeline.plan import Plan, plan

MINUTES = 4


class Tracks:
    """A library of tracks of four minutes, whose curves (LUFS) are points over their length."""

    def __init__(self, shelf: Any) -> None:
        self._shelf = shelf
        self._known: dict[str, Measured] = {}

    def add(self, name: str, *points: float, artist: str | None = None) -> None:
        frames = MINUTES * 60 * 48_000
        curve = np.interp(
            np.arange(MINUTES * 600), np.linspace(0, MINUTES * 600, len(points)), points
        ).astype(np.float32)
        lufs = float(10 * np.log10(np.mean(10 ** (curve / 10))))
        probe = Probe(frames, artist=artist)
        self._shelf.music(f"music/{name}.flac", frames)
        self._known[f"{name}.flac"] = Measured(
            probe, lufs, -20.0, 5.0, lufs, 0, frames, in_steps(curve)
        )

    def plan(self, phases: str) -> Plan:
        self._shelf.write("scenes/x.yaml", f"phases: {{{phases}}}")
        loaded = self._shelf.load(measured=lambda path: self._known[path.name])
        return plan(loaded.show)

    def review(self, phases: str, textures: Mapping[str, Texture] | None = None) -> SoundReview:
        planned = self.plan(phases)
        return review(planned, loudness_forecast(planned), textures or {})


@pytest.fixture
def tracks(shelf: Any) -> Tracks:
    return Tracks(shelf)


def music(*names: str, more: str = "") -> str:
    files = ", ".join(f"{{file: music/{name}.flac}}" for name in names)
    return f"music: {{playlist: [{files}]{more}}}"


def messages(found: SoundReview) -> list[str]:
    return [f"{one.severity[0]} {one.message}" for one in found.problems]


# Joins --------------------------------------------------------------------------------------------


def test_a_loud_opening_after_a_soft_end_is_warned_of_with_its_rise(tracks: Tracks) -> None:
    tracks.add("soft", -20.0, -20.0, -35.0, -35.0)
    tracks.add("loud", -20.0)
    found = tracks.review(f"one: {{duration: 7m, {music('soft', 'loud')}}}")
    (join,) = found.joins
    assert (join.before, join.title, join.phase) == ("soft", "loud", "one")
    assert join.rise > 8
    (message,) = [one for one in messages(found) if "its opening is" in one]
    assert message.startswith("w at 3:44 its opening is ")
    assert f"{join.rise:.0f} LU louder than the 30 s before it (soft)" in message


def test_an_opening_as_loud_as_what_went_before_is_no_problem(tracks: Tracks) -> None:
    tracks.add("a", -20.0)
    tracks.add("b", -14.0)
    found = tracks.review(f"one: {{duration: 7m, {music('a', 'b')}}}")
    assert abs(found.joins[0].rise) < 1.5  # both are brought to the target
    assert found.problems == []
    assert next(found.lines("x")).startswith("x: 1 join of files; an opening is usually ")


def test_generated_sound_has_no_joins_to_look_at(tracks: Tracks) -> None:
    drones = "music: [{generate: drone, duration: 4m}, {generate: drone, duration: 4m}]"
    found = tracks.review(f"one: {{duration: 7m, {drones}}}")
    assert found.joins == []
    assert next(found.lines("x")) == "x: no two files follow each other"


def test_an_artist_who_comes_twice_running_is_noted(tracks: Tracks) -> None:
    for name, artist in (("a", "Ann"), ("b", "ann"), ("c", "Bo"), ("d", None), ("e", None)):
        tracks.add(name, -20.0, artist=artist)
    found = tracks.review(f"one: {{duration: 18m, {music('a', 'b', 'c', 'd', 'e')}}}")
    assert messages(found) == ["n at 3:52 it follows another track of ann"]


def test_one_track_that_plays_again_is_no_second_track_of_its_artist(tracks: Tracks) -> None:
    tracks.add("a", -20.0, artist="Ann")
    found = tracks.review(f"one: {{duration: 7m, {music('a')}}}")
    assert messages(found) == []


# Phases -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "loudness", "heard", "against"),
    [
        ((-20.0,), "-24", "level", False),
        ((-26.0, -20.0), "-27 to -21", "rising", False),
        ((-20.0, -28.0), "-24", "falling", True),
        ((-20.0, -28.0), "-27 to -21", "level", True),
    ],
)
def test_a_phase_that_goes_another_way_than_its_loudness_asks_is_warned_of(
    tracks: Tracks, points: tuple[float, ...], loudness: str, heard: str, against: bool
) -> None:
    tracks.add("a", *points)
    found = tracks.review(f"one: {{duration: 4m, {music('a')}, loudness: {loudness}}}")
    (arc,) = found.arcs
    assert direction(arc.heard) == heard
    assert arc.against is against
    assert [one.startswith("w the music ") for one in messages(found)] == [True] * against
    assert [*found.lines("x")][1].startswith("x: one ")


def test_a_phase_too_short_for_thirds_has_no_arc(tracks: Tracks) -> None:
    tracks.add("a", -20.0)
    assert tracks.review(f"one: {{duration: 80s, {music('a')}}}").arcs == []


# Tracks -------------------------------------------------------------------------------------------


def test_a_track_that_calm_lowers_by_more_than_6_db_is_warned_of(tracks: Tracks) -> None:
    tracks.add("a", *[-40.0] * 100, *[-14.0] * 100)
    tracks.add("b", *[-26.5] * 100, *[-14.0] * 100)
    phases = f"one: {{duration: 7m, {music('a', 'b')}}}"
    warned = {
        one.file
        for one in tracks.review(phases).problems
        if "takes from its dynamics" in one.message
    }
    assert warned == {"music/a.flac"}


def textured(shelf: Any, **known: tuple[float, float]) -> dict[str, Texture]:
    return {
        str(shelf.root / f"music/{name}.flac"): Texture(*values) for name, values in known.items()
    }


def test_a_track_of_the_peak_that_stands_out_is_noted(shelf: Any, tracks: Tracks) -> None:
    for name in "abcd":
        tracks.add(name, -20.0)
    values = {"a": (900.0, 0.5), "b": (1000.0, 0.6), "c": (1000.0, 3.0), "d": (2200.0, 0.5)}
    known = textured(shelf, **values)
    names = music(*"abcd")
    found = tracks.review(f"peak: {{duration: 14m, {names}}}", known)
    assert sorted((one.file, one.message.split(" (")[0]) for one in found.problems) == [
        ("music/c.flac", "it is far denser"),
        ("music/d.flac", "it is far brighter"),
    ]
    elsewhere = tracks.review(f"return: {{duration: 14m, {names}}}", known)
    assert elsewhere.problems == []


def test_a_track_counts_by_the_middle_of_its_segments() -> None:
    segments = [Texture(900.0, 0.5), Texture(1000.0, 9.0), Texture(5000.0, 0.6)]
    assert median_texture(segments) == Texture(1000.0, 0.6)


def test_of_two_tracks_none_stands_out(shelf: Any, tracks: Tracks) -> None:
    for name in "ab":
        tracks.add(name, -20.0)
    known = textured(shelf, a=(900.0, 0.5), b=(4000.0, 9.0))
    found = tracks.review(f"peak: {{duration: 7m, {music(*'ab')}}}", known)
    assert found.problems == []


def test_the_files_of_the_peak_are_those_of_its_music(shelf: Any, tracks: Tracks) -> None:
    for name in "abc":
        tracks.add(name, -20.0)
    planned = tracks.plan(
        f"one: {{duration: 5m, {music('a')}}}, peak: {{duration: 5m, {music('b', 'c', 'b')}}}"
    )
    names = [name.rsplit("/", 1)[1] for name in peak_files(planned)]
    assert names == ["b.flac", "c.flac"]
