"""Receivers of DMX over the network; each test has an address of the loopback of its own."""

from __future__ import annotations

import os
import socket
from itertools import count
from typing import Self

import pytest

UNIVERSE = 77
"""None of those that OLA and QLC+ take in, at all addresses, in tests that may run beside."""
PORTS = {"sacn": 5568, "artnet": 6454}
DATA = {"sacn": 126, "artnet": 18}
"""Where the 512 values of a packet begin."""
_SEQUENCE = {"sacn": 111, "artnet": 12}
_NUMBERS = count(1)


def free_address() -> str:
    """An address that no other test of this run has."""
    number = next(_NUMBERS)
    pid = os.getpid()
    return f"127.{1 + pid % 250}.{pid // 250 % 250}.{number % 250 + 1}"


class Receiver:
    """Takes the packets that come to an address."""

    def __init__(self, protocol: str, address: str) -> None:
        self._protocol = protocol
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.setblocking(False)
        try:
            self._socket.bind((address, PORTS[protocol]))
        except OSError as err:
            self._socket.close()
            pytest.skip(f"another program receives DMX on all addresses: {err}")
        self._came: list[bytes] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.packets()
        self._socket.close()

    def packets(self) -> list[bytes]:
        """All packets so far."""
        while True:
            try:
                self._came.append(self._socket.recv(2048))
            except OSError:
                return self._came

    def frames(self) -> list[bytes]:
        """The 512 values of each packet."""
        return self.frames_of(self.packets())

    def frames_of(self, packets: list[bytes]) -> list[bytes]:
        begin = DATA[self._protocol]
        return [packet[begin:] for packet in packets if len(packet) == begin + 512]

    def sequence_numbers(self) -> list[int]:
        return [packet[_SEQUENCE[self._protocol]] for packet in self.packets()]

    def senders(self) -> set[bytes]:
        """The identities of the senders; Art-Net has none."""
        return {packet[22:38] if self._protocol == "sacn" else b"" for packet in self.packets()}
