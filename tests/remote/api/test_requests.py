import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.command_specs import COMMANDS
from soundscape.errors import CommandRefused, InvalidValue
from soundscape.remote.api.requests import parse_request, schema
from soundscape.timeline.commands import Command

GOOD = [
    ({"do": "hold"}, Command("hold")),
    ({"do": "extend", "by": "10m"}, Command("extend", by=600.0)),
    ({"do": "extend", "by": -300}, Command("extend", by=-300.0)),
    ({"do": "level", "by": -1}, Command("level", by=-1.0)),
    ({"do": "goto", "phase": "return"}, Command("goto", phase="return")),
    ({"do": "dose", "ago": "3m"}, Command("dose", ago=180.0)),
    ({"do": "stop", "fade": 5}, Command("stop", fade=5.0)),
    ({"do": "duck", "on": True}, Command("duck", on=True)),
    ({"do": "note", "text": "calm"}, Command("note", text="calm")),
]
BAD: list[object] = [
    *(None, [], "hold", 3, {}, {"do": 3}, {"do": "explode"}, {"do": "hold", "by": 3}),
    *(
        {"do": "goto"},
        {"do": "goto", "phase": ""},
        {"do": "extend"},
        {"do": "extend", "by": "soon"},
    ),
    *({"do": "extend", "by": True}, {"do": "level", "by": "loud"}, {"do": "level", "by": "NaN"}),
    *({"do": "duck", "on": "yes"}, {"do": "note", "text": "x" * 2001}, {"do": "stop", "fade": -1}),
]


@pytest.mark.parametrize(("body", "command"), GOOD, ids=str)
def test_a_command_is_read_and_fits_the_schema(body, command):
    assert parse_request(json.dumps(body).encode()) == command
    jsonschema.validate(body, schema())


@pytest.mark.parametrize("body", BAD, ids=lambda value: str(value)[:40])
def test_what_is_no_command_is_refused_and_does_not_fit_the_schema(body):
    with pytest.raises(InvalidValue):
        parse_request(json.dumps(body).encode())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(body, schema())


@pytest.mark.parametrize(
    "body",
    [
        {"do": "level", "by": 1e9},
        {"do": "extend", "by": "25h"},
        {"do": "extend", "by": -1e9},
        {"do": "stop", "fade": 1e9},
    ],
    ids=str,
)
def test_what_is_well_written_but_makes_no_sense_is_refused_like_any_other_command(body):
    with pytest.raises(CommandRefused):
        parse_request(json.dumps(body).encode())
    jsonschema.validate(body, schema())


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 9000, b'{"do": "level", "by": NaN}'])
def test_what_is_no_json_is_said_to_be_none(body):
    with pytest.raises(InvalidValue, match="not JSON"):
        parse_request(body)


def test_every_command_is_in_the_schema():
    titles = {one["title"] for one in schema()["oneOf"]}
    assert titles == set(COMMANDS)


VALUES = st.none() | st.booleans() | st.floats() | st.text()
KEYS = st.sampled_from(["do", "by", "phase", "on"]) | st.text()
ANYTHING = st.recursive(VALUES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner))


@given(ANYTHING)
def test_whatever_comes_there_is_a_command_or_one_plain_line(body):
    said = ""
    try:
        parse_request(json.dumps(body).encode())
    except (InvalidValue, CommandRefused) as fault:
        said = str(fault)
    assert "\n" not in said


@given(st.binary(max_size=120) | st.text('{}[]":,.0123e-dolevby \\u', max_size=60).map(str.encode))
def test_any_bytes_are_a_command_or_one_plain_line(body):
    said = ""
    try:
        parse_request(body)
    except (InvalidValue, CommandRefused) as fault:
        said = str(fault)
    assert "\n" not in said
