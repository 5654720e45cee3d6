"""What is made of measured files, and the search for garbage meanwhile."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from soundscape.errors import FileProblems, MediaError
from soundscape.library.file_tracks import LookUp
from soundscape.library.measure.catalogue import Catalogue
from soundscape.library.missing_measurements import LARGE, with_measured


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue(tmp_path, print) as made:
        yield made


def no_scan(_missing: list[Path]) -> None:
    pytest.fail("nothing is missing")


def test_while_it_is_made_python_does_not_search_for_garbage_and_does_again_after_it(catalogue):
    assert gc.isenabled()
    assert with_measured(catalogue, lambda _known: gc.isenabled(), no_scan) is False
    assert gc.isenabled()


def test_a_large_library_is_never_searched_and_a_small_one_as_always(catalogue):
    def make(count):
        before = gc.get_freeze_count()
        kept = with_measured(catalogue, lambda _known: [[] for _ in range(count)], no_scan)
        return gc.get_freeze_count() - before >= len(kept)

    try:
        assert not make(10)
        assert make(LARGE + 1)
    finally:
        gc.unfreeze()


def test_an_error_leaves_the_search_for_garbage_as_it_was(catalogue):
    def refuse(_known: LookUp) -> None:
        raise FileProblems([])

    with pytest.raises(FileProblems):
        with_measured(catalogue, refuse, no_scan)
    assert gc.isenabled()


def test_where_nothing_is_searched_for_it_stays_so(catalogue):
    gc.disable()
    try:
        with_measured(catalogue, lambda _known: None, no_scan)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_is_missing_is_scanned_once_and_then_made_of_what_is_known(catalogue, tmp_path):
    (tmp_path / "a.flac").write_bytes(b"x")
    scanned: list[list[Path]] = []

    def make(known: LookUp) -> str:
        try:
            return str(known(tmp_path / "a.flac"))
        except MediaError:
            return "left out"

    assert with_measured(catalogue, make, scanned.append) == "None"
    assert scanned == [[tmp_path / "a.flac"]]
