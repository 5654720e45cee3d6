"""Plays the lights of a scene alone: its moves and cues in real time, or all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from soundscape.engine.light_directives import light
from soundscape.engine.light_run import LightRun, open_outputs
from soundscape.lighting.rig import Rig
from soundscape.midi.messages import Message
from soundscape.scene.models import Room
from soundscape.timeline.conductor import Conductor, never_waits
from soundscape.timeline.directives import Directive
from soundscape.timeline.show import Show
from soundscape.units import SAMPLE_RATE, frames

PROMPTLY = frames(0.1)
"""Frames within which messages leave that were already sent to the output process."""

KEPT_EVERY = frames(0.5)
"""Frames from one time to the next at which the lights' last levels are kept."""

Said = Callable[[Directive], None]
"""Gets each directive of the scene when it is due."""


class LightPreview:
    """A show's lights. Phases that wait go on at their planned end."""

    def __init__(self, show: Show, rig: Rig, said: Said | None = None) -> None:
        self.rig = rig
        self._conductor = Conductor(show, never_waits)
        self._said = said

    @property
    def ended(self) -> bool:
        """Whether the scene is over. The look after the session may still be on its way."""
        return self._conductor.ended

    def messages(self, until: int) -> list[Message]:
        """Return the messages that leave before a frame."""
        directives = self._conductor.advance(until)
        light(self.rig, directives)
        for directive in directives if self._said is not None else ():
            self._said(directive)  # type: ignore[misc]
        return self.rig.messages(until)


def all_messages(room: Room, show: Show) -> Iterator[Message]:
    """Yield every message of a show's lights and cues in order, with its frame. Nothing is sent."""
    preview = LightPreview(show, Rig(room))
    until = 0
    while not (preview.ended and preview.rig.resting):
        until += SAMPLE_RATE
        yield from preview.messages(until)
    yield from preview.rig.finish(until, settle=True)


def play_lights(room: Room, root: str, show: Show, said: Said) -> dict[str, str]:
    """Play a show's lights on the room's outputs, to the end or to KeyboardInterrupt.

    Lights begin where they were left and stay where they are at the end. `root` is the folder that
    the files in the room are relative to. Return the status of each output.
    """
    with open_outputs(room, root) as (process, memory):
        preview = LightPreview(show, Rig(room, memory.levels), said)
        run = LightRun(preview.rig, process)
        kept = 0

        def messages(until: int) -> list[Message]:
            nonlocal kept
            if until > kept + KEPT_EVERY:
                kept = until
                memory.keep(preview.rig.sent_parts())
            return preview.messages(until)

        try:
            run.run(messages, lambda: preview.ended)
            return process.health()
        finally:
            run.send(preview.rig.finish(run.frame() + PROMPTLY))
            memory.keep(preview.rig.sent_parts())
