from __future__ import annotations

from soundscape.media.damage import Damage


def test_sound_without_damage_has_no_fault() -> None:
    damage = Damage()
    assert damage.text() is None
    assert not damage.breaks_off


def test_closed_holes_are_counted_and_the_first_is_named() -> None:
    damage = Damage()
    damage.close(61.0, 0.1)
    assert damage.text() == "damaged at 1:01, 0.1 s are missing"
    damage.close(70.0, 0.2)
    assert damage.text() == "damaged in 2 places, the first at 1:01, 0.3 s are missing in all"
    assert not damage.breaks_off


def test_a_hole_that_is_too_long_is_named_before_those_that_were_closed() -> None:
    damage = Damage()
    damage.close(61.0, 0.0)
    damage.end(90.0, 2.0)
    assert damage.breaks_off
    assert damage.text() == (
        "damaged at 1:30, where 2.0 s are missing: it ends there; damaged at 1:01"
    )


def test_closed_holes_do_not_make_a_file_too_short() -> None:
    damage = Damage()
    damage.close(1.0, 0.5)
    assert not damage.is_short(9.5, 10.0, exact=True)
    assert damage.is_short(9.3, 10.0, exact=True)
    assert not damage.is_short(9.3, 10.0, exact=False)
