from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from soundscape.dsp.weighting import in_steps
from soundscape.library.checks.plan_warnings import loudness_warnings
from soundscape.timeline.plan import plan

ROOM = """
midi: {desk: {output: QLC+}}
lights:
  room: {port: desk, cc: 20}
  lamp: {port: desk, cc: 21}
care: {set: {room: 60%}, over: 3s}
"""


def warned(shelf: Any, scene: str, room: str = ROOM) -> list[str]:
    shelf.write("scenes/x.yaml", scene)
    shelf.write("room.yaml", room)
    return [line for line in shelf.check("x") if line.startswith("w")]


# Fades --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "expected"), [("6.8s", 1), ("6.9s", 0), ("0s", 1)])
def test_a_start_that_rises_too_fast_is_stretched(shelf: Any, start: str, expected: int) -> None:
    found = warned(
        shelf,
        f"fades: {{start: {start}}}\nphases: {{one: {{duration: 5m, music: [{{silence: 5m}}]}}}}",
    )
    assert len(found) == expected
    assert all("1:16: fades.start: is stretched to 6.9 s" in line for line in found)


# Playlists ----------------------------------------------------------------------------------------


def phase(duration: str, tracks: str, more: str = "") -> str:
    return f"phases: {{one: {{duration: {duration}, music: {{playlist: [{tracks}]{more}}}}}}}"


TEN = "{generate: drone, duration: 10m}"


def test_a_playlist_shorter_than_its_phase_repeats(shelf: Any) -> None:
    (found,) = warned(shelf, phase("25m", f"{TEN}, {TEN}"))
    # two joins of 8 s: into the second track, and into the first again
    assert found.endswith(
        "phases.one.music: the playlist is over after 19:44 and repeats: the phase lasts 25:00"
    )


def test_the_longest_that_a_phase_may_last_counts(shelf: Any) -> None:
    assert warned(shelf, phase("{typical: 15m, max: 19m}", f"{TEN}, {TEN}")) == []
    (found,) = warned(shelf, phase("{typical: 15m, max: 20m}", f"{TEN}, {TEN}"))
    assert found.endswith("the phase may last 20:00")


def test_a_playlist_that_does_not_loop_is_followed_by_the_landing(shelf: Any) -> None:
    (found,) = warned(shelf, phase("25m", f"{TEN}, {TEN}", ", loop: false"))
    assert "over after 19:52 and is followed by the landing" in found


def test_planned_silence_may_repeat(shelf: Any) -> None:
    assert warned(shelf, phase("25m", "{silence: 1m}")) == []


def test_the_built_in_drone_may_repeat(shelf: Any) -> None:
    assert warned(shelf, phase("25m", "{file: gone.flac}")) == []


def test_a_voice_that_ends_before_its_phase_is_as_it_should_be(shelf: Any) -> None:
    shelf.music("music/a.flac", 48_000)
    layers = "music: [{silence: 5m}], voice: [{file: music/a.flac}]"
    assert warned(shelf, f"phases: {{one: {{duration: 5m, {layers}}}}}") == []


# Slips ------------------------------------------------------------------------------------------


def noted(shelf: Any, scene: str) -> list[str]:
    shelf.write("scenes/x.yaml", scene)
    return shelf.check("x")


def test_a_phase_below_a_minute_may_have_been_meant_in_minutes(shelf: Any) -> None:
    (found,) = noted(shelf, "phases: {one: {duration: 15, music: [{silence: 5m}]}}")
    assert found.startswith("n scenes/x.yaml:1:26:")
    assert found.endswith("phases.one.duration: 15 s: did you mean 15m?")
    assert noted(shelf, "phases: {one: {duration: 60, music: [{silence: 5m}]}}") == []


def prompted(shelf: Any, prompts: str) -> list[str]:
    scene = f"phases: {{one: {{duration: 15m, music: [{{silence: 5m}}], prompts: [{prompts}]}}}}"
    return noted(shelf, scene)


def test_a_prompt_whose_text_begins_with_a_time_is_told_how_a_time_is_written(shelf: Any) -> None:
    (found,) = prompted(shelf, 'Welcome, "5m: Dose ready"')
    assert found.startswith("w scenes/x.yaml:1:")
    assert "phases.one.prompts.2: its time is part of the text" in found
    assert found.endswith('for 5m write {at: 5m, say: "Dose ready"}')
    assert len(prompted(shelf, '"10 min: Dose", "end-2m: Wake"')) == 2


def test_a_prompt_with_a_colon_a_number_or_a_time_of_its_own_is_left_alone(shelf: Any) -> None:
    plain = '"Remember: mask on", "1: Breathe", "Dose at 5m: ready", "5m:Dose"'
    assert prompted(shelf, plain) == []
    assert prompted(shelf, '{at: 5m, say: "10m: Dose"}') == []


def test_a_phase_in_which_nothing_sounds_is_told_unless_silence_is_planned(shelf: Any) -> None:
    (found,) = noted(shelf, "phases: {one: {duration: 5m}}")
    assert found.startswith("w scenes/x.yaml:1:15: phases.one: has no music and no ambience")
    assert noted(shelf, "phases: {one: {duration: 5m, music: [{silence: 5m}]}}") == []


def test_a_phase_without_music_among_others_is_noted_and_a_scene_without_any_is_not(
    shelf: Any,
) -> None:
    quiet = f"one: {{duration: 5m, ambience: [{TEN}]}}"
    assert noted(shelf, f"phases: {{{quiet}}}") == []
    (found,) = noted(shelf, f"phases: {{{quiet}, two: {{duration: 5m, music: [{TEN}]}}}}")
    assert found.startswith("n scenes/x.yaml:1:15: phases.one: has no music: only the ambience")


def test_a_track_that_is_cut_although_its_layer_fits_is_noted(shelf: Any) -> None:
    shelf.music("music/long.flac", 10 * 60 * 48_000)
    layer = "{playlist: [{file: music/long.flac}], order: shuffle, fit: true}"
    (found,) = noted(shelf, f"phases: {{one: {{duration: 5m, music: {layer}}}}}")
    assert found.startswith("n scenes/x.yaml:1:")
    assert "'long' is cut 4:" in found
    whole = "{playlist: [{file: music/long.flac}], order: shuffle, fit: true}"
    assert noted(shelf, f"phases: {{one: {{duration: 9m50s, music: {whole}}}}}") == []


# Lights -------------------------------------------------------------------------------------------


def moves(*moves: str) -> str:
    return (
        f"phases: {{one: {{duration: 5m, music: [{{silence: 5m}}], lights: [{', '.join(moves)}]}}}}"
    )


def test_a_move_that_a_limit_stretches_is_named_with_its_time(shelf: Any) -> None:
    (found,) = warned(shelf, moves("{set: {room: 10%, lamp: 60%}, over: 2s}"))
    assert "phases.one.lights.1.set.room: room takes 0:05, not 0:02" in found
    assert found.endswith("the room's limit on a light's rate")


def test_a_move_starts_where_the_one_before_it_ended(shelf: Any) -> None:
    slow = "{set: {room: 10%}, over: 1m}"
    (found,) = warned(shelf, moves("{at: 3m, set: {room: 20%}, over: 0s}", slow))
    assert "lights.1.set.room: room takes 0:01, not 0:00" in found


def test_a_care_light_that_comes_late_is_named_in_the_room(shelf: Any) -> None:
    (found,) = warned(
        shelf, moves("{set: {room: 10%}, over: 1m}"), ROOM.replace("over: 3s", "over: 1s")
    )
    assert "room.yaml:" in found
    assert "care.set.room: room takes 0:02.5, not 0:01" in found


# Calm ---------------------------------------------------------------------------------------------


def jumping(shelf: Any, line: str, lu: float = 25.0, start: str = "7s") -> list[str]:
    """What is foreseen of a track that jumps by 25 LU at 10 s, named by a line of a playlist."""
    shelf.music("music/a.flac")
    shelf.write(
        "scenes/x.yaml",
        f"fades: {{start: {start}}}\nphases: {{one: {{duration: 15s, music: [{line}]}}}}",
    )
    loaded = shelf.load()
    (phase,) = loaded.show.phases
    layer = phase.layers["music"]
    curve = np.repeat(np.array([-lu, 0.0], np.float32), 100)
    (track,) = layer.playlist.tracks
    track = replace(track, momentary=in_steps(curve - track.gain_db))
    playlist = replace(layer.playlist, tracks=(track,))
    phase = replace(phase, layers={"music": replace(layer, playlist=playlist)})
    show = replace(loaded.show, phases=(phase,))
    found = loudness_warnings(replace(loaded, show=show), plan(show))
    return [str(problem) for problem in found if problem.severity == "warning"]


def test_a_place_that_calm_touches_is_named_with_its_track_and_second(shelf: Any) -> None:
    (found,) = jumping(shelf, "{file: music/a.flac}")
    assert found.startswith("music/a.flac: rises fast at 0:")
    assert "calm lowers it by" in found


def test_what_calm_takes_less_than_3_db_from_is_not_named(shelf: Any) -> None:
    assert jumping(shelf, "{file: music/a.flac}", 11.0) == []
    assert len(jumping(shelf, "{file: music/a.flac}", 25.0)) == 1


def test_a_track_whose_dynamics_are_left_alone_is_not_named(shelf: Any) -> None:
    assert jumping(shelf, "{file: music/a.flac, calm: false}") == []


def test_what_the_sessions_own_fade_keeps_down_is_not_named(shelf: Any) -> None:
    line = "{file: music/a.flac}"
    named = [one for one in jumping(shelf, line, 14.0) if "rises fast" in one]
    assert [one for one in jumping(shelf, line, 14.0, "60s") if "rises fast" in one] == []
    assert len(named) == 1


def test_many_lights_that_a_limit_stretches_are_one_line(shelf: Any) -> None:
    names = [f"l{n}" for n in range(100)]
    lights = "\n".join(f"  {name}: {{port: desk, cc: {n}}}" for n, name in enumerate(names))
    look = ", ".join(f"{name}: 10%" for name in names)
    care = ", ".join(f"{name}: 60%" for name in names)
    room = f"midi: {{desk: {{output: QLC+}}}}\nlights:\n{lights}\ncare: {{set: {{{care}}}}}"
    found = warned(shelf, moves(f"{{set: {{{look}}}, over: 1s}}"), room)
    assert len(found) <= 4
    assert any("l0, l1, l2 and 97 more take up to" in line for line in found)


CUES = "\ncues: {strobe: {port: desk, cc: 90, value: 9}, chime: {port: desk, note: 60}}"


def test_cues_called_so_often_that_they_could_flash_are_refused(shelf: Any) -> None:
    calls = ", ".join(f"{{at: {n / 2}s, cue: strobe}}" for n in range(20))
    shelf.write("room.yaml", ROOM + CUES)
    shelf.write("scenes/x.yaml", f"phases: {{one: {{duration: 5m, cues: [{calls}]}}}}")
    assert not [line for line in shelf.check("x") if line.startswith("e")]
    close = ", ".join(f"{{at: {n / 4}s, cue: strobe}}" for n in range(20))
    shelf.write("scenes/x.yaml", f"phases:\n one:\n  duration: 5m\n  cues: [{close}]")
    (error,) = [line for line in shelf.check("x") if line.startswith("e")]
    assert "scenes/x.yaml:4:" in error
    assert "phases.one.cues.3: 'strobe' reaches control 90 on channel 1 of port 'desk'" in error
    assert "and 17 more calls" in error


def test_a_phase_s_last_cues_count_with_the_first_of_the_next(shelf: Any) -> None:
    shelf.write("room.yaml", ROOM + CUES)
    shelf.write(
        "scenes/x.yaml",
        "phases:\n one: {duration: 5m, cues: [{at: end-100ms, cue: chime}]}\n"
        " two: {duration: 5m, cues: [{cue: chime}]}",
    )
    (error,) = [line for line in shelf.check("x") if line.startswith("e")]
    assert "phases.two.cues.1: 'chime' reaches note 60" in error
