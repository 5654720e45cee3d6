"""Floods a broker: `python mqtt_flood.py SETTINGS`, with what to send as JSON.

`{"broker", "port", "ca", "user", "password-file", "topics": […], "rate": 10000, "seconds": 10}`.
It sends MQTT 3.1.1 packets that are made beforehand, so that one process makes ten thousand a
second: empty, malformed, forged and huge payloads to each topic in turn. It prints how many it
sent, and in how many seconds.
"""

from __future__ import annotations

import json
import socket
import ssl
import sys
import time
from pathlib import Path
from typing import Any

BURST = 100
"""Packets sent at once."""

HUGE_EVERY = 500
"""One payload of so many is as large as the broker takes."""


def text(value: str) -> bytes:
    data = value.encode()
    return len(data).to_bytes(2, "big") + data


def packet(kind: int, body: bytes) -> bytes:
    length, left = b"", len(body)
    while True:
        left, digit = left >> 7, left & 0x7F
        length += bytes((digit | (0x80 if left else 0),))
        if not left:
            return bytes((kind,)) + length + body


def connect(settings: dict[str, Any]) -> ssl.SSLSocket:
    password = Path(settings["password-file"]).read_text().strip()
    context = ssl.create_default_context(cafile=settings["ca"])
    plain = socket.create_connection((settings["broker"], settings["port"]), 10.0)
    secured = context.wrap_socket(plain, server_hostname=settings["broker"])
    names = text("flood-" + settings["user"]) + text(settings["user"]) + text(password)
    secured.sendall(packet(0x10, text("MQTT") + bytes((4, 0b11000010, 0, 0)) + names))
    answer = secured.recv(4)
    assert answer == b"\x20\x02\x00\x00", answer
    return secured


def payloads() -> list[bytes]:
    forged = json.dumps({"do": "stop", "id": "x", "at": time.time()}).encode()
    return [b"", b"{", b'{"do":"mute"}', forged, b"\xff" * 40, b"offline", b"[" * 200]


def main(settings: dict[str, Any]) -> None:
    secured = connect(settings)
    made = [packet(0x30, text(topic) + one) for topic in settings["topics"] for one in payloads()]
    huge = [packet(0x30, text(topic) + b"x" * 60_000) for topic in settings["topics"]]
    sent, begun = 0, time.monotonic()
    while (passed := time.monotonic() - begun) < settings["seconds"]:
        due = int(passed * settings["rate"])
        if sent >= due:
            time.sleep(0.002)
            continue
        burst = b"".join(made[(sent + number) % len(made)] for number in range(BURST))
        if sent % HUGE_EVERY == 0:
            burst += huge[(sent // HUGE_EVERY) % len(huge)]
        secured.sendall(burst)
        sent += BURST
    sys.stdout.write(json.dumps({"sent": sent, "seconds": time.monotonic() - begun}) + "\n")
    secured.close()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
