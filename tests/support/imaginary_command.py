"""Adds a command to the table, before anything else is loaded, and tells where it is then found.

It runs as a program of its own: what is derived from the table is derived when it is loaded.
"""

# ruff: noqa: PLC0415
from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from soundscape import command_arguments as arguments
from soundscape import command_specs as specs

HUM = specs.CommandSpec(
    "hum",
    "Hum a little.",
    (arguments.Argument("by", arguments.DECIBELS, "How loud.", required=True, example="-3 dB"),),
    ("-3",),
    presses=(
        specs.Gesture(
            "hum along (twice)", ("Hum", "low"), "y", arguments={"by": -1.0}, confirm="hum along"
        ),
    ),
    adjusts=True,
    urgent=True,
    towards_silence=True,
    softens="always",
    under_lock=True,
    lasts=specs.When("ducked", (True,)),
)
specs.COMMANDS["hum"] = HUM


def conductor() -> Any:
    from shows import phase, playlist, show, track

    from soundscape.timeline import actions
    from soundscape.timeline.conductor import Conductor
    from soundscape.views import replies

    actions.ALWAYS_ALLOWED["hum"] = lambda c, command: c.context.emit(("hummed", command.by))
    replies._ANSWERS["hum"] = lambda c: "hummed"
    return Conductor(show(phase("one", 60, playlist("m", track("a", 60)))))


def in_a_room() -> Any:
    from soundscape.scene.document import read_room
    from soundscape.scene.json_schema import json_schema

    text = (
        "midi: {pads: {input: Pads}}\n"
        "controls: [{port: pads, note: 1, do: hum, feedback: true}]\n"
        "keys: {f5: hum}\n"
    )
    document = read_room(text.encode(), "room.yaml")
    schema = json.dumps(json_schema("room"))
    return [document.model.controls[0].do, document.model.keys, not document.warnings,
            '"hum"' in schema]  # fmt: skip


def in_a_script() -> Any:
    from soundscape.library.script import read_script

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "script.yaml")
        path.write_text("- {at: 1s, do: hum, by: -2}\n", encoding="utf-8")
        ((_, command),) = read_script(path)
    return command.as_json()


def in_the_api() -> Any:
    from soundscape.remote.api.requests import parse_request, schema
    from soundscape.remote.api.schemas import CommandTable

    titles = [one["title"] for one in schema()["oneOf"]]
    table = CommandTable().model_dump(mode="json")["commands"]
    command = parse_request(b'{"do": "hum", "by": "-2 dB"}')
    return ["hum" in titles, table[-1]["name"], command.as_json()]


def on_the_command_line() -> Any:
    from click.testing import CliRunner

    from soundscape.cli import soundscape

    runner = CliRunner()
    everything = runner.invoke(soundscape, ["--help"]).output
    own = runner.invoke(soundscape, ["hum", "--help"]).output
    return ["Hum a little." in everything, "soundscape hum -3" in own, "DB" in own]


def on_the_console() -> Any:
    from soundscape.console.keys import KeyMap
    from soundscape.views.take_snapshot import take_snapshot

    keys, view = KeyMap({}), take_snapshot(conductor())
    keys.press("L", view, 0.0)
    asked = keys.press("y", view, 1.0)
    command = keys.press("y", view, 2.0).command
    return [asked.say, command.as_json() if command else None,
            ("y", "hum along (twice)") in keys.table()]  # fmt: skip


def on_a_pad() -> Any:
    from standing import Stand

    from soundscape.controls.control_surface import ControlSurface
    from soundscape.scene.control_specs import Control

    surface = ControlSurface([Control(port="pads", note=1, do="hum", feedback=True)])
    found = [surface.receive("pads", b"\x90\x01\x40", at, Stand()) for at in (0.0, 1.0)]
    lit = surface.feedback(2.0, Stand(ducked=True))
    return [[[one.as_json() for one in each] for each in found], len(lit)]


def in_the_player() -> Any:
    from soundscape.engine.player.player import Player
    from soundscape.ipc.player_messages import CommandRequest
    from soundscape.timeline.commands import Command

    done: list[str] = []
    session: Any = SimpleNamespace(
        conductor=SimpleNamespace(frame=0),
        prepare=lambda _: False,
        do=lambda command: done.append(command.do) or "done",
    )
    player = Player(session, SimpleNamespace(underruns=0))  # type: ignore[arg-type]
    player.request(CommandRequest(1, Command("skip")))
    player._take_commands()
    waiting = list(done)
    player.request(CommandRequest(2, Command("hum", by=-1.0)))
    player._take_commands()
    return [waiting, done]


def in_the_host() -> Any:
    from soundscape.engine.host.host import Host
    from soundscape.timeline.commands import Command, softens

    asked: list[Any] = []
    host = Host("label", SimpleNamespace(send=lambda one: asked.append(one) is None))  # type: ignore[arg-type]
    hum = Command("hum", by=-1.0)
    host.submit(hum)
    return [asked[0].until, softens(hum, ducked=False)]


def in_the_timeline() -> Any:
    from soundscape.timeline.commands import Command
    from soundscape.views.replies import reply

    run, hum = conductor(), Command("hum", by=-1.0)
    run.command(hum)
    return [list(run.context.take_directives()[-1]), reply(run, hum)]


PLACES = {
    place.__name__: place
    for place in (
        *(in_a_room, in_a_script, in_the_api, on_the_command_line, on_the_console, on_a_pad),
        *(in_the_player, in_the_host, in_the_timeline),
    )
}

if __name__ == "__main__":
    json.dump({name: place() for name, place in PLACES.items()}, sys.stdout)
