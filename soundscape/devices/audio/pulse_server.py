"""Asks a PulseAudio server (PipeWire answers as one too) about a stream and its output.

pulsectl waits for each answer, however long: questions that repeat have a thread of their own, and
a single one is asked by `ask_in_time`. libpulse is the system's; where there is none, there is no
such server either.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from soundscape.devices.audio.output import DEFAULT
from soundscape.errors import AudioDeviceError

if TYPE_CHECKING:
    import pulsectl

ANSWER_WITHIN = 3.0
"""Seconds for the connection and the answer to one question."""

_SAMPLE_FORMATS = (
    *("u8", "alaw", "ulaw", "s16le", "s16be", "float32le", "float32be", "s32le", "s32be"),
    *("s24le", "s24be", "s24-32le", "s24-32be"),
)
"""By their numbers in libpulse (`pa_sample_format`)."""

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Output:
    """An output (sink) of the server. `volume` 1.0 is 100 %."""

    key: str  # the server's own name, which stays when it is unplugged and comes back
    name: str  # as a person reads it, and as SDL lists it
    muted: bool
    volume: float
    suspended: bool
    positions: tuple[str, ...] = ()  # of its channels, in its own order
    sample_spec: str = ""  # its format, channels and rate as `pactl` writes them; "": unknown
    call_mode: bool = False  # a Bluetooth headset with its microphone on: it sounds like a call


@dataclass(frozen=True, slots=True)
class StreamPath:
    """The sound of one process: its stream, and the output that it goes to."""

    stream: int
    output: Output
    muted: bool
    volume: float  # of the stream alone


def in_use() -> bool:
    """Return whether SDL would play through such a server."""
    wanted = os.environ.get("SDL_AUDIODRIVER", "")
    return sys.platform == "linux" and wanted.split(",")[0] in ("", "pulseaudio")


def load() -> None:
    """Load the system's library, if it has one: it takes a moment."""
    with suppress(ImportError, OSError):
        import pulsectl  # noqa: F401, PLC0415


class PulseServer:
    """One connection to the user's server, made at the first call. For one thread.

    Every method raises AudioDeviceError if there is no server or it does not answer.
    """

    def __init__(self) -> None:
        self._connection: pulsectl.Pulse | None = None

    def is_pipewire(self) -> bool:
        """Return whether it is PipeWire that answers."""
        return self._ask(lambda pulse: "PipeWire" in str(pulse.server_info().server_name))

    def default_output(self) -> Output | None:
        """Return the output of streams that name none."""

        def ask(pulse: pulsectl.Pulse) -> Output | None:
            name = pulse.server_info().default_sink_name
            return next((_output(one) for one in pulse.sink_list() if one.name == name), None)

        return self._ask(ask)

    def output(self, wanted: str | None) -> Output | None:
        """Return the output that has a name or a part of it, or None; without a name, or by the
        name `default`, the default one.
        """
        if wanted is None or wanted == DEFAULT:
            return self.default_output()
        there = self._ask(lambda pulse: [_output(sink) for sink in pulse.sink_list()])
        named = [one for one in there if one.name == wanted]
        named = named or [one for one in there if wanted.casefold() in one.name.casefold()]
        return named[0] if len(named) == 1 else None

    def path_of(self, pid: int) -> StreamPath | None:
        """Return where the sound of a process goes; None while it has no stream."""

        def ask(pulse: pulsectl.Pulse) -> StreamPath | None:
            for stream in pulse.sink_input_list():
                if stream.proplist.get("application.process.id") == str(pid):
                    output = _output(pulse.sink_info(stream.sink))
                    return StreamPath(
                        stream.index, output, bool(stream.mute), stream.volume.value_flat
                    )
            return None

        return self._ask(ask)

    def move(self, stream: int, key: str) -> None:
        """Move a stream to the output with a key."""

        def move(pulse: pulsectl.Pulse) -> None:
            pulse.sink_input_move(stream, pulse.get_sink_by_name(key).index)

        self._ask(move)

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it may be gone, which pulsectl tells in many ways
                connection.close()

    def _ask(self, question: Callable[[pulsectl.Pulse], _Answer]) -> _Answer:
        try:
            import pulsectl  # noqa: PLC0415 - it loads the system's libpulse
        except (ImportError, OSError) as err:
            raise AudioDeviceError("this system has no libpulse") from err
        pulsectl.PulseSinkInfo._init_from_struct = _keep_sample_spec  # noqa: SLF001
        try:
            if self._connection is None:
                self._connection = pulsectl.Pulse("soundscape", connect=False)
                # Given a timeout, it takes all of that even if it is answered.
                self._connection.connect()
            return question(self._connection)
        except (pulsectl.PulseError, OSError) as err:
            self.close()
            raise AudioDeviceError(f"the sound server does not answer ({err})") from err


def find_output(device: str | None) -> Output | None:
    """Return the output of a room's device; None where no server runs, answers or has it."""
    if not in_use():
        return None
    try:
        return ask_in_time(lambda server: server.output(device))
    except AudioDeviceError:
        return None


def hangs(seconds: float = ANSWER_WITHIN) -> bool:
    """Return whether there is a server that gives no answer within so many seconds."""

    def ask(server: PulseServer) -> None:
        with suppress(AudioDeviceError):  # there is none: that is an answer too
            server.default_output()

    try:
        ask_in_time(ask, seconds)
    except AudioDeviceError:
        return True
    return False


def ask_in_time(
    question: Callable[[PulseServer], _Answer], seconds: float = ANSWER_WITHIN
) -> _Answer:
    """Ask a server one question, on a connection of its own.

    Raises AudioDeviceError where there is no server, or no answer within so many seconds.
    """
    answers: SimpleQueue[_Answer | AudioDeviceError] = SimpleQueue()

    def ask() -> None:
        server = PulseServer()
        try:
            answers.put(question(server))
        except AudioDeviceError as err:
            answers.put(err)
        server.close()

    threading.Thread(target=ask, name="sound server", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise AudioDeviceError(f"the sound server gave no answer in {seconds:g} s") from None
    if isinstance(answer, AudioDeviceError):
        raise answer
    return answer


def _output(sink: pulsectl.PulseSinkInfo) -> Output:
    return Output(
        sink.name,
        sink.description,
        bool(sink.mute),
        sink.volume.value_flat,
        sink.state == "suspended",
        tuple(sink.channel_list),
        getattr(sink, "kept_sample_spec", ""),
        _in_call_mode(sink),
    )


def _keep_sample_spec(sink: pulsectl.PulseSinkInfo, found: Any) -> None:
    """Keep the sample specification of a sink, which pulsectl calls with libpulse's own struct.

    The `sample_spec` that it keeps itself is a view of that struct, whose memory is freed once all
    sinks are listed.
    """
    spec = found.sample_spec
    known = 0 <= spec.format < len(_SAMPLE_FORMATS)
    name = _SAMPLE_FORMATS[spec.format] if known else "unknown"
    sink.kept_sample_spec = f"{name} {spec.channels}ch {spec.rate}Hz"


def _in_call_mode(sink: pulsectl.PulseSinkInfo) -> bool:
    """Return whether an output is a headset in its profile for calls (HSP, HFP).

    PipeWire names the profile, PulseAudio the protocol.
    """
    known = sink.proplist
    profile = known.get("api.bluez5.profile") or known.get("bluetooth.protocol") or ""
    return profile.startswith(("headset", "handsfree"))
