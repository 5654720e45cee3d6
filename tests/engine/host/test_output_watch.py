"""Whether the sound is heard: what the host makes of what the sound server says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from soundscape.devices.audio.pulse_server import Output, StreamPath
from soundscape.engine.host.output_watch import OutputWatch
from soundscape.errors import AudioDeviceError

ROOM = Output("alsa.room", "Room", muted=False, volume=1.0, suspended=False)
HALL = replace(ROOM, key="alsa.hall", name="Hall")
PATH = StreamPath(7, ROOM, muted=False, volume=1.0)


class Stage:
    """A sound server with one stream, and what the host is told of it."""

    def __init__(self) -> None:
        self.path: StreamPath | None = PATH
        self.there = True
        self.pid = 1
        self.moved: list[tuple[int, str]] = []
        self.faults: list[str] = []
        self.warned: list[str] = []
        self.lost = 0
        self.watch = OutputWatch(
            self, lambda: self.pid, self.faults.append, self.warned.append, self.lose
        )

    def path_of(self, pid: int) -> StreamPath | None:
        if not self.there:
            raise AudioDeviceError("the sound server does not answer")
        return self.path

    def move(self, stream: int, key: str) -> None:
        if not self.there:
            raise AudioDeviceError("no such output")
        self.moved.append((stream, key))
        assert self.path is not None
        self.path = replace(self.path, output=ROOM)

    def lose(self) -> None:
        self.lost += 1

    def looks(self, **output: object) -> list[str]:
        """Look, with the output as given; what was told of it."""
        self.path = replace(PATH, output=replace(ROOM, **output))  # type: ignore[arg-type]
        self.faults.clear()
        self.watch.poll()
        return self.faults


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_an_output_that_is_on_is_no_fault(stage: Stage) -> None:
    assert stage.looks() == []


def test_a_muted_output_is_told_once_and_so_is_that_it_is_on_again(stage: Stage) -> None:
    [fault] = stage.looks(muted=True)
    assert fault == "no sound can be heard: the output Room is muted in the system's sound settings"
    assert stage.looks(muted=True) == []
    assert stage.looks() == [""]


def test_an_output_whose_rate_changes_is_told_once_and_is_no_fault(stage: Stage) -> None:
    assert stage.looks(sample_spec="s16le 2ch 48000Hz") == []
    assert stage.warned == []
    for _ in range(2):
        assert stage.looks(sample_spec="s16le 1ch 16000Hz") == []
    [warned] = stage.warned
    assert "has changed from s16le 2ch 48000Hz to s16le 1ch 16000Hz" in warned


def test_a_muted_stream_is_told_too(stage: Stage) -> None:
    stage.path = replace(PATH, muted=True)
    stage.watch.poll()
    assert "muted" in stage.faults[0]


@pytest.mark.parametrize(("volume", "told"), [(0.099, True), (0.1, False), (1.2, False)])
def test_below_a_tenth_of_the_volume_it_is_told(stage: Stage, volume: float, told: bool) -> None:
    assert bool(stage.looks(volume=volume)) == told


def test_the_volumes_of_output_and_stream_count_together(stage: Stage) -> None:
    stage.path = replace(PATH, volume=0.3, output=replace(ROOM, volume=0.3))
    stage.watch.poll()
    assert "at 9 %" in stage.faults[0]


def test_a_suspended_output_is_told(stage: Stage) -> None:
    assert "suspended the output Room" in stage.looks(suspended=True)[0]


def test_a_stream_that_was_moved_is_moved_back(stage: Stage) -> None:
    stage.watch.poll()
    stage.path = replace(PATH, output=HALL)
    stage.watch.poll()
    assert stage.moved == [(7, "alsa.room")]
    assert stage.warned == [
        "the sound server had moved the sound to the output Hall; it is back on Room"
    ]
    assert (stage.faults, stage.lost) == ([], 0)


def test_where_its_output_is_gone_the_player_is_lost_rather_than_heard_elsewhere() -> None:
    stage = Stage()
    stage.watch.poll()
    stage.path = replace(PATH, output=HALL)

    def gone(stream: int, key: str) -> None:
        raise AudioDeviceError("no such output")

    stage.move = gone  # type: ignore[method-assign]
    stage.watch.poll()
    assert stage.lost == 1


def test_the_next_player_may_have_another_output(stage: Stage) -> None:
    stage.watch.poll()
    stage.pid, stage.path = 2, replace(PATH, output=HALL)
    stage.watch.poll()
    assert (stage.moved, stage.lost) == ([], 0)


def test_without_a_server_or_a_stream_there_is_no_fault_of_the_output(stage: Stage) -> None:
    stage.looks(muted=True)
    stage.there = False
    stage.watch.poll()
    assert stage.faults[-1] == ""
    stage.there, stage.path = True, None
    stage.watch.poll()
    assert stage.faults[-1] == ""
