import numpy as np
import pytest
from sessions import rendered, script
from shows import phase, playlist, show, track

from soundscape.dsp.comfort_noise import PEAK
from soundscape.engine.player.schedule import unfinished, waits_for
from soundscape.timeline.commands import Command
from soundscape.units import frames

MUSIC = playlist("m", track("a", 40), track("b", 40))


def manual(**more):
    return show(phase("one", 2, MUSIC, advance="manual"), phase("two", 2, MUSIC), end=1, **more)


def test_a_session_that_is_stopped_ends_with_its_fade():
    sound, _ = rendered(manual(), script((1, Command("stop", fade=1.5))), size=4096)
    assert len(sound) == frames(2.5)
    assert np.abs(sound[-1]).max() <= PEAK


@pytest.mark.parametrize("do", ["next", "stop"])
def test_a_phase_waits_for_what_the_script_has_in_store(do):
    waits = waits_for(script((5, Command(do))))
    one = manual().phases[0]
    assert waits(frames(2), one)
    assert not waits(frames(6), one)


def test_a_dose_moves_on_only_a_phase_that_waits_for_it():
    waits = waits_for(script((5, Command("dose"))))
    assert not waits(frames(2), phase("one", 2, MUSIC, advance="manual"))
    assert waits(frames(2), phase("one", 2, MUSIC, advance="dose"))


def test_a_phase_that_does_not_wait_never_does():
    assert not waits_for(script((5, Command("next"))))(frames(2), phase("one", 2, MUSIC))


def test_a_refused_line_does_not_count_as_standing():
    twice = script((0.5, Command("hold")), (0.6, Command("release")), (0.7, Command("release")))
    assert unfinished(manual(), twice) is None
