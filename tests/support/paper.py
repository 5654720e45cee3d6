"""A host whose player is a fake: its messages come from the test."""

from __future__ import annotations

import threading
from pathlib import Path

from shows import phase, playlist, show, track

from soundscape.engine.host.host import Host
from soundscape.errors import EngineError
from soundscape.ipc.job import Job
from soundscape.ipc.player_messages import CommandDone, CommandFailed
from soundscape.ipc.shared_audio import SharedAudio
from soundscape.ipc.shared_audio_layout import create_shared_audio
from soundscape.scene.models import Room
from soundscape.units import frames

OUTSIDE = "http://192.0.2.7:8137/"


class PaperPlayer:
    """Keeps what it is asked; `hear` tells the host."""

    def __init__(self):
        self.asked = []
        self.reads = True
        self.ended = False
        self.killed = False

    def listen(self, hear, *_others):
        self.hear = hear

    def follow(self):
        pass

    def kill(self):
        self.killed = True

    def release(self):
        self.released = True

    def send(self, asked):
        if self.reads:
            self.asked.append(asked)
        return self.reads

    def end(self, patience):
        self.ended = True
        self.hear(None)


class Stage:
    """Two phases of a minute each, and a clock."""

    def __init__(self, folder: Path, recorder=None):
        self.player = PaperPlayer()
        self.time = 0.0
        self.slept = 0.0
        self.host = Host(
            "here",
            self.player,
            recorder,
            now=lambda: self.time,
            counting_sleep=lambda: self.time + self.slept,
        )
        self.shared_audio = SharedAudio(create_shared_audio(folder / "shared-audio"))
        music = playlist("m", track("a", 60), track("b", 60))
        a_show = show(phase("one", 60, music), phase("two", 60, music))
        self.host.follow(Job(a_show, Room(), output="null"), self.shared_audio)
        self.hear = self.player.hear

    def play_to(self, seconds):
        """The shared audio is at a time, and the clock too."""
        self.time = seconds
        block = self.shared_audio.read(0, 1024)
        self.shared_audio.write(frames(seconds), block, seconds, 2)
        self.host._status._latest = None

    def done(self, command, seconds):
        future = self.host.submit(command)
        number = self.player.asked[-1].number
        self.hear(CommandDone(number, frames(seconds), command, f"{command.do} it is"))
        return future


class PaperOpening:
    fails = False

    async def open(self, address):
        if self.fails:
            raise EngineError("this machine is on no network")
        return OUTSIDE if address is None else f"http://{address}/"

    async def close(self):
        pass


class Answering(Stage):
    """Its player answers by itself."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.refuses = False
        self.player.send = self.answer

    def answer(self, asked):
        at = frames(7)
        if self.refuses:
            told = CommandFailed(asked.number, at, asked.command, "held already")
        else:
            told = CommandDone(asked.number, at, asked.command, "held in one")
        threading.Thread(target=self.hear, args=(told,)).start()
        return True
