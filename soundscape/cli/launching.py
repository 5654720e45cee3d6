"""Starting a session: the host in a process of its own, which outlives this one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rich_click as click

from soundscape.engine.channel import Channel
from soundscape.engine.spawn import spawn
from soundscape.engine.told import Job
from soundscape.errors import AudioDeviceError, EngineError
from soundscape.library.resolve import Loaded
from soundscape.remote.client import Client
from soundscape.remote.commission import Commission, Ready, Sorry
from soundscape.timeline.conductor import Waits, as_written


@dataclass(frozen=True, slots=True)
class Wanted:
    """A session to start, as the options say."""

    output: str | None = None
    index: int = 0
    begin_at: int = 0
    waits: Waits = as_written
    lights: bool = True
    label: str | None = None
    remote: bool = False


class Launch:
    """A host on its way. It is begun before the scene is loaded, so that both load at once."""

    def __init__(self) -> None:
        self._process = spawn("soundscape.remote.host_main")
        self._channel = Channel(self._process.stdout, self._process.stdin)  # type: ignore[arg-type]

    def go(self, loaded: Loaded, wanted: Wanted) -> Client:
        """Start the session; there is sound when this returns.

        Raises AudioDeviceError where there is no device, EngineError where it cannot be.
        """
        said = self._commission(loaded, wanted)
        if isinstance(said, Sorry):
            self._let_go()
            raise AudioDeviceError(said.why) if said.no_device else EngineError(said.why)
        for note in said.notes:
            click.echo(f"warning: {note}", err=True)
        return Client(said.session.url, said.session.token)

    def call_off(self) -> None:
        """Nothing is to be started after all. The host's player, which has no job yet, ends too."""
        self._process.kill()
        self._let_go()

    def _let_go(self) -> None:
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _commission(self, loaded: Loaded, wanted: Wanted) -> Ready | Sorry:
        job = Job(
            show=loaded.show,
            room=loaded.room,
            tape="",
            output=wanted.output,
            index=wanted.index,
            begin_at=wanted.begin_at,
            waits=wanted.waits,
            lights=wanted.lights,
        )
        label = wanted.label or loaded.show.name
        commission = Commission(job, label, _device(loaded, wanted.output), wanted.remote)
        try:
            self._channel.send(commission)
            said: Any = self._channel.receive()
        except (OSError, EOFError) as err:
            self._let_go()
            raise EngineError("the session's host ended before there was sound") from err
        if not isinstance(said, Ready | Sorry):
            raise EngineError("the session's host is not understood; is it another version?")
        return said


def _device(loaded: Loaded, output: str | None) -> str:
    """What no two sessions may play on at once."""
    if output is None:
        return f"device:{loaded.room.audio.device or 'default'}"
    kind, _, path = output.partition(":")
    return f"file:{os.path.realpath(Path(path))}" if kind == "file" else ""
