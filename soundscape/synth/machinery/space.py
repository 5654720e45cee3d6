"""A sound in a space: itself, and the answer of a room to it, from a chamber to a cathedral."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from soundscape.dsp.weighting import bin_frequencies, k_power
from soundscape.synth.machinery.room_response import PART, Response, Spectra, response

if TYPE_CHECKING:
    from soundscape.synth.machinery.generator import Block, Generator, Planes

_WEIGHT = np.repeat(k_power(bin_frequencies(PART)) * 2.0 / PART**2, 2).astype(np.float32)
_MOST = 10.0 ** (6.0 / 20.0)  # how far a stretch is evened out, at most


class ReverberantGenerator:
    """A generator in a space from 0 (exclusive) to 1, as loud as without it.

    The response ends, so what is heard in a part of the sound depends on the last `parts` of it
    alone: any starting frame gives the same as playing through. Before frame 0 there is silence.

    A tone that stands and its answer interfere, and no two tones alike; what that adds to or takes
    from the loudness of both is evened out, stretch by stretch.
    """

    def __init__(self, generator: Generator, space: float, width: float) -> None:
        self._generator = generator
        self._response: Response = response(space, width)
        wet = 0.6 * space**0.8
        self._direct, self._answer = math.sqrt(1.0 - wet), math.sqrt(wet)
        self._wet_energy = wet * self._response.energy
        self._dry_parts: dict[int, _DryPart] = {}
        self._mixed: dict[int, tuple[Planes, float]] = {}
        self._part: tuple[int, Block] | None = None

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        out = np.empty((count, 2), np.float32)
        done = 0
        while done < count:
            number, offset = divmod(start + done, PART)
            piece = self._levelled(number)[offset : offset + count - done]
            out[done : done + len(piece)] = piece
            done += len(piece)
        return out

    def _levelled(self, number: int) -> Block:
        """Return part `number` of the sound, its gain gliding from the last part's to its own."""
        if self._part is None or self._part[0] != number:
            needed = (number - 1, number) if number else (number,)
            mixed = self._mixed
            self._mixed = {n: mixed[n] if n in mixed else self._mix(n) for n in needed}
            (_, before), (sound, gain) = self._mixed[needed[0]], self._mixed[number]
            glide = np.linspace(before, gain, PART, endpoint=False, dtype=np.float32)
            self._part = number, np.ascontiguousarray((sound * glide).T)
        return self._part[1]

    def _mix(self, number: int) -> tuple[Planes, float]:
        """Return part `number` with its answer, shape (2, PART), and the gain that evens it."""
        parts = min(self._response.parts, number + 1)
        self._prepare(number - parts + 1, number)
        now = self._dry_parts[number]
        total = np.zeros_like(now.spectra)
        product = np.empty_like(total)
        for age in range(parts):
            np.multiply(
                self._dry_parts[number - age].spectra, self._response.part(age), out=product
            )
            total += product
        answer = np.fft.irfft(total)[:, PART:]
        sound = np.asarray(self._direct * now.sound + self._answer * answer, np.float32)
        return sound, self._evening(number, parts, _power(sound))

    def _prepare(self, first: int, last: int) -> None:
        """Keep the parts `first` to `last` of the generator's sound, and no others."""
        known = self._dry_parts
        self._dry_parts = {}
        for number in range(first, last + 1):
            if number in known:
                self._dry_parts[number] = known[number]
                continue
            before = self._dry_parts.get(number - 1)
            earlier = before.sound if before else self._dry(number - 1)
            sound = self._dry(number)
            spectra = np.fft.rfft(np.concatenate([earlier, sound], axis=1))
            power = _power(sound)
            around = 0.5 * (power + (before.power if before else _power(earlier)))
            self._dry_parts[number] = _DryPart(
                sound, np.asarray(spectra, np.complex64), power, around
            )

    def _dry(self, number: int) -> Planes:
        if number < 0:
            return np.zeros((2, PART), np.float32)
        return np.ascontiguousarray(self._generator.render(number * PART, PART).T)

    def _evening(self, number: int, parts: int, power: float) -> float:
        """Return the gain from the power of a part to what it would have were nothing to meet."""
        expected = self._direct**2 * self._dry_parts[number].power
        for age in range(parts):
            expected += float(self._wet_energy[age]) * self._dry_parts[number - age].power_around
        if not power or not expected:
            return 1.0
        return float(np.clip((expected / power) ** 0.5, 1.0 / _MOST, _MOST))


@dataclass(frozen=True, slots=True)
class _DryPart:
    """A part of the generator's sound; the spectra are of the part before it and itself."""

    sound: Planes
    spectra: Spectra
    power: float
    power_around: float  # of both


def _power(sound: Planes) -> float:
    """Return the K-weighted power of a part, both sides summed."""
    spectra = np.asarray(np.fft.rfft(sound), np.complex64)
    parts = spectra.view(np.float32)  # real and imaginary in turn
    return float(np.einsum("sp,sp,p->", parts, parts, _WEIGHT))
