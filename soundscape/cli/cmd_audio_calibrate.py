"""`soundscape audio calibrate`: what the level at the pillow is in dBA."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import rich_click as click

from soundscape.cli.loading import own_room_file, the_library
from soundscape.cli.options import library_option, output_option, room_option
from soundscape.devices.audio.open_output import choose
from soundscape.devices.audio.output import AudioOutput
from soundscape.devices.audio.test_sound import steady_noise, until_told
from soundscape.errors import InvalidValue, LibraryError, SoundscapeError
from soundscape.library.room_editor import (
    calibration_line,
    replace_file,
    room_as_written,
    with_calibration,
)
from soundscape.scene.models import Calibration, Room
from soundscape.units import parse_sound_level

LOUDNESS = -23.0
"""LUFS of the noise: the programme loudness of EBU R128."""
LOWEST, HIGHEST = 20.0, 120.0
"""dBA that a meter may read; the room's own bounds."""


@click.command()
@library_option
@room_option
@output_option
@click.option("--reads", metavar="DBA", help="What the meter read before: nothing is played.")
def calibrate(library: str | None, room: str | None, output: str | None, reads: str | None) -> None:
    """Play a steady noise, ask what a sound level meter reads, and write it into the room's file.

    Put the meter at the pillow, set to A and slow. The noise is pink, at -23 LUFS, and rises over
    10 s. From then on `status` shows the level in dBA, and the room may have a limit in dBA. All
    that stands in the file stays, and the file as it was is kept beside it as room.yaml.bak.

    \b
    Example:
      soundscape audio calibrate
      soundscape audio calibrate --reads 58
    """
    if reads is None and not (sys.stdin and sys.stdin.isatty()):
        raise click.UsageError("without a terminal to ask on, give --reads DBA")
    used = the_library(library)
    file = own_room_file(used, room)
    shown = used.shown(file)
    data, document = room_as_written(file if file.exists() else None, shown)
    model = document.model if document else Room()
    if reads is not None:
        reading = _reading(reads)
    else:
        with _playing(choose(output, model.audio)) as device:
            click.echo(f"Playing noise through {device}; it rises over 10 s (Ctrl-C ends).")
            reading = _ask()
    calibration = Calibration(at=LOUDNESS, reads=reading)
    backup = replace_file(file, data, with_calibration(data, shown, model, calibration))
    click.echo(f"{shown}: audio: calibration: {calibration_line(calibration)}")
    if backup is not None:
        click.echo(f"As it was: {used.shown(backup)}")


def _ask() -> float:
    while True:
        said = input("What does the meter read, in dBA? ")
        try:
            return _reading(said)
        except click.BadParameter as fault:
            click.echo(fault.message)


def _reading(said: str) -> float:
    try:
        reading = parse_sound_level(said.strip())
    except InvalidValue as fault:
        raise click.BadParameter(str(fault), param_hint="--reads") from fault
    if not LOWEST <= reading <= HIGHEST:
        message = f"a meter at the pillow reads between {LOWEST:g} and {HIGHEST:g} dBA"
        raise click.BadParameter(message, param_hint="--reads")
    return reading


@contextmanager
def _playing(output: AudioOutput) -> Iterator[str]:
    """Play the noise as long as this lasts, and let it fade. Yields the device's name."""
    over = threading.Event()
    failed: list[SoundscapeError] = []
    noise = steady_noise(LOUDNESS)
    output.open()

    def play() -> None:
        try:
            for block in until_told(noise, output.block_frames, over.is_set):
                output.write(block)
            output.drain()
        except SoundscapeError as error:
            failed.append(error)

    player = threading.Thread(target=play)
    player.start()
    try:
        yield output.name
    finally:
        over.set()
        player.join()
        output.close()
    if failed:
        raise LibraryError(f"nothing is written: {failed[0]}")
