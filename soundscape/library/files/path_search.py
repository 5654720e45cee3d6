"""Finds the file that a path in a list means, even if the disk has it under another spelling.

Lists come from other programs, code pages and machines. The search goes from the certain to the
likely and stops at the first step that fits: as written, percent-decoded, in another encoding, in
another Unicode normal form, in another case, with another sound file's ending (if the caller asks
for it), and by the longest tail of the path below the library or the list's folder.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote_to_bytes

from soundscape.library.files.encodings import CODE_PAGES, decoded
from soundscape.library.files.locate import exists, is_file, is_folder
from soundscape.library.files.sound_files import ENDINGS

MOST_INDEXED = 200_000
"""Files below one folder that are searched by their tails; a library has fewer."""

PERCENT = "with its percent signs decoded"
FORM = "with its accents in another form"
CASE = "in another case"
ENDING = "with another ending"
QUOTES = "without its quotes"
TAIL = "by the end of its path"

_GENERIC = re.compile(r"[\W\d_]*(audio|track|title|titel|piste|pista|unknown|cd)?[\W\d_]*", re.I)
"""Names that many albums have: never taken for a file by the name alone."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to read a written path. `how` says what was changed, in words, if anything."""

    text: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """The file that a path means. `how` is empty if it was found as written."""

    path: Path
    how: str = ""


@dataclass(frozen=True, slots=True)
class Miss:
    """No file, or several that fit equally well."""

    candidates: tuple[Path, ...] = ()


_Kind = Literal["files", "folders", "stems"]


class PathSearch:
    """Searches below a library's root. It remembers folders, so make one for each loading."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: dict[tuple[Path, bool, bool], dict[str, list[str]]] = {}
        self._tails: dict[tuple[Path, _Kind], dict[str, list[Path]]] = {}

    def find(
        self,
        spellings: Sequence[Spelling],
        base: Path,
        *,
        tail: bool = True,
        other_ending: bool = False,
        folder: bool = False,
    ) -> Match | Miss:
        """Return the file, or the `folder`, that one of the spellings means.

        Relative ones count from `base`.
        """
        for spelling in spellings:
            path = _literal(spelling.text, base)
            if path is not None:
                return Match(path, spelling.how)
        missed: tuple[Path, ...] = ()
        for fold, how in ((False, FORM), (True, CASE)):
            for spelling in spellings:
                found = self._walked(spelling.text, base, fold=fold, folder=folder)
                if len(found) == 1:
                    return Match(found[0], _joined(spelling.how, how))
                missed = missed or tuple(found)
        if other_ending:
            for spelling in spellings:
                found = self._with_another_ending(spelling.text, base)
                if len(found) == 1:
                    return Match(found[0], _joined(spelling.how, ENDING))
                missed = missed or tuple(found)
        if missed or not tail:
            return Miss(missed)
        by_tail = self._by_tail(spellings, base, "folders" if folder else "files")
        if other_ending and by_tail == Miss():
            return self._by_tail(spellings, base, "stems")
        return by_tail

    # Steps ----------------------------------------------------------------------------------------

    def _walked(self, text: str, base: Path, *, fold: bool, folder: bool) -> list[Path]:
        fits = is_folder if folder else is_file
        folders, name = self._folders(text, base, fold=fold)
        named = (above / one for above in folders for one in self._named(above, name, fold=fold))
        return [path for path in named if fits(path)]

    def _with_another_ending(self, text: str, base: Path) -> list[Path]:
        folders, name = self._folders(text, base, fold=True)
        stem = os.path.splitext(name)[0]  # noqa: PTH122
        return [
            above / one
            for above in folders
            for one in self._named(above, stem, fold=True, stem=True)
        ]

    def _folders(self, text: str, base: Path, *, fold: bool) -> tuple[list[Path], str]:
        """Return the folders that the path up to its last part may mean, and that part."""
        path = Path(text.replace("\\", "/"))
        found = [Path(path.anchor)] if path.anchor else [base]
        parts = path.parts[1:] if path.anchor else path.parts
        if not parts:
            return [], ""
        for part in parts[:-1]:
            if part == "..":
                found = [folder.parent for folder in found]
                continue
            found = [above / one for above in found for one in self._named(above, part, fold=fold)]
        return found, parts[-1]

    def _named(self, folder: Path, name: str, *, fold: bool, stem: bool = False) -> list[str]:
        """Return the names in a folder that match; with `stem` sound files by their stems."""
        known = self._names.get((folder, fold, stem))
        if known is None:
            known = self._names[folder, fold, stem] = {}
            for one in _listed(folder):
                begin, ending = os.path.splitext(one)  # noqa: PTH122
                if stem and ending.lower() not in ENDINGS:
                    continue
                for key in name_keys(begin if stem else one, fold=fold):
                    known.setdefault(key, []).append(one)
        keys = name_keys(name, fold=fold)
        return list(dict.fromkeys(one for key in keys for one in known.get(key, [])))

    # By the tail ----------------------------------------------------------------------------------

    def _by_tail(self, spellings: Iterable[Spelling], base: Path, kind: _Kind) -> Match | Miss:
        how = f"{TAIL}, {ENDING}" if kind == "stems" else TAIL
        for top in dict.fromkeys((self._root, base)):
            for spelling in spellings:
                found = self._longest_tail(spelling.text, top, kind)
                if len(found) == 1:
                    return Match(found[0], _joined(spelling.how, how))
                if found:
                    return Miss(tuple(found))
        return Miss()

    def _longest_tail(self, text: str, top: Path, kind: _Kind) -> list[Path]:
        """Return the files or folders below a folder that share most of a path's last parts."""
        parts = tail_parts(text)
        if not parts:
            return []
        stem = os.path.splitext(parts[-1])[0]  # noqa: PTH122
        name, *above = reversed([*parts[:-1], stem if kind == "stems" else parts[-1]])
        wanted = [name_keys(part, fold=True) for part in above]
        longest = 0
        best: list[Path] = []
        index = self._index(top, kind)
        keys = name_keys(name, fold=True)
        for path in dict.fromkeys(path for key in keys for path in index.get(key, [])):
            shared = 1
            folders = path.parent.relative_to(top).parts
            for folder_keys, part in zip(wanted, reversed(folders), strict=False):
                if folder_keys.isdisjoint(name_keys(part, fold=True)):
                    break
                shared += 1
            if shared > longest:
                longest, best = shared, []
            if shared == longest:
                best.append(path)
        if longest == 1 < len(parts) and _GENERIC.fullmatch(stem):
            return []
        return best

    def _index(self, top: Path, kind: _Kind) -> dict[str, list[Path]]:
        """Return what is below a folder by the keys of its names, or of sound files' stems."""
        known = self._tails.get((top, kind))
        if known is None:
            known = self._tails[top, kind] = {}
            for path in _below(top, folders=kind == "folders"):
                if kind == "stems" and path.suffix.lower() not in ENDINGS:
                    continue
                for key in name_keys(path.stem if kind == "stems" else path.name, fold=True):
                    known.setdefault(key, []).append(path)
        return known


def spellings(texts: Iterable[Spelling], *, url: bool = False) -> list[Spelling]:
    """Return each text as it is and percent-decoded. In a URL, decoded counts as written."""
    found: list[Spelling] = []
    for one in texts:
        text, is_url = _without_scheme(one.text)
        percent = "" if url or is_url else PERCENT
        decodings = [Spelling(t, _joined(one.how, percent)) for t in _percent_decoded(text)]
        literal = [Spelling(text, one.how)]
        if len(text) > 2 and text[0] == text[-1] == '"':
            literal.append(Spelling(text[1:-1], _joined(one.how, QUOTES)))
        found += [*decodings, *literal] if url or is_url else [*literal, *decodings]
    return list(dict.fromkeys(found))


def name_keys(name: str, *, fold: bool) -> frozenset[str]:
    """Return what a name is compared by: one normal form of each way to read its bytes."""
    texts = [name]
    if not name.isascii() and any("\udc80" <= mark <= "\udcff" for mark in name):
        raw = os.fsencode(name)
        texts += [text for page in CODE_PAGES if (text := decoded(raw, page)) is not None]
    keys = (unicodedata.normalize("NFC", text) for text in texts)
    return frozenset(key.casefold() if fold else key for key in keys)


def tail_parts(text: str) -> list[str]:
    """Return a path's parts without drive, share, root and what `..` leads out of."""
    plain = re.sub(r"^[A-Za-z][:|]", "", text.replace("\\", "/"))
    parts = [part for part in plain.split("/") if part not in {"", "."}]
    if ".." in parts:
        del parts[: len(parts) - parts[::-1].index("..")]
    return parts


def _listed(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names, not paths
    except (OSError, ValueError):
        return []


def _literal(text: str, base: Path) -> Path | None:
    for form in dict.fromkeys((text, text.replace("\\", "/"))):
        path = base / form
        if form.strip("/") and exists(path):
            return path
    return None


def _without_scheme(text: str) -> tuple[str, bool]:
    """Return the path of a `file:` URL, and whether it was one."""
    if not text.lower().startswith("file:"):
        return text, False
    rest = text[5:].replace("\\", "/")
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        if re.fullmatch(r"[A-Za-z][:|]", host):  # file://C:/…
            rest = f"{host}{slash}{path}"
        else:
            rest = f"/{path}" if host.lower() in {"", "localhost"} else f"//{host}/{path}"
    rest = re.sub(r"^/+(?=[A-Za-z][:|](/|$))", "", rest)
    return re.sub(r"^([A-Za-z])\|", r"\1:", rest), True


def _percent_decoded(text: str) -> Iterator[str]:
    """Yield a text with `%C3%A9` and the like decoded: as UTF-8, else by each code page."""
    if not re.search(r"%[0-9A-Fa-f]{2}", text):
        return
    raw = unquote_to_bytes(text.encode("utf-8", "surrogateescape"))
    for page in ("utf-8", *CODE_PAGES):
        one = decoded(raw, page)
        if one is not None:
            yield one
            if page == "utf-8":
                return


def _below(top: Path, *, folders: bool) -> Iterator[Path]:
    """Yield the files or the folders below a folder, without hidden ones."""
    count = 0
    for above, inside, names in os.walk(top):
        inside[:] = sorted(name for name in inside if not name.startswith("."))
        for name in inside if folders else sorted(names):
            count += 1
            if count > MOST_INDEXED:
                return
            if not name.startswith("."):
                yield Path(above, name)


def _joined(one: str, other: str) -> str:
    return ", ".join(filter(None, (one, other)))
