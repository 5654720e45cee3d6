"""`soundscape lights`: the room's lights tried by hand, under its limits."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass

import rich_click as click

from soundscape.cli.loading import the_library
from soundscape.cli.options import json_option, library_option, room_option
from soundscape.devices.midi.mido_ports import output_names
from soundscape.engine.light_test import LightTest, light_bench
from soundscape.errors import EngineError, InvalidValue, LibraryError
from soundscape.library.room_editor import room_as_written
from soundscape.library.user_dirs import runtime_folder
from soundscape.lighting.fixture import fraction
from soundscape.remote.light_claims import claimed_by
from soundscape.scene.addresses import held
from soundscape.scene.models import Kelvin, LightSpec, LightValue, Room
from soundscape.scene.wiring import kelvin_fault
from soundscape.units import format_kelvin, parse_kelvin, parse_light

SWING = 0.3
"""How far a light goes in its test: well seen, and still calm."""

ANSWERS = {
    "\r": "as named", "\n": "as named", "y": "as named", "n": "another one",
    "s": "not seen", "r": "again", "q": "quit",
}  # fmt: skip


@click.group()
def lights() -> None:
    """Try the room's lights: each gently up and down, or one to a value.

    Example: soundscape lights test
    """


@lights.command()
@library_option
@room_option
@click.option("--no-ask", is_flag=True, help="Go through them without asking.")
@json_option
@click.pass_context
def test(
    context: click.Context, library: str | None, room: str | None, *, no_ask: bool, as_json: bool
) -> None:
    """Move each light gently and ask whether it was the right one.

    Each goes by 30 % and back, as slowly as the room's limits want; a switch goes over
    and, ten seconds later, back. Not beside a running session: both would move the lights.

    \b
    Keys: Enter it was that one, n it was another, s nothing was seen, r again, q enough.
    Example:
      soundscape lights test
      soundscape lights test --no-ask --json
    """
    wired = _room(library, room)
    _must_be_free(wired)
    asks = not (no_ask or as_json) and sys.stdin is not None and sys.stdin.isatty()
    results = []
    with light_bench(wired) as bench:
        for number, name in enumerate(wired.lights, 1):
            tried = LightTrial(wired, name, f"{number} of {len(wired.lights)}")
            result = tried.run(bench, asks=asks, quiet=as_json)
            if result == "quit":
                break
            results.append({"light": name, "where": where(wired, name), "result": result})
    if as_json:
        click.echo(json.dumps({"lights": results}, ensure_ascii=False))
    else:
        _sum_up(results)
    if any(one["result"] not in ("as named", "moved") for one in results):
        context.exit(1)


@lights.command(name="set")
@click.argument("light")
@click.argument("value")
@library_option
@room_option
def set_light(light: str, value: str, library: str | None, room: str | None) -> None:
    """Take a light to a value (35%, on, off, 2700K), as slowly as the room's limits want.

    It goes from where it was left last, by a session or by hand. Where that is not known, it is
    taken to be at its `from`, else at its care value, else at 60 %.

    \b
    Example:
      soundscape lights set room 35%
      soundscape lights set warmth 2700K
    """
    wired = _room(library, room)
    if light not in wired.lights:
        raise click.BadParameter(
            f"the room has no light '{light}'; it has {', '.join(wired.lights)}",
            param_hint="LIGHT",
        )
    level = _level(value, wired.lights[light])
    _must_be_free(wired.model_copy(update={"lights": {light: wired.lights[light]}}))
    with light_bench(wired) as bench:
        _must_be_there(bench, wired, light)
        before = bench.level(light)
        after = bench.move({light: level})[light]
        _must_be_there(bench, wired, light)
    spec = wired.lights[light]
    note = "" if abs(after - level) < 0.01 else " (the room's floor)"
    click.echo(
        f"{light}: from {_said(before, spec)} to {_said(after, spec)}{note}, {where(wired, light)}"
    )


@dataclass(frozen=True, slots=True)
class LightTrial:
    """One light's test."""

    room: Room
    name: str
    place: str

    def run(self, bench: LightTest, *, asks: bool, quiet: bool) -> str:
        """Move the light, ask, again if wanted. What came of it."""
        name = f"{self.name} ({self.place}): {where(self.room, self.name)}"

        def say(text: str) -> None:
            if not quiet:
                click.echo(text, nl=False)

        while (state := self._port(bench)) == "ok":
            say(f"{name} … ")
            self._swing(bench)
            if self._port(bench) != "ok":
                say("gone\n")
                continue
            answer = self._ask() if asks else "moved"
            say(f"{answer}\n")
            if answer != "again":
                return answer
        say(f"{name}: {state}\n")
        return f"port {state}"

    def _port(self, bench: LightTest) -> str:
        return bench.health()[self.room.lights[self.name].port]

    def _swing(self, bench: LightTest) -> None:
        start = bench.level(self.name)
        if self.room.lights[self.name].kind == "switch":
            for level in (float(start < 0.5), float(start >= 0.5)):
                bench.move({self.name: level})
            return
        there = start - SWING if start >= 0.5 else start + SWING
        for level in (there, start):
            bench.move({self.name: level})

    def _ask(self) -> str:
        click.echo(
            "that one? [Enter] yes, [n] another, [s] none, [r] again, [q] enough  ", nl=False
        )
        while True:
            answer = ANSWERS.get(click.getchar().lower())
            if answer is not None:
                return answer


def where(room: Room, name: str) -> str:
    """Where a light's messages go, as an integrator would say it."""
    light = room.lights[name]
    port = room.midi[light.port].output
    if light.msc is not None:
        return f"{port}, show control device {light.msc.device}, control {light.msc.control}"
    if isinstance(light.cc, tuple):
        return f"{port}, channel {light.channel}, controls {light.cc[0]} and {light.cc[1]}"
    what = f"note {light.note}" if light.note is not None else f"control {light.cc}"
    return f"{port}, channel {light.channel}, {what}"


def _room(library: str | None, room: str | None) -> Room:
    """The room. LibraryError where it has no lights."""
    used = the_library(library)
    file = used.room(room)
    _, document = room_as_written(file, used.shown(file) if file else "room.yaml")
    if document is None or not document.model.lights:
        raise LibraryError("this room has no lights; docs/room.md says how to name them")
    return document.model


def _must_be_free(room: Room) -> None:
    """Raises EngineError where a session moves lights of the room."""
    if there := claimed_by(runtime_folder(os.environ), held(room), output_names()):
        raise EngineError(
            f"the session {there} has this in hand: `soundscape soften`, `lift` and `care` move "
            f"its lights; or stop it first, with `soundscape stop --session {there}`"
        )


def _must_be_there(bench: LightTest, room: Room, light: str) -> None:
    state = bench.health()[room.lights[light].port]
    if state != "ok":
        raise LibraryError(f"{light}: {where(room, light)}: the port is {state}")


def _level(value: str, light: LightSpec) -> float:
    """A value as written, as 0 to 1. BadParameter says what is wrong."""
    try:
        in_kelvin = value.strip().lower().endswith("k")
        read: LightValue = Kelvin(kelvin=parse_kelvin(value)) if in_kelvin else parse_light(value)
    except InvalidValue as err:
        raise click.BadParameter(str(err), param_hint="VALUE") from err
    if fault := kelvin_fault(read, light.range, has_range=light.range is not None):
        raise click.BadParameter(f"{value}: {fault}", param_hint="VALUE")
    return fraction(read, light)


def _said(level: float, light: LightSpec) -> str:
    if light.range is not None:
        zero, one = light.range
        return format_kelvin(round(zero + level * (one - zero), -1))
    return f"{level:.0%}"


def _sum_up(results: list[dict[str, str]]) -> None:
    click.echo("")
    for one in results:
        click.echo(f"{one['light']:12} {one['result']:14} {one['where']}")
