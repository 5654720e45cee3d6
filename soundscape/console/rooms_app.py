"""The screen of the nurses' station: all rooms of a broker, and what each of them allows."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from typing import ClassVar

from textual import events, on
from textual.app import App, ComposeResult
from textual.message import Message

from soundscape.command_specs import TWICE_WITHIN
from soundscape.console.layout import Row
from soundscape.console.rooms_rows import RoomsShown, rooms_rows
from soundscape.console.widgets import CSS, ConsoleScreen, SessionView
from soundscape.controls.gestures import Confirmation
from soundscape.errors import SoundscapeError
from soundscape.ipc import clock
from soundscape.ipc.clock import Clock
from soundscape.remote.mqtt.room_row import RoomAct, RoomRow, RoomsSource
from soundscape.translation import gettext as _

REDRAW = 0.25
"""Least seconds between two drawings."""
TICK = 1.0
ANSWER_STANDS = 30.0
STEPS = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10, "home": -1000, "end": 1000}
LEAVE = ("q", "ctrl+c")


class RoomChanged(Message):
    """A room has changed, or an answer has come."""

    def __init__(self, said: str = "", *, wrong: bool = False) -> None:
        super().__init__()
        self.said, self.wrong = said, wrong


class RoomsApp(App[None], inherit_bindings=False):
    """The screen. `now` returns monotonic seconds."""

    ENABLE_COMMAND_PALETTE = False
    ESCAPE_TO_MINIMIZE = False
    BINDINGS: ClassVar = []
    CSS = CSS

    def __init__(
        self,
        rooms: RoomsSource,
        opened: Callable[[], None] = lambda: None,
        now: Clock = clock.now,
    ) -> None:
        super().__init__(ansi_color=bool(os.environ.get("NO_COLOR")))
        self.animation_level = "none"
        self._rooms, self._opened, self._now = rooms, opened, now
        self._rows: list[RoomRow] = []
        self._chosen = ""
        self._said, self._wrong, self._said_until = "", False, 0.0
        self._confirmation = Confirmation()
        self._drawn_at = 0.0
        self._waits = False
        self._lines = SessionView(self._made)

    def get_default_screen(self) -> ConsoleScreen:
        """The one screen."""
        return ConsoleScreen()

    def compose(self) -> ComposeResult:
        """Compose the one widget."""
        yield self._lines

    def bell(self) -> None:
        """Make no sound, ever."""

    def on_mount(self) -> None:
        """Begin to listen, and start the clock."""
        self._lines.focus()
        self._opened()
        self.set_interval(TICK, self._draw)
        self._draw()

    def changed(self) -> None:
        """Show what has changed. Called from any thread."""
        self.post_message(RoomChanged())

    @on(RoomChanged)
    def handle_change(self, message: RoomChanged) -> None:
        """Draw, now or as soon as `REDRAW` allows."""
        if message.said:
            self._say(message.said, wrong=message.wrong)
        wait = self._drawn_at + REDRAW - self._now()
        if wait <= 0:
            self._draw()
        elif not self._waits:
            self._waits = True
            self.set_timer(wait, self._draw)

    def on_key(self, event: events.Key) -> None:
        """Choose a room, ask it, or leave."""
        event.stop()
        event.prevent_default()
        printed = event.is_printable and event.character not in (None, " ")
        key = str(event.character) if printed else event.key
        if key in LEAVE:
            self.exit()
        elif key in STEPS:
            self._step(STEPS[key])
        else:
            self._press(key)
        self._draw()

    def _step(self, by: int) -> None:
        names = [row.room for row in self._rows]
        if names:
            at = names.index(self._chosen) if self._chosen in names else 0
            self._chosen = names[max(0, min(len(names) - 1, at + by))]

    def _press(self, key: str) -> None:
        row = next((row for row in self._rows if row.room == self._chosen), None)
        act = next((act for act in row.acts if act.key == key), None) if row else None
        if row is None or act is None:
            self._confirmation.accepts("", self._now(), needed=False)
            return
        pressed = f"{row.room} {act.act}"
        if self._confirmation.accepts(pressed, self._now(), needed=act.confirm):
            self._ask(row, act)
        else:
            text = _("{room}: press again for “{act}”").format(room=row.name, act=act.label)
            self._say(text, stands=TWICE_WITHIN)

    def _ask(self, row: RoomRow, act: RoomAct) -> None:
        asked = self._rooms.ask(row.room, act.act)

        def answered(future: Future[str]) -> None:
            try:
                said, wrong = future.result(), False
            except SoundscapeError as refused:
                said, wrong = str(refused), True
            self.post_message(RoomChanged(f"{row.name}: {said}", wrong=wrong))

        asked.add_done_callback(answered)

    def _say(self, text: str, *, wrong: bool = False, stands: float = ANSWER_STANDS) -> None:
        self._said, self._wrong, self._said_until = text, wrong, self._now() + stands

    def _draw(self) -> None:
        self._waits, self._drawn_at = False, self._now()
        self._rows = self._rooms.rows()
        if self._rows and self._chosen not in {row.room for row in self._rows}:
            self._chosen = self._rows[0].room
        if self._lines.is_attached:
            self._lines.renew()

    def _made(self, width: int, height: int) -> list[Row]:
        stands = self._now() < self._said_until
        shown = RoomsShown(
            self._chosen, self._said if stands else "", self._wrong, self._rooms.trouble()
        )
        return rooms_rows(self._rows, shown, width, height)
