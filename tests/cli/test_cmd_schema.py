from __future__ import annotations

import json

import pytest

from soundscape.cli import run


@pytest.mark.parametrize("kind", ["scene", "playlist", "room"])
def test_a_schema_is_json_with_the_keys_of_its_kind(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["schema", kind]) == 0
    schema = json.loads(capsys.readouterr().out)
    expected = {"scene": "phases", "playlist": "tracks", "room": "lights"}[kind]
    assert expected in schema["properties"]
    assert schema["$schema"].endswith("2020-12/schema")
