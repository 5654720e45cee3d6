from hypothesis import given
from hypothesis import strategies as st
from shows import phase

from soundscape.timeline.cue_schedule import CueSchedule, standing_look
from soundscape.timeline.phase_clock import PhaseClock
from soundscape.timeline.show import Cue, Move, Prompt
from soundscape.units import At, frames

TEN = frames(10)


def named(name, **at):
    return Cue(At(**at), name)


def taken(schedule, clock):
    found = []
    while (due := schedule.due(clock)) is not None:
        found.append((schedule.take(clock).name, due))
    return found


def test_items_come_in_the_order_of_their_positions_from_either_end():
    cues = (
        named("late", seconds=8),
        named("end", seconds=3, from_end=True),
        named("half", fraction=0.5),
    )
    found = taken(CueSchedule(phase("p", 10, cues=cues)), PhaseClock(TEN, 0))
    assert found == [("half", frames(5)), ("end", frames(7)), ("late", frames(8))]


def test_what_is_at_the_same_frame_comes_in_the_order_written():
    schedule = CueSchedule(phase("p", 10, cues=(named("a", seconds=2), named("b", seconds=2))))
    assert [name for name, _ in taken(schedule, PhaseClock(TEN, 0))] == ["a", "b"]


def test_moves_cues_and_prompts_are_all_on_it():
    one = phase(
        "p",
        10,
        moves=(Move(At(), {"room": 1}, 0),),
        cues=(named("go", seconds=1),),
        prompts=(Prompt(At(seconds=2), "Mask."),),
    )
    schedule, clock = CueSchedule(one), PhaseClock(TEN, 0)
    kinds = []
    while schedule.due(clock) is not None:
        kinds.append(type(schedule.take(clock)))
    assert kinds == [Move, Cue, Prompt]


def test_while_the_clock_stands_nothing_is_due():
    clock = PhaseClock(TEN, 0)
    clock.stop(10)
    assert CueSchedule(phase("p", 10, cues=(named("a", seconds=2),))).due(clock) is None


def test_a_position_from_the_end_moves_with_the_end():
    clock = PhaseClock(TEN, 0)
    clock.stretch(0, frames(20))
    schedule = CueSchedule(phase("p", 10, cues=(named("end", seconds=3, from_end=True),)))
    assert schedule.due(clock) == frames(27)


def test_what_lies_before_a_position_is_passed_over_in_order():
    cues = (named("end", seconds=6, from_end=True), named("a", seconds=1), named("b", seconds=9))
    schedule = CueSchedule(phase("p", 10, cues=cues))
    assert [item.name for item in schedule.pass_over(frames(5), TEN)] == ["a", "end"]
    assert taken(schedule, PhaseClock(TEN, 0)) == [("b", frames(9))]


def test_the_look_that_stands_is_that_of_all_moves_the_later_over_the_earlier():
    one = phase("a", 10, moves=(Move(At(seconds=9), {"room": 0.1}, 0), Move(At(), {"lamp": 1}, 0)))
    two = phase("b", 10, moves=(Move(At(seconds=1, from_end=True), {"room": 0.3}, 0),))
    assert standing_look((one, two)) == {"room": 0.3, "lamp": 1}
    assert standing_look(()) == {}


changes = st.lists(
    st.tuples(st.integers(0, 3000), st.sampled_from(["stop", "run", "more", "less"])), max_size=10
)


@given(changes, st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_however_the_clock_is_changed_each_item_comes_once_and_none_is_lost(changes, fractions):
    clock, frame, found = PhaseClock(10_000, 0), 0, []
    cues = tuple(named(str(n), fraction=at) for n, at in enumerate(fractions))
    schedule = CueSchedule(phase("p", 10_000 / 48_000, cues=cues))

    def play(until):
        last = 0
        while (due := schedule.due(clock)) is not None and due < until:
            assert due >= last
            last = due
            found.append(schedule.take(clock).name)

    for gone, what in changes:
        frame += gone
        play(frame)
        if what in ("stop", "run"):
            getattr(clock, what)(frame)
        else:
            clock.stretch(frame, 777 if what == "more" else -333)
    clock.run(frame)
    play(frame + 50_000)
    assert sorted(found) == sorted(str(n) for n in range(len(fractions)))
