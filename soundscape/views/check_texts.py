"""What `check` says in its table, and what to do about each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from soundscape.translation import gettext as _
from soundscape.translation import marked, ngettext

Subject = Literal[
    "scenes", "files", "loudness", "time", "review", "lights", "audio", "midi", "computer"
]
Verdict = Literal["ok", "warning", "error", "unchecked"]

SUBJECTS: dict[Subject, str] = {
    "scenes": marked("Scenes and playlists"),
    "files": marked("Music files"),
    "loudness": marked("Loudness and calm"),
    "time": marked("Playing time"),
    "review": marked("Joins and phases"),
    "lights": marked("Room, lights, cues"),
    "audio": marked("Sound device"),
    "midi": marked("MIDI and DMX ports"),
    "computer": marked("This computer"),
}
"""What is checked, in the order of the table."""

VERDICTS: dict[Verdict, str] = {
    "ok": marked("good"),
    "warning": marked("LOOK"),
    "error": marked("MEND"),
    "unchecked": marked("not checked"),
}

REMEDIES: dict[Subject, str] = {
    "scenes": marked("Change the lines below in an editor."),
    "files": marked("Replace or copy the files below, or take them out of their playlists."),
    "loudness": marked(
        "Listen to the tracks below (soundscape audition); give them a gain, or replace them."
    ),
    "time": marked("Add tracks to the playlists below, or shorten the longest duration."),
    "review": marked("Listen to the joins below (soundscape rehearse); change the playlists."),
    "lights": marked("Change the lines below, or the names in room.yaml."),
    "audio": marked("Connect the device and turn it up, or name another one in room.yaml."),
    "midi": marked("Connect and turn on what is named below; the music plays without it too."),
    "computer": marked("Change the settings of the system as it says below."),
}
"""What to do if something of a subject is not good."""

NO_FILES = marked("no files: all sound is generated")
NO_LIGHTS = marked("no lights and no cues")
NO_PORTS = marked("the room names no port")
NOTHING_REPEATS = marked("planned silence only")
SESSION_RUNS = marked("used by the running session")
OFFLINE = marked("left alone (--offline)")
MAY_SLEEP = marked(
    "it may go to sleep during a session: turn that off in the settings for energy, and plug it in"
)
CLOCK_NOT_SET = marked(
    "its clock is not set by a time server: times of day may be wrong (T+ does not depend on them)"
)

PASSWORD_IN_THE_CLEAR = marked(
    "without TLS everyone on the network can read the password: give the broker a certificate"
)


def verdict(errors: int, warnings: int, strict: bool = False) -> str:
    """The first line: whether a session can begin."""
    if errors:
        return ngettext(
            "NOT READY: {number} thing must be mended first.",
            "NOT READY: {number} things must be mended first.",
            errors,
        )
    if warnings:
        said = ngettext(
            "READY, with {number} thing to look at.",
            "READY, with {number} things to look at.",
            warnings,
        )
        return _("{said} With --strict that counts.").format(said=said) if strict else said
    return _("READY: everything that was checked is good.")


def checked(scenes: int, root: str, errors: int, warnings: int) -> str:
    """The last line: what was checked, and how much was found."""
    found = _("all well")
    if errors or warnings:
        said = (
            ngettext("{number} error", "{number} errors", errors),
            ngettext("{number} warning", "{number} warnings", warnings),
        )
        found = ", ".join(said)
    many = ngettext("{number} scene", "{number} scenes", scenes)
    return _("{scenes} checked in {library}: {found}").format(
        scenes=many, library=root, found=found
    )


def counted(errors: int, warnings: int) -> str:
    """What was found of a subject that is not good."""
    said = []
    if errors:
        said.append(ngettext("{number} to mend", "{number} to mend", errors))
    if warnings:
        said.append(ngettext("{number} to look at", "{number} to look at", warnings))
    return ", ".join(said)


def scenes(number: int) -> str:
    """The scenes that were read."""
    return ngettext("{number} scene can be played", "{number} scenes can be played", number)


def files(number: int, length: float, rates: Mapping[int, int]) -> str:
    """The sound files, their length in seconds, and how many have each sample rate (Hz)."""
    if not number:
        return _(NO_FILES)
    many = ngettext("{number} file", "{number} files", number)
    kilohertz = ", ".join(f"{rate / 1000:g} kHz" for rate in sorted(rates, reverse=True))
    return _("{files}, {length}, at {rates}").format(
        files=many, length=span(length), rates=kilohertz
    )


def loudness(scene: str, rise: float) -> str:
    """The largest rise of all scenes, in LU within a second."""
    return _("the largest rise is {lu} LU within a second, in {scene}").format(
        lu=f"{rise:.1f}", scene=scene
    )


def held(scene: str, phase: str, lasts: float) -> str:
    """The phase that is the first to repeat."""
    return _("{phase} of {scene} can be held for {span} before anything repeats").format(
        phase=phase, scene=scene, span=span(lasts)
    )


def coverage(scene: str, phases: Sequence[tuple[str, float]]) -> str:
    """How long each phase of a scene can be held."""
    each = ", ".join(f"{phase} {span(lasts)}" for phase, lasts in phases)
    return _("{scene}: before anything repeats: {phases}").format(scene=scene, phases=each)


def joins(number: int) -> str:
    """The joins that were looked at."""
    return ngettext(
        "{number} join of files, none steep",
        "{number} joins of files, none steep",
        number,
    )


def lights(number: int, cues: int) -> str:
    """The room's lights and cues."""
    if not number and not cues:
        return _(NO_LIGHTS)
    said = [ngettext("{number} light", "{number} lights", number)] if number else []
    said += [ngettext("{number} cue", "{number} cues", cues)] if cues else []
    return _("the room knows all that the scenes use: {what}").format(what=", ".join(said))


def opens(device: str) -> str:
    """The audio device works."""
    return _("{device} opens").format(device=device)


def ports(midi: Sequence[str], dmx: Sequence[str]) -> str:
    """The MIDI ports open, and the network leads to the receivers of the DMX ports."""
    parts = [_("{ports}: open").format(ports=", ".join(midi))] if midi else []
    if dmx:
        parts.append(_("{ports}: the network leads there").format(ports=", ".join(dmx)))
    return "; ".join(parts) or _(NO_PORTS)


def computer(free: int) -> str:
    """The computer is fit; `free` bytes are left on its disk."""
    return _("stays awake during a session; {free} free").format(free=size(free))


def span(seconds: float) -> str:
    """A length of time in words: `3 h 10 min`, `40 min`, `50 s`."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def size(count: int) -> str:
    """Bytes as `120 GB` or `80 MB`."""
    return f"{count / 1e9:.0f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


# Problems of the computer -------------------------------------------------------------------------


def disk_full(free: int) -> str:
    """The journal may not be written."""
    return _(
        "only {free} are free where the journal is written: delete something, or a session cannot "
        "be continued after a power cut"
    ).format(free=size(free))


def network_drive(kind: str, folder: str) -> str:
    """Music lies on a drive that may hang."""
    return _(
        "this music is on a network drive ({kind}), which may be slow or gone during a session: "
        "copy {folder} to this computer"
    ).format(kind=kind, folder=folder)


def removable_drive(folder: str) -> str:
    """Music lies on a drive that may be unplugged."""
    return _(
        "this music is on a removable drive, which may be unplugged or sleep during a session: "
        "copy {folder} to this computer"
    ).format(folder=folder)


def low_rate(rate: int) -> str:
    """A file that sounds dull."""
    return _("its sample rate is {rate} kHz, so it sounds dull: use a better copy").format(
        rate=f"{rate / 1000:g}"
    )


def call_mode(name: str) -> str:
    """A headset whose microphone is on plays like a telephone."""
    return _(
        "the output {name} is a headset in its profile for calls, which sounds like a telephone: "
        "choose its profile for music (A2DP) in the system's sound settings"
    ).format(name=name)


# Problems of the network --------------------------------------------------------------------------


def no_network_file(name: str) -> str:
    """A file for the broker is missing."""
    return _(
        "{file} cannot be read, so the room does not reach its broker; the session plays without"
    ).format(file=name)


def empty_password(name: str) -> str:
    """The first line of the password's file is empty."""
    return _("{file} has no password in its first line").format(file=name)


def open_password(name: str) -> str:
    """Other users of the computer can read the password."""
    return _("other users of this computer can read {file}: chmod 600 {file}").format(file=name)


def broker_away(broker: str, why: str) -> str:
    """The broker cannot be reached."""
    return _("the broker {broker} cannot be reached: {why}; the session plays without").format(
        broker=broker, why=why
    )
