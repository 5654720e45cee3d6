"""A soak: a session through the real player and real files, steered and broken at random.

The clock goes on with each block that the output takes, so hours pass in minutes; what waits for
files waits for them as an offline render does. Everything drawn comes from one seed.
"""

from __future__ import annotations

import gc
import os
import random
from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Empty
from time import sleep
from typing import Any

import numpy as np
from rooms import make_room
from shows import level, phase, playlist, show
from soak_checks import SoundCheck, resources
from sounds import encode, tone

from soundscape import synth
from soundscape.command_arguments import FLAG, SWITCH, TEXT, Argument
from soundscape.command_specs import COMMANDS
from soundscape.devices.audio.output import ROOM_TRIMS
from soundscape.engine.host.session_mirror import SessionMirror
from soundscape.engine.player.player import Player
from soundscape.engine.player.session import Session
from soundscape.engine.player.sources import SourcePool
from soundscape.ipc.player_messages import (
    RECORDED,
    AudioStarted,
    CommandDone,
    CommandFailed,
    CommandRequest,
    TakeOver,
)
from soundscape.lighting.rig import Rig
from soundscape.midi.messages import Message
from soundscape.mixer.output_trims import OutputGains
from soundscape.mixer.source import Block
from soundscape.synth import NOMINAL_LUFS
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor, waits_as_written
from soundscape.timeline.external_events import apply
from soundscape.timeline.show import (
    DUCK_DB,
    FileSource,
    GeneratedSource,
    Move,
    Playlist,
    Show,
    Track,
    Voice,
)
from soundscape.units import At, frames

RATE = 48_000
BLOCK = 8192
PHASES = ("arrival", "onset", "peak", "return", "rest")
SOUNDING = {"playing", "held", "waiting", "landing"}
SETTLED = 30.0
"""Seconds after which music is heard, whatever fades."""
TONES_LUFS = -20.0
"""The loudness of the files' tones, which the drone has too: the sound is judged by it."""
DRONE = playlist(
    "drone",
    Track(
        "drone",
        "drone",
        GeneratedSource((Voice("drone", synth.check("drone", {})),), 1),
        frames(3600.0),
        TONES_LUFS - NOMINAL_LUFS,
    ),
)


class Killed(BaseException):
    """The player's process is killed: nothing of it gets a say any more."""


@dataclass
class Soak:
    """One session of `seconds`, with so many commands and faults, all by one seed.

    With `kills` every third fault kills the player; what it leaves in memory goes with its process,
    but stays in this one.
    """

    folder: Path
    seed: int
    seconds: float
    commands: int
    faults: int
    kills: bool = True
    sound: SoundCheck = field(default_factory=SoundCheck)
    answered: list[int] = field(default_factory=list)
    asked: int = 0
    players: int = 0
    broken: list[str] = field(default_factory=list)
    memory: list[tuple[float, int]] = field(default_factory=list)
    """Seconds and KiB, every ten seconds."""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.time = 1000.0
        self.show = self._show()
        self.mirror = SessionMirror(Conductor(self.show, waits_as_written))
        self.session: Session
        self.player: Player
        self._history: list[Any] = []
        self._sent_at = array("q")
        self._sent: list[tuple[str, bytes]] = []  # each pair once in memory, which is compared
        self._pairs: dict[tuple[str, bytes], tuple[str, bytes]] = {}
        self._first_heard = self.time
        self._sounding_since = self.time
        self._position = 0, self.time
        self._plan = self._drawn()
        self._waiting: dict[int, CommandRequest] = {}
        self._between_players = False

    # the session ----------------------------------------------------------------------------------

    def _show(self) -> Show:
        lists = []
        for name in PHASES:
            tracks = []
            for number in range(4):
                path = self.folder / f"{name}{number}.{('flac', 'mp3', 'ogg', 'wav')[number]}"
                seconds = self.chance.uniform(40.0, 90.0)
                hertz = self.chance.uniform(110.0, 450.0)
                if not path.exists():
                    encode(path, tone(seconds, 44_100, hertz, 0.1), 44_100)
                tracks.append(Track(path.name, path.name, FileSource(str(path)), frames(seconds)))
            lists.append(playlist(name, *tracks, shuffle=True))
        length = self.seconds / len(PHASES)
        made = [self._phase(name, length, music) for name, music in zip(PHASES, lists, strict=True)]
        whole = show(*made, start=5.0, end=10.0, phase=12.0, landing=DRONE)
        return replace(whole, name="Soak", drone=DRONE)

    def _phase(self, name: str, length: float, music: Playlist) -> Any:
        moves = (
            Move(At(), {"room": self.chance.random(), "lamp": self.chance.random()}, frames(60)),
        )
        advance = "manual" if name == PHASES[-1] else "auto"
        flat = level((0, self.chance.uniform(-3.0, 0.0)))
        return phase(name, length, music, advance=advance, loudness=flat, moves=moves)

    def _new_session(self) -> Session:
        return Session(
            Conductor(self.show, waits_as_written), SourcePool(patient=True), Rig(make_room())
        )

    def run(self) -> None:
        """Play it to its end, whatever is killed meanwhile."""
        resume: TakeOver | None = None
        self.session = self._new_session()
        while True:
            self.players += 1
            self.player = Player(self.session, self, self, now=lambda: self.time, sleep=self._sleep)
            try:
                self.player.run(resume)
            except Killed:
                self._collect()
                self._between_players = True
                self.session.pool.close()
                gc.collect()  # a process takes all of it along
                self.sound.begin_again()
                self.session = self._new_session()
                for record in self._history:
                    self.session.replay(record)
                resume = TakeOver(*self._position)
                self.time += 0.3  # the standby's time to begin
                self._sounding_since = self.time
                continue
            self._collect()
            return

    # what the player sees: an output, a light process, a clock ------------------------------------

    name = "soak"
    block_frames = BLOCK
    ahead = 0.25
    gaps: Sequence[Any] = ()

    def open(self) -> None:
        """It is there."""

    def wait_for_room(self) -> None:
        """There is room."""

    def next_heard(self) -> float:
        """Each block is heard at once."""
        return self.time

    def write(self, block: Block, _gains: OutputGains = ROOM_TRIMS) -> float:
        """Take a block: the clock goes on, and what is due happens."""
        moment = self.time
        self._position = self.session.frame - len(block), moment
        self.time += len(block) / RATE
        state = str(self.session.conductor.transport.state)
        if state not in SOUNDING:
            self._sounding_since = self.time
        master = self.session.conductor.master
        lowered = -master.level_db - (DUCK_DB if master.ducked else 0.0)
        self.sound.hear(block, self.time - self._sounding_since > SETTLED, lowered)
        self._collect()
        while not self.session.ready():
            sleep(0.001)  # decoders work in true time: ours is to wait for them
        while self._plan and self._plan[0][0] <= self.time - self._first_heard:
            _, happen = self._plan.pop(0)
            happen()
        return moment

    def drain(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""

    def send(self, batch: Any) -> None:
        """Take messages for the lights."""
        for due, port, data in batch:
            self._sent_at.append(round((due - self._first_heard) * RATE))
            self._sent.append(self._pairs.setdefault((port, data), (port, data)))

    @property
    def messages(self) -> list[Message]:
        """What was sent to the lights."""
        return [Message(at, *pair) for at, pair in zip(self._sent_at, self._sent, strict=True)]

    def _sleep(self, seconds: float) -> None:
        self.time += seconds

    def _collect(self) -> None:
        """What the host does with what the player says."""
        self.mirror.take_events()
        with suppress(Empty):
            while True:
                message = self.player.outbox.get()
                if isinstance(message, CommandDone):
                    self.mirror.done(message)
                elif not isinstance(message, CommandFailed) and isinstance(message, RECORDED):
                    self.mirror.reach(message.frame)
                    apply(self.mirror.conductor, message)
                if isinstance(message, RECORDED):
                    self._history.append(message)
                if isinstance(message, CommandDone | CommandFailed):
                    self.answered.append(message.number)
                    self._waiting.pop(message.number)
                if isinstance(message, AudioStarted) and self._between_players:
                    self._between_players = False
                    for request in self._waiting.values():
                        self.player.request(request)

    # what happens ---------------------------------------------------------------------------------

    def _drawn(self) -> list[tuple[float, Callable[[], None]]]:
        kinds = [self._damage, self._unplug, *([self._kill] if self.kills else [])]
        drawn = [(self._moment(1.0), self._command) for _ in range(self.commands)]
        drawn += [(self._moment(40.0), kinds[k % len(kinds)]) for k in range(self.faults)]
        drawn += [(float(at), self._note_memory) for at in range(10, int(self.seconds), 10)]
        # So that as much has sounded at once, before memory is compared, as ever will.
        drawn += [(100.0 + k, lambda: self._ask(Command("skip"))) for k in range(5)]
        drawn += [(200.0, lambda: self._ask(Command("land")))]
        drawn += [(300.0, lambda: self._ask(Command("land", on=False)))]
        drawn.append((self.seconds + 20.0, lambda: self._ask(Command("stop", fade=5.0))))
        return sorted(drawn, key=lambda one: one[0])

    def _moment(self, first: float) -> float:
        return self.chance.uniform(first, self.seconds)

    def _note_memory(self) -> None:
        self.memory.append((self.time - self._first_heard, resources()[0]))

    def _ask(self, command: Command) -> None:
        self.asked += 1
        request = self._waiting[self.asked] = CommandRequest(self.asked, command)
        if not self._between_players:
            self.player.request(request)

    def _command(self) -> None:
        """Any command with any arguments; silence is soon followed by music."""
        state = str(self.session.conductor.transport.state)
        if state in ("paused", "muted") and self.chance.random() < 0.7:
            self._ask(Command("play"))
            return
        last = self.session.conductor.index == len(PHASES) - 1
        ends = {"stop"} | ({"next"} if last else set())
        spec = COMMANDS[self.chance.choice([name for name in COMMANDS if name not in ends])]
        values = {one.name: self._value(one) for one in spec.arguments}
        self._ask(Command(spec.name, **{k: v for k, v in values.items() if v is not None}))

    def _value(self, argument: Argument) -> Any:
        if not argument.required and self.chance.random() < 0.5:
            return None
        if argument.type is TEXT:
            return self.chance.choice(PHASES)
        if argument.type is FLAG:
            return True
        if argument.type is SWITCH:
            return self.chance.random() < 0.5
        if argument.name == "by" and argument.type.unit != "s":
            return self.chance.uniform(-2.0, 1.5)
        return self.chance.uniform(-60.0 if argument.type.signed else 0.0, 60.0)

    def _kill(self) -> None:
        self.broken.append("killed")
        raise Killed

    def _damage(self) -> None:
        """A file is truncated, gone or made rubbish, whatever it does at the moment."""
        path = self.chance.choice(sorted(self.folder.glob("*.*")))
        how = self.chance.choice(["truncated", "gone", "rubbish"])
        self.broken.append(f"{path.name} {how}")
        if how == "gone":
            path.unlink()
        elif how == "truncated":
            os.truncate(path, path.stat().st_size // 3)
        else:
            path.write_bytes(bytes(1000) + np.random.default_rng(self.seed).bytes(20_000))

    def _unplug(self) -> None:
        """The lights' port goes, and comes back."""
        self.broken.append("light port")
        self.player.set_light_port("desk", there=False)
        back = self.time - self._first_heard + self.chance.uniform(0.2, 20.0)
        self._plan.append((back, lambda: self.player.set_light_port("desk", there=True)))
        self._plan.sort(key=lambda one: one[0])
