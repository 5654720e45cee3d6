"""What the conductor itself forgets: the phases passed, the last prompt, the marks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from soundscape.timeline.commands import Command
from soundscape.timeline.directives import Directive, PhaseBegins, PromptShows


@dataclass(slots=True)
class History:
    """Kept beside a conductor, by whoever advances it. Frames are the session's."""

    begun: list[tuple[int, int]] = field(default_factory=list)
    """Each phase entered: its index, and the frame."""
    prompt: str | None = None
    """The last silent line of the running phase."""
    marks: list[tuple[int, str]] = field(default_factory=list)
    """`mark` and `note`: the frame, and the text of a note."""

    def follow(self, directives: Iterable[Directive]) -> None:
        """Note what the conductor decided."""
        for directive in directives:
            if isinstance(directive, PhaseBegins):
                self.begun.append((directive.index, directive.frame))
                self.prompt = None
            elif isinstance(directive, PromptShows):
                self.prompt = directive.text

    def done(self, frame: int, command: Command) -> None:
        """Note a command that was done."""
        if command.do in ("mark", "note"):
            self.marks.append((frame, command.text or ""))
