from __future__ import annotations

from soundscape import translation
from soundscape.translation import NONE, Translations, gettext, language, ngettext

SOME = Translations(
    "xx",
    {"the end": ("das Ende",), "{number} gap": ("keine Lücke", "eine", "{number} Lücken")},
    lambda number: min(number, 2),
)


def test_what_a_language_lacks_stays_english() -> None:
    translation.use(SOME)
    assert language() == "xx"
    assert gettext("the end") == "das Ende"
    assert gettext("the beginning") == "the beginning"
    assert ngettext("{number} file", "{number} files", 1) == "1 file"
    assert ngettext("{number} file", "{number} files", 0) == "0 files"


def test_the_language_chooses_its_form_for_a_number() -> None:
    translation.use(SOME)
    found = [ngettext("{number} gap", "{number} gaps", number) for number in (0, 1, 7)]
    assert found == ["keine Lücke", "eine", "7 Lücken"]


def test_english_needs_no_translations() -> None:
    translation.use(NONE)
    assert (language(), gettext("the end")) == ("en", "the end")
    assert ngettext("{number} gap", "{number} gaps", 1) == "1 gap"
    assert ngettext("{number} gap", "{number} gaps", 2) == "2 gaps"
