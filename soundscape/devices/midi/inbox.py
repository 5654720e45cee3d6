"""The messages that a session sends to a process with outputs, as a thread of it reads them."""

from __future__ import annotations

import threading
from contextlib import suppress

from soundscape.devices.midi.port_messages import SendBatch, SendUntil
from soundscape.devices.midi.send_queue import SendQueue
from soundscape.errors import MessageError
from soundscape.ipc import clock
from soundscape.ipc.channel import Channel


class Inbox:
    """The messages that the session sends. `changed` guards it and is notified of additions."""

    def __init__(self) -> None:
        self.queue = SendQueue()
        self.changed = threading.Condition()
        self.received_at = clock.now()
        self.broken_off = False

    def listen(self, channel: Channel) -> None:
        """Put the session's messages into the queue, until the end."""
        with suppress(EOFError, MessageError):
            while True:
                message = channel.receive()
                with self.changed:
                    self.received_at = clock.now()
                    self.changed.notify()
                    if isinstance(message, SendUntil):
                        self.queue.end(message.last)
                        return
                    if isinstance(message, SendBatch):
                        for due, port, data in message.messages:
                            self.queue.add(due, port, data)
        with self.changed:
            self.broken_off = True
            self.queue.end(clock.now())
            self.changed.notify()
