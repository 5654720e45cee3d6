"""Values of our own classes as bytes and back: the format of messages between our processes.

A message is a version byte, the length of its JSON (4 bytes), the JSON, and the binary data that
the JSON refers to. Reading one makes plain values and objects of the codec's classes, nothing else.
Imports the standard library only, so that small processes can use it.

In the JSON, numbers, texts, true, false and null stand for themselves and an array is a tuple. An
object has one key, which says what it is: `""` a mapping, `bytes`, `array`, `path`, the name of a
class with the values of its fields, `table`: many objects of one class, field by field, or `same`:
the table of that number once more (playlists occur in several phases).
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from os import PathLike
from typing import Any

from soundscape.errors import MessageError

VERSION = 1
"""Raised when the format or the meaning of a message changes."""

_HEAD = struct.Struct("<BI")
_PLAIN = frozenset({str, int, float, bool, type(None)})
_TABLE_FROM = 4
"""So many objects of one class in a row are written as a table, which is read much faster."""
_ALIGNMENT = 8
_ARRAYS = frozenset({"<i2", "<i4", "<i8", "<f4", "<f8", "|b1", "|i1", "|u1"})


@dataclass(frozen=True, slots=True)
class _Record:
    """How a class is taken apart and put together."""

    name: str
    values: Callable[[Any], Sequence[Any]]
    make: Callable[..., Any]
    width: int


class Codec:
    """Encodes and decodes plain values and objects of `classes`.

    These are dataclasses, of which each field is an argument. Mappings have texts as keys; lists
    come back as tuples.
    """

    def __init__(self, classes: Iterable[type]) -> None:
        self._records = {cls: _record(cls) for cls in classes}
        self._by_name = {record.name: record for record in self._records.values()}

    def encode(self, value: object) -> bytes:
        """A value as bytes. Raises TypeError where it has something that is not in the table."""
        data = _DataWriter()
        text = json.dumps(self._pack(value, data), separators=(",", ":")).encode("ascii")
        return b"".join((_HEAD.pack(VERSION, len(text)), text, *data.parts))

    def decode(self, message: bytes | bytearray) -> Any:
        """The value of bytes that `encode` made. Raises MessageError."""
        try:
            version, length = _HEAD.unpack_from(message)
            if version != VERSION:
                raise MessageError(f"a message of version {version}, not {VERSION}")
            end = _HEAD.size + length
            data = _DataReader(memoryview(message).toreadonly()[end:])
            return self._unpack(json.loads(bytes(message[_HEAD.size : end])), data)
        except (ValueError, TypeError, LookupError, AttributeError, struct.error) as err:
            raise MessageError(f"a message that cannot be read: {err}") from err
        except RecursionError as err:
            raise MessageError("a message that cannot be read: nested too deeply") from err

    def _pack(self, value: Any, data: _DataWriter) -> Any:
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is tuple or kind is list:
            return self._pack_row(value, data)
        record = self._records.get(kind)
        if record is not None:
            return {record.name: [self._pack(one, data) for one in record.values(value)]}
        if isinstance(value, Mapping):
            return {"": {_text(key): self._pack(one, data) for key, one in value.items()}}
        return _packed(value, kind, data)

    def _pack_row(self, values: Sequence[Any], data: _DataWriter) -> Any:
        kinds = set(map(type, values))
        if kinds <= _PLAIN:
            return values
        record = self._records.get(next(iter(kinds))) if len(kinds) == 1 else None
        if record is None or record.width == 0 or len(values) < _TABLE_FROM:
            return [self._pack(one, data) for one in values]
        known = data.tables.get(id(values))
        if known is not None:
            return {"same": known[0]}
        columns = zip(*map(record.values, values), strict=True)
        table = {"table": [record.name, *(self._pack_row(column, data) for column in columns)]}
        data.tables[id(values)] = len(data.tables), values
        return table

    def _unpack(self, value: Any, data: _DataReader) -> Any:
        kind = type(value)
        if kind is list:
            return self._unpack_row(value, data)
        if kind is not dict:
            return value
        ((tag, body),) = value.items()
        if tag == "":
            return {key: self._unpack(one, data) for key, one in body.items()}
        if tag == "table":
            return self._unpack_table(body, data)
        reader = _READERS.get(tag)
        if reader is not None:
            return reader(data, body)
        return self._by_name[tag].make(*self._unpack_row(body, data))

    def _unpack_table(self, body: list[Any], data: _DataReader) -> tuple[Any, ...]:
        record = self._by_name[body[0]]
        columns = [self._unpack(column, data) for column in body[1:]]
        if len(columns) != record.width or len(set(map(len, columns))) != 1:
            raise MessageError(f"a message that cannot be read: {record.name} has other fields")
        table = tuple(map(record.make, *columns))
        data.tables.append(table)
        return table

    def _unpack_row(self, values: list[Any], data: _DataReader) -> tuple[Any, ...]:
        if _PLAIN.issuperset(map(type, values)):
            return tuple(values)
        return tuple([self._unpack(one, data) for one in values])


class _DataWriter:
    """The binary data of a message that is written, each part aligned, and the tables so far."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.tables: dict[int, tuple[int, Sequence[Any]]] = {}
        """The number of each table by the identity of what it holds, which stays alive here."""
        self._size = 0

    def add(self, part: bytes) -> int:
        """Add a part. Returns where it begins."""
        begin = self._size
        padding = -len(part) % _ALIGNMENT
        self.parts += (part, bytes(padding))
        self._size += len(part) + padding
        return begin


class _DataReader:
    """The binary data of a message that is read, and the tables so far."""

    def __init__(self, data: memoryview) -> None:
        self.tables: list[tuple[Any, ...]] = []
        self._data = data

    def cut(self, begin: int, length: int) -> memoryview:
        """Bytes of it. Raises ValueError."""
        if not 0 <= begin <= begin + length <= len(self._data):
            raise ValueError("it is cut off")
        return self._data[begin : begin + length]

    def array(self, dtype: str, shape: list[int], begin: int) -> Any:
        """A numpy array that is a view of it, read-only. Raises ValueError."""
        import numpy as np  # noqa: PLC0415 - no small process needs it

        if dtype not in _ARRAYS:
            raise ValueError(f"{dtype} is not a type of an array")
        if not all(isinstance(size, int) for size in shape):  # a text times a number is a text
            raise ValueError("the sizes of an array are no whole numbers")
        count = math.prod(shape)
        part = self.cut(begin, count * np.dtype(dtype).itemsize)
        return np.frombuffer(part, dtype).reshape(shape)


def _record(cls: type) -> _Record:
    names = tuple(field.name for field in fields(cls))
    by_name = any(field.kw_only for field in fields(cls))
    return _Record(cls.__name__, _getter(names), _maker(cls, names) if by_name else cls, len(names))


def _maker(cls: type, names: tuple[str, ...]) -> Callable[..., Any]:
    """Return what makes an object of a class whose arguments have to be named."""
    return lambda *values: cls(**dict(zip(names, values, strict=True)))


def _getter(names: tuple[str, ...]) -> Callable[[Any], Sequence[Any]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _text(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{key!r} is a key of a mapping, but no text")
    return key


def _packed(value: Any, kind: type, data: _DataWriter) -> Any:
    """What JSON has no form of its own for. Raises TypeError."""
    if kind is bytes:
        return {"bytes": [data.add(value), len(value)]}
    if kind.__name__ == "ndarray":
        return {"array": [value.dtype.str, value.shape, data.add(value.tobytes())]}
    if isinstance(value, PathLike):
        return {"path": str(value)}
    for plain in (float, int, str):  # a subclass, such as numpy's float64
        if isinstance(value, plain):
            return plain(value)
    raise TypeError(f"{kind.__name__} is not in the table of messages")


def _path(_data: _DataReader, text: str) -> Any:
    from pathlib import Path  # noqa: PLC0415 - no small process needs it

    return Path(text)


_READERS: dict[str, Callable[[_DataReader, Any], Any]] = {
    "same": lambda data, number: data.tables[number],
    "bytes": lambda data, place: bytes(data.cut(*place)),
    "array": lambda data, place: data.array(*place),
    "path": _path,
}
