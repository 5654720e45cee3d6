"""Starts a session from a loaded scene, and stays with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from soundscape.cli.spawn_host import Launch
from soundscape.devices.audio import pulse_server
from soundscape.engine.host import background_scan
from soundscape.engine.host.output_watch import output_fault
from soundscape.errors import AudioDeviceError, EngineError, Problem
from soundscape.ipc.codec import Codec
from soundscape.ipc.job import JOB, Job
from soundscape.library.resolve import Loaded
from soundscape.library.user_dirs import runtime_folder, state_folder
from soundscape.message_text import one_line
from soundscape.remote.light_claims import claimed_by
from soundscape.remote.service.start_request import Started, StartFailed, StartRequest
from soundscape.remote.session_file import device_must_be_free
from soundscape.scene.addresses import Held, held
from soundscape.scene.models import Room

if TYPE_CHECKING:
    from soundscape.remote.client.client import Client

LONGEST_LABEL = 60
"""Characters; a label is one short line on every screen."""


@dataclass(frozen=True, slots=True)
class StartOptions:
    """The options of a session to start."""

    output: str | None = None
    index: int = 0
    begin_at: int = 0
    waits: bool = True
    lights: bool = True
    label: str | None = None
    remote: bool = False
    force: bool = False
    """Start although the system's output is muted or turned down."""
    begun_as: str = ""
    dated: bool = False


@dataclass(frozen=True, slots=True)
class StartedSession:
    """A session that plays. It ends with this process until `settled` is called."""

    client: Client
    settled: Callable[[], None]


def begin(launch: Launch, loaded: Loaded, wanted: StartOptions) -> StartedSession:
    """Start the session and return once there is sound.

    Raises AudioDeviceError if there is no device, EngineError if the session cannot be started.
    """
    if wanted.output is None and not wanted.force:
        output_must_be_on(loaded.room.audio.device)
    label = one_line(wanted.label or "")[:LONGEST_LABEL].strip() or loaded.show.name
    lights = held(loaded.room) if wanted.lights else ()
    device = device_of(loaded.room, wanted.output)
    with launch.killed_on_failure():
        must_be_free(device, lights)
    request = StartRequest(
        label, device, lights, wanted.remote, library=loaded.root, dated=wanted.dated
    )
    job = Codec(JOB).encode(_job(loaded, wanted))
    unmeasured = background_scan.CODEC.encode(loaded.unmeasured)
    return launched(launch, request, job, unmeasured)


def must_be_free(device: str, lights: tuple[Held, ...]) -> None:
    """Raise EngineError if another session plays on the device or has one of the lights."""
    device_must_be_free(runtime_folder(os.environ), device)
    if there := claimed_by(runtime_folder(os.environ), lights, ()):
        raise EngineError(
            f"the session {there} has lights of this room in hand: `soundscape attach "
            f"--session {there}` opens its console, `soundscape stop --session {there}` ends "
            "it; or start with --no-lights"
        )


def launched(launch: Launch, request: StartRequest, *messages: bytes) -> StartedSession:
    """Send a request and its encoded messages. Return once there is sound.

    Raises AudioDeviceError if there is no device, EngineError if the session cannot be started.
    """
    said = launch.exchange(request, *messages)
    if isinstance(said, StartFailed):
        launch.wait_for_end()
        raise AudioDeviceError(said.why) if said.no_device else EngineError(said.why)
    assert isinstance(said, Started)  # noqa: S101 - the codec has no other answer
    from soundscape.remote.client.client import Client  # noqa: PLC0415 - the sound comes first

    for note in said.notes:
        click.echo(f"warning: {note}", err=True)
    return StartedSession(
        Client(said.session.url, said.session.token, said.shared_audio), launch.confirm
    )


def mention_cut_off() -> None:
    """Mention a session that was cut off: the user may want to recover it instead."""
    from soundscape.journal.journal_file import cut_off_sessions  # noqa: PLC0415 - as above
    from soundscape.views import journal_texts  # noqa: PLC0415

    for one in cut_off_sessions(state_folder(os.environ))[:1]:
        places = [line.text("place") for line in one.journal.entries if line.event == "position"]
        scene, place = one.journal.first.text("scene"), places[-1] if places else ""
        said = journal_texts.unfinished(one.folder.number, scene, place, one.age)
        click.echo(f"warning: {said}", err=True)


def output_must_be_on(device: str | None) -> None:
    """Raise AudioDeviceError if the sound server shows that the session would not be heard."""
    output = pulse_server.find_output(device)  # of a server that is not there, the player tells
    if output is not None and (fault := output_fault(output)):
        raise AudioDeviceError(f"{fault}: turn it up, or use --force")


def stay(begun: StartedSession, *, foreground: bool = False) -> int:
    """Stay with a session, in its console or without one. Return the exit code."""
    from soundscape.cli.attach_ui import open_console  # noqa: PLC0415 - as above
    from soundscape.cli.foreground import follow  # noqa: PLC0415

    if foreground or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return follow(begun.client, begun.settled)
    return open_console(begun.client, begun.settled)


def _job(loaded: Loaded, wanted: StartOptions) -> Job:
    return Job(
        show=loaded.show,
        room=loaded.room,
        output=wanted.output,
        index=wanted.index,
        begin_at=wanted.begin_at,
        waits=wanted.waits,
        lights=wanted.lights,
        warnings=_warnings(loaded.problems),
        begun_as=wanted.begun_as,
        root=loaded.root,
    )


def _warnings(problems: Iterable[Problem]) -> tuple[str, ...]:
    """Return the problems of loading for the session's screens, errors last, as the newest."""
    return tuple(str(one) for one in sorted(problems, key=lambda one: one.severity == "error"))


def device_of(room: Room, output: str | None) -> str:
    """Return the name of what only one session may play on; "" if any number may."""
    if output is None:
        return f"device:{room.audio.device or 'default'}"
    kind, _, path = output.partition(":")
    return f"file:{os.path.realpath(Path(path))}" if kind == "file" else ""
