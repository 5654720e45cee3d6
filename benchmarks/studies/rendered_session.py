"""Measures the sound of a session that is rendered: loudness every 10 ms, joins, clicks.

It is used by `real_music.py`. Nothing here uses the curves that the program reckons with: the grid
of 10 ms has ten times as many windows as theirs, and begins where the session begins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp.weighting import KWeighting
from soundscape.engine.player.session import Session
from soundscape.engine.player.sources import SourcePool
from soundscape.lighting.rig import Rig
from soundscape.scene.models import Room
from soundscape.timeline.conductor import Conductor, never_waits
from soundscape.timeline.plan import Plan
from soundscape.timeline.show import Show, SilentSource
from soundscape.units import SAMPLE_RATE

STEP = SAMPLE_RATE // 100
"""Frames of the grid."""
_BLOCK = 960 * 32  # frames: whole steps, and whole pieces of the K-weighting
_WINDOW, _SECOND, _MEMORY = 40, 100, 1500  # steps of momentary loudness, of a second, of 15 s
_NEAR = 25  # steps on each side of an edge that its click is held against
_CLICK = 3.0  # times the largest bend of the sound near it

Values = NDArray[np.float64]


@dataclass(frozen=True)
class RenderedSession:
    """A session's power (K-weighted, both sides) and its largest bend in each step of 10 ms.

    A bend is the second difference of samples: a click is far more bent than music.
    """

    power: Values
    bend: Values

    @property
    def momentary(self) -> Values:
        """The loudness (LUFS) of the 400 ms that end with each step."""
        sums = np.convolve(self.power, np.full(_WINDOW, 1.0 / _WINDOW))[: self.power.size]
        return -0.691 + 10.0 * np.log10(sums + 1e-12)

    def largest_rise(self, target: float) -> tuple[float, float]:
        """The largest rise over what the ear expects (LU), and its second.

        That is the loudest of a second ago, the last 15 s less 6, and 20 LU under the target.
        """
        loud = np.maximum(self.momentary, target - 20.0)
        before = np.concatenate([np.full(_SECOND, target - 20.0), loud])[: loud.size]
        windows = np.concatenate([np.full(_MEMORY - _SECOND, -120.0), before])
        remembered = np.lib.stride_tricks.sliding_window_view(windows, _MEMORY - _SECOND + 1)
        rises = loud - np.maximum(before, remembered.max(axis=1) - 6.0)
        at = int(rises.argmax())
        return float(rises[at]), at / 100

    def clicks(self, edges: list[int]) -> list[float]:
        """The seconds of those edges (frames) where the sound bends more than anywhere near."""
        found = []
        for at in sorted({edge // STEP for edge in edges}):
            near = self.bend[max(0, at - _NEAR) : at + _NEAR + 1]
            own = self.bend[max(0, at - 1) : at + 2]
            rest = np.sort(near)[: -own.size]
            if rest.size and own.max() > _CLICK * rest.max() and own.max() > 1e-4:
                found.append(at / 100)
        return found


def render(show: Show) -> RenderedSession:
    """Render a whole session and measure it."""
    session = Session(Conductor(show, never_waits), SourcePool(patient=True), Rig(Room()), [], -1.0)
    weighting = KWeighting()
    power: list[Values] = []
    bends: list[Values] = []
    last = np.zeros((2, 2), np.float32)
    for rendered in session.render_all(size=_BLOCK):
        block = rendered.samples
        if len(block) % _BLOCK:
            block = np.concatenate([block, np.zeros((_BLOCK - len(block) % _BLOCK, 2), np.float32)])
        weighted = weighting.apply(block)
        power.append((weighted**2).sum(axis=1).reshape(-1, STEP).mean(axis=1))
        bent = np.abs(np.diff(np.concatenate([last, block]), 2, axis=0)).max(axis=1)
        bends.append(bent.reshape(-1, STEP).max(axis=1).astype(np.float64))
        last = block[-2:]
    session.finish()
    return RenderedSession(np.concatenate(power), np.concatenate(bends))


def edges(made: Plan) -> list[int]:
    """The frames at which a clip, or a fade of one, begins or ends."""
    frames = []
    for one in made.clips:
        if isinstance(one.clip.track.source, SilentSource):
            continue
        frames += [one.start, one.end, one.start + one.fade_in]
        frames += [fade.start for fade in one.outs]
    return frames


def matching_errors(rendered: RenderedSession, made: Plan, target: float) -> list[float]:
    """How far each clip that plays nearly whole is from its target, between its joins, in LU.

    Integrated loudness (BS.1770-4): of 400 ms, gated at -70 LUFS and 10 LU under their mean.
    """
    found = []
    for one in made.clips:
        if one.end - one.start < 0.95 * one.clip.track.frames:
            continue
        first, last = one.start + one.fade_in, one.end - one.fade_out
        windows = 10.0 ** ((rendered.momentary[first // STEP + _WINDOW : last // STEP : 10]) / 10.0)
        windows = windows[windows > 1e-7]
        if windows.size < 300:  # half a minute
            continue
        heard = windows[windows > windows.mean() / 10.0]
        found.append(float(10.0 * np.log10(heard.mean())) - target)
    return found


def dips(rendered: RenderedSession, made: Plan) -> list[float]:
    """How far the softest 3 s of each join lie under the softer of the 10 s before and after.

    In LU; below 0 where they lie above.
    """
    found = []
    for one in made.clips:
        start, last = one.start // STEP, (one.start + one.fade_in) // STEP
        before = rendered.power[max(0, start - 1000) : start]
        after = rendered.power[last : last + 1000]
        within = rendered.power[start:last]
        if min(before.size, after.size) < 1000 or within.size < 300:
            continue
        short = np.convolve(within, np.full(300, 1 / 300), mode="valid")
        softer = min(before.mean(), after.mean())
        found.append(float(10.0 * np.log10(softer / short.min())))
    return found
