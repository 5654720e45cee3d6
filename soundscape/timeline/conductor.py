"""The conductor: (show, commands and faults with their frames) → directives.

It is one deterministic function of frames, pulled along by `advance`. Live session, offline render,
rehearsal and plan are this conductor with other edges; a copy of it (`copy.deepcopy`) is a look
ahead. What the commands do is in `actions`; which of them a state allows is in `transport`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from soundscape.dsp.fade import Fade
from soundscape.errors import CommandRefused
from soundscape.scene.models import LAYERS, LayerName
from soundscape.timeline.actions import (
    ACTIONS,
    ALWAYS_ALLOWED,
    LEAVES_PHASE,
    already_set,
)
from soundscape.timeline.border import Arrival, Border
from soundscape.timeline.bus import Bus
from soundscape.timeline.commands import Command
from soundscape.timeline.cue_schedule import CueSchedule, Item, standing_look
from soundscape.timeline.directives import ClockRuns, CueFires, Directive, PhaseBegins, PromptShows
from soundscape.timeline.envelope import Contour, contour
from soundscape.timeline.layer import IN_TIME, LayerPlayer
from soundscape.timeline.layer_context import LEAST_FADE, LayerContext
from soundscape.timeline.looks import Looks
from soundscape.timeline.master import Master, end_fade
from soundscape.timeline.phase_automation import PhaseTarget
from soundscape.timeline.phase_clock import PhaseClock
from soundscape.timeline.show import Cue, Layer, Move, Phase, Playlist, Prompt, Show
from soundscape.timeline.show_update import (
    PlaylistReturn,
    TrackUpdate,
    updated,
    with_playlists,
)
from soundscape.timeline.transport import Input, State, Transport
from soundscape.timeline.transport_input import remember, transport_input
from soundscape.timeline.undo import MOST_LEFT, LeftPhase, Undoable
from soundscape.translation import gettext as _

Waits = Callable[[int, Phase], bool]
"""Whether a phase that has reached its end at a frame waits there (live) or goes on (plan)."""


BORDERED: tuple[LayerName, ...] = ("music", "ambience")
"""The layers whose tracks keep to the phases' borders; a voice is heard to its end."""


def waits_as_written(frame: int, phase: Phase) -> bool:  # noqa: ARG001
    """Live: a phase waits as its scene says."""
    return phase.advance != "auto"


def never_waits(frame: int, phase: Phase) -> bool:  # noqa: ARG001
    """Plan and rehearsal: a phase that would wait goes on at its planned end."""
    return False


class Conductor:
    """One session's timeline, beginning in phase `index`, `begin_at` planned frames into it.

    `frame` is the first frame not yet conducted. Everything else that is public is there for
    `actions`, `views` and `plan`; only `advance`, `command`, `truncate_clip`, `mark_unplayable`,
    `leave_out` and `update_tracks` change it from outside.
    """

    def __init__(
        self, show: Show, waits: Waits = waits_as_written, index: int = 0, begin_at: int = 0
    ) -> None:
        self.show = show
        self.frame = 0
        self.transport = Transport()
        self.context = LayerContext(show)
        self.layers = {name: LayerPlayer(name, self.context) for name in LAYERS}
        self.master = Master(self.context, show.fades, show.outputs)
        self.looks = Looks(show.care)
        self.doses: list[int] = []
        self.sleeps: list[tuple[int, int]] = []
        """Frames at which the machine slept, and for how many frames' time."""
        self.swapped: list[str] = []
        self.left_phases: list[LeftPhase] = []
        self.undoable: Undoable | None = None
        self.undone: Undoable | None = None
        self._waits = waits
        self._voice_due = True
        self._quiet_until = 0  # nothing happens of itself before this frame
        self._set_phase(index)
        self.clock.start_at(begin_at)
        look = standing_look(show.phases[:index])
        for item in self.cue_schedule.pass_over(begin_at, self.phase.frames):
            if isinstance(item, Move):
                look.update(item.values)
        self.context.emit(*self.looks.jump(0, look, show.fades.start))
        self.master.begin()
        self.context.opening = Fade(0, self.master.start_fade, "square", rising=True)
        self.start_layers(0)
        self._settle()
        self._reported: tuple[PhaseClock, float] | None = None
        self._report_pace()

    # what a session does with it ------------------------------------------------------------------

    def advance(self, until: int) -> list[Directive]:
        """Conduct all frames before `until`. Returns what was decided, by commands too."""
        if until > self._quiet_until:
            while (due := self._next()) is not None and due[0] < until:
                self.frame = max(self.frame, due[0])
                due[1]()
                self._settle()
                self._report_pace()
            self._quiet_until = until if due is None else due[0]
        self.frame = max(self.frame, until)
        return self.context.take_directives()

    def command(self, command: Command) -> None:
        """Do a command at the present frame.

        Raises CommandRefused where it makes no sense; nothing is changed then.
        """
        if self.ended:
            raise CommandRefused(
                _("cannot {command}: {why}").format(
                    command=command.do, why=_("the session has ended")
                )
            )
        if already_set(self, command):
            return
        self._quiet_until = 0
        if self.master.standing:
            # A directive of now carries the present frame.
            self.context.offset = self.frame - self.music_frame
        free = ALWAYS_ALLOWED.get(command.do)
        if free is not None:
            free(self, command)
            return
        event = transport_input(self, command)
        row = self.transport.row(event, command.do)
        undoable = remember(self, event, command)
        self.undoable = undoable or self.undoable
        self.transport.move(row, self.undoable.states if self.undoable else ())
        ACTIONS[row.act](self, command)
        if undoable is not None and row.act in LEAVES_PHASE:
            undoable.place = self.left_phases[-1]
        self.keep_pace()
        self._settle()
        self._report_pace()

    def truncate_clip(self, clip: int, available: int) -> bool:
        """A clip's file holds only `available` frames: damaged, or shorter than its header said.

        Returns whether that clip sounds.
        """
        self._quiet_until = 0
        layers = self.layers.values()
        return any(layer.truncate(self.music_frame, clip, available) for layer in layers)

    def mark_unplayable(self, key: str) -> None:
        """A track cannot be played."""
        self.context.count_failure(key)
        self.leave_out(key)

    def leave_out(self, key: str) -> None:
        """A track stays out for the rest of the session."""
        self._quiet_until = 0
        self.context.left_out.add(key)
        for layer in self.layers.values():
            layer.reschedule(self.music_frame)

    def update_tracks(self, updates: Iterable[TrackUpdate]) -> None:
        """Files were measured: their tracks count as that says, from their next clip on."""
        self._quiet_until = 0
        self.show = updated(self.show, updates)
        self.context.update_show(self.show)
        for layer in self.layers.values():
            layer.reschedule(self.music_frame, IN_TIME)

    def take_up(self, found: Iterable[PlaylistReturn]) -> None:
        """Files are there again: their playlists go on with the next track."""
        self._quiet_until = 0
        found = tuple(found)
        self.show = with_playlists(self.show, found)
        for one in found:
            cursor = self.context.take_up(self.show, one.now.playlist, self.swapped)
            layer = self.layers[one.layer]
            if one.phase != self.index or not self.takes_up:
                continue
            if layer.bus is not None:
                layer.take_up(self.music_frame, cursor)
            elif one.layer != "voice":  # what it had to say belongs to the beginning of the phase
                self._bring_in(layer, one.now)

    def _bring_in(self, run: LayerPlayer, layer: Layer) -> None:
        """A layer that was silent comes in under what plays, once its file can be open."""
        run.target = PhaseTarget(contour(self.phase.loudness, self.phase.frames), self.clock)
        level = self._contour(layer, self.phase).capped(self.show.level_cap_lufs)
        bus = Bus(self.context.next_id(), self.frame, level, self.clock)
        self.context.emit(bus.follow(self.frame, self.clock))
        run.bring_in(self.music_frame, bus, layer.playlist, self.phase.name, self.show.fades.phase)

    @property
    def takes_up(self) -> bool:
        """Whether the phase's own layers sound or stand, so that a playlist can go on in them."""
        return self.transport.state in (State.PLAYING, State.HELD, State.WAITING, State.PAUSED)

    # what can be asked ----------------------------------------------------------------------------

    @property
    def phase(self) -> Phase:
        """The running phase."""
        return self.show.phases[self.index]

    @property
    def dosed_at(self) -> int | None:
        """From where T+ counts, as `elapsed` has it; None before the dose."""
        return self.doses[0] if self.doses else None

    def elapsed(self, frame: int) -> int:
        """Frames since the session began, the time included for which the machine slept."""
        return frame + sum(frames for at, frames in self.sleeps if at <= frame)

    def since_dose(self, frame: int) -> int | None:
        """T+ at a frame of the session; None before the dose."""
        dosed, elapsed = self.dosed_at, self.elapsed(frame)
        return None if dosed is None or elapsed < dosed else elapsed - dosed

    @property
    def ended(self) -> bool:
        """Whether all is over."""
        return self.transport.state is State.ENDED

    @property
    def music_frame(self) -> int:
        """The present music frame."""
        return self.master.music(self.frame)

    def remaining(self) -> int:
        """Frames to the end of the last fade, if nothing else comes."""
        if self.master.ends_at is not None:
            return max(0, self.master.ends_at - self.frame)
        later = sum(phase.frames for phase in self.show.phases[self.index + 1 :])
        return self.clock.remaining(self.frame) + later + end_fade(self.show.fades)

    # what happens of itself -----------------------------------------------------------------------

    def _next(self) -> tuple[int, Callable[[], None]] | None:
        """What comes next and when. At one frame: items, phase, standstill, clips, the end."""
        if self.ended:
            return None
        ending = self.master.ends_at is not None
        found: list[tuple[int | None, Callable[[], None]]] = [
            (None if ending else self.cue_schedule.due(self.clock), self._item),
            (None if ending else self.clock.end(), self._end_of_phase),
            (self.master.stands_at, self._stand_still),
            (self._clips_due(), self._clips),
            (self.master.ends_at, self._silence),
        ]
        due = [(when, do) for when, do in found if when is not None]
        return min(due, key=lambda at: at[0], default=None)

    def _clips_due(self) -> int | None:
        if self.master.standing:
            return None
        times = [due for layer in self.layers.values() if (due := layer.due()) is not None]
        return self.context.session_frame(min(times)) if times else None

    def _clips(self) -> None:
        for layer in self.layers.values():
            layer.advance(self.music_frame)

    def _item(self) -> None:
        self._do(self.cue_schedule.take(self.clock))

    def _do(self, item: Item) -> None:
        if isinstance(item, Move):
            self.context.emit(*self.looks.move(self.frame, item.values, item.over))
        elif isinstance(item, Cue):
            self.context.emit(CueFires(self.frame, item.name, item.number, item.list, item.path))
        else:
            self.context.emit(PromptShows(self.frame, item.text))

    def _end_of_phase(self) -> None:
        if self._stays(self.frame, self.phase):
            event = Input.END_OF_WAITING_PHASE
        elif self.index + 1 < len(self.show.phases):
            event = Input.END_OF_PHASE
        else:
            event = Input.END_OF_LAST_PHASE
        row = self.transport.row(event)
        self.transport.move(row)
        ACTIONS[row.act](self, Command("next"))
        self.keep_pace()

    def _stand_still(self) -> None:
        self.master.stand_still(self.frame)

    def _silence(self) -> None:
        row = self.transport.row(Input.SILENCE)
        self.transport.move(row)
        ACTIONS[row.act](self, Command("stop"))

    def keep_pace(self, *, stretched: bool = False) -> None:
        """The position runs while the session plays, and stands in every other state."""
        runs = self.transport.state is State.PLAYING
        if runs == self.clock.running and not stretched:
            return
        if runs:
            self.clock.run(self.frame)
        else:
            self.clock.stop(self.frame)
        for layer in self.layers.values():
            if layer.bus is not None:
                self.context.emit(layer.bus.follow(self.frame, self.clock))

    def _report_pace(self) -> None:
        """Tell where the session is in its plan, whenever that goes on otherwise than before."""
        pace = self.clock.pace
        if self._reported is not None:
            clock, reported = self._reported
            if clock is self.clock and math.isclose(pace, reported, rel_tol=1e-9):
                return
        self._reported = self.clock, pace
        before = sum(phase.frames for phase in self.show.phases[: self.index])
        place = before + self.clock.position(self.frame)
        self.context.emit(ClockRuns(self.frame, place, pace))

    def _settle(self) -> None:
        """Keep the other layers ducked as long as the voice has something to say, and all layers to
        their borders.
        """
        self.master.duck_under_voice(self.frame, under=not self.layers["voice"].silent)
        if not self.master.standing and self.master.stands_at is None and not self.ended:
            for name in BORDERED:
                self.layers[name].approach(self.music_frame, self._border(name))

    def _border(self, name: LayerName) -> Border | None:
        """The next border of a layer; None as long as it is not known."""
        other = next(self.layers[one] for one in BORDERED if one != name)
        accompanied = other.sounds
        end = self.clock.end()
        if self.master.ends_at is not None:
            return self._border_at(self.master.ends_at, 0, None, accompanied=accompanied)
        if end is None or self._stays(end, self.phase):
            return None
        playing = self.phase.layers.get(name)
        for phase in self.show.phases[self.index + 1 :]:
            layer = phase.layers.get(name)
            if playing is None or layer is None or layer.playlist.name != playing.playlist.name:
                fade = max(self.show.fades.phase if phase.fade is None else phase.fade, LEAST_FADE)
                arrival = self._arrival(name, phase)
                return self._border_at(end, fade, arrival, accompanied=accompanied)
            if self._stays(end + phase.frames, phase):
                return None
            end += phase.frames
        return self._border_at(end, end_fade(self.show.fades), None, accompanied=accompanied)

    def _border_at(
        self, frame: int, tail: int, arrival: Arrival | None, *, accompanied: bool
    ) -> Border:
        closing = self.show.closing if self.phase.frames >= 2 * self.show.closing else 0
        return Border(frame - self.context.offset, tail, closing, arrival, accompanied)

    def _arrival(self, name: LayerName, phase: Phase) -> Arrival | None:
        layer, bus = phase.layers.get(name), self.layers[name].bus
        if layer is None or bus is None:
            return None
        highest = max(self._contour(layer, phase).values)
        fit = phase.frames if layer.fit else None
        return Arrival(phase.name, layer.playlist, bus.contour.capped(highest), fit)

    def _stays(self, frame: int, phase: Phase) -> bool:
        """Whether a phase waits at its end, which it reaches at a frame."""
        dosed = phase.advance == "dose" and self.dosed_at is not None
        return self._waits(frame, phase) and not dosed

    # phases and layers, for `actions` ------------------------------------------------------------

    def go_to(self, index: int, *, silently: bool = False) -> None:
        """Go on to a phase: its look, its cues, and unless `silently` its layers."""
        self._leave_phase()
        # A phase played to its end has sent all its moves; left early, the look goes there now.
        look = standing_look(self.show.phases[:index])
        self.context.emit(*self.looks.jump(self.frame, look, self.show.fades.phase))
        self._set_phase(index)
        self._voice_due = True
        if not silently:
            fade = self.show.fades.phase if self.phase.fade is None else self.phase.fade
            self.start_layers(max(fade, LEAST_FADE), keep=True)

    def return_to(self, place: LeftPhase, fade: int, *, remember: bool, silently: bool) -> None:
        """Go on with a phase where it was left: its look, what it still has to send, its layers.

        Where this phase is left is remembered only if `remember`.
        """
        self._leave_phase(remember=remember)
        look = standing_look(self.show.phases[: place.index])
        passed = place.schedule.passed
        for item in passed:
            if isinstance(item, Move):
                look.update(item.values)
        self.context.emit(*self.looks.jump(self.frame, look, fade))
        self.index, self.clock, self.cue_schedule = place.index, place.clock, place.schedule
        self.context.emit(PhaseBegins(self.frame, self.index, self.phase.name))
        prompts = [item for item in passed if isinstance(item, Prompt)]
        if prompts:
            self.context.emit(PromptShows(self.frame, prompts[-1].text))
        self._voice_due = False  # it has spoken
        if not silently:
            self.start_layers(max(fade, LEAST_FADE))

    def _leave_phase(self, *, remember: bool = True) -> None:
        """Stop the phase's clock, and remember where it is left."""
        self.clock.stop(self.frame)
        if not remember:
            return
        over = self.clock.remaining(self.frame) == 0
        self.left_phases.append(LeftPhase(self.index, self.clock, self.cue_schedule, over))
        del self.left_phases[:-MOST_LEFT]

    def start_layers(self, fade: int, *, keep: bool = False) -> None:
        """The phase's layers come in and the others go, in `fade` frames.

        The voice speaks once a phase: coming back from a landing does not begin it again. `keep` is
        that of `LayerPlayer.crossfade`.
        """
        for name, run in self.layers.items():
            layer = self.phase.layers.get(name)
            if layer is None or (name == "voice" and not self._voice_due):
                self.silence_layer(run, fade)
            else:
                loudness = contour(self.phase.loudness, self.phase.frames)
                run.target = PhaseTarget(loudness, self.clock)
                fit = self.clock.remaining(self.frame) if layer.fit else None
                level = self._contour(layer, self.phase)
                self.play_layer(run, layer.playlist, level, fade, fit, keep=keep)
        self._voice_due = False

    def play_layer(
        self,
        run: LayerPlayer,
        playlist: Playlist,
        level: Contour,
        fade: int,
        fit: int | None = None,
        *,
        keep: bool = False,
    ) -> None:
        """A layer plays a playlist: on, where it is the same, else by a crossfade.

        `fit`: a track should end after so many frames. `keep` is that of `LayerPlayer.crossfade`.
        """
        level = level.capped(self.show.level_cap_lufs)
        if run.bus is not None and run.plays(playlist):
            run.play_on(self.music_frame, playlist, fit)
            self.context.emit(run.bus.go_over(self.frame, fade, level, self.clock))
            return
        if run.bus is not None:
            self.context.emit(run.bus.stay(self.frame))
        if self.master.standing:
            run.clips.cut(self.music_frame)
            fade = 0
        bus = Bus(self.context.next_id(), self.frame, level, self.clock)
        self.context.emit(bus.follow(self.frame, self.clock))
        border = self._border(run.name) if self.transport.state is State.PLAYING else None
        run.start(
            self.music_frame, bus, playlist, self.phase.name, fade, fit, border=border, keep=keep
        )

    def silence_layer(self, run: LayerPlayer, fade: int) -> None:
        """A layer fades out alone."""
        if run.bus is not None:
            self.context.emit(run.bus.stay(self.frame))
        if self.master.standing:
            run.clips.cut(self.music_frame)
        run.fade_out(self.music_frame, fade)

    def _set_phase(self, index: int) -> None:
        self.index = index
        self.clock = PhaseClock(self.phase.frames, self.frame)
        self.cue_schedule = CueSchedule(self.phase)
        self.context.emit(PhaseBegins(self.frame, index, self.phase.name))

    def _contour(self, layer: Layer, phase: Phase) -> Contour:
        planned = phase.frames
        return contour(phase.loudness, planned).plus(contour(layer.level, planned)).eased()
