"""A network drive, as far as a program can tell: a folder that can hang and go away.

It speaks the protocol of Linux's FUSE itself (`linux/fuse.h`, 7.31), reads only, and knows one flat
folder.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

import pytest

_HEADER = struct.Struct("<IIQQIIII")
_ANSWER = struct.Struct("<IiQ")
_ATTRIBUTES = struct.Struct("<6Q10I")
_DIRECT = 1
"""Every read comes to us: nothing is kept by the kernel."""
_DETACH = 2
_LONGEST = 1 << 18


class Code(IntEnum):
    """What the kernel asks for."""

    LOOKUP, FORGET, GETATTR = 1, 2, 3
    OPEN, READ, STATFS = 14, 15, 17
    INIT, OPENDIR, READDIR = 26, 27, 28
    INTERRUPT, BATCH_FORGET = 36, 42


class Drive:
    """Shows the files of `behind` at `mount`. Needs root, or what lets one mount."""

    def __init__(self, mount: Path, behind: Path) -> None:
        self._names = sorted(path.name for path in behind.iterdir())
        self._behind = behind
        self._mount = bytes(mount)
        self._gone = False
        self._answers = threading.Event()
        self._answers.set()
        self._device = os.open("/dev/fuse", os.O_RDWR)
        self._libc = ctypes.CDLL(None, use_errno=True)
        options = f"fd={self._device},rootmode=40000,user_id=0,group_id=0".encode()
        if self._libc.mount(b"drive", self._mount, b"fuse", 0, options):
            os.close(self._device)
            raise OSError(ctypes.get_errno(), "mount")
        threading.Thread(target=self._serve, daemon=True).start()

    def hang(self) -> None:
        """Answer nothing any more."""
        self._answers.clear()

    def go_on(self) -> None:
        """Answer again."""
        self._answers.set()

    def go_away(self) -> None:
        """Every read fails, and no file is there."""
        self._gone = True

    def close(self) -> None:
        self._libc.umount2(self._mount, _DETACH)
        self._answers.set()
        os.close(self._device)

    def _serve(self) -> None:
        while True:
            try:
                data = os.read(self._device, _LONGEST)
            except OSError:  # it is unmounted
                return
            _, opcode, unique, node, *_ = _HEADER.unpack_from(data)
            if opcode in (Code.FORGET, Code.BATCH_FORGET, Code.INTERRUPT):
                continue
            if opcode != Code.INIT:
                self._answers.wait()
            try:
                body, error = self._answer(opcode, node, data[_HEADER.size :]), 0
            except OSError as err:
                body, error = b"", -(err.errno or errno.EIO)
            head = _ANSWER.pack(_ANSWER.size + len(body), error, unique)
            try:
                os.write(self._device, head + body)
            except OSError:  # nobody waits for it any more
                continue

    def _answer(self, opcode: int, node: int, data: bytes) -> bytes:
        if self._gone and node != 1:
            raise OSError(errno.EIO, "gone")
        match opcode:
            case Code.INIT:
                body = struct.pack("<IIIIHHIIHHI28x", 7, 31, 0, 0, 0, 0, 4096, 1, 0, 0, 0)
            case Code.LOOKUP:
                found = self._found(data.rstrip(b"\0").decode())
                body = struct.pack("<QQQQII", found, 0, 0, 0, 0, 0) + self._attributes(found)
            case Code.GETATTR:
                body = struct.pack("<QII", 0, 0, 0) + self._attributes(node)
            case Code.OPEN | Code.OPENDIR:
                body = struct.pack("<QII", 0, _DIRECT, 0)
            case Code.READ:
                body = self._read(node, *struct.unpack_from("<8xQI", data))
            case Code.READDIR:
                body = self._entries(struct.unpack_from("<8xQ", data)[0])
            case Code.STATFS:
                body = struct.pack("<5Q4I24x", 0, 0, 0, 0, 0, 4096, 255, 4096, 0)
            case _:
                body = b""
        return body

    def _found(self, name: str) -> int:
        if self._gone or name not in self._names:
            raise OSError(errno.ENOENT, name)
        return self._names.index(name) + 2

    def _read(self, node: int, offset: int, size: int) -> bytes:
        with (self._behind / self._names[node - 2]).open("rb") as file:
            file.seek(offset)
            return file.read(size)

    def _attributes(self, node: int) -> bytes:
        if node == 1:
            return _ATTRIBUTES.pack(1, *(0,) * 5, *(0,) * 3, stat.S_IFDIR | 0o755, 2, *(0,) * 5)
        size = (self._behind / self._names[node - 2]).stat().st_size
        mode = stat.S_IFREG | 0o444
        return _ATTRIBUTES.pack(node, size, *(0,) * 4, *(0,) * 3, mode, 1, *(0,) * 5)

    def _entries(self, first: int) -> bytes:
        listed = b""
        for at, name in enumerate(self._names[first:], first):
            data = name.encode()
            listed += struct.pack("<QQII", at + 2, at + 1, len(data), stat.S_IFREG >> 12) + data
            listed += bytes(-len(data) % 8)
        return listed


@contextmanager
def mounted(mount: Path, behind: Path) -> Iterator[Drive]:
    """A drive; the test is skipped where this user may mount none."""
    if sys.platform != "linux" or not os.access("/dev/fuse", os.R_OK | os.W_OK):
        pytest.skip("a drive of our own needs Linux's FUSE")
    mount.mkdir()
    try:
        drive = Drive(mount, behind)
    except OSError as err:
        pytest.skip(f"this user may mount no drive ({err})")
    try:
        yield drive
    finally:
        drive.close()
