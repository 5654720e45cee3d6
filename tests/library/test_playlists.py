from __future__ import annotations

from typing import Any

import pytest

from soundscape.errors import FileProblems
from soundscape.timeline.show import Playlist, Show

MINUTE = 60 * 48_000


def show(shelf: Any, phases: str, head: str = "") -> Show:
    shelf.write("scenes/x.yaml", f"{head}\nphases:\n{phases}")
    return shelf.load().show


def layer(shown: Show, phase: int, name: str = "music") -> Playlist:
    return shown.phases[phase].layers[name].playlist


def gain(shelf: Any, phases: str) -> float:
    return layer(show(shelf, phases), 0).tracks[0].gain_db


# Gains --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "loudness", "expected"),
    [
        # L alone: −18 LUFS at −10 dBTP
        ({"replaygain_track_gain": 0.0, "replaygain_track_peak": 0.3162}, -24, 18.0),
        # no more than 6 dB up: Tmax − 6
        ({"replaygain_track_gain": 20.0, "replaygain_track_peak": 0.001}, -24, 30.0),
        # the peak under −1 dBTP at level +3: TP + Tmax + 3 + 1
        ({"replaygain_track_gain": 6.0, "replaygain_track_peak": 1.0}, -21, 17.0),
        # R128: −23 LUFS with an unknown peak, taken as full scale
        ({"r128_track_gain": 0.0}, -24, 20.0),
        # untagged: a loud master
        ({}, -24, 14.0),
    ],
)
def test_a_track_s_gain_is_minus_what_it_counts_as(
    shelf: Any, tags: dict[str, float], loudness: float, expected: float
) -> None:
    shelf.music("music/a.flac", **tags)
    phases = f"  one: {{duration: 5m, loudness: {loudness}, music: [{{file: music/a.flac}}]}}"
    assert gain(shelf, phases) == pytest.approx(expected, abs=0.01)


def test_the_track_s_own_trim_comes_on_top(shelf: Any) -> None:
    shelf.music("music/a.flac")
    assert gain(shelf, "  one: {duration: 5m, music: [{file: music/a.flac, gain: -2 dB}]}") == 12.0


def test_the_room_s_ceiling_counts(shelf: Any) -> None:
    shelf.write("room.yaml", "audio: {ceiling: -6 dBTP}")
    shelf.music("music/a.flac", replaygain_track_gain=0.0, replaygain_track_peak=1.0)
    assert (
        gain(shelf, "  one: {duration: 5m, loudness: -24, music: [{file: music/a.flac}]}") == 15.0
    )


def test_the_highest_target_of_all_phases_that_name_a_playlist_counts(shelf: Any) -> None:
    shelf.music("music/a.flac", replaygain_track_gain=10.0, replaygain_track_peak=0.01)
    shelf.write("playlists/list.yaml", "tracks: [{file: music/a.flac}]")
    shown = show(
        shelf,
        "  one: {duration: 5m, loudness: -30, music: list}\n"
        "  two: {duration: 5m, loudness: {0%: -30, 50%: -20}, music: playlists/list.yaml}",
    )
    assert layer(shown, 0).tracks[0].gain_db == layer(shown, 1).tracks[0].gain_db == 26.0


def test_a_level_above_0_counts_with_the_target(shelf: Any) -> None:
    shelf.music("music/a.flac", replaygain_track_gain=10.0, replaygain_track_peak=0.01)
    layer_ = "{playlist: [{file: music/a.flac}], level: -3 to 4 dB}"
    assert gain(shelf, f"  one: {{duration: 5m, loudness: -20, music: {layer_}}}") == 22.0


def test_match_playlist_gives_all_tracks_the_album_s_gain(shelf: Any) -> None:
    album = {"replaygain_album_gain": -2.0, "replaygain_album_peak": 0.1}
    shelf.music("music/a.flac", replaygain_track_gain=-6.0, **album)
    shelf.music("music/b.flac", replaygain_track_gain=3.0, **album)
    shelf.write("playlists/list.yaml", "tracks: [{folder: music}, {silence: 5s}]")
    shown = show(shelf, "  one: {duration: 5m, music: {playlist: list, match: playlist}}")
    assert [track.gain_db for track in layer(shown, 0).tracks] == [16.0, 16.0, 0.0]


def test_match_playlist_without_album_tags_goes_by_the_loudest_track(shelf: Any) -> None:
    shelf.music("music/a.flac", replaygain_track_gain=-6.0, replaygain_track_peak=0.1)
    shelf.music("music/b.flac", replaygain_track_gain=3.0, replaygain_track_peak=0.1)
    shelf.write("playlists/list.yaml", "tracks: [{folder: music}]")
    shown = show(shelf, "  one: {duration: 5m, music: {playlist: list, match: playlist}}")
    assert [track.gain_db for track in layer(shown, 0).tracks] == [12.0, 12.0]


# Order and loop -----------------------------------------------------------------------------------


def test_the_layer_s_order_and_loop_come_before_the_playlist_s(shelf: Any) -> None:
    shelf.write("playlists/list.yaml", "order: shuffle\nloop: false\ntracks: [{silence: 9m}]")
    shown = show(
        shelf,
        "  one: {duration: 5m, music: list}\n"
        "  two: {duration: 5m, music: {playlist: list, order: sequential, loop: true}}",
    )
    assert [(layer(shown, n).shuffle, layer(shown, n).loop) for n in (0, 1)] == [
        (True, False),
        (False, True),
    ]


def test_one_playlist_is_one_however_it_is_named(shelf: Any) -> None:
    shelf.write("playlists/list.yaml", "tracks: [{silence: 9m}]")
    shown = show(
        shelf,
        "  one: {duration: 5m, music: list}\n"
        "  two: {duration: 5m, music: playlists/list.yaml}\n"
        "  three: {duration: 5m, music: [{silence: 9m}]}",
    )
    names = [layer(shown, n).name for n in range(3)]
    assert names == ["list", "list", "phases.three.music"]


def test_voice_plays_once_in_the_order_given_from_a_place_of_its_own(shelf: Any) -> None:
    shelf.write("playlists/list.yaml", "order: shuffle\ntracks: [{silence: 9m}]")
    shown = show(shelf, "  one: {duration: 5m, music: list, voice: list}")
    voice = layer(shown, 0, "voice")
    assert (voice.shuffle, voice.loop) == (False, False)
    assert voice.name != layer(shown, 0).name


@pytest.mark.parametrize("written", ["Musik/01 Ankommen", "Musik/01 Ankommen/", "playlist: Musik"])
def test_a_folder_where_a_playlist_is_expected_plays_what_is_in_it(
    shelf: Any, written: str
) -> None:
    for name in ("b", "a"):
        shelf.music(f"Musik/01 Ankommen/{name}.flac")
    music = f"{{{written}}}" if ":" in written else written
    shelf.write("scenes/x.yaml", f"phases: {{one: {{duration: 5m, music: {music}}}}}")
    tracks = shelf.load().show.phases[0].layers["music"].playlist.tracks
    assert [track.title for track in tracks] == ["a", "b"]


def test_a_sound_file_where_a_playlist_is_expected_plays(shelf: Any) -> None:
    shelf.music("Musik/Ankommen.flac")
    scene = "phases: {one: {duration: 5m, music: Musik/Ankommen.flac}}"
    shelf.write("scenes/x.yaml", scene)
    (track,) = shelf.load().show.phases[0].layers["music"].playlist.tracks
    assert track.title == "Ankommen"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Musik/01 Ankommen", "'Musik/01 Ankommen': no such folder"),
        ("/drive/Musik/", "'/drive/Musik': no such folder"),
        ("Musik\\01 Ankommen", "no such folder"),
        ("Musik/01 Ankommen/a.flac", "'Musik/01 Ankommen/a.flac': no such file"),
        ("gong.flac", "'gong.flac': no such file"),
    ],
)
def test_music_that_is_away_where_a_playlist_is_expected_does_not_stop_a_scene(
    shelf: Any, written: str, said: str
) -> None:
    shelf.write("scenes/x.yaml", f"phases: {{one: {{duration: 5m, music: '{written}'}}}}")
    loaded = shelf.load()
    assert any(said in str(one) and one.severity == "error" for one in loaded.problems)
    assert len(loaded.show.missing_files) == 1
    assert loaded.show.phases[0].layers["music"].playlist == loaded.show.drone


@pytest.mark.parametrize("written", ["arival", "sub/arival", "Musik/list.m3u", "Musik/list.wpl"])
def test_the_name_of_a_playlist_that_is_not_there_stops_a_scene(shelf: Any, written: str) -> None:
    shelf.write("playlists/sub/arrival.yaml", "tracks: [{silence: 9m}]")
    shelf.write("scenes/x.yaml", f"phases: {{one: {{duration: 5m, music: {written}}}}}")
    with pytest.raises(FileProblems, match="no playlist"):
        shelf.load()


def test_a_playlist_of_another_program_is_a_playlist(shelf: Any) -> None:
    shelf.music("playlists/own.flac")
    shelf.music("music/a.flac", title="Tag")
    shelf.write("playlists/list.m3u", "own.flac\n#EXTINF:1,Me - Said\n../music/a.flac\n")
    made = layer(show(shelf, "  one: {duration: 5m, music: list}"), 0)
    assert [track.title for track in made.tracks] == ["own", "Said"]
    assert made.tracks[1].where == "playlists/list.m3u:3:1"


def test_a_file_that_an_m3u_names_and_that_is_missing_has_its_line(shelf: Any) -> None:
    shelf.music("playlists/own.flac")
    shelf.write("playlists/list.m3u", "own.flac\ngone.flac\n")
    shelf.write("scenes/x.yaml", "phases: {one: {duration: 5m, music: list}}")
    assert next(str(p) for p in shelf.load().problems).startswith(
        "playlists/list.m3u:2:1: 'playlists/gone.flac': no such file"
    )


# Nothing to play ----------------------------------------------------------------------------------

EMPTY = "[{file: music/gone.flac}]"


def test_music_without_a_playable_track_becomes_the_drone(shelf: Any) -> None:
    shown = show(shelf, f"  one: {{duration: 5m, music: {EMPTY}}}")
    assert layer(shown, 0) == shown.drone
    problems = [str(p) for p in shelf.load().problems]
    assert any("phases.one.music: has no track that can be played" in p for p in problems)


@pytest.mark.parametrize(
    ("layers", "where", "said"),
    [
        ("ambience: {e}", "phases.one.ambience", "something quiet plays instead"),
        (
            "music: [{silence: 5m}], ambience: {e}",
            "phases.one.ambience",
            "the ambience is silent until a file of it is back",
        ),
        ("music: [{silence: 5m}], voice: {e}", "phases.one.voice", "no voice is heard"),
    ],
)
def test_what_plays_in_place_of_a_missing_layer_is_said_as_it_is(
    shelf: Any, layers: str, where: str, said: str
) -> None:
    shown = show(shelf, f"  one: {{duration: 5m, {layers.replace('{e}', EMPTY)}}}")
    played = shown.phases[0].layers
    assert (where.rpartition(".")[2] in played) == (said == "something quiet plays instead")
    problems = [str(p) for p in shelf.load().problems]
    assert any(f"{where}: has no track that can be played: {said}" in p for p in problems)


def test_a_landing_ambience_without_a_playable_track_is_said_to_be_left_out(shelf: Any) -> None:
    show(shelf, "  one: {duration: 5m, music: [{silence: 5m}]}", f"landing: {{ambience: {EMPTY}}}")
    (found,) = [str(p) for p in shelf.load().problems if "landing.ambience: " in str(p)]
    assert found.endswith("has no track that can be played: the landing has no ambience")


def test_music_without_a_playable_track_becomes_the_landing_where_there_is_one(shelf: Any) -> None:
    shelf.write("playlists/low.yaml", "tracks: [{generate: drone, duration: 9m}]")
    head = "landing: {music: low}"
    shown = show(shelf, f"  one: {{duration: 5m, music: {EMPTY}}}", head)
    assert layer(shown, 0) == shown.landing["music"]
    assert layer(shown, 0).name == "low"


def test_empty_ambience_is_left_out_over_music_and_a_drone_alone(shelf: Any) -> None:
    shown = show(
        shelf,
        f"  one: {{duration: 5m, music: [{{silence: 9m}}], ambience: {EMPTY}}}\n"
        f"  two: {{duration: 5m, ambience: {EMPTY}}}",
    )
    assert set(shown.phases[0].layers) == {"music"}
    assert layer(shown, 1, "ambience") == shown.drone


def test_an_empty_voice_says_nothing(shelf: Any) -> None:
    shown = show(shelf, f"  one: {{duration: 5m, voice: {EMPTY}}}")
    assert shown.phases[0].layers == {}


# Landing ------------------------------------------------------------------------------------------


def test_without_a_landing_music_lands_on_the_built_in_drone(shelf: Any) -> None:
    shown = show(shelf, "  one: {duration: 5m, music: [{silence: 9m}]}")
    assert shown.landing == {"music": shown.drone}
    (track,) = shown.drone.tracks
    assert track.frames == 600 * 48_000
    assert shown.drone.loop


def test_a_landing_s_level_is_in_its_gains(shelf: Any) -> None:
    shelf.write("playlists/low.yaml", "tracks: [{generate: drone, duration: 9m}]")
    head = "landing: {music: {playlist: low, level: -6 dB}}"
    shown = show(shelf, "  one: {duration: 5m, music: low}", head)
    assert shown.landing["music"].tracks[0].gain_db == layer(shown, 0).tracks[0].gain_db - 6.0
    assert shown.landing["music"].name != layer(shown, 0).name


def test_a_landing_meets_the_highest_target_of_any_phase(shelf: Any) -> None:
    shelf.music("music/a.flac", replaygain_track_gain=10.0, replaygain_track_peak=0.01)
    shelf.write("playlists/low.yaml", "tracks: [{file: music/a.flac}]")
    shown = show(
        shelf,
        "  one: {duration: 5m, loudness: -20, music: [{silence: 9m}]}",
        "landing: {music: low}",
    )
    assert shown.landing["music"].tracks[0].gain_db == 26.0


def test_a_landing_that_cannot_play_is_the_drone(shelf: Any) -> None:
    shown = show(shelf, "  one: {duration: 5m}", f"landing: {{music: {EMPTY}, ambience: {EMPTY}}}")
    assert shown.landing == {"music": shown.drone}


def test_tracks_of_a_cue_sheet_go_on_from_one_another_at_one_gain(shelf: Any) -> None:
    shelf.music("music/1.flac", MINUTE, replaygain_track_gain=-2.0)
    shelf.music("music/2.flac", MINUTE, replaygain_track_gain=-8.0)
    shelf.write(
        "playlists/album.cue",
        """\
        FILE "../music/1.flac" WAVE
          TRACK 01 AUDIO
            INDEX 01 00:00:00
          TRACK 02 AUDIO
            INDEX 01 00:20:00
        FILE "../music/2.flac" WAVE
          TRACK 03 AUDIO
            INDEX 01 00:00:00
        """,
    )
    shelf.write("scenes/x.yaml", "phases: {one: {duration: 1m, music: album}}")
    tracks = shelf.load().show.phases[0].layers["music"].playlist.tracks
    assert [track.frames for track in tracks] == [MINUTE // 3, MINUTE * 2 // 3, MINUTE]
    assert [track.continues for track in tracks] == ["", tracks[0].key, tracks[1].key]
    assert len({track.gain_db for track in tracks}) == 1
