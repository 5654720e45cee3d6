"""What a block and a packet cost, counted, so that it does not depend on the machine.

Each bound is about 1.3 times what was counted when it was set; 1.1 times for the two processes that
`start` waits for.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sessions import session
from shows import level, phase, playlist, show, track
from sounds import encode, tone

from soundscape.ipc.spawn import LOAD_OUTPUT, _environment
from soundscape.media.decoder import FileDecoder

BLOCK = 4096

MOST_FOR_A_BLOCK = 233

PACKETS = {
    "a.mp3": ("libmp3lame", 1152, 40),
    "a.m4a": ("aac", 1024, 40),
    "a.flac": ("flac", 4096, 60),
}
"""For each kind of file its codec, the samples of a packet, and the most calls for one."""


def calls(work: Callable[[], object]) -> int:
    """The functions of Python and C that this thread calls."""
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


def playing():
    """A session whose one track plays at its full level, all fades being over."""
    music = playlist("m", track("one", 3600))
    plays = session(show(phase("peak", 3600, music, loudness=level((0, 0))), start=2))
    for _ in range(200):
        plays.render(BLOCK)
    return plays


def test_a_block_of_one_track_takes_few_calls() -> None:
    plays = playing()
    blocks = [calls(lambda: plays.render(BLOCK)) for _ in range(9)]
    assert sorted(blocks)[4] <= MOST_FOR_A_BLOCK


@pytest.mark.parametrize("name", PACKETS)
def test_a_packet_takes_few_calls(tmp_path: Path, name: str) -> None:
    codec, samples, most = PACKETS[name]
    path = encode(tmp_path / name, tone(20, 44_100), 44_100, codec=codec)
    decoder = FileDecoder(str(path))

    def read() -> None:
        while len(decoder.read(8192)):
            pass

    assert calls(read) / (20 * 44_100 / samples) <= most


MODULES = {
    "soundscape.engine.player.main": 563,
    "soundscape.cli.cmd_start, soundscape.cli.loading, soundscape.cli.start_session": 490,
    "soundscape.cli.cmd_render": 636,
    "soundscape.remote.service.claim": 215,
    "soundscape.devices.midi.sender_main": 265,
}
"""The most that a process may have loaded before it knows what it is to do."""


@pytest.mark.parametrize("module", MODULES)
def test_a_process_loads_few_modules_before_its_first_frame(module: str) -> None:
    code = f"import sys, {module}; print(len(sys.modules))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=_environment(), capture_output=True, check=True, text=True)
    assert int(done.stdout) <= MODULES[module]


@pytest.mark.parametrize("module", MODULES)
def test_what_only_answers_clients_or_prints_tables_is_not_loaded_before_the_first_frame(
    module: str,
) -> None:
    code = f"import sys, {module}; print({{'pydantic', 'rich', 'asyncio'}} & set(sys.modules))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=_environment(), capture_output=True, check=True)
    assert done.stdout.strip() == b"set()"


@pytest.mark.parametrize("arguments", [[], [LOAD_OUTPUT]])
def test_a_player_for_a_sound_card_loads_its_library_before_it_knows_the_scene(
    arguments: list[str],
) -> None:
    code = (
        "import sys; from soundscape.engine.player.main import main; main();"
        "print('pygame.mixer' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=_environment(),
        stdin=subprocess.DEVNULL,  # no job comes
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stderr.split() == [str(bool(arguments))]
