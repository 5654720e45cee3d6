"""What the program reads from outside, with seeds: the targets of `python tests/fuzz`.

A target is a function of bytes that catches the errors of our own tree, and raises no other. Its
seeds are made of the shipped library and of what the program itself writes.
"""

from __future__ import annotations

import asyncio
import io
import json
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sounds
from journals import a_job, a_show, journalled, whole_report
from paper import Answering, PaperOpening
from room_states import a_state
from standing import Stand

from soundscape.controls.control_surface import ControlSurface
from soundscape.devices.broker_client import BrokerMessage
from soundscape.devices.lamps.lamp_availability import read_availability
from soundscape.devices.midi import port_messages
from soundscape.dmx.artnet_packets import ArtnetPackets
from soundscape.dmx.sacn_packets import SacnPackets
from soundscape.dmx.universe_record import UniverseRecord, decode_record
from soundscape.errors import InvalidValue, MessageError, SoundscapeError
from soundscape.ipc import player_messages
from soundscape.ipc.channel import Channel
from soundscape.journal import entries, resume_log
from soundscape.journal.journal_file import Journal
from soundscape.library.files.path_search import PathSearch
from soundscape.library.files.playlist_files import read_playlist_file
from soundscape.library.files.playlist_writer import WrittenTrack, m3u, xspf
from soundscape.media import ogg_pages, parts, tags
from soundscape.midi import msc
from soundscape.midi.describe import describe
from soundscape.midi.parser import MidiParser
from soundscape.midi.timecode import TimecodeReader, full_frame, quarter_frame
from soundscape.remote.api import pages
from soundscape.remote.api.application import AppContext, make_app
from soundscape.remote.api.auth import RequestAuth
from soundscape.remote.api.pairing import DocsAccess, Pairing
from soundscape.remote.mqtt.bridge_messages import CODEC as BRIDGE
from soundscape.remote.mqtt.command_filter import CommandFilter, NotForUs, RefusedCommand
from soundscape.remote.mqtt.rooms_client import RoomsClient
from soundscape.remote.mqtt.rooms_overview import RoomsOverview
from soundscape.remote.service import start_request
from soundscape.scene.control_specs import Control
from soundscape.scene.document import read_playlist, read_room, read_scene
from soundscape.scene.network_spec import ALLOWED, MqttSpec
from soundscape.scene.yaml import insertion
from soundscape.timeline.commands import Command
from soundscape.timeline.external_events import TrackUnplayable

Function = Callable[[bytes], object]

LIBRARY = Path(__file__).resolve().parents[2]
NOW = 1_800_000_000.0


@dataclass(frozen=True, slots=True)
class Target:
    """`make` gives the function for as long as it is used; its folder is the target's own."""

    name: str
    seeds: Callable[[], list[bytes]]
    make: Callable[[Path], AbstractContextManager[Function]]


def _shipped(*patterns: str) -> list[bytes]:
    return [path.read_bytes() for one in patterns for path in sorted(LIBRARY.glob(one))]


# files that people write --------------------------------------------------------------------------


@contextmanager
def _scene(_folder: Path) -> Iterator[Function]:
    def run(data: bytes) -> None:
        with suppress(SoundscapeError):
            read_scene(data, "scene.yaml")
        with suppress(SoundscapeError):
            read_playlist(data, "playlist.yaml")

    yield run


@contextmanager
def _room(_folder: Path) -> Iterator[Function]:
    def run(data: bytes) -> None:
        with suppress(SoundscapeError):
            read_room(data, "room.yaml")
            text = data.decode()
            for change in (
                lambda: insertion.add_item(text, "controls", "{port: pedal, note: 1, do: hold}"),
                lambda: insertion.add_pair(text, "midi", "pedal", "{input: Pedal}"),
                lambda: insertion.set_pair(text, "audio", "trim", "-3 dB"),
            ):
                with suppress(InvalidValue):
                    change()

    yield run


_ENDINGS = {b"m": ".m3u", b"8": ".m3u8", b"p": ".pls", b"c": ".cue"}


def _music(folder: Path) -> PathSearch:
    for name in ("a.flac", "Été.mp3", "album/01 One.wav", "album/two.ogg"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    return PathSearch(folder)


@contextmanager
def _lists(folder: Path) -> Iterator[Function]:
    _music(folder)

    def run(data: bytes) -> None:
        path = folder / f"list{_ENDINGS.get(data[:1], '.m3u')}"
        with suppress(SoundscapeError):
            read_playlist_file(data[1:], path, path.name, PathSearch(folder))

    yield run


_LISTED = (
    WrittenTrack("a.flac", "One", "Artist", 61.5, "note"),
    WrittenTrack("Été.mp3", "Two & three"),
    WrittenTrack("album/two.ogg", "Four"),
    WrittenTrack("", "Rain", "", 30.0),
)
_PLS = (
    "[playlist]\nFile1=a.flac\nTitle1=One\nFile2=file:///x/%C3%89t%C3%A9.mp3\nNumberOfEntries=2\n"
)
_CUE = (
    'REM DATE 1999\nPERFORMER "Artist"\nTITLE "Album"\nFILE "album/01 One.wav" WAVE\n'
    '  TRACK 01 AUDIO\n    TITLE "One"\n    INDEX 00 00:00:00\n    INDEX 01 00:02:10\n'
    "  TRACK 02 AUDIO\n    TITLE Two\n    INDEX 01 05:30:74\n"
)


def _list_seeds() -> list[bytes]:
    text = m3u("Evening", _LISTED)
    return [
        b"m" + text.encode(),
        b"m" + text.encode("latin-1"),
        b"8" + text.encode("utf-16"),
        b"p" + _PLS.encode(),
        b"c" + _CUE.encode(),
        b"c" + _CUE.replace("One", "Été").encode("cp850"),
    ]


@contextmanager
def _xspf(folder: Path) -> Iterator[Function]:
    _music(folder)

    def run(data: bytes) -> None:
        with suppress(SoundscapeError):
            read_playlist_file(data, folder / "a.xspf", "a.xspf", PathSearch(folder))

    yield run


def _xspf_seeds() -> list[bytes]:
    text = xspf("Evening", _LISTED)
    based = text.replace('version="1" ', 'version="1" xml:base="file:///music/" ')
    return [
        *(text.encode(), based.encode("utf-16")),
        text.replace("UTF-8", "iso-8859-1").encode("latin-1"),
        text.replace("UTF-8", "shift_jis").encode("shift_jis", "replace"),
    ]


# MIDI and sound files -----------------------------------------------------------------------------

_CONTROLS = (
    Control(port="in", note=60, do="duck"),
    Control(port="in", note=61, do="duck", while_="held"),
    Control(port="in", cc=64, channel=2, do="hold"),
    Control(port="in", program=5, do="next"),
    Control(port="in", cc=20, do="care", feedback=True),
    Control(port="in", cc=7, do="level"),
)


@contextmanager
def _midi(_folder: Path) -> Iterator[Function]:
    def run(data: bytes) -> None:
        """The first byte says how many bytes the driver gives at a time."""
        parser, timecode, surface = MidiParser(), TimecodeReader(), ControlSurface(_CONTROLS)
        size, at = (data[0] % 16 + 1 if data else 1), 0.0
        for begin in range(1, len(data), size):
            for message in parser.feed(data[begin : begin + size]):
                at += 0.01 * size
                describe(message)
                if message[0] == 0xF1:
                    timecode.feed(message)
                surface.receive("in", message, at, Stand())
                surface.sent(at, message)
                surface.poll(at, Stand())

    yield run


def _midi_seeds() -> list[bytes]:
    cue = msc.command(1, "lighting", "timed-go", msc.CueRef("1", "2", "3"), 4.5)
    time = (1, 2, 3, 4)
    quarters = b"".join(quarter_frame(piece, time, 25.0) for piece in range(8))
    return [
        b"\x02" + b"\x90\x3c\x40\x3c\x00\x80\x3d\x40" + b"\xb1\x40\x7f\x00\xc0\x04\xe0\x01\x02",
        *(b"\x0f" + cue, b"\x0f" + full_frame(time, 25.0), b"\x01" + quarters),
        *(b"\x07" + msc.set_control(1, "lighting", 5, 6), b"\x07" + msc.fire(1, "sound", 7)),
    ]


@contextmanager
def _headers(folder: Path) -> Iterator[Function]:
    path = folder / "sound"

    def run(data: bytes) -> None:
        path.write_bytes(data)
        for part in parts.file_parts(str(path)):
            parts.header_chunk(str(path), part)
            parts.PartReader(str(path), part).read(1 << 16)
            ogg_pages.ogg_is_cut(str(path), part.end)
            ogg_pages.ogg_goes_back(str(path), part.end)
            tags.ends_with_tags(str(path), part.end or 0)

    yield run


def _header_seeds() -> list[bytes]:
    made = []
    with tempfile.TemporaryDirectory() as folder:
        for name, form in sounds.FORMATS.items():
            path = form.write(Path(folder) / name, sounds.tone(0.3, form.rate))
            made.append(path.read_bytes()[:20_000])
    return [*made, *(one + one for one in made if len(one) < 10_000)]


# what a session writes and its processes say ------------------------------------------------------


@contextmanager
def _journal(_folder: Path) -> Iterator[Function]:
    yield lambda data: whole_report(Journal(tuple(entries.decode(data))))


def _journal_seeds() -> list[bytes]:
    script = [(20.0, Command("hold")), (40.0, Command("dose")), (50.0, Command("note", text="a"))]
    lines = journalled(a_job(a_show()), script, step=10.0)
    whole = b"".join(map(entries.encode, lines))
    return [whole, whole[:700], *map(entries.encode, lines[:20])]


_CODECS = (
    *(player_messages.CODEC, resume_log.SETUP, BRIDGE, start_request.CODEC),
    port_messages.CODEC,
)


@contextmanager
def _messages(folder: Path) -> Iterator[Function]:
    """The first byte says by which codec it is read; past those it is a resume log."""
    log = folder / "resume"

    def run(data: bytes) -> None:
        kind = data[0] if data else 0
        if kind >= len(_CODECS):
            log.write_bytes(_checked(data[1:]))
            resume_log.read_setup(log)
            with suppress(SoundscapeError):
                resume_log.read_resume_log(log)
            return
        with suppress(MessageError):
            _CODECS[kind].decode(data[1:])
        source: Any = io.BytesIO(data[1:])
        with suppress(MessageError, EOFError):
            Channel(source, None, _CODECS[kind]).receive()

    yield run


def _checked(data: bytes) -> bytes:
    """A resume log with right checksums, which no chance would find."""
    return resume_log.MAGIC + b"".join(_records(data))


def _records(data: bytes) -> Iterator[bytes]:
    at = len(resume_log.MAGIC)
    while at + 8 < len(data):
        length = int.from_bytes(data[at : at + 4], "little")
        body = data[at + 8 : at + 8 + length]
        yield data[at : at + 4] + zlib.crc32(body).to_bytes(4, "little") + body
        at += 8 + length


def _message_seeds() -> list[bytes]:
    job = a_job(a_show())
    encoded_job = player_messages.CODEC.encode(job)
    setup = resume_log.SessionSetup("label", "default", (("desk", "cc", 1, 20),), "/library")
    done = player_messages.CommandDone(1, 48_000, Command("hold"), "held")
    log = resume_log.beginning(setup, encoded_job) + b"".join(
        map(resume_log.encoded, (done, resume_log.PositionReached(96_000, NOW)))
    )
    spoken = [done, TrackUnplayable(1, "m"), player_messages.CommandRequest(1, Command("hold"))]
    return [
        b"\0" + encoded_job,
        *(b"\0" + player_messages.CODEC.encode(one) for one in spoken),
        b"\1" + resume_log.SETUP.encode(setup),
        b"\xff" + log,
    ]


# the network --------------------------------------------------------------------------------------


_SCOPE: dict[str, Any] = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.3"},
    "http_version": "1.1",
    "scheme": "http",
    "root_path": "",
    "server": ("127.0.0.1", 4242),
    "client": ("127.0.0.1", 1),
}


@contextmanager
def _api(folder: Path) -> Iterator[Function]:
    stage, docs, devices = Answering(folder), DocsAccess(), Pairing(folder)
    app = make_app(AppContext(stage.host, devices, PaperOpening(), docs))
    guard = RequestAuth(
        app, {"127.0.0.1:4242"}, "token", devices.knows, docs.knows, pages.turned_away()
    )

    def run(data: bytes) -> None:
        """A request: its first line, headers and, after an empty line, its body."""
        head, _, body = data.partition(b"\n\n")
        first, *rest = head.split(b"\n")
        method, _, target = first.decode("latin-1").partition(" ")
        path, _, query = target.partition("?")
        headers = [(b"host", b"127.0.0.1:4242"), (b"authorization", b"Bearer token")]
        pairs = (line.partition(b":") for line in rest)
        headers += [(name.strip().lower(), value.strip()) for name, _, value in pairs]
        scope = {
            **_SCOPE,
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": headers,
        }
        waiting = [{"type": "http.request", "body": body, "more_body": False}]
        statuses: list[int] = []

        async def receive() -> Any:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        asyncio.run(guard(scope, receive, send))
        assert statuses
        assert statuses[0] != 500

    yield run
    stage.hear(player_messages.SessionEnded())


_REQUESTS = (
    "GET /api/session", "GET /api/keys", "GET /api/events?since=3", "GET /api/commands",
    "GET /api/remote", 'POST /api/remote\n\n{"on": true, "address": "10.0.0.1"}',
    "POST /api/remote/pairing", "DELETE /api/remote/devices", "GET /pair/abc", "GET /page/page.js",
    "POST /api/docs", "GET /docs", "GET /openapi.json", "GET /docs/static/x.js", "GET /",
    "GET /docs/open/abc\ncookie: soundscape=a; soundscape-docs=b\norigin: http://127.0.0.1:4242",
)  # fmt: skip
_COMMANDS = (
    {"do": "hold"}, {"do": "extend", "by": "10m"}, {"do": "level", "by": -1},
    {"do": "goto", "phase": "two"}, {"do": "dose", "ago": "1m30s"}, {"do": "stop", "fade": 5},
    {"do": "duck", "on": True}, {"do": "note", "text": "calm"}, {"do": "dose", "undo": True},
)  # fmt: skip


def _api_seeds() -> list[bytes]:
    posts = [f"POST /api/commands\ncontent-length: 20\n\n{json.dumps(one)}" for one in _COMMANDS]
    return [one.encode() for one in (*_REQUESTS, *posts)]


@contextmanager
def _mqtt(folder: Path) -> Iterator[Function]:
    spec = MqttSpec(broker="b.lan", room="one", tls=False)

    def run(data: bytes) -> None:
        """The first line is the topic."""
        topic, _, payload = data.partition(b"\n")
        message = BrokerMessage(topic.decode("utf-8", "replace"), payload)
        with suppress(NotForUs, RefusedCommand):
            CommandFilter(tuple(ALLOWED)).take(payload, NOW, a_state())
        read_availability(payload)
        overview = RoomsOverview(spec.prefix)
        overview.receive(message, 5.0, NOW)
        for now in (5.0, 60.0):
            overview.rows(now, NOW + now, lambda wall: f"{wall:.0f}")
        client = RoomsClient(spec, folder, lambda: None)
        client.received(message)
        client.rows()

    yield run


def _mqtt_seeds() -> list[bytes]:
    topic = MqttSpec(broker="b.lan").prefix.encode() + b"/one/"
    asked = [json.dumps({**one, "id": "a1", "at": NOW}).encode() for one in _COMMANDS]
    return [
        topic + b"state\n" + a_state().model_dump_json().encode(),
        topic + b"status\nonline",
        topic + b'reply\n{"id": "a1", "done": true, "text": "held"}',
        b'x\n{"state": "online"}',
        *(topic + b"command\n" + one for one in asked),
    ]


@contextmanager
def _dmx(_folder: Path) -> Iterator[Function]:
    artnet, sacn = ArtnetPackets(1), SacnPackets(1, bytes(16), "ours", 100)

    def run(data: bytes) -> None:
        artnet.merges(data)
        sacn.other_sender(data)
        decode_record(data)

    yield run


def _dmx_seeds() -> list[bytes]:
    other = SacnPackets(1, b"1" * 16, "other", 120)
    frame = bytes(512)
    reply = bytearray(b"Art-Net\x00\x00\x21" + bytes(230))
    reply[174], reply[182], reply[190] = 0x80, 0x08, 0x01
    return [
        *(other.data(frame, 3), other.last(frame, 4), other.announcement()),
        *(ArtnetPackets(1).data(frame, 1), ArtnetPackets(1).poll(), bytes(reply)),
        UniverseRecord(b"1" * 16, 7, frame).encode(),
    ]


TARGETS = {
    one.name: one
    for one in (
        Target("scene", lambda: _shipped("scenes/*.yaml", "playlists/*.yaml"), _scene),
        Target("room", lambda: _shipped("room.yaml"), _room),
        Target("lists", _list_seeds, _lists),
        Target("xspf", _xspf_seeds, _xspf),
        Target("midi", _midi_seeds, _midi),
        Target("headers", _header_seeds, _headers),
        Target("journal", _journal_seeds, _journal),
        Target("messages", _message_seeds, _messages),
        Target("api", _api_seeds, _api),
        Target("mqtt", _mqtt_seeds, _mqtt),
        Target("dmx", _dmx_seeds, _dmx),
    )
}
