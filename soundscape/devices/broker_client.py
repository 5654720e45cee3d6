"""A connection to the clinic's MQTT broker, which connects again for as long as it is wanted.

It speaks MQTT 5: only with that can we refuse packets that are too large, and let a message expire
at the broker. Nothing is kept for a broker that is away: what was not sent is old by then.
"""

from __future__ import annotations

import secrets
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import Any, Protocol

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from soundscape.errors import NetworkError
from soundscape.message_text import quoted
from soundscape.scene.network_spec import MqttSpec

KEEP_ALIVE = 4
"""Seconds without a packet after which we ping the broker. After half as much more of silence it
publishes our last will."""
CONNECT_WITHIN = 2.0
RETRY, RETRY_REFUSED = (1, 2), (15, 30)
"""Seconds from one try to the next, the first and the longest; where the broker has refused us."""
LARGEST_PACKET = 64 * 1024
"""Bytes. The broker drops what is larger, instead of sending it to us."""
LONGEST_PASSWORD = 4096

TRY_FOR = 5.0
"""Seconds for which `broker_fault` waits."""

_TAKEN_OVER = 142
_NOTHING = "soundscape/nothing"
"""A topic that nobody subscribes to."""


@dataclass(frozen=True, slots=True)
class BrokerMessage:
    """A message of a topic that is subscribed to. `retained`: the broker had kept it."""

    topic: str
    payload: bytes
    retained: bool = False


class BrokerListener(Protocol):
    """What is called, in the connection's own thread."""

    def connected(self) -> None:
        """The broker has accepted us. Whatever was subscribed to before is forgotten."""
        ...

    def disconnected(self, why: str) -> None:
        """The broker is away, for this reason, or still is."""
        ...

    def received(self, message: BrokerMessage) -> None:
        """A message has come."""
        ...


class BrokerClient:
    """A client of a room's broker. `identity` is its name there, the same in each connection.

    `will`: a topic and what the broker publishes there, retained, when it misses us. `answered`
    is called for each `ask_for_answer`. Raises NetworkError if the password or the certificate
    cannot be read.
    """

    def __init__(
        self,
        spec: MqttSpec,
        root: Path,
        identity: str,
        listener: BrokerListener,
        will: tuple[str, bytes] | None = None,
        answered: Callable[[], None] | None = None,
    ) -> None:
        self._spec = spec
        self._listener = listener
        self._closing = False
        client = self._client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=identity,
            protocol=MQTTProtocolVersion.MQTTv5,
        )
        if spec.user is not None:
            client.username_pw_set(spec.user, _password(spec, root))
        if spec.tls:
            client.tls_set_context(_tls_context(spec, root))
        if will is not None:
            client.will_set(*will, qos=1, retain=True)
        client.connect_timeout = CONNECT_WITHIN
        client.suppress_exceptions = True  # the connection outlives a message that surprises us
        client.reconnect_delay_set(*RETRY)
        client.max_queued_messages_set(1)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        if answered is not None:
            client.on_unsubscribe = lambda *_: answered()

    def start(self) -> None:
        """Begin to connect, and return at once."""
        accepted = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        accepted.MaximumPacketSize = LARGEST_PACKET
        self._client.connect_async(
            self._spec.broker,
            self._spec.port_in_use,
            keepalive=KEEP_ALIVE,
            clean_start=True,
            properties=accepted,
        )
        self._client.loop_start()

    def subscribe(self, *topics: str) -> None:
        """Receive the messages of topics from now on, until the connection breaks."""
        self._client.subscribe([(topic, 0) for topic in topics])

    def unsubscribe(self, *topics: str) -> None:
        """Receive no more of them."""
        self._client.unsubscribe(list(topics))

    def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, expires: int | None = None
    ) -> bool:
        """Publish at once; `expires` in seconds. False, and nothing, without a connection."""
        if not self._client.is_connected():
            return False
        properties = None
        if expires is not None:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.MessageExpiryInterval = expires
        done = self._client.publish(topic, payload, 0, retain, properties)
        return done.rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    def ask_for_answer(self) -> None:
        """Have the broker answer once it has taken all that was published before.

        It answers to the end of a subscription, also of one that never was. An acknowledgement of
        the message itself (QoS 1) would be repeated after a break, when the message is old.
        """
        self._client.unsubscribe(_NOTHING)

    def close(self) -> None:
        """Disconnect. The last will is not published."""
        self._closing = True
        self._client.disconnect()
        self._client.loop_stop()
        left = self._client.socket()  # of a broker that refused us
        if left is not None:
            left.close()

    def _on_connect(
        self,
        client: Client,
        _data: Any,
        _flags: ConnectFlags,
        code: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if code.is_failure:
            client.reconnect_delay_set(*RETRY_REFUSED)
            self._listener.disconnected(f"it refuses the connection: {code}")
            return
        client.reconnect_delay_set(*RETRY)
        self._listener.connected()

    def _on_connect_fail(self, _client: Client, _data: Any) -> None:
        self._listener.disconnected(_in_words(sys.exc_info()[1]))  # called while it is handled

    def _on_disconnect(
        self,
        client: Client,
        _data: Any,
        _flags: DisconnectFlags,
        code: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if self._closing:
            return
        if code.value == _TAKEN_OVER:
            client.reconnect_delay_set(*RETRY_REFUSED)
            self._listener.disconnected("another computer is connected under the same name")
        else:
            self._listener.disconnected("the connection is broken")

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        self._listener.received(
            BrokerMessage(message.topic, bytes(message.payload), message.retain)
        )


class _FirstOutcome:
    """Keeps what comes of the first try to connect."""

    def __init__(self) -> None:
        self.outcome: Queue[str] = Queue()

    def connected(self) -> None:
        self.outcome.put("")

    def disconnected(self, why: str) -> None:
        self.outcome.put(why)

    def received(self, message: BrokerMessage) -> None:
        """Nothing is subscribed to."""


def broker_fault(spec: MqttSpec, root: Path) -> str:
    """Connect once, and return why the broker does not accept us; "" if it does."""
    first = _FirstOutcome()
    try:
        client = BrokerClient(spec, root, f"soundscape-check-{secrets.token_hex(4)}", first)
    except NetworkError as err:
        return str(err)
    client.start()
    try:
        return first.outcome.get(timeout=TRY_FOR)
    except Empty:
        return "it does not answer"
    finally:
        client.close()


def _password(spec: MqttSpec, root: Path) -> str | None:
    """Return the first line of the password's file. Raises NetworkError."""
    if spec.password_file is None:
        return None
    try:
        with (root / spec.password_file).open("rb") as file:
            return file.readline(LONGEST_PASSWORD).rstrip(b"\r\n").decode("utf-8")
    except (OSError, UnicodeDecodeError) as err:
        raise NetworkError(
            f"the password cannot be read from {quoted(spec.password_file)}"
        ) from err


def _tls_context(spec: MqttSpec, root: Path) -> ssl.SSLContext:
    """Return the terms of the encryption. Raises NetworkError."""
    try:
        return ssl.create_default_context(cafile=str(root / spec.ca) if spec.ca else None)
    except OSError as err:  # ssl.SSLError too
        raise NetworkError(f"no certificate can be read from {quoted(spec.ca)}") from err


def _in_words(error: BaseException | None) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return "it does not speak TLS as we do"
    if isinstance(error, OSError) and (error.strerror or error.args):
        return f"it does not answer ({error.strerror or error.args[0]})"
    return "it does not answer"
