"""How a session stands, for what only looks at that."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Stand:
    state: str = "playing"
    ducked: bool = False
    care: bool = False
    level_db: float = 0.0
    since_dose: float | None = None
    last_phase: bool = False
