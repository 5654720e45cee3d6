"""Pictures of the tablet's page: `python docs/page_pictures.py FOLDER`.

Starts sessions without a device, pairs a browser, brings each to a state and takes its picture.
Needs Chromium and `playwright`; the pictures in docs/ are two of these, with fewer colours.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

SIZES = {
    "phone": (390, 844),
    "tablet": (1180, 820),
    "tablet-upright": (820, 1180),
    "phone-lying": (844, 390),
}
STATES: dict[str, tuple[tuple[str, ...], ...]] = {
    "playing": (("dose", "--ago", "22m"), ("note", "breath slower")),
    "held-ducked": (("hold",), ("duck",)),
    "muted": (("mute",),),
    "landing": (("play",), ("release",), ("duck",), ("land",)),
    "waiting": (("land",), ("goto", "rest"), ("extend", "-1h")),
    "ending": (("stop",),),
}
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]


def soundscape(*arguments: str) -> str:
    """Run a command of ours; what it prints."""
    command = [sys.executable, "-m", "soundscape", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603


def pictures(page: Page, folder: Path) -> None:
    """Take a picture of each state in each size."""
    for state, commands in STATES.items():
        for command in commands:
            soundscape(*command)
        page.wait_for_timeout(1500)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(100)
            page.screenshot(path=folder / f"{size}-{state}.png")


def main(folder: Path) -> None:
    """Run a session for the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as driver:
        os.environ.update(
            SOUNDSCAPE_HOME=home, SOUNDSCAPE_REMOTE_ADDRESS="127.0.0.1", SDL_AUDIODRIVER="dummy"
        )
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        start = ("start", "kap-im", "--at", "peak+12m40s", "--label", "room 1", "--remote")
        soundscape(*start, "--headless", "--no-lights")
        try:
            page = browser.new_page(device_scale_factor=1)
            page.goto(json.loads(soundscape("remote", "--json"))["url"])
            page.locator("#phase", has_text="peak").wait_for()
            pictures(page, folder)
        finally:
            soundscape("stop", "--fade", "1s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
