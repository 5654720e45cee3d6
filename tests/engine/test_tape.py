import numpy as np
import pytest

from soundscape.engine.tape import Place, Tape
from soundscape.engine.tape_file import LENGTH, blank
from soundscape.units import SAMPLE_RATE


@pytest.fixture
def both(tmp_path):
    made = Tape(blank(tmp_path / "tape"))
    other = Tape(tmp_path / "tape")
    yield made, other
    made.close()
    other.close()


def block(first, count=1024):
    return np.repeat(np.arange(first, first + count, dtype=np.float32)[:, None], 2, 1)


def test_a_blank_tape_has_no_place(both):
    assert both[1].place() is None


def test_what_one_process_writes_the_other_reads(both):
    mine, theirs = both
    mine.write(0, block(0), 100.0, 0)
    mine.write(1024, block(1024), 100.02, 3)
    assert theirs.place() == Place(1024, 2048, 100.02, 3)
    np.testing.assert_array_equal(theirs.read(500, 1500), block(500, 1000))


def test_the_end_of_the_memory_is_no_seam(both):
    mine, theirs = both
    first = LENGTH - 300
    mine.write(first, block(first), 0.0, 0)
    np.testing.assert_array_equal(theirs.read(first, first + 1024), block(first))


def test_the_clock_says_what_is_heard_between_two_blocks():
    place = Place(48000, 49024, 10.0, 0)
    assert place.heard(10.0) == 48000
    assert place.heard(10.01) == 48000 + round(0.01 * SAMPLE_RATE)
    assert place.heard(9.99) == 48000 - round(0.01 * SAMPLE_RATE)
    assert place.heard(99.0) == 49024, "never beyond what was rendered"


def test_a_tape_is_readable_by_its_user_alone(tmp_path):
    Tape(blank(tmp_path / "tape")).close()
    assert (tmp_path / "tape").stat().st_mode & 0o077 == 0
