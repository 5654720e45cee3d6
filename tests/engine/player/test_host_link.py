"""The player's line to its host: what is kept for the next one, and when there is a next one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from shows import track
from workers import PipeProcess

from soundscape.engine.player.host_link import (
    DEATHS,
    DEATHS_WITHIN,
    HANGS_AFTER,
    LOADED_AFTER,
    LOOK_EVERY,
    SUCCESSOR,
    HostLink,
)
from soundscape.ipc.channel import Alive, Channel, Outbox
from soundscape.ipc.player_messages import (
    CODEC,
    AudioGap,
    AudioStarted,
    CommandDone,
    CommandRequest,
    DeviceMissing,
    HostLeaves,
    MidiSent,
    MidiStatus,
    SessionEnded,
    Succession,
    TakeOver,
)
from soundscape.timeline.commands import SHORT_STOP, Command
from soundscape.timeline.directives import Warned
from soundscape.timeline.external_events import TracksUpdated, TrackUnplayable
from soundscape.timeline.show_update import TrackUpdate

pytestmark = pytest.mark.waits

SETUP = {"shared_audio": "sound", "recorded": "", "standby": False, "request": b"\1\2"}
JOB = CODEC.encode("the job")
HELD = CommandDone(1, 100, Command("hold"), "held")
LEFT_OUT = TrackUnplayable(200, "a")
WARNED = Warned(300, "a file is damaged")
GAP = AudioGap(400, 0.1, 0.5)
STARTED = AudioStarted("Room")


class Line:
    """A link between a player and hosts that are pipes; the first one is `hosts[0]`."""

    def __init__(self, **more: Any) -> None:
        self.hosts = [PipeProcess(CODEC)]
        self.modules: list[str] = []
        self.time = 0.0
        self.outbox = Outbox()
        self.asked: list[object] = []
        self.handled = threading.Event()
        first = Channel(self.hosts[0].stdout, self.hosts[0].stdin, CODEC)
        self.link = HostLink(
            first,
            {**SETUP, **more},
            JOB,
            kill=self.hosts[0].kill,
            spawn=self.spawn,  # type: ignore[arg-type]
            now=lambda: self.time,
        )
        self.status: MidiStatus | None = None

    def spawn(self, module: str) -> PipeProcess:
        self.modules.append(module)
        self.hosts.append(PipeProcess(CODEC))
        return self.hosts[-1]

    def close(self) -> None:
        for host in self.hosts:
            host.die()
        until(lambda: not any(t.name == "host receiver" for t in threading.enumerate()))
        for host in self.hosts:
            host.close()
            host.stdin.close()

    def handle(self, message: object) -> None:
        self.asked.append(message)
        self.handled.set()

    def die(self) -> None:
        """The present host dies; the next one, if there is one, is `hosts[-1]`."""
        self.hosts[-1].die()

    def got(self, count: int = 1) -> list[Any]:
        """The next messages to the present host."""
        return [self.hosts[-1].channel.receive() for _ in range(count)]

    @contextmanager
    def exchanging(self) -> Iterator[None]:
        with self.link.exchange(self.outbox, self.handle, lambda: self.status):
            yield


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    made.close()


def until(true: Callable[[], bool]) -> None:
    for _ in range(2000):
        if true():
            return
        threading.Event().wait(0.005)
    raise AssertionError("it did not come")


def adopted(line: Line, number: int) -> list[Any]:
    """What the host of that number is told first."""
    until(lambda: len(line.hosts) > number)
    known, job = line.got(2)
    assert isinstance(known, Succession)
    assert job == "the job"
    return [known, *line.got(known.history)]


def test_another_host_is_told_the_session_and_goes_on_with_it(line: Line) -> None:
    with line.exchanging():
        for message in (STARTED, HELD, MidiSent(1.0, b"\x90\x3c\x64"), LEFT_OUT, WARNED, GAP):
            line.outbox.put(message)
        line.got(6)
        line.die()
        known, *history = adopted(line, 1)
        assert known == Succession(SETUP, 4, "Room")
        assert history == [HELD, LEFT_OUT, WARNED, GAP]
        line.outbox.put(HELD)
        assert line.got() == [HELD]
        line.hosts[-1].channel.send(CommandRequest(7, Command("duck")))
        assert line.handled.wait(20)
        assert line.asked == [CommandRequest(7, Command("duck"))]
    assert line.modules == [SUCCESSOR]


def test_the_curves_of_measured_files_are_kept_once(line: Line) -> None:
    with line.exchanging():
        found = TracksUpdated(500, (TrackUpdate(0, 1, track("a", 50)),))
        for message in (STARTED, HELD, found):
            line.outbox.put(message)
        line.got(3)
        assert found in line.link._history
        line.die()
        assert adopted(line, 1)[1:] == [HELD, found]


def test_what_happens_between_two_hosts_is_not_lost(line: Line) -> None:
    with line.exchanging():
        line.outbox.put(STARTED)
        line.got()
        spawned = line.link._spawn
        free = threading.Event()

        def slow(module: str) -> Any:
            free.wait(20)
            return spawned(module)

        line.link._spawn = slow
        line.die()
        for message in (HELD, LEFT_OUT):
            line.outbox.put(message)
        until(lambda: len(line.link._history) == 2)
        free.set()
        assert adopted(line, 1)[1:] == [HELD, LEFT_OUT]


def test_a_second_host_that_dies_is_replaced_too(line: Line) -> None:
    with line.exchanging():
        line.outbox.put(STARTED)
        line.outbox.put(HELD)
        line.got(2)
        line.die()
        adopted(line, 1)
        line.outbox.put(LEFT_OUT)
        line.got()
        line.die()
        known, *history = adopted(line, 2)
        assert (known.hosts, history) == (2, [HELD, LEFT_OUT])


def test_after_three_deaths_within_a_minute_there_is_no_other_host(line: Line) -> None:
    with line.exchanging():
        line.outbox.put(STARTED)
        line.got()
        for number in range(1, DEATHS):
            line.die()
            adopted(line, number)
        line.die()
        until(lambda: len(line.link._deaths) == DEATHS)
        line.outbox.put(HELD)
        until(lambda: len(line.link._history) == 1)
    assert len(line.hosts) == DEATHS


def test_deaths_that_are_further_apart_are_each_made_good(line: Line) -> None:
    with line.exchanging():
        line.outbox.put(STARTED)
        line.got()
        for number in range(1, DEATHS + 2):
            line.time += DEATHS_WITHIN / (DEATHS - 1)
            until(lambda number=number: len(line.hosts) == number + 1)  # type: ignore[misc]
            line.hosts[number - 1].die()
            adopted(line, number)


@pytest.mark.parametrize("last", [HostLeaves(), None])
def test_a_host_that_leaves_or_whose_session_is_over_is_not_replaced(
    line: Line, last: object
) -> None:
    with line.exchanging():
        line.outbox.put(STARTED)
        line.got()
        if last is None:
            line.outbox.put(SessionEnded())
            line.got()
        else:
            line.hosts[0].channel.send(last)
        line.die()
        until(lambda: not any(t.name == "host receiver" for t in threading.enumerate()))
    assert line.modules == []


def test_the_next_host_is_loaded_before_it_is_needed(line: Line) -> None:
    with line.exchanging():
        line.outbox.put(STARTED)
        line.got()
        line.time += LOADED_AFTER
        until(lambda: len(line.hosts) == 2)
        line.outbox.put(HELD)
        line.hosts[0].channel.receive()
        line.hosts[0].die()
        assert adopted(line, 1)[1:] == [HELD]
        assert len(line.hosts) == 2
        line.time += LOADED_AFTER
        until(lambda: len(line.hosts) == 3)
    assert line.hosts[2].received() == [], "it is not needed, and is told so"


def test_a_loaded_host_that_has_died_is_not_waited_for(line: Line) -> None:
    with line.exchanging():
        line.outbox.put(STARTED)
        line.got()
        line.time += LOADED_AFTER
        until(lambda: len(line.hosts) == 2)
        line.hosts[1].die()
        line.hosts[0].die()
        adopted(line, 2)


def test_a_host_that_gives_no_sign_of_life_is_killed_and_replaced(line: Line) -> None:
    with line.exchanging():
        line.outbox.put(STARTED)
        line.got()
        line.hosts[0].channel.send(CommandRequest(1, Command("hold")))
        assert line.handled.wait(20)
        for _ in range(round(HANGS_AFTER / LOOK_EVERY)):
            line.link.watch_host()
            line.time += LOOK_EVERY
        assert not line.hosts[0].killed
        line.time += LOOK_EVERY
        line.link.watch_host()
        assert line.hosts[0].killed
        adopted(line, 1)


@pytest.mark.parametrize("sleeps", [True, False])
def test_a_host_hangs_neither_while_it_gives_signs_of_life_nor_while_the_machine_sleeps(
    line: Line, sleeps: bool
) -> None:
    with line.exchanging():
        line.outbox.put(STARTED)
        line.got()
        for number in range(1, 4):
            line.hosts[0].channel.send(Alive())
            until(lambda number=number: len(line.asked) == number)  # type: ignore[misc]
            for _ in range(1 if sleeps else round(HANGS_AFTER / LOOK_EVERY)):
                line.link.watch_host()
                line.time += 2 * HANGS_AFTER if sleeps else LOOK_EVERY
        line.link.watch_host()
        assert not line.hosts[0].killed


def test_a_session_that_nobody_was_told_of_fades_out_with_its_host(line: Line) -> None:
    with line.exchanging():
        line.die()
        assert line.handled.wait(20)
    assert line.asked == [CommandRequest(-1, SHORT_STOP)]
    assert line.modules == []


def test_another_host_learns_that_the_device_is_away_and_how_the_lights_are(line: Line) -> None:
    with line.exchanging():
        for message in (STARTED, DeviceMissing("unplugged")):
            line.outbox.put(message)
        line.got(2)
        line.status = MidiStatus({"desk": "ok"})
        assert line.got() == [line.status]
        line.die()
        assert adopted(line, 1)[0].missing == "unplugged"
        assert line.got() == [line.status]


def test_a_standby_keeps_what_it_was_told_for_the_host_after_the_next() -> None:
    stream = BytesIO()
    last = TakeOver(500, 1.0, device="Room")
    for message in ((HELD,), LEFT_OUT, last):
        Channel(None, stream, CODEC).send(message)
    stream.seek(0)
    made = Line(standby=True)
    made.link._source, first = Channel(stream, None, CODEC), made.link._source
    assert [made.link.receive() for _ in range(3)] == [(HELD,), LEFT_OUT, last]
    made.link._source = first
    with made.exchanging():
        made.outbox.put(WARNED)
        made.got()
        made.die()
        known, *history = adopted(made, 1)
        assert known.output == "Room"
        assert history == [HELD, LEFT_OUT, WARNED]
    made.close()
