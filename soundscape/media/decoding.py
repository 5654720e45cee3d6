"""A stream's packets decoded in order, damage left out.

An AAC decoder's noise substitution draws on a generator that runs through the whole file, so what
it gives would depend on where decoding began. For AAC in MP4 the decoder is therefore renewed each
minute of the file's time, after a run-up of packets that are decoded for its memory only: decoding
can then begin at any minute and give the same frames.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, cast

from av.audio.codeccontext import AudioCodecContext
from av.error import FFmpegError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet

RENEWAL_SECONDS = 60
RUN_UP = 32
"""Packets: 0.7 s of AAC-LC (which needs one), and of HE-AAC enough to meet a header."""

AFTERMATH = {"mp3": 2, "mp3float": 2}
"""Frames after a damaged one that draw on it: bursts, in tests 16 dB over full scale."""


class Decoding:
    """The frames from where the container stands to its end.

    `damaged` counts the packets that could not be decoded; `broken` says why reading ended early.
    """

    def __init__(self, container: InputContainer, stream: AudioStream) -> None:
        self.damaged = 0
        self.broken: str | None = None
        self._container = container
        self._stream = stream
        self._unsure = 0
        self._codec: AudioCodecContext = stream.codec_context

    def frames(self) -> Iterator[AudioFrame]:
        """Frames as they are decoded."""
        for packet in self._packets():
            yield from self._decoded(packet)

    def renewed_frames(self, first_renewal: int) -> Iterator[AudioFrame]:
        """Frames from the given renewal on (0: from the very start); see above."""
        ticks = round(RENEWAL_SECONDS / (self._stream.time_base or 1))
        run_up: deque[Packet[AudioStream]] = deque(maxlen=RUN_UP)
        reached = first_renewal - 1 if first_renewal else 0
        for packet in self._packets():
            turn = max(0, packet.pts or 0) // ticks if packet.size else reached
            if turn > reached:
                reached = turn
                self._renew(run_up)
            if reached >= first_renewal:
                yield from self._decoded(packet)
            run_up.append(packet)

    def _packets(self) -> Iterator[Packet[AudioStream]]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (FFmpegError, OSError) as err:
                self.broken = err.strerror or "reading failed"
                return
            if packet.is_corrupt and not self._codec.name.startswith("pcm_"):
                self.damaged += 1  # cut short: what a decoder would make of it is noise
            else:
                yield packet

    def _decoded(self, packet: Packet[AudioStream]) -> list[AudioFrame]:
        try:
            frames = self._codec.decode(packet)
        except (FFmpegError, ValueError):
            self.damaged += 1
            self._unsure = AFTERMATH.get(self._codec.name, 0)
            return []
        if self._unsure and frames:
            self._unsure -= 1
            return []
        return frames

    def _renew(self, run_up: deque[Packet[AudioStream]]) -> None:
        old = self._codec
        self._codec = cast("AudioCodecContext", AudioCodecContext.create(old.name, "r"))
        self._codec.extradata = old.extradata
        damaged = self.damaged
        for packet in run_up:
            self._decoded(packet)
        self.damaged = damaged
