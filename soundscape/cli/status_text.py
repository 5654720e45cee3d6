"""A snapshot in a few lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from soundscape.units import format_duration
from soundscape.views.snapshot import LayerView, Snapshot


def lines(view: Snapshot) -> Iterator[str]:
    """What `status` prints: what matters most stands first."""
    yield f"{view.scene}: {view.phase}, {state_words(view)}"
    yield (
        f"{clock(view.phase_elapsed)} of {clock(view.phase_duration)} in the phase, "
        f"{clock(view.phase_remaining)} left"
    )
    dose = "" if view.since_dose is None else f", T+{clock(view.since_dose)} since the dose"
    yield f"{clock(view.elapsed)} in all, {clock(view.remaining)} to the end{dose}"
    for name, layer in view.layers.items():
        yield f"{name}: {_layer(layer)}"
    yield f"level {view.level_db:+g} dB" + (", ducked" if view.ducked else "")
    if view.lights:
        said = ", ".join(f"{name} {value:.0%}" for name, value in view.lights.items())
        yield f"lights: {said}" + (", care light on" if view.care else "")
    if view.prompt:
        yield f"“{view.prompt}”"
    yield from trouble(view)


def trouble(view: Snapshot) -> Iterator[str]:
    """What is not as it should be."""
    health = view.health
    for name in ("audio", "midi", "files"):
        said = getattr(health, name)
        if said not in ("ok", "off"):
            yield f"{name}: {said}"
    if health.underruns:
        gaps = "1 gap" if health.underruns == 1 else f"{health.underruns} gaps"
        yield f"audio: {gaps} in the sound so far"
    if health.late_messages:
        yield f"midi: {health.late_messages} messages late"


def state_words(view: Snapshot) -> str:
    """The state as the therapist should read it."""
    if view.state == "waiting":
        return "waiting for the dose" if view.waits_for == "dose" else "waiting for `next`"
    return view.state


def clock(seconds: float) -> str:
    """Whole seconds, as a time."""
    return format_duration(int(max(0.0, seconds)))


def _layer(layer: LayerView) -> str:
    artist = f" ({layer.artist})" if layer.artist else ""
    after = f", then {layer.next}" if layer.next else ""
    return f"{layer.title}{artist}, {clock(layer.remaining)} left{after}"
