from __future__ import annotations

from pathlib import Path

import pytest
from sounds import encode, tone

from soundscape.errors import MediaError
from soundscape.library.measure import scan as scanning
from soundscape.library.measure.catalogue import Catalogue
from soundscape.library.measure.scan import scan
from soundscape.media.measure import measure
from soundscape.media.types import Measured


@pytest.fixture
def catalogue(tmp_path: Path):
    with Catalogue(tmp_path / "cache", pytest.fail) as made:
        yield made


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Four tones of a second, each 6 dB below the one before."""
    return [encode(tmp_path / f"{n}.wav", tone(1, amplitude=0.5 / 2**n)) for n in range(4)]


def done(_path: Path, _size: int) -> None:
    """Nobody looks."""


class Counted:
    """Measures, remembers what, and is interrupted after some files."""

    def __init__(self, interrupted_after: int | None = None) -> None:
        self.asked: list[Path] = []
        self._until = interrupted_after

    def __call__(self, path: Path) -> Measured:
        if len(self.asked) == self._until:
            raise KeyboardInterrupt
        self.asked.append(path)
        return measure(path)


def test_what_has_not_changed_is_passed_over(catalogue, files) -> None:
    scan(catalogue, files, done)
    files[1].write_bytes(files[0].read_bytes() + b"more")
    again = Counted()
    scan(catalogue, [*files, *files], done, again)
    assert again.asked == [files[1]]


def test_an_interrupted_scan_keeps_what_is_done_and_goes_on(catalogue, files) -> None:
    first, second = Counted(interrupted_after=2), Counted()
    with pytest.raises(KeyboardInterrupt):
        scan(catalogue, files, done, first)
    scan(catalogue, files, done, second)
    assert first.asked + second.asked == files
    assert None not in [catalogue.get(file) for file in files]


def test_no_sound_is_remembered_as_such_and_no_reading_is_not(catalogue, tmp_path) -> None:
    text = tmp_path / "x.mp3"
    text.write_text("Dear Ms Young")
    scan(catalogue, [text, tmp_path / "missing.wav", tmp_path], done)
    with pytest.raises(MediaError, match="not a sound file"):
        catalogue.get(text)
    assert catalogue.get(tmp_path / "missing.wav") is None
    assert catalogue.get(tmp_path) is None


def test_many_files_are_measured_in_other_processes_with_the_same_result(
    catalogue, files, monkeypatch
) -> None:
    monkeypatch.setattr(scanning, "FEW", 0)
    sizes = []
    scan(catalogue, files, lambda _path, size: sizes.append(size))
    assert [catalogue.get(file).lufs for file in files] == [measure(file).lufs for file in files]
    assert sum(sizes) == sum(file.stat().st_size for file in files)


def test_a_sound_file_is_never_written_to(catalogue, files) -> None:
    before = [(file.read_bytes(), file.stat().st_mtime_ns) for file in files]
    scan(catalogue, files, done)
    assert [(file.read_bytes(), file.stat().st_mtime_ns) for file in files] == before


def test_no_more_processes_than_windows_can_wait_for(catalogue, files, monkeypatch) -> None:
    asked: list[int] = []

    def pool(processes: int):
        asked.append(processes)
        raise KeyboardInterrupt

    monkeypatch.setattr(scanning.os, "cpu_count", lambda: 256)
    monkeypatch.setattr(scanning, "_pool", pool)
    jobs = [(files[0], (1, n)) for n in range(200)]
    with pytest.raises(KeyboardInterrupt):
        next(scanning._pooled(jobs, measure))
    assert asked == [61]
