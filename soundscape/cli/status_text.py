"""A snapshot as text: a few lines for `status`, one for a session in the foreground."""

from __future__ import annotations

from collections.abc import Iterator

from soundscape.views.snapshot import LayerTexts, Snapshot


def lines(view: Snapshot) -> Iterator[str]:
    """Yield the lines that `status` prints, what matters most first."""
    texts = view.texts
    times = texts.times
    yield f"{view.scene}: {view.phase}, {', '.join(texts.standing).lower()}"
    if texts.hint:
        yield f"  {texts.hint}"
    yield f"{times.passed.time} {times.passed.label}, {times.left.time} {times.left.label}"
    yield ", ".join(filter(None, (_dose(view), texts.elapsed, texts.silence)))
    for name, layer in texts.layers.items():
        yield f"{name}: {_layer(layer)}"
    yield f"level: {', '.join(filter(None, (texts.level, texts.sound_level)))}"
    if texts.lights:
        yield f"lights: {texts.lights}"
    if texts.ports:
        yield f"ports: {texts.ports}"
    for prompt in view.prompts:
        yield f"“{prompt}”"
    yield from [*texts.trouble, *texts.counted]
    for warning in texts.warnings:
        yield f"warning: {warning}"


def status_line(view: Snapshot, width: int) -> str:
    """Return one line of at most `width` characters, what matters most first."""
    texts = view.texts
    standing = texts.standing if view.state != "playing" else texts.standing[1:]
    parts = [
        view.phase.upper(),
        f"{texts.times.passed.time}, {texts.times.left.time} left",
        *standing,
        *texts.trouble,
        *texts.counted,
        _dose(view),
        texts.level if view.level_db else "",
        _playing(view),
    ]
    line = "  ".join(part for part in parts if part)
    return line if len(line) <= width else line[: max(0, width - 1)] + "…"


def _dose(view: Snapshot) -> str:
    return "" if view.since_dose is None else f"T+{view.texts.times.dose.time}"


def _layer(layer: LayerTexts) -> str:
    coming = f"; next {layer.next}, {layer.next_when}" if layer.next else ""
    return f"{layer.playing}, {layer.left}{coming}"


def _playing(view: Snapshot) -> str:
    layers = view.texts.layers
    layer = layers.get("music") or layers.get("ambience")
    return f"{layer.playing}, {layer.left}" if layer else ""
