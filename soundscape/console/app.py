"""The therapist's screen: shows the session, and turns keys into commands."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import ClassVar, Literal

from textual import events, on
from textual.app import App, ComposeResult
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from soundscape.command_specs import TWICE_WITHIN
from soundscape.console.keys import KeyMap, Pressed
from soundscape.console.layout import Row
from soundscape.console.link import (
    NO_SOUND,
    ConnectionLost,
    Link,
    LinkNews,
    SessionOver,
    StatusMessage,
)
from soundscape.console.overlays import details_panel, keys_panel, leaving_panel, lost_panel
from soundscape.console.qr import TURN_ON, pairing_rows
from soundscape.console.screen import Shown, session_rows, waiting_rows
from soundscape.console.styles import Line
from soundscape.console.widgets import CSS, ConsoleScreen, SessionView, note_line
from soundscape.ipc import clock
from soundscape.ipc.clock import Clock
from soundscape.library.languages import NAMES, translations
from soundscape.remote.api.schemas import PairingLink
from soundscape.remote.client.client import Client
from soundscape.timeline.commands import Command
from soundscape.translation import gettext as _
from soundscape.translation import language, marked, use
from soundscape.views.snapshot import Snapshot
from soundscape.views.wording import resume

Outcome = Literal["over", "left", "lost"]
"""How the console ended: the session is over, was left playing, or was lost."""
Panel = Literal["", "keys", "details", "leaving", "code"]

REDRAW = 0.25
"""Least seconds between two drawings, since the player runs on the same machine."""
TICK = 1.0
SILENT_FOR = 4.0
"""Seconds without a message until the screen shows the loss; the host sends one each second."""
ANSWER_STANDS = 30.0
CLOSES_AFTER = 4.0
"""Seconds for which the end of the session is shown."""
ASKS_FOR = 15.0
"""Seconds for which the question how to leave is shown."""
BESIDE_PANEL = 13
"""Lines that a panel leaves free for what matters more: phase, times, state, health, answer."""
WRITING = frozenset({"enter", "backspace", "delete", "left", "right", "home", "end"})
"""The keys that the line for a note takes, besides printable characters."""
NOTE = marked("Note (no names; Enter keeps it, empty: none): ")


class LinkEvent(Message):
    """Carries news from the link's threads to the screen's thread."""

    def __init__(self, news: LinkNews) -> None:
        super().__init__()
        self.news = news


class ConsoleApp(App[Outcome], inherit_bindings=False):
    """The console. `opened` is called once it is shown; `now` returns monotonic seconds."""

    ENABLE_COMMAND_PALETTE = False
    ESCAPE_TO_MINIMIZE = False
    BINDINGS: ClassVar = []
    CSS = CSS

    def __init__(
        self,
        client: Client,
        remapped: Mapping[str, str],
        opened: Callable[[], None] = lambda: None,
        now: Clock = clock.now,
    ) -> None:
        # With NO_COLOR the terminal's own two colours are used, with bold and reversed text.
        super().__init__(ansi_color=bool(os.environ.get("NO_COLOR")))
        self.animation_level = "none"
        self._session_view, self._line = SessionView(self._rows), note_line()
        self._opened = opened
        self._now = now
        self._keys = KeyMap(remapped)
        self._link = Link(client, self._post)
        self._view: Snapshot | None = None
        self._received_at = now()
        self._lost = ""
        """Why the session does not answer; empty if it does."""
        self._over = False
        self._said = StatusMessage("")
        self._said_until = 0.0
        self._panel: Panel = ""
        self._panel_until = 0.0
        self._code: PairingLink | None = None
        self._drawn_at = 0.0
        self._to_draw: Timer | None = None

    def get_default_screen(self) -> ConsoleScreen:
        """The one screen."""
        return ConsoleScreen()

    def compose(self) -> ComposeResult:
        """Compose the session view and the line for a note."""
        yield self._session_view
        yield self._line

    def bell(self) -> None:
        """Make no sound, ever."""

    def on_mount(self) -> None:
        """Open the link and start the clock."""
        self._opened()
        self._session_view.focus()
        self._link.open()
        self.set_interval(TICK, self._tick)
        self._draw_now()

    def on_unmount(self) -> None:
        """Close the link."""
        self._link.close()

    def _post(self, news: LinkNews) -> None:
        """Pass news on; called in the link's threads."""
        self.post_message(LinkEvent(news))

    # What comes from the session ------------------------------------------------------------------

    @on(LinkEvent)
    def handle_event(self, event: LinkEvent) -> None:
        """Show what came from the session."""
        news = event.news
        if isinstance(news, Snapshot):
            self._show_snapshot(news)
        elif isinstance(news, StatusMessage):
            self._say(news.text, wrong=news.wrong)
        elif isinstance(news, ConnectionLost):
            self._show_connection_lost()
        elif isinstance(news, SessionOver):
            self._show_session_over()
        else:
            self._show("code", float(news.expires_in))
            self._code = news
        self._draw()

    def _show_snapshot(self, view: Snapshot) -> None:
        before, self._view = self._view, view
        if view.texts.language != language() and view.texts.language in NAMES:
            use(translations(view.texts.language))  # one screen, one language
        self._received_at = self._now()
        if self._lost:
            self._lost = ""
            self._say(_("the room answers again"))
        paired = before is not None and view.remote.devices > before.remote.devices
        if paired and self._panel == "code":
            self._panel = ""
            self._say(_("a device is paired"))

    def _show_connection_lost(self) -> None:
        if not self._lost:
            self._said = StatusMessage("")  # an earlier answer would hide the loss
        self._lost = self._link.lost()

    def _show_session_over(self) -> None:
        if not self._over:
            self._panel = ""
            self._say(_("the session is over; the console closes"), stands=float("inf"))
            self._over = True
            self.set_timer(CLOSES_AFTER, lambda: self.exit("over"))

    def _tick(self) -> None:
        """Close a panel whose time is over, and show a lost connection. Called once a second."""
        if (self._lost or self._now() - self._received_at > SILENT_FOR) and not self._over:
            self._show_connection_lost()
        if self._panel and self._now() > self._panel_until:
            if self._panel == "code":
                key = self._keys.named("remote")
                self._say(_("the code has expired; {key}: a new one").format(key=key))
            self._panel = ""
        self._draw()

    # What the therapist does ----------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Handle every key that the line for a note does not take."""
        if self._line.has_focus and event.key in WRITING:
            return
        event.stop()
        event.prevent_default()
        printed = event.is_printable and event.character not in (None, " ")
        self._press(str(event.character) if printed else event.key)
        self._draw()

    def _press(self, key: str) -> None:
        view = self._view
        if view is None or self._over:
            if self._keys.is_leave(key):
                self.exit("over" if self._over else "lost")
            return
        leaving, panel = self._panel == "leaving", self._panel
        reading = panel in ("keys", "details")
        pressed = self._keys.press(key, view, self._now(), leaving=leaving, reading=reading)
        if pressed.action == "leave" and leaving:
            self.exit("lost" if self._lost else "left")
            return
        if not pressed.again:
            self._panel = ""
        self._obey(pressed, panel)

    def _obey(self, pressed: Pressed, panel: str) -> None:
        if pressed.say:
            stands = TWICE_WITHIN if pressed.again else ANSWER_STANDS
            self._say(pressed.say, stands=stands)
        if pressed.command is not None:
            if pressed.command.do == "mute":
                self._close_note()
            self._ask(pressed.command)
        elif pressed.action == "help" and panel != "keys":
            self._show("keys", float("inf"))
        elif pressed.action == "details" and panel != "details":
            self._show("details", float("inf"))
        elif pressed.action == "leave":
            self._show("leaving", ASKS_FOR)
        elif pressed.action == "note":
            self._open_note()
        elif pressed.action == "remote" and panel != "code":
            self._ask_code()

    def _ask(self, command: Command) -> None:
        if not self._link.ask(command):
            text = _("not done: {command}; the room is slow to answer").format(command=command.do)
            self._say(text, wrong=True)

    def _ask_code(self) -> None:
        if self._view is None or not self._view.remote.on:
            self._say(_(TURN_ON))
        else:
            self._link.ask_code()

    def _open_note(self) -> None:
        self._line.add_class("open")
        self._line.focus()
        self._say(_(NOTE), stands=float("inf"))

    def _close_note(self) -> None:
        """Close the line for a note. It keeps its text for the next time."""
        if self._line.has_class("open"):
            self._line.remove_class("open")
            self._session_view.focus()
            self._say("")

    @on(Input.Submitted)
    def submit_note(self, submitted: Input.Submitted) -> None:
        """Send the note when Enter is pressed."""
        text = submitted.value.strip()
        self._close_note()
        self._line.clear()
        if text:
            self._ask(Command("note", text=text))
        self._draw()

    # What is shown --------------------------------------------------------------------------------

    def _say(self, text: str, *, wrong: bool = False, stands: float = ANSWER_STANDS) -> None:
        if self._over:
            return
        self._said = StatusMessage(text, wrong)
        self._said_until = self._now() + stands
        if stands <= TWICE_WITHIN:
            self.set_timer(stands + 0.05, self._draw)

    def _show(self, panel: Panel, stands: float) -> None:
        self._panel, self._panel_until = panel, self._now() + stands

    def _draw(self) -> None:
        """Draw now, or as soon as `REDRAW` allows."""
        wait = self._drawn_at + REDRAW - self._now()
        if wait <= 0:
            self._draw_now()
        elif self._to_draw is None:
            self._to_draw = self.set_timer(wait, self._draw_now)

    def _draw_now(self) -> None:
        self._to_draw, self._drawn_at = None, self._now()
        if self._session_view.is_attached:  # a timer may fire after the screen is gone
            self._session_view.renew()

    def _rows(self, width: int, height: int) -> list[Row]:
        view, key = self._view, self._keys.named
        if view is None:
            text = _(self._lost) or _("waiting for the room …")
            leave = _("{key}: leave").format(key=key("leave"))
            return waiting_rows(f"{text}   {leave}", height)
        if self._panel == "code" and self._code is not None:
            left = self._panel_until - self._now()
            return pairing_rows(view, self._code.url, left, key, width, height)
        said = self._said if self._now() < self._said_until else StatusMessage("")
        shown = Shown(
            key=key,
            said=said.text,
            wrong=said.wrong,
            locked=self._keys.locked,
            lost=_(self._lost),
            panel=self._lines(view, width - 4, height - BESIDE_PANEL),
            writing=self._line.has_class("open"),
        )
        if self._lost and view.since_dose is not None:  # T+ never stops
            view = view.model_copy(update={"since_dose": self._since_dose(view)})
        return session_rows(view, shown, width, height)

    def _lines(self, view: Snapshot, width: int, height: int) -> tuple[Line, ...]:
        """Return the panel that covers the lower half."""
        if self._panel == "keys":
            return keys_panel(self._keys, width)
        if self._panel == "details":
            return details_panel(view.texts, width, height)
        if self._panel == "leaving":
            return leaving_panel(self._keys)
        return lost_panel(self.resume, self._keys.named) if self._lost == NO_SOUND else ()

    @property
    def resume(self) -> list[str]:
        """The commands that resume a session that broke off."""
        return resume(self._view, self._since_dose(self._view)) if self._view else []

    def _since_dose(self, view: Snapshot) -> float | None:
        return (
            None if view.since_dose is None else view.since_dose + self._now() - self._received_at
        )
