"""One dimmer on its way: which fades wait, and which do not."""

from __future__ import annotations

import itertools

from soundscape.lighting.dimmer import Dimmer
from soundscape.lighting.fixture import fixture
from soundscape.lighting.light_fade import LightFade
from soundscape.scene.models import LightSpec, PortSpec, Room

S = 48_000
RATE = 0.1
ROOM = Room(
    midi={"desk": PortSpec(output="desk")},
    lights={"room": LightSpec(port="desk", cc=20, from_=0.5, curve="linear")},
)


def followed(dimmer: Dimmer, until: int) -> None:
    """Send what is due before a frame."""
    while dimmer.due is not None and dimmer.due < until:
        dimmer.update(dimmer.due)


def sent_down() -> Dimmer:
    """A dimmer that went up for two seconds, and has gone down for half a second."""
    dimmer = Dimmer(fixture("room", ROOM, None), RATE, turn_gap=S)
    for frame, target in ((0, 0.7), (2 * S, 0.3)):
        followed(dimmer, frame)
        dimmer.follow(frame, dimmer.plan(frame, target, 2 * S, RATE), RATE)
    followed(dimmer, 5 * S // 2)
    return dimmer


def test_a_fade_that_goes_on_in_its_direction_does_not_wait() -> None:
    assert sent_down().plan(5 * S // 2, 0.1, 2 * S, RATE).start == 5 * S // 2


def test_a_fade_that_turns_within_the_gap_waits_for_its_end() -> None:
    fade = sent_down().plan(5 * S // 2, 0.9, 2 * S, RATE)
    assert 3 * S <= fade.start <= 3 * S + S // 5  # a second after the last turn was sent


def test_after_a_port_was_away_any_change_may_be_a_turn_and_waits() -> None:
    dimmer = sent_down()
    dimmer.resend(3 * S, 40)
    for target in (0.1, 0.9):
        assert dimmer.plan(3 * S, target, 0, RATE).start == 4 * S


def test_a_fade_is_due_only_when_there_is_something_to_send() -> None:
    for start, target in ((0.2, 0.8), (0.8, 0.2)):
        dimmer = Dimmer(fixture("room", ROOM, start), RATE, turn_gap=S)
        dimmer.follow(0, dimmer.plan(0, target, 10 * S, RATE), RATE)
        sent = []
        while dimmer.due is not None:
            sent.append(dimmer.update(dimmer.due))
        assert len(sent) > 70
        assert sent.count(()) <= 1


def test_what_is_behind_its_fade_follows_no_faster_than_the_rate() -> None:
    dimmer = Dimmer(fixture("room", ROOM, 0.2), RATE, turn_gap=S)
    dimmer.follow(0, LightFade(0, 0, 0.8, 0.8), RATE)
    frames, calls = [], 0
    while dimmer.due is not None and dimmer.due < 3 * S:
        at, calls = dimmer.due, calls + 1
        if dimmer.update(at):
            frames.append(at)
    step = S / RATE / 127
    assert len(frames) > 30
    # The first two are the code where it stands and the rest of a step.
    assert all(abs(two - one - step) <= 1 for one, two in itertools.pairwise(frames[2:]))
    assert calls == len(frames), "looked at only when there is something to send"
