"""How models are written: the types of their fields, and the rules between their keys."""

from __future__ import annotations

import ast
import inspect
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from soundscape.errors import Severity
from soundscape.scene.yaml.nodes import KeyPath, Node

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

    from soundscape.scene.binding import Binder


class Invalid:
    """Stands for a value that could not be read; the problem is already reported."""


INVALID: Final = Invalid()


class FieldProblem(NamedTuple):
    """Something wrong at a key path (a rule's is relative to its model)."""

    path: KeyPath
    message: str
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that means something beyond its own key: a name to find, a position to check.

    `kind` is what it names (`playlist`, `light`, `cue`, `file`, `folder`, `output`, `input`) or is
    (`at`, `planned`, `envelope`).
    """

    kind: str
    path: KeyPath
    value: Any


@dataclass(frozen=True, slots=True)
class Keys:
    """What a rule sees of its model: the keys that are written, and the values that are valid."""

    written: Collection[str]
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        """The value, or None where it was not written or is faulty."""
        return self.values.get(name)


class FieldType(ABC):
    """The type of a field: reads its value from a node and describes it in JSON Schema."""

    @abstractmethod
    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the value, or INVALID after reporting the problem."""

    @abstractmethod
    def sample(self) -> str:
        """Return it as it may be written, for a message."""

    @abstractmethod
    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue: ...


class ValueType(FieldType):
    """A field type whose JSON Schema does not depend on the type that it annotates."""

    @abstractmethod
    def describe(self) -> JsonSchemaValue:
        """Return the JSON Schema of what is written."""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return self.describe()


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """A mapping that people write; each field is a key. A key that is not there is an error.

    A field whose key is no name in Python has the key as the `alias` of its metadata. Pydantic is
    loaded only to make the JSON Schema: it takes as long as all models and the reading of a scene.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    exactly_one: ClassVar[tuple[str, ...]] = ()
    """Keys of which exactly one must be written."""

    fits: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Keys that make sense only beside some of those."""

    @classmethod
    def read(cls, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Read the mapping; a model with a short form overrides this."""
        return binder.mapping(cls, node, path)

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:  # noqa: ARG003
        """What is wrong between the model's own keys; `keys` may be incomplete."""
        yield from ()

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core_schema)
        described = handler.resolve_ref_schema(schema)
        described.pop("title", None)  # the class's name says nothing to a clinic
        described["description"] = inspect.getdoc(cls)
        for key, text in described_keys(cls).items():
            described["properties"][key]["description"] = text
        cls.describe(described)
        return schema

    @classmethod
    def describe(cls, schema: JsonSchemaValue) -> None:
        """Complete the JSON Schema in place; a model with a short form extends this."""
        if cls.exactly_one:
            schema["oneOf"] = [{"required": [key]} for key in cls.exactly_one]
        if cls.fits:
            schema["dependentSchemas"] = {
                key: {"anyOf": [{"required": [one]} for one in beside]}
                for key, beside in cls.fits.items()
            }


def written_keys(model: type[Model]) -> dict[str, Field[Any]]:
    """The fields of a model by their keys as people write them."""
    return {one.metadata.get("alias", one.name): one for one in fields(model)}


def is_required(field: Field[Any]) -> bool:
    """Whether the field's key must be written: it has no default."""
    return field.default is MISSING and field.default_factory is MISSING


def described_keys(model: type[Model]) -> dict[str, str]:
    """The docstrings of a model's keys, by the keys as people write them."""
    keys = {one.name: key for key, one in written_keys(model).items()}
    texts: dict[str, str] = {}
    for base in reversed(model.__mro__[: model.__mro__.index(Model)]):
        (written,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
        for key, text in pairwise(getattr(written, "body", [])):
            match key, text:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(
                    value=ast.Constant(value=str(said))
                ) if name in keys:
                    texts[keys[name]] = inspect.cleandoc(said)
    return texts


def or_short(schema: JsonSchemaValue, *short: JsonSchemaValue) -> None:
    """Make a mapping's schema, in place, one that also allows short forms."""
    full = dict(schema)
    schema.clear()
    schema["anyOf"] = [*short, full]
