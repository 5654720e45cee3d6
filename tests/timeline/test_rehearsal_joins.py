"""In a rehearsal every crossfade of the session is heard."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from shows import phase, playlist, show, silence, track

from soundscape.timeline.plan import plan
from soundscape.timeline.rehearsal_joins import with_joins, without_joins
from soundscape.timeline.rehearse import shortened
from soundscape.timeline.show import FileSource, GeneratedSource, Show
from soundscape.units import frames, seconds

ARRIVAL = playlist("arrival", *(track(name, 300) for name in "abc"))
PEAK = playlist("peak", *(track(name, 400) for name in "defghi"), shuffle=True)


def rehearsed(scene: Show, length: float = 120) -> tuple[Show, bool]:
    return with_joins(shortened(scene, frames(length)), plan(scene))


def titles(scene: Show, layer: str = "music") -> list[str]:
    return [one.clip.track.title for one in plan(scene).clips if one.clip.layer == layer]


def test_the_tracks_of_the_session_come_in_its_order_each_with_its_opening_and_its_end():
    scene = show(phase("arrival", 800, ARRIVAL), phase("peak", 1600, PEAK))
    made, fits = rehearsed(scene)
    assert fits
    heard = titles(made)
    plain = [title.removesuffix(", its end") for title in heard]
    assert list(dict.fromkeys(plain)) == list(dict.fromkeys(titles(scene)))
    session = titles(scene)
    assert {(one, other) for one, other in pairwise(session)} <= set(pairwise(plain))


def test_a_piece_is_longer_than_its_crossfades_and_they_are_as_long_as_the_rehearsal_s():
    scene = show(phase("arrival", 800, ARRIVAL), phase("peak", 1600, PEAK))
    made, _ = rehearsed(scene)
    music = [one for one in plan(made).clips if one.clip.layer == "music"]
    fades = [one.fade_in for one in music if one.join]
    assert fades
    assert set(fades) <= {made.fades.track, made.phases[1].fade}
    assert min(one.clip.track.frames for one in music) >= 2 * made.fades.track


def test_an_end_is_the_file_s_end():
    scene = show(phase("arrival", 800, ARRIVAL))
    made, _ = rehearsed(scene)
    opening, end, *_ = made.phases[0].layers["music"].playlist.tracks
    assert isinstance(opening.source, FileSource)
    assert isinstance(end.source, FileSource)
    assert (opening.source.start, end.source.start + end.frames) == (0, frames(300))


def test_what_was_measured_of_a_track_goes_with_its_pieces():
    from dataclasses import replace  # noqa: PLC0415

    curve = np.arange(3000, dtype=np.int16)
    tracks = [replace(one, momentary=curve) for one in ARRIVAL.tracks]
    made, _ = rehearsed(show(phase("arrival", 800, playlist("m", *tracks))))
    opening, end, *_ = made.phases[0].layers["music"].playlist.tracks
    assert opening.momentary is not None
    assert end.momentary is not None
    assert (opening.momentary[0], end.momentary[-1]) == (0, 2999)
    assert end.momentary.size == pytest.approx(seconds(end.frames) * 10, abs=1)


def test_a_playlist_that_plays_on_in_the_next_phase_plays_on_in_the_rehearsal():
    scene = show(phase("one", 400, ARRIVAL), phase("two", 400, ARRIVAL))
    made, _ = rehearsed(scene)
    one, two = (phase.layers["music"].playlist for phase in made.phases)
    assert one.name == two.name
    assert plan(made).phases[1].start not in [one.start for one in plan(made).clips]


def test_silence_generated_sound_and_the_voice_are_no_openings_and_ends():
    from dataclasses import replace  # noqa: PLC0415

    rain = replace(track("rain", 300), source=GeneratedSource((), 1))
    voice = playlist("v", track("spoken", 20))
    scene = show(phase("one", 900, playlist("m", rain, silence(60), track("a", 300)), voice=voice))
    made, _ = rehearsed(scene)
    tracks = made.phases[0].layers["music"].playlist.tracks
    assert [one.title for one in tracks[:4]] == ["rain", "silence", "a", "a, its end"]
    assert made.phases[0].layers["voice"].playlist == voice


def test_so_many_tracks_that_their_joins_do_not_fit_are_said_not_to():
    scene = show(phase("one", 6000, playlist("m", *(track(f"t{n}", 120) for n in range(50)))))
    assert not rehearsed(scene, 30)[1]
    assert rehearsed(scene, 1500)[1]


def test_joins_that_a_playlist_repeats_are_heard_once():
    made, fits = rehearsed(show(phase("one", 6000, ARRIVAL)), 60)
    assert fits
    tracks = [one.title for one in made.phases[0].layers["music"].playlist.tracks]
    assert tracks == ["a", "a, its end", "b", "b, its end", "c", "c, its end", "a"]


def test_a_phase_with_one_track_has_no_joins():
    scene = show(phase("one", 200, ARRIVAL))
    made, fits = rehearsed(scene, 60)
    assert fits
    assert titles(made) == ["a"]


def test_without_joins_no_track_is_longer_than_it_can_be_heard():
    scene = show(phase("arrival", 800, ARRIVAL), phase("peak", 1600, PEAK), phase("on", 800, PEAK))
    small = shortened(scene, frames(30))
    made = without_joins(small)
    first, *rest = (one.frames for one in small.phases)
    for number, length in ((0, first), (1, sum(rest)), (2, sum(rest))):
        tracks = made.phases[number].layers["music"].playlist.tracks
        assert length < max(one.frames for one in tracks) <= length + frames(12)


def test_without_joins_the_same_tracks_are_heard_at_the_same_times():
    scene = show(phase("arrival", 800, ARRIVAL), phase("peak", 1600, PEAK), phase("on", 800, PEAK))
    small = shortened(scene, frames(30))

    def heard(made: Show) -> list[tuple[int, str]]:
        return [(one.start, one.clip.track.key) for one in plan(made).clips]

    assert heard(without_joins(small)) == heard(small)


def test_with_joins_a_phase_of_one_track_is_as_short_as_it_is_heard_too():
    alone = playlist("alone", track("z", 3000))
    scene = show(phase("arrival", 800, ARRIVAL), phase("peak", 1600, alone))
    made, fits = rehearsed(scene)
    assert fits
    (only,) = made.phases[1].layers["music"].playlist.tracks
    assert only.frames < made.phases[1].frames + frames(30)
