"""The texts that people read, in their language.

English is the source and stands in the code. A catalogue has what another language says instead;
what it lacks stays English. `library.languages` reads the catalogues.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Translations:
    """The texts of a language: each English one with its translation, or one for each plural form.

    `plural` returns the index of the form for a number.
    """

    language: str
    texts: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]


def _english_plural(number: int) -> int:
    return int(number != 1)


NONE = Translations(ENGLISH, {}, _english_plural)
_current = NONE


def use(translations: Translations) -> None:
    """Translate from now on into this language, in the whole process."""
    global _current  # noqa: PLW0603 - as the locale, a process has one
    _current = translations


def language() -> str:
    """Return the language in use, as `de`."""
    return _current.language


def gettext(text: str) -> str:
    """Return a text in the language in use."""
    found = _current.texts.get(text)
    return found[0] if found else text


def ngettext(one: str, several: str, number: int) -> str:
    """Return the form of a text for a number, with `{number}` filled in."""
    found = _current.texts.get(one)
    if found:
        text = found[min(_current.plural(number), len(found) - 1)]
    else:
        text = one if number == 1 else several
    return text.format(number=number)


def marked(text: str) -> str:
    """Mark a text of a table as one to translate: `gettext` translates it when it is shown."""
    return text
