"""`soundscape check`: checks scenes before a session."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click
from rich.table import Table
from rich.text import Text

from soundscape.cli.loading import plain_console, the_library
from soundscape.cli.measuring import counted, open_catalogue, scanning, textures
from soundscape.cli.options import (
    json_option,
    lang_option,
    library_option,
    room_option,
    scene_names,
)
from soundscape.devices.audio.standstill import advice, measure_standstill, needed_buffer
from soundscape.errors import AudioDeviceError, LibraryError, MediaError, Problem, Severity
from soundscape.library.checks.check import Report, decode, decoded
from soundscape.library.checks.check import check as check_library
from soundscape.library.checks.device_check import ConnectedDevices, TryToOpen
from soundscape.library.checks.machine_check import (
    MachineState,
    computer_problems,
    drive_problems,
)
from soundscape.library.checks.ranking import lines, ranked
from soundscape.library.checks.sound_review import (
    SoundReview,
    median_texture,
    peak_files,
    review,
)
from soundscape.library.checks.summary import CheckRow, check_rows, count, coverage_lines
from soundscape.library.file_tracks import LookUp
from soundscape.library.files.locate import Library
from soundscape.library.missing_measurements import with_measured
from soundscape.library.user_dirs import runtime_folder, state_folder
from soundscape.scene.network_spec import MqttSpec
from soundscape.translation import gettext
from soundscape.views import check_texts
from soundscape.views.check_texts import SUBJECTS, VERDICTS, Verdict

MEASURED = 10.0
"""Seconds for which `--machine` measures."""
_STYLES: dict[Verdict, str] = {
    "ok": "green",
    "warning": "yellow",
    "error": "bold red",
    "unchecked": "dim",
}

if TYPE_CHECKING:
    from soundscape.devices.device_trial import DeviceTrial
    from soundscape.scene.models import AudioRoom


@click.command()
@click.argument("scenes", nargs=-1, metavar="[SCENE]...", shell_complete=scene_names)
@library_option
@lang_option
@room_option
@json_option
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--deep", is_flag=True, help="Decode every sound file again, to its end.")
@click.option("--listen", is_flag=True, help="Also look at the joins, phases and tracks.")
@click.option(
    "--offline", is_flag=True, help="Leave the audio device, the MIDI ports and the system alone."
)
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
    deep: bool,
    listen: bool,
    offline: bool,
    machine: bool,
) -> None:
    """Check before the patient arrives: scenes, files, music, room, devices, computer.

    The first line says whether a session can begin. The table says what is good, and what to do
    about the rest; the lines below it name each place. Without SCENE, all scenes of the library are
    checked. The exit status is 1 if there is an error (with --strict, also for a warning).

    A sound file is decoded to its end and measured the first time that it is seen; --deep decodes
    all of them again. The audio device and the MIDI ports of the room are opened without a sound,
    unless a session is running.

    --listen says from the measured curves how the session will sound: how far each opening rises
    over what went before, whether each phase goes the way that its loudness asks, whether an artist
    comes twice running, what calm changes, and which tracks of the peak are far brighter or denser
    than the others. The files of the peak are decoded for that.

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
    untried = check_texts.OFFLINE if offline else check_texts.SESSION_RUNS if busy else ""
    state = None if offline else _machine_state()

    def make(measured: LookUp) -> Report:
        return check_library(found, list(scenes) or None, room, present=present, measured=measured)

    with open_catalogue() as catalogue:
        report = with_measured(catalogue, make, scanning(catalogue))
        if deep:
            report = report.also("files", _decoded(found, report, catalogue.get))
    if state is not None:
        report = report.also("computer", computer_problems(state))
        report = report.also("files", drive_problems(found, report.files, state))
    reviews = _reviews(report) if listen else {}
    for one in reviews.values():
        report = report.also("review", one.problems)
    problems = ranked(report.problems)
    errors, warnings = count(problems)
    rows = list(check_rows(report, state, untried, sum(len(one.joins) for one in reviews.values())))
    if as_json:
        passed = not errors and not (strict and warnings)
        printed = {"ok": passed, **_as_json(found, report, problems, rows)}
        if listen:
            printed["review"] = [
                {"scene": scene, **one.as_json()} for scene, one in reviews.items()
            ]
        if machine:
            standstill, ahead = _measure_machine()
            printed["machine"] = {
                "standstill": round(standstill, 4),
                "buffer": max(ahead, needed_buffer(standstill)),
            }
        click.echo(json.dumps(printed, indent=2))
    else:
        click.echo(check_texts.verdict(errors, warnings, strict))
        _print_table(rows)
        _print(found, report, problems, reviews, len(scenes) or len(found.scenes()))
        if machine:
            click.echo(advice(*_measure_machine()))
    if errors or (strict and warnings):
        context.exit(1)


def _reviews(report: Report) -> dict[str, SoundReview]:
    paths = {Path(name) for planned in report.plans.values() for name in peak_files(planned)}
    known = {
        str(path): median_texture(found)
        for path, found in textures(sorted(paths))
        if not isinstance(found, MediaError) and found
    }
    return {
        scene: review(planned, report.forecasts[scene], known)
        for scene, planned in report.plans.items()
    }


def _decoded(library: Library, report: Report, known: LookUp) -> list[Problem]:
    from soundscape.cli.progress import progress  # noqa: PLC0415 - for `--deep` only

    number = len(report.files)
    with progress(f"Decoding {counted(number)}", number) as advance:
        return list(decoded(library, report, decode, known, lambda: advance(1)))


def _as_json(
    library: Library, report: Report, problems: Sequence[Problem], rows: Sequence[CheckRow]
) -> dict[str, Any]:
    return {
        "library": str(library.root),
        "table": [row.as_json() for row in rows],
        "problems": _listed(p for p in problems if p.severity != "note"),
        "notes": _listed(p for p in problems if p.severity == "note"),
        "loudness": [
            {"scene": name, **forecast.as_json()} for name, forecast in report.forecasts.items()
        ],
        "coverage": [one.as_json() for one in report.coverage],
    }


def _print_table(rows: Sequence[CheckRow]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for row in rows:
        text = f"{row.text}. {row.remedy}" if row.remedy else row.text
        style = _STYLES[row.verdict]
        verdict = Text(gettext(VERDICTS[row.verdict]), style=style)
        table.add_row(verdict, gettext(SUBJECTS[row.subject]), text)
    plain_console().print(table)


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


def _print(
    library: Library,
    report: Report,
    problems: Sequence[Problem],
    reviews: Mapping[str, SoundReview],
    checked: int,
) -> None:
    for line in lines(problems):
        click.echo(line, err=True)
    for name, forecast in report.forecasts.items():
        click.echo(f"{name}: {forecast}")
    for line in coverage_lines(report):
        click.echo(line)
    for scene, one in reviews.items():
        for line in one.lines(scene):
            click.echo(line)
    click.echo(check_texts.checked(checked, str(library.root), *count(problems)))


def _session_runs() -> bool:
    from soundscape.remote.session_file import running  # noqa: PLC0415 - for devices only

    return bool(running(runtime_folder(os.environ)))


def _devices_here(try_to_open: TryToOpen | None) -> ConnectedDevices:
    return ConnectedDevices(
        _outputs, _inputs, _devices, try_to_open, _settings, _broker, _unreachable
    )


def _broker(spec: MqttSpec, root: Path) -> str:
    from soundscape.devices.broker_client import broker_fault  # noqa: PLC0415 - few rooms need it

    return broker_fault(spec, root)


def _unreachable(address: str) -> str:
    from soundscape.devices.machine_state import unreachable  # noqa: PLC0415 - for DMX only

    return unreachable(address)


def _machine_state() -> MachineState:
    from soundscape.devices.machine_state import machine_state  # noqa: PLC0415 - not for --offline

    return machine_state(state_folder(os.environ))


def _settings(device: str | None) -> list[tuple[Severity, str]]:
    """Return what the sound server does to a device; silence is an error, as in `start`."""
    from soundscape.devices.audio import pulse_server  # noqa: PLC0415 - for devices only
    from soundscape.engine.host.output_watch import output_fault  # noqa: PLC0415

    output = pulse_server.find_output(device)
    if output is None:
        return []
    fault = output_fault(output)
    found: list[tuple[Severity, str]] = [("error", fault)] if fault else []
    if output.call_mode:
        found.append(("warning", check_texts.call_mode(output.name)))
    return found


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
