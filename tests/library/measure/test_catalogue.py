from __future__ import annotations

import multiprocessing
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from soundscape.errors import MediaError
from soundscape.library.measure import catalogue as catalogue_module
from soundscape.library.measure.catalogue import FILE, Catalogue, stamp_of
from soundscape.library.user_dirs import cache_folder
from soundscape.media.types import Measured, Probe


def found(lufs: float = -20.0) -> Measured:
    probe = Probe(480_000, title="T", replaygain_track_gain=-3.5, decoded_frames=480_000)
    momentary = np.linspace(-12_000, 300, 100).astype(np.int16)
    return Measured(probe, lufs, -3.25, 7.5, -18.0, 100, 400_000, momentary)


@pytest.fixture
def said() -> list[str]:
    """What the catalogue tells the user."""
    return []


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    file = tmp_path / "x.flac"
    file.write_bytes(b"sound")
    return file


def test_what_is_put_is_got_by_another_program(tmp_path, sound, said) -> None:
    with Catalogue(tmp_path / "cache", said.append) as catalogue:
        assert catalogue.get(sound) is None
        catalogue.put(sound, stamp_of(sound), found())
    with Catalogue(tmp_path / "cache", said.append) as catalogue:
        got = catalogue.get(sound)
    assert got == found()
    assert np.array_equal(got.momentary, found().momentary)
    assert said == []


def test_a_changed_file_is_unknown(tmp_path, sound, said) -> None:
    with Catalogue(tmp_path / "cache", said.append) as catalogue:
        catalogue.put(sound, stamp_of(sound), found())
        os.utime(sound, ns=(0, 1))
        assert catalogue.get(sound) is None
        catalogue.put(sound, stamp_of(sound), found(-9.0))
        assert catalogue.get(sound).lufs == -9.0
        sound.unlink()
        assert catalogue.get(sound) is None


def test_a_file_of_another_size_is_unknown_even_where_its_time_is_the_same(
    tmp_path, sound, said
) -> None:
    with Catalogue(tmp_path / "cache", said.append) as catalogue:
        catalogue.put(sound, stamp_of(sound), found())
        before = sound.stat().st_mtime_ns
        sound.write_bytes(b"another sound")
        os.utime(sound, ns=(before, before))
        assert catalogue.get(sound) is None


def test_a_folder_gone_through_is_read_at_once_and_never_wrongly(tmp_path, said) -> None:
    folder = tmp_path / "music"
    (folder / "below").mkdir(parents=True)
    sounds = [folder / f"{number}.wav" for number in range(20)]
    other = folder / "below/x.wav"
    for sound in (*sounds, other):
        sound.write_bytes(b"sound")
    with Catalogue(tmp_path / "cache", said.append) as one:
        for sound in (*sounds[:18], other):
            one.put(sound, stamp_of(sound), found())
        asked: list[str] = []
        one._base.set_trace_callback(asked.append)
        assert all(one.get(sound) == found() for sound in sounds[:18])
        assert len(asked) == 2
        assert one.get(other) == found()
        sounds[3].write_bytes(b"another")  # changed since it was read
        assert one.get(sounds[3]) is None
        with Catalogue(tmp_path / "cache", said.append) as two:  # another program measures
            two.put(sounds[18], stamp_of(sounds[18]), found(-30))
            two.put(sounds[3], stamp_of(sounds[3]), found(-31))
        assert one.get(sounds[18]).lufs == -30
        assert one.get(sounds[3]).lufs == -31
        one.put(sounds[4], stamp_of(sounds[4]), found(-32))
        assert one.get(sounds[4]).lufs == -32
        assert one.get(sounds[19]) is None
    assert said == []


def test_a_file_without_sound_is_known_as_such(tmp_path, sound, said) -> None:
    with Catalogue(tmp_path / "cache", said.append) as catalogue:
        catalogue.put(sound, stamp_of(sound), MediaError(f"{sound}: is empty"))
        with pytest.raises(MediaError, match="flac: is empty"):
            catalogue.get(sound)


def test_a_name_that_is_no_unicode_is_kept(tmp_path, said) -> None:
    file = tmp_path / os.fsdecode(b"\xff\xfe.wav")
    try:
        file.write_bytes(b"sound")
    except OSError:
        pytest.skip("this file system takes no such name")
    with Catalogue(tmp_path / "cache", said.append) as catalogue:
        catalogue.put(file, stamp_of(file), found())
        assert catalogue.get(file) == found()


def foreign(file: Path) -> None:
    base = sqlite3.connect(file)
    base.execute("CREATE TABLE recipes (name TEXT)")
    base.commit()
    base.close()


def newer(file: Path) -> None:
    base = sqlite3.connect(file)
    base.execute("PRAGMA user_version = 99")
    base.close()


def torn(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[:4096] + b"\x55" * (len(data) - 4096))


@pytest.mark.parametrize(
    "spoil", [lambda file: file.write_bytes(b"Dear Ms Young, " * 500), foreign, newer, torn]
)
def test_a_damaged_or_foreign_file_is_set_aside_and_made_anew(tmp_path, sound, said, spoil) -> None:
    folder = tmp_path / "cache"
    if spoil in (newer, torn):
        with Catalogue(folder, said.append) as catalogue:
            catalogue.put(sound, stamp_of(sound), found())
    else:
        folder.mkdir()
    spoil(folder / FILE)
    before = (folder / FILE).read_bytes()
    with Catalogue(folder, said.append) as catalogue:
        assert catalogue.get(sound) is None
        catalogue.put(sound, stamp_of(sound), found())
        assert catalogue.get(sound) == found()
    assert len(said) == 1
    assert "set aside" in said[0]
    aside = [p for p in folder.iterdir() if "set-aside" in p.name and p.read_bytes() == before]
    assert len(aside) == 1
    with Catalogue(folder, said.append) as catalogue:
        assert catalogue.get(sound) == found()


def test_where_nothing_can_be_written_it_works_in_memory_and_says_so_once(
    tmp_path, sound, said
) -> None:
    (tmp_path / "cache").write_text("a file, not a folder")
    with Catalogue(tmp_path / "cache", said.append) as catalogue:
        catalogue.put(sound, stamp_of(sound), found())
        assert catalogue.get(sound) == found()
    assert len(said) == 1
    assert "not kept" in said[0]


def _write(folder: Path, sounds: list[Path]) -> None:
    with Catalogue(folder, print) as catalogue:
        for sound in sounds:
            catalogue.put(sound, stamp_of(sound), found())


def test_two_programs_may_write_at_once(tmp_path, said) -> None:
    sounds = [tmp_path / f"{number}.wav" for number in range(200)]
    for sound in sounds:
        sound.write_bytes(b"sound")
    context = multiprocessing.get_context("spawn")
    halves = (sounds[:120], sounds[80:])
    writers = [context.Process(target=_write, args=(tmp_path / "cache", half)) for half in halves]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    with Catalogue(tmp_path / "cache", said.append) as catalogue:
        assert all(catalogue.get(sound) == found() for sound in sounds)
    assert said == []


def test_the_home_variable_moves_the_cache(tmp_path) -> None:
    assert cache_folder({"SOUNDSCAPE_HOME": str(tmp_path)}) == tmp_path / "cache"
    assert cache_folder({}) == cache_folder({"SOUNDSCAPE_HOME": ""})


def test_a_file_replaced_by_one_of_equal_size_and_time_is_not_known(tmp_path: Path) -> None:
    sound, other = tmp_path / "a.wav", tmp_path / "b.wav"
    for path, content in ((sound, b"soft"), (other, b"loud")):
        path.write_bytes(content)
        os.utime(path, (1.6e9, 1.6e9))
    with Catalogue(tmp_path / "cache", print) as catalogue:
        catalogue.put(sound, stamp_of(sound), found())
        assert catalogue.get(sound) is not None
        shutil.copy2(other, sound)
        assert catalogue.get(sound) is None
        catalogue.put(sound, stamp_of(sound), found())
        other.replace(sound)
        assert catalogue.get(sound) is None


def test_the_catalogue_of_an_older_program_is_begun_again_without_a_word(tmp_path: Path) -> None:
    with Catalogue(tmp_path, print):
        pass
    base = sqlite3.connect(tmp_path / FILE)
    base.execute("DROP TABLE tracks")
    base.execute("CREATE TABLE tracks (path BLOB PRIMARY KEY)")
    base.execute("PRAGMA user_version = 1")
    base.commit()
    base.close()
    told: list[str] = []
    sound = tmp_path / "a.wav"
    sound.write_bytes(b"x")
    with Catalogue(tmp_path, told.append) as catalogue:
        catalogue.put(sound, stamp_of(sound), found())
        assert catalogue.get(sound) is not None
    assert told == []


@contextmanager
def locked(folder: Path, *, for_readers: bool) -> Iterator[None]:
    """Another program keeps the catalogue to itself, or writes for a long time."""
    other = sqlite3.connect(folder / FILE)
    if for_readers:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE" if for_readers else "BEGIN IMMEDIATE")
    other.execute("DELETE FROM tracks WHERE path = ''")
    yield
    other.close()


@pytest.fixture
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_module, "WAIT", 0.2)


def test_a_session_waits_two_seconds_for_another_program_and_no_more() -> None:
    assert catalogue_module.WAIT <= 2.0


@pytest.mark.usefixtures("short_wait")
def test_a_catalogue_that_another_program_locks_is_waited_for_once_and_told_in_one_line(
    tmp_path, said
) -> None:
    sounds = [tmp_path / f"{number}.wav" for number in range(5)]
    with Catalogue(tmp_path / "cache", said.append) as catalogue:
        for sound in sounds:
            sound.write_bytes(b"sound")
            catalogue.put(sound, stamp_of(sound), found())
    with locked(tmp_path / "cache", for_readers=True):
        began = time.perf_counter()
        with Catalogue(tmp_path / "cache", said.append) as catalogue:
            assert [catalogue.get(sound) for sound in sounds] == [None] * 5
            catalogue.put(sounds[0], stamp_of(sounds[0]), found(-9.0))
            assert catalogue.get(sounds[0]).lufs == -9.0
        assert time.perf_counter() - began < 1.0
    assert len(said) == 1
    assert "cannot be used (database is locked): measurements are not kept" in said[0]


@pytest.mark.usefixtures("short_wait")
def test_a_catalogue_that_is_locked_while_it_is_used_is_waited_for_once(tmp_path, said) -> None:
    sounds = [tmp_path / str(number) / "a.wav" for number in range(5)]
    with Catalogue(tmp_path / "cache", said.append) as catalogue:
        for sound in sounds:
            sound.parent.mkdir()
            sound.write_bytes(b"sound")
            catalogue.put(sound, stamp_of(sound), found())
        catalogue._base.execute("PRAGMA journal_mode = DELETE")  # as on a network drive
        with locked(tmp_path / "cache", for_readers=True):
            began = time.perf_counter()
            assert [catalogue.get(sound) for sound in sounds] == [None] * 5
            assert time.perf_counter() - began < 1.0
    assert len(said) == 1
    assert "cannot be read" in said[0]


@pytest.mark.usefixtures("short_wait")
def test_what_another_program_writes_does_not_keep_a_reader_waiting(tmp_path, sound, said) -> None:
    with Catalogue(tmp_path / "cache", said.append) as catalogue:
        catalogue.put(sound, stamp_of(sound), found())
    written = locked(tmp_path / "cache", for_readers=False)
    with written, Catalogue(tmp_path / "cache", said.append) as catalogue:
        assert catalogue.get(sound) == found()
    assert said == []
