"""The process that measures files while a session plays, one by one, at low priority.

It sends the results to the session's host. When the host is gone it goes on, so that the next
session finds everything measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from soundscape.engine.host.background_scan import CODEC, ScanRequest
from soundscape.errors import MessageError, SoundscapeError
from soundscape.ipc import clock
from soundscape.ipc.channel import Channel, over_standard_streams
from soundscape.library.file_tracks import probe_file
from soundscape.library.measure.catalogue import Catalogue
from soundscape.library.measure.scan import give_way, measured, unknown
from soundscape.library.resolve import load_show
from soundscape.media.measure import measure
from soundscape.timeline.plan import plan
from soundscape.timeline.show import FileSource, Show
from soundscape.timeline.show_update import (
    TrackUpdate,
    returned,
    track_updates,
    updated,
    with_playlists,
)

TELL_EVERY = 10.0
"""Seconds from one reading of the scene to the next."""
SHARE = 20
"""Reading the scene takes at most one part in this many of the time."""


class UpdatePublisher:
    """Sends new measurements of the scene's files to the host."""

    def __init__(self, request: ScanRequest, catalogue: Catalogue, channel: Channel) -> None:
        self._request = request
        self._catalogue = catalogue
        self._channel: Channel | None = channel
        self._show = request.show
        self._probe = cache(probe_file)
        self._next = 0.0

    def publish(self, *, at_once: bool = False) -> None:
        """Load the scene again and send what is new, if it is time."""
        begin = clock.now()
        if self._channel is None or (begin < self._next and not at_once):
            return
        found = self._found()
        if found:
            try:
                self._channel.send(found)
            except OSError:
                self._channel = None  # the session is over
            self._show = updated(self._show, found)
        took = clock.now() - begin
        self._next = begin + max(TELL_EVERY, SHARE * took)

    def publish_returned(self) -> None:
        """Send the playlists whose files exist again."""
        after = self._load()
        if after is None or self._channel is None:
            return
        found = returned(self._show, after, self._request.returned)
        if found:
            self._channel.send(found)
            self._show = with_playlists(self._show, found)

    def _found(self) -> tuple[TrackUpdate, ...]:
        after = self._load()
        return () if after is None else track_updates(self._show, after)

    def _load(self) -> Show | None:
        one = self._request.unmeasured
        try:
            return load_show(
                one.library, one.scene, one.room, one.seed, self._probe, self._catalogue.get
            ).show
        except SoundscapeError:  # it is being edited
            return None


def in_playing_order(request: ScanRequest) -> Iterator[Path]:
    """Yield the files in the order in which the session plays them, and then the others."""
    for planned in plan(request.show, request.index, request.begin_at).clips:
        source = planned.clip.track.source
        if isinstance(source, FileSource):
            yield Path(source.path)
    yield from request.unmeasured.files


def main() -> None:
    """Measure the files of the request that comes on standard input."""
    give_way()
    channel = over_standard_streams(CODEC)
    try:
        request: ScanRequest = channel.receive()
    except (EOFError, MessageError):
        return
    with Catalogue(request.unmeasured.catalogue, _ignore) as catalogue:
        publisher = UpdatePublisher(request, catalogue, channel)
        if request.returned:
            with suppress(OSError):  # the session is over
                publisher.publish_returned()
        for path, stamp in unknown(catalogue, in_playing_order(request)):
            catalogue.put(path, stamp, measured(path, measure))
            publisher.publish()
        publisher.publish(at_once=True)


def _ignore(_line: str) -> None:
    """Print nothing: the program that loaded the scene has printed it."""
