"""Every line of bytes in the documents is what the YAML above it sends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from soundscape.lighting.cues import Cues
from soundscape.lighting.fixture import fixture, fraction
from soundscape.lighting.rig import Rig
from soundscape.midi.msc import CueRef
from soundscape.scene.document import read_room
from soundscape.scene.models import Kelvin, Room
from soundscape.units import parse_percent

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "lighting.md").read_text(encoding="utf-8")
OTHERS = (DOCS / "integrations.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
LINE = re.compile(r"^(light|cue|timecode) ([\w:]+) ?(.*?) {2,}([0-9A-F ,]+)$")
SWITCHES = {"on": 1.0, "off": 0.0}


def lines() -> Iterator[tuple[str, str]]:
    """Each line of bytes, with the room above it."""
    room = ""
    for kind, text in BLOCK.findall(TEXT + OTHERS):
        if kind == "yaml":
            room = text
        if kind == "bytes":
            yield from ((room, line) for line in text.splitlines())


def sent(room: Room, kind: str, name: str, rest: str) -> list[bytes]:
    if kind == "light":
        light = fixture(name, room)
        value = Kelvin(kelvin=float(rest[:-1])) if rest.endswith("K") else SWITCHES.get(rest)
        level = parse_percent(rest) if value is None else fraction(value, room.lights[name])
        return list(light.encode(light.code(level), None))
    if kind == "timecode":
        return timecode(room, name, rest)
    words = rest.split()
    cues = Cues(room.cues)
    cues.call(0, name, CueRef(**dict(zip(words[::2], words[1::2], strict=True))))
    return [message.data for message in cues.messages(48_000 * 60)]


def timecode(room: Room, time: str, what: str) -> list[bytes]:
    """What a session sends that is there, at 25 frames a second."""
    hours, minutes, seconds, frames = map(int, time.split(":"))
    rig = Rig(room)
    place = (((hours * 60 + minutes) * 60 + seconds) * 25 + frames) * 48_000 / 25
    rig.clock(0, place, 1.0)
    full, *quarters = (message.data for message in rig.messages(48_000))
    return [full] if what == "full frame" else quarters[:8]


@pytest.mark.parametrize(("room", "line"), list(lines()), ids=lambda part: part[:40].strip())
def test_a_line_of_bytes_is_what_its_yaml_sends(room: str, line: str) -> None:
    match = LINE.match(line)
    assert match, f"not a line of bytes: {line}"
    kind, name, rest, wanted = match.groups()
    document = read_room(room.encode(), "room.yaml")
    told = [problem.message for problem in document.warnings]
    assert all("14-bit pair" in one or "room dark" in one for one in told), told
    made = sent(document.model, kind, name, rest)
    assert [data.hex(" ").upper() for data in made] == wanted.split(", ")


def test_every_recipe_has_its_bytes_and_none_stands_elsewhere() -> None:
    recipes = TEXT.split("## Recipes")[1].split("\n### ")[1:]
    assert [recipe.count("```bytes") for recipe in recipes] == [1] * 5
    outside = BLOCK.sub("", TEXT)
    assert not re.findall(r"\b[0-9A-F]{2} [0-9A-F]{2}\b(?! s)", outside)
