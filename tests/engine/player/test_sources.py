import threading

import numpy as np
import pytest
from sessions import Tone
from shows import silence, track
from sounds import encode, tone

from soundscape.engine.player.sources import READY, SourcePool, open_generated, open_track
from soundscape.errors import MediaError
from soundscape.timeline.directives import Clip
from soundscape.timeline.show import FileSource, GeneratedSource, Track, Voice
from soundscape.units import frames


class Opener:
    """Opens tones and notes what was opened, and where; `cut` ends them early."""

    def __init__(self, cut=None, gate=None):
        self.opened = []
        self._cut = cut
        self._gate = gate

    def __call__(self, a_track, start):
        if self._gate is not None:
            assert self._gate.wait(10)
        if a_track.key == "gone":
            raise MediaError("gone: no such file")
        self.opened.append((a_track.key, start))
        return Tone(a_track, start, self._cut)


@pytest.fixture
def pool_of():
    pools = []

    def make(opener, *, patient=True):
        pools.append(SourcePool(opener, patient=patient))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


def clip(ident, key="one", seconds=20.0):
    return Clip(ident, 1, "music", "p", track(key, seconds), 0, None)


def test_a_clip_is_opened_once_however_often_it_is_prepared(pool_of):
    opener = Opener()
    pool = pool_of(opener)
    pool.prepare(clip(1))
    pool.prepare(clip(1))
    assert len(pool.open(clip(1), 0).read(1000)) == 1000
    assert opener.opened == [("one", 0)]


def test_another_track_under_the_same_number_takes_its_place(pool_of):
    opener = Opener()
    pool = pool_of(opener)
    for key in ("one", "two"):
        pool.prepare(clip(1, key))
        pool.settle(1)
    assert opener.opened == [("one", 0), ("two", 0)]


def test_a_source_begins_at_the_frame_asked_for_even_if_it_was_prepared_from_its_start(pool_of):
    opener = Opener()
    pool = pool_of(opener)
    pool.prepare(clip(1))
    part = pool.open(clip(1), 48_000).read(100)
    assert opener.opened[-1] == ("one", 48_000)
    assert np.array_equal(part, Tone(track("one", 20), 48_000).read(100))


def test_a_planned_silence_opens_nothing(pool_of):
    opener = Opener()
    pool = pool_of(opener)
    quiet = Clip(1, 1, "music", "p", silence(5), 0, None)
    pool.prepare(quiet)
    assert pool.ready([quiet])
    assert opener.opened == []


def test_a_clip_is_ready_once_enough_of_it_is_read(pool_of):
    gate = threading.Event()
    pool = pool_of(Opener(gate=gate))
    pool.prepare(clip(1))
    assert not pool.ready([clip(1)])
    gate.set()
    pool.settle(READY)
    assert pool.ready([clip(1)])


def test_a_source_that_is_closed_is_given_back_and_its_underruns_still_count(pool_of):
    gate = threading.Event()
    pool = pool_of(Opener(gate=gate), patient=False)
    source = pool.open(clip(1), 0)
    assert len(source.read(100)) == 0
    assert pool.underruns == 1
    source.close()
    assert pool.underruns == 1
    gate.set()
    assert pool.shortages() == []


def test_what_was_prepared_in_vain_is_dropped(pool_of):
    opener = Opener()
    pool = pool_of(opener)
    pool.prepare(clip(1))
    pool.settle(1)
    pool.keep_only({2})
    pool.open(clip(1), 0).read(10)
    assert opener.opened == [("one", 0), ("one", 0)]


def test_a_shortage_is_told_once_with_its_reason(pool_of):
    pool = pool_of(Opener(cut=frames(3)))
    pool.prepare(clip(1))
    pool.settle(frames(10))
    found = pool.shortages()
    assert [(s.clip.id, s.available, s.reason) for s in found] == [(1, frames(3), "damaged")]
    assert pool.shortages() == []


def test_a_shortage_counts_from_the_tracks_start_wherever_reading_began(pool_of):
    pool = pool_of(Opener(cut=frames(3)))
    pool.open(clip(1), frames(1))
    pool.settle(frames(10))
    assert [s.available for s in pool.shortages()] == [frames(3)]


def test_what_cannot_be_opened_is_a_shortage_of_all_of_it(pool_of):
    pool = pool_of(Opener())
    pool.prepare(clip(1, "gone"))
    pool.settle(1)
    assert [(s.available, s.reason) for s in pool.shortages()] == [(0, "gone: no such file")]


def test_a_whole_track_is_no_shortage(pool_of):
    pool = pool_of(Opener())
    pool.prepare(clip(1, seconds=2.0))
    pool.settle(frames(10))
    assert pool.shortages() == []


# what tracks name ---------------------------------------------------------------------------------


def test_a_generated_track_is_the_same_from_any_frame():
    voice = Voice("rain", {}, 0.0)
    rain = Track("rain", "rain", GeneratedSource((voice,), 7), frames(10))
    whole = open_track(rain, 0).read(6000)
    assert np.abs(open_track(rain, 5000).read(1000) - whole[5000:]).max() < 1e-6


def test_a_file_that_is_not_there_is_a_plain_error(tmp_path):
    gone = track(str(tmp_path / "gone.flac"), 10)
    with pytest.raises(MediaError, match="gone"):
        open_track(gone, 0)


def test_a_silence_has_nothing_to_open():
    with pytest.raises(MediaError, match="silence"):
        open_track(silence(5), 0)


def test_a_generator_plays_a_recording_and_cannot_where_no_file_is_opened(tmp_path):
    path = tmp_path / "tone.wav"
    encode(path, tone(10.0))
    source = GeneratedSource((Voice("grains", {"recording": str(path)}),), 1)
    grains = Track("grains", "Grains", source, frames(600))
    sound = open_track(grains, frames(300)).read(48_000)
    assert 0.01 < np.abs(sound).max() < 0.7
    with pytest.raises(MediaError, match="no file is opened"):
        open_generated(grains, 0)
    path.unlink()
    with pytest.raises(MediaError):
        open_track(grains, 0)


def test_a_file_that_is_not_the_one_that_was_measured_is_not_opened(tmp_path):
    path = tmp_path / "a.wav"
    encode(path, tone(1))
    found = path.stat()
    measured = FileSource(str(path), 0, found.st_size, found.st_mtime_ns)
    a_track = Track("a", "a", measured, frames(1))
    open_track(a_track, 0).close()
    encode(path, tone(2))
    with pytest.raises(MediaError, match="has changed since it was measured"):
        open_track(a_track, 0)
