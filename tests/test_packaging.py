"""What ships beside the program: completion for shells, a systemd unit, a desktop entry."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from peers import need

ROOT = Path(__file__).resolve().parents[1]
UNIT = ROOT / "docs" / "desktop" / "soundscape@.service"
ENTRY = ROOT / "docs" / "desktop" / "soundscape.desktop"


@pytest.fixture
def program(tmp_path: Path) -> dict[str, str]:
    """An environment in which `soundscape` is this tree's program."""
    script = tmp_path / "bin" / "soundscape"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m soundscape "$@"\n')
    script.chmod(0o755)
    path = f"{script.parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {
        "PATH": path,
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "SOUNDSCAPE_LIBRARY": str(ROOT),
    }


def run(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


BASH = """
eval "$(_SOUNDSCAPE_COMPLETE=bash_source soundscape)"
COMP_WORDS=({words}); COMP_CWORD={last}
_soundscape_completion soundscape
echo "${{COMPREPLY[@]}}"
"""


@pytest.mark.peer
@pytest.mark.skipif(sys.platform == "win32", reason="shells of Unix")
@pytest.mark.parametrize(
    ("words", "completed"),
    [
        (["soundscape", "st"], "start status stop"),
        (["soundscape", "audio", "cal"], "calibrate"),
        (["soundscape", "plan", "kap-i"], "kap-im kap-iv"),
        (["soundscape", "start", "--hea"], "--headless"),
        (["soundscape", "level", "--out"], "--output"),
    ],
)
def test_bash_completes_commands_options_and_scenes(
    program: dict[str, str], words: list[str], completed: str
) -> None:
    script = BASH.format(words=" ".join(words), last=len(words) - 1)
    assert run(program, need("bash"), "-c", script).split() == completed.split()


@pytest.mark.peer
@pytest.mark.skipif(sys.platform == "win32", reason="shells of Unix")
def test_fish_completes_commands_and_scenes(program: dict[str, str]) -> None:
    source = "_SOUNDSCAPE_COMPLETE=fish_source soundscape | source\ncomplete -C '{}'"
    said = run(program, need("fish"), "-c", source.format("soundscape st"))
    assert [line.split("\t")[0] for line in said.splitlines()] == ["start", "status", "stop"]
    said = run(program, need("fish"), "-c", source.format("soundscape plan kap-i"))
    assert said.split() == ["kap-im", "kap-iv"]


@pytest.mark.peer
@pytest.mark.skipif(sys.platform == "win32", reason="shells of Unix")
def test_zsh_reads_the_completion_and_asks_for_it(program: dict[str, str]) -> None:
    # The widget needs a terminal; what it would offer is what the program gives it.
    script = """
    autoload -Uz compinit && compinit -u -d "$HOME/.zcompdump"
    eval "$(_SOUNDSCAPE_COMPLETE=zsh_source soundscape)"
    echo ${_comps[soundscape]}
    COMP_WORDS="soundscape st" COMP_CWORD=1 _SOUNDSCAPE_COMPLETE=zsh_complete soundscape
    """
    said = run(program, need("zsh"), "-f", "-c", script).split("\n")
    assert said[0] == "_soundscape_completion"
    assert said[2::3] == ["start", "status", "stop"]


@pytest.mark.peer
@pytest.mark.skipif(sys.platform != "linux", reason="systemd")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    # The program itself is not where the unit expects it.
    unit.write_text(
        UNIT.read_text().replace("%h/.local/bin/soundscape", shutil.which("true") or "")
    )
    done = subprocess.run(
        [need("systemd-analyze"), "--user", "verify", "--man=no",
         str(unit).replace("@.", "@kap-im.")],
        env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if "soundscape" in line]
    assert said == []
    assert done.returncode == 0, done.stderr


def test_the_unit_starts_the_scene_of_its_instance_and_never_by_itself() -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(UNIT.read_text("utf-8"))
    assert unit["Service"]["ExecStart"].endswith("/soundscape start %i --foreground")
    assert unit["Service"]["Restart"] == "no"
    assert "Install" not in unit


@pytest.mark.peer
@pytest.mark.skipif(sys.platform != "linux", reason="desktops of Linux")
def test_the_desktop_entry_is_valid() -> None:
    said = run(dict(os.environ), need("desktop-file-validate"), str(ENTRY))
    assert said == ""
