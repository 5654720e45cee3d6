from hypothesis import given
from hypothesis import strategies as st

from soundscape.timeline.phase_clock import PhaseClock, planned_frame
from soundscape.units import At


def test_at_counts_from_the_start_from_the_end_or_in_percent():
    assert planned_frame(At(seconds=1), 96_000) == 48_000
    assert planned_frame(At(fraction=0.25), 96_000) == 24_000
    assert planned_frame(At(seconds=1, from_end=True), 96_000) == 48_000
    assert planned_frame(At(seconds=10), 96_000) == 96_000


def test_an_untouched_clock_moves_a_frame_a_frame():
    clock = PhaseClock(1000, 50)
    assert clock.position(50) == 0
    assert clock.position(550) == 500
    assert clock.end() == 1050
    assert clock.reaches(500) == 550


def test_held_it_stands_and_released_it_runs_on_from_there():
    clock = PhaseClock(1000, 0)
    clock.stop(400)
    assert clock.position(900) == 400
    assert clock.end() is None
    assert clock.reaches(500) is None
    clock.run(900)
    assert clock.position(1000) == 500
    assert clock.end() == 1500


def test_extended_the_position_is_unbroken_and_slower():
    clock = PhaseClock(1000, 0)
    clock.stretch(500, 500)
    assert clock.position(500) == 500
    assert clock.position(1000) == 750
    assert clock.end() == 1500
    assert clock.reaches(750) == 1000


def test_shortened_it_never_ends_before_now():
    clock = PhaseClock(1000, 0)
    assert clock.stretch(600, -9999) == 0
    assert clock.end() == 600


def test_extended_after_its_end_it_stays_at_position_one():
    clock = PhaseClock(1000, 0)
    clock.stop(1000)
    clock.stretch(2000, 500)
    clock.run(2000)
    assert clock.position(2200) == 1000
    assert clock.end() == 2500


def test_from_the_end_counts_back_from_the_real_end():
    clock = PhaseClock(1000, 0)
    assert clock.reaches_end_minus(100) == 900
    clock.stretch(500, 500)
    assert clock.reaches_end_minus(100) == 1400


changes = st.lists(
    st.tuples(st.integers(1, 400), st.sampled_from(["stop", "run", "more", "less"])), max_size=12
)


@given(changes)
def test_the_position_never_goes_back_and_never_jumps(changes):
    clock, frame, last = PhaseClock(2000, 0), 0, 0.0
    for gone, what in changes:
        frame += gone
        before = clock.position(frame)
        assert before >= last - 1e-9
        if what == "stop":
            clock.stop(frame)
        elif what == "run":
            clock.run(frame)
        else:
            left = clock.stretch(frame, 300 if what == "more" else -100)
            if left == 0:
                break
        assert abs(clock.position(frame) - before) < 1e-6
        last = before
    assert 0 <= clock.position(frame + 10_000) <= 2000


def test_what_was_due_at_the_very_frame_of_a_change_is_due_with_the_change():
    clock = PhaseClock(1000, 0)
    assert clock.reaches(333.3) == 334
    clock.stop(334)
    clock.run(400)
    assert clock.reaches(333.3) == 400


def test_what_lies_beyond_the_end_is_never_reached_though_the_phase_is_extended_at_its_end():
    clock = PhaseClock(1000, 0)
    clock.stretch(1000, 500)
    assert clock.reaches(1001) is None
    assert clock.reaches(1000) == 1000
