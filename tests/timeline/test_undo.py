"""`back`, `undo`, `dose --undo`, `dose --ago` and `swap --undo`."""

import pytest
from shows import phase, playlist, show, track

from soundscape.errors import CommandRefused
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.directives import ClipStarts, LightsMove, PhaseBegins, PromptShows
from soundscape.timeline.show import Move, Prompt
from soundscape.timeline.transport import State
from soundscape.timeline.undo import MOST_LEFT, UNDO_WITHIN
from soundscape.units import SAMPLE_RATE, At, frames

ONE = playlist("one", *(track(f"a{n}", 300) for n in range(3)))
TWO = playlist("two", *(track(f"b{n}", 300) for n in range(3)))
LAMP = (Move(At(), {"lamp": 0.3}, frames(5)), Move(At(60.0), {"lamp": 0.1}, frames(5)))


class Session:
    """A conductor that is driven in seconds, and what it decided."""

    def __init__(self, *phases, **more):
        self.conductor = Conductor(show(*phases, **more))
        self.told = []

    def after(self, seconds):
        self.told += self.conductor.advance(self.conductor.frame + frames(seconds))
        return self

    def do(self, what, **arguments):
        self.conductor.command(Command(what, **arguments))
        self.told += self.conductor.context.take_directives()
        return self

    def refuses(self, what, said, **arguments):
        with pytest.raises(CommandRefused, match=said):
            self.do(what, **arguments)

    def all(self, kind):
        return [one for one in self.told if isinstance(one, kind)]

    def tracks(self):
        return [one.clip.track.key for one in self.all(ClipStarts)]

    @property
    def passed(self):
        return self.conductor.clock.position(self.conductor.frame) / SAMPLE_RATE

    @property
    def at(self):
        return self.conductor.phase.name


def session(**first):
    return Session(
        phase("one", 120, ONE, **first), phase("two", 120, TWO), phase("three", 120, ONE)
    )


def test_back_goes_on_where_the_phase_before_was_left():
    run = session().after(50).do("next").after(20).do("back")
    assert (run.at, run.passed) == ("one", 50)
    run.after(5)
    assert run.passed == 55
    assert [one.name for one in run.all(PhaseBegins)] == ["one", "two", "one"]


def test_back_and_back_again_goes_through_the_phases_as_they_were():
    run = session().after(10).do("next").after(20).do("next").after(30).do("back").do("back")
    assert (run.at, run.passed) == ("one", 10)
    run.refuses("back", "no phase came before")


def test_a_phase_that_is_returned_to_plays_the_next_track_of_its_playlist_by_a_crossfade():
    run = session().after(50).do("next").after(20).do("back").after(1)
    assert run.tracks() == ["a0", "b0", "a1"]
    assert run.all(ClipStarts)[-1].clip.fade_in.frames == run.conductor.show.fades.phase


def test_what_a_phase_has_sent_is_not_sent_again_and_the_look_is_the_one_that_stood():
    run = session(moves=LAMP).after(70).do("next")
    run.do("back").after(40)
    values = [one.values["lamp"] for one in run.all(LightsMove)]
    assert values == [0.3, 0.1]
    half_way = session(moves=LAMP).after(30).do("next").after(5).do("back").after(31)
    values = [one.values["lamp"] for one in half_way.all(LightsMove)]
    assert values == [0.3, 0.1, 0.3, 0.1]  # at the start, by `next`, by `back`, at its time


def test_the_prompt_that_stood_is_shown_again():
    prompts = (Prompt(At(), "mask"), Prompt(At(100.0), "pulse"))
    run = session(prompts=prompts).after(30).do("next").after(5).do("back").after(71)
    assert [one.text for one in run.all(PromptShows)] == ["mask", "mask", "pulse"]


def test_back_under_a_pause_moves_silently_and_stays_paused():
    run = session().after(50).do("next").after(5).do("pause").after(10).do("back")
    assert (run.at, run.conductor.transport.state) == ("one", State.PAUSED)
    run.after(10).do("play").after(1)
    assert run.passed == 51


def test_only_so_many_phases_are_remembered():
    run = session()
    for _ in range(MOST_LEFT + 5):
        run.after(0.5).do("goto", phase="two")
    assert len(run.conductor.left_phases) == MOST_LEFT


@pytest.mark.parametrize(
    ("what", "more"), [("next", {}), ("goto", {"phase": "three"}), ("back", {})]
)
def test_undo_takes_a_change_of_phase_back_by_the_shorter_crossfade(what, more):
    run = session().after(10).do("next").after(30).do(what, **more).after(5).do("undo")
    assert (run.at, run.passed) == ("two", 30)
    assert run.conductor.transport.state is State.PLAYING
    starts = run.all(ClipStarts)
    assert starts[-1].clip.fade_in.frames == run.conductor.show.fades.skip


def test_undo_gives_back_the_track_that_had_begun():
    run = session().after(10).do("next").after(5).do("undo").after(5).do("next").after(1)
    assert run.tracks() == ["a0", "b0", "a1", "b0"]


def test_undo_restores_a_hold_and_a_landing():
    held = session().after(10).do("hold").do("next").after(5).do("undo")
    assert (held.at, held.conductor.transport.state) == ("one", State.HELD)
    landed = session().after(10).do("land").after(5).do("next").after(5).do("undo")
    assert (landed.at, landed.conductor.transport.state) == ("one", State.LANDING)
    assert landed.conductor.looks.covers == {"land"}
    landed.do("land")
    assert landed.conductor.transport.state is State.PLAYING


def test_undo_takes_back_only_the_last_thirty_seconds():
    within = session().after(10).do("next").after(UNDO_WITHIN / SAMPLE_RATE).do("undo")
    assert within.at == "one"
    late = session().after(10).do("next").after(UNDO_WITHIN / SAMPLE_RATE + 1)
    late.refuses("undo", "within 30s|within 0:30")
    assert late.at == "two"


def test_undo_without_anything_done_is_refused():
    session().after(5).refuses("undo", "nothing to take back")


def test_undo_of_a_dose_takes_the_mark_and_the_move_back():
    run = session(advance="dose").after(40).do("dose").after(10).do("undo")
    assert (run.at, run.passed, run.conductor.dosed_at) == ("one", 40, None)
    run.do("dose")
    assert run.at == "two"


def test_undo_of_a_booster_leaves_the_first_dose():
    run = session().after(10).do("dose").after(10).do("dose").after(5).do("undo")
    assert run.conductor.doses == [frames(10)]


def test_dose_ago_moves_a_marked_dose():
    run = session().after(60).do("dose").after(10).do("dose", ago=30.0)
    assert run.conductor.doses == [frames(40)]
    assert run.do("undo").conductor.doses == [frames(60)]


def test_dose_undo_takes_the_mark_back_at_any_time_and_the_phase_stays():
    run = session(advance="dose").after(10).do("dose").after(90).do("dose", undo=True)
    assert (run.at, run.conductor.dosed_at) == ("two", None)
    run.refuses("dose", "none is marked", undo=True)
    run.do("back")
    assert run.at == "one"


def test_dose_undo_takes_the_last_dose_first():
    run = session().after(10).do("dose").after(10).do("dose").after(60).do("dose", undo=True)
    assert run.conductor.doses == [frames(10)]


def test_dose_takes_ago_or_undo_but_not_both():
    session().after(10).do("dose").refuses("dose", "not both", ago=3.0, undo=True)


def test_undo_of_a_swap_crossfades_back_to_the_track_and_keeps_the_other_for_next():
    run = session().after(20).do("swap").after(10).do("undo").after(1)
    assert run.tracks() == ["a0", "a1", "a0"]
    run.do("skip").after(1)
    assert run.tracks()[-1] == "a1"
    assert run.conductor.context.left_out == set()


def test_swap_undo_lets_the_track_play_again_in_its_turn():
    run = session().after(20).do("swap").after(60)
    run.do("swap", undo=True).after(1)
    assert run.conductor.context.left_out == set()
    assert run.tracks() == ["a0", "a1"]
    run.refuses("swap", "no track was swapped out", undo=True)


def test_a_swap_can_be_undone_when_all_tracks_were_swapped_out():
    run = session().after(5)
    for _ in range(3):
        run.do("swap").after(2)
    assert run.tracks()[-1] not in {"a0", "a1", "a2"}
    run.do("undo").after(1)
    assert run.tracks()[-1] == "a2"
