"""A MIDI driver of mido's kind with one output, `nothing`, which takes everything."""

from __future__ import annotations


def get_devices(**_: object) -> list[dict[str, object]]:
    """The one output."""
    return [{"name": "nothing", "is_input": False, "is_output": True}]


class Output:
    """Takes everything."""

    def __init__(self, name: str, **_: object) -> None:
        self.name = name

    def send(self, _message: object) -> None:
        """Take a message."""

    def close(self) -> None:
        """Nothing to give up."""
