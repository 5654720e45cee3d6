"""The nurses' station: all rooms of a broker, and what is asked of them.

Every public method may be called from any thread.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from soundscape.devices.broker_client import BrokerClient, BrokerMessage
from soundscape.errors import CommandRefused
from soundscape.ipc import clock
from soundscape.remote.mqtt.command_filter import FRESH, refusal
from soundscape.remote.mqtt.room_row import RoomRow, command_of
from soundscape.remote.mqtt.rooms_overview import RoomsOverview
from soundscape.remote.mqtt.topics import RoomTopics, all_rooms, room_and_kind
from soundscape.scene.network_spec import MqttSpec
from soundscape.translation import gettext as _
from soundscape.translation import marked

ANSWER_WITHIN = 6.0
"""Seconds for which an answer is awaited: a room refuses what is older than five."""
MOST_REPLY = 4096

NO_ANSWER = marked("no answer from the room; look there whether it was done")
NOT_CONNECTED = marked("the broker is away; nothing was sent")
NOT_NOW = marked("the room does not allow it now")
CONNECTING = marked("connecting to the broker {broker}")
AWAY = marked("the broker is away since {time}; what is shown here is old ({why})")
NEVER = marked("the broker {broker} is away: {why}")
DONE = marked("done")


class RoomsClient:
    """A client of the broker that shows and asks. `changed` is called, in its thread, at each
    change.

    Raises NetworkError if the password or the certificate cannot be read.
    """

    def __init__(self, spec: MqttSpec, root: Path, changed: Callable[[], object]) -> None:
        self._spec, self._changed = spec, changed
        self._overview = RoomsOverview(spec.prefix)
        self._lock = threading.Lock()
        self._asked: dict[str, tuple[str, Future[str]]] = {}
        self._why, self._away_since = "", 0.0
        self._connected_once = False
        identity = f"soundscape-station-{secrets.token_hex(4)}"
        self._broker = BrokerClient(spec, root, identity, self)

    def start(self) -> None:
        """Begin to connect, and return at once."""
        self._broker.start()

    def close(self) -> None:
        """Disconnect."""
        self._broker.close()

    def rows(self) -> list[RoomRow]:
        """The rooms now."""
        with self._lock:
            return self._overview.rows(clock.now(), time.time(), time_of_day)

    def trouble(self) -> str:
        """Why what is shown may be old; "" while the broker is there."""
        with self._lock:
            if not self._why:
                return (
                    "" if self._connected_once else _(CONNECTING).format(broker=self._spec.broker)
                )
            text = _(AWAY) if self._connected_once else _(NEVER)
            since = time_of_day(self._away_since)
            return text.format(broker=self._spec.broker, time=since, why=self._why)

    def ask(self, room: str, act: str) -> Future[str]:
        """Ask a room by a press of an act. The future has its answer, or CommandRefused."""
        future: Future[str] = Future()
        name = secrets.token_hex(8)
        with self._lock:
            state = self._overview.state(room, clock.now())
            at = self._overview.room_time(room, time.time())
            command = None if state is None else command_of(act, state)
            why = _(NOT_NOW)
            if state is not None and command is not None:
                why = refusal(command, state.allow, state)
            if command is None or why:
                future.set_exception(CommandRefused(why))
                return future
            self._asked[name] = room, future
        asked = {**command.as_json(), "id": name, "at": round(at, 3)}
        topic = RoomTopics(self._spec.prefix, room).command
        if not self._broker.publish(topic, json.dumps(asked).encode(), expires=round(FRESH)):
            self._settle(name, room, CommandRefused(_(NOT_CONNECTED)))
            return future
        timer = threading.Timer(
            ANSWER_WITHIN, self._settle, (name, room, CommandRefused(_(NO_ANSWER)))
        )
        timer.daemon = True
        timer.start()
        future.add_done_callback(lambda _done: timer.cancel())
        return future

    # what the broker calls ------------------------------------------------------------------------

    def connected(self) -> None:
        """The broker has accepted us, and sends what it has kept of each room."""
        with self._lock:
            self._why, self._connected_once = "", True
        self._broker.subscribe(*all_rooms(self._spec.prefix))
        self._changed()

    def disconnected(self, why: str) -> None:
        """The broker is away."""
        with self._lock:
            if not self._why:
                self._away_since = time.time()
            self._why = why
        self._changed()

    def received(self, message: BrokerMessage) -> None:
        """A room says something."""
        room, kind = room_and_kind(self._spec.prefix, message.topic)
        if kind == "reply":
            self._take_reply(room, message.payload)
            return
        with self._lock:
            taken = self._overview.receive(message, clock.now(), time.time())
        if taken:
            self._changed()

    def _take_reply(self, room: str, payload: bytes) -> None:
        try:
            reply = json.loads(payload) if len(payload) <= MOST_REPLY else None
        except (ValueError, RecursionError):
            return
        if not isinstance(reply, dict):
            return
        text = reply.get("text")
        said = text if isinstance(text, str) and text else _(DONE)
        done = reply.get("done") is True
        self._settle(str(reply.get("id")), room, said if done else CommandRefused(said))

    def _settle(self, name: str, room: str, outcome: str | CommandRefused) -> None:
        with self._lock:
            asked = self._asked.get(name)
            if asked is None or asked[0] != room:  # another room's answer
                return
            del self._asked[name]
        if isinstance(outcome, str):
            asked[1].set_result(outcome)
        else:
            asked[1].set_exception(outcome)


def time_of_day(wall: float) -> str:
    """A time since 1970 as `14:02`, by this computer's time zone."""
    return time.strftime("%H:%M", time.localtime(wall))
