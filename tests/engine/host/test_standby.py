"""The standby player, seen from the host; its processes are pipes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from workers import PipeProcess

from soundscape.engine.host.standby import DEATHS, FOLLOW_EVERY, MARGIN, Standby
from soundscape.ipc.player_messages import (
    CODEC,
    AudioStarted,
    CommandDone,
    DeviceMissing,
    Follow,
    MidiStatus,
    PlayerFailed,
    TakeOver,
)
from soundscape.ipc.shared_audio import SharedAudio
from soundscape.ipc.shared_audio_layout import create_shared_audio
from soundscape.timeline.commands import Command
from soundscape.timeline.external_events import TrackUnplayable
from soundscape.units import frames

HELD = CommandDone(1, frames(3), Command("hold"), "held")
LEFT_OUT = TrackUnplayable(frames(4), "a")
JOB = CODEC.encode("the job")


class Stage:
    def __init__(self, folder: Path) -> None:
        self.time = 0.0
        self.processes: list[PipeProcess] = []
        self.shared = SharedAudio(create_shared_audio(folder / "sound"))
        self.standby = Standby(
            ({"shared_audio": "sound"}, JOB), self.shared, self.spawn, lambda: self.time
        )  # type: ignore[arg-type]

    def spawn(self) -> PipeProcess:
        process = PipeProcess(CODEC)
        process.poll = lambda: process.returncode  # type: ignore[attr-defined]
        self.processes.append(process)
        return process

    def play_to(self, seconds: float) -> None:
        """A block is handed over; the next step of the standby is due."""
        self.shared.write(frames(seconds), np.zeros((1024, 2), np.float32), self.time, 0)
        self.time += FOLLOW_EVERY
        self.standby.follow()

    def got(self, number: int, count: int) -> list[object]:
        return [self.processes[number].channel.receive() for _ in range(count)]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.standby.close()
    for process in made.processes:
        process.close()


SETUP = [{"shared_audio": "sound", "standby": True}, "the job"]


def test_it_is_started_once_the_first_one_plays(stage: Stage) -> None:
    stage.standby.follow()
    assert stage.standby.pid == 0
    stage.play_to(10.0)
    assert stage.standby.pid == stage.processes[0].pid
    follow = Follow(frames(10.0) + 1024 - MARGIN)
    assert stage.got(0, 3) == [*SETUP, follow]


def test_it_gets_what_happened_before_it_began_and_since_and_nothing_else(stage: Stage) -> None:
    stage.standby.note(HELD)
    stage.play_to(10.0)
    stage.standby.note(MidiStatus({}))
    stage.standby.note(LEFT_OUT)
    happened, *later = stage.got(0, 5)[2:]
    assert happened == (HELD,)
    assert [type(one) for one in later] == [Follow, TrackUnplayable]


def test_it_takes_over_from_where_the_last_one_was_and_another_one_is_started(
    stage: Stage,
) -> None:
    stage.standby.note(HELD)
    stage.play_to(10.0)
    worker = stage.standby.take()
    assert worker.process is stage.processes[0]
    assert stage.got(0, 5)[-1] == TakeOver(frames(10.0), 0.0)
    assert stage.standby.pid == 0
    stage.play_to(12.0)
    assert stage.got(1, 3) == [*SETUP, (HELD,)]
    worker.close_output()


def test_one_that_died_while_it_waited_is_replaced(stage: Stage) -> None:
    stage.play_to(10.0)
    stage.processes[0].exit(1)
    stage.play_to(11.0)
    assert len(stage.processes) == 2
    stage.processes[1].exit(1)
    worker = stage.standby.take()
    assert worker.process is stage.processes[2]
    worker.close_output()


def test_where_the_system_starts_no_process_it_is_tried_again_and_is_no_death(
    stage: Stage,
) -> None:
    spawn = stage.standby._spawn

    def none_left() -> PipeProcess:
        raise OSError(24, "Too many open files")

    stage.standby._spawn = none_left  # type: ignore[assignment]
    for number in range(DEATHS):
        stage.play_to(10.0 + number)
        assert stage.standby.pid == 0
        with pytest.raises(OSError, match="Too many"):
            stage.standby.take()
    stage.standby._spawn = spawn
    stage.play_to(20.0)
    stage.standby.take().close_output()
    taken = stage.got(0, 4)[-1]
    assert isinstance(taken, TakeOver)
    assert not taken.plain


def test_after_repeated_deaths_within_a_minute_the_next_one_opens_no_file(stage: Stage) -> None:
    plain = []
    for number in range(DEATHS + 1):
        stage.play_to(10.0 + number)
        stage.standby.take().close_output()
        plain.append(stage.got(number, 4)[-1])
        stage.time += 25.0 if number < DEATHS else 0.0
    assert [one.plain for one in plain if isinstance(one, TakeOver)] == [False, False, True, True]


def test_deaths_far_apart_are_none_of_a_row(stage: Stage) -> None:
    for number in range(DEATHS + 1):
        stage.play_to(10.0 + number)
        stage.standby.take().close_output()
        assert stage.got(number, 4)[-1] == TakeOver(frames(10.0 + number), stage.time - 1.0)
        stage.time += 31.0


LOST = PlayerFailed("it takes no sound", no_device=True)
AWAY = DeviceMissing("the sound server does not answer")


@pytest.mark.parametrize(
    ("before", "after"),
    [([LOST], []), ([LOST], [AWAY, AWAY]), ([], [AWAY, AWAY])],
    ids=["told", "told and away", "hung, and away"],
)
def test_losses_of_the_device_are_no_deaths_of_players(
    stage: Stage, before: list[object], after: list[object]
) -> None:
    for number in range(2 * DEATHS):
        stage.play_to(10.0 + number)
        for message in before:
            stage.standby.note(message)
        stage.standby.take().close_output()
        for message in (*after, AudioStarted("Room")):
            stage.standby.note(message)
        taken = stage.got(number, 4)[-1]
        assert isinstance(taken, TakeOver)
        assert not taken.plain


def test_deaths_count_however_often_the_device_is_lost_between_them(stage: Stage) -> None:
    plain = []
    for number in range(2 * DEATHS - 1):
        stage.play_to(10.0 + number)
        if number % 2:
            stage.standby.note(LOST)
        stage.standby.take().close_output()
        stage.standby.note(AudioStarted("Room"))
        plain.append(stage.got(number, 4)[-1])
    assert [one.plain for one in plain if isinstance(one, TakeOver)] == [False] * 4 + [True]


def test_while_the_device_is_away_the_next_one_gets_ready(stage: Stage) -> None:
    stage.play_to(10.0)
    stage.standby.take().close_output()
    stage.time += FOLLOW_EVERY
    stage.standby.follow()
    assert stage.standby.pid == 0, "it would take the processor from the one that begins"
    stage.standby.note(AWAY)
    stage.time += FOLLOW_EVERY
    stage.standby.follow()
    assert stage.standby.pid


def test_when_the_session_is_over_nothing_is_left_of_it(stage: Stage) -> None:
    stage.play_to(10.0)
    stage.standby.close()
    assert stage.processes[0].killed
    stage.play_to(12.0)
    assert len(stage.processes) == 1


def test_the_standby_takes_the_device_that_the_first_player_found(stage: Stage) -> None:
    stage.play_to(3.0)
    stage.standby.note(AudioStarted("Room"))
    stage.standby.note(AudioStarted("the fallback"))
    stage.standby.take()
    taken = next(
        m for m in iter(stage.processes[0].channel.receive, None) if isinstance(m, TakeOver)
    )
    assert taken.device == "Room"
