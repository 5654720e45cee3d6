"""The JSON Schema says what the reader takes: an editor must not warn of a good file."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from examples import EXAMPLES, SLIPS, slipped
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from soundscape.errors import FileProblems
from soundscape.scene.document import read_playlist, read_room, read_scene
from soundscape.scene.json_schema import json_schema
from soundscape.scene.yaml.nodes import plain
from soundscape.scene.yaml.text import read_yaml

READERS = {"scene": read_scene, "playlist": read_playlist, "room": read_room}
VALIDATORS = {kind: jsonschema.Draft202012Validator(json_schema(kind)) for kind in READERS}
SHIPPED = Path(__file__).parents[2]
FILES = [
    *(("scene", path) for path in sorted(SHIPPED.glob("scenes/*.yaml"))),
    *(("playlist", path) for path in sorted(SHIPPED.glob("playlists/*.yaml"))),
    ("room", SHIPPED / "room.yaml"),
]


def errors(kind: str, data: bytes) -> list[str]:
    root, _ = read_yaml(data)
    if root is None:
        return ["not YAML"]
    return [error.message for error in VALIDATORS[kind].iter_errors(plain(root))]


@pytest.mark.parametrize("kind", READERS)
def test_the_schema_is_a_schema_and_json(kind):
    schema = json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(json.dumps(schema)) == schema


@pytest.mark.parametrize("kind", READERS)
def test_the_examples_fit_it(kind):
    assert errors(kind, EXAMPLES[kind].encode()) == []


@pytest.mark.parametrize(("kind", "path"), FILES, ids=[path.name for _, path in FILES])
def test_the_shipped_files_fit_it(kind, path):
    assert errors(kind, path.read_bytes()) == []


@examples()
@given(st.sampled_from(sorted(EXAMPLES)), st.lists(SLIPS, min_size=1, max_size=2))
def test_what_the_reader_takes_fits_it(kind, slips):
    data = slipped(EXAMPLES[kind], slips).encode()
    try:
        READERS[kind](data, "x.yaml")
    except FileProblems:
        return
    assert errors(kind, data) == []


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("scene", "phases: {a: {duratoin: 5m}}", "duratoin"),
        ("scene", "phases: {a: {duration: 5 parsecs}}", "5 parsecs"),
        ("scene", "phases: {a: {duration: 5m, advance: dosis}}", "dosis"),
        ("scene", "phases: {a: {duration: 5m, lights: {room: 35}}}", "35"),
        ("scene", "phases: {a: {duration: 5m, loudness: off}}", "off"),
        ("scene", "name: x", "phases"),
        ("playlist", "tracks: [{file: a, folder: b}]", "file"),
        ("playlist", "tracks: [{file: a, titel: b}]", "titel"),
        ("room", "lights: {a: {port: desk, cc: 123}}", "123"),
        ("room", "lights: {a: {port: desk, note: 1, cc: 2}}", "note"),
        ("room", "limits: {rate: 10}", "10"),
        ("room", "controls: [{port: p, note: 1, do: quack}]", "quack"),
        ("room", "cues: {a: {port: p, msc: {command: gogo}}}", "gogo"),
    ],
)
def test_an_editor_sees_a_slip(kind, text, said):
    assert any(said in message for message in errors(kind, text.encode()))


@pytest.mark.parametrize("kind", READERS)
def test_every_key_is_described(kind):
    schema = json_schema(kind)
    for one in [schema, *schema["$defs"].values()]:
        full = one if "properties" in one else one["anyOf"][-1]
        assert full["description"]
        for key, value in full["properties"].items():
            assert value.get("description") or "$ref" in value, key


NEWER = {
    "room": """\
midi: {desk: {output: QLC+, nth: 2}}
lights:
  a: {port: desk, cc: 1, min: 8%, max: 90%, weight: 2, curve: {0%: 0%, 50%: 20.5%, 100%: 100%}}
  b: {port: desk, cc: 2, curve: linear, weight: 0}
groups: {both: [a, b]}
looks: {evening: {both: 30%, a: off}}
aliases: {room: both}
care: {look: evening}
after: {look: evening, set: {b: 5%}, over: 2m}
""",
    "scene": """\
optional: [warmth]
phases:
  one: {duration: 5m, lights: evening}
  two: {duration: 5m, lights: [{look: evening, over: 3m}, {look: night, set: {a: 5%}}]}
""",
}


@pytest.mark.parametrize("kind", NEWER)
def test_looks_groups_and_dimmers_are_read_and_fit_it(kind):
    READERS[kind](NEWER[kind].encode(), "x.yaml")
    assert errors(kind, NEWER[kind].encode()) == []


@examples()
@given(st.sampled_from(sorted(NEWER)), st.lists(SLIPS, min_size=1, max_size=2))
def test_what_the_reader_takes_of_them_fits_it(kind, slips):
    data = slipped(NEWER[kind], slips).encode()
    try:
        READERS[kind](data, "x.yaml")
    except FileProblems:
        return
    assert errors(kind, data) == []
