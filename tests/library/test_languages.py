"""The catalogues are complete, and say what the English texts say as far as a program can tell."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from messages import PACKAGE, messages
from peers import need

from soundscape.library.languages import (
    NAMES,
    VARIABLE,
    catalogue_text,
    chosen_language,
    entries,
    read_catalogue,
    translations,
    use_language,
)
from soundscape.translation import ENGLISH, NONE, gettext, language, ngettext
from soundscape.views.page_texts import PAGE_TEXTS, page_texts

LANGUAGES = [name for name in NAMES if name != ENGLISH]
PAGE = PACKAGE / "remote/api/page"


def placeholders(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name is not None})


def commands(text: str) -> list[str]:
    return sorted(re.findall("`[^`]+`", text))


# The catalogues -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_catalogue_has_every_text_and_no_other(name: str) -> None:
    known = translations(name).texts
    wanted = messages()
    assert sorted(set(wanted) - set(known)) == []
    assert sorted(set(known) - set(wanted)) == []
    plural = {text for text, several in wanted.items() if several}
    assert {text for text, forms in known.items() if len(forms) > 1} == plural


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_translation_has_the_placeholders_and_commands_of_its_text(name: str) -> None:
    for text, forms in translations(name).texts.items():
        for form in forms:
            assert placeholders(form) == placeholders(text), text
            assert commands(form) == commands(text), text


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_translation_begins_and_ends_as_its_text_where_texts_are_joined(name: str) -> None:
    for text, forms in translations(name).texts.items():
        for form in forms:
            assert form.strip(), text
            assert form.endswith(" ") == text.endswith(" "), text
            assert form.isprintable() or "\u00ad" in form, text  # a soft hyphen
            if text.startswith(" "):
                assert form.startswith(" "), text


@pytest.mark.parametrize("name", LANGUAGES)
def test_words_in_capitals_stay_in_capitals(name: str) -> None:
    for text, (form, *_more) in translations(name).texts.items():
        if text.isupper() and "{" not in text:
            assert form.isupper(), text


@pytest.mark.peer
@pytest.mark.parametrize("name", LANGUAGES)
def test_gettext_reads_a_catalogue_too(name: str, tmp_path: Path) -> None:
    file = tmp_path / f"{name}.po"
    file.write_text(catalogue_text(name), encoding="utf-8")
    command = [need("msgfmt"), "--check-format", "-o", str(tmp_path / "out.mo"), str(file)]
    subprocess.run(command, check=True, capture_output=True)


def test_what_is_fuzzy_or_empty_stays_english() -> None:
    header = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
    one = '#, fuzzy\nmsgid "a"\nmsgstr "b"\n'
    two = 'msgid "c"\nmsgstr ""\n'
    three = '# note\nmsgid ""\n"d "\n"e"\nmsgstr "f"\n"g \\"h\\""\n'
    four = 'msgid "x"\nmsgid_plural "y"\nmsgstr[0] "z"\nmsgstr[1] "w"\n'
    text = f"{header}\n{one}\n{two}\n{three}\n{four}"
    assert [english for english, _ in entries(text)] == ["", "c", "d e", "x"]
    assert read_catalogue("xx", text).texts == {"d e": ('fg "h"',), "x": ("z", "w")}


def test_french_has_the_singular_for_nothing() -> None:
    use_language({VARIABLE: "fr"})
    assert ngettext("{number} file", "{number} files", 0) == "0 fichier"
    use_language({VARIABLE: "de"})
    assert ngettext("{number} file", "{number} files", 0) == "0 Dateien"


# The choice ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "chosen"),
    [
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LANG": "fr"}, "fr"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "pt_BR.UTF-8"}, "en"),
        ({"LANG": "de_DE", "LC_MESSAGES": "es_ES"}, "es"),
        ({"LANG": "de_DE", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE", "LANGUAGE": "pt:fr:en"}, "fr"),
        ({"LANG": "de_DE", VARIABLE: "en"}, "en"),
        ({}, "en"),
    ],
)
def test_the_systems_language_is_used_unless_another_is_asked_for(
    environ: Mapping[str, str], chosen: str
) -> None:
    assert chosen_language(environ) == chosen


def test_english_has_no_catalogue() -> None:
    assert translations(ENGLISH) is NONE
    use_language({"LANG": "de_DE.UTF-8"})
    assert (language(), gettext("HELD")) == ("de", "GEHALTEN")


# The page -----------------------------------------------------------------------------------------


class Texts(HTMLParser):
    """The texts and labels of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value for name, value in attrs if name == "aria-label" and value}

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.add(data.strip())


def test_the_pages_texts_are_all_listed() -> None:
    parser = Texts()
    parser.feed((PAGE / "index.html").read_text(encoding="utf-8"))
    found = parser.found - {"Soundscape"}
    for script in PAGE.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        found |= set(re.findall(r'\bt\("([^"]+)"', text))
    assert sorted(found - set(PAGE_TEXTS)) == []


def test_the_page_gets_what_its_language_words_otherwise() -> None:
    assert page_texts() == {}
    use_language({VARIABLE: "es"})
    assert page_texts()["Lights"] == "Luces"
    assert "MIDI" not in page_texts()
