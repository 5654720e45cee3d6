"""Chooses the language of the user, and reads its translations.

A language is a gettext catalogue, `locale/LANGUAGE.po`. Catalogues are read as they are, without
being compiled: of the format that is all but contexts.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping

from soundscape.translation import ENGLISH, NONE, Translations, use

VARIABLE = "SOUNDSCAPE_LANG"
"""The environment variable in which `--lang` is passed on to the processes of a session."""
NAMES = {ENGLISH: "English", "de": "Deutsch", "es": "Español", "fr": "Français"}
"""The languages that there are."""
_SYSTEM = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # as GNU gettext reads them


def use_language(environ: Mapping[str, str]) -> None:
    """Translate into the language of the user from now on, in this process."""
    use(translations(chosen_language(environ)))


def chosen_language(environ: Mapping[str, str]) -> str:
    """Return the language that was asked for, else the system's; English if there is no catalogue.

    The first variable that is set counts; `LANGUAGE` may name several languages.
    """
    for variable in (VARIABLE, *_SYSTEM):
        wanted = environ.get(variable, "")
        if wanted in ("C", "POSIX") or wanted.startswith("C."):
            return ENGLISH
        if wanted:
            known = (one.split("_")[0].split(".")[0].lower() for one in wanted.split(":"))
            return next((one for one in known if one in NAMES), ENGLISH)
    system = _windows_language() if sys.platform == "win32" else ""
    return system if system in NAMES else ENGLISH


def translations(language: str) -> Translations:
    """Return the translations into a language of `NAMES`; none into English."""
    if language == ENGLISH:
        return NONE
    return read_catalogue(language, catalogue_text(language))


def catalogue_text(language: str) -> str:
    """Return a language's catalogue."""
    from importlib.resources import files  # noqa: PLC0415 - English needs no catalogue

    return (files("soundscape") / "locale" / f"{language}.po").read_text(encoding="utf-8")


def read_catalogue(language: str, text: str) -> Translations:
    """Read a catalogue. What has no translation, or one that is marked fuzzy, is left out."""
    import gettext  # noqa: PLC0415 - as above

    texts: dict[str, tuple[str, ...]] = {}
    header = ""
    for english, translated in entries(text):
        if not english:
            header = translated[0]
        elif all(translated):
            texts[english] = translated
    rule = next(line for line in header.splitlines() if line.startswith("Plural-Forms:"))
    plural = gettext.c2py(rule.partition("plural=")[2].strip().rstrip(";"))
    return Translations(language, texts, plural)


def entries(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each English text of a catalogue with its translations, one for each plural form."""
    for block in text.split("\n\n"):
        fields: dict[str, str] = {}
        name, fuzzy = "", False
        for line in block.splitlines():
            if line.startswith("#"):
                fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
                continue
            word, _, quoted = ("", "", line) if line.startswith('"') else line.partition(" ")
            name = word or name
            fields[name] = fields.get(name, "") + json.loads(quoted)
        if "msgid" in fields and not fuzzy:
            forms = [fields[name] for name in sorted(fields) if name.startswith("msgstr")]
            yield fields["msgid"], tuple(forms)


def _windows_language() -> str:
    """Return the language of Windows' own texts."""
    if sys.platform != "win32":
        return ""
    import ctypes  # noqa: PLC0415 - on Windows only
    import locale  # noqa: PLC0415

    found = ctypes.windll.kernel32.GetUserDefaultUILanguage()
    return locale.windows_locale.get(found, "").split("_")[0]
