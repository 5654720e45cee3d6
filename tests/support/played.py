"""A session without processes, sound or network: a real conductor, whose time goes when it is told.

It is what the console's client is, so every command has its true effect.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from queue import SimpleQueue
from typing import Any

from shows import level, phase, playlist, show, track

from soundscape.errors import CommandRefused, SessionLost
from soundscape.remote.api.schemas import CommandReply, PairingLink
from soundscape.remote.client.client import SessionEvent
from soundscape.timeline.commands import Command, parse_command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.directives import Warned
from soundscape.timeline.show import Move, Prompt, Show
from soundscape.units import At, frames, seconds
from soundscape.views.history import History
from soundscape.views.replies import reply
from soundscape.views.snapshot import Health, MeterView, Remote, Snapshot
from soundscape.views.take_snapshot import take_snapshot


def evening(**more: Any) -> Show:
    """A session as the shipped ones are, of five phases."""
    music = playlist("m", track("First light", 300), track("Slow water", 400))
    deep = playlist("deep", track("Undertow", 800), track("The long field", 700))
    rain = playlist("r", track("Rain on leaves", 4000))
    seen = (Move(At(), {"room": 0.35, "warmth": 0.2}, 0),)
    dim = (Move(At(), {"room": 0.05}, frames(240)),)
    say = (Prompt(At(), "Mask, headphones, intention."),)
    flat = [level((0, db)) for db in (-26, -24, -21, -25, -28)]
    made = show(
        phase("arrival", 900, music, advance="dose", loudness=flat[0], moves=seen, prompts=say),
        phase("onset", 480, music, ambience=rain, loudness=flat[1], moves=dim),
        phase("peak", 1800, deep, ambience=rain, loudness=flat[2]),
        phase("return", 1800, music, loudness=flat[3]),
        phase("rest", 1200, music, advance="manual", loudness=flat[4]),
        **more,
    )
    return replace(made, name="KAP, intramuscular")


class Played:
    """The session, and the client of it."""

    def __init__(self, played: Show | None = None, **laid_beside: Any) -> None:
        self.conductor, self.chronicle = Conductor(played or evening()), History()
        self.label = laid_beside.get("label", "")
        self.health: Health = laid_beside.get("health", Health())
        self.meter: MeterView = laid_beside.get("meter", MeterView())
        self.begun_as: str = laid_beside.get("begun_as", "")
        self.remote_page: Remote = laid_beside.get("remote", Remote())
        self.asked: list[Command] = []
        self.broken = False
        self.silent = False
        self.stands_still = False
        self.cleared = False
        self._told: SimpleQueue[Snapshot | SessionEvent | None] = SimpleQueue()
        self._lock = threading.Lock()
        self.advance(0.0)

    def advance(self, time: float) -> None:
        """Let time pass."""
        with self._lock:
            self.chronicle.follow(self.conductor.advance(self.conductor.frame + frames(time)))
            self._told.put(self.view())

    def warn(self, text: str) -> None:
        """Tell the therapist something."""
        self.chronicle.follow([Warned(self.conductor.frame, text)])
        self._told.put(self.view())

    def try_to(self, asked: Mapping[str, Any]) -> None:
        """Do a command, or have it refused."""
        with suppress(CommandRefused):
            self.do(asked)

    def view(self) -> Snapshot:
        return take_snapshot(
            self.conductor,
            self.chronicle,
            label=self.label,
            health=self.health,
            meter=self.meter,
            remote=self.remote_page,
            begun_as=self.begun_as,
        )

    def tell(self, **line: Any) -> None:
        """Let something happen."""
        self._told.put(SessionEvent(line))

    def break_off(self) -> None:
        """The connection breaks; nothing answers from now on."""
        self.broken = True
        self._told.put(None)

    def answer_again(self) -> None:
        self.broken = False
        self.advance(1.0)

    # the client -----------------------------------------------------------------------------------

    def do(self, asked: Mapping[str, Any]) -> CommandReply:
        if self.broken:
            raise SessionLost("the session does not answer")
        command = parse_command(asked)
        with self._lock:
            self.asked.append(command)
            self.conductor.command(command)
            said = reply(self.conductor, command)
            self.chronicle.done(self.conductor.frame, command)
            self.chronicle.follow(self.conductor.advance(self.conductor.frame + 480))
            self._told.put(self.view())
            return CommandReply(do=command.do, said=said, t=seconds(self.conductor.frame))

    def lives(self) -> bool:
        """Whether a process of the session lives, playing or not."""
        return self.stands_still or self.plays()

    def plays(self) -> bool:
        return not self.silent

    def is_over(self) -> bool:
        """Whether the host has removed its files."""
        return self.cleared

    def changes(self) -> Iterator[Snapshot | SessionEvent]:
        if self.broken:
            raise SessionLost("the session does not answer")
        yield self.view()
        while True:
            told = self._told.get()
            if told is None:
                raise SessionLost("the session does not answer")
            yield told
            if isinstance(told, Snapshot) and told.state == "ended":
                return

    def pairing(self) -> PairingLink:
        if not self.remote_page.on:
            raise CommandRefused("the tablet's page is closed")
        return PairingLink(url=f"{self.remote_page.url}/pair/{'k' * 43}", expires_in=600)
