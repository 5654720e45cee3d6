"""The master's gains as the conductor sees them: level, ducks, pause, the session's two ends.

It also keeps what hangs on them: when the music stands still (a pause that has become silent), and
when the session ends.
"""

from __future__ import annotations

from collections.abc import Mapping

from soundscape.dsp.lane import Lane
from soundscape.dsp.rise import slowest_square_rise
from soundscape.timeline.directives import MasterLane, MasterRamp, MusicRuns, MusicStops, OutputTrim
from soundscape.timeline.layer_context import LEAST_FADE, LayerContext
from soundscape.timeline.show import DUCK_DB, FadeFrames
from soundscape.units import SAMPLE_RATE, frames

# docs/clinical.md, Audio
DUCK_DOWN, DUCK_UP = frames(1.5), frames(8.0)
PAUSE, RETURN = frames(3.0), frames(15.0)
MUTE, AT_ONCE = frames(1.0), frames(0.04)
LEVEL_UP_DB, LEVEL_DOWN_DB = 1.5, 12.0  # a second
SHORTEST_STOP = frames(1.0)
SLOWEST = frames(slowest_square_rise())


def lanes_at_rest() -> dict[MasterLane, Lane]:
    """The master's gains before anything is told of them: the session is silent."""
    return {
        "level": Lane(0.0),
        "duck": Lane(0.0),
        "voice": Lane(0.0),
        "pause": Lane(1.0),
        "session": Lane(0.0),
    }


def end_fade(fades: FadeFrames) -> int:
    """`fades.end`; of 0, an end without a click."""
    return max(fades.end, LEAST_FADE)


class Master:
    """The gains above all layers. Frames are the session's."""

    def __init__(
        self, context: LayerContext, fades: FadeFrames, outputs: Mapping[str, float]
    ) -> None:
        self.level_db = 0.0  # where the level goes to
        self.trims = dict(outputs)  # where the trim of each output goes to, dB
        self.ducked = False
        self.under_voice = False
        self.stands_at: int | None = None  # the frame at which a pause is silent
        self.ends_at: int | None = None  # the frame at which the end fade is over
        self.muted_at: int | None = None
        self._context = context
        self._fades = fades
        self._level = Lane(0.0)
        self._trims = {name: Lane(trim) for name, trim in outputs.items()}
        self._stood_at: int | None = None  # the music frame that stands

    @property
    def standing(self) -> bool:
        """Whether all is silent and the music stands still."""
        return self._stood_at is not None

    def music(self, frame: int) -> int:
        """The music frame at a session frame not before the last change."""
        return frame - self._context.offset if self._stood_at is None else self._stood_at

    def begin(self) -> None:
        """The session's sound rises from silence."""
        self._ramp(0, "session", 1.0, self.start_fade)

    @property
    def start_fade(self) -> int:
        """`fades.start`, stretched to what the limit on rising allows."""
        return max(self._fades.start, SLOWEST)

    def level(self, frame: int, to: float) -> None:
        """The master level in dB, slowly up and faster down."""
        self.level_db = to
        self._ramp(frame, "level", to, _go(self._level, frame, to))

    def trim(self, frame: int, output: str, to: float) -> None:
        """The trim of one output in dB, at the pace of the level."""
        self.trims[output] = to
        length = _go(self._trims[output], frame, to)
        self._context.emit(OutputTrim(frame, output, to, length))

    def duck(self, frame: int, *, down: bool) -> None:
        """Make room for the therapist's voice, and back."""
        self.ducked = down
        depth = self._context.show.duck_db
        self._ramp(frame, "duck", depth if down else 0.0, DUCK_DOWN if down else DUCK_UP)

    def duck_under_voice(self, frame: int, *, under: bool) -> None:
        """Make room for the voice layer, and back."""
        if under == self.under_voice:
            return
        self.under_voice = under
        self._ramp(frame, "voice", DUCK_DB if under else 0.0, DUCK_DOWN if under else DUCK_UP)

    def fade_to_silence(self, frame: int, fade: int) -> None:
        """Fade to silence; then the music stands."""
        self._ramp(frame, "pause", 0.0, fade)
        if not self.standing:
            earlier = self.stands_at if self.stands_at is not None else frame + fade
            self.stands_at = min(earlier, frame + fade)

    def mute(self, frame: int) -> None:
        """Silence in a second; pressed again within it, at once."""
        again = self.muted_at is not None and frame <= self.muted_at + MUTE
        if self.muted_at is None or again:
            self.fade_to_silence(frame, AT_ONCE if again else MUTE)
        self.muted_at = frame if self.muted_at is None else self.muted_at

    def resume(self, frame: int) -> None:
        """Out of the silence; the music goes on where it stood."""
        self.stands_at = self.muted_at = None
        if self._stood_at is not None:
            self._context.offset = frame - self._stood_at
            self._stood_at = None
            self._context.emit(MusicRuns(frame))
        self._ramp(frame, "pause", 1.0, RETURN)

    def stand_still(self, frame: int) -> None:
        """All is silent: the music stands from here."""
        self._stood_at = frame - self._context.offset
        self.stands_at = None
        if self.ends_at is not None:
            self.ends_at = frame  # nothing is left to fade
        self._context.emit(MusicStops(frame))

    def end(self, frame: int, fade: int | None) -> None:
        """The end fade; a shorter one takes over from a longer one, never the other way round."""
        length = end_fade(self._fades) if fade is None else max(fade, SHORTEST_STOP)
        if self.standing:
            length = 0
        if self.ends_at is None or frame + length < self.ends_at:
            self.ends_at = frame + length
            self._ramp(frame, "session", 0.0, length)

    def cancel_end(self, frame: int) -> None:
        """Out of the end fade, and out of a pause beneath it."""
        self.ends_at = None
        if self.standing or self.stands_at is not None:
            self.resume(frame)
        self._ramp(frame, "session", 1.0, self.start_fade)

    def _ramp(self, frame: int, lane: MasterLane, value: float, length: int) -> None:
        self._context.emit(MasterRamp(frame, lane, value, length))


def _go(lane: Lane, frame: int, to: float) -> int:
    """Send a lane of dB to a value, slowly up and faster down; the frames that it takes."""
    way = to - lane.at(frame)
    pace = LEVEL_UP_DB if way > 0 else LEVEL_DOWN_DB
    length = max(1, round(abs(way) / pace * SAMPLE_RATE))
    lane.go(frame, [(frame + length, to)])
    return length
