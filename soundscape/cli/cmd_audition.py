"""`soundscape audition`: plays or renders one generator, playlist entry or sound file alone."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Literal

import rich_click as click
from rich.table import Table

from soundscape import synth
from soundscape.cli.loading import name_library, plain_console, the_library
from soundscape.cli.measuring import open_catalogue, scanning
from soundscape.cli.options import duration, json_option, library_option, output_option, room_option
from soundscape.cli.progress import progress
from soundscape.devices.audio.open_output import choose
from soundscape.engine.player.player import Player
from soundscape.engine.player.session import Session
from soundscape.engine.player.sources import SourcePool
from soundscape.errors import InvalidValue
from soundscape.ipc.player_messages import CommandRequest
from soundscape.library.audition import AuditionRequest
from soundscape.library.audition import audition as made_alone
from soundscape.library.diagnostics import Diagnostics
from soundscape.library.files.load import SceneFiles
from soundscape.library.files.locate import Library
from soundscape.media.encoder import AudioWriter
from soundscape.scene.document import Document
from soundscape.scene.models import AudioRoom, Room
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor, never_waits
from soundscape.timeline.show import FileSource, Show, Track
from soundscape.units import SAMPLE_RATE, format_clock, parse_loudness, seconds

INTERRUPTED_FADE = 2.0
"""Seconds in which Ctrl-C fades the sound out."""

_SETTING = re.compile(r"([a-z][a-z0-9_]*)\s*=\s*([^\r\n]+)")


def _settings(
    _context: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    """Return the names and values of the `--set NAME=VALUE` options."""
    found: dict[str, str] = {}
    for value in values:
        match = _SETTING.fullmatch(value.strip())
        if match is None:
            raise click.BadParameter(f"'{value}' is not NAME=VALUE, such as root=D2")
        if match[1] in {"generate", "duration"}:
            raise click.BadParameter(f"{match[1]} is not set so: give the name, and --for")
        found[match[1]] = match[2]
    return found


def _loudness(_context: click.Context, _param: click.Parameter, value: str) -> float:
    try:
        return parse_loudness(value)
    except InvalidValue as fault:
        raise click.BadParameter(str(fault)) from fault


@click.command()
@click.argument("name", required=False)
@library_option
@room_option
@output_option
@click.option(
    "--track", type=click.IntRange(1), metavar="N", help="The number of an entry of a playlist."
)
@click.option(
    "--set", "params", multiple=True, metavar="NAME=VALUE", callback=_settings,
    help="A generator's parameter, written as in a playlist; may be given again.",
)  # fmt: skip
@click.option(
    "--for", "length", metavar="TIME", callback=duration,
    help="How long; default: one minute for a generator, otherwise the whole.",
)  # fmt: skip
@click.option(
    "--loudness", "target", metavar="LUFS", default="-24", callback=_loudness, help="Default: -24."
)
@click.option("--seed", type=click.IntRange(0), default=0, metavar="N", help="Another variation.")
@click.option(
    "-o", "file", metavar="FILE", help="Render to WAV, FLAC, MP3 or Opus, by its extension."
)
@click.option("--bits", type=click.Choice(["16", "24"]), help="Integer samples, with dither.")
@json_option
@click.pass_context
def audition(
    context: click.Context,
    name: str | None,
    library: str | None,
    room: str | None,
    output: str | None,
    track: int | None,
    params: dict[str, str],
    length: float | None,
    target: float,
    seed: int,
    file: str | None,
    bits: str | None,
    as_json: bool,
) -> None:
    """Play or render one generator, playlist entry or sound file alone.

    Without a name, list the generators and playlists. The sound fades in and out, and Ctrl-C fades
    it out. A name of both a generator and a playlist means the generator, unless --track is given.

    \b
    Example:
      soundscape audition drone --set root=D2 --set "brightness=0.2 to 0.6" --for 30s
      soundscape audition drone -o drone.wav
      soundscape audition peak --track 2
    """
    found = the_library(library)
    if name is None:
        _list(found, as_json=as_json)
        return
    if file is None and (as_json or bits):
        raise click.UsageError("--json and --bits go with -o FILE, or --json with no name")
    if file is not None and output is not None:
        raise click.UsageError("-o renders and --output plays: give one of them")
    if not as_json:
        name_library(found, err=True)
    audio = _audio(found, room)
    request = AuditionRequest(name, track, params, length, target, seed, audio.ceiling)
    show = _measured(found, request)
    if file is not None:
        _render(show, audio, file, bits, as_json=as_json)
    elif _play(show, audio, output):
        context.exit(130)


def _measured(library: Library, request: AuditionRequest) -> Show:
    """Return the show; if it plays a sound file, measure that first."""
    with open_catalogue() as catalogue:
        show = made_alone(library, request, catalogue.get)
        source = _played(show).source
        if isinstance(source, FileSource) and catalogue.get(Path(source.path)) is None:
            scanning(catalogue)([Path(source.path)])
            show = made_alone(library, request, catalogue.get)
    return show


def _played(show: Show) -> Track:
    (layer,) = show.phases[0].layers.values()
    return layer.playlist.tracks[0]


def _audio(library: Library, room: str | None) -> AudioRoom:
    findings = Diagnostics()
    document = SceneFiles(library, findings).room(room)
    if not isinstance(document, Document):
        raise findings.as_error()
    model: Room = document.model
    return model.audio


def _session(show: Show, audio: AudioRoom, *, patient: bool) -> Session:
    pool = SourcePool(patient=patient)
    return Session(Conductor(show, never_waits), pool, ceiling_db=audio.ceiling)


def _render(show: Show, audio: AudioRoom, file: str, bits: str | None, *, as_json: bool) -> None:
    depth: Literal[16, 24] | None = None if bits is None else (16 if bits == "16" else 24)
    session = _session(show, audio, patient=True)
    total = session.conductor.remaining()
    try:
        with (
            AudioWriter(Path(file), depth) as writer,
            progress(f"{show.name}, {format_clock(seconds(total))}", total) as advance,
        ):
            for rendered in session.render_all():
                writer.write(rendered.samples)
                advance(len(rendered.samples))
    finally:
        session.finish()
    if as_json:
        report = {
            "file": file,
            "title": show.name,
            "duration": total / SAMPLE_RATE,
            "loudness": show.phases[0].loudness.points[0][1],
        }
        click.echo(json.dumps(report, ensure_ascii=False))


def _play(show: Show, audio: AudioRoom, output: str | None) -> bool:
    """Play to the end. Return whether a signal ended it."""
    chosen = choose(output, audio)
    session = _session(show, audio, patient=False)
    player = Player(session, chosen)
    length = format_clock(seconds(session.conductor.remaining()))
    into = " into nothing (--output null)" if output == "null" else ""
    click.echo(f"{show.name}, {length}{into}. Ctrl-C fades it out.")
    with _fading(player) as interrupted:
        player.run()
    return bool(interrupted)


@contextmanager
def _fading(player: Player) -> Iterator[list[int]]:
    """Let Ctrl-C and SIGTERM stop with a short fade. Yield the list of signals that came."""
    caught: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        if not caught:
            player.request(CommandRequest(0, Command("stop", fade=INTERRUPTED_FADE)))
        caught.append(number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _list(library: Library, *, as_json: bool) -> None:
    """Print the generators with their parameters, and the library's playlists."""
    playlists = library.playlists()
    if as_json:
        generators = {
            name: [_described(parameter) for parameter in parameters]
            for name, parameters in synth.PARAMETERS.items()
        }
        report = {"generators": generators, "playlists": playlists}
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("GENERATOR", no_wrap=True)
    table.add_column("PARAMETERS")
    for name, parameters in synth.PARAMETERS.items():
        table.add_row(name, ", ".join(parameter.name for parameter in parameters))
    console = plain_console()
    console.print(table)
    console.print(f"\nPlaylists: {', '.join(playlists) or 'none'}")


def _described(parameter: synth.Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "default": parameter.default,
        "unit": parameter.unit,
        "range": parameter.range,
        "doc": parameter.doc,
    }
