"""What the host knows of its session: position, sound, health and events.

Not thread-safe: the host calls it under its own lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import Any

from soundscape.dsp.meter import LoudnessMeter
from soundscape.dsp.weighting import SILENT_LUFS
from soundscape.engine.event_log import Event
from soundscape.engine.host.adoption import Adoption
from soundscape.engine.host.health import SessionHealth
from soundscape.engine.host.session_mirror import SessionMirror
from soundscape.ipc.job import Job
from soundscape.ipc.player_messages import (
    AudioGap,
    CommandDone,
    CommandFailed,
    MidiStatus,
    PlayerFailed,
    Resume,
)
from soundscape.ipc.shared_audio import PlaybackPosition, SharedAudio
from soundscape.ipc.shared_audio_layout import HUNG, LENGTH
from soundscape.scene.room import colour_ranges
from soundscape.timeline.directives import Warned
from soundscape.timeline.external_events import (
    ExternalEvent,
    MachineSlept,
    PlaylistsReturned,
    SourceTruncated,
    TracksUpdated,
    TrackUnplayable,
)
from soundscape.timeline.show import FileSource
from soundscape.timeline.show_update import playlists
from soundscape.translation import gettext as _
from soundscape.units import SAMPLE_RATE, frames
from soundscape.views import fault_texts
from soundscape.views.snapshot import MeterView, Remote, Snapshot
from soundscape.views.take_snapshot import take_snapshot
from soundscape.views.wording import worded

KEPT = 1000
"""Event lines that a client may still ask for; older ones are dropped."""
FRESH = 0.03
"""Seconds for which one snapshot serves every client."""
FLOWING = {
    *("phase_elapsed", "phase_remaining", "phase_duration", "elapsed", "since_dose", "remaining"),
    *("position", "place", "phases", "meter", "texts"),
}
"""Fields of a snapshot that time alone changes: clients are not notified of them."""


class SharedAudioMeter:
    """The loudness of what has been heard of the shared audio.

    It is measured outside the player, so that it costs the sound nothing.
    """

    def __init__(self, shared_audio: SharedAudio) -> None:
        self._shared_audio = shared_audio
        self._loudness_meter = LoudnessMeter()
        self._next = 0

    def read(self, position: PlaybackPosition, now: float) -> MeterView:
        """Measure up to what is heard at a moment. Overwritten sound counts as silence."""
        audible = position.frame_at(now)
        if audible - self._next > LENGTH // 2:
            self._skip(audible - LENGTH // 4)
        if audible > self._next:
            self._loudness_meter.push(self._shared_audio.read(self._next, audible))
            self._next = audible
        return MeterView(
            momentary=_shown(self._loudness_meter.momentary),
            short_term=_shown(self._loudness_meter.short_term),
        )

    def _skip(self, frame: int) -> None:
        """Start again: more was missed than the shared audio holds."""
        self._loudness_meter = LoudnessMeter()
        self._next = frame


def _shown(lufs: float) -> float | None:
    return None if lufs <= SILENT_LUFS else round(lufs, 1)


class SessionStatus:
    """The state of one session, which another process plays. `label` names it among several.

    Moments are monotonic times in seconds.
    """

    def __init__(self, label: str, job: Job, shared_audio: SharedAudio) -> None:
        self.mirror = SessionMirror(job.conductor())
        self.mirror.reach(0)
        self.mirror.history.follow(Warned(0, text) for text in job.warnings)
        self.health = SessionHealth(job)
        self.hung = False
        """Whether the sound that the player handed over has been used up for `HUNG` seconds."""
        self.flowing = False
        """Whether the device has sound at the moment."""
        self.ended = False
        self.heard: int | None = None
        """The frame that is heard; None before there was sound."""
        self._label = label
        self._begun_as = job.begun_as
        self._ranges = colour_ranges(job.room)
        self._shared_audio = shared_audio
        self._meter = SharedAudioMeter(shared_audio)
        self._loudness = MeterView()
        self._missing_device = ""  # why there is no device
        self._events: deque[Event] = deque(maxlen=KEPT)
        self._event_count = 0
        self._latest: tuple[float, Snapshot] | None = None  # without texts
        self._worded: Snapshot | None = None  # the same with them
        self._lasting: dict[str, Any] = {}

    # what happens ---------------------------------------------------------------------------------

    def apply(
        self, message: CommandDone | CommandFailed | ExternalEvent | AudioGap | Warned
    ) -> None:
        """Apply a report of the player or an external event."""
        match message:
            case Warned():
                self.mirror.note_warning(message)
                if message.file_fault:
                    self.health.file_fault(message.file_fault)
            case CommandDone():
                self.mirror.done(message)
            case CommandFailed():
                self.mirror.refused(message)
            case AudioGap():
                self.mirror.note_gap(message)
            case PlaylistsReturned():
                self.mirror.apply(message)
                self.health.files_returned()
                self.warn([_(fault_texts.MUSIC_BACK)])
            case SourceTruncated() | TracksUpdated() | TrackUnplayable() | MachineSlept():
                self.mirror.apply(message)
                if isinstance(message, MachineSlept):
                    self.warn([fault_texts.slept(message.frames / SAMPLE_RATE)])
                if isinstance(message, TrackUnplayable):
                    self.health.left_out(message.key)

    def unplayed_files(self) -> tuple[FileSource, ...]:
        """Return the files that are missing or could not be played."""
        left_out = self.health.tracks_left_out
        sources = {
            track.source.path: track.source
            for playlist in playlists(self.mirror.conductor.show).values()
            for track in playlist.tracks
            if track.key in left_out and isinstance(track.source, FileSource)
        }
        return (*map(FileSource, self.health.missing), *sources.values())

    def replay(self, resume: Resume) -> None:
        """Apply what happened before a session was cut off, without reporting it again."""
        for message in resume.happened:
            self.apply(message)
        self.mirror.reach(resume.take_over.frame)
        self.mirror.discard_events(resume.written)
        for message in resume.done:
            self.apply(message)

    def adopt(self, adoption: Adoption, now: float) -> None:
        """Replay what happened under another host, and report what it did not report."""
        for message in adoption.happened:
            self.apply(message)
        self.set_missing_device(adoption.missing)
        self.advance(now)
        self.mirror.discard_written(adoption.is_written)
        self._events.extend(adoption.lines)
        self._event_count = len(adoption.lines)

    def warn(self, texts: Iterable[str]) -> None:
        """Record warnings for the therapist, at the present frame."""
        for text in texts:
            self.mirror.note_warning(Warned(self.mirror.conductor.frame, text))

    def set_light_status(self, lights: MidiStatus) -> None:
        """Set the state of the MIDI outputs."""
        self.health.ports("lights", lights.ports, lights.opened)
        self.health.late(lights.late)
        self.warn(lights.faults)

    def set_missing_device(self, why: str) -> bool:
        """Set why there is no audio device ("": there is one). Return whether it is lost now."""
        lost = bool(why) and not self._missing_device
        self._missing_device = why
        return lost

    def end(self, failed: PlayerFailed | None) -> None:
        """Note that the session is over, by itself or because its player gave up."""
        position = self._shared_audio.position()
        if position is not None:
            self.mirror.reach(position.end + (0 if failed else frames(1.0)))
        if failed is not None:
            self.mirror.failed(failed.why)
            self.health.failed(failed.why)
        self.ended = True

    # following the clock --------------------------------------------------------------------------

    def advance(self, now: float) -> None:
        """Advance to the frame that is heard at a moment."""
        position = self._shared_audio.position()
        if position is not None and not self.ended:
            self.heard = position.frame_at(now)
            self.mirror.reach(self.heard)
            self.hung = position.silent_for(now) > HUNG
            self.flowing = position.silent_for(now) == 0.0
            self.health.sound(position.underruns, hangs=self.hung)
            if self._missing_device:
                self.health.failed(f"no sound: {self._missing_device}")

    def measure(self, now: float) -> None:
        """Measure the loudness up to a moment."""
        position = self._shared_audio.position()
        if position is not None:
            self._loudness = self._meter.read(position, now)

    # what clients are told ------------------------------------------------------------------------

    def snapshot(self, now: float, remote: Remote) -> Snapshot:
        """Return the session at a moment, or a snapshot that is at most `FRESH` seconds old."""
        if self._latest is not None and now - self._latest[0] <= FRESH:
            view = self._latest[1]
        else:
            self.advance(now)
            view = self._take_snapshot(now, remote)
        if self._worded is None:
            self._worded = worded(view)
        return self._worded

    def renew_snapshot(self, now: float, remote: Remote) -> tuple[Snapshot, bool]:
        """Take a snapshot, without texts. Return whether it changed in more than what time alone
        changes, too.
        """
        view = self._take_snapshot(now, remote)
        before, self._lasting = self._lasting, _lasting(view)
        return view, before != self._lasting

    def collect_events(self) -> list[Event]:
        """Return the new event lines, and keep them for clients.

        The next snapshot is a new one.
        """
        lines = self.mirror.take_events()
        self._events += lines
        self._event_count += len(lines)
        self._latest = None
        return lines

    def events(self, since: int) -> tuple[list[Event], int]:
        """Return the kept event lines after the first `since`, and the number of all lines."""
        new = max(0, min(len(self._events), self._event_count - since))
        return list(islice(self._events, len(self._events) - new, None)), self._event_count

    def _take_snapshot(self, now: float, remote: Remote) -> Snapshot:
        view = take_snapshot(
            self.mirror.conductor,
            self.mirror.history,
            label=self._label,
            health=self.health.health,
            meter=self._loudness,
            remote=remote,
            ranges=self._ranges,
            begun_as=self._begun_as,
            texts=False,
        )
        if self.ended:
            view = view.model_copy(update={"state": "ended"})
        self._latest, self._worded = (now, view), None
        return view


def _lasting(view: Snapshot) -> dict[str, Any]:
    """Return the part of a snapshot that time alone does not change."""
    lasting = {name: value for name, value in view if name not in FLOWING}
    lasting["layers"] = {name: (la.title, la.next) for name, la in view.layers.items()}
    return lasting
