"""Which MIDI port of the system a name in the room means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from soundscape.errors import MidiPortError
from soundscape.message_text import shown

_ALSA_NUMBERS = re.compile(r"\s+\d+:\d+$")
_WINMM_INDEX = re.compile(r"\s(\d+)$")

FEWEST_TWINS = 2
"""Ports of one name that must be there before they are counted."""


def fitting(wanted: str, names: Sequence[str]) -> list[str]:
    """The names that `wanted` is, or is a part of, in the order of `names`.

    Letter case, ALSA's numbers and the Unicode normal form do not count. A whole name beats whole
    words, and whole words beat a part of one. A number is never a part of a longer one: `Port 1`
    is not `Port 10`.
    """
    text = bare(wanted)
    word = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")
    before = r"(?<!\d)" if text[:1].isdigit() else ""
    after = r"(?!\d)" if text[-1:].isdigit() else ""
    part = re.compile(before + re.escape(text) + after)
    ways: tuple[Callable[[str], bool], ...] = (
        lambda name: name == wanted,
        lambda name: bare(name) == text,
        lambda name: word.search(bare(name)) is not None,
        lambda name: part.search(bare(name)) is not None,
    )
    return next((found for way in ways if (found := [n for n in names if way(n)])), [])


def match_port(wanted: str, names: Sequence[str], nth: int | None = None) -> str:
    """The one name that fits, or the `nth` (from 1) of several. MidiPortError where there is none.

    With `nth` all of them must be there, and at least two: with one away it cannot be known which.
    """
    found = fitting(wanted, names)
    if not found:
        there = f"there are {_listed(names)}" if names else "this machine has none"
        raise MidiPortError(f"MIDI port '{wanted}' is not there; {there}")
    if nth is not None:
        if len(found) < max(FEWEST_TWINS, nth):
            raise MidiPortError(f"MIDI port '{wanted}' {too_few(found, nth)}")
        return found[nth - 1]
    if len(found) > 1:
        raise MidiPortError(f"MIDI port '{wanted}' {unclear(found)}")
    return found[0]


class PortMatch:
    """A port that is looked for again and again, `nth` of those of its name if that is given.

    Once several ports of a name have been seen, each keeps its place: one that goes leaves it free,
    and one that comes takes a free place. `before` is the name that was open last, if any.
    """

    def __init__(self, wanted: str, nth: int | None = None, before: str = "") -> None:
        self._wanted = wanted
        self._nth = nth
        self._before = before
        self._places: list[str] = []

    def find(self, names: Sequence[str]) -> str:
        """The port's full name. MidiPortError as `match_port` raises it."""
        if self._nth is None:
            return match_port(self._wanted, names)
        if not self._places:
            if self._before in names:
                return self._before
            match_port(self._wanted, names, self._nth)
            self._places = fitting(self._wanted, names)
        found = fitting(self._wanted, names)
        self._fill(found)
        if self._places[self._nth - 1] not in found:
            raise MidiPortError(f"MIDI port '{self._wanted}', number {self._nth}, has gone")
        return self._places[self._nth - 1]

    def _fill(self, found: Sequence[str]) -> None:
        """Give new ports the free places, unless there are fewer of them: then it is not clear."""
        new = [name for name in found if name not in self._places]
        free = [place for place, name in enumerate(self._places) if name not in found]
        if len(new) < len(free):
            return
        for place in free:
            self._places[place] = new.pop(0)
        self._places += new


def unclear(found: Sequence[str]) -> str:
    """What to say of a name that several ports have, and what to do about it."""
    if len(set(found)) == 1:
        remedy = "all have that name, so unplug one, or name it otherwise in the system"
    elif len({bare(name) for name in found}) == 1:
        remedy = "all have that name, so write which one with 'nth: 1' or 'nth: 2'"
    else:
        remedy = "give more of its name"
    return f"may be any of {_listed(found)}, so none is opened: {remedy}"


def too_few(found: Sequence[str], nth: int) -> str:
    """What to say where fewer ports of a name are there than `nth` counts."""
    count = "once" if len(found) == 1 else f"{len(found)} times"
    wanted = max(FEWEST_TWINS, nth)
    return (
        f"is there {count}, as {_listed(found)}: with 'nth: {nth}' it must be there "
        f"{wanted} times, or nothing says which one it is; connect the others"
    )


def bare(name: str) -> str:
    """A port's name without letter case, ALSA's changing numbers and differences of Unicode form.

    The form is NFC: a name typed on one system may be decomposed on another.
    """
    return unicodedata.normalize("NFC", without_numbers(name).casefold()).strip()


def without_numbers(name: str) -> str:
    """A port's name without ALSA's numbers, as it may be written down."""
    return _ALSA_NUMBERS.sub("", name)


def without_index(names: Sequence[str]) -> list[str]:
    """The names that rtmidi gives to WinMM's ports, without the index at their ends (`Desk 2`).

    The index is a port's place among all ports, so another device shifts it. Ports of one name get
    numbers in the order of their indices. These have ALSA's form, and so do not count either.
    """
    plain = [_WINMM_INDEX.sub("", name) for name in names]
    shown = []
    for name, one in zip(names, plain, strict=True):
        twins = sorted((n for n, p in zip(names, plain, strict=True) if p == one), key=_index)
        shown.append(one if len(twins) == 1 else f"{one} 0:{twins.index(name) + 1}")
    return shown


def _index(name: str) -> int:
    found = _WINMM_INDEX.search(name)
    return int(found[1]) if found else 0


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{shown(name)}'" for name in names)
