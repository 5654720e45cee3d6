"""A chain of FFmpeg's filters: frames in, frames out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from av.error import BlockingIOError as NothingYetError
from av.error import EOFError as AtEndError
from av.filter import Graph

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame


class FilterGraph:
    """Filters in a row, each a name with its options, for frames like `template`.

    Raises ValueError where FFmpeg cannot connect them. Time stamps are not looked at.
    """

    def __init__(self, template: AudioFrame, *filters: tuple[str, dict[str, str]]) -> None:
        rate = template.sample_rate
        source = {
            "sample_rate": str(rate),
            "sample_fmt": template.format.name,
            "channel_layout": template.layout.name,
            "time_base": f"1/{rate}",
        }
        # A context knows its graph only weakly: it is held here.
        self._graph = Graph()
        self._graph.threads = 1
        chain = (("abuffer", source), *filters, ("abuffersink", {}))
        nodes = [self._graph.add(name, **options) for name, options in chain]
        self._graph.link_nodes(*nodes).configure()
        self._push = nodes[0].push
        self._pull = nodes[-1].pull

    def push(self, frame: AudioFrame) -> None:
        """Put a frame in."""
        frame.pts = None
        self._push(frame)

    def pull(self) -> AudioFrame | None:
        """The next frame that is ready, if one is."""
        try:
            return self._pull()  # type: ignore[return-value] # a chain of sound gives sound
        except (NothingYetError, AtEndError):
            return None

    def finish(self) -> list[AudioFrame]:
        """Nothing more goes in: all that is left."""
        self._push(None)
        rest = []
        while (frame := self.pull()) is not None:
            rest.append(frame)
        return rest
