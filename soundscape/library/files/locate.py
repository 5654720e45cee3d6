"""Finds the library in use, and the file of it that a name means."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from soundscape.errors import LibraryError
from soundscape.message_text import nearest, printable

YAML = (".yaml", ".yml")
PLAYLIST_FILES = (".m3u", ".m3u8", ".pls", ".xspf", ".cue")

OTHER_PLAYLISTS = {
    ".wpl": "a Windows Media Player playlist",
    ".zpl": "a Zune playlist",
    ".asx": "a Windows Media redirector",
    ".wax": "a Windows Media redirector",
    ".wvx": "a Windows Media redirector",
    ".ram": "a RealAudio redirector",
    ".b4s": "a Winamp 3 playlist",
    ".fpl": "a foobar2000 playlist",
    ".aimppl": "an AIMP playlist",
    ".aimppl4": "an AIMP playlist",
    ".smil": "a SMIL presentation",
    ".kpl": "a Kaffeine playlist",
    ".mpcpl": "an MPC-HC playlist",
    ".dpl": "a PotPlayer playlist",
    ".jspf": "a playlist in JSON",
    ".rmp": "a RealJukebox playlist",
    ".plc": "a playlist",
}
"""The endings of playlists that are not read. Every such program also writes M3U8."""

_PACKAGE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Library:
    """A folder with `scenes/`, `playlists/`, `room.yaml` and music. `root` is absolute.

    Paths from the command line may also be relative to the folder `here`.
    """

    root: Path
    here: Path | None = None

    def scene(self, name: str) -> Path:
        """Return the file of a scene, by stem or path. Raises LibraryError."""
        return self._named(name, "scene", YAML, near=self.here)

    def playlist(self, name: str) -> Path:
        """Return the file of a playlist, by stem or path. Raises LibraryError."""
        return self._named(name, "playlist", YAML + PLAYLIST_FILES)

    def room(self, path: str | None = None) -> Path | None:
        """Return the room's file: the given one, or the library's own, or None.

        Raises LibraryError if the given one does not exist.
        """
        if path is None:
            own = self.root / "room.yaml"
            return own if exists(own) else None
        for folder in filter(None, (self.here, self.root)):
            if is_file(folder / path):
                return folder / path
        raise LibraryError(f"no room {spelled(path)}: give the path of a room's YAML file")

    def scenes(self) -> list[str]:
        """Return the names of the scenes that can be started, sorted."""
        return sorted({stem for stem, _ in _stems(self.root / "scenes", YAML)})

    def playlists(self) -> list[str]:
        """Return the names of the playlists in the library, sorted."""
        return sorted({stem for stem, _ in _stems(self.root / "playlists", YAML + PLAYLIST_FILES)})

    def path(self, written: str) -> Path:
        """Return the path of a text in our YAML files: absolute, or relative to the library."""
        path = self.root / written
        return _straight(path if exists(path) else self.root / written.replace("\\", "/"))

    def shown(self, path: str | Path) -> str:
        """Return a path for people: relative to the library if inside it, with forward slashes."""
        text, root = str(path), str(self.root) + os.sep
        return text.removeprefix(root).replace(os.sep, "/")

    def playlist_id(self, file: Path) -> str:
        """Return the shortest name that means this playlist's file and no other."""
        return self.shown(file).removeprefix("playlists/").removesuffix(".yaml")

    def _named(
        self, name: str, kind: str, suffixes: tuple[str, ...], near: Path | None = None
    ) -> Path:
        folder = self.root / f"{kind}s"
        if name.lower().endswith(suffixes):
            for base in filter(None, (near, self.root, folder)):
                if is_file(base / name):
                    return _straight(base / name)
        found = [path for stem, path in _stems(folder, suffixes) if _same(stem, name)]
        if len(found) == 1:
            return found[0]
        if found:
            names = " and ".join(sorted(path.name for path in found))
            raise LibraryError(
                f"{kind} {spelled(name)} could be {names}: name it with its ending, or delete one"
            )
        if kind == "playlist":
            self._refuse_other_playlist(name)
        raise LibraryError(
            self._not_found(name, kind, sorted({s for s, _ in _stems(folder, suffixes)}))
        )

    def _refuse_other_playlist(self, name: str) -> None:
        """Raise LibraryError if a file of that name is a playlist in a format that is not read."""
        for one in (name, *(name + ending for ending in OTHER_PLAYLISTS)):
            what = OTHER_PLAYLISTS.get(PurePath(one).suffix.lower())
            for path in (self.root / one, self.root / "playlists" / one) if what else ():
                if is_file(path):
                    raise LibraryError(
                        f"{spelled(self.shown(path))} is {what}, which is not read: "
                        "save it as M3U8 in the program that wrote it"
                    )

    def _not_found(self, name: str, kind: str, known: list[str]) -> str:
        near = nearest(PurePath(name).stem, known)
        if near:
            return f"no {kind} {spelled(name)} (did you mean {spelled(near)}?)"
        if known:
            where = f"{self.root} has" if kind == "scene" else "there are"
            return f"no {kind} {spelled(name)} ({where}: {', '.join(known[:12])})"
        return f"no {kind} {spelled(name)}: there are none in {self.root / (kind + 's')}"


def find_library(
    given: str | None, environment: Mapping[str, str], cwd: Path, scene: str | None = None
) -> Library:
    """Return the library in use.

    It is the given one, else that of a scene's path, else `$SOUNDSCAPE_LIBRARY`, else the nearest,
    else the shipped one. The nearest is the first folder from `cwd` upward that has both `scenes/`
    and `playlists/`; for a scene given by its path, from the scene's file. Raises LibraryError if
    the given one, or the variable's, is no library.
    """
    if given:
        return Library(_given("--library", given, cwd), cwd)
    if scene is not None and scene.lower().endswith(YAML) and is_file(cwd / scene):
        own = _nearest((cwd / scene).resolve().parent)
        if own is not None:
            return Library(own, cwd)
    if text := environment.get("SOUNDSCAPE_LIBRARY"):
        return Library(_given("$SOUNDSCAPE_LIBRARY", text, cwd), cwd)
    return Library(_nearest(cwd) or shipped_root(), cwd)


def _nearest(start: Path) -> Path | None:
    """Return the first library from a folder upward, or None."""
    for folder in (start, *start.parents):
        if _is_library(folder):
            return folder.resolve()
    return None


def shipped_root() -> Path:
    """Return the library that ships: beside the code, or in a checkout around it. Raises
    LibraryError.
    """
    for folder in (_PACKAGE / "shipped", _PACKAGE.parent):
        if _is_library(folder):
            return folder
    raise LibraryError(
        "the shipped library is missing: install soundscape again, or give --library DIR"
    )


def relative(path: Path, folder: Path) -> str:
    """A path from a folder on, with forward slashes; as it is, where it is on another drive."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # Windows: there is no way from one drive to another
        return path.as_posix()


def spelled(text: str) -> str:
    """Return a path or name for a message: whole, without characters that a terminal obeys."""
    return f"'{printable(text)}'"


def is_file(path: Path) -> bool:
    """Return whether there is such a file; False for a text that cannot be a path."""
    return _checked(path.is_file)


def is_folder(path: Path) -> bool:
    """Return whether there is such a folder."""
    return _checked(path.is_dir)


def exists(path: Path) -> bool:
    """Return whether anything has that name."""
    return _checked(path.exists)


def _straight(path: Path) -> Path:
    """Return the path without its `..`, so that a file has one path; unchanged if a link forbids
    it.
    """
    straight = Path(os.path.normpath(path))
    return straight if exists(straight) else path


def _checked(test: Callable[[], bool]) -> bool:
    try:
        return test()
    except (OSError, ValueError):  # too long, a NUL, no permission to look
        return False


def _given(source: str, text: str, cwd: Path) -> Path:
    folder = (cwd / Path(text).expanduser()).resolve()
    if not is_folder(folder):
        raise LibraryError(f"{source}: there is no folder {spelled(text)}")
    if not is_folder(folder / "scenes"):
        raise LibraryError(
            f"{source}: {spelled(text)} is no library: it lacks scenes/, with playlists/ beside it"
        )
    return folder


def _is_library(folder: Path) -> bool:
    return is_folder(folder / "scenes") and is_folder(folder / "playlists")


def _stems(folder: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    """Yield each file below a folder with its name: its path in the folder, without the ending."""
    try:
        files = sorted(folder.rglob("*"))
    except OSError:
        return
    for path in files:
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        if path.suffix.lower() in suffixes and not hidden and is_file(path):
            yield inside.as_posix()[: -len(path.suffix)], path


def _same(stem: str, name: str) -> bool:
    """Return whether two names are equal; some file systems take accents apart."""
    return unicodedata.normalize("NFC", stem) == unicodedata.normalize("NFC", name)
