"""The meter, read from the shared audio: outside the player, so that it costs the sound nothing."""

from __future__ import annotations

from soundscape.dsp.meter import LoudnessMeter as Reading
from soundscape.dsp.weighting import SILENT_LUFS
from soundscape.ipc.shared_audio import PlaybackPosition, SharedAudio
from soundscape.ipc.shared_audio_layout import LENGTH
from soundscape.views.snapshot import MeterView


class SharedAudioMeter:
    """Loudness of what has been heard of the shared audio."""

    def __init__(self, shared_audio: SharedAudio) -> None:
        self._shared_audio = shared_audio
        self._reading = Reading()
        self._next = 0

    def read(self, place: PlaybackPosition, now: float) -> MeterView:
        """Read on to what is heard at a monotonic time. What was overwritten counts as silence."""
        heard = place.heard(now)
        if heard - self._next > LENGTH // 2:
            self._skip(heard - LENGTH // 4)
        if heard > self._next:
            self._reading.push(self._shared_audio.read(self._next, heard))
            self._next = heard
        return MeterView(
            momentary=_shown(self._reading.momentary), short_term=_shown(self._reading.short_term)
        )

    def _skip(self, frame: int) -> None:
        """More was missed than the shared audio holds: start again."""
        self._reading = Reading()
        self._next = frame


def _shown(lufs: float) -> float | None:
    return None if lufs <= SILENT_LUFS else round(lufs, 1)
