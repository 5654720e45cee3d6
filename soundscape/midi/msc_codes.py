"""The names of MIDI Show Control 1.1 (MMA RP-002): command formats and commands, with codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FORMATS: dict[str, int] = {
    "lighting": 0x01,
    "moving-lights": 0x02,
    "color-changers": 0x03,
    "strobes": 0x04,
    "lasers": 0x05,
    "chasers": 0x06,
    "sound": 0x10,
    "music": 0x11,
    "cd-players": 0x12,
    "eprom-playback": 0x13,
    "audio-tape-machines": 0x14,
    "intercoms": 0x15,
    "amplifiers": 0x16,
    "audio-effects": 0x17,
    "equalizers": 0x18,
    "machinery": 0x20,
    "rigging": 0x21,
    "flys": 0x22,
    "lifts": 0x23,
    "turntables": 0x24,
    "trusses": 0x25,
    "robots": 0x26,
    "animation": 0x27,
    "floats": 0x28,
    "breakaways": 0x29,
    "barges": 0x2A,
    "video": 0x30,
    "video-tape-machines": 0x31,
    "video-cassette-machines": 0x32,
    "video-disc-players": 0x33,
    "video-switchers": 0x34,
    "video-effects": 0x35,
    "video-character-generators": 0x36,
    "video-still-stores": 0x37,
    "video-monitors": 0x38,
    "projection": 0x40,
    "film-projectors": 0x41,
    "slide-projectors": 0x42,
    "video-projectors": 0x43,
    "dissolvers": 0x44,
    "shutter-controls": 0x45,
    "process-control": 0x50,
    "hydraulic-oil": 0x51,
    "water": 0x52,
    "carbon-dioxide": 0x53,
    "compressed-air": 0x54,
    "natural-gas": 0x55,
    "fog": 0x56,
    "smoke": 0x57,
    "cracked-haze": 0x58,
    "pyro": 0x60,
    "fireworks": 0x61,
    "explosions": 0x62,
    "flame": 0x63,
    "smoke-pots": 0x64,
    "all": 0x7F,
}


@dataclass(frozen=True, slots=True)
class MscCommand:
    """A command: its code, and the data that follows it.

    `data`: a cue (number, list and path), a list, a path, a macro's number, a control with its
    value, or nothing. `timed`: a time stands before it. `needed`: it makes no sense without.
    """

    code: int
    data: Literal["cue", "list", "path", "macro", "control", "nothing"] = "list"
    timed: bool = False
    needed: bool = False


COMMANDS: dict[str, MscCommand] = {
    "go": MscCommand(0x01, "cue"),
    "stop": MscCommand(0x02, "cue"),
    "resume": MscCommand(0x03, "cue"),
    "timed-go": MscCommand(0x04, "cue", timed=True),
    "load": MscCommand(0x05, "cue", needed=True),
    "set": MscCommand(0x06, "control", needed=True),
    "fire": MscCommand(0x07, "macro", needed=True),
    "all-off": MscCommand(0x08, "nothing"),
    "restore": MscCommand(0x09, "nothing"),
    "reset": MscCommand(0x0A, "nothing"),
    "go-off": MscCommand(0x0B, "cue"),
    "go-jam-clock": MscCommand(0x10, "cue"),
    "standby-plus": MscCommand(0x11),
    "standby-minus": MscCommand(0x12),
    "sequence-plus": MscCommand(0x13),
    "sequence-minus": MscCommand(0x14),
    "start-clock": MscCommand(0x15),
    "stop-clock": MscCommand(0x16),
    "zero-clock": MscCommand(0x17),
    "set-clock": MscCommand(0x18, timed=True),
    "mtc-chase-on": MscCommand(0x19),
    "mtc-chase-off": MscCommand(0x1A),
    "open-cue-list": MscCommand(0x1B, needed=True),
    "close-cue-list": MscCommand(0x1C, needed=True),
    "open-cue-path": MscCommand(0x1D, "path", needed=True),
    "close-cue-path": MscCommand(0x1E, "path", needed=True),
}
