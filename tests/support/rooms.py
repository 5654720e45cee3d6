"""A room with a light of each kind and a cue of each kind, for the tests of light."""

from __future__ import annotations

from typing import Any

from soundscape.scene.models import (
    CareSpec,
    CueMessage,
    Kelvin,
    LightSpec,
    Limits,
    MscTarget,
    PortSpec,
    Room,
)

LIGHTS = {
    "room": LightSpec(port="desk", cc=20),
    "lamp": LightSpec(port="desk", cc=(21, 53)),
    "warmth": LightSpec(port="desk", cc=22, range=(2200.0, 4000.0)),
    "wall": LightSpec(port="desk", note=40),
    "star": LightSpec(port="desk", note=41, kind="switch"),
    "sub": LightSpec(port="desk", msc=MscTarget(device=1, control=5), from_=0.3, curve="linear"),
}
CUES = {
    "go": (CueMessage(port="desk", msc=MscTarget(device=1, command="go")),),
    "chime": (CueMessage(port="desk", channel=16, note=60, velocity=90, length=0.2),),
    "preset": (CueMessage(port="desk", program=4, bank=0),),
    "raw": (CueMessage(port="desk", sysex=(0x7D, 0x01)),),
    "wake": (
        CueMessage(port="desk", program=1),
        CueMessage(port="desk", channel=16, note=61, after=0.5),
    ),
}


def make_room(**parts: Any) -> Room:
    """The room, its parts replaced by the arguments."""
    whole: dict[str, Any] = {
        "midi": {"desk": PortSpec(output="QLC+")},
        "lights": LIGHTS,
        "limits": Limits(),
        "care": CareSpec(set={"room": 0.6, "warmth": Kelvin(kelvin=2700.0)}),
        "cues": CUES,
    }
    return Room(**{**whole, **parts})
