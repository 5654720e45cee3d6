from __future__ import annotations

import pytest

from soundscape.views import check_texts


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 s"),
        (50.4, "50 s"),
        (60.0, "1 min"),
        (3599.0, "59 min"),
        (7200.0, "2 h"),
        (11_400.0, "3 h 10 min"),
    ],
)
def test_a_length_is_in_words_and_never_longer_than_it_is(seconds: float, text: str) -> None:
    assert check_texts.span(seconds) == text


def test_the_verdict_says_whether_a_session_can_begin() -> None:
    assert check_texts.verdict(0, 0).startswith("READY: ")
    assert check_texts.verdict(0, 1) == "READY, with 1 thing to look at."
    assert check_texts.verdict(2, 5) == "NOT READY: 2 things must be mended first."


def test_errors_come_before_warnings() -> None:
    assert check_texts.counted(1, 2) == "1 to mend, 2 to look at"
    assert check_texts.counted(0, 1) == "1 to look at"


def test_every_subject_has_a_remedy() -> None:
    assert list(check_texts.REMEDIES) == list(check_texts.SUBJECTS)


def test_a_size_is_in_the_unit_that_people_know() -> None:
    assert check_texts.size(120_400_000_000) == "120 GB"
    assert check_texts.size(80_000_000) == "80 MB"
