"""How a standby player waits, and how it leaves the lights when it takes over."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from rooms import make_room
from sessions import opener
from shows import phase, playlist, show, track

from soundscape.engine.player.host_link import HostLink
from soundscape.engine.player.main import _stand_by
from soundscape.engine.player.session import Session
from soundscape.engine.player.sources import SourcePool
from soundscape.errors import EngineError
from soundscape.ipc import clock
from soundscape.ipc.channel import Alive, Channel
from soundscape.ipc.player_messages import CODEC, CommandDone, Follow, TakeOver
from soundscape.lighting.rig import Rig
from soundscape.scene.models import LightSpec
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.show import Move
from soundscape.units import SAMPLE_RATE, At, frames

MUSIC = playlist("m", track("one", 300))


def a_session() -> Session:
    move = Move(At(), {"room": 0.9}, frames(20.0))
    room = make_room(lights={"room": LightSpec(port="desk", cc=20, curve="linear", from_=0.1)})
    a_show = show(phase("one", 200, MUSIC, moves=(move,)))
    pool = SourcePool(opener(), patient=False)
    return Session(Conductor(a_show), pool, Rig(room))


def told(*messages: object) -> HostLink:
    stream = BytesIO()
    for message in messages:
        Channel(None, stream, CODEC).send(message)
    stream.seek(0)
    return HostLink(Channel(stream, None, CODEC), {}, b"", kill=lambda: None)


def test_a_standby_follows_what_it_is_told_until_it_is_to_take_over() -> None:
    session, last = a_session(), TakeOver(frames(9.0), clock.now())
    hold = CommandDone(1, frames(3.0), Command("hold"), "held")
    assert _stand_by(session, told(Follow(frames(2.0)), Alive(), hold, last), ()) == last
    assert session.frame == frames(9.0)
    assert session.conductor.transport.state.value == "held"
    session.finish()


def test_a_standby_that_comes_late_gets_all_that_happened_at_once() -> None:
    session, last = a_session(), TakeOver(frames(9.0), clock.now())
    happened = tuple(
        CommandDone(number, frames(float(number)), Command(do), "done")
        for number, do in enumerate(("hold", "release", "duck"))
    )
    assert _stand_by(session, told(happened, last), ()) == last
    assert session.conductor.master.ducked
    assert session.frame == frames(9.0)
    session.finish()


def test_a_standby_of_a_session_that_is_over_ends() -> None:
    session = a_session()
    with pytest.raises(EOFError):
        _stand_by(session, told(Follow(frames(2.0))), ())
    session.finish()


def test_a_standby_that_cannot_follow_ends() -> None:
    session = a_session()
    late = CommandDone(1, frames(3.0), Command("hold"), "held")
    with pytest.raises(EngineError):
        _stand_by(session, told(Follow(frames(5.0)), late), ())
    session.finish()


def test_lights_go_on_from_where_the_lost_player_left_them_by_a_ramp() -> None:
    session, last = a_session(), TakeOver(frames(5.0), clock.now())
    _stand_by(session, told(last), ("desk",))
    session.catch_up(frames(12.0))
    assert session.render(1000).messages == [], "its port is not open yet"
    session.set_light_port("desk", there=True)
    codes = [
        (message.frame, message.data[2] / 127)
        for _ in range(60)
        for message in session.render(SAMPLE_RATE // 10).messages
    ]
    first, level = codes[0]
    assert level == pytest.approx(0.1 + 0.8 * 5 / 20, abs=0.02), "where it was after five seconds"
    steps = np.diff([level for _, level in codes])
    assert (np.abs(steps) <= 0.02).all()
    assert codes[-1][1] > 0.5, "and on to where it should be by now"
    assert first >= frames(12.0)
    session.finish()
