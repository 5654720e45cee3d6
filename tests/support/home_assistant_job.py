"""Home Assistant's core with its MQTT integration: `python home_assistant_job.py FOLDER BROKER`.

It runs in a Python that has `homeassistant` and is told on standard input which service to call, as
`{"domain": "button", "service": "press", "data": {…}}`; each answer is a line with all states and
devices. It starts as the program does, but with its page on the loopback address only. It has the
automations of `automations.yaml` in the folder.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from types import MappingProxyType
from typing import Any

from homeassistant import bootstrap
from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers import device_registry
from homeassistant.runner import RuntimeConfig


async def main(folder: Path, broker: dict[str, Any]) -> None:
    (folder / "automations.yaml").touch()
    (folder / "configuration.yaml").write_text(
        "automation: !include automations.yaml\n"
        "http: {server_host: 127.0.0.1, server_port: 18123}\n"
        "homeassistant: {name: Test, unit_system: metric, time_zone: UTC}\n"
    )
    hass = await bootstrap.async_setup_hass(RuntimeConfig(config_dir=str(folder), skip_pip=True))
    assert hass is not None
    await hass.async_start()
    entry = ConfigEntry(
        version=1,
        minor_version=2,
        domain="mqtt",
        title="broker",
        data={**broker, "discovery": True, "protocol": "5"},
        source="user",
        options={},
        unique_id=None,
        discovery_keys=MappingProxyType({}),
        subentries_data=None,
    )
    await hass.config_entries.async_add(entry)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        asked = json.loads(line)
        if asked:
            await hass.services.async_call(
                asked["domain"], asked["service"], asked["data"], blocking=True
            )
        devices = device_registry.async_get(hass).devices.values()
        answer = {
            "states": {state.entity_id: state.state for state in hass.states.async_all()},
            "devices": [device.name for device in devices if device.manufacturer == "Soundscape"],
        }
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    await hass.async_stop(force=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), json.loads(sys.argv[2])))
