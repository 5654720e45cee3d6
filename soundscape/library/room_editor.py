"""Writes a learned control into a room's file, whole or not at all.

The file as it was stays beside it as `….bak`, and the new one replaces it in one step.
"""

from __future__ import annotations

import json
import re
import shutil
import stat
from dataclasses import dataclass, replace
from pathlib import Path

from soundscape.errors import FileProblems, InvalidValue, LibraryError
from soundscape.library.files.atomic_write import write_atomically
from soundscape.library.files.load import read_bytes
from soundscape.library.files.locate import spelled
from soundscape.scene.document import Document, read_room
from soundscape.scene.models import Calibration, Control, PortSpec, Room
from soundscape.scene.yaml.insertion import add_item, add_pair, set_pair

_PLAIN = re.compile(r"[A-Za-z](?:[\w .+-]*\w)?")
"""Texts that need no quotes anywhere in YAML."""


@dataclass(frozen=True, slots=True)
class LearnedControl:
    """A control, and the port that it needs if the room does not have it."""

    control: Control
    port: PortSpec | None = None

    def line(self) -> str:
        """Return the control as a line of the file."""
        keys = ("port", "channel", "note", "cc", "program", "do")
        given = {key: value for key in keys if (value := getattr(self.control, key)) is not None}
        return "{" + ", ".join(f"{key}: {_written(value)}" for key, value in given.items()) + "}"

    def port_line(self) -> str:
        """Return the port as a line of the file; "" if the room has it."""
        return "" if self.port is None else f"{{input: {_written(self.port.input or '')}}}"


def room_as_written(file: Path | None, shown: str) -> tuple[bytes, Document[Room] | None]:
    """Return a room's bytes and its document; None for a missing or empty file.

    Raises FileProblems, LibraryError.
    """
    if file is None:
        return b"", None
    data = read_bytes(file)
    if not re.search(rb"^[^#\s]", data, re.MULTILINE):
        return data, None
    return data, read_room(data, shown)


def taken(document: Document[Room], control: Control) -> str:
    """Return where and by what a control's message is used already; "" if it is free."""
    for place, other in enumerate(document.model.controls):
        same = all(
            getattr(other, k) == getattr(control, k) for k in ("port", "note", "cc", "program")
        )
        if same and (other.channel == control.channel or None in (other.channel, control.channel)):
            line, column = document.place(("controls", place))
            return (
                f"{document.file}:{line}:{column}: this does '{other.do}' already; change it there"
            )
    return ""


def with_learned(data: bytes, shown: str, room: Room, learned: LearnedControl) -> bytes:
    """Return the file with the learned control added and all else unchanged. Raises LibraryError.

    The result is read again: it must say what the file said, and the new line, or it is refused.
    """
    control, port = learned.control, learned.port
    ports = {**room.midi, control.port: port} if port is not None else room.midi
    wanted = replace(room, midi=ports, controls=(*room.controls, control))
    try:
        text = data.decode("utf-8")
        if port is not None:
            text = add_pair(text, "midi", _written(control.port), learned.port_line())
        text = add_item(text, "controls", learned.line())
        made = text.encode("utf-8")
        if read_room(made, shown).model == wanted:
            return made
    except (InvalidValue, FileProblems, UnicodeDecodeError) as err:
        raise LibraryError(_by_hand(shown, learned)) from err
    raise LibraryError(_by_hand(shown, learned))


def with_calibration(data: bytes, shown: str, room: Room, calibration: Calibration) -> bytes:
    """Return the file with this calibration and all else unchanged. Raises LibraryError.

    The result is read again, as by `with_learned`.
    """
    line = calibration_line(calibration)
    wanted = replace(room, audio=replace(room.audio, calibration=calibration))
    try:
        made = set_pair(data.decode("utf-8"), "audio", "calibration", line).encode("utf-8")
        if read_room(made, shown).model == wanted:
            return made
    except (InvalidValue, FileProblems, UnicodeDecodeError):
        pass
    raise LibraryError(
        f"{spelled(shown)} is written in a way that no line can be added to safely; add under "
        f"audio: calibration: {line}"
    )


def calibration_line(calibration: Calibration) -> str:
    """The calibration as it stands in the file."""
    return f"{{at: {calibration.at:g} LUFS, reads: {calibration.reads:g} dBA}}"


def replace_file(file: Path, before: bytes, after: bytes) -> Path | None:
    """Replace a file's content. The old one stays as `….bak`, which is returned.

    Raises LibraryError, and leaves the file unchanged, if it cannot be written or was changed
    meanwhile.
    """
    file = file.resolve()  # a link stays a link
    backup = file.with_name(file.name + ".bak")
    try:
        exists = file.exists()
        present = file.read_bytes() if exists else b""
        if present != before:
            raise LibraryError(f"{file}: it was changed meanwhile; nothing is written, try again")
        if exists:
            shutil.copy2(file, backup)
        mode = stat.S_IMODE(file.stat().st_mode) if exists else 0o644
        write_atomically(file, after, mode=mode, durable=True)
    except OSError as err:
        raise LibraryError(f"{file}: cannot be written: {err.strerror or err}") from err
    return backup if exists else None


def _written(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def _by_hand(shown: str, learned: LearnedControl) -> str:
    port = f", under midi {_written(learned.control.port)}: {learned.port_line()}"
    return (
        f"{spelled(shown)} is written in a way that no line can be added to safely; add under "
        f"controls {learned.line()}{port if learned.port else ''}"
    )
