"""Parameters that follow a phase."""

from __future__ import annotations

from dataclasses import replace

import pytest
from shows import level, phase, playlist, show

from soundscape.scene.fields import EnvelopeSpec
from soundscape.scene.harmony_fields import HarmonySpec
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor, never_waits, waits_as_written
from soundscape.timeline.directives import ClipStarts
from soundscape.timeline.envelope import Contour
from soundscape.timeline.phase_automation import PhaseTarget, planned
from soundscape.timeline.phase_clock import PhaseClock
from soundscape.timeline.show import FileSource, GeneratedSource, Track, Voice
from soundscape.units import At

MINUTE = 60 * 48_000
ARC = Contour((0.0, 4.0 * MINUTE, 10.0 * MINUTE), (-24.0, -21.0, -22.0))


def generated(**params: object) -> Track:
    voices = (Voice("drone", {"root": 60.0, **params}), Voice("rain", {"intensity": 0.3}))
    return Track("key", "title", GeneratedSource(voices, 7), 8 * MINUTE)


def test_a_track_from_the_phases_start_follows_all_of_its_arc() -> None:
    arc = PhaseTarget(ARC, PhaseClock(10 * MINUTE, 1000))
    points = arc.automation(1000).points
    assert points == (
        (0.0, pytest.approx(0.5)), (240.0, pytest.approx(0.8)), (600.0, pytest.approx(0.7)),
    )  # fmt: skip


def test_a_later_track_follows_what_is_left_of_the_arc() -> None:
    arc = PhaseTarget(ARC, PhaseClock(10 * MINUTE, 0))
    assert arc.automation(2 * MINUTE).points == (
        (0.0, pytest.approx(0.65)), (120.0, pytest.approx(0.8)), (480.0, pytest.approx(0.7)),
    )  # fmt: skip


def test_while_the_position_stands_the_intensity_does() -> None:
    clock = PhaseClock(10 * MINUTE, 0)
    clock.stop(4 * MINUTE)
    assert PhaseTarget(ARC, clock).automation(5 * MINUTE).points == ((0.0, pytest.approx(0.8)),)


def test_only_the_voices_that_ask_for_it_follow() -> None:
    arc = PhaseTarget(ARC, PhaseClock(10 * MINUTE, 0))
    track = planned(generated(intensity="phase"), arc, 0)
    assert isinstance(track.source, GeneratedSource)
    first, second = track.source.voices
    assert first.params["intensity"] == arc.automation(0)
    assert second.params["intensity"] == 0.3
    assert track.key == "key"
    assert track.source.seed == 7


def test_a_way_over_the_phase_goes_on_from_where_the_phase_is() -> None:
    arc = PhaseTarget(ARC, PhaseClock(10 * MINUTE, 0))
    way = EnvelopeSpec(points=((At(), 0.2), (At(fraction=1.0), 0.8)), phase=True)
    track = planned(generated(brightness=way, density="phase"), arc, 5 * MINUTE)
    assert isinstance(track.source, GeneratedSource)
    first, second = track.source.voices
    assert first.params["brightness"].points == (
        (0.0, pytest.approx(0.5)), (300.0, pytest.approx(0.8)),
    )  # fmt: skip
    assert first.params["density"] == arc.automation(5 * MINUTE)
    assert second.params == {"intensity": 0.3}


def test_a_session_places_its_clips_by_the_phase_they_begin_in() -> None:
    music = playlist("music", replace(generated(intensity="phase"), frames=2 * MINUTE))
    quiet = phase("quiet", 60.0, music, loudness=level((0, -28.0)))
    arc = phase("arc", 240.0, music, loudness=level((0, -24.0), (1, -20.0)))
    directives = Conductor(show(quiet, arc, track=4.0), never_waits).advance(4 * MINUTE)
    starts = [d.clip for d in directives if isinstance(d, ClipStarts)]
    intensities = [clip.track.source.voices[0].params["intensity"] for clip in starts]
    assert intensities[0].points == ((0.0, pytest.approx(0.1)),)
    # The second clip begins 56 s into the second phase: 116 s, less the first minute.
    assert intensities[1].points[0][1] == pytest.approx(0.5 + 0.4 * 56 / 240)
    assert intensities[1].points[1] == (pytest.approx(184.0), pytest.approx(0.9))


def test_a_track_that_asks_for_nothing_is_left_as_it_is() -> None:
    arc = PhaseTarget(ARC, PhaseClock(10 * MINUTE, 0))
    still, file = generated(intensity=0.4), Track("f", "f", FileSource("f.flac"), MINUTE)
    assert planned(still, arc, 0) is still
    assert planned(file, arc, 0) is file


# a harmony comes home as its track leaves

COMPOSED = replace(
    generated(),
    source=GeneratedSource((Voice("pad", {}),), 7, HarmonySpec(key="D")),
    frames=20 * MINUTE,
)


def homes(conductor: Conductor, until: int) -> list[float | None]:
    directives = conductor.advance(until)
    return [d.clip.track.source.home for d in directives if isinstance(d, ClipStarts)]


def test_a_piece_that_a_border_cuts_is_home_by_the_end_of_the_crossfade() -> None:
    composed, other = playlist("m", COMPOSED), playlist("other", COMPOSED)
    two = show(phase("one", 300.0, composed), phase("two", 1800.0, other))
    assert homes(Conductor(two, never_waits), 40 * MINUTE)[:2] == [320.0, None]


def test_a_piece_that_ends_before_the_border_is_home_at_its_end() -> None:
    short = playlist("m", replace(COMPOSED, frames=8 * MINUTE))
    long = show(phase("one", 1800.0, short))
    found = homes(Conductor(long, never_waits), 24 * MINUTE)
    assert found[:2] == [None, None]


def test_where_the_border_is_not_known_a_piece_goes_its_own_way() -> None:
    waiting = replace(phase("one", 300.0, playlist("m", COMPOSED)), advance="manual")
    two = show(waiting, phase("two", 600.0, playlist("other", COMPOSED)))
    conductor = Conductor(two, waits_as_written)
    assert homes(conductor, 2 * MINUTE) == [None]
    conductor.command(Command("next"))
    assert len(homes(conductor, 3 * MINUTE)) == 1


def test_a_next_piece_knows_a_border_that_was_moved() -> None:
    composed = playlist("m", *(replace(COMPOSED, key=f"{n}") for n in range(2)))
    two = show(phase("one", 600.0, composed), phase("two", 600.0, playlist("other", COMPOSED)))
    conductor = Conductor(two, never_waits)
    homes(conductor, MINUTE)
    conductor.command(Command("extend", by=300.0))
    conductor.command(Command("skip"))
    (home,) = homes(conductor, 2 * MINUTE)
    assert home is not None
    assert 14 * 60 <= home <= 14 * 60 + 30
