"""Coverage-guided fuzzing: `python tests/fuzz [TARGET] [--seconds N]`. Needs atheris.

Runs one target, or each in a process of its own, on inputs of at most 64 KiB. It fails, and names
the file with the input, if an input raises, takes more than 5 s of CPU time or 512 MiB of memory.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import atheris

HERE = Path(__file__).resolve().parent
LONGEST = 1 << 16
CPU_SECONDS = 5.0
KIB = 512 << 10
NEVER_ENDS = 600
"""Seconds after which an input counts as one that never ends; a busy machine can stand still."""
MOST_KIB = 2 << 20
"""Memory that an input may ask for before the system refuses it."""


def main() -> None:
    options = argparse.ArgumentParser(prog="python tests/fuzz", description=__doc__)
    options.add_argument("target", nargs="?", help="one of the table in fuzz_targets.py")
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)  # of the process itself
    asked = options.parse_args()
    sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent / "support")]
    if asked.folder is not None:
        _fuzz(asked.target, asked.seconds, asked.folder)
        return
    names = [asked.target]
    if asked.target is None:
        from fuzz_targets import TARGETS  # noqa: PLC0415 - not instrumented, for its names alone

        names = list(TARGETS)
    sys.exit(max(_in_own_process(name, asked.seconds) for name in names))


def _in_own_process(name: str, seconds: int) -> int:
    folder = tempfile.mkdtemp(prefix=f"fuzz-{name}-")
    command = [sys.executable, str(HERE), name, f"--seconds={seconds}", f"--folder={folder}"]
    environment = {**os.environ, "SOUNDSCAPE_HOME": folder}
    code = subprocess.run(command, env=environment, check=False).returncode
    if code == 0:
        shutil.rmtree(folder)
    return abs(code)


def _fuzz(name: str, seconds: int, folder: Path) -> None:
    """Never returns: libFuzzer ends the process."""
    with atheris.instrument_imports(include=["soundscape", "sacn"]):
        from fuzz_targets import TARGETS  # noqa: PLC0415 - instrumented
    target = TARGETS[name]
    seeds, corpus, files = target.seeds(), folder / "seeds", folder / "files"
    corpus.mkdir()
    files.mkdir()
    for number, seed in enumerate(seeds):
        (corpus / str(number)).write_bytes(seed[:LONGEST])
    arguments = [
        sys.argv[0],
        *(f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-len_control=0"),
        *(f"-timeout={NEVER_ENDS}", "-rss_limit_mb=0", "-print_final_stats=1"),
        *(f"-artifact_prefix={folder}/", str(corpus)),
    ]
    with target.make(files) as function:
        atheris.Setup(arguments, _limited(function), custom_mutator=_mutator(seeds))
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + MOST_KIB * 1024,) * 2)
        atheris.Fuzz()


def _address_space() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _limited(function: Callable[[bytes], object]) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        begun, held = time.process_time(), _peak()
        function(data)
        took, grew = time.process_time() - begun, _peak() - held
        assert took < CPU_SECONDS, f"{took:.1f} s of CPU time"
        assert grew < KIB, f"{grew} KiB of memory"

    return run


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _mutator(seeds: list[bytes]) -> Callable[[bytes, int, int], bytes]:
    """Beside libFuzzer's own changes: words of all seeds, and a piece repeated very often."""
    words = sorted({word for seed in seeds for word in re.findall(rb"[\w./#-]{2,40}", seed)})

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        dice = random.Random(seed)
        kind = dice.random()
        at = dice.randrange(len(data) + 1)
        if kind < 0.005 and data:
            end = min(len(data), at + dice.choice((1, 1, 2, 4, 16, 100)))
            piece = data[at:end] or data[-1:]
            times = dice.choice((100, 1000, LONGEST)) // len(piece)
            return (data[:at] + piece * times)[: most - len(data[end:])] + data[end:]
        if kind < 0.1 and words:
            return (data[:at] + dice.choice(words) + data[at:])[:most]
        return atheris.Mutate(data, min(most, 2 * len(data) + 64))

    return mutate


if __name__ == "__main__":
    main()
