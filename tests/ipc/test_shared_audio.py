import subprocess
import sys

import numpy as np
import pytest

from soundscape.ipc.shared_audio import PlaybackPosition, SharedAudio
from soundscape.ipc.shared_audio_layout import (
    FILE_SIZE,
    HEADER,
    LENGTH,
    SIZE,
    create_shared_audio,
    memory_name,
    plays,
    remove_shared_audio,
    request_stop,
)
from soundscape.ipc.shared_memory import open_memory
from soundscape.units import SAMPLE_RATE


@pytest.fixture
def both(tmp_path):
    made = SharedAudio(create_shared_audio(tmp_path / "audio"))
    other = SharedAudio(tmp_path / "audio")
    yield made, other
    made.close()
    other.close()


def block(first, count=1024):
    return np.repeat(np.arange(first, first + count, dtype=np.float32)[:, None], 2, 1)


def test_blank_shared_audio_has_no_position(both):
    assert both[1].position() is None


def test_what_one_process_writes_the_other_reads(both):
    mine, theirs = both
    mine.write(0, block(0), 100.0, 0)
    mine.write(1024, block(1024), 100.02, 3)
    assert theirs.position() == PlaybackPosition(1024, 2048, 100.02, 3)
    np.testing.assert_array_equal(theirs.read(500, 1500), block(500, 1000))


def test_a_position_that_is_being_written_is_not_read(both):
    mine, theirs = both
    mine.write(0, block(0), 100.0, 0)
    HEADER.pack_into(mine._map, 0, 2, 1024, 2048, 100.02, 0, -1)
    assert theirs.position() is None
    HEADER.pack_into(mine._map, 0, 2, 1024, 2048, 100.02, 0, 2)
    assert theirs.position() == PlaybackPosition(1024, 2048, 100.02, 0)


def test_the_end_of_the_memory_is_no_seam(both):
    mine, theirs = both
    first = LENGTH - 300
    mine.write(first, block(first), 0.0, 0)
    np.testing.assert_array_equal(theirs.read(first, first + 1024), block(first))


def test_the_clock_says_what_is_heard_between_two_blocks():
    position = PlaybackPosition(48000, 49024, 10.0, 0)
    assert position.frame_at(10.0) == 48000
    assert position.frame_at(10.01) == 48000 + round(0.01 * SAMPLE_RATE)
    assert position.frame_at(9.99) == 48000 - round(0.01 * SAMPLE_RATE)
    assert position.frame_at(99.0) == 49024, "never beyond what was rendered"


def test_it_is_readable_by_its_user_alone(tmp_path):
    SharedAudio(create_shared_audio(tmp_path / "audio")).close()
    assert (tmp_path / "audio").stat().st_mode & 0o077 == 0


def test_a_player_plays_as_long_as_it_writes(tmp_path):
    path = create_shared_audio(tmp_path / "audio")
    assert not plays(path), "not before the first block"
    player = SharedAudio(path)
    player.write(0, block(0), 100.0, 0)
    player.publish_position()
    assert plays(path, 101.0)
    assert not plays(path, 110.0)
    assert not plays(path, 3.0), "written before the machine was started anew"


@pytest.mark.parametrize("content", [None, b"", b"\0" * 10])
def test_where_there_is_no_shared_audio_nothing_plays(tmp_path, content):
    if content is not None:
        (tmp_path / "audio").write_bytes(content)
    assert not plays(tmp_path / "audio")


def test_a_wish_for_the_end_reaches_the_player_by_the_file(both, tmp_path):
    assert not both[0].stop_requested
    request_stop(tmp_path / "audio")
    assert both[0].stop_requested


def test_the_sound_is_in_no_file(both, tmp_path):
    for first in range(0, LENGTH, 4096):
        both[0].write(first, block(first, 4096), 0.0, 0)
    both[0].publish_position()
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 1024


def test_memory_that_was_removed_stays_with_those_who_have_it_open(both, tmp_path):
    mine, theirs = both
    remove_shared_audio(tmp_path / "audio")
    mine.write(0, block(0), 100.0, 0)
    assert theirs.position() == PlaybackPosition(0, 1024, 100.0, 0)
    assert not (tmp_path / "audio").exists()
    with pytest.raises(OSError, match="audio"):
        SharedAudio(tmp_path / "audio")


@pytest.mark.skipif(sys.platform == "win32", reason="it goes with the last process that has it")
def test_the_name_is_removed_with_the_file_and_not_when_a_process_ends(tmp_path):
    path = create_shared_audio(tmp_path / "audio")
    name = memory_name(path)
    code = (
        "import sys, os, signal; from pathlib import Path\n"
        "from soundscape.ipc.shared_audio import SharedAudio\n"
        "SharedAudio(Path(sys.argv[1]))\n"
    )
    for end in ("", "os.kill(os.getpid(), signal.SIGKILL)"):
        subprocess.run([sys.executable, "-c", code + end, path], check=False)
        SharedAudio(path).close()
    remove_shared_audio(path)
    with pytest.raises(FileNotFoundError):
        open_memory(name, SIZE)


def test_a_new_tape_removes_the_memory_of_one_that_was_left_behind(tmp_path):
    left = memory_name(create_shared_audio(tmp_path / "audio"))
    assert memory_name(create_shared_audio(tmp_path / "audio")) != left
    if sys.platform != "win32":
        with pytest.raises(FileNotFoundError):
            open_memory(left, SIZE)


@pytest.mark.parametrize("content", [b"", bytes(FILE_SIZE), b"\xff" * FILE_SIZE])
def test_a_file_that_names_no_memory_opens_none(tmp_path, content):
    (tmp_path / "audio").write_bytes(content)
    with pytest.raises(OSError, match="names no shared memory"):
        SharedAudio(tmp_path / "audio")


def test_a_new_tape_leaves_alone_whoever_has_the_last_one_mapped(both, tmp_path):
    mine, _ = both
    mine.write(0, block(0), 1.0, 0)
    assert SharedAudio(create_shared_audio(tmp_path / "audio")).position() is None
    assert mine.position() is not None
