import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from shows import DRONE, level, phase, playlist, show, track

from soundscape.dsp.comfort_noise import PEAK
from soundscape.dsp.fade import Fade
from soundscape.dsp.limiter import LATENCY
from soundscape.mixer.deck import Deck
from soundscape.mixer.mixer import Mixer
from soundscape.timeline.conductor import Conductor, never_waits
from soundscape.timeline.directives import (
    BusLevel,
    Clip,
    ClipEnds,
    ClipFades,
    ClipStarts,
    MasterRamp,
    MusicRuns,
    MusicStops,
)
from soundscape.units import db_to_gain, frames


class Ones:
    """A source of ones, or of as many as it has."""

    def __init__(self, count=10**9):
        self.left = count
        self.closed = False

    def read(self, count):
        count = min(count, self.left)
        self.left -= count
        return np.ones((count, 2), np.float32)

    def close(self):
        self.closed = True


def clip(ident=1, start=0, length=10_000_000, bus=1, layer="music", gain_db=0.0, fade_in=None):
    long = track(f"t{ident}", 1)
    a_track = type(long)(long.key, long.title, long.source, length, gain_db)
    return Clip(ident, bus, layer, "p", a_track, start, fade_in)


def mixer_of(*directives, sounding=True):
    mixer = Mixer(lambda _clip, _offset: Ones(), ceiling_db=20.0)
    if sounding:
        mixer.apply([MasterRamp(0, "session", 1.0, 1)])
    mixer.apply([BusLevel(0, 1, ((0, 0.0),)), BusLevel(0, 2, ((0, 0.0),)), *directives])
    mixer.render(2)  # past the ramp
    return mixer


def test_before_the_session_rises_there_is_silence():
    mixer = mixer_of(ClipStarts(0, clip()), sounding=False)
    assert not mixer.render(100).any()


def test_a_clip_at_unity_passes_bit_exact():
    mixer = mixer_of(ClipStarts(0, clip()))
    mixer.render(48_000 * 4)  # the limit on rising has let it up
    assert (mixer.render(1000) == 1.0).all()


def test_a_clips_gain_and_its_buss_level_add_up_in_decibels():
    mixer = mixer_of(ClipStarts(0, clip(gain_db=-6.0, bus=3)), BusLevel(0, 3, ((0, -14.0),)))
    mixer.render(48_000 * 4)
    assert mixer.render(10)[0, 0] == pytest.approx(0.1, rel=1e-6)


def test_a_clip_begins_and_ends_at_its_own_frame_inside_a_block():
    mixer = mixer_of(ClipStarts(0, clip(start=50, length=20)))
    block = mixer.render(100)[:, 0]
    assert np.flatnonzero(block).tolist() == list(range(48, 68))


def test_while_the_music_stands_clips_stand_too():
    ones = Ones()
    mixer = Mixer(lambda _clip, _offset: ones)
    mixer.apply([MasterRamp(0, "session", 1.0, 1), BusLevel(0, 1, ((0, 0.0),))])
    mixer.apply([ClipStarts(0, clip(length=200)), MusicStops(100), MusicRuns(1100)])
    block = np.concatenate([mixer.render(64) for _ in range(25)])[:, 0]
    assert np.flatnonzero(np.abs(block) > PEAK).tolist() == [*range(1, 100), *range(1100, 1200)]


def test_a_clip_that_is_taken_off_ends_at_once():
    mixer = mixer_of(ClipStarts(0, clip()), ClipEnds(2, 1, 10))
    assert np.flatnonzero(mixer.render(100)[:, 0]).tolist() == list(range(8))


def test_of_two_ducks_the_deeper_wins_and_the_voice_has_only_the_therapists():
    mixer = mixer_of(
        ClipStarts(0, clip()),
        ClipStarts(0, clip(2, bus=2, layer="voice", length=10**8)),
        MasterRamp(0, "voice", -12.0, 1),
        MasterRamp(0, "duck", -6.0, 1),
    )
    mixer.render(48_000 * 4)
    expected = 10 ** (-12 / 20) + 10 ** (-6 / 20)
    assert mixer.render(10)[0, 0] == pytest.approx(expected, rel=1e-3)


def test_sources_are_closed_when_their_clip_is_over():
    ones = Ones()
    mixer = Mixer(lambda _clip, _offset: ones)
    mixer.apply([BusLevel(0, 1, ((0, 0.0),)), ClipStarts(0, clip(length=100))])
    mixer.render(128)
    assert ones.closed


def test_a_source_that_runs_dry_leaves_silence_and_no_fault():
    deck = Deck(clip(length=1000), lambda _clip, _offset: Ones(10))
    at, out = deck.read(0, 64, 1.0)
    assert at == 0
    assert out.all()
    assert len(out) == 10


def test_no_peak_of_the_sum_passes_the_ceiling_and_all_else_keeps_its_frame():
    def mixed(ceiling):
        mixer = Mixer(lambda _clip, _offset: Ones(), ceiling)
        mixer.apply([MasterRamp(0, "session", 1.0, 1), BusLevel(0, 1, ((0, -10.0),))])
        mixer.apply([ClipStarts(0, clip(ident, start=0)) for ident in (1, 2)])
        late = clip(3, start=4 * 48_000, length=4800, gain_db=6.0)
        mixer.apply([ClipStarts(0, late)])
        return np.concatenate([mixer.render(1000) for _ in range(240)])[:, 0], mixer.limiter

    (free, idle), (held, limiter) = mixed(40.0), mixed(-1.0)
    (onset,) = limiter.take_onsets()
    assert idle.take_onsets() == []
    assert free.max() > 1.2
    assert held.max() <= db_to_gain(-1.0)
    assert np.array_equal(held[:191_800], free[:191_800])
    assert 192_000 <= onset <= 192_000 + LATENCY


def test_a_faded_out_clip_is_at_exact_silence_when_it_ends():
    deck = Deck(clip(), lambda _clip, _offset: Ones())
    deck.apply(ClipFades(0, 1, Fade(0, 100, "equal-power", rising=False)))
    _, out = deck.read(0, 200, 1.0)
    assert deck.last == len(out) == 100
    assert out[99, 0] == pytest.approx(np.sin(np.pi / 200), rel=1e-4)


def rendered(a_show, size, total):
    conductor, mixer = Conductor(a_show, never_waits), Mixer(lambda _clip, _offset: Ones())
    parts = []
    for first in range(0, total, size):
        count = min(size, total - first)
        mixer.apply(conductor.advance(first + count + LATENCY))
        parts.append(mixer.render(count))
    return np.concatenate(parts)


@examples(15)
@given(st.integers(500, 9000), st.floats(0, 3), st.floats(0, 4), st.floats(-30, -10))
def test_any_block_size_gives_the_same_sound(size, crossfade, phase_fade, end_lufs):
    music = playlist("m", *(track(n, 3) for n in "abc"))
    sloped = level((0, -30.0), (0.5, end_lufs), (1, -25.0))
    a_show = show(
        phase("one", 5, music, loudness=sloped),
        phase("two", 2, DRONE, ambience=music),
        track=crossfade,
        phase=phase_fade,
        end=1,
    )
    total = frames(8)
    reference = rendered(a_show, 4096, total)
    assert np.abs(rendered(a_show, size, total) - reference).max() < 1e-6


def test_what_comes_back_after_a_fault_rises_by_the_limit_whatever_else_rises_meanwhile():
    mixer = mixer_of(ClipStarts(0, clip(length=10**8)), MasterRamp(0, "duck", -12.0, 1))
    mixer.hold_low()
    heard = [mixer.render(48_000)]
    assert np.abs(heard[0][LATENCY:]).max() <= 0.1 + 1e-6
    mixer.hold_low(until=mixer.frame + 24_000)
    mixer.apply([MasterRamp(mixer.frame + LATENCY, "duck", 0.0, 3 * 48_000)])
    heard += [mixer.render(4096) for _ in range(60)]
    level = 20 * np.log10(np.abs(np.concatenate(heard)[48_000:, 0]))
    assert level[23_000] == pytest.approx(-20.0, abs=0.01)
    assert (level[48_000:] - level[:-48_000]).max() <= 8.0 + 1e-3
    assert level[-1] == pytest.approx(0.0, abs=0.01)
