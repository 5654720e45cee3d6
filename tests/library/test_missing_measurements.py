"""What is made of measured files, and garbage collection meanwhile."""

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


def test_garbage_collection_is_off_while_a_library_loads_and_on_again_after_it(catalogue):
    assert gc.isenabled()
    assert with_measured(catalogue, lambda _known: gc.isenabled(), no_scan) is False
    assert gc.isenabled()


def test_a_large_library_is_frozen_and_a_small_one_is_not(catalogue):
    def make(count):
        before = gc.get_freeze_count()
        kept = with_measured(catalogue, lambda _known: [[] for _ in range(count)], no_scan)
        return gc.get_freeze_count() - before >= len(kept)

    try:
        assert not make(10)
        assert make(LARGE + 1)
    finally:
        gc.unfreeze()


def test_garbage_collection_is_on_again_after_an_error(catalogue):
    def refuse(_known: LookUp) -> None:
        raise FileProblems([])

    with pytest.raises(FileProblems):
        with_measured(catalogue, refuse, no_scan)
    assert gc.isenabled()


def test_garbage_collection_that_was_off_stays_off(catalogue):
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
