"""A network of its own for a test: hosts in network namespaces, each on a cable to one switch."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count

import pytest

_NUMBERS = count()


class TestNetwork:
    """Hosts on a switch, 10.77.0.1 and up. Nothing of it is reachable from outside."""

    __test__ = False

    def __init__(self, names: Sequence[str]) -> None:
        if sys.platform != "linux" or os.geteuid() != 0:
            pytest.skip("network namespaces need Linux and root")
        self._mark = f"sc{os.getpid()}-{next(_NUMBERS)}"
        self.names = tuple(names)
        self.addresses = {name: f"10.77.0.{number}" for number, name in enumerate(names, 1)}
        _ip("netns", "add", self._switch)
        _ip("-n", self._switch, "link", "add", "br0", "type", "bridge")
        _ip("-n", self._switch, "link", "set", "br0", "up")
        for number, name in enumerate(names, 1):
            host, plug = self.namespace(name), f"plug{number}"
            _ip("netns", "add", host)
            _ip("-n", host, "link", "set", "lo", "up")
            peer = ("peer", "name", plug, "netns", self._switch)
            _ip("-n", host, "link", "add", "eth0", "type", "veth", *peer)
            _ip("-n", host, "addr", "add", f"{self.addresses[name]}/24", "dev", "eth0")
            _ip("-n", host, "link", "set", "eth0", "up")
            _ip("-n", self._switch, "link", "set", plug, "master", "br0", "up")

    @property
    def _switch(self) -> str:
        return f"{self._mark}-switch"

    def namespace(self, name: str) -> str:
        """The name of a host's namespace."""
        return f"{self._mark}-{name}"

    def inside(self, name: str) -> list[str]:
        """What a command is put behind to run on a host."""
        return ["ip", "netns", "exec", self.namespace(name)]

    @contextmanager
    def as_host(self, name: str) -> Iterator[None]:
        """Make the sockets of the calling thread on a host."""
        own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        host = os.open(f"/run/netns/{self.namespace(name)}", os.O_RDONLY)
        try:
            _enter(host)
            yield
        finally:
            _enter(own)
            os.close(own)
            os.close(host)

    def ip(self, name: str, *arguments: str) -> None:
        """Run `ip` on a host."""
        _ip("-n", self.namespace(name), *arguments)

    def plug(self, name: str, *, joined: bool) -> None:
        """Join a host's cable to the switch, or pull it out."""
        number = self.names.index(name) + 1
        _ip("-n", self._switch, "link", "set", f"plug{number}", "up" if joined else "down")

    def close(self) -> None:
        """Remove all of it."""
        for name in (*map(self.namespace, self.names), self._switch):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def _enter(namespace: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(namespace, 0):
        raise OSError(ctypes.get_errno(), "setns")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
