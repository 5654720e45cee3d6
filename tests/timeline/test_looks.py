from soundscape.timeline.directives import LightsMove, LightsTrim
from soundscape.timeline.looks import Looks
from soundscape.timeline.show import Move
from soundscape.units import At, frames

CARE = Move(At(), {"room": 0.6}, frames(3))


def board(**standing):
    made = Looks(CARE)
    made.move(0, standing, 0)
    return made


def test_a_move_goes_out_and_its_look_stands():
    one = Looks(CARE)
    assert one.move(5, {"room": 0.2}, 100) == [LightsMove(5, {"room": 0.2}, 100)]
    assert one.shown() == {"room": 0.2}


def test_beneath_a_cover_the_scene_goes_on_unseen():
    one = board(room=0.2, lamp=0.5)
    assert one.cover(10, "care") == [LightsMove(10, {"room": 0.6}, frames(3), care=True)]
    assert one.move(20, {"room": 0.1}, 100) == []
    assert one.shown() == {"room": 0.6, "lamp": 0.5}
    assert one.uncover(30, "care")[0].values == {"room": 0.1, "lamp": 0.5}


def test_only_the_last_cover_taken_away_brings_the_look_back():
    one = board(room=0.2)
    one.cover(1, "mute")
    one.cover(2, "care")
    assert one.uncover(3, "mute") == []
    assert one.uncover(4, "care") == [LightsMove(4, {"room": 0.2}, frames(10))]


def test_a_cover_that_is_not_there_cannot_be_taken_away():
    assert board(room=0.2).uncover(1, "land") == []


def test_a_jump_moves_only_what_differs():
    one = board(room=0.2, lamp=0.5)
    assert one.jump(7, {"room": 0.2, "lamp": 0.1}, 50) == [LightsMove(7, {"lamp": 0.1}, 50)]
    assert one.jump(8, {"room": 0.2}, 50) == []


def test_softer_and_brighter_again_is_where_it_was():
    one = board(room=0.5)
    assert one.trim(1, -1) == [LightsTrim(1, 0.8)]
    assert one.trim(2, 1) == [LightsTrim(2, 1.0)]
