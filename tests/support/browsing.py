"""A session in processes of its own, and Chromium on its page."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from peers import need
from playwright.sync_api import Browser, Page, expect, sync_playwright

from soundscape.errors import SessionLost
from soundscape.remote.client.client import Client

SCENE = """
name: Short
fades: {track: 1s, phase: 1s, start: 1s, end: 30s}
phases:
  arrival:
    duration: 2s
    advance: dose
    music: [{generate: drone, title: Low, duration: 5m}, {generate: pad, duration: 5m}]
    prompts: [Mask and headphones.]
  peak:
    duration: 30m
    music: [{generate: pad, title: Wide, duration: 5m}, {generate: drone, duration: 5m}]
    ambience: [{generate: rain, title: Soft rain, duration: 10m}]
  return: {duration: 20m, music: [{generate: drone, title: Home, duration: 5m}]}
  rest: {duration: 10m, advance: manual}
"""
PATIENCE = 20_000
"""Milliseconds for what a page is to show: a busy machine takes longer than Playwright's five."""
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Room:
    """A session without a device, with its page open on the loopback address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        high, low = divmod(os.getpid() % 60_000, 250)
        self._environment = {
            **os.environ,
            "SOUNDSCAPE_HOME": str(folder / "home"),
            # An address of its own, so that it always gets the page's own port there.
            "SOUNDSCAPE_REMOTE_ADDRESS": f"127.1.{high}.{low + 1}",
        }
        for name in ("scenes", "playlists"):
            (folder / name).mkdir(exist_ok=True)
        (folder / "scenes" / "short.yaml").write_text(SCENE)
        self.client: Client
        self._host = 0

    def start(self) -> None:
        """Start a session; returns when it can be reached."""
        options = ["--output", "null", "--headless", "--remote", "--no-lights"]
        self.run("start", "short", *options)
        held = json.loads((self._folder / "home" / "runtime" / "session.json").read_text())
        self.client, self._host = Client(held["url"], held["token"]), held["pid"]

    def run(self, *arguments: str) -> str:
        """What a command prints, run beside the session."""
        command = [sys.executable, "-m", "soundscape", "--library", str(self._folder)]
        done = subprocess.run(
            [*command, *arguments],
            env=self._environment,
            check=True,
            timeout=60,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def stop(self) -> None:
        """End it, if it has not ended."""
        try:
            self.client.do({"do": "stop", "fade": 0.1})
            for _ in self.client.changes():
                pass
        except SessionLost:
            pass

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """The host does not answer for a while; its player plays on."""
        os.kill(self._host, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._host, signal.SIGCONT)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium; the one without windows takes half the time."""
    path = need("chromium-headless-shell", "chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def complaints(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    return [
        f"{rule['id']}: {node['html']}: {node.get('failureSummary')}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]
