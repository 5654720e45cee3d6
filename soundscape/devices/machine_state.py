"""Asks the system about its disk, its sleep, its clock, its network, and the drives of folders."""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from soundscape.devices.keep_awake import kept_awake
from soundscape.library.checks.machine_check import Drive, MachineState

NETWORK = {
    *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "webdav", "davfs", "9p", "ceph", "afs"),
    *("fuse.sshfs", "fuse.rclone", "fuse.davfs2", "fuse.gvfsd-fuse", "fuse.s3fs", "fuse.glusterfs"),
}
"""File systems whose files are on another computer."""
_NOT_SET = 5  # adjtimex(2): TIME_ERROR, the clock is not synchronised
_ANY_GROUP, _ANY_PORT = "239.255.0.1", 5568  # of sACN
_TIMEX = 512  # bytes; more than its structure has on any system


def machine_state(folder: Path) -> MachineState:
    """Ask the system. `folder` is where sessions are written; it need not exist yet."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    with kept_awake() as awake:
        return MachineState(shutil.disk_usage(folder).free, awake, clock_set(), drive_of())


def unreachable(address: str) -> str:
    """Return why no network leads to an IPv4 address or `multicast`; "" if one does.

    Nothing is sent.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        try:
            one.connect((_ANY_GROUP if address == "multicast" else address, _ANY_PORT))
        except OSError as err:
            return err.strerror or type(err).__name__
    return ""


def clock_set() -> bool | None:
    """Return whether a time server sets the clock; None if the system does not say."""
    if sys.platform != "linux":
        return None
    try:
        state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _NOT_SET


def drive_of() -> Callable[[Path], Drive | None]:
    """Return a function that returns the drive of a folder if it may be slow or go away."""
    if sys.platform == "win32":
        return _windows_drive
    with suppress(OSError, subprocess.SubprocessError):
        if sys.platform == "darwin":
            command = ["/sbin/mount"]
            listed = subprocess.run(command, capture_output=True, timeout=5, check=True)  # noqa: S603
            mounts = list(mac_mounts(os.fsdecode(listed.stdout)))
        else:
            table = Path("/proc/self/mountinfo").read_bytes()
            mounts = list(linux_mounts(os.fsdecode(table), on_removable))
        return lambda folder: mounted(os.path.realpath(folder), mounts)
    return lambda _folder: None


def mounted(folder: str, mounts: list[tuple[str, Drive | None]]) -> Drive | None:
    """Return the drive of a folder among mount points; the last of the longest that fit counts."""
    best, found = "", None
    for point, drive in mounts:
        inside = folder == point or folder.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, found = point, drive
    return found


def linux_mounts(
    table: str, removable: Callable[[str], bool]
) -> Iterator[tuple[str, Drive | None]]:
    """Yield the mount points of a `mountinfo` (proc(5)), each with its drive.

    `removable` says whether a device file is on a drive that can be unplugged.
    """
    for line in table.splitlines():
        before, _, after = line.partition(" - ")
        words, rest = before.split(" "), after.split(" ")
        if len(words) < 5 or len(rest) < 2:
            continue
        point = _unescaped(words[4])
        kind, source = rest[0], _unescaped(rest[1])
        if kind in NETWORK:
            yield point, Drive("network", kind)
        else:
            local = source.startswith("/dev/") and removable(source)
            yield point, Drive("removable", source) if local else None


def mac_mounts(listing: str) -> Iterator[tuple[str, Drive | None]]:
    """Yield the mount points that macOS's `mount` lists, each with its drive."""
    for line in listing.splitlines():
        source, _, rest = line.partition(" on ")
        point, _, options = rest.rpartition(" (")
        kind, *flags = options.rstrip(")").split(", ")
        if kind in NETWORK:
            yield point, Drive("network", kind)
        else:
            outside = point.startswith("/Volumes/") and "local" in flags
            yield point, Drive("removable", source) if outside else None


@cache
def on_removable(device: str) -> bool:
    """Return whether a device file of Linux is on USB, or on a medium that can be taken out."""
    return _block_removable(Path("/sys/class/block") / Path(os.path.realpath(device)).name)


def _block_removable(block: Path) -> bool:
    try:
        place = block.resolve(strict=True)
        below = list((place / "slaves").iterdir()) if (place / "slaves").is_dir() else []
    except OSError:
        return False
    if any(_block_removable(one) for one in below):  # of an encrypted drive
        return True
    flags = [place / "removable", place.parent / "removable"]
    flag = next((one for one in flags if one.is_file()), None)
    with suppress(OSError):
        if flag is not None and flag.read_text(encoding="ascii").strip() == "1":
            return True
    return any(part.startswith("usb") for part in place.parts)


def _unescaped(text: str) -> str:
    """Return a field of mountinfo with its octal escapes (of spaces) replaced."""
    for octal, mark in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(octal, mark)
    return text


def _windows_drive(folder: Path) -> Drive | None:
    if sys.platform != "win32":
        return None
    removable, remote = 2, 4  # winbase.h: DRIVE_REMOVABLE, DRIVE_REMOTE
    kind = ctypes.windll.kernel32.GetDriveTypeW(folder.resolve().anchor)
    if kind == remote:
        return Drive("network", folder.anchor)
    return Drive("removable", folder.anchor) if kind == removable else None
