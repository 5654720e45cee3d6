"""Binds the tree of a file to a model and collects every problem on the way.

A model's annotations say how each key is read: a FieldType for a value, a Model for a mapping, or
tuples and dicts of these. A clinic needs every problem at once with its place, which no library
for data gives: pydantic stops at the first bad field before a model's own rules, and knows no
lines. So the walk is done here.
"""

from __future__ import annotations

import types
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import (
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from soundscape.message_text import nearest, quoted
from soundscape.scene.schema import (
    INVALID,
    FieldProblem,
    FieldType,
    Invalid,
    Keys,
    Model,
    Reference,
    is_required,
    written_keys,
)
from soundscape.scene.yaml.nodes import KeyPath, ListNode, MapNode, Mark, Node, ScalarNode, place

M = TypeVar("M", bound=Model)


@dataclass
class Binder:
    """Reads nodes by annotations and collects problems and references."""

    problems: list[tuple[Mark, FieldProblem]] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    valid: dict[KeyPath, Model] = field(default_factory=dict)
    """Every valid model by its path, also in a file that is not valid as a whole."""

    def report(self, mark: Mark, path: KeyPath, message: str) -> Invalid:
        """Add a problem; the result stands for the value that could not be read."""
        self.problems.append((mark, FieldProblem(path, message)))
        return INVALID

    def refer(self, kind: str, path: KeyPath, value: Any) -> None:
        """Add a reference for a later rule."""
        self.references.append(Reference(kind, path, value))

    def read(self, annotation: Any, node: Node, path: KeyPath) -> Any:
        """Return the value at a node as its annotation has it, or INVALID."""
        annotation = _bare(annotation)
        if annotation is bool:
            return self._truth(node, path)
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Literal:
            return self._choice(arguments, node, path)
        if origin is tuple:
            return self._items(arguments[0], node, path)
        if origin is dict:
            return self._entries(arguments[0], arguments[1], node, path)
        readable: FieldType | type[Model] = annotation
        return readable.read(self, node, path)

    def mapping(
        self,
        model: type[M],
        node: Node,
        path: KeyPath,
        unknown: dict[str, Node] | None = None,
        apart: Collection[str] = (),
    ) -> M | Invalid:
        """Read a mapping key by key into a model.

        Keys that the model lacks, and those in `apart`, go to `unknown` where the caller gives it
        to handle them; else they are problems.
        """
        every = _fields(model)  # type: ignore[arg-type]  # mypy takes no class for hashable
        fields = {key: field for key, field in every.items() if key not in apart}
        if not isinstance(node, MapNode):
            such = ", ".join(list(fields)[:4])
            return self.report(node.mark, path, f"needs keys under it, such as {such}")
        before = len(self.problems)
        values: dict[str, Any] = {}
        meant: set[str] = set()  # keys that are there but misspelt
        for key, item in node.items.items():
            if key in fields:
                name, annotation, _ = fields[key]
                value = self.read(annotation, item, (*path, key))
                if value is not INVALID:
                    values[name] = value
            elif unknown is not None:
                unknown[key] = item
            else:
                meant.update(filter(None, [nearest_name(key, fields)]))
                self.report(node.keys[key], (*path, key), no_such(key, "key", fields))
        for key, (_, annotation, required) in fields.items():
            if required and key not in node.items and key not in meant:
                form = _bare(annotation)
                such = f", such as '{key}: {form.sample()}'" if isinstance(form, FieldType) else ""
                self.report(node.mark, path, f"the key '{key}' is missing{such}")
        keys = Keys(meant.union(node.items), values)
        for problem in (*_key_problems(model, keys), *model.problems(keys)):
            self.report(place(node, problem.path), (*path, *problem.path), problem.message)
        if len(self.problems) > before:
            return INVALID
        bound = self.valid[path] = model(**values)
        return bound

    def _items(self, annotation: Any, node: Node, path: KeyPath) -> tuple[Any, ...] | Invalid:
        if not isinstance(node, ListNode):
            return self.report(node.mark, path, "needs a list: a line starting with '- ' for each")
        read = tuple(self.read(annotation, item, (*path, i)) for i, item in enumerate(node.items))
        return INVALID if any(item is INVALID for item in read) else read

    def _entries(
        self, names: Any, annotation: Any, node: Node, path: KeyPath
    ) -> dict[str, Any] | Invalid:
        if not isinstance(node, MapNode):
            such = (
                f"one of {', '.join(get_args(names))}" if get_origin(names) is Literal else "names"
            )
            return self.report(node.mark, path, f"needs {such} under it, each with its value")
        read = {}
        for key, item in node.items.items():
            name = self.read(names, ScalarNode(node.keys[key], key, key), (*path, key))
            value = self.read(annotation, item, (*path, key))
            read[key] = INVALID if name is INVALID else value
        return INVALID if any(value is INVALID for value in read.values()) else read

    def _choice(self, choices: tuple[str, ...], node: Node, path: KeyPath) -> Any:
        if isinstance(node, ScalarNode) and node.value in choices:
            return node.value
        if isinstance(node, ScalarNode) and node.value is not None:
            return self.report(node.mark, path, not_one_of(node.text, choices))
        return self.report(node.mark, path, f"needs one of {', '.join(choices)}")

    def _truth(self, node: Node, path: KeyPath) -> bool | Invalid:
        if isinstance(node, ScalarNode) and isinstance(node.value, bool):
            return node.value
        return self.report(node.mark, path, "needs true or false")


def nearest_name(word: str, known: Collection[str]) -> str | None:
    """Return the known name that was probably meant, if any; capitals do not count."""
    return nearest(word.lower(), known, likeness=0.7)


def no_such(word: str, what: str, known: Collection[str]) -> str:
    """Say that there is no such thing, and name the nearest, or all where they are few."""
    if near := nearest_name(word, known):
        return f"no such {what} (did you mean {quoted(near)}?)"
    if 0 < len(known) <= 16:
        return f"no such {what} (there are: {', '.join(known)})"
    return f"no such {what}"


def not_one_of(word: str, choices: Collection[str]) -> str:
    """Say that a word is none of the choices, and name the nearest, or all where they are few."""
    if near := nearest_name(word, choices):
        return f"{quoted(word)} is not known here (did you mean '{near}'?)"
    few = f": write one of {', '.join(choices)}" if len(choices) <= 30 else ""
    return f"{quoted(word)} is not known here{few}"


def _bare(annotation: Any) -> Any:
    """The form that an annotation carries, or its type without `| None`.

    The file either has a key with a value, or does not have the key.
    """
    while True:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            form = next((extra for extra in arguments[1:] if isinstance(extra, FieldType)), None)
            annotation = form or arguments[0]
        elif origin in {Union, types.UnionType}:
            annotation = next(kind for kind in arguments if kind is not types.NoneType)
        else:
            return annotation


@cache
def _fields(model: type[Model]) -> Mapping[str, tuple[str, Any, bool]]:
    """A model's keys as written, each with its field's name, annotation, and whether it must be."""
    annotations = get_type_hints(model, include_extras=True)
    return {
        key: (one.name, annotations[one.name], is_required(one))
        for key, one in written_keys(model).items()
    }


def _key_problems(model: type[Model], keys: Keys) -> Iterator[FieldProblem]:
    """More or fewer than one of the keys that exclude each other; keys that go with another."""
    given = [key for key in model.exactly_one if key in keys.written]
    if len(given) != 1 and model.exactly_one:
        has = f"has {' and '.join(given)}" if given else "has none of them"
        names = ", ".join(model.exactly_one)
        yield FieldProblem((given[1],) if given else (), f"needs exactly one of {names}: it {has}")
    for key, beside in model.fits.items():
        if key in keys.written and given and given[0] not in beside:
            yield FieldProblem((key,), f"goes with {' or '.join(beside)}, not with {given[0]}")
