"""`soundscape lights`: tries the room's lights by hand, within the room's limits."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace

import rich_click as click

from soundscape.cli.cmd_light_preview import preview
from soundscape.cli.loading import the_library
from soundscape.cli.options import json_option, library_option, room_option
from soundscape.devices.dmx.universe_claim import release_universe
from soundscape.devices.midi.mido_ports import output_names
from soundscape.engine.light_test import LightTest, open_light_test
from soundscape.errors import InvalidValue, LibraryError
from soundscape.library.last_lights import lights_folder
from soundscape.library.room_editor import room_as_written
from soundscape.library.universe_files import universe_file
from soundscape.library.user_dirs import runtime_folder, state_folder
from soundscape.lighting.fixture import fraction
from soundscape.message_text import listed
from soundscape.remote.light_claims import lights_must_be_free
from soundscape.scene.addresses import port_key
from soundscape.scene.dmx_spec import slots_of, universe_name
from soundscape.scene.light_spec import kelvin_problem
from soundscape.scene.models import Kelvin, LightSpec, LightValue, Room
from soundscape.scene.room import output_of
from soundscape.units import format_kelvin, parse_kelvin, parse_light

SWING = 0.3
"""How far a light moves in its test: clearly visible, and still calm."""

ANSWERS = {
    "\r": "as named", "\n": "as named", "y": "as named", "n": "another one",
    "s": "not seen", "r": "again", "q": "quit",
}  # fmt: skip


from_option = click.option(
    "--from", "start", metavar="LEVEL", help="The level of a light of which nothing is known."
)


@click.group()
def lights() -> None:
    """Try the lights of the room: each one, one value, or a whole scene.

    Example: soundscape lights test
    """


@lights.command()
@library_option
@room_option
@from_option
@click.option("--no-ask", is_flag=True, help="Test them without asking.")
@json_option
@click.pass_context
def test(
    context: click.Context,
    library: str | None,
    room: str | None,
    start: str | None,
    *,
    no_ask: bool,
    as_json: bool,
) -> None:
    """Move each light gently and ask whether it was the right one.

    Each light moves by 30 % and back, within the limits of the room; a switch changes over and, ten
    seconds later, back. This is not possible for lights that a running session controls.

    If nothing was ever sent to a light and the room has no `from` for it, its level is unknown. The
    command asks for it, so that the light does not jump; with --no-ask, give it with --from.

    \b
    Keys: Enter: the right one; n: another one; s: not seen; r: again; q: quit.
    Example:
      soundscape lights test
      soundscape lights test --no-ask --json
    """
    wired, root = _room(library, room)
    lights_must_be_free(runtime_folder(os.environ), wired, output_names())
    asks = not (no_ask or as_json) and sys.stdin is not None and sys.stdin.isatty()
    results = []
    with open_light_test(wired, root) as light_test:
        for number, name in enumerate(wired.lights, 1):
            if light_test.health()[output_of(wired, name)] == "ok":
                _begin(light_test, wired, name, start, asks=asks)
            tried = LightTrial(wired, name, f"{number} of {len(wired.lights)}")
            result = tried.run(light_test, asks=asks, quiet=as_json)
            if result == "quit":
                break
            place = where(wired, name, light_test.opened())
            results.append({"light": name, "where": place, "result": result})
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
@from_option
def set_light(
    light: str, value: str, library: str | None, room: str | None, start: str | None
) -> None:
    """Move a light to a value (35%, on, off, 2700K), within the limits of the room.

    It starts where the light was left, by a session or by hand. If that is not known, it starts at
    `from` of the light; without `from` the command asks for the level, or --from gives it. From a
    wrong level the light would jump.

    \b
    Example:
      soundscape lights set room 35%
      soundscape lights set warmth 2700K
    """
    wired, root = _room(library, room)
    if light not in wired.lights:
        raise click.BadParameter(
            f"the room has no light '{light}'; it has {', '.join(wired.lights)}",
            param_hint="LIGHT",
        )
    level = _level(value, wired.lights[light])
    alone = replace(wired, lights={light: wired.lights[light]})
    lights_must_be_free(runtime_folder(os.environ), alone, output_names())
    asks = sys.stdin is not None and sys.stdin.isatty()
    with open_light_test(wired, root) as light_test:
        _must_be_there(light_test, wired, light)
        _begin(light_test, wired, light, start, asks=asks)
        before = light_test.level(light)
        after = light_test.move({light: level})[light]
        _must_be_there(light_test, wired, light)
        opened = light_test.opened()
    spec = wired.lights[light]
    note = "" if abs(after - level) < 0.01 else " (the room's floor)"
    click.echo(
        f"{light}: from {_said(before, spec)} to {_said(after, spec)}{note}, "
        f"{where(wired, light, opened)}"
    )


@dataclass(frozen=True, slots=True)
class LightTrial:
    """The test of one light."""

    room: Room
    name: str
    place: str

    def run(self, light_test: LightTest, *, asks: bool, quiet: bool) -> str:
        """Move the light and ask, repeatedly if wanted. Return the result."""
        name = f"{self.name} ({self.place}): {where(self.room, self.name, light_test.opened())}"

        def say(text: str) -> None:
            if not quiet:
                click.echo(text, nl=False)

        while (state := self._port(light_test)) == "ok":
            say(f"{name} … ")
            self._swing(light_test)
            if self._port(light_test) != "ok":
                say("gone\n")
                continue
            answer = self._ask() if asks else "moved"
            say(f"{answer}\n")
            if answer != "again":
                return answer
        say(f"{name}: {state}\n")
        return f"{'port' if self.room.lights[self.name].mqtt is None else 'lamp'} {state}"

    def _port(self, light_test: LightTest) -> str:
        return light_test.health()[output_of(self.room, self.name)]

    def _swing(self, light_test: LightTest) -> None:
        start = light_test.level(self.name)
        if self.room.lights[self.name].kind == "switch":
            for level in (float(start < 0.5), float(start >= 0.5)):
                light_test.move({self.name: level})
            return
        there = start - SWING if start >= 0.5 else start + SWING
        for level in (there, start):
            light_test.move({self.name: level})

    def _ask(self) -> str:
        click.echo(
            "that one? [Enter] yes, [n] another, [s] none, [r] again, [q] enough  ", nl=False
        )
        while True:
            answer = ANSWERS.get(click.getchar().lower())
            if answer is not None:
                return answer


def _begin(light_test: LightTest, room: Room, name: str, start: str | None, *, asks: bool) -> None:
    """If a light's level is unknown, ask for it, or print the level that is assumed."""
    light = room.lights[name]
    if light_test.knows(name):
        return
    assumed = _said(light_test.level(name), light)
    unknown = f"{name}: nothing was sent to it yet"
    if start is not None:
        light_test.assume(name, _level(start, light, "--from"))
    elif light.from_ is not None:
        click.echo(f"{unknown}: taken to stand at {assumed}, its 'from'", err=True)
    elif asks:
        said = click.prompt(f"{unknown}. At what level does it stand now?", default=assumed)
        light_test.assume(name, _level(str(said), light, "the level"))
    else:
        remedy = "if it does not, write its 'from' in the room or give --from, or it jumps"
        click.echo(f"{unknown}: taken to stand at {assumed}; {remedy}", err=True)


def where(room: Room, name: str, opened: Mapping[str, str]) -> str:
    """Return where a light's messages go, in an integrator's terms; `opened` has full names."""
    light = room.lights[name]
    if light.mqtt is not None:
        broker = room.network.mqtt.broker if room.network.mqtt is not None else ""
        return f"{broker}, topic {light.mqtt.topic}"
    universe = room.midi[light.port].dmx
    if light.address is not None and universe is not None:
        slots = slots_of(light.address)
        what = "address" if len(slots) == 1 else "addresses"
        return f"{universe_name(universe)}, {what} {listed([str(slot) for slot in slots])}"
    port = opened.get(light.port) or room.midi[light.port].output
    if light.msc is not None:
        return f"{port}, show control device {light.msc.device}, control {light.msc.control}"
    if isinstance(light.cc, tuple):
        return f"{port}, channel {light.channel}, controls {light.cc[0]} and {light.cc[1]}"
    what = f"note {light.note}" if light.note is not None else f"control {light.cc}"
    return f"{port}, channel {light.channel}, {what}"


@lights.command()
@library_option
@room_option
def release(library: str | None, room: str | None) -> None:
    """Stop sending to the DMX universes of the room.

    After a session the last look is sent on and on, since a receiver that no longer receives
    anything may go dark. This command ends that. What the lamps do then is up to the receiver and
    its settings. It does nothing to a running session.

    \b
    Example:
      soundscape lights release
    """
    wired, _ = _room(library, room)
    universes = {name: spec for name, spec in wired.midi.items() if spec.dmx is not None}
    if not universes:
        raise LibraryError("this room has no DMX port: nothing else is sent after a session")
    lights_must_be_free(runtime_folder(os.environ), wired, ())
    for name, spec in universes.items():
        released = release_universe(universe_file(lights_folder(state_folder(os.environ)), spec))
        click.echo(f"{name}: {port_key(spec)}: {'released' if released else 'nothing was sent'}")


def _room(library: str | None, room: str | None) -> tuple[Room, str]:
    """Return the room and the library's folder. Raises LibraryError if the room has no lights."""
    used = the_library(library)
    file = used.room(room)
    _, document = room_as_written(file, used.shown(file) if file else "room.yaml")
    if document is None or not document.model.lights:
        raise LibraryError("this room has no lights; docs/room.md says how to name them")
    return document.model, str(used.root)


def _must_be_there(light_test: LightTest, room: Room, light: str) -> None:
    state = light_test.health()[output_of(room, light)]
    if state != "ok":
        place = where(room, light, light_test.opened())
        if room.lights[light].mqtt is not None:
            remedy = "switch it on, or try the broker with `soundscape check`"
            raise LibraryError(f"{light}: {place}: the lamp is {state}: {remedy}")
        raise LibraryError(f"{light}: {place}: the port is {state}")


def _level(value: str, light: LightSpec, hint: str = "VALUE") -> float:
    """Return a written value as 0 to 1. Raises BadParameter with the parameter's name, `hint`."""
    try:
        in_kelvin = value.strip().lower().endswith("k")
        read: LightValue = Kelvin(kelvin=parse_kelvin(value)) if in_kelvin else parse_light(value)
    except InvalidValue as err:
        raise click.BadParameter(str(err), param_hint=hint) from err
    if fault := kelvin_problem(read, light.range, has_range=light.range is not None):
        raise click.BadParameter(f"{value}: {fault}", param_hint=hint)
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


lights.add_command(preview)
