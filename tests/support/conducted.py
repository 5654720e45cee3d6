"""A conductor that tests drive in seconds, and playlists for it."""

from shows import playlist, track

from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.directives import ClipStarts, MasterRamp
from soundscape.units import SAMPLE_RATE, frames

LONG = playlist("long", *(track(f"long{n}", 600) for n in range(3)))
SHORT = playlist("short", *(track(f"s{n}", 40) for n in range(3)))
RAIN = playlist("rain", track("rain", 900))


class Run:
    """A conductor driven in seconds."""

    def __init__(self, a_show, waits=None, **begin):
        self.conductor = Conductor(a_show, waits, **begin) if waits else Conductor(a_show, **begin)
        self.told = []

    def to(self, seconds):
        self.told += self.conductor.advance(frames(seconds))
        return self

    def do(self, what, **arguments):
        self.conductor.command(Command(what, **arguments))
        return self

    def all(self, kind):
        return [d for d in self.told if isinstance(d, kind)]

    def starts(self):
        return [(d.clip.track.key, round(d.frame / SAMPLE_RATE, 3)) for d in self.all(ClipStarts)]

    def ramps(self, lane):
        return [
            (round(d.frame / SAMPLE_RATE, 3), d.value, round(d.frames / SAMPLE_RATE, 3))
            for d in self.all(MasterRamp)
            if d.lane == lane
        ]

    @property
    def state(self):
        return self.conductor.transport.state
