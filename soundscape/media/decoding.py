"""Decodes a stream's packets in order and leaves damage out.

An AAC decoder's noise substitution uses a generator that runs through the whole file, so its output
would depend on where decoding began. For AAC in MP4 the decoder is therefore renewed at each minute
of the file's time, after a run-up of packets that only fill its memory. So decoding can begin at
any minute and give the same frames.
"""

from __future__ import annotations

import errno
from collections import deque
from typing import TYPE_CHECKING, cast

from av.audio.codeccontext import AudioCodecContext
from av.error import FFmpegError, InvalidDataError

from soundscape.media.mp3_header import has_xing_header
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet

LONGEST_PACKET = 10
"""Seconds: a packet that claims to last longer is not believed."""

RENEWAL_SECONDS = 60
RUN_UP = 32
"""Packets: 0.7 s of AAC-LC (which needs one), and of HE-AAC enough to meet a header."""

CUT_ANYWHERE = ("pcm_", "adpcm_")
"""Codecs that decode any number of whole bytes or blocks, so a shorter last packet is no damage."""

AFTERMATH = {"mp3": 2, "mp3float": 2}
"""Frames after a damaged one that depend on it: bursts, in tests 16 dB over full scale."""


NO_SOUND = "what follows is no sound"
READ_ERRORS = {
    errno.EIO: "the disk or share gave a read error",
    errno.EACCES: "permission denied",
    errno.ENOENT: "the file is gone",
    errno.ESTALE: "the share has gone",
    errno.ENODEV: "the device is gone",
    errno.ENXIO: "the device is gone",
}
"""Why reading ended, in words: the system's own messages are not always English or plain."""

COUNTED = {"aac", "ac3", "adts", "dts", "eac3", "mp2", "mp3"}
"""Containers whose times are counted by the demuxer: skipped bytes leave no gap in them."""


class Decoding:
    """The frames from the container's present position to its end.

    `damaged` counts the packets that could not be decoded, `lost` the seconds that they held.
    `counted`: bytes that the demuxer skips leave no gap in the times. `broken` says why reading
    ended early; `end` is the byte after the last packet, if known.
    """

    def __init__(self, container: InputContainer, stream: AudioStream) -> None:
        self.damaged = 0
        self.lost = 0.0
        self.broken: str | None = None
        self.end: int | None = None
        self._container = container
        self._stream = stream
        self._unsure = 0
        self._codec: AudioCodecContext = stream.codec_context
        self.counted = container.format.name in COUNTED
        self._bytes = self._samples = 0  # of what was decoded

    def frames(self) -> Iterator[AudioFrame]:
        """Yield the frames as they are decoded."""
        for packet in self._packets():
            yield from self._decoded(packet)

    def renewed_frames(self, first_renewal: int) -> Iterator[AudioFrame]:
        """Yield the frames from a renewal of the decoder on (0: from the start of the file)."""
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
            except (InvalidDataError, IndexError):  # the latter: of a stream that was not there
                self.broken = NO_SOUND
                return
            except (FFmpegError, OSError) as err:
                self.broken = READ_ERRORS.get(err.errno or 0, "the disk or share gave an error")
                return
            if packet.size and packet.pos is not None:
                self.end = packet.pos + packet.size
            if packet.is_corrupt and not self._codec.name.startswith(CUT_ANYWHERE):
                self._lose(packet)  # cut short: what a decoder would make of it is noise
            else:
                yield packet

    def _decoded(self, packet: Packet[AudioStream]) -> list[AudioFrame]:
        try:
            frames = self._codec.decode(packet)
        except (FFmpegError, ValueError):
            if self._codec.name in AFTERMATH and has_xing_header(bytes(packet)):
                return []  # the header of a file that was joined to another
            self._lose(packet)
            self._unsure = AFTERMATH.get(self._codec.name, 0)
            return []
        if self._unsure and frames:
            self._unsure -= 1
            self.lost += sum(frame.samples / frame.sample_rate for frame in frames)
            return []
        if self.counted:
            self._bytes += packet.size
            for frame in frames:
                self._samples += frame.samples
        return frames

    def _lose(self, packet: Packet[AudioStream]) -> None:
        """Count a lost packet, and the bytes in it in which the demuxer found no frame."""
        self.damaged += 1
        lasts = float((packet.duration or 0) * (packet.time_base or 0))
        lasts = lasts if lasts <= LONGEST_PACKET else 0.0
        if self._bytes:
            seconds = self._samples / (self._codec.sample_rate or SAMPLE_RATE)
            lasts = max(lasts, packet.size * seconds / self._bytes)
        self.lost += lasts

    def _renew(self, run_up: deque[Packet[AudioStream]]) -> None:
        old = self._codec
        self._codec = cast("AudioCodecContext", AudioCodecContext.create(old.name, "r"))
        self._codec.extradata = old.extradata
        before = self.damaged, self.lost
        for packet in run_up:
            self._decoded(packet)
        self.damaged, self.lost = before
