"""The inside of the process that measures files while a session plays: one by one, giving way.

What it finds it tells the session's host; it goes on when there is nobody to tell any more, so that
the next session has all.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from soundscape.engine.host.background_scan import ScanRequest
from soundscape.errors import SoundscapeError
from soundscape.ipc import clock
from soundscape.ipc.channel import Channel, over_standard_streams
from soundscape.library.measure.catalogue import Catalogue
from soundscape.library.measure.scan import give_way, measured, unknown
from soundscape.library.resolve import load_show
from soundscape.library.tracks import look_at
from soundscape.media.measure import measure
from soundscape.timeline.plan import plan
from soundscape.timeline.show import FileSource
from soundscape.timeline.show_update import TrackUpdate, learned, news

TELL_EVERY = 10.0
"""Seconds between two looks at what the scene is by now."""
SHARE = 20
"""A look takes at most one part in so many of the time."""


class UpdatePublisher:
    """Tells the host what became known of the scene's files, now and then."""

    def __init__(self, order: ScanRequest, catalogue: Catalogue, channel: Channel) -> None:
        self._order = order
        self._catalogue = catalogue
        self._channel: Channel | None = channel
        self._show = order.show
        self._probe = cache(look_at)
        self._next = 0.0

    def look(self, *, at_once: bool = False) -> None:
        """Load the scene again and tell what is new, if it is time."""
        begin = clock.now()
        if self._channel is None or (begin < self._next and not at_once):
            return
        found = self._found()
        if found:
            try:
                self._channel.send(found)
            except OSError:
                self._channel = None  # the session is over
            self._show = learned(self._show, found)
        took = clock.now() - begin
        self._next = begin + max(TELL_EVERY, SHARE * took)

    def _found(self) -> tuple[TrackUpdate, ...]:
        one = self._order.unmeasured
        try:
            after = load_show(
                one.library, one.scene, one.room, one.seed, self._probe, self._catalogue.get
            )
        except SoundscapeError:  # somebody is editing it
            return ()
        return news(self._show, after.show)


def as_they_come(order: ScanRequest) -> Iterator[Path]:
    """The files in the order in which the session plays them, and then the others."""
    for planned in plan(order.show, order.index, order.begin_at).clips:
        source = planned.clip.track.source
        if isinstance(source, FileSource):
            yield Path(source.path)
    yield from order.unmeasured.files


def main() -> None:
    """Measure what the order, which comes by standard input, has of files."""
    give_way()
    channel = over_standard_streams()
    try:
        order: ScanRequest = channel.receive()
    except EOFError:
        return
    with Catalogue(order.unmeasured.catalogue, _tell_nobody) as catalogue:
        teller = UpdatePublisher(order, catalogue, channel)
        for path, stamp in unknown(catalogue, as_they_come(order)):
            catalogue.put(path, stamp, measured(path, measure))
            teller.look()
        teller.look(at_once=True)


def _tell_nobody(_line: str) -> None:
    """The program that loaded the scene has said it."""


if __name__ == "__main__":
    main()
