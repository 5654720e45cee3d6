"""Playlists and layers: every key, every short form, every rule."""

from __future__ import annotations

import pytest

from soundscape.scene.models import LayerSpec, PlaylistSpec
from soundscape.units import At


def layer(model, written: str) -> LayerSpec:
    return (
        model("scene", f"phases: {{peak: {{duration: 5m, music: {written}}}}}").phases["peak"].music
    )


def track_faults(faults, written: str) -> list[str]:
    return [line.split(": ", 1)[1] for line in faults("playlist", f"tracks: [{written}]")]


def test_a_playlist_has_its_defaults(model):
    playlist: PlaylistSpec = model("playlist", "tracks: [{file: a.flac}]")
    assert (playlist.name, playlist.order, playlist.loop) == (None, "sequential", True)
    track = playlist.tracks[0]
    assert (track.gain, track.start, track.end, track.calm) == (0.0, None, None, None)


def test_a_generators_own_parameters_are_kept_as_written(model):
    written = (
        "{generate: drone, duration: 8m, root: D2, width: 0.5, voices: 3, warm: on, chord: [1, 5]}"
    )
    track = model("playlist", f"tracks: [{written}]").tracks[0]
    assert track.generate.params == {
        "root": "D2", "width": 0.5, "voices": 3, "warm": "on", "chord": [1, 5],
    }  # fmt: skip
    assert track.duration == 480.0
    assert track.generate.level == 0.0


def test_a_number_as_a_title_keeps_its_digits(model):
    assert model("playlist", "tracks: [{file: a.flac, title: 1.50}]").tracks[0].title == "1.50"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{title: x}", "needs exactly one of file, folder, generate, stack, silence: it has none"),
        ("{file: a, silence: 5s}", "it has file and silence"),
        ("{file: a, start: 2m, end: 1m}", "must come after 'start'"),
        ("{file: a, duration: 2m}", "goes with generate or stack, not with file"),
        ("{generate: drone}", "the key 'duration' is missing: say how long it plays"),
        ("{stack: [], duration: 5m}", "has no generators"),
        ("{fil: a}", "no such key (did you mean 'file'?)"),
        ("a.flac", "needs a key: write file: a.flac"),
    ],
)
def test_a_track_is_one_thing_with_what_fits_it(faults, written, said):
    found = track_faults(faults, written)
    assert len(found) == 1
    assert said in found[0]


def test_a_faulty_key_and_a_broken_rule_are_told_together(faults):
    found = faults("playlist", "tracks: [{file: a, start: 2m, end: 1m, gain: x, titel: y}]")
    assert [line.split(": ")[1] for line in found] == [
        "tracks.1.end", "tracks.1.gain", "tracks.1.titel",
    ]  # fmt: skip


def test_a_layer_is_a_name_a_list_or_a_mapping(model):
    assert layer(model, "arrival").playlist == "arrival"
    assert layer(model, "2").playlist == "2"
    assert layer(model, "[{file: a.flac}]").playlist[0].file == "a.flac"
    keys = "level: off, order: shuffle, loop: false, fit: true, match: playlist"
    full = layer(model, f"{{playlist: [{{silence: 5s}}], {keys}}}")
    assert full.playlist[0].silence == 5.0
    assert full.level.points == ((At(), -120.0),)
    assert (full.order, full.loop, full.fit, full.match) == ("shuffle", False, True, "playlist")


def test_a_layer_has_its_defaults(model):
    plain = layer(model, "arrival")
    assert plain.level.points == ((At(), 0.0),)
    assert (plain.order, plain.loop, plain.fit, plain.match) == (None, None, None, "track")


def test_a_level_moves_between_points(model):
    level = layer(model, "{playlist: a, level: {0: -12, 50%: '-6 dB', end-1m: off, end: -3}}").level
    assert level.points == (
        (At(), -12.0),
        (At(fraction=0.5), -6.0),
        (At(60.0, from_end=True), -120.0),
        (At(from_end=True), -3.0),
    )


def test_a_lone_track_is_told_to_stand_in_a_list(faults):
    found = faults("scene", "phases: {a: {duration: 5m, music: {file: x.flac}}}")
    assert "a track stands in a list" in found[0]


def test_the_problems_of_an_inline_track_have_its_place(faults):
    text = """\
    phases:
      a:
        duration: 5m
        music:
          - {file: x.flac}
          - {generate: drone, duration: 5x}
    """
    assert faults("scene", text)[0].startswith("6:37: phases.a.music.2.duration: ")
