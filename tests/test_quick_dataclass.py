"""A quick dataclass does what one of the standard library does."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, astuple, field, fields, replace
from typing import Any

import pytest

from soundscape import quick_dataclass

# As it runs: type checkers see the standard library's.
quick: Any = quick_dataclass.dataclass


def classes(decorate: Any) -> tuple[type, ...]:
    """A class of each kind."""

    @decorate(frozen=True, slots=True)
    class Point:
        """A point."""

        x: float
        y: float = 2.0
        seen: list[int] = field(default_factory=list, compare=False, repr=False)

    @decorate(frozen=True, kw_only=True)
    class Named:
        name: str = "a"
        number: int

    @decorate(frozen=True, kw_only=True)
    class Further(Named):
        more: int = 3

    @decorate(frozen=True, slots=True)
    class Nothing:
        pass

    @decorate(frozen=True, slots=True)
    class Late:
        one: int = field(kw_only=True)
        two: int = 2

    return Point, Named, Further, Nothing, Late


ARGUMENTS: tuple[dict[str, Any], ...] = (
    {"x": 1.0},
    {"number": 4},
    {"number": 4, "name": "b"},
    {},
    {"one": 1},
)
PAIRS = list(zip(classes(quick), classes(dataclasses.dataclass), ARGUMENTS, strict=True))

each = pytest.mark.parametrize(("ours", "theirs", "given"), PAIRS)


@dataclasses.dataclass(frozen=True)
class Other:
    x: float = 1.0
    y: float = 2.0


@quick_dataclass.dataclass(frozen=True, slots=True)
class Pickled:
    x: int
    y: tuple[int, ...] = ()


@each
def test_it_has_the_same_arguments_fields_and_text(
    ours: Any, theirs: Any, given: dict[str, Any]
) -> None:
    one, other = ours(**given), theirs(**given)
    arguments, expected = inspect.signature(ours).parameters, inspect.signature(theirs).parameters
    assert [(a.name, a.kind) for a in arguments.values()] == [
        (a.name, a.kind) for a in expected.values()
    ]
    assert repr(one).replace("quick", "dataclass") == repr(other).replace("quick", "dataclass")
    assert asdict(one) == asdict(other)
    assert astuple(one) == astuple(other)
    assert ours.__match_args__ == theirs.__match_args__
    assert [f.name for f in fields(one)] == [f.name for f in fields(other)]


@each
def test_equal_values_are_equal_and_have_one_hash(
    ours: Any, theirs: Any, given: dict[str, Any]
) -> None:
    assert ours(**given) == ours(**given)
    assert hash(ours(**given)) == hash(ours(**given)) == hash(theirs(**given))
    assert ours(**given) != theirs(**given)
    for key, value in given.items():
        assert ours(**given) != ours(**{**given, key: value * 2})


def test_what_is_not_compared_does_not_count() -> None:
    point = classes(quick)[0]
    assert point(1.0, seen=[1]) == point(1.0, seen=[2])


def test_each_object_has_a_default_of_its_own() -> None:
    point = classes(quick)[0]
    assert point(1.0).seen is not point(1.0).seen


@each
def test_it_is_frozen(ours: Any, theirs: Any, given: dict[str, Any]) -> None:
    one = ours(**given)
    for name in ("x", *given):
        with pytest.raises(FrozenInstanceError):
            setattr(one, name, 5)
        with pytest.raises(FrozenInstanceError):
            delattr(one, name)


@each
@pytest.mark.parametrize("wrong", [{"unknown": 1}])
def test_wrong_arguments_are_refused(
    ours: Any, theirs: Any, given: dict[str, Any], wrong: dict[str, Any]
) -> None:
    with pytest.raises(TypeError):
        ours(**given, **wrong)
    if given:
        with pytest.raises(TypeError):
            ours()


@each
def test_a_copy_and_a_replaced_one_are_made(ours: Any, theirs: Any, given: dict[str, Any]) -> None:
    one = ours(**given)
    assert copy.deepcopy(one) == copy.copy(one) == replace(one) == one
    for key, value in given.items():
        assert replace(one, **{key: value * 2}) == ours(**{**given, key: value * 2})


def test_it_can_be_pickled() -> None:
    data = pickle.dumps(Pickled(1, (2,)))
    assert pickle.loads(data) == Pickled(1, (2,))  # noqa: S301 - our own


def test_methods_that_a_class_has_itself_stay() -> None:
    @quick(frozen=True, slots=True)
    class Odd:
        x: int

        def __repr__(self) -> str:
            return "odd"

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Odd)

        def __hash__(self) -> int:
            return 7

    made: Any = Odd
    assert repr(made(1)) == "odd"
    assert made(1) == made(2)
    assert hash(made(1)) == 7


def test_what_is_not_frozen_or_ordered_is_the_standard_librarys() -> None:
    @quick(frozen=True, order=True)
    class Ordered:
        x: int

    @quick
    class Open:
        x: int = 1

    opened: Any = Open()
    opened.x = 2
    assert opened.x == 2
    ordered: Any = Ordered
    assert ordered(1) < ordered(2)


def test_equality_asks_the_other_side() -> None:
    point: Callable[..., Any] = classes(quick)[0]
    assert point(1.0) != Other()
    assert point(1.0) != 1
