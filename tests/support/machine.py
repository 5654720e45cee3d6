"""A virtual machine with real MIDI and sound drivers: Debian's kernel with ALSA, in QEMU.

A container, or a server, has a kernel without them. This one boots in a few seconds by software
emulation, with this machine's own files as its root (changes go to memory and are lost), so that
every program and Python package that is here is there as well. A folder is shared for the results.

Its clock counts instructions (a thousand million a second) while it works, so that it is a slow but
steady computer however busy this one is: what is timed inside can be relied on.

It has: the sequencer with `Midi Through`; virtual raw MIDI ports (`VirMIDI`), whose driver can be
unbound and bound as if a cable were pulled; a sound card whose output can be captured (`Loopback`).
"""

from __future__ import annotations

import gzip
import lzma
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import platformdirs
from peers import missing, need

import soundscape

FOLDER = Path(__file__).parent

MODULES = (
    *("virtio_ring", "virtio", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci"),
    *("netfs", "fscache", "9pnet", "9pnet_virtio", "9p", "overlay"),
    *("soundcore", "snd", "snd-timer", "snd-pcm", "snd-seq-device", "snd-rawmidi", "snd-seq"),
    *("snd-seq-midi-event", "snd-seq-midi", "snd-seq-virmidi", "snd-seq-dummy"),
    *("snd-virmidi", "snd-aloop"),
)
"""In the order in which they need one another; one that a kernel has built in is left out."""

SHARED = "/mnt"
"""Where the shared folder is, inside."""

INIT = f"""#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/root
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
for module in $(cat /modules/order); do insmod /modules/$module; done
share=trans=virtio,version=9p2000.L,msize=524288
mount -t 9p -o $share,cache=loose,ro root /lower
mount -t tmpfs none /upper
mkdir /upper/files /upper/work
mount -t overlay -o lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work none /all
for folder in proc sys dev; do mount --move /$folder /all/$folder; done
mkdir -p /all/dev/shm
mount -t tmpfs none /all/dev/shm
mount -t 9p -o $share shared /all{SHARED}
ip link set lo up || ifconfig lo 127.0.0.1 up
chroot /all /bin/bash {SHARED}/job >/all{SHARED}/said 2>&1
echo $? >/all{SHARED}/status
sync
poweroff -f
"""


class Machine:
    """The virtual machine, made in a folder; each `run` boots it anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._qemu = need("qemu-system-x86_64")
        self._kernel = _make(folder)

    def run(self, job: str, shared: Path, seconds: float) -> str:
        """Run a Python program of this folder as root inside, `shared` being /mnt; what it said.

        It fails where the program fails, or is not done in time.
        """
        package = Path(soundscape.__file__).parent
        # Compiled out here: inside it would take long, and be lost.
        subprocess.run([sys.executable, "-m", "compileall", "-q", str(package)], check=False)
        script = f"cd /\nPYTHONPATH={package.parent} {sys.executable} {FOLDER / job}\n"
        (shared / "job").write_text(script)
        share = "local,security_model=none,multidevs=remap"
        command = [
            *(self._qemu, "-accel", "tcg", "-icount", "shift=0", "-cpu", "max", "-m", "2048"),
            *("-nodefaults", "-nographic", "-serial", "stdio", "-monitor", "none", "-no-reboot"),
            *("-kernel", str(self._kernel), "-initrd", str(self._folder / "initrd")),
            *("-append", "console=ttyS0 quiet panic=-1 loglevel=3"),
            *("-virtfs", f"{share},path=/,mount_tag=root,readonly=on"),
            *("-virtfs", f"{share},path={shared},mount_tag=shared"),
        ]
        with (shared / "console").open("wb") as console:
            machine = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT
            )
            try:
                machine.wait(seconds)
            except subprocess.TimeoutExpired:
                machine.kill()
                machine.wait()
        told = {
            name: (shared / name).read_text(errors="replace")
            for name in ("said", "status", "console")
            if (shared / name).exists()
        }
        everything = "\n".join(told.values())
        assert told.get("status", "").strip() == "0", f"not done in {seconds:g} s:\n{everything}"
        return told["said"]


def _make(folder: Path) -> Path:
    """Make the first file system; the kernel."""
    package = _kernel_package()
    subprocess.run([need("dpkg-deb"), "-x", str(package), str(folder / "kernel")], check=True)
    root = folder / "root"
    for name in ("bin", "modules", "proc", "sys", "dev", "lower", "upper", "all"):
        (root / name).mkdir(parents=True)
    shutil.copy(need("busybox"), root / "bin" / "busybox")
    found = {path.name.partition(".")[0]: path for path in (folder / "kernel").rglob("*.ko*")}
    order = [name for name in MODULES if name in found]
    for name in order:
        data = found[name].read_bytes()
        data = lzma.decompress(data) if found[name].suffix == ".xz" else data
        (root / "modules" / name).write_bytes(data)
    (root / "modules" / "order").write_text(" ".join(order))
    (root / "init").write_text(INIT)
    (root / "init").chmod(0o755)
    names = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
    packed = subprocess.run(
        [need("cpio"), "-o", "-H", "newc", "--quiet"],
        input=names.encode(),
        capture_output=True,
        cwd=root,
        check=True,
    )
    (folder / "initrd").write_bytes(gzip.compress(packed.stdout, 1))
    return next((folder / "kernel" / "boot").glob("vmlinuz-*"))


def _kernel_package() -> Path:
    """Debian's kernel as a package: fetched once, kept in this user's cache."""
    apt = need("apt-get")
    depends = subprocess.run(
        [need("apt-cache"), "depends", "linux-image-amd64"],
        capture_output=True,
        text=True,
        check=False,
    )
    name = re.search(r"Depends: (linux-image-\S+)", depends.stdout)
    if name is None:
        missing("this system's packages have no kernel linux-image-amd64 (Debian's have)")
    cache = platformdirs.user_cache_path("soundscape-tests")
    cache.mkdir(parents=True, exist_ok=True)
    if not (kept := sorted(cache.glob(f"{name[1]}_*.deb"))):
        with tempfile.TemporaryDirectory(dir=cache) as folder:  # two tests may fetch it at once
            fetched = subprocess.run([apt, "-q", "download", name[1]], cwd=folder, check=False)
            for package in Path(folder).glob(f"{name[1]}_*.deb"):
                package.replace(cache / package.name)
        kept = sorted(cache.glob(f"{name[1]}_*.deb"))
        if fetched.returncode or not kept:
            missing(f"{name[1]} cannot be fetched")
    return kept[-1]
