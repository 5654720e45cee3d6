"""What becomes known of files while a session plays counts from their next clip on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from shows import DRONE, phase, playlist, show, silence, track

from soundscape.errors import CommandRefused
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.directives import ClipEnds, ClipStarts
from soundscape.timeline.external_events import PlaylistsReturned, TrackUnplayable, apply
from soundscape.timeline.show import FileSource, Layer, Playlist, Show, Track
from soundscape.timeline.show_update import (
    PlaylistReturn,
    TrackUpdate,
    playlists,
    returned,
    track_updates,
    updated,
    with_playlists,
)
from soundscape.units import frames

CURVE = np.zeros(300, np.int16)


def measured(name: str, seconds: float = 40.0, gain_db: float = -7.0, begin: float = 0.0) -> Track:
    source = FileSource(name, frames(begin))
    return replace(track(name, seconds, gain_db), source=source, momentary=CURVE)


def two_phases(*tracks: Track, shuffle: bool = False) -> Show:
    music = playlist("m", *tracks, shuffle=shuffle)
    return show(
        phase("one", 150, music), phase("two", 60, playlist("m", *tracks, shuffle=shuffle)), end=5
    )


RAW = [track(name, 40) for name in ("a", "b", "c")]
KNOWN = [measured(name, 37, begin=1.0) for name in ("a", "b", "c")]


def starts(conductor: Conductor, seconds: float) -> list[tuple[float, Track]]:
    """The clips that start until a time, with their times."""
    directives = conductor.advance(frames(seconds))
    return [(d.frame / 48_000, d.clip.track) for d in directives if isinstance(d, ClipStarts)]


def test_what_differs_is_news_in_each_place_that_names_it() -> None:
    before, after = two_phases(*RAW), two_phases(RAW[0], KNOWN[1], RAW[2])
    assert track_updates(before, after) == (
        TrackUpdate(0, 1, KNOWN[1]),
        TrackUpdate(3, 1, KNOWN[1]),
    )
    assert updated(before, track_updates(before, after)) == after
    assert track_updates(after, after) == ()


def test_a_file_measured_to_be_what_it_was_taken_for_is_news_too() -> None:
    same = measured("a", gain_db=0.0)
    assert same == RAW[0]  # but for its curve
    (first, _) = track_updates(two_phases(*RAW), two_phases(same, *RAW[1:]))
    assert first.now.momentary is not None


def test_a_track_that_was_found_damaged_or_was_edited_away_changes_no_other() -> None:
    found = track_updates(two_phases(*RAW), two_phases(KNOWN[0], KNOWN[2]))
    assert [(one.track, one.now.key) for one in found if one.playlist == 0] == [(0, "a"), (2, "c")]
    assert track_updates(two_phases(*RAW), show(phase("one", 9, playlist("other", *KNOWN)))) == ()


def test_a_silence_is_no_news() -> None:
    """A rehearsal's are shorter than those that are loaded again."""
    assert track_updates(two_phases(silence(2)), two_phases(silence(20))) == ()


def test_what_sounds_goes_on_and_what_comes_next_is_as_it_was_measured() -> None:
    conductor = Conductor(two_phases(*RAW))
    assert starts(conductor, 10) == [(0.0, RAW[0])]
    conductor.update_tracks(track_updates(two_phases(*RAW), two_phases(*KNOWN)))
    assert starts(conductor, 100) == [(32.0, KNOWN[1]), (61.0, KNOWN[2]), (90.0, KNOWN[0])]
    assert [p.tracks for p in playlists(conductor.show).values()][:2] == [tuple(KNOWN)] * 2


def test_the_order_of_a_shuffle_stays() -> None:
    raw, known = (two_phases(*tracks, shuffle=True) for tracks in (RAW, KNOWN))
    conductor = Conductor(raw)
    planned = [t.key for _, t in starts(Conductor(raw), 200)]
    got = starts(conductor, 10)
    conductor.update_tracks(track_updates(raw, known))
    got += starts(conductor, 200)
    assert [t.key for _, t in got][: len(planned)] == planned


def test_nothing_is_brought_on_sooner_than_it_can_be_opened() -> None:
    """The second track would have begun at 32 s; known better, it should have at 26 s."""
    raw = [measured("a", 40), track("b", 40)]
    conductor = Conductor(two_phases(*raw))
    starts(conductor, 25.0)
    late = replace(measured("b", 40), momentary=_slow_start())
    conductor.update_tracks(track_updates(two_phases(*raw), two_phases(raw[0], late)))
    ((when, _), *_) = starts(conductor, 40)
    assert when == 31.0


def test_what_is_about_to_start_starts_when_it_was_to() -> None:
    conductor = Conductor(two_phases(*RAW))
    starts(conductor, 30.0)
    conductor.update_tracks(track_updates(two_phases(*RAW), two_phases(RAW[0], RAW[1], KNOWN[2])))
    assert starts(conductor, 40.0) == [(32.0, RAW[1])]


def _slow_start() -> np.ndarray:
    """Half a minute that comes up out of nothing: the join before it is the longer."""
    return np.concatenate([np.full(150, -4500), np.zeros(250)]).astype(np.int16)


COMMANDS = ("next", "skip", "swap", "pause", "play", "hold", "release", "land", "mute")


@examples(60)
@given(
    asked=st.lists(st.tuples(st.floats(0.5, 30.0), st.sampled_from(COMMANDS)), max_size=8),
    when=st.lists(st.floats(0.5, 150.0), min_size=1, max_size=4),
    found=st.lists(st.sampled_from("abc"), min_size=1, max_size=4),
)
def test_no_gap_comes_of_it_whenever_it_comes(
    asked: list[tuple[float, str]], when: list[float], found: list[str]
) -> None:
    """While the music layer plays, some clip of it sounds."""
    known = {t.key: t for t in KNOWN}
    conductor = Conductor(two_phases(*RAW))
    acts: list[tuple[float, str]] = [*zip(when, found, strict=False)]
    at = 0.0
    for wait, word in asked:
        at += wait
        acts.append((at, word))
    sounding: set[int] = set()
    for moment, word in sorted(acts):
        _follow(conductor, frames(moment), sounding)
        if conductor.ended:
            return
        if word in known:
            tracks = [known[t.key] if t.key == word else t for t in _now(conductor)]
            conductor.update_tracks(track_updates(conductor.show, two_phases(*tracks)))
        else:
            with suppress(CommandRefused):
                conductor.command(Command(word))
    _follow(conductor, frames(180.0), sounding)


def _now(conductor: Conductor) -> tuple[Track, ...]:
    return playlists(conductor.show)[0].tracks


def _follow(conductor: Conductor, until: int, sounding: set[int]) -> None:
    for directive in conductor.advance(until):
        if isinstance(directive, ClipStarts):
            sounding.add(directive.clip.id)
        elif isinstance(directive, ClipEnds):
            sounding.discard(directive.clip)
    assert sounding or conductor.ended or conductor.master.standing


# Files that are there again -----------------------------------------------------------------------


def gone_and_back(conductor: Conductor, back: Playlist, until: float, seconds: float) -> list[str]:
    """The titles of the clips that begin after the files are back, with their frames in seconds."""
    conductor.advance(frames(until))
    apply(conductor, PlaylistsReturned(conductor.frame, (PlaylistReturn(0, "music", Layer(back)),)))
    return [f"{found.title} at {at:.0f}" for at, found in starts(conductor, seconds)]


def test_a_playlist_that_was_missing_at_the_start_goes_on_as_soon_as_its_file_can_be_open() -> None:
    a_show = show(phase("one", 1000, DRONE))
    back = playlist("m", track("a", 60), track("b", 60))
    assert gone_and_back(Conductor(a_show), back, 10, 80) == ["a at 16", "b at 68"]


def test_a_playlist_whose_files_went_away_goes_on_with_its_next_track() -> None:
    music = playlist("m", track("a", 60), track("b", 60), track("c", 60))
    conductor = Conductor(show(phase("one", 1000, music)))
    conductor.advance(frames(30))
    for key in "abc":
        apply(conductor, TrackUnplayable(conductor.frame, key))
    conductor.command(Command("skip"))
    assert [found.title for _, found in starts(conductor, 40)] == ["drone"]
    assert gone_and_back(conductor, music, 40, 50) == ["c at 46"]


def test_a_track_that_the_therapist_swapped_out_stays_out() -> None:
    music = playlist("m", track("a", 60), track("b", 60))
    conductor = Conductor(show(phase("one", 1000, music)))
    conductor.advance(frames(10))
    conductor.command(Command("swap"))
    heard = gone_and_back(conductor, music, 20, 200)
    assert {one.split()[0] for one in heard} == {"b"}


def test_later_phases_have_their_playlists_again() -> None:
    conductor = Conductor(show(phase("one", 60, DRONE), phase("two", 60, DRONE)))
    back = playlist("m", track("a", 60))
    found = PlaylistReturn(1, "music", Layer(back))
    apply(conductor, PlaylistsReturned(0, (found,)))
    assert conductor.show.phases[1].layers["music"].playlist == back
    assert conductor.show.phases[0].layers["music"].playlist == DRONE


def test_an_ambience_that_was_away_comes_in_under_the_music_slowly() -> None:
    music = playlist("m", track("a", 900))
    conductor = Conductor(show(phase("one", 1000, music)))
    conductor.advance(frames(10))
    rain = PlaylistReturn(0, "ambience", Layer(playlist("rain", track("rain", 300))))
    apply(conductor, PlaylistsReturned(conductor.frame, (rain,)))
    begun = [one for one in conductor.advance(frames(60)) if isinstance(one, ClipStarts)]
    assert [(one.frame / 48_000, one.clip.layer, one.clip.track.key) for one in begun] == [
        (16.0, "ambience", "rain")
    ]
    fade = begun[0].clip.fade_in
    assert fade is not None
    assert fade.frames == conductor.show.fades.phase >= frames(2.0)


def test_an_ambience_that_comes_back_while_paused_comes_in_when_the_music_goes_on() -> None:
    conductor = Conductor(show(phase("one", 1000, playlist("m", track("a", 900)))))
    conductor.advance(frames(10))
    conductor.command(Command("pause"))
    conductor.advance(frames(100))
    rain = PlaylistReturn(0, "ambience", Layer(playlist("rain", track("rain", 300))))
    apply(conductor, PlaylistsReturned(conductor.frame, (rain,)))
    assert starts(conductor, 200) == []
    conductor.command(Command("play"))
    assert [found.key for _, found in starts(conductor, 230)] == ["rain"]


def test_a_voice_that_was_away_speaks_at_the_next_phase_only() -> None:
    music = playlist("m", track("a", 900))
    conductor = Conductor(show(phase("one", 100, music), phase("two", 100, music)))
    conductor.advance(frames(10))
    words = playlist("words", track("words", 5), loop=False)
    back = [PlaylistReturn(number, "voice", Layer(words)) for number in (0, 1)]
    apply(conductor, PlaylistsReturned(conductor.frame, tuple(back)))
    assert [at for at, found in starts(conductor, 150) if found.key == "words"] == [101.5]


def test_a_measurement_keeps_its_place_when_a_layer_comes_to_a_phase() -> None:
    before = two_phases(*RAW)
    update = track_updates(before, two_phases(RAW[0], KNOWN[1], RAW[2]))
    rain = Layer(playlist("rain", *(track(name, 40) for name in ("x", "y", "z"))))
    now = updated(with_playlists(before, [PlaylistReturn(0, "ambience", rain)]), update)
    assert now.phases[0].layers["ambience"] == rain
    assert [phase.layers["music"].playlist.tracks[1] for phase in now.phases] == [KNOWN[1]] * 2


def test_a_measurement_of_a_playlist_that_came_back_otherwise_meanwhile_changes_no_track() -> None:
    before = two_phases(*RAW)
    update = track_updates(before, two_phases(RAW[0], KNOWN[1], RAW[2]))
    longer = Layer(playlist("m", track("found", 40), *RAW))
    now = updated(with_playlists(before, [PlaylistReturn(0, "music", longer)]), update)
    assert now.phases[0].layers["music"] == longer


def test_a_layer_that_had_nothing_else_to_play_is_among_what_returned() -> None:
    before = two_phases(*RAW)
    rain = Layer(playlist("rain", measured("/drive/rain.wav")))
    first, second = before.phases
    after = replace(
        before, phases=(replace(first, layers={**first.layers, "ambience": rain}), second)
    )
    assert returned(before, after, ["/drive"]) == (PlaylistReturn(0, "ambience", rain),)


def test_in_a_landing_playlists_wait() -> None:
    conductor = Conductor(show(phase("one", 1000, DRONE)))
    assert conductor.takes_up
    conductor.command(Command("land"))
    assert not conductor.takes_up
