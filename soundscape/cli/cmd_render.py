"""`soundscape render`: writes a whole session to a file, faster than real time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import rich_click as click

from soundscape.cli.loading import load, name_library, the_library
from soundscape.cli.options import duration, library_option, room_option, scene_names, seed_option
from soundscape.cli.progress import progress
from soundscape.engine.event_log import Event
from soundscape.engine.player.schedule import Scheduled, unfinished, waits_for
from soundscape.engine.player.session import Session
from soundscape.engine.player.sources import SourcePool
from soundscape.errors import MediaError, SoundscapeError
from soundscape.library.resolve import Loaded
from soundscape.library.script import read_script
from soundscape.lighting.rig import Rig
from soundscape.media.encoder import AudioWriter
from soundscape.midi.messages import Message
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.show import Show
from soundscape.units import format_clock, frames, seconds


@click.command()
@click.argument("scene", shell_complete=scene_names)
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    help="WAV, FLAC, MP3 or Opus, by its extension.",
)
@library_option
@room_option
@seed_option
@click.option("--bits", type=click.Choice(["16", "24"]), help="Integer samples, with dither.")
@click.option("--midi", metavar="FILE", help="The MIDI messages to the lights as a file.")
@click.option("--events", metavar="FILE", help="Each event as a line of JSON.")
@click.option("--script", metavar="FILE", help="Commands at exact times: - {at: 3m, do: hold}")
@click.option(
    "--from", "begin", metavar="TIME", callback=duration, default="0", help="Begin at this time."
)
@click.option("--to", "end", metavar="TIME", callback=duration, help="End at this time.")
def render(
    scene: str,
    output: str,
    library: str | None,
    room: str | None,
    seed: int | None,
    bits: str | None,
    midi: str | None,
    events: str | None,
    script: str | None,
    begin: float,
    end: float | None,
) -> None:
    """Render a session to a sound file: the same sound and messages as live.

    A phase that waits goes on at its planned end, unless the script says otherwise.

    \b
    Example:
      soundscape render kap-im -o kap-im.flac
      soundscape render kap-im -o out.wav --midi out.mid --script commands.yaml --to 10m
    """
    if end is not None and end <= begin:
        raise click.BadParameter("must be later than --from", param_hint="--to")
    for file in filter(None, (midi, events)):
        _check_place(file)
    schedule = read_script(Path(script)) if script else []
    used = the_library(library, scene)
    name_library(used, err=True)
    loaded = load(used, scene, room, seed)
    _check_script(loaded.show, schedule, script)
    rig = Rig(loaded.room)
    session = Session(
        Conductor(loaded.show, waits_for(schedule)),
        SourcePool(patient=True),
        rig,
        schedule,
        loaded.room.audio.ceiling,
    )
    depth: Literal[16, 24] | None = None if bits is None else (16 if bits == "16" else 24)
    with AudioWriter(Path(output), depth) as writer:
        messages, happened = _run(session, writer, begin, end, loaded.show)
    if midi:
        from soundscape.media.midi_file import write_midi_file  # noqa: PLC0415 - mido is slow

        with _or_nothing(midi):
            ports = _output_ports(loaded)
            write_midi_file(midi, [one for one in messages if one.port in ports], ports)
    if events:
        lines = (json.dumps(line, ensure_ascii=False) + "\n" for line in happened)
        with _or_nothing(events):
            Path(events).write_text("".join(lines), encoding="utf-8", newline="\n")


def _check_script(show: Show, schedule: list[Scheduled], script: str | None) -> None:
    standing = unfinished(show, schedule)
    if standing:
        raise SoundscapeError(
            f"{script}: the last `{standing}` is never ended, so the session would not end; "
            f"add a line that ends it"
        )


def _run(
    session: Session, writer: AudioWriter, begin: float, end: float | None, show: Show
) -> tuple[list[Message], list[Event]]:
    """Render block by block. Return the messages, with frames from `begin`, and the events."""
    messages: list[Message] = []
    happened: list[Event] = []
    first = frames(begin)
    try:
        session.skip_to(first)
        if session.ended:
            raise SoundscapeError("--from lies beyond the end of the session")
        until = None if end is None else frames(end)
        total = until if until is not None else session.conductor.remaining() + first
        length = format_clock(seconds(total - first))
        # A thread writes a block while the next one is mixed.
        with (
            ThreadPoolExecutor(1) as encoding,
            progress(f"{show.name}, {length}", total - first) as advance,
        ):
            written = encoding.submit(lambda: None)
            for rendered in session.render_all(until):
                written.result()
                written = encoding.submit(writer.write, rendered.samples)
                messages += rendered.messages
                happened += rendered.events
                _warn(rendered.events)
                advance(len(rendered.samples))
            written.result()
    finally:
        messages += session.finish()
    return [Message(m.frame - first, m.port, m.data) for m in messages], happened


def _warn(events: list[Event]) -> None:
    for line in events:
        if line["event"] == "warning":
            at = format_clock(line["t"])
            click.echo(f"warning: {at}: {line['message']}", err=True)


def _output_ports(loaded: Loaded) -> list[str]:
    return [name for name, spec in loaded.room.midi.items() if spec.output is not None]


def _check_place(path: str) -> None:
    """Raise MediaError now for a path that would fail only after a long render."""
    if Path(path).is_dir():
        raise MediaError(f"{path}: cannot be written: it is a folder")
    if not Path(path).absolute().parent.is_dir():
        raise MediaError(f"{path}: cannot be written: there is no such folder")


@contextmanager
def _or_nothing(path: str) -> Iterator[None]:
    """Remove a file that the body does not write completely."""
    try:
        yield
    except (MediaError, OSError) as err:
        if Path(path).is_file():
            Path(path).unlink()
        if isinstance(err, OSError):
            raise MediaError(f"{path}: cannot be written: {err.strerror}") from err
        raise
