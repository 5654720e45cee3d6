"""Many channels to two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soundscape.media.filter_graph import FilterGraph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from av.audio.frame import AudioFrame


class Downmix:
    """Mixes frames of one layout to stereo float at their own rate, frame by frame.

    FFmpeg's standard downmix (the coefficients of ITU-R BS.775; the LFE is left out), scaled so
    that it cannot clip. Where FFmpeg has none for the layout, the channels go to the left and the
    right in turn, each side the mean of its own.
    """

    def __init__(self, template: AudioFrame) -> None:
        self._pipe = _standard(template) or _alternating(template)

    def __call__(self, frame: AudioFrame) -> AudioFrame:
        """The same time in stereo."""
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
