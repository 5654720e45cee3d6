import threading

import numpy as np
import pytest

from soundscape.engine.player.prefetch import AHEAD, CHUNK, RAMP, REFILL, Prefetch
from soundscape.errors import MediaError


class Ones:
    """A source of ones. With a gate it gives a block for each release."""

    def __init__(self, length=10**9, gate=None, fault=None):
        self.fault = fault
        self.given = 0
        self.closed = False
        self._left = length
        self._gate = gate

    def read(self, count):
        if self._gate is not None:
            assert self._gate.acquire(timeout=10)
        count = min(count, self._left)
        self._left -= count
        self.given += count
        return np.ones((count, 2), np.float32)

    def close(self):
        self.closed = True


@pytest.fixture
def begin():
    """Starts a prefetch; whatever is left of it ends with the test."""
    started = []

    def begin(source, length):
        prefetch = Prefetch(lambda: source, length)
        prefetch.start()
        started.append((prefetch, source))
        return prefetch

    yield begin
    for prefetch, source in started:
        prefetch.close()
        if source._gate is not None:
            source._gate.release(100)
        prefetch._worker.join(10)
        assert source.closed


def fails(error):
    def open_source():
        raise error

    prefetch = Prefetch(open_source, 1000)
    prefetch.start()
    prefetch.wait_for(1)
    return prefetch


def test_what_is_read_ahead_comes_out_unchanged(begin):
    prefetch = begin(Ones(), 3 * CHUNK)
    prefetch.wait_for(3 * CHUNK)
    parts = [prefetch.read(1000) for _ in range(30)]
    assert sum(map(len, parts)) == 3 * CHUNK
    assert (np.concatenate(parts) == 1.0).all()
    assert prefetch.underruns == 0


def test_it_reads_ahead_so_far_and_no_further(begin):
    source = Ones()
    prefetch = begin(source, 10 * AHEAD)
    prefetch.wait_for(AHEAD)
    assert AHEAD <= source.given <= AHEAD + REFILL + CHUNK


def test_an_underrun_ends_in_a_ramp_and_begins_again_with_one_and_counts_once(begin):
    gate = threading.Semaphore(1)
    prefetch = begin(Ones(gate=gate), 10 * CHUNK)
    prefetch.wait_for(CHUNK)
    dry = prefetch.read(CHUNK + 1)[:, 0]
    assert len(dry) == CHUNK
    assert (dry[:-RAMP] == 1.0).all()
    assert (np.diff(dry[-RAMP:]) < 0).all()
    assert dry[-1] < 0.01
    assert len(prefetch.read(1000)) == 0
    assert prefetch.underruns == 1
    gate.release()
    prefetch.wait_for(CHUNK)
    again = prefetch.read(1000)[:, 0]
    assert again[0] < 0.01
    assert (np.diff(again[:RAMP]) > 0).all()
    assert (again[RAMP:] == 1.0).all()
    assert prefetch.underruns == 1


def test_no_underrun_ever_makes_a_step(begin):
    gate = threading.Semaphore(0)
    prefetch = begin(Ones(gate=gate), 20 * CHUNK)
    out = []
    for _ in range(4):
        gate.release()
        prefetch.wait_for(CHUNK)
        for _ in range(10):
            part = prefetch.read(1024)
            out += [part, np.zeros((1024 - len(part), 2), np.float32)]
    assert np.abs(np.diff(np.concatenate(out), axis=0)).max() < 1.5 / RAMP


def test_the_last_frames_are_no_underrun_though_the_worker_has_not_yet_said_that_it_is_done():
    prefetch = Prefetch(Ones, 100)
    prefetch._blocks.append(np.ones((100, 2), np.float32))
    prefetch._read = 100
    assert (prefetch.read(100) == 1.0).all()
    assert prefetch.underruns == 0


def test_a_source_that_breaks_off_damaged_ends_in_a_ramp(begin):
    prefetch = begin(Ones(CHUNK + 10, fault="damaged"), 5 * CHUNK)
    prefetch.wait_for(5 * CHUNK)
    assert (prefetch.available, prefetch.fault) == (CHUNK + 10, "damaged")
    sound = np.concatenate([prefetch.read(512)[:, 0] for _ in range(20)])
    assert len(sound) == CHUNK + 10
    assert np.abs(np.diff(np.append(sound, 0.0))).max() < 1.5 / RAMP


def test_a_source_that_is_a_little_short_ends_as_it_is(begin):
    prefetch = begin(Ones(CHUNK - 7), CHUNK)
    prefetch.wait_for(CHUNK)
    assert prefetch.available == CHUNK - 7
    assert prefetch.fault is None
    assert (prefetch.read(CHUNK) == 1.0).all()


def test_before_the_end_is_read_nobody_knows_how_much_there_is(begin):
    prefetch = begin(Ones(gate=threading.Semaphore(1)), 3 * CHUNK)
    prefetch.wait_for(CHUNK)
    assert prefetch.available is None
    assert prefetch.ready(CHUNK)
    assert not prefetch.ready(CHUNK + 1)


def test_what_cannot_be_opened_has_nothing_and_says_why():
    prefetch = fails(MediaError("gone.flac: no such file"))
    assert (prefetch.available, prefetch.fault) == (0, "gone.flac: no such file")
    assert len(prefetch.read(100)) == 0
    assert prefetch.underruns == 0


def test_a_worker_that_fails_in_another_way_is_a_fault_too():
    assert "internal fault" in str(fails(ZeroDivisionError("x")).fault)


def test_waiting_for_more_than_the_usual_reads_so_much(begin):
    prefetch = begin(Ones(), 3 * AHEAD)
    prefetch.wait_for(2 * AHEAD)
    assert len(prefetch.read(2 * AHEAD - RAMP)) == 2 * AHEAD - RAMP
    assert prefetch.underruns == 0


def test_closed_it_reads_no_further(begin):
    source = Ones()
    prefetch = begin(source, 10 * AHEAD)
    prefetch.wait_for(AHEAD)
    prefetch.close()
    prefetch._worker.join(10)
    assert source.closed
    assert source.given < 2 * AHEAD
