"""A real broker for tests: mosquitto with TLS, users with passwords, and access lists."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from peers import need

from soundscape.scene.network_spec import MqttSpec

PASSWORD = "correct horse"
ACCESS = """\
user station
topic read clinic/+/state
topic read clinic/+/status
topic read clinic/+/reply
topic write clinic/+/command

user home-assistant
topic readwrite homeassistant/#
topic readwrite clinic/+/command
topic read clinic/+/state
topic read clinic/+/status
topic readwrite lamps/#

user guest
topic read nothing

pattern write clinic/%u/state
pattern write clinic/%u/status
pattern write clinic/%u/reply
pattern read clinic/%u/command
pattern write homeassistant/device/clinic-%u/config
pattern write lamps/%u/+/set
pattern read lamps/%u/+/availability
"""
"""One user a room, named as the room; `station` sees all and asks all, `guest` may do nothing."""


class Mosquitto:
    """A broker. Certificates and passwords are below `folder`.

    `inside`: what it is put behind, to run on a host of its own.
    """

    def __init__(
        self,
        folder: Path,
        users: tuple[str, ...],
        address: str = "127.0.0.1",
        inside: Sequence[str] = (),
    ) -> None:
        self._inside = inside
        _program()
        self.folder, self.address = folder, address
        self.port = 8883 if inside else _free_port(address)
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        _certificates(folder, address)
        for user in users:
            made = [] if (folder / "passwords").exists() else ["-c"]
            _run("mosquitto_passwd", "-b", *made, str(folder / "passwords"), user, PASSWORD)
        (folder / "passwords").chmod(0o600)
        (folder / "password").write_text(f"{PASSWORD}\n")
        (folder / "password").chmod(0o600)
        (folder / "access").write_text(ACCESS)
        (folder / "access").chmod(0o600)
        (folder / "mosquitto.conf").write_text(
            f"user root\nlistener {self.port} {address}\ncafile {folder}/ca.crt\n"
            f"certfile {folder}/broker.crt\nkeyfile {folder}/broker.key\n"
            f"password_file {folder}/passwords\nacl_file {folder}/access\n"
            "max_packet_size 65536\n"
        )

    def start(self) -> None:
        """Start it; it accepts connections when this returns."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self._inside, _program(), "-v", "-c", str(self.folder / "mosquitto.conf")],
                stdout=log,
                stderr=log,
            )
        for _ in range(200):
            if self._listens():
                return
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())

    def _listens(self) -> bool:
        if self._inside:  # on a host of its own, which is not reached from here
            pid = self.process.pid if self.process else 0
            table = Path(f"/proc/{pid}/net/tcp").read_text()
            return any(f":{self.port:04X} 00000000:0000 0A" in line for line in table.splitlines())
        try:
            socket.create_connection((self.address, self.port), 1.0).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """End it at once, as a crash does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def settings(self, user: str, **more: object) -> Mapping[str, object]:
        """What `network: mqtt:` of a room says, with full paths."""
        return {
            "broker": self.address,
            "port": self.port,
            "ca": str(self.folder / "ca.crt"),
            "user": user,
            "password-file": str(self.folder / "password"),
            "prefix": "clinic",
            **more,
        }

    def spec(self, user: str) -> MqttSpec:
        """The same as it is read."""
        said: Mapping[str, Any] = self.settings(user)
        return MqttSpec(**{key.replace("-", "_"): value for key, value in said.items()})


def _program() -> str:
    return shutil.which("mosquitto") or need("/usr/sbin/mosquitto")  # where users do not look


def _free_port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def _certificates(folder: Path, address: str) -> None:
    """An authority, and a certificate of it for the address: the commands of docs/network.md."""
    ca = ("-x509", "-days", "2", "-subj", "/CN=Clinic", "-keyout", f"{folder}/ca.key")
    _openssl("req", "-new", "-newkey", *EC, "-nodes", *ca, "-out", f"{folder}/ca.crt")
    extensions = ["-addext", f"subjectAltName=IP:{address}"]
    extensions += ["-addext", "basicConstraints=critical,CA:FALSE"]
    own = ("-keyout", f"{folder}/broker.key", "-out", f"{folder}/broker.crt")
    signed = ("-x509", "-days", "2", "-CA", f"{folder}/ca.crt", "-CAkey", f"{folder}/ca.key")
    _openssl(
        "req",
        "-new",
        "-newkey",
        *EC,
        "-nodes",
        "-subj",
        f"/CN={address}",
        *extensions,
        *own,
        *signed,
    )


EC = ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")


def _openssl(*arguments: str) -> None:
    _run("openssl", *arguments)


def _run(*arguments: str) -> None:
    subprocess.run(arguments, check=True, capture_output=True)
