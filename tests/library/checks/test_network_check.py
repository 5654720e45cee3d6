"""The files that a room names for its broker."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from soundscape.library.checks.device_check import ConnectedDevices

ROOM = "network: {mqtt: {broker: b.lan, room: one, user: u, password-file: secret, ca: ca.crt}}"


def found_of(shelf: Any, room: str = ROOM, present: ConnectedDevices | None = None) -> list[str]:
    shelf.write("scenes/x.yaml", "phases: {one: {duration: 5m, music: [{silence: 5m}]}}")
    shelf.write("room.yaml", room)
    return [line for line in shelf.check(present=present) if "room.yaml" in line]


def secret(shelf: Any, text: str = "opensesame\n") -> None:
    shelf.write("secret", text)
    (shelf.root / "secret").chmod(0o600)


def test_files_that_are_missing_are_warnings_at_their_place(shelf: Any) -> None:
    found = found_of(shelf)
    assert [line.split(": ")[1] for line in found] == [
        "network.mqtt.password-file",
        "network.mqtt.ca",
    ]
    assert all(line.startswith("w ") and "plays without" in line for line in found)


def test_files_that_are_there_are_no_problem(shelf: Any) -> None:
    secret(shelf)
    shelf.write("ca.crt", "certificate")
    assert found_of(shelf) == []


def test_a_password_that_is_empty_is_a_warning(shelf: Any) -> None:
    secret(shelf, "\nsecond line")
    assert (
        "has no password in its first line" in found_of(shelf, ROOM.replace(", ca: ca.crt", ""))[0]
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has access lists instead of modes")
def test_a_password_that_others_can_read_is_a_warning(shelf: Any) -> None:
    secret(shelf)
    (shelf.root / "secret").chmod(0o644)
    assert "chmod 600 'secret'" in found_of(shelf, ROOM.replace(", ca: ca.crt", ""))[0]


def test_a_password_that_goes_in_the_clear_is_a_warning(shelf: Any) -> None:
    secret(shelf)
    found = found_of(shelf, ROOM.replace("ca: ca.crt", "tls: false"))
    assert len(found) == 1
    assert "everyone on the network can read the password" in found[0]


def test_a_broker_that_does_not_accept_us_is_a_warning_and_is_tried_with_good_files_only(
    shelf: Any,
) -> None:
    tried = []

    def broker(spec: Any, root: Any) -> str:
        tried.append((spec.broker, root))
        return "it does not answer"

    present = ConnectedDevices(list, list, list, broker=broker)
    assert len(found_of(shelf, present=present)) == 2
    assert tried == []
    secret(shelf)
    (found,) = found_of(shelf, ROOM.replace(", ca: ca.crt", ""), present)
    assert "network.mqtt.broker: the broker b.lan cannot be reached: it does not answer" in found
    assert tried == [("b.lan", shelf.root)]
