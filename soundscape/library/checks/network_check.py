"""Checks the MQTT broker that a room names, and the files for it: password and certificate."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from soundscape.errors import Problem
from soundscape.library.checks.device_check import ConnectedDevices
from soundscape.library.files.locate import spelled
from soundscape.library.resolve import Loaded
from soundscape.scene.network_spec import MqttSpec
from soundscape.scene.yaml.nodes import KeyPath
from soundscape.translation import gettext as _
from soundscape.views import check_texts


def network_problems(loaded: Loaded, present: ConnectedDevices | None) -> Iterator[Problem]:
    """Yield what keeps the room from its broker, and a password that others can read.

    The broker itself is tried if `present` is given.
    """
    mqtt = loaded.room.network.mqtt
    if mqtt is None or loaded.room_document is None:
        return
    root = Path(loaded.root)
    found = list(_problems(mqtt, root))
    usable = not any(path in (("password-file",), ("ca",)) for path, _ in found)
    if present is not None and usable and (why := present.broker(mqtt, root)):
        found.append((("broker",), check_texts.broker_away(mqtt.broker, why)))
    for path, message in found:
        yield loaded.room_document.problem(("network", "mqtt", *path), message, "warning")


def _problems(mqtt: MqttSpec, root: Path) -> Iterator[tuple[KeyPath, str]]:
    if mqtt.password_file is not None:
        if message := _password_problem(root, mqtt.password_file):
            yield ("password-file",), message
        elif not mqtt.tls:
            yield ("tls",), _(check_texts.PASSWORD_IN_THE_CLEAR)
    if mqtt.ca is not None and not (root / mqtt.ca).is_file():
        yield ("ca",), check_texts.no_network_file(spelled(mqtt.ca))


def _password_problem(root: Path, name: str) -> str:
    path = root / name
    try:
        mode = path.stat().st_mode
        with path.open("rb") as file:
            first = file.readline(4096).strip()
    except OSError:
        return check_texts.no_network_file(spelled(name))
    if not first:
        return check_texts.empty_password(spelled(name))
    if sys.platform != "win32" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        return check_texts.open_password(spelled(name))
    return ""
