"""The bridge between a session and the clinic's broker: a client of both.

It publishes what may leave the room, and passes on what the room allows. It runs in a process of
its own and knows the session by its API alone, so neither the broker nor a client there can delay
the sound.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from soundscape.command_specs import COMMANDS
from soundscape.devices.broker_client import BrokerClient, BrokerMessage
from soundscape.errors import SoundscapeError
from soundscape.ipc import clock
from soundscape.remote.client.client import Client
from soundscape.remote.mqtt.bridge_messages import BridgeRequest, BridgeStatus, TooManyCommands
from soundscape.remote.mqtt.command_filter import (
    CommandFilter,
    NetworkCommand,
    NotForUs,
    RateLimit,
    RefusedCommand,
    must_be_fresh,
)
from soundscape.remote.mqtt.discovery import discovery_message, encoded
from soundscape.remote.mqtt.room_state import RoomState, public_reply, room_state
from soundscape.remote.mqtt.topics import OFFLINE, ONLINE, room_topics
from soundscape.views.snapshot import Snapshot

AT_LEAST_EVERY = 10.0
"""Seconds from one state to the next if nothing changes."""
BURST, PER_SECOND = 20, 5.0
"""Commands that are looked at, at once and in the long run. More is no therapist."""
DEAF_FOR = 10.0
"""Seconds for which no command is taken after more than that."""
REACH_AGAIN = 0.5
"""Seconds from one try to reach the session to the next."""
WAITING = 10
"""Commands that may wait for the session; further ones are refused."""


class RoomBridge:
    """The bridge of one session. `report` takes what the host is to know, from any thread."""

    def __init__(
        self,
        request: BridgeRequest,
        report: Callable[[object], None],
        wall: Callable[[], float] = time.time,
        now: clock.Clock = clock.now,
    ) -> None:
        self._spec, self._name = request.mqtt, request.name
        self._topics = room_topics(request.mqtt)
        self._session = Client(request.url, request.token)
        self._report, self._wall, self._now = report, wall, now
        self._filter = CommandFilter(request.mqtt.allow)
        self._limit = RateLimit(BURST, PER_SECOND)
        self._deaf_until = 0.0
        self._state: RoomState | None = None
        self._sent: RoomState | None = None
        self._described: list[str] | None = None
        self._lock = threading.Lock()
        # What is urgent does not wait behind what waits for a file.
        self._lanes = {urgent: ThreadPoolExecutor(1) for urgent in (True, False)}
        self._waiting = 0
        self._closed = threading.Event()
        will = self._topics.status, OFFLINE
        self._broker = BrokerClient(
            request.mqtt, Path(request.root), self._topics.device, self, will
        )

    def run(self) -> None:
        """Publish the session until it has ended. A host that stands still is awaited."""
        self._broker.start()
        while not self._closed.is_set():
            try:
                for change in self._session.changes():
                    if isinstance(change, Snapshot):
                        self.update(change)
            except SoundscapeError:
                self._closed.wait(REACH_AGAIN)
            else:
                return

    def close(self) -> None:
        """Publish that the room is not there any more, and disconnect."""
        self._closed.set()
        self._broker.publish(self._topics.status, OFFLINE, retain=True)
        self._broker.close()
        for lane in self._lanes.values():
            lane.shutdown(wait=False, cancel_futures=True)

    def update(self, view: Snapshot) -> None:
        """Publish a snapshot if clients do not expect it, or have heard nothing for a while."""
        state = room_state(view, self._spec, self._name, self._wall())
        with self._lock:
            self._state = state
            sent = self._sent
            if (
                sent is None
                or state.at - sent.at >= AT_LEAST_EVERY
                or not state.expected_from(sent)
            ):
                self._publish_state()
            if self._deaf_until and self._now() >= self._deaf_until:
                self._deaf_until = 0.0
                self._broker.subscribe(self._topics.command)

    def _publish_state(self) -> None:
        """Publish the newest state, and the room's description where that has changed."""
        state = self._state
        if state is None:
            return
        if not self._broker.publish(
            self._topics.state, state.model_dump_json().encode(), retain=True
        ):
            return
        self._sent = state
        if self._described != state.places:
            message = discovery_message(self._topics, self._spec, self._name, state.places)
            if self._broker.publish(self._topics.discovery, encoded(message), retain=True):
                self._described = state.places

    # what the broker calls ------------------------------------------------------------------------

    def connected(self) -> None:
        """The broker has accepted us, and knows nothing of what was before."""
        with self._lock:
            self._broker.publish(self._topics.status, ONLINE, retain=True)
            self._described = None
            self._publish_state()
            if not self._deaf_until:
                self._broker.subscribe(self._topics.command)
        self._report(BridgeStatus(connected=True))

    def disconnected(self, why: str) -> None:
        """The broker is away. What happens meanwhile is published when it is back."""
        with self._lock:
            self._sent = None
        self._report(BridgeStatus(connected=False, why=why))

    def received(self, message: BrokerMessage) -> None:
        """Something came to the room's topic for commands."""
        if self._deaf_until:
            return
        if not self._limit.allows(self._now()):
            self._deaf_until = self._now() + DEAF_FOR
            self._broker.unsubscribe(self._topics.command)
            self._report(TooManyCommands(DEAF_FOR))
            return
        try:
            command = self._filter.take(
                message.payload, self._wall(), self._state, retained=message.retained
            )
            self._enqueue(command)
        except NotForUs:
            return
        except RefusedCommand as refused:
            self._answer(refused.id, done=False, text=str(refused))

    def _enqueue(self, command: NetworkCommand) -> None:
        """Let one of the lanes do a command. Raises RefusedCommand if too many wait."""
        with self._lock:
            if self._waiting >= WAITING:
                raise RefusedCommand(command.id, "the session does not answer")
            self._waiting += 1
        self._lanes[COMMANDS[command.command.do].urgent].submit(self._do, command)

    # in the thread of a lane ----------------------------------------------------------------------

    def _do(self, command: NetworkCommand) -> None:
        try:
            must_be_fresh(command.at, self._wall())
            reply = self._session.do(command.command.as_json())
        except SoundscapeError as err:
            self._answer(command.id, done=False, text=str(err))
        else:
            self._answer(command.id, done=True, text=public_reply(reply.do, reply.said, self._spec))
        finally:
            with self._lock:
                self._waiting -= 1

    def _answer(self, name: str, *, done: bool, text: str) -> None:
        answer = json.dumps({"id": name, "done": done, "text": text[:500]}, ensure_ascii=False)
        self._broker.publish(self._topics.reply, answer.encode(), expires=10)
