"""Mends sound around damage: joins its two sides, and limits what follows by what came before.

Decoders give bursts around damage that they notice late or not at all. The level of the sound
before it is the reference. All of it happens in the frames' own format.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from soundscape.media.extrapolation import HISTORY, Samples, continued, frame_of, ramped, samples_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.audio.frame import AudioFrame

REFERENCE = 0.5
"""Seconds before damage whose peak is the reference."""

LOOKBACK = 0.12
"""Seconds of a lossy file before damage was found that may be damaged too."""

BOUNDED = 0.5
LONGEST_BOUNDED = 3.0
"""Seconds after damage that are limited, at most, while the sound stays above the bound."""

MARGIN_DB = 2.0
RELAXING_DB = 10.0
"""dB of the bound over the reference, and by which it rises each second."""

JOIN = 0.01
"""Seconds over which the sound after a hole fades in while the sound before it fades out."""

_STEP = 0.0025

_Kind = tuple[str, str, int]
"""Sample format, layout, rate (Hz)."""


class Mender:
    """Takes frames in order and yields them with damage mended. `lossy` is of their codec."""

    def __init__(self, *, lossy: bool) -> None:
        self._lookback = LOOKBACK if lossy else JOIN
        self._held: deque[AudioFrame] = deque()
        self._given: deque[AudioFrame] = deque()
        self._held_samples = self._given_samples = 0
        self._region: list[Samples] = []
        self._struck = 0  # samples of the region before the last damage
        self._like: AudioFrame | None = None
        self._kind: _Kind | None = None  # of `_like`
        self._most_held = self._most_given = 0.0  # samples

    def take(self, frame: AudioFrame) -> list[AudioFrame]:
        """Take the next frame, with whole sound on both sides of its start.

        Return the frames that are ready.
        """
        ready = [] if _kind(frame) == self._kind else self._begin_kind(frame)
        self._like = frame
        if self._region:
            self._region.append(samples_of(frame))
            return [*ready, *self._finished_region()]
        held = self._held
        held.append(frame)
        self._held_samples += frame.samples
        while len(held) > 1 and self._held_samples - held[0].samples > self._most_held:
            ready.append(self._give_held())
        return ready

    def take_after_damage(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        """Take the next frame, before which sound is missing or damaged."""
        if _kind(frame) != self._kind:
            yield from self._begin_kind(frame)
            self._like = frame
            self._region = [samples_of(frame)]
            self._struck = 0
            return
        self._region += self._held_sound()
        history = _tail([*map(samples_of, self._given), *self._region])
        self._struck = sum(map(len, self._region))
        self._region.append(_joined(history, samples_of(frame), frame.sample_rate))
        self._like = frame
        yield from self._finished_region()

    def finish(self, *, softly: bool) -> Iterator[AudioFrame]:
        """Yield the rest. If it breaks off, it is limited as after damage and ramped to silence."""
        if softly and self._held and not self._region:
            self._region = self._held_sound()
            self._struck = sum(map(len, self._region))
        rest = self._all()
        if rest and softly:
            last = [rest.pop()]
            while rest and _length(rest[-1]) and sum(map(_length, last)) < JOIN:
                last.insert(0, rest.pop())
            sound = np.concatenate([samples_of(one) for one in last])
            rest.append(ramped(frame_of(sound, last[-1]), rising=False))
        yield from rest

    def _begin_kind(self, frame: AudioFrame) -> list[AudioFrame]:
        """Begin frames of another kind. Return all that is left of the last one."""
        rest = self._all()
        self._kind = _kind(frame)
        self._most_held = self._lookback * frame.sample_rate
        self._most_given = REFERENCE * frame.sample_rate
        return rest

    def _held_sound(self) -> list[Samples]:
        """Return the sound of the frames that are held, and forget them."""
        sound = [samples_of(one) for one in self._held]
        self._held.clear()
        self._held_samples = 0
        return sound

    def _all(self) -> list[AudioFrame]:
        """Return all frames that are held or in the region. Forget what came before them."""
        rest = self._flushed() if self._region else []
        while self._held:
            rest.append(self._give_held())
        self._given.clear()
        self._given_samples = 0
        return rest

    def _give_held(self) -> AudioFrame:
        frame = self._held.popleft()
        self._held_samples -= frame.samples
        return self._give(frame)

    def _give(self, frame: AudioFrame) -> AudioFrame:
        given = self._given
        given.append(frame)
        self._given_samples += frame.samples
        while self._given_samples - given[0].samples > self._most_given:
            self._given_samples -= given.popleft().samples
        return frame

    def _finished_region(self) -> list[AudioFrame]:
        """Return the region, mended, once it is long enough and within the bound again."""
        assert self._like is not None  # noqa: S101 - frames came before
        rate = self._like.sample_rate
        after = sum(map(len, self._region)) - self._struck
        if after < BOUNDED * rate:
            return []
        if after < LONGEST_BOUNDED * rate:
            bound = self._bound(rate, after)
            if bound is not None and np.abs(self._region[-1]).max() > bound[-1]:
                return []
        return self._flushed()

    def _flushed(self) -> list[AudioFrame]:
        assert self._like is not None  # noqa: S101
        rate = self._like.sample_rate
        sound = np.concatenate(self._region)
        bound = self._bound(rate, len(sound) - self._struck)
        if bound is not None:
            sound = _limited(sound, bound, rate)
        self._region = []
        return [self._give(frame_of(sound, self._like))]

    def _bound(self, rate: int, after: int) -> NDArray[np.float64] | None:
        """Return the highest allowed peak at each sample of the region, or None without a
        reference.
        """
        if self._given:
            measure = max(float(np.abs(samples_of(one)).max()) for one in self._given)
        else:  # damage at the very start: what is usual in the region
            levels = [float(np.abs(one).max()) for one in self._region if len(one)]
            measure = float(np.median(levels)) if len(levels) > 2 else 0.0
        if measure <= 0.0:
            return None
        decibels = MARGIN_DB + RELAXING_DB * np.arange(after) / rate
        relaxing = measure * 10.0 ** (decibels / 20.0)
        steady = np.full(self._struck, measure * 10.0 ** (MARGIN_DB / 20.0))
        return np.concatenate([steady, relaxing])


def _limited(sound: Samples, bound: NDArray[np.float64], rate: int) -> Samples:
    """Return the sound with its peaks under the bound, by a gain without corners."""
    step = max(1, round(_STEP * rate))
    count = -(-len(sound) // step)
    padded = np.zeros(count * step)
    padded[: len(sound)] = np.abs(sound).max(axis=1) / np.maximum(bound, 1e-30)
    over = padded.reshape(count, step).max(axis=1)
    if over.max() <= 1.0:
        return sound
    need = 1.0 / np.maximum(over, 1.0)
    wide = np.pad(need, 2, mode="edge")
    least = np.min([wide[at : at + count] for at in range(5)], axis=0)
    least[-1] = 1.0 if need[-1] == 1.0 else least[-1]
    centres = (np.arange(count) + 0.5) * step
    gain = np.interp(np.arange(len(sound)), centres, least)
    limited: Samples = sound * gain[:, None]
    return limited


def _joined(history: Samples, following: Samples, rate: int) -> Samples:
    """Return the sound after a hole, faded in while a continuation of the sound before it fades
    out.
    """
    count = min(len(following), round(JOIN * rate))
    if len(history) < 4 or not count:
        return following
    rise = (0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / count))[:, None]
    joined = following.copy()
    joined[:count] = following[:count] * rise + continued(history, count) * (1.0 - rise)
    return joined


def _tail(parts: list[Samples]) -> Samples:
    found: list[Samples] = []
    for part in reversed(parts):
        found.insert(0, part)
        if sum(map(len, found)) >= HISTORY:
            break
    return np.concatenate(found)[-HISTORY:] if found else np.zeros((0, 1))


def _kind(frame: AudioFrame) -> _Kind:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _length(frame: AudioFrame) -> float:
    return frame.samples / frame.sample_rate
