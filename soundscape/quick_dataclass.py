"""`dataclass` as in the standard library, made in a quarter of the time where it is frozen.

The standard library compiles six methods of a frozen dataclass, 0.4 ms a class, and the processes
of a session make 200 of them before the first sound. Here only `__init__` is compiled. The other
methods are the same functions for all classes, and do what those of the standard library do.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]


def _quick_dataclass(cls: Any = None, /, **options: bool) -> Any:
    """Make a dataclass. All options that are not among `_QUICK` are the standard library's work."""
    if cls is None:
        return lambda cls: _quick_dataclass(cls, **options)
    if not options.get("frozen") or not options.keys() <= _QUICK or hasattr(cls, "__post_init__"):
        return dataclasses.dataclass(**options)(cls)
    own = set(vars(cls))
    unfrozen = {name: value for name, value in options.items() if name != "frozen"}
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, **unfrozen)(cls)
    made.__init__ = _initialiser(made)
    compared = [one.name for one in fields(made) if one.compare]
    made._compared = staticmethod(_values(compared))  # noqa: SLF001 - its methods are ours
    methods = _METHODS | _STATE if options.get("slots") else _METHODS
    for name, method in methods.items():
        if name not in own:
            setattr(made, name, method)
    return made


_QUICK = {"frozen", "slots", "kw_only"}

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _quick_dataclass


def _initialiser(cls: Any) -> Callable[..., None]:
    """Compile `__init__` of a class."""
    arguments, assignments = ["self"], ["pass"]
    known: dict[str, Any] = {"_set": object.__setattr__, "_missing": MISSING}
    ordered = sorted(fields(cls), key=lambda one: bool(one.kw_only))
    for one in ordered:
        if one.kw_only and "*" not in arguments:
            arguments.append("*")
        arguments.append(_argument(one, known))
        given = one.name
        if one.default_factory is not MISSING:
            given = f"_make_{one.name}() if {one.name} is _missing else {one.name}"
        assignments.append(f"_set(self, '{one.name}', {given})")
    source = f"def __init__({', '.join(arguments)}):\n " + "\n ".join(assignments)
    exec(source, known)  # noqa: S102 - as the standard library does
    initialiser: Callable[..., None] = known["__init__"]
    initialiser.__qualname__ = f"{cls.__qualname__}.__init__"
    return initialiser


def _argument(one: Field[Any], known: dict[str, Any]) -> str:
    """Return a field's argument; its default is put into `known`."""
    if one.default is not MISSING:
        known[f"_default_{one.name}"] = one.default
        return f"{one.name}=_default_{one.name}"
    if one.default_factory is not MISSING:
        known[f"_make_{one.name}"] = one.default_factory
        return f"{one.name}=_missing"
    return one.name


def _values(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that returns the values of these attributes."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple([getattr(value, name) for name in names])


def _equals(self: Any, other: Any) -> Any:
    if other.__class__ is self.__class__:
        return self._compared(self) == self._compared(other)
    return NotImplemented


def _hash(self: Any) -> int:
    return hash(self._compared(self))


def _represent(self: Any) -> str:
    shown = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_to_set(_self: object, name: str, _value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for one, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)


_METHODS: dict[str, Any] = {
    "__eq__": _equals,
    "__hash__": _hash,
    "__repr__": _represent,
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
}
_STATE: dict[str, Any] = {"__getstate__": _state, "__setstate__": _set_state}
"""For copies and pickles of what has slots."""
