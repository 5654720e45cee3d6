"""Bound methods that do not keep their object alive.

The player does not collect garbage while it plays, so a generator must be free of reference cycles.
An object that owns a cache or a sound made of its own methods would be one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakMethod

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")


def weak_method(method: Callable[..., R]) -> Callable[..., R]:
    """Return a callable that calls a bound method as long as its object lives."""
    weak = WeakMethod(method)

    def call(*arguments: Any) -> R:
        found = weak()
        assert found is not None  # noqa: S101 - the object owns what calls this
        return found(*arguments)

    return call
