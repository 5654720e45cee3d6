"""`soundscape check`: checks scenes before a session."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import rich_click as click

from soundscape.cli.loading import the_library
from soundscape.cli.measuring import open_catalogue, scanning
from soundscape.cli.options import json_option, library_option, room_option
from soundscape.devices.audio.standstill import advice, measure_standstill, needed_buffer
from soundscape.errors import AudioDeviceError, LibraryError, Problem
from soundscape.library.checks.check import Report
from soundscape.library.checks.check import check as check_library
from soundscape.library.checks.device_check import ConnectedDevices, TryToOpen
from soundscape.library.checks.ranking import lines, ranked
from soundscape.library.file_tracks import LookUp
from soundscape.library.files.locate import Library
from soundscape.library.missing_measurements import with_measured
from soundscape.library.user_dirs import runtime_folder

MEASURED = 10.0
"""Seconds for which `--machine` measures."""

if TYPE_CHECKING:
    from soundscape.devices.device_trial import DeviceTrial
    from soundscape.scene.models import AudioRoom


@click.command()
@click.argument("scenes", nargs=-1, metavar="[SCENE]...")
@library_option
@room_option
@json_option
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--offline", is_flag=True, help="Leave the audio device and the MIDI ports alone.")
@click.option("--machine", is_flag=True, help="Also measure this computer, for ten seconds.")
@click.pass_context
def check(
    context: click.Context,
    scenes: tuple[str, ...],
    library: str | None,
    room: str | None,
    *,
    as_json: bool,
    strict: bool,
    offline: bool,
    machine: bool,
) -> None:
    """Check scenes before the patient arrives: files, playlists, room, devices.

    Every sound file is decoded to its end and measured once. The audio device and the MIDI ports of
    the room are opened without a sound, unless a session is running. Without SCENE, all scenes of
    the library are checked, and a line says how far the loudness of each one rises. The exit status
    is 1 if there is an error (with --strict, also for a warning).

    --machine measures how long this computer stands still, and says which `audio.buffer` bridges
    that. Use it while the programs run that also run during a session.

    \b
    Example:
      soundscape check kap-im
      soundscape check --strict --json
      soundscape check --offline
    """
    found = _library_of(scenes, library)
    busy = not offline and _session_runs()
    present = None if offline else _devices_here(None if busy else _try_devices)

    def make(measured: LookUp) -> Report:
        return check_library(found, list(scenes) or None, room, present=present, measured=measured)

    with open_catalogue() as catalogue:
        report = with_measured(catalogue, make, scanning(catalogue))
    problems = ranked(report.problems)
    counted = [p for p in problems if p.severity == "error" or (strict and p.severity == "warning")]
    if as_json:
        loudness = [
            {"scene": name, **forecast.as_json()} for name, forecast in report.forecasts.items()
        ]
        printed = {
            "ok": not counted,
            "library": str(found.root),
            "problems": _listed(p for p in problems if p.severity != "note"),
            "notes": _listed(p for p in problems if p.severity == "note"),
            "loudness": loudness,
        }
        if machine:
            standstill, ahead = _measure_machine()
            printed["machine"] = {
                "standstill": round(standstill, 4),
                "buffer": max(ahead, needed_buffer(standstill)),
            }
        click.echo(json.dumps(printed, indent=2))
    else:
        _print(found, report, problems, len(scenes) or len(found.scenes()))
        if busy:
            click.echo("a session is running: its devices were not opened")
        if machine:
            click.echo(advice(*_measure_machine()))
    if counted:
        context.exit(1)


def _measure_machine() -> tuple[float, float]:
    click.echo(f"measuring this computer for {MEASURED:g} seconds …", err=True)
    return measure_standstill(MEASURED)


def _library_of(scenes: Sequence[str], given: str | None) -> Library:
    """Return the library in use. Raises LibraryError if the scenes belong to several."""
    used = {the_library(given, scene).root: the_library(given, scene) for scene in scenes}
    if len(used) > 1:
        roots = " and ".join(map(str, used))
        raise LibraryError(f"these scenes are of several libraries, {roots}: check one at a time")
    return next(iter(used.values()), None) or the_library(given)


def _listed(problems: Iterable[Problem]) -> list[dict[str, str]]:
    return [
        {"severity": one.severity, "where": one.where, "message": one.message} for one in problems
    ]


def _print(library: Library, report: Report, problems: Sequence[Problem], checked: int) -> None:
    for line in lines(problems):
        click.echo(line, err=True)
    for name, forecast in report.forecasts.items():
        click.echo(f"{name}: {forecast}")
    count = {kind: sum(p.severity == kind for p in problems) for kind in ("error", "warning")}
    counted = ", ".join(_count(number, kind) for kind, number in count.items())
    summary = counted if any(count.values()) else "all well"
    click.echo(f"{_count(checked, 'scene')} checked in {library.root}: {summary}")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _session_runs() -> bool:
    from soundscape.remote.session_file import running  # noqa: PLC0415 - for devices only

    return bool(running(runtime_folder(os.environ)))


def _devices_here(try_to_open: TryToOpen | None) -> ConnectedDevices:
    return ConnectedDevices(_outputs, _inputs, _devices, try_to_open)


def _try_devices(
    audio: AudioRoom, outputs: Sequence[str], inputs: Sequence[str], *, midi: bool
) -> DeviceTrial:
    from soundscape.devices.device_trial import try_devices  # noqa: PLC0415 - for devices only

    return try_devices(audio, outputs, inputs, midi=midi)


def _outputs() -> list[str]:
    from soundscape.devices.midi.mido_ports import output_names  # noqa: PLC0415 - drivers, for rooms with ports

    return output_names()


def _inputs() -> list[str]:
    from soundscape.devices.midi.mido_ports import input_names  # noqa: PLC0415

    return input_names()


def _devices() -> list[str]:
    from soundscape.devices.audio.sdl import devices  # noqa: PLC0415 - a tenth of a second

    try:
        return [device.name for device in devices()]
    except AudioDeviceError:
        return []
