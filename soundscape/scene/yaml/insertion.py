"""Adds an entry to a YAML text by its place: all that stands there stays, comments and all.

The parser's events say where a list or mapping ends; the entry is inserted there in the style of
the text. The caller reads the result again to check it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from soundscape.errors import InvalidValue

_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class _Spot:
    """A list or mapping under a key of the top: where its last entry ends, how it is written."""

    flow: bool
    column: int  # where its entries begin
    end: int  # after its last entry; of an empty one, after its bracket
    empty: bool


def add_item(text: str, key: str, item: str) -> str:
    """Add an item, written in braces, to the list under a key of the top, which may be absent.

    Raises InvalidValue where the text is written in a way that this cannot add to.
    """
    return _add(text, key, item, f"- {item}")


def add_pair(text: str, key: str, name: str, value: str) -> str:
    """Add `name: value` to the mapping under a key of the top, which may be absent.

    Raises InvalidValue as `add_item` does.
    """
    return _add(text, key, f"{name}: {value}", f"{name}: {value}")


def set_pair(text: str, key: str, name: str, value: str) -> str:
    """Give `name` this value in the mapping under a key of the top; both may be absent.

    Raises InvalidValue as `add_item` does, and where the present value fills lines of its own.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark) if mark else text
    span = _value_of(body, key, name)
    if span is None:
        return add_pair(text, key, name, value)
    return f"{mark}{body[: span[0]]}{value}{body[span[1] :]}"


def _add(text: str, key: str, in_flow: str, in_block: str) -> str:
    newline = found[0] if (found := _BREAK.search(text)) else "\n"
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark) if mark else text
    spot = _spot(body, key)
    if spot is None:
        lead = "" if not body or body.endswith(("\n", "\r")) else newline
        return f"{mark}{body}{lead}{newline}{key}:{newline}  {in_block}{newline}"
    if spot.flow:
        comma = "" if spot.empty else ", "
        return f"{mark}{body[: spot.end]}{comma}{in_flow}{body[spot.end :]}"
    at = _next_line(body, spot.end)
    lead = "" if body[:at].endswith(("\n", "\r")) else newline
    return f"{mark}{body[:at]}{lead}{' ' * spot.column}{in_block}{newline}{body[at:]}"


def _next_line(body: str, at: int) -> int:
    """Where the line after a place begins; a block of text ends there already."""
    if body[:at].endswith(("\n", "\r")):
        return at
    found = _BREAK.search(body, at)
    return found.end() if found else len(body)


def _spot(body: str, key: str) -> _Spot | None:
    """The place of what is under a key; None where the key is not there."""
    events = _events_under(body, key)
    return None if events is None else _under(events, key)


def _value_of(body: str, key: str, name: str) -> tuple[int, int] | None:
    """Where a value begins and ends in the mapping under a key; None where it is not there."""
    events = _events_under(body, key)
    if events is None or not isinstance(events[0], yaml.MappingStartEvent):
        return None
    depth, is_key = 0, True
    for place, event in enumerate(events[1:], 1):
        if depth == 0 and isinstance(event, yaml.CollectionEndEvent):
            return None
        if depth == 0 and is_key and isinstance(event, yaml.ScalarEvent) and event.value == name:
            return _span(events[place + 1 :], name)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth == 0:
            is_key = not is_key
    return None


def _span(events: list[yaml.Event], name: str) -> tuple[int, int]:
    """From where to where a value on one line stands that begins with the first event."""
    first = events[0]
    if isinstance(first, yaml.ScalarEvent) and not first.style:
        return _start(first).index, _end(first).index
    if not isinstance(first, yaml.CollectionStartEvent) or not first.flow_style:
        raise InvalidValue(f"what stands under '{name}' is written over several lines")
    depth = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            if depth == 0:
                return _start(first).index, _end(event).index
    raise InvalidValue(f"what stands under '{name}' does not end")


def _events_under(body: str, key: str) -> list[yaml.Event] | None:
    """The parser's events from what is under a key on; None where the key is not there."""
    events = list(yaml.parse(body, Loader=yaml.SafeLoader))
    start = next((n for n, one in enumerate(events) if isinstance(one, yaml.NodeEvent)), None)
    if start is None:
        return None  # nothing but comments
    top = events[start]
    if not isinstance(top, yaml.MappingStartEvent) or top.flow_style:
        raise InvalidValue("the file is written in braces from its top")
    depth = 0
    for place, event in enumerate(events[start:], start):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        named = isinstance(event, yaml.ScalarEvent) and event.value == key
        if named and depth == 1 and _start(event).column == _start(top).column:
            return events[place + 1 :]
    return None


def _under(events: list[yaml.Event], key: str) -> _Spot:
    """The place of the list or mapping that begins with the first event."""
    first = events[0]
    if not isinstance(first, yaml.CollectionStartEvent):
        raise InvalidValue(f"what stands under '{key}' is no list and no names")
    depth, end = 0, _end(first).index
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            if depth == 0:
                break
            # A block's end is marked only where the next thing begins.
            if _end(event).index > _start(event).index:
                end = _end(event).index
        else:
            end = _end(event).index
    empty = isinstance(events[1], yaml.CollectionEndEvent)
    return _Spot(bool(first.flow_style), _start(first).column, end, empty)


def _start(event: yaml.Event) -> yaml.Mark:
    assert isinstance(event.start_mark, yaml.Mark)  # noqa: S101 - the parser in Python sets it
    return event.start_mark


def _end(event: yaml.Event) -> yaml.Mark:
    assert isinstance(event.end_mark, yaml.Mark)  # noqa: S101 - the parser in Python sets it
    return event.end_mark
