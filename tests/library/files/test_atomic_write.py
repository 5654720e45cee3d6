import os
import sys
from pathlib import Path

import pytest

from soundscape.library.files.atomic_write import write_atomically


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_a_file_is_made_or_replaced_and_nothing_stays_beside_it(tmp_path):
    write_atomically(tmp_path / "a", "é")
    write_atomically(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"two"
    assert names(tmp_path) == {"a"}


@pytest.mark.skipif(sys.platform == "win32", reason="has no permission bits")
def test_a_file_is_its_owners_alone_unless_asked_otherwise(tmp_path):
    write_atomically(tmp_path / "own", "x")
    write_atomically(tmp_path / "shared", "x", mode=0o644)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("own", "shared")] == [
        0o600,
        0o644,
    ]


def test_a_write_that_fails_leaves_the_file_and_nothing_else(tmp_path, monkeypatch):
    (tmp_path / "a").write_text("one")

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(tmp_path / "a", "two", durable=True)
    assert (tmp_path / "a").read_text() == "one"
    assert names(tmp_path) == {"a"}


def test_a_file_that_a_crash_left_beside_it_does_not_matter(tmp_path):
    (tmp_path / f".a.{os.getpid()}.new").write_text("half")
    write_atomically(tmp_path / "a", "whole")
    assert (tmp_path / "a").read_text() == "whole"
    assert names(tmp_path) == {"a"}
