"""What a lamp over MQTT is sent: Home Assistant's JSON for lights, which Zigbee2MQTT takes as well.

`{"state": "ON", "brightness": 0 to 255, "transition": seconds}`; a colour is `color_temp` in mireds
(a million divided by the kelvin). A colour says nothing of `state`, since it must not switch a lamp
on.
"""

from __future__ import annotations

import json

from soundscape.lighting.curve import kelvin_at
from soundscape.scene.models import LightSpec

LAMP_TOP = 255
"""The code of full (`brightness`)."""

MIREDS = 1e6


def lamp_payload(light: LightSpec, code: int, seconds: float | None = None) -> bytes:
    """The message for a code (0 to LAMP_TOP), reached in so many seconds; None for a switch."""
    values: dict[str, object]
    if light.range is not None:
        values = {"color_temp": round(MIREDS / kelvin_at(code / LAMP_TOP, light.range))}
    elif code == 0 or light.kind == "switch":
        values = {"state": "ON" if code else "OFF"}
    else:
        values = {"state": "ON", "brightness": code}
    if seconds is not None:
        values["transition"] = int(seconds) if seconds == int(seconds) else seconds
    return json.dumps(values).encode()
