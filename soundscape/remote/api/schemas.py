"""What goes over the wire beside the snapshot."""

from __future__ import annotations

from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from soundscape.command_specs import (
    BOUNCE,
    COMMANDS,
    SCREEN_ACTS,
    TWICE_WITHIN,
    CommandSpec,
    ScreenAct,
)
from soundscape.translation import gettext
from soundscape.views.page_texts import translated


class CommandReply(BaseModel):
    """What a command did, and what comes of it."""

    model_config = ConfigDict(frozen=True)

    do: str
    said: str = Field(description="A line for the therapist.")
    t: float = Field(description="When it was done, in seconds since the session began.")


class CommandTable(BaseModel):
    """Every command: what it takes, and which press gives it. Times in seconds."""

    twice_within: float = TWICE_WITHIN
    """For the second press of what has a `confirm`."""
    bounce: float = BOUNCE
    """Within which the same press again does not count."""
    commands: list[CommandSpec] = Field(
        default_factory=lambda: [translated(spec) for spec in COMMANDS.values()]
    )
    screen: dict[str, ScreenAct] = Field(
        default_factory=lambda: {
            name: replace(act, meaning=gettext(act.meaning)) for name, act in SCREEN_ACTS.items()
        }
    )
    """What a screen does by itself."""


class FaultResponse(BaseModel):
    """Why not: one plain line."""

    detail: str


class PairingLink(BaseModel):
    """A link that works once: it pairs a device, or opens the documentation."""

    url: str
    expires_in: int = Field(description="Seconds.")


class RemoteSettings(BaseModel):
    """Open the page to the clinic's network, or close it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    on: bool
    address: str | None = Field(
        None,
        max_length=100,
        description="This machine's address to open it at; by default the one that others see.",
    )
