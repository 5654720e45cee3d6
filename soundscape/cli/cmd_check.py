"""`soundscape check`: will it all work?"""

from __future__ import annotations

import json

import rich_click as click

from soundscape.cli.loading import tell, the_library
from soundscape.cli.measuring import open_catalogue, scanning
from soundscape.cli.options import json_option, library_option, room_option
from soundscape.library.checks.check import Report
from soundscape.library.checks.check import check as check_library
from soundscape.library.checks.device_check import ConnectedDevices
from soundscape.library.file_tracks import LookUp
from soundscape.library.missing_measurements import with_measured


@click.command()
@click.argument("scenes", nargs=-1, metavar="[SCENE]...")
@library_option
@room_option
@json_option
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.pass_context
def check(
    context: click.Context,
    scenes: tuple[str, ...],
    library: str | None,
    room: str | None,
    *,
    as_json: bool,
    strict: bool,
) -> None:
    """Check scenes before the patient arrives: files, playlists, room, devices.

    Every sound file is decoded to its end and measured, once. Without SCENE, all scenes of the
    library are checked, and it is said how far each one's loudness rises. Exit status 1 if there is
    an error (with --strict, a warning too).

    \b
    Example:
      soundscape check kap-im
      soundscape check --strict --json
    """
    found = the_library(library)
    present = ConnectedDevices(outputs=_outputs, inputs=_inputs, devices=_devices)

    def make(measured: LookUp) -> Report:
        return check_library(found, list(scenes) or None, room, present=present, measured=measured)

    with open_catalogue() as catalogue:
        report = with_measured(catalogue, make, scanning(catalogue))
    problems = report.problems
    counted = [p for p in problems if strict or p.severity == "error"]
    if as_json:
        listed = [
            {"severity": p.severity, "where": p.where, "message": p.message} for p in problems
        ]
        loudness = [{"scene": name, **heard.as_json()} for name, heard in report.courses.items()]
        printed = {"ok": not counted, "problems": listed, "loudness": loudness}
        click.echo(json.dumps(printed, indent=2))
    else:
        tell(problems)
        for name, heard in report.courses.items():
            click.echo(f"{name}: {heard}")
        checked = len(scenes) or len(found.scenes())
        word = "scene" if checked == 1 else "scenes"
        errors = sum(p.severity == "error" for p in problems)
        summary = f"{errors} errors, {len(problems) - errors} warnings" if problems else "all well"
        click.echo(f"{checked} {word} checked: {summary}")
    if counted:
        context.exit(1)


def _outputs() -> list[str]:
    from soundscape.devices.midi.mido_ports import output_names  # noqa: PLC0415 - drivers, for rooms with ports

    return output_names()


def _inputs() -> list[str]:
    from soundscape.devices.midi.mido_ports import input_names  # noqa: PLC0415

    return input_names()


def _devices() -> list[str]:
    from soundscape.devices.audio.sdl import devices  # noqa: PLC0415 - a tenth of a second

    return [device.name for device in devices()]
