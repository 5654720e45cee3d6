"""The texts of the page for tablet and phone, and of its buttons, in the language in use.

The page's files have them in English; `texts.js`, which is made for each request, has what stands
in their place.
"""

from __future__ import annotations

from dataclasses import replace

from soundscape.command_specs import CommandSpec, Gesture
from soundscape.translation import gettext as _
from soundscape.translation import marked

PAGE_TEXTS = (
    # index.html
    marked("This page needs JavaScript."),
    marked("Looking for the room …"),
    marked("Main controls"),
    marked("More controls"),
    marked("Session"),
    marked("Phases of the session"),
    marked("Level"),
    marked("Lights"),
    marked("Health"),
    marked("Marks"),
    marked("Figures"),
    marked("Note, without names"),
    marked("Keep"),
    marked("Keyboard"),
    marked("Single keys steer the session"),
    # face.js
    marked("no music"),
    marked("next {title}, {when}"),
    marked("press again"),
    marked("music"),
    marked("ambience"),
    marked("voice"),
    # page.js
    marked("Lost the room. The sound plays on there. Trying again …"),
    marked("the room is back"),
    marked("This device is no longer paired"),
    marked("Scan the code on the therapist's screen. What plays in the room plays on."),
    marked("The session is over"),
    marked("This page waits for the next one."),
    marked("Over"),
    marked("locked: “Unlock” twice; {what}"),
    marked("press again to {what}"),
    marked("unlock"),
    marked("{keys} work"),
    marked(" and "),
    marked("locked; {what}"),
    marked("unlocked"),
    # link.js
    marked("{command}: no answer from the room; look there whether it was done"),
    # actions.js, translated by face.js
    marked("Space"),
    marked("Lock"),
    marked("against strays"),
    marked("Unlock"),
    marked("twice"),
    # words.js
    marked("Release"),
    marked("Play"),
    # rooms.html and rooms.js
    marked("Rooms"),
    marked("left"),
    marked("no room has said anything yet"),
    marked("Lost the station. The rooms play on. Trying again …"),
    marked("This device is no longer paired. Scan the code that the station shows."),
    marked("no answer from the room; look there whether it was done"),
)


def page_texts() -> dict[str, str]:
    """Return each English text of the page that the language in use words otherwise."""
    said = {text: _(text) for text in PAGE_TEXTS}
    return {english: text for english, text in said.items() if text != english}


def translated(spec: CommandSpec) -> CommandSpec:
    """Return a command with the texts of its presses in the language in use."""
    return replace(spec, presses=tuple(_translated(press) for press in spec.presses))


def _translated(press: Gesture) -> Gesture:
    instead = press.instead
    if instead is not None:
        instead = replace(instead, label=_label(instead.label))
    return replace(
        press,
        meaning=_(press.meaning),
        label=_label(press.label),
        confirm=_(press.confirm) if press.confirm else "",
        instead=instead,
    )


def _label(label: tuple[str, str]) -> tuple[str, str]:
    name, more = label
    return _(name), _(more) if more else ""
