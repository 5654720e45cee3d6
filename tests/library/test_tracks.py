from __future__ import annotations

import sys
from typing import Any

import pytest

from soundscape.errors import FileProblems
from soundscape.media.types import Probe
from soundscape.timeline.show import FileSource, GeneratedSource, SilentSource, Track

SCENE = "phases:\n  one: {duration: 5m, music: list}\n"


def tracks(shelf: Any, playlist: str, **options: Any) -> tuple[Track, ...]:
    """The tracks of a playlist as a scene gets them."""
    shelf.write("scenes/x.yaml", SCENE)
    shelf.write("playlists/list.yaml", playlist)
    return tuple(shelf.load(**options).show.phases[0].layers["music"].playlist.tracks)


def problems(shelf: Any, playlist: str) -> list[str]:
    shelf.write("scenes/x.yaml", SCENE)
    shelf.write("playlists/list.yaml", playlist)
    return [f"{p.severity[0]} {p}" for p in shelf.load().problems if "list.yaml" in p.file]


def faults(shelf: Any, playlist: str) -> list[str]:
    shelf.write("scenes/x.yaml", SCENE)
    shelf.write("playlists/list.yaml", playlist)
    with pytest.raises(FileProblems) as caught:
        shelf.load()
    return [str(problem) for problem in caught.value.problems]


# Files --------------------------------------------------------------------------------------------


def test_a_file_is_a_track_with_its_own_tags(shelf: Any) -> None:
    path = shelf.music("music/a.flac", 480_000, title="Dawn", artist="Somebody")
    (track,) = tracks(shelf, "tracks:\n  - file: music/a.flac\n")
    assert (track.title, track.artist, track.frames) == ("Dawn", "Somebody", 480_000)
    assert track.source == FileSource(str(path), 0)
    assert (track.key, track.where) == ("music/a.flac", "playlists/list.yaml:2:5")


def test_what_the_playlist_says_comes_before_tags_and_the_name_last(shelf: Any) -> None:
    shelf.music("music/a.flac", title="Dawn")
    shelf.music("music/b.flac")
    made = tracks(shelf, "tracks: [{file: music/a.flac, title: Mine}, {file: music/b.flac}]")
    assert [track.title for track in made] == ["Mine", "b"]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text here")
def test_a_title_from_a_name_that_is_no_text_can_be_shown_everywhere(shelf: Any) -> None:
    shelf.music("music/caf\udce9\n1.flac")
    (track,) = tracks(shelf, "tracks: [{folder: music}]")
    assert track.title == "caf� 1"
    assert isinstance(track.source, FileSource)
    assert track.source.path.endswith("caf\udce9\n1.flac")


def test_start_and_end_trim_a_file(shelf: Any) -> None:
    shelf.music("music/a.flac", 480_000)
    (track,) = tracks(shelf, "tracks: [{file: music/a.flac, start: 2s, end: 0:05}]")
    assert (track.source.start, track.frames) == (96_000, 144_000)
    assert track.key != "music/a.flac"


def test_an_end_after_the_file_s_is_a_problem_and_the_file_plays_to_its_end(shelf: Any) -> None:
    shelf.music("music/a.flac", 480_000)
    text = "tracks: [{file: music/a.flac, end: 0:11}]"
    assert tracks(shelf, text)[0].frames == 480_000
    assert problems(shelf, text) == [
        "e playlists/list.yaml:1:36: tracks.1.end: is after the end of 'music/a.flac', 0:10"
    ]


def test_a_start_after_the_file_s_end_leaves_it_out(shelf: Any) -> None:
    shelf.music("music/a.flac", 480_000)
    (found,) = problems(shelf, "tracks: [{file: music/a.flac, start: 10s}, {silence: 9m}]")
    assert "tracks.1.start: is after the end" in found


def test_a_missing_file_is_named_with_its_place_and_a_near_miss(shelf: Any) -> None:
    shelf.music("music/first-light.flac")
    text = "tracks:\n  - file: music/first-lihgt.flac\n  - silence: 9m\n"
    assert [track.title for track in tracks(shelf, text)] == ["silence"]
    assert problems(shelf, text) == [
        (
            "e playlists/list.yaml:2:11: tracks.1.file: 'music/first-lihgt.flac': no such file "
            "(did you mean 'first-light.flac'?)"
        )
    ]


def test_a_missing_file_s_missing_folder_is_named(shelf: Any) -> None:
    (found,) = problems(shelf, "tracks: [{file: musik/a.flac}, {silence: 9m}]")
    assert found.endswith("no such file: there is no folder 'musik'")


def test_a_file_that_does_not_decode_is_left_out_with_its_reason(shelf: Any) -> None:
    shelf.damaged("music/a.mp3", "is not a sound file")
    shelf.music("music/b.mp3")
    text = "tracks: [{file: music/a.mp3}, {file: music/b.mp3}]"
    assert [track.title for track in tracks(shelf, text)] == ["b"]
    (found,) = problems(shelf, text)
    assert found.endswith("tracks.1.file: 'music/a.mp3': is not a sound file")


def test_a_long_file_name_is_named_whole(shelf: Any) -> None:
    name = "music/" + "long name " * 12 + ".flac"
    (found,) = problems(shelf, f"tracks: [{{file: {name!r}}}, {{silence: 9m}}]")
    assert name in found


def test_a_track_shorter_than_a_tenth_of_a_second_is_left_out(shelf: Any) -> None:
    shelf.music("music/a.wav", 4799)
    shelf.music("music/b.wav", 4800)
    text = "tracks: [{file: music/a.wav}, {file: music/b.wav}]"
    assert [track.title for track in tracks(shelf, text)] == ["b"]
    assert problems(shelf, text)[0].endswith("'a' is shorter than 0.1 s")


# Folders ------------------------------------------------------------------------------------------


def test_a_folder_is_all_its_files(shelf: Any) -> None:
    for name in ("10.flac", "9.flac", "deep/1.mp3"):
        shelf.music(f"music/{name}")
    made = tracks(shelf, "tracks: [{folder: music/, gain: -2 dB}]")
    assert [track.title for track in made] == ["9", "10", "1"]
    assert {track.gain_db for track in made} == {12.0}


def test_a_bad_file_in_a_folder_is_named_and_the_others_play(shelf: Any) -> None:
    shelf.music("music/a.flac")
    shelf.damaged("music/b.flac")
    text = "tracks:\n  - folder: music\n"
    assert [track.title for track in tracks(shelf, text)] == ["a"]
    (found,) = problems(shelf, text)
    assert found.startswith("e playlists/list.yaml:2:13: tracks.1.folder: 'music/b.flac':")


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("music", "'music': has no sound file in it"),
        ("nowhere", "'nowhere': no such folder"),
        ("scenes/x.yaml", "'scenes/x.yaml': is a file: write 'file:'"),
    ],
)
def test_a_folder_without_sound_is_a_problem(shelf: Any, folder: str, said: str) -> None:
    (found,) = problems(shelf, f"tracks: [{{folder: {folder}}}, {{silence: 9m}}]")
    assert found.endswith(said)


def test_a_folder_is_looked_for_as_a_file_is(shelf: Any) -> None:
    shelf.music("music/arrival/1.mp3")
    text = "tracks: [{folder: /mnt/disk/Music/Arrival}]"
    assert [track.title for track in tracks(shelf, text)] == ["1"]
    (found,) = problems(shelf, text)
    assert found.endswith(
        "'/mnt/disk/Music/Arrival' is found as 'music/arrival', by the end of its path"
    )


def test_folders_that_fit_equally_are_offered_by_name(shelf: Any) -> None:
    shelf.music("music/a/peak/1.mp3")
    shelf.music("music/b/peak/1.mp3")
    (found,) = problems(shelf, "tracks: [{folder: /mnt/peak}, {silence: 9m}]")
    assert found.endswith("no such folder: it could be 'music/a/peak' or 'music/b/peak'")


# Silence ------------------------------------------------------------------------------------------


def test_a_silence_is_planned_and_has_no_gain(shelf: Any) -> None:
    first, second = tracks(shelf, "tracks: [{silence: 90s}, {silence: 90s, title: Pause}]")
    assert (first.source, first.frames, first.gain_db) == (SilentSource(), 90 * 48_000, 0.0)
    assert (first.title, second.title) == ("silence", "Pause")
    assert first.key != second.key


# Generated sound ----------------------------------------------------------------------------------


def test_a_generator_s_parameters_are_complete(shelf: Any) -> None:
    (track,) = tracks(shelf, "tracks: [{generate: drone, root: A2, duration: 8m}]")
    assert isinstance(track.source, GeneratedSource)
    (voice,) = track.source.voices
    assert voice.generator == "drone"
    assert voice.params["root"] == pytest.approx(110.0)
    assert "brightness" in voice.params
    assert (track.title, track.frames) == ("drone A2", 8 * 60 * 48_000)


def test_a_stack_keeps_the_levels_of_its_voices(shelf: Any) -> None:
    text = """
        tracks:
          - stack: [{generate: drone}, {generate: rain, level: -14 dB}]
            duration: 8m
    """
    (track,) = tracks(shelf, text)
    assert [v.level_db for v in track.source.voices] == [0.0, -14.0]
    assert track.title == "drone + rain"


def test_a_lone_generator_s_level_is_a_gain(shelf: Any) -> None:
    loud, soft = tracks(
        shelf,
        "tracks: [{generate: drone, duration: 8m}, {generate: drone, duration: 8m, level: -3 dB}]",
    )
    assert soft.gain_db == loud.gain_db - 3.0


def test_one_sound_has_one_key_however_it_is_written(shelf: Any) -> None:
    written = ("", ", root: D2", ", root: D2, mode: fifths", ", root: E2")
    lines = "".join(f"  - {{generate: drone, duration: 8m{w}}}\n" for w in written)
    same, again, full, other = tracks(shelf, f"tracks:\n{lines}")
    assert same.key == again.key == full.key != other.key
    assert same.source == again.source
    assert same.source.seed != other.source.seed


def test_generated_sound_follows_the_session_s_seed(shelf: Any) -> None:
    text = "tracks: [{generate: drone, duration: 8m}]"
    one, two, again = (tracks(shelf, text, seed=seed)[0].source.seed for seed in (1, 2, 1))
    assert one == again != two


def test_every_bad_parameter_is_a_fault_with_its_place(shelf: Any) -> None:
    text = """\
        tracks:
          - generate: drone
            duration: 8m
            brigtness: 0.3
            motion: 7
          - stack: [{generate: raim}]
            duration: 8m
    """
    found = faults(shelf, text)
    assert [line.split(": ")[:2] for line in found] == [
        ["playlists/list.yaml:4:16", "tracks.1.brigtness"],
        ["playlists/list.yaml:5:13", "tracks.1.motion"],
        ["playlists/list.yaml:6:24", "tracks.2.stack.1.generate"],
    ]
    assert "did you mean 'brightness'?" in found[0]
    assert "did you mean 'rain'?" in found[2]


@pytest.mark.parametrize(
    "text",
    [
        "{generate: drone, duration: 8m, level: off}",
        "{stack: [{generate: drone, level: off}], duration: 8m}",
    ],
)
def test_generated_sound_that_nobody_hears_is_a_fault(shelf: Any, text: str) -> None:
    assert faults(shelf, f"tracks: [{text}]")[0].endswith("nothing of it is heard")


def test_a_file_is_looked_at_with_the_probe_given(shelf: Any) -> None:
    shelf.music("music/a.flac")
    shelf.probes["music/a.flac"] = Probe(4800, title="From the probe")
    assert tracks(shelf, "tracks: [{file: music/a.flac}]")[0].title == "From the probe"


# Files that are elsewhere or named otherwise ------------------------------------------------------


def test_a_file_in_another_case_plays_and_is_told_once_for_the_list(shelf: Any) -> None:
    shelf.music("music/Eins.flac")
    shelf.music("music/Zwei.flac")
    text = "tracks: [{file: music/EINS.flac}, {file: Music/zwei.flac}]"
    assert [track.title for track in tracks(shelf, text)] == ["Eins", "Zwei"]
    (found,) = [p for p in problems(shelf, text) if p.startswith("w")]
    assert found.endswith(
        "'music/EINS.flac' is found as 'music/Eins.flac', in another case; "
        "so is 1 more of this list"
    )


def test_a_link_that_leads_nowhere_is_named_with_its_target(shelf: Any) -> None:
    (shelf.root / "music").mkdir(parents=True, exist_ok=True)
    (shelf.root / "music/a.flac").symlink_to("gone.flac")
    (found,) = problems(shelf, "tracks: [{file: music/a.flac}, {silence: 9m}]")
    assert found.endswith("'music/a.flac': is a link to 'gone.flac', which is not there")


def test_files_that_fit_equally_are_offered_by_name(shelf: Any) -> None:
    shelf.music("music/a/Nebel.flac")
    shelf.music("music/b/Nebel.flac")
    (found,) = problems(shelf, "tracks: [{file: Nebel.flac}, {silence: 9m}]")
    assert found.endswith("no such file: it could be 'music/a/Nebel.flac' or 'music/b/Nebel.flac'")


def test_a_playlist_among_tracks_is_named_as_what_it_is(shelf: Any) -> None:
    shelf.write("music/album.cue", "FILE x WAVE")
    (found,) = problems(shelf, "tracks: [{file: music/album.cue}, {silence: 9m}]")
    assert "'music/album.cue' is a cue sheet and not a sound file" in found


def test_a_file_without_a_frame_holds_no_sound(shelf: Any) -> None:
    shelf.music("music/a.flac", -576)
    (found,) = problems(shelf, "tracks: [{file: music/a.flac}, {silence: 9m}]")
    assert found.endswith("'music/a.flac': holds no sound")


def test_a_generator_s_recording_is_found_and_the_seed_does_not_depend_on_where_it_lies(
    shelf: Any,
) -> None:
    path = shelf.music("music/bells.flac")
    written = "{generate: grains, recording: music/Bells.flac, duration: 8m}"
    (track,) = tracks(shelf, f"tracks: [{written}]")
    assert isinstance(track.source, GeneratedSource)
    assert track.source.voices[0].params["recording"] == str(path)
    assert str(shelf.root) not in track.key
    (found,) = problems(shelf, f"tracks: [{written}]")
    assert found.startswith("w playlists/list.yaml:1:10: tracks.1: ")


@pytest.mark.parametrize(
    ("recording", "said"),
    [
        ("music/bell.flac", "'music/bell.flac': no such file (did you mean 'bells.flac'?)"),
        ("music/bad.flac", "'music/bad.flac': is not a sound file"),
        ("music/short.flac", "'music/short.flac', 0:02: at least 0:05 is needed"),
    ],
)
def test_a_recording_that_is_no_use_leaves_its_track_out(
    shelf: Any, recording: str, said: str
) -> None:
    shelf.music("music/bells.flac")
    shelf.music("music/short.flac", 96_000)
    shelf.damaged("music/bad.flac")
    for written in (
        "generate: grains, recording: {}",
        "stack: [{{generate: grains, recording: {}}}]",
    ):
        text = f"tracks: [{{silence: 9m}}, {{{written.format(recording)}, duration: 8m}}]"
        assert [track.title for track in tracks(shelf, text)] == ["silence"]
        (found,) = problems(shelf, text)
        assert found.endswith(said)


def test_a_recording_that_is_no_text_is_a_fault(shelf: Any) -> None:
    (fault,) = faults(shelf, "tracks: [{generate: grains, recording: 5, duration: 8m}]")
    assert fault.endswith("5 is not a sound file, such as music/singing.flac")
