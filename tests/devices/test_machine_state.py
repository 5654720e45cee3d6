from __future__ import annotations

import sys
from pathlib import Path

import pytest

from soundscape.devices.machine_state import (
    clock_set,
    linux_mounts,
    mac_mounts,
    machine_state,
    mounted,
    on_removable,
)
from soundscape.library.checks.machine_check import Drive

MOUNTINFO = """\
22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw
40 22 0:45 / /srv/clinic\\040music rw,relatime shared:2 - nfs4 nas:/music rw,vers=4.2
41 22 0:46 / /mnt/share rw - cifs //nas/share rw
42 22 8:17 / /media/stick rw,nosuid - vfat /dev/sdb1 rw
43 42 0:47 / /media/stick/inner rw - tmpfs tmpfs rw
44 22 0:48 / /home/a/gvfs rw - fuse.gvfsd-fuse gvfsd-fuse rw
broken line
"""
MAC = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//clinic@nas/music on /Volumes/music (smbfs, nodev, nosuid, mounted by clinic)
/dev/disk5s1 on /Volumes/My Stick (exfat, local, nodev, nosuid)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
"""


@pytest.mark.parametrize(
    ("folder", "drive"),
    [
        ("/srv/music", None),
        ("/srv/clinic music/peak", Drive("network", "nfs4")),
        ("/srv/clinic music", Drive("network", "nfs4")),
        ("/srv/clinic musical", None),
        ("/mnt/share/a", Drive("network", "cifs")),
        ("/media/stick/a", Drive("removable", "/dev/sdb1")),
        ("/media/stick/inner/a", None),
        ("/home/a/gvfs/smb", Drive("network", "fuse.gvfsd-fuse")),
    ],
)
def test_a_folder_is_on_the_drive_of_its_mount_point(folder: str, drive: Drive | None) -> None:
    mounts = list(linux_mounts(MOUNTINFO, lambda device: device == "/dev/sdb1"))
    assert mounted(folder, mounts) == drive


@pytest.mark.parametrize(
    ("folder", "drive"),
    [
        ("/Users/a/music", None),
        ("/Volumes/music/a", Drive("network", "smbfs")),
        ("/Volumes/My Stick/a", Drive("removable", "/dev/disk5s1")),
    ],
)
def test_so_it_is_on_a_mac(folder: str, drive: Drive | None) -> None:
    assert mounted(folder, list(mac_mounts(MAC))) == drive


def test_the_system_answers_for_a_folder_that_does_not_exist_yet(tmp_path: Path) -> None:
    state = machine_state(tmp_path / "not" / "yet")
    assert state.free > 0
    assert state.drive(tmp_path) is None or isinstance(state.drive(tmp_path), Drive)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux is asked")
def test_linux_says_whether_the_clock_is_set() -> None:
    assert clock_set() in (True, False)


def test_a_device_that_is_not_there_is_not_removable() -> None:
    assert not on_removable("/dev/nonesuch")
