"""`soundscape audio`: lists the audio devices, and plays a test on each side."""

from __future__ import annotations

import json

import rich_click as click

from soundscape.cli.cmd_audio_calibrate import calibrate
from soundscape.cli.options import json_option, output_option
from soundscape.devices.audio.open_output import choose
from soundscape.devices.audio.sdl import devices as audio_devices
from soundscape.devices.audio.standstill import StandstillWatch, advice
from soundscape.devices.audio.test_sound import HIGHEST, LOWEST, SIDES, Side, play, sweep, swell
from soundscape.ipc.priority import be_served_first, step_back
from soundscape.scene.models import AudioRoom

_HEARD: dict[Side, str] = {
    "left": "on the left only",
    "right": "on the right only",
    "both": "in the middle",
}


@click.group()
def audio() -> None:
    """List and test the audio devices.

    Example: soundscape audio devices
    """


@audio.command()
@json_option
def devices(*, as_json: bool) -> None:
    """List the audio devices by the names for room.yaml (a part of a name is enough).

    Example: soundscape audio devices --json
    """
    found = audio_devices()
    if as_json:
        listed = [{"name": device.name, "default": device.default} for device in found]
        click.echo(json.dumps(listed, ensure_ascii=False))
        return
    if not found:
        click.echo("This machine shows no audio device.")
    for device in found:
        click.echo(f"{device.name} (the system's own choice)" if device.default else device.name)


@audio.command()
@click.option("--device", metavar="NAME", help="A name or a part of it; default: the system's own.")
@output_option
def test(device: str | None, output: str | None) -> None:
    """Play a soft swell of noise on the left, on the right, on both sides, and a rising tone.

    All of it is quiet (-30 dBFS) and fades in and out slowly. The tone is the same on both sides:
    it shows what a loudspeaker lacks, and what rattles. Meanwhile the command measures how
    long this computer stands still, and says which audio.buffer in room.yaml bridges that.

    Example: soundscape audio test --device "USB Headset"
    """
    chosen = choose(output, AudioRoom(device=device or "default"))
    sounds = {_HEARD[side]: swell(side) for side in SIDES}
    sounds[f"a tone that rises from {LOWEST:.0f} Hz to {HIGHEST / 1000:.0f} kHz"] = sweep()
    be_served_first()  # as in a session; the thread that the output starts inherits it
    try:
        chosen.open()
    finally:
        step_back()
    watch = StandstillWatch()
    try:
        if output == "null":
            click.echo("You will hear nothing: --output null plays into nothing.")
        click.echo(f"Playing through {chosen.name}. You should hear a soft swell of noise:")
        for what, sound in sounds.items():
            click.echo(f"  {what} …")
            play(chosen, sound)
        chosen.drain()
    finally:
        standstill = watch.stop()
        chosen.close()
    if output is None:
        gaps = len(chosen.gaps)
        if gaps:
            click.echo(f"{'1 gap' if gaps == 1 else f'{gaps} gaps'} in the sound.")
        click.echo(advice(standstill, chosen.ahead))
    click.echo("Done.")


audio.add_command(calibrate)
