"""Takes out of texts what could say who, where or on which machine: paths, user and host names.

Titles and notes are people's own words: of those only paths are taken out.
"""

from __future__ import annotations

import getpass
import re
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath, PureWindowsPath
from typing import Any

OWN_WORDS = {"title", "artist", "text", "say", "layer", "phase", "name", "event", "do"}
"""Fields of a line that hold what people have written."""
PATHS = {"source"}
"""Fields that hold a file's path, or the names of generators."""
HIDDEN = "…"
SHORTEST_NAME = 2
"""Characters; a shorter name of a user or host would be found in anything."""

_SEGMENT = r"""[^\s/\\:;,"'“”‘’<>|*?()]+"""
_ABSOLUTE = re.compile(
    rf"(?<![\w./\\:~])(?:~[\w.-]*[/\\]|[A-Za-z]:[/\\]|\\\\|/)(?:{_SEGMENT}[/\\])*(?={_SEGMENT})"
)


class Redactor:
    """Redacts lines and texts. `library` is the folder that paths may be told below."""

    def __init__(
        self, library: str | None = None, *, names: Iterable[str] = (), folders: Iterable[str] = ()
    ) -> None:
        found = {one.rstrip("/\\") for one in (library or "", *folders)}
        known = sorted(filter(None, found), key=len, reverse=True)
        self._library = (library or "").rstrip("/\\")
        self._folders = [re.compile(rf"{re.escape(one)}(?:[/\\]+|(?![\w.-]))") for one in known]
        words = {name for name in names if len(name) >= SHORTEST_NAME}
        ordered = sorted(words, key=len, reverse=True)
        self._names = (
            re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)", re.IGNORECASE)
            if ordered
            else None
        )

    def line(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """A line of the journal with nothing in it that it must not have."""
        return {name: self._value(name, value) for name, value in line.items()}

    def text(self, text: str) -> str:
        """A message without paths and names."""
        text = self.own_words(text)
        return self._names.sub(HIDDEN, text) if self._names else text

    def own_words(self, text: str) -> str:
        """What people have written, without paths."""
        for folder in self._folders:
            text = folder.sub("", text)
        return _ABSOLUTE.sub("", text)

    def source(self, source: str) -> str:
        """A file by its path below the library, or else by its name alone."""
        windows = re.match(r"[A-Za-z]:[/\\]|\\\\", source) is not None
        path: PurePath = PureWindowsPath(source) if windows else PurePath(source)
        if not path.is_absolute():
            return source
        below = self._library and path.is_relative_to(self._library)
        return path.relative_to(self._library).as_posix() if below else path.name

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, str):
            if name in PATHS:
                return self.source(value)
            return self.own_words(value) if name in OWN_WORDS else self.text(value)
        if isinstance(value, Mapping):
            return {self.own_words(str(key)): self._value(str(key), one)
                    for key, one in value.items()}  # fmt: skip
        if isinstance(value, list | tuple):
            return [self._value(name, one) for one in value]
        return value


def of_this_machine(library: str | None) -> Redactor:
    """A redactor that knows this user, this host and the home folder."""
    host = socket.gethostname()
    names = {host, host.partition(".")[0]}
    folders = []
    try:
        names.add(getpass.getuser())
        folders.append(str(Path.home()))
    except (OSError, KeyError, RuntimeError, ImportError):
        pass  # a user without a name or a home: there is nothing to hide
    return Redactor(library, names=names, folders=[one for one in folders if one != "/"])
