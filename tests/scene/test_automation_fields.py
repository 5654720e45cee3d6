"""Parameters that change over a track, as written."""

from __future__ import annotations

import re

import pytest

from soundscape.scene.automation_fields import AUTOMATION
from soundscape.scene.models import EnvelopeSpec
from soundscape.units import At


def params(model, written: str):
    return model("playlist", f"tracks: [{written}]").tracks[0].generate.params


def faults_of(faults, written: str) -> list[str]:
    return [line.split(": ", 1)[1] for line in faults("playlist", f"tracks: [{written}]")]


def test_one_value_a_way_and_points_are_read(model):
    written = (
        "{generate: drone, duration: 8m, brightness: 0.4, density: 0.2 to 0.8, "
        "intensity: {0%: 0.1, 2m: 0.5, end-30s: .3}}"
    )
    found = params(model, written)
    assert found["brightness"] == 0.4
    assert found["density"] == EnvelopeSpec(points=((At(), 0.2), (At(fraction=1.0), 0.8)))
    assert found["intensity"].points == (
        (At(), 0.1), (At(120.0), 0.5), (At(30.0, from_end=True), 0.3),
    )  # fmt: skip


def test_a_way_over_the_phase_is_read_and_stands_for_itself_in_the_schema(model):
    found = params(model, "{generate: drone, duration: 8m, brightness: 0.2 to 0.8 over phase}")
    points = (At(), 0.2), (At(fraction=1.0), 0.8)
    assert found["brightness"] == EnvelopeSpec(points=points, phase=True)
    pattern = AUTOMATION.describe()["anyOf"][1]["pattern"]
    assert re.match(pattern, "0.2 to 0.8 over phase")
    assert re.match(pattern, "0.2 to 0.8")
    assert not re.match(pattern, "0.2 to 0.8 over track")


def test_the_voices_of_a_stack_may_change_too(model):
    track = model("playlist", "tracks: [{stack: [{generate: pad, density: 0 to 1}], duration: 5m}]")
    assert isinstance(track.tracks[0].stack[0].params["density"], EnvelopeSpec)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("brightness: 0.2 to 1.5", "tracks.1.brightness: '1.5': is outside 0 to 1"),
        ("brightness: 0.2 to 2 over phase", "tracks.1.brightness: '2': is outside 0 to 1"),
        ("brightness: 0.2 to x", "tracks.1.brightness: 'x' is not a number from 0 to 1"),
        ("density: {0%: 0.2, 4x: 0.5}", "tracks.1.density.4x: '4x' is not a position"),
        ("density: {0%: 0.2, 5m: nan}", "tracks.1.density.5m: 'nan'"),
        ("density: {0%: 0.2, 9m: 1}", "tracks.1.density.9m: is outside the track: the track lasts"),
        ("density: {5m: 0.2, 50%: 1}", "tracks.1.density.50%: must come after the point before"),
        ("intensity: {}", "tracks.1.intensity: has no points"),
        ("intensity: {0: true}", "tracks.1.intensity.0: 'true' is not a number"),
    ],
)
def test_what_cannot_be_followed_is_told_with_its_place(faults, written, said):
    found = faults_of(faults, f"{{generate: drone, duration: 8m, {written}}}")
    assert len(found) == 1
    assert said in found[0]


def test_all_that_is_wrong_is_told_at_once_each_at_its_place(faults):
    text = """\
    tracks:
      - stack:
          - generate: pad
            brightness: {0%: 2, 20m: 0.5}
          - {generate: rain, density: 0 to 7}
        duration: 8m
    """
    assert [line.split(": ")[0] for line in faults("playlist", text)] == ["4:26", "4:34", "5:35"]


def test_points_are_over_the_track_and_not_the_phase_it_plays_in(model):
    text = """\
    phases:
      a:
        duration: 2m
        music: [{generate: drone, duration: 30m, intensity: {0%: 0.2, 20m: 0.4}}]
    """
    assert model("scene", text).phases["a"].music.playlist[0].generate.params
