"""The body of `POST /api/commands`: its model, made of the table of commands, and its parser.

The model says how a command is written. Whether it makes sense now (an unknown phase, a time longer
than a day) is decided by the session.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Annotated, Any, Literal, NoReturn, Union

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    create_model,
)

from soundscape.command_arguments import LONGEST_TEXT, ArgumentType
from soundscape.command_specs import COMMANDS, CommandSpec
from soundscape.errors import CommandRefused, InvalidValue
from soundscape.timeline.commands import Command, parse_command


class CommandBody(BaseModel):
    """The rules of all commands: no other keys, and values are not converted."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=True)


def parse_request(body: bytes) -> Command:
    """Return the command of a request's body.

    Raises InvalidValue if it is malformed, CommandRefused if no session could do it.
    """
    asked = _json(body)
    if not isinstance(asked, dict):
        raise InvalidValue('a command is written like {"do": "extend", "by": "10m"}')
    asked = {key: _readable(value) for key, value in asked.items()}
    fits = _fits(asked)
    try:
        command = parse_command(asked)  # words a fault better than a model can
    except InvalidValue as fault:
        if not fits:
            raise
        raise CommandRefused(str(fault)) from fault
    if not fits:
        raise InvalidValue(f"{command.do}: a value is not written as `{command.do}` takes it")
    return command


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a command."""
    return {"oneOf": [model.model_json_schema() for model in _models()]}


def _models() -> list[type[BaseModel]]:
    """Return the model of every command in the table."""
    return [_model(spec) for spec in COMMANDS.values()]


def _model(spec: CommandSpec) -> type[BaseModel]:
    fields: dict[str, Any] = {"do": Literal[spec.name]}
    for argument in spec.arguments:
        written = _written(argument.type)
        about = argument.help or argument.type.what
        if argument.required:
            fields[argument.name] = (written, Field(description=about))
        else:  # a factory, since a default of null would stand in the schema
            fields[argument.name] = (written, Field(description=about, default_factory=_absent))
    return create_model(spec.name, __base__=CommandBody, __doc__=spec.help, **fields)


def _absent() -> None:
    """Return the value of an argument that is not given."""


def _written(kind: ArgumentType) -> Any:
    """Return the type of a value as it is written."""
    forms: list[Any] = []
    if kind.number:
        forms.append(float if kind.signed else Annotated[float, Field(ge=0)])
    if kind.text:
        pattern = re.compile(kind.text)

        def whole(text: str) -> str:
            if pattern.fullmatch(text) is None:
                raise ValueError(f"is not written as a {kind.name} is")
            return text

        seen = Field(json_schema_extra={"pattern": f"^(?:{kind.text})$"})
        longest = StringConstraints(max_length=LONGEST_TEXT)
        forms.append(Annotated[str, longest, AfterValidator(whole), seen])
    if kind.boolean:
        forms.append(bool)
    return Union[tuple(forms)]  # noqa: UP007 - of as many as there are


@cache
def _request() -> TypeAdapter[Any]:
    models: Any = Union[tuple(_models())]  # noqa: UP007 - of as many as there are
    request: Any = Annotated[models, Field(discriminator="do")]
    return TypeAdapter(request)


def _fits(asked: dict[str, Any]) -> bool:
    """Return whether a body fits the model."""
    try:
        _request().validate_python(asked)
    except ValidationError:
        return False
    return True


def _json(body: bytes) -> object:
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as err:
        raise InvalidValue("the body is not JSON") from err


def _readable(value: object) -> object:
    """Return a text without lone surrogates, which JSON can contain but no output can show."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
