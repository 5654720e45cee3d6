"""A session in the terminal's foreground: one live line, one key for each command.

The player runs in the main thread; a second thread draws the line, prints events and reads keys.
The player knows nothing of either: it is asked for commands and looked at.
"""

from __future__ import annotations

import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from queue import Empty
from types import FrameType

import rich_click as click

from soundscape.cli.keyboard import read_keys, single_keys
from soundscape.cli.keys import MEANINGS, Keys
from soundscape.cli.status_line import status_line
from soundscape.devices.audio_output import Output
from soundscape.engine.light import LightProcess
from soundscape.engine.player import Player
from soundscape.engine.session import Session
from soundscape.engine.sources import SourcePool
from soundscape.library.resolve import Loaded
from soundscape.lighting.rig import Rig
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.units import format_duration

SIGNAL_FADE = 5.0
LIGHTS_READY = 1.0
"""Seconds to wait for the MIDI ports: the first move is not to miss its beginning."""
LINE_EVERY = 0.25


def play(
    loaded: Loaded, conductor: Conductor, output: Output, *, lights: bool, health: str = ""
) -> int:
    """Play a session to its end. Returns the exit code."""
    rig = Rig(loaded.room) if lights else None
    session = Session(
        conductor, SourcePool(patient=False), rig, ceiling_db=loaded.room.audio.ceiling
    )
    with ExitStack() as stack:
        process = stack.enter_context(_light_process(loaded)) if lights else None
        player = Player(session, output, process, latency=loaded.room.audio.latency)
        watch = Watch(player, loaded, process, health)
        interrupted = stack.enter_context(_signals(player))
        stack.enter_context(watch.running())
        player.run()
    return 130 if interrupted() else 0


@contextmanager
def _light_process(loaded: Loaded) -> Iterator[LightProcess | None]:
    """The process that has the MIDI outputs, if the room has any."""
    outputs = {name: spec for name, spec in loaded.room.midi.items() if spec.output is not None}
    if not outputs:
        yield None
        return
    process = LightProcess(outputs)
    process.start()
    process.wait_ready(LIGHTS_READY)
    try:
        yield process
    finally:
        process.close()


@contextmanager
def _signals(player: Player) -> Iterator[Callable[[], bool]]:
    """Ctrl-C and SIGTERM are a stop with a short fade. Yields whether it was Ctrl-C.

    A terminal that is closed (SIGHUP) does not touch the sound.
    """
    caught: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        caught.append(number)
        player.ask(Command("stop", fade=SIGNAL_FADE))

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    if sys.platform != "win32":
        before[signal.SIGHUP] = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield lambda: signal.SIGINT in caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Watch:
    """The thread beside the player: the line, the events, the keys."""

    def __init__(
        self,
        player: Player,
        loaded: Loaded,
        process: LightProcess | None,
        health: str,
    ) -> None:
        self._dose_phases = [phase.advance == "dose" for phase in loaded.show.phases]
        self._player = player
        self._keys = Keys(loaded.room.keys)
        self._process = process
        self._health = health
        self._said = ""
        self._over = threading.Event()
        self._on_terminal = sys.stdout.isatty()
        self._has_keys = sys.stdin is not None and sys.stdin.isatty()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Watch as long as this lasts."""
        with ExitStack() as stack:
            if self._has_keys:
                stack.enter_context(single_keys())
                click.echo("? shows the keys")
            thread = threading.Thread(target=self._work, name="watch", daemon=True)
            thread.start()
            try:
                yield
            finally:
                self._over.set()
                thread.join(2.0)
                with suppress(OSError):
                    self._tell_events()
                    if self._on_terminal:
                        self._print("")

    def _work(self) -> None:
        with suppress(OSError):  # the terminal is gone; the session goes on
            self._watch()

    def _watch(self) -> None:
        while not self._over.is_set():
            self._tell_events()
            if self._on_terminal:
                self._draw()
            if self._has_keys:
                for key in read_keys(LINE_EVERY):
                    self._press(key)
            else:
                self._over.wait(LINE_EVERY)

    def _press(self, key: str) -> None:
        pressed = self._keys.press(key, self._player.view, time.monotonic())
        self._said = pressed.say
        if pressed.help:
            for name, meaning in MEANINGS:
                self._print(f"  {name:8} {meaning}")
        if pressed.command is not None:
            self._player.ask(pressed.command)

    def _tell_events(self) -> None:
        while True:
            try:
                line = self._player.events.get_nowait()
            except Empty:
                break
            worded = _EVENT_TEXTS.get(str(line["event"]))
            if worded is not None:
                text = worded(line)
                self._print(f"{format_duration(int(float(line['t']))):>7}  {text}")
        for fault in self._process.faults() if self._process is not None else ():
            self._print(f"         lights: {fault}")

    def _draw(self) -> None:
        width = shutil.get_terminal_size().columns - 1
        view = self._player.view
        line = status_line(
            view, self._said or self._state_of_health(), width, waits_for_dose=self._waits_for_dose
        )
        sys.stdout.write("\r" + line.ljust(width))
        sys.stdout.flush()

    def _state_of_health(self) -> str:
        """What is not as it should be, in a few words."""
        parts = [self._health]
        if self._process is not None:
            states = self._process.health().items()
            offline = [port for port, state in states if state not in ("ok", "opening")]
            parts.append(f"lights offline: {', '.join(offline)}" if offline else "")
        underruns = self._player.underruns
        parts.append(f"{underruns} underruns" if underruns else "")
        return "  ".join(part for part in parts if part)

    @property
    def _waits_for_dose(self) -> bool:
        return self._dose_phases[self._player.view.phase_index]

    def _print(self, text: str) -> None:
        """A line of its own, above the live one; nothing in it moves the cursor or rings."""
        text = "".join(c if c.isprintable() else " " for c in text)
        if self._on_terminal:
            width = shutil.get_terminal_size().columns - 1
            sys.stdout.write("\r" + text[:width].ljust(width) + "\n")
        else:
            sys.stdout.write(text + "\n")
        sys.stdout.flush()


_EVENT_TEXTS: dict[str, Callable[[dict[str, object]], str]] = {
    "phase": lambda line: f"phase {line['name']}",
    "clip-start": lambda line: f"{line['layer']}: {line['title']}",
    "command": lambda line: str(line["answer"]),
    "refused": lambda line: str(line["message"]),
    "prompt": lambda line: f"“{line['say']}”",
    "cue": lambda line: f"cue {line['cue']}",
    "warning": lambda line: f"warning: {line['message']}",
    "end": lambda _line: "the session is over",
}
