"""The page's presses come to the same as those of `controls.gestures`, in a JavaScript engine."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest
from peers import need
from standing import Stand

from soundscape.command_specs import presses
from soundscape.controls.gestures import Presses, PressResult, pressed, wants_text
from soundscape.remote import api
from soundscape.remote.api.schemas import CommandTable

pytestmark = pytest.mark.peer
ACTIONS = Path(api.__path__[0], "page", "actions.js")
RESULTS = {
    PressResult.IGNORED: "",
    PressResult.LOCKED: "locked",
    PressResult.AGAIN: "again",
    PressResult.DONE: "do",
}
VIEWS = [
    Stand(),
    Stand("held", ducked=True),
    Stand("paused", care=True, since_dose=3.0),
    Stand("landing", last_phase=True),
    Stand("muted"),
]
SCRIPT = """
const { ACTS, Presses, takeTable } = await import(process.argv[1]);
const { table, views, presses } = JSON.parse(await new Response(process.stdin).text());
takeTable(table);
const mine = new Presses();
const results = presses.map(([act, view, at]) => mine.press(act, views[view], 1000 * at));
const commands = views.map((view) => Object.fromEntries(Object.entries(ACTS)
  .filter(([act]) => act !== "lock" && !ACTS[act].wantsText)
  .map(([act, { command }]) => [act, command(view)])));
console.log(JSON.stringify({ results, commands }));
"""


def test_the_page_presses_as_the_console_does() -> None:
    node = need("node")
    chance = Random(3)
    acts = [*presses(), "lock"]
    now = 0.0
    steps: list[tuple[str, int, float]] = []
    for _ in range(2000):
        now += chance.choice((0.05, 0.1, 0.3, 1.0, 1.9, 2.5))
        act = chance.choice(acts) if chance.random() < 0.4 or not steps else steps[-1][0]
        steps.append((act, chance.randrange(len(VIEWS)), now))
    given = {
        "table": CommandTable().model_dump(mode="json"),
        "views": [vars(view) for view in VIEWS],
        "presses": steps,
    }
    source = "data:text/javascript," + quote(ACTIONS.read_text(encoding="utf-8"))
    done = subprocess.run(
        [node, "--input-type=module", "-e", SCRIPT, source],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    mine = Presses()
    assert found["results"] == [RESULTS[mine.press(act, VIEWS[v], at)] for act, v, at in steps]
    for view, commands in zip(VIEWS, found["commands"], strict=True):
        assert commands == {
            act: pressed(act, view).as_json() for act in presses() if not wants_text(act)
        }
