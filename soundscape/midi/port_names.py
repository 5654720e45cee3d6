"""Which MIDI port of the system a name in the room means."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from soundscape.errors import MidiPortError
from soundscape.units import shown

_ALSA_NUMBERS = re.compile(r"\s+\d+:\d+$")


def fitting(wanted: str, names: Sequence[str]) -> list[str]:
    """The names that `wanted` is, or is a part of; letter case and ALSA's numbers do not count.

    A whole name beats whole words, and whole words beat a part of one.
    """
    text = bare(wanted)
    word = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")
    ways: tuple[Callable[[str], bool], ...] = (
        lambda name: name == wanted,
        lambda name: bare(name) == text,
        lambda name: word.search(bare(name)) is not None,
        lambda name: text in bare(name),
    )
    return next((found for way in ways if (found := [n for n in names if way(n)])), [])


def match_port(wanted: str, names: Sequence[str]) -> str:
    """The one name that fits. MidiPortError when none does, or more than one."""
    found = fitting(wanted, names)
    if len(found) == 1:
        return found[0]
    if found:
        raise MidiPortError(f"MIDI port '{wanted}' {unclear(found)}")
    there = f"there are {_listed(names)}" if names else "this machine has none"
    raise MidiPortError(f"MIDI port '{wanted}' is not there; {there}")


def unclear(found: Sequence[str]) -> str:
    """What to say of a name that several ports have, and what to do about it."""
    if len({bare(name) for name in found}) == 1:
        remedy = "all have that name, so unplug one, or name it otherwise in the system"
    else:
        remedy = "give more of its name"
    return f"may be any of {_listed(found)}, so none is opened: {remedy}"


def bare(name: str) -> str:
    """A port's name without letter case and without the numbers that ALSA gives anew each time."""
    return without_numbers(name).casefold().strip()


def without_numbers(name: str) -> str:
    """A port's name without ALSA's numbers, as it may be written down."""
    return _ALSA_NUMBERS.sub("", name)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{shown(name)}'" for name in names)
