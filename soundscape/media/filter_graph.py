"""Chains of FFmpeg's filters, frames in and frames out; the downmix to stereo is one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from av.error import BlockingIOError as NothingYetError
from av.error import EOFError as AtEndError
from av.filter import Graph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from av.audio.frame import AudioFrame


class FilterGraph:
    """Filters in a row, each a name with its options, for frames like `template`.

    Raises ValueError if FFmpeg cannot connect them. Time stamps are ignored.
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
        """Send a frame into the chain. Its time stamp is cleared."""
        frame.pts = None
        self._push(frame)

    def pull(self) -> AudioFrame | None:
        """Return the next frame that is ready, or None."""
        try:
            return self._pull()  # type: ignore[return-value] # a chain of sound gives sound
        except (NothingYetError, AtEndError):
            return None

    def finish(self) -> list[AudioFrame]:
        """Tell the filters that no frame follows, and return all that they still hold."""
        self._push(None)
        rest = []
        while (frame := self.pull()) is not None:
            rest.append(frame)
        return rest


class Downmix:
    """Mixes frames of one layout to stereo float at their own rate, frame by frame.

    FFmpeg's standard downmix (the coefficients of ITU-R BS.775; the LFE is left out), scaled so
    that it cannot clip. If FFmpeg has none for the layout, the channels alternate
    between left and right, and each side is the mean of its channels.
    """

    def __init__(self, template: AudioFrame) -> None:
        self._pipe = _standard(template) or _alternating(template)

    def __call__(self, frame: AudioFrame) -> AudioFrame:
        """Return the frame as stereo float, with the same time stamp."""
        pts = frame.pts
        self._pipe.push(frame)
        folded = self._pipe.pull()
        assert folded is not None, "the downmix holds nothing back"  # noqa: S101
        folded.pts = pts
        return folded


def _standard(template: AudioFrame) -> FilterGraph | None:
    options = {"out_sample_fmt": "flt", "out_chlayout": "stereo", "rematrix_maxval": "1.0"}
    try:
        return FilterGraph(template, ("aresample", options))
    except ValueError:
        return None


def _alternating(template: AudioFrame) -> FilterGraph:
    count = template.layout.nb_channels
    sides = (_mean(range(0, count, 2)), _mean(range(1, count, 2)))
    mix = {"args": f"stereo|c0={sides[0]}|c1={sides[1]}"}
    return FilterGraph(template, ("pan", mix), ("aformat", {"sample_fmts": "flt"}))


def _mean(channels: Iterable[int]) -> str:
    several = list(channels)
    return "+".join(f"{1 / len(several):.9f}*c{channel}" for channel in several)
