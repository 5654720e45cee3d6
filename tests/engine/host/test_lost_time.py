"""What T+ has to count beside the frames that were rendered."""

from __future__ import annotations

import pytest

from soundscape.engine.host.lost_time import LostTime
from soundscape.ipc import clock
from soundscape.units import frames


class Session:
    """A session and the clock beside it, which counts sleep."""

    def __init__(self) -> None:
        self.clock, self.heard = 1000.0, 0.0
        self.lost = LostTime(lambda: self.clock)

    def play(self, seconds: float, jitter: float = 0.0) -> None:
        for step in range(round(seconds * 10)):
            self.clock += 0.1
            self.heard += 0.1
            lag = jitter if step % 2 else 0.0
            self.lost.compare(frames(self.heard - lag), flowing=True)

    def stand(self, seconds: float, *, seen: bool = False) -> None:
        self.clock += seconds
        if seen:
            self.lost.compare(frames(self.heard), flowing=False)


@pytest.fixture
def session() -> Session:
    made = Session()
    made.play(10)
    return made


def test_a_session_that_goes_on_loses_nothing(session: Session) -> None:
    session.play(600, jitter=0.4)
    assert session.lost.uncounted == 0


def test_a_sleep_is_counted_once(session: Session) -> None:
    session.stand(720)
    session.play(10)
    assert session.lost.uncounted == pytest.approx(720, abs=0.2)
    session.lost.count(session.lost.uncounted)
    session.play(60)
    assert session.lost.uncounted == 0


def test_what_a_player_that_takes_over_makes_up_for_is_not_lost(session: Session) -> None:
    session.stand(60, seen=True)
    session.heard += 60
    session.play(20)
    assert session.lost.uncounted == 0


def test_a_session_that_stands_still_is_compared_when_it_goes_on(session: Session) -> None:
    session.stand(60, seen=True)
    assert session.lost.uncounted == 0
    session.play(10)
    assert session.lost.uncounted == pytest.approx(60, abs=0.2)


def test_short_stops_add_up_until_they_are_worth_counting(session: Session) -> None:
    for _ in range(4):
        session.stand(0.4)
        session.play(10)
    assert session.lost.uncounted == pytest.approx(1.6, abs=0.2)


def test_the_clock_that_counts_sleep_is_not_behind_the_one_that_does_not() -> None:
    before = clock.counting_sleep(), clock.now()
    while clock.now() - before[1] < 0.02:
        pass
    after = clock.counting_sleep(), clock.now()
    assert after[0] - before[0] >= 0.9 * (after[1] - before[1])
