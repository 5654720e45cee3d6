"""A fade of a light between two levels: even to the eye, and never faster than allowed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from soundscape.lighting.curve import lightness, luminance, steepness
from soundscape.units import SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class FadeSegment:
    """A straight line between two frames, in lightness if `perceptual`, else in level."""

    begin: float
    end: float
    origin: float
    target: float
    perceptual: bool

    def level(self, frame: float) -> float:
        """The level at a frame inside it."""
        part = (frame - self.begin) / (self.end - self.begin)
        value = self.origin + (self.target - self.origin) * part
        return luminance(value) if self.perceptual else value

    def when(self, level: float) -> float:
        """The frame at which it has `level`, from its begin to its end."""
        value = lightness(level) if self.perceptual else level
        part = (value - self.origin) / (self.target - self.origin)
        return self.begin + (self.end - self.begin) * min(1.0, max(0.0, part))

    @property
    def speed(self) -> float:
        """The most that the level changes, per second."""
        rise = abs(self.target - self.origin) / (self.end - self.begin) * SAMPLE_RATE
        return rise * steepness(max(self.origin, self.target)) if self.perceptual else rise


@dataclass(frozen=True, slots=True)
class LightFade:
    """Level over frames, monotone: `origin` until `start`, `target` from `end` on."""

    start: int
    end: int
    origin: float
    target: float
    pieces: tuple[FadeSegment, ...] = ()

    def level(self, frame: int) -> float:
        """The level (0 to 1) at a frame."""
        if frame >= self.end:
            return self.target
        if frame <= self.start:
            return self.origin
        piece = next(piece for piece in self.pieces if frame <= piece.end)
        return piece.level(frame)

    def when(self, level: float) -> int:
        """The first frame at which `level` (between origin and target) is reached."""
        rising = self.target > self.origin
        for piece in self.pieces:
            last = luminance(piece.target) if piece.perceptual else piece.target
            if (level <= last) if rising else (level >= last):
                return min(self.end, math.ceil(piece.when(level)))
        return self.end

    @property
    def speed(self) -> float:
        """The most that the level changes, per second."""
        return max((piece.speed for piece in self.pieces), default=0.0)


def light_fade(
    origin: float, target: float, start: int, over: int, speed: float, *, perceptual: bool
) -> LightFade:
    """Plan the way from one level to another in `over` frames, or longer where `speed` asks for it.

    `speed` is in levels per second. An even fade is linear in lightness. Where that would be too
    fast, which is always in its bright part, it runs at `speed` there and spends the rest of its
    time on an even dark part: so a limit stretches a move no more than it must.
    """
    distance = abs(target - origin)
    if distance == 0.0:
        return LightFade(start, start, origin, target)
    pace = speed / SAMPLE_RATE
    shortest = distance / pace
    if not perceptual or over <= shortest:
        end = start + max(over, math.ceil(shortest), 1)
        return LightFade(
            start, end, origin, target, (FadeSegment(start, end, origin, target, perceptual=False),)
        )
    low, high = sorted((lightness(origin), lightness(target)))
    end = start + over
    if (high - low) * steepness(high) / pace <= over:
        first, last = lightness(origin), lightness(target)
        return LightFade(
            start, end, origin, target, (FadeSegment(start, end, first, last, perceptual=True),)
        )
    knee = _knee(low, high, over * pace)
    dark = (knee - low) * steepness(knee) / pace
    if target > origin:
        turn = start + dark
        pieces = (
            FadeSegment(start, turn, low, knee, perceptual=True),
            FadeSegment(turn, end, luminance(knee), target, perceptual=False),
        )
    else:
        turn = end - dark
        pieces = (
            FadeSegment(start, turn, origin, luminance(knee), perceptual=False),
            FadeSegment(turn, end, knee, low, perceptual=True),
        )
    return LightFade(start, end, origin, target, tuple(p for p in pieces if p.end > p.begin))


def _knee(low: float, high: float, room: float) -> float:
    """The lightness up to which a fade is even, for it to take `room` (time × speed) in all.

    Below the knee it needs (knee − low) · steepness(knee), above it the luminance that is left;
    the sum grows with the knee.
    """
    top = luminance(high)
    least, most = low, high
    for _ in range(60):
        knee = (least + most) / 2.0
        if (knee - low) * steepness(knee) + top - luminance(knee) < room:
            least = knee
        else:
            most = knee
    return most
