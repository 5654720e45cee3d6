"""The verbs, in words: what the group's help lists, and each verb's own help begins with."""

from __future__ import annotations

VERBS = {
    "next": "Go on to the next phase.",
    "goto": "Go to a phase.",
    "hold": "Hold the phase: the position stands, the music goes on.",
    "release": "Let a held phase run on.",
    "extend": "Give the phase more time, or less.",
    "dose": "Mark the dose: T+ counts from it.",
    "pause": "Fade to silence in 3 s; the position stands.",
    "play": "Bring the music back in 15 s.",
    "duck": "Lower the music to speak; again: bring it back.",
    "level": "Trim the level in dB, at most 3 dB over the scene's.",
    "skip": "Go over to the next track.",
    "swap": "Go over to the next track, and leave this one out from now on.",
    "soften": "A little less sound and light.",
    "lift": "A little more sound and light.",
    "land": "Grounding music and the care light; again: back to the phase.",
    "care": "The care light; again: off.",
    "mute": "Silence in 1 s and the care light; again within it: at once.",
    "stop": "Fade out and end the session.",
    "note": "Note a line, with its time.",
    "mark": "Mark this moment.",
}
