from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from workers import PipeProcess, worker

from soundscape.ipc.channel import Alive
from soundscape.ipc.codec import Codec
from soundscape.ipc.supervisor import BackOff, Rules, Supervisor, Watchdog
from soundscape.ipc.worker import Worker

CODEC = Codec((Alive,))
RULES = Rules(start=10.0, silence=1.0, settled=3.0, pause=0.5, longest_pause=30.0)
FAST = replace(RULES, beat=0.002, pause=0.0, longest_pause=0.0)
PATIENCE = 20.0


def test_a_process_that_starts_has_longer_than_one_that_has_started() -> None:
    dog = Watchdog(RULES, 100.0)
    assert not dog.hangs(110.0)
    assert dog.hangs(110.1)
    dog.alive(105.0, has_started=False)
    assert not dog.hangs(115.0)
    dog.alive(112.0, has_started=True)
    assert not dog.hangs(113.0)
    assert dog.hangs(113.1)
    dog.alive(113.1, has_started=False)
    assert not dog.hangs(114.1)


def test_an_older_sign_of_life_takes_nothing_back() -> None:
    dog = Watchdog(RULES, 0.0)
    dog.alive(5.0, has_started=True)
    dog.alive(2.0, has_started=True)
    assert not dog.hangs(6.0)


def test_the_first_is_replaced_at_once_and_those_that_die_soon_wait_twice_as_long_each_time() -> (
    None
):
    back_off = BackOff(RULES)
    assert [back_off.after(0.1) for _ in range(9)] == [0, 0.5, 1, 2, 4, 8, 16, 30, 30]
    assert back_off.after(3.1) == 0.0
    assert back_off.after(0.1) == 0.5


def test_a_clean_end_waits_for_nothing() -> None:
    back_off = BackOff(RULES)
    assert [back_off.after(0.1, clean=True) for _ in range(3)] == [0, 0, 0]


@dataclass
class Stage:
    """A supervisor over processes made of pipes, on a clock that the test moves."""

    rules: Rules = FAST
    clean_exit: int | None = None
    time: float = 0.0
    sound: float | None = None
    processes: list[PipeProcess] = field(default_factory=list)
    messages: list[object] = field(default_factory=list)
    losses: list[tuple[str, int]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(
            self.make,
            lambda message: self.note(self.messages, message),
            lambda reason, code: self.note(self.losses, (reason, code)),
            self.rules,
            clean_exit=self.clean_exit,
            also_alive=lambda: self.sound,
            now=lambda: self.time,
        )

    def make(self) -> Worker:
        process = PipeProcess(CODEC)
        self.note(self.processes, process)
        return worker(process, CODEC)

    def note(self, where: list[object], what: object) -> None:
        with self.changed:
            where.append(what)
            self.changed.notify_all()

    def until(self, true: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(true, PATIENCE)


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.supervisor.close(0.0)
    for process in made.processes:
        process.close()


def test_messages_are_handled_in_their_order_and_signs_of_life_are_not(stage: Stage) -> None:
    stage.supervisor.start()
    for message in ("first", Alive(), "second"):
        stage.processes[0].channel.send(message)
    stage.until(lambda: len(stage.messages) == 2)
    assert stage.messages == ["first", "second"]


def test_one_that_is_dead_is_replaced_and_told(stage: Stage) -> None:
    stage.supervisor.start()
    stage.processes[0].exit(7)
    stage.until(lambda: len(stage.processes) == 2)
    assert stage.losses == [("it ended", 7)]
    stage.processes[1].channel.send("again")
    stage.until(lambda: stage.messages == ["again"])


def test_where_the_system_starts_no_process_it_is_tried_again(stage: Stage) -> None:
    stage.supervisor.start()
    make, tries = stage.make, list[object]()

    def none_left() -> Worker:
        stage.note(tries, None)
        if len(tries) < 3:
            raise OSError(24, "Too many open files")
        return make()

    stage.supervisor._start = none_left
    stage.processes[0].exit(1)
    stage.until(lambda: len(stage.processes) == 2)
    assert len(tries) == 3
    assert stage.losses == [("it ended", 1)]


def test_one_that_hangs_is_killed_and_replaced(stage: Stage) -> None:
    stage.supervisor.start()
    stage.processes[0].channel.send(Alive())
    stage.processes[0].channel.send("started")
    stage.until(lambda: stage.messages == ["started"])
    stage.time = 1.1
    stage.until(lambda: len(stage.processes) == 2)
    assert stage.processes[0].killed
    assert stage.losses == [("it hung", -9)]


def test_one_that_sends_what_cannot_be_read_is_killed_and_replaced(stage: Stage) -> None:
    stage.supervisor.start()
    stage.processes[0].channel.send_encoded(b"no message")
    stage.until(lambda: len(stage.processes) == 2)
    assert stage.processes[0].killed
    assert stage.losses == [("it sent what cannot be read", -9)]


@pytest.mark.waits
def test_sound_that_goes_out_is_a_sign_of_life(stage: Stage) -> None:
    stage.supervisor.start()
    stage.sound = stage.time = 50.0
    for beat in range(20):
        assert isinstance(stage.processes[0].channel.receive(), Alive), beat
    assert not stage.losses
    stage.time = 51.1
    stage.until(lambda: stage.losses == [("it hung", -9)])


def test_signs_of_life_go_to_the_process(stage: Stage) -> None:
    stage.supervisor.start()
    assert stage.supervisor.send("hello")
    got = [stage.processes[0].channel.receive() for _ in range(3)]
    assert "hello" in got
    assert Alive() in got


def test_after_the_last_message_its_input_is_closed_and_it_is_not_replaced(stage: Stage) -> None:
    stage.supervisor.start()
    received: list[object] = []
    reading = threading.Thread(target=lambda: received.extend(stage.processes[0].received()))
    reading.start()
    stage.supervisor.close(PATIENCE, "good bye")
    reading.join(PATIENCE)
    assert received[-1] == "good bye"
    assert not stage.processes[0].killed
    assert (stage.losses, len(stage.processes)) == ([], 1)


def test_one_that_does_not_end_by_itself_is_killed(stage: Stage) -> None:
    stage.supervisor.start()
    stage.supervisor.close(0.01)
    assert stage.processes[0].killed
    assert (stage.losses, len(stage.processes)) == ([], 1)


def test_one_that_is_not_to_be_replaced_is_lost_for_good() -> None:
    stage = Stage(replace(FAST, start=math.inf, silence=math.inf, restart=False))
    stage.supervisor.start()
    stage.processes[0].exit(1)
    stage.until(lambda: bool(stage.losses))
    stage.supervisor._keeper.join(PATIENCE)
    assert len(stage.processes) == 1
    stage.processes[0].close()


def test_one_that_is_released_ends_without_a_next_one(stage: Stage) -> None:
    stage.supervisor.start()
    stage.supervisor.release()
    stage.processes[0].exit(0)
    stage.supervisor._keeper.join(PATIENCE)
    assert not stage.supervisor._keeper.is_alive()
    assert len(stage.processes) == 1
