from __future__ import annotations

from typing import Any

import pytest

from soundscape.errors import FileProblems, LibraryError
from soundscape.timeline.show import Envelope, FadeFrames, Prompt
from soundscape.units import At

SECOND = 48_000


def load(shelf: Any, scene: str, **options: Any) -> Any:
    shelf.write("scenes/x.yaml", scene)
    return shelf.load(**options)


ONE = "phases: {one: {duration: 5m}}"


def test_all_times_are_frames(shelf: Any) -> None:
    scene = """\
        fades: {track: 4s, phase: 10s, skip: 3s, start: 9s, end: 30s, curve: equal-gain}
        phases:
          arrival:
            duration: {min: 1m, typical: 2m, max: 3m}
            advance: dose
            prompts: [Now., {at: 10s, say: Then.}]
    """
    show = load(shelf, scene).show
    assert show.fades == FadeFrames(
        4 * SECOND, 10 * SECOND, 3 * SECOND, 9 * SECOND, 30 * SECOND, "equal-gain"
    )
    (phase,) = show.phases
    assert (phase.min_frames, phase.frames, phase.max_frames) == (
        60 * SECOND, 120 * SECOND, 180 * SECOND,
    )  # fmt: skip
    assert phase.advance == "dose"
    assert phase.prompts == (Prompt(At(), "Now."), Prompt(At(10.0), "Then."))


def test_phases_keep_their_order_and_layers_theirs(shelf: Any) -> None:
    scene = """\
        phases:
          b: {duration: 1m, voice: [{silence: 5s}], music: [{silence: 5m}]}
          a: {duration: 1m}
    """
    show = load(shelf, scene).show
    assert [phase.name for phase in show.phases] == ["b", "a"]
    assert list(show.phases[0].layers) == ["music", "voice"]


def test_loudness_goes_by_the_role_whatever_the_phase_s_name(shelf: Any) -> None:
    shelf.write("scenes/x.yaml", "phases: {Reise: {duration: 5m, role: peak}}")
    (phase,) = shelf.load().show.phases
    assert (phase.role, phase.loudness.points[0][1]) == ("peak", -21.0)


def test_loudness_goes_by_the_phase_s_name_unless_given(shelf: Any) -> None:
    scene = """\
        phases:
          peak: {duration: 1m}
          tea: {duration: 1m}
          rest: {duration: 1m, loudness: -30 to -31}
    """
    peak, tea, rest = load(shelf, scene).show.phases
    assert peak.loudness == Envelope(((At(), -21.0),))
    assert tea.loudness == Envelope(((At(), -24.0),))
    assert [value for _, value in rest.loudness.points] == [-30.0, -31.0]


def test_a_layer_keeps_its_level(shelf: Any) -> None:
    scene = "phases: {one: {duration: 1m, music: {playlist: [{silence: 5m}], level: -12 to -20}}}"
    points = load(shelf, scene).show.phases[0].layers["music"].level.points
    assert [value for _, value in points] == [-12.0, -20.0]


# Name and seed ------------------------------------------------------------------------------------


def test_a_scene_is_called_by_its_name_else_by_its_file_s(shelf: Any) -> None:
    assert load(shelf, ONE).show.name == "x"
    assert load(shelf, f"name: Mine\n{ONE}").show.name == "Mine"


def test_the_seed_given_comes_before_the_scene_s_and_that_before_the_name_s(shelf: Any) -> None:
    assert load(shelf, f"seed: 7\n{ONE}", seed=3).show.seed == 3
    assert load(shelf, f"seed: 7\n{ONE}").show.seed == 7
    assert load(shelf, f"seed: 7\n{ONE}", seed=0).show.seed == 0


def test_the_name_s_seed_is_the_same_everywhere(shelf: Any) -> None:
    assert load(shelf, f"name: Mine\n{ONE}").show.seed == 56_430_954_536_374
    assert load(shelf, f"name: Other\n{ONE}").show.seed != 56_430_954_536_374


# The room -----------------------------------------------------------------------------------------


def test_a_calibrated_limit_caps_the_level(shelf: Any) -> None:
    shelf.write("room.yaml", "audio: {calibration: {at: -23 LUFS, reads: 58 dBA}, limit: 70 dBA}")
    assert load(shelf, ONE).show.level_cap_lufs == -11.0


@pytest.mark.parametrize("audio", ["{calibration: {at: -23, reads: 58}}", "{limit: 70 dBA}", "{}"])
def test_without_both_calibration_and_limit_there_is_no_cap(shelf: Any, audio: str) -> None:
    shelf.write("room.yaml", f"audio: {audio}")
    assert load(shelf, ONE).show.level_cap_lufs is None


def test_a_file_s_own_warnings_come_along(shelf: Any) -> None:
    shelf.write("room.yaml", "audio: {limit: 70 dBA}")
    (problem,) = load(shelf, ONE).problems
    assert (problem.severity, problem.file) == ("warning", "room.yaml")


def test_another_room_may_be_named(shelf: Any) -> None:
    shelf.write("room.yaml", "name: One")
    shelf.write("rooms/two.yaml", "name: Two")
    assert load(shelf, ONE).room.name == "One"
    assert load(shelf, ONE, room="rooms/two.yaml").room.name == "Two"


def test_a_library_without_a_room_has_the_defaults(shelf: Any) -> None:
    loaded = load(shelf, ONE)
    assert loaded.room.audio.device == "default"
    assert loaded.show.care.values == {}


def test_a_scene_that_is_not_there_is_an_error(shelf: Any) -> None:
    with pytest.raises(LibraryError, match="no scene 'x'"):
        shelf.load()


def test_a_scene_that_cannot_be_read_is_an_error(shelf: Any, monkeypatch: Any) -> None:
    path = shelf.write("scenes/x.yaml", ONE)

    def refuse(*_: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    with pytest.raises(LibraryError, match=r"x\.yaml: cannot be read: Permission denied"):
        shelf.load()


# Duck and ride ------------------------------------------------------------------------------------

QUIET = "phases: {one: {duration: 1m, music: [{silence: 1m}]}}\n"


@pytest.mark.parametrize(
    ("scene", "room", "depth"),
    [
        ("", "", -12.0),
        ("duck: -18 dB\n", "", -18.0),
        ("", "duck: -18 dB\n", -18.0),
        ("duck: -9 dB\n", "", -9.0),
        ("duck: -9 dB\n", "duck: -18 dB\n", -18.0),
        ("duck: -20\n", "duck: -18 dB\n", -20.0),
    ],
)
def test_of_the_scenes_duck_and_the_rooms_the_deeper_counts(
    shelf: Any, scene: str, room: str, depth: float
) -> None:
    shelf.write("room.yaml", room or "name: Room\n")
    shelf.write("scenes/x.yaml", scene + QUIET)
    assert shelf.load().show.duck_db == depth


@pytest.mark.parametrize("depth", ["0 dB", "-2 dB", "-41 dB", "off", "6 dB"])
def test_a_duck_that_lowers_next_to_nothing_or_everything_is_refused(
    shelf: Any, depth: str
) -> None:
    shelf.write("scenes/x.yaml", f"duck: {depth}\n{QUIET}")
    with pytest.raises(FileProblems, match="a duck takes 3 to 40 dB: write -18 dB"):
        shelf.load()


@pytest.mark.parametrize(
    ("scene", "layer", "rides"),
    [
        ("", "", False),
        ("ride: true\n", "", True),
        ("", ", ride: true", True),
        ("ride: true\n", ", ride: false", False),
    ],
)
def test_a_ride_is_the_layers_else_the_scenes_and_never_of_a_voice(
    shelf: Any, scene: str, layer: str, rides: bool
) -> None:
    shelf.music("music/a.flac")
    playlist = "playlist: [{file: music/a.flac}]"
    shelf.write(
        "scenes/x.yaml",
        f"{scene}phases: {{one: {{duration: 1m, music: {{{playlist}{layer}}}, "
        f"voice: {{{playlist}}}}}}}\n",
    )
    layers = shelf.load().show.phases[0].layers
    assert layers["music"].playlist.tracks[0].ride is rides
    assert layers["voice"].playlist.tracks[0].ride is False
