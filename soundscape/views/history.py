"""What the conductor forgets and a screen shows: phases passed, prompts, marks, warnings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from soundscape.timeline.commands import Command
from soundscape.timeline.directives import Directive, PhaseBegins, PromptShows, Warned


@dataclass(slots=True)
class History:
    """Kept beside a conductor by the code that advances it. Frames are the session's."""

    begun: list[tuple[int, int]] = field(default_factory=list)
    """Each phase entered: its index, and the frame."""
    prompts: list[str] = field(default_factory=list)
    """The last silent lines of the running phase: several where they came at one frame."""
    marks: list[tuple[int, str]] = field(default_factory=list)
    """`mark` and `note`: the frame, and the text of a note."""
    warnings: list[tuple[int, str]] = field(default_factory=list)
    """What the therapist should know: the frame, and the text."""
    _prompted_at: int = -1

    def follow(self, directives: Iterable[Directive]) -> None:
        """Note what the conductor decided."""
        for directive in directives:
            match directive:
                case PhaseBegins(frame, index):
                    self.begun.append((index, frame))
                    self.prompts = []
                case PromptShows(frame, text):
                    self._prompt(frame, text)
                case Warned(frame, text):
                    self.warnings.append((frame, text))
                case _:
                    pass

    def done(self, frame: int, command: Command) -> None:
        """Note a command that was done."""
        if command.do in ("mark", "note"):
            self.marks.append((frame, command.text or ""))

    def _prompt(self, frame: int, text: str) -> None:
        if frame != self._prompted_at:
            self.prompts = []
        self._prompted_at = frame
        self.prompts.append(text)
