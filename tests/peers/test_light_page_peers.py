"""docs/lighting.md followed word by word in a clean folder, on a real MIDI driver: JACK."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from jack import LINE, received, until

from soundscape.devices.midi.outputs import MidiOutputs
from soundscape.ipc import clock
from soundscape.lighting.rig import Rig
from soundscape.scene.models import LightSpec, PortSpec, Room
from soundscape.units import SAMPLE_RATE

pytestmark = [pytest.mark.peer, pytest.mark.waits]

PAGE = (Path(__file__).parents[2] / "docs" / "lighting.md").read_text(encoding="utf-8")
STEPS = PAGE.split("## In a quarter of an hour")[1].split("\n## ")[0]
TOO_LONG = ("rehearse", "render")
"""Commands of the page that play or render a whole session: tested elsewhere."""


def commands() -> list[list[str]]:
    """The commands of the page's first section, as they stand there."""
    found = re.findall(r"`soundscape ([^`]*)`", STEPS.replace("\n   ", " "))
    whole = [words.split() for words in found]
    return [words for words in whole if words[0] not in TOO_LONG and "monitor" not in words]


def test_the_first_room_works_as_the_page_says(dump: Path, tmp_path: Path) -> None:
    written = re.search(r"```yaml\n(.*?)```", STEPS, re.S)
    assert written is not None
    folder = tmp_path / "clean"
    folder.mkdir()
    (folder / "room.yaml").write_text(dedent(written[1]).replace("QLC+", "dumper"))
    done = []
    for words in commands():
        room = [] if words[:2] == ["midi", "ports"] else ["--room", "room.yaml"]
        dry = ["--print"] if "preview" in words and "--print" not in words else []
        ran = subprocess.run(
            [sys.executable, "-m", "soundscape", *words, *room, *dry],
            cwd=folder,
            env={**os.environ, "SOUNDSCAPE_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert ran.returncode == 0, (words, ran.stdout, ran.stderr)
        assert "error" not in ran.stderr.lower(), (words, ran.stderr)
        done.append(" ".join(words[:2]))
    assert done == ["midi ports", "lights test", "lights set", "check kap-im", "lights preview"]
    assert received(dump)[-1] == b"\xb0\x14\x2c", "room at 35 %"


def test_the_halves_of_a_pair_arrive_together(dump: Path) -> None:
    room = Room(
        midi={"desk": PortSpec(output="dumper")},
        lights={"lamp": LightSpec(port="desk", cc=(21, 53), from_=0.2)},
    )
    rig = Rig(room)
    rig.move(0, {"lamp": 0.6}, 0)
    messages = rig.messages(6 * SAMPLE_RATE)
    process = MidiOutputs(room.midi, room.lights)
    process.start()
    assert process.wait_ready(20.0)
    start = clock.now() + 0.3
    process.send([(start + m.frame / SAMPLE_RATE, m.port, m.data) for m in messages])
    until(lambda: len(received(dump)) >= len(messages), "messages are lost")
    process.close()
    lines = [LINE.match(line) for line in dump.read_text().splitlines()]
    whole = [(line[0].split(":")[0].strip(), bytes.fromhex(line[1])) for line in lines if line]
    firsts = [n for n, (_, data) in enumerate(whole) if data[1] == 21]
    assert len(firsts) > 20
    assert all(whole[n + 1][1][1] == 53 for n in firsts), "something came between"
    together = [whole[n][0] == whole[n + 1][0] for n in firsts]
    # Two calls of the driver; now and then one of JACK's cycles ends just between them.
    assert sum(together) >= 0.9 * len(together)
