"""A host that takes the place of one that died: it knows the session as the last one did."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from paper import Stage

from soundscape.engine.host.adoption import NUMBERS_APART, AdoptedPlayer, Adoption
from soundscape.engine.host.host import Host
from soundscape.ipc.job import Job
from soundscape.ipc.player_messages import AudioGap, CommandDone, CommandFailed, SessionEnded
from soundscape.ipc.shared_audio_layout import create_shared_audio
from soundscape.scene.models import Room
from soundscape.timeline.commands import Command
from soundscape.timeline.directives import Warned
from soundscape.timeline.external_events import TrackUnplayable
from soundscape.units import frames

HISTORY = (
    CommandDone(1, frames(3), Command("hold"), "held"),
    CommandFailed(2, frames(4), Command("hold"), "held already"),
    Warned(frames(4.5), "b is damaged", "b is damaged"),
    TrackUnplayable(frames(5), "b"),
    AudioGap(frames(6), 0.1, 0.5),
    CommandDone(3, frames(8), Command("duck"), "ducked"),
)


class Recorder:
    """Keeps the lines."""

    def __init__(self) -> None:
        self.lines: list[dict[str, object]] = []
        self.crashes: list[tuple[str, str | None]] = []

    def record(self, _message: object) -> None:
        pass

    def events(self, lines) -> None:
        self.lines += lines

    def at(self, _frame, _view) -> None:
        pass

    def crashed(self, what, _events, trace=None) -> None:
        self.crashes.append((what, trace))


def adopt(stage: Stage, adoption: Adoption, recorder: Recorder | None = None) -> Host:
    """Another host of the stage's session."""
    show = stage.host._status.mirror.conductor.show
    host = Host("here", stage.player, recorder or Recorder(), now=lambda: stage.time)
    host.adopt(Job(show, Room(), output="null"), stage.shared_audio, None, adoption)
    return host


@pytest.fixture
def stage(tmp_path: Path):
    """A session at ten seconds, in which all of HISTORY happened."""
    made = Stage(tmp_path, Recorder())
    for message in HISTORY:
        made.hear(message)
    made.play_to(10)
    made.host.snapshot()
    yield made
    made.hear(SessionEnded())


def test_it_shows_what_the_last_one_showed(stage: Stage) -> None:
    host = adopt(stage, Adoption(HISTORY, "null", "", 1, (), lambda _: False))
    assert host.started.result(0) == "null"
    before, after = stage.host.snapshot(), host.snapshot()
    assert after.model_dump(exclude={"meter"}) == before.model_dump(exclude={"meter"})
    assert (after.state, after.ducked, after.elapsed) == ("held", True, 10.0)
    stage.player.hear(SessionEnded())


def test_it_tells_and_writes_only_what_the_last_one_did_not(stage: Stage) -> None:
    lines, _ = stage.host.events(0)
    known = lines[:-2]
    recorder = Recorder()
    adoption = Adoption(HISTORY, "null", "", 1, known, lambda line: line in known)
    host = adopt(stage, adoption, recorder)
    host.warn(["it goes on"])
    told, number = host.events(0)
    assert told[:-1] == lines
    assert number == len(lines) + 1
    assert recorder.lines == [*lines[-2:], told[-1]]
    assert host.events(len(lines)) == ([told[-1]], number), "as the last one counted"
    stage.player.hear(SessionEnded())


def test_its_commands_have_numbers_of_their_own(stage: Stage) -> None:
    host = adopt(stage, Adoption(HISTORY, "null", "", 2, (), lambda _: False))
    waiting = host.submit(Command("release"))
    assert stage.player.asked[-1].number == 2 * NUMBERS_APART
    stage.player.hear(CommandDone(0, frames(11), Command("lift"), "asked of the last one"))
    assert not waiting.done()
    stage.player.hear(SessionEnded())


def test_a_device_that_is_away_is_shown(stage: Stage) -> None:
    host = adopt(stage, Adoption(HISTORY, "null", "unplugged", 1, (), lambda _: False))
    assert host.snapshot().health.audio == "no sound: unplugged"
    stage.player.hear(SessionEnded())


def test_what_the_last_one_crashed_of_is_written_down_and_told(stage: Stage) -> None:
    recorder = Recorder()
    host = adopt(stage, Adoption(HISTORY, "null", "", 1, (), lambda _: False), recorder)
    host.record_host_crash("Traceback")
    assert recorder.crashes == [("the session's host ended unexpectedly", "Traceback")]
    assert "took its place" in host.snapshot().warnings[-1].text
    stage.player.hear(SessionEnded())


PLAYER = """
import sys, time
from pathlib import Path
from soundscape.ipc.shared_audio_layout import hold_player_lock
lock = hold_player_lock(Path(sys.argv[1]))
print(flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_player_that_another_process_started_is_known_by_its_lock(tmp_path: Path) -> None:
    path = create_shared_audio(tmp_path / "sound")
    parent = subprocess.Popen(
        [sys.executable, "-c", PLAYER, str(path)], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    )
    assert parent.stdout is not None
    parent.stdout.readline()
    player = AdoptedPlayer(BytesIO(), BytesIO(), path)
    assert (player.pid, player.poll()) == (parent.pid, None)
    with pytest.raises(subprocess.TimeoutExpired):
        player.wait(0.05)
    player.kill()
    assert player.wait(20.0) == 0
    assert player.poll() == 0
    parent.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_the_number_of_a_player_that_is_gone_may_be_anothers_and_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, _signal: killed.append(pid))
    player = AdoptedPlayer(BytesIO(), BytesIO(), create_shared_audio(tmp_path / "sound"))
    player.pid = os.getpid()
    player.kill()
    assert killed == []
