"""What the host knows of its session: the place by the clock, the sound, the health, the events.

Not thread-safe: the host calls it under its own lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import Any

from soundscape.engine.event_log import Event
from soundscape.engine.host.health import SessionHealth
from soundscape.engine.host.loudness_meter import SharedAudioMeter
from soundscape.engine.host.session_mirror import SessionMirror
from soundscape.ipc.player_messages import (
    AudioGap,
    CommandDone,
    CommandFailed,
    Job,
    MidiStatus,
    PlayerFailed,
    Resume,
)
from soundscape.ipc.shared_audio import SharedAudio
from soundscape.ipc.shared_audio_layout import HUNG
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
from soundscape.units import SAMPLE_RATE, frames
from soundscape.views import fault_texts
from soundscape.views.snapshot import MeterView, Remote, Snapshot
from soundscape.views.take_snapshot import take_snapshot
from soundscape.views.wording import worded

KEPT = 1000
"""Event lines that a client may ask for afterwards; older ones are dropped."""
FRESH = 0.03
"""Seconds for which one snapshot serves every client."""
FLOWING = {
    *("phase_elapsed", "phase_remaining", "phase_duration", "elapsed", "since_dose", "remaining"),
    *("position", "place", "phases", "meter", "texts"),
}
"""Fields of a snapshot that time alone changes: clients are not notified of these."""


class SessionStatus:
    """The state of one session that is played elsewhere. `label` names it among several.

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
        self._ranges = {name: spec.range for name, spec in job.room.lights.items() if spec.range}
        self._shared_audio = shared_audio
        self._meter = SharedAudioMeter(shared_audio)
        self._loudness = MeterView()
        self._missing_device = ""  # why there is no device
        self._events: deque[Event] = deque(maxlen=KEPT)
        self._event_count = 0
        self._latest: tuple[float, Snapshot] | None = None
        self._lasting: dict[str, Any] = {}

    # what happens ---------------------------------------------------------------------------------

    def apply(self, message: CommandDone | CommandFailed | ExternalEvent | AudioGap) -> None:
        """Take over what the player did, or what happened to it."""
        match message:
            case CommandDone():
                self.mirror.done(message)
            case CommandFailed():
                self.mirror.refused(message)
            case AudioGap():
                self.mirror.note_gap(message)
            case PlaylistsReturned():
                self.mirror.apply(message)
                self.health.files_returned()
                self.warn([fault_texts.MUSIC_BACK])
            case SourceTruncated() | TracksUpdated() | TrackUnplayable() | MachineSlept():
                self.mirror.apply(message)
                if isinstance(message, MachineSlept):
                    self.warn([fault_texts.slept(message.frames / SAMPLE_RATE)])
                if isinstance(message, TrackUnplayable):
                    self.health.left_out(message.key)

    def unplayed_files(self) -> tuple[str, ...]:
        """The files that the session misses, or could not play."""
        left_out = self.health.tracks_left_out
        sources = {
            track.source.path
            for playlist in playlists(self.mirror.conductor.show).values()
            for track in playlist.tracks
            if track.key in left_out and isinstance(track.source, FileSource)
        }
        return (*self.health.missing, *sorted(sources))

    def replay(self, resume: Resume) -> None:
        """Go through what happened before a session was cut off, without telling it again."""
        for message in resume.happened:
            self.apply(message)
        self.mirror.reach(resume.take_over.frame)
        self.mirror.discard_events(resume.written)
        for message in resume.done:
            self.apply(message)

    def warn(self, texts: Iterable[str]) -> None:
        """Note what the therapist should know, at the present frame."""
        for text in texts:
            self.mirror.note_warning(Warned(self.mirror.conductor.frame, text))

    def set_light_status(self, lights: MidiStatus) -> None:
        """Note the state of the MIDI outputs."""
        self.health.ports("lights", lights.ports, lights.opened)
        self.health.late(lights.late)
        self.warn(lights.faults)

    def set_missing_device(self, why: str) -> bool:
        """Note that there is no audio device, or "" that there is. Returns whether it changed."""
        changed = why != self._missing_device
        self._missing_device = why
        return changed

    def end(self, failed: PlayerFailed | None) -> None:
        """The session is over, by itself or because its player gave up."""
        place = self._shared_audio.place()
        if place is not None:
            self.mirror.reach(place.end + (0 if failed else frames(1.0)))
        if failed is not None:
            self.mirror.failed(failed.why)
            self.health.failed(failed.why)
        self.ended = True

    # following the clock --------------------------------------------------------------------------

    def advance(self, now: float) -> None:
        """Go on to what is heard at a moment."""
        place = self._shared_audio.place()
        if place is not None and not self.ended:
            self.heard = place.heard(now)
            self.mirror.reach(self.heard)
            self.hung = place.silent_for(now) > HUNG
            self.flowing = place.silent_for(now) == 0.0
            self.health.sound(place.underruns, hangs=self.hung)
            if self._missing_device:
                self.health.failed(f"no sound: {self._missing_device}")

    def measure(self, now: float) -> None:
        """Meter the sound up to a moment."""
        place = self._shared_audio.place()
        if place is not None:
            self._loudness = self._meter.read(place, now)

    # what clients are told ------------------------------------------------------------------------

    def snapshot(self, now: float, remote: Remote) -> Snapshot:
        """The session at a moment; one taken within the last `FRESH` seconds serves too."""
        if self._latest is None or now - self._latest[0] > FRESH:
            self.advance(now)
            self._latest = now, self._take_snapshot(remote)
        return self._latest[1]

    def renew_snapshot(self, now: float, remote: Remote) -> bool:
        """Take a snapshot. Returns whether more changed than time alone changes."""
        view = self._take_snapshot(remote)
        self._latest = now, view
        before, self._lasting = self._lasting, _lasting(view)
        return before != self._lasting

    def collect_events(self) -> list[Event]:
        """Keep the lines of what happened, and let no snapshot of before serve any more.

        Returns the new lines.
        """
        lines = self.mirror.take_events()
        self._events += lines
        self._event_count += len(lines)
        self._latest = None
        return lines

    def events(self, since: int) -> tuple[list[Event], int]:
        """The event lines after the first `since` that are kept, and the number of all lines."""
        new = max(0, min(len(self._events), self._event_count - since))
        return list(islice(self._events, len(self._events) - new, None)), self._event_count

    def _take_snapshot(self, remote: Remote) -> Snapshot:
        view = take_snapshot(
            self.mirror.conductor,
            self.mirror.history,
            label=self._label,
            health=self.health.health,
            meter=self._loudness,
            remote=remote,
            ranges=self._ranges,
            begun_as=self._begun_as,
        )
        return worded(view.model_copy(update={"state": "ended"})) if self.ended else view


def _lasting(view: Snapshot) -> dict[str, Any]:
    """The part of a snapshot that time alone does not change."""
    lasting = {name: value for name, value in view if name not in FLOWING}
    lasting["layers"] = {name: (la.title, la.next) for name, la in view.layers.items()}
    return lasting
