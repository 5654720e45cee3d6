"""A real session in its own processes: what its journal contains, and what it does not."""

from __future__ import annotations

import os
import re
import socket
import time
from pathlib import Path

import program
import pytest
from sounds import encode, tone

from soundscape.cli import run
from soundscape.journal.journal_file import read_journal
from soundscape.journal.session_folders import SessionFolder, is_running

pytestmark = [pytest.mark.waits, pytest.mark.long]

USER = "annabel"
SCENE = """
name: Short
fades: {{track: 1s, phase: 1s, start: 1s, end: 1s}}
phases:
  arrival:
    duration: 3s
    advance: dose
    music: [{{file: music/a.flac, artist: Someone}}]
    lights: {{room: 20%}}
    prompts: [Mask.]
  peak:
    duration: 3s
    music: [{{file: {elsewhere}}}, {{generate: drone, duration: 1m}}]
"""
FORMS: tuple[list[str], ...] = (
    *([], ["--html", "-"], ["--svg", "-"], ["--csv"], ["--json"]),
    *(["--handover"], ["--handover", "--m3u", "-"], ["--handover", "--xspf", "-"]),
    *(["--handover", "--csv"], ["--handover", "--html", "-"], ["--handover", "--json"]),
    *(["--time"], ["--time", "--csv"], ["--time", "--json"]),
    *(["--setting"], ["--setting", "--csv"], ["--setting", "--html", "-"], ["--crash"]),
)
DATE = re.compile(r"\b\d{4}[-/.]\d\d?[-/.]\d\d?\b|\b\d\d?[./]\d\d?[./]\d{2,4}\b")
ABSOLUTE = re.compile(r"(?<![\w.:/<\\])/(?!ns/0/)\w[\w.-]*(?:/[\w. -]+)+|\b[A-Z]:\\\w")


class Machine:
    """A user's home, a library in it, and a folder of music elsewhere."""

    def __init__(self, folder: Path):
        self.home = folder / "homes" / USER
        self.library = self.home / "my library"
        elsewhere = folder / "mounted" / "music b.flac"
        for one in (self.library / "scenes", self.library / "playlists", self.library / "music"):
            one.mkdir(parents=True)
        elsewhere.parent.mkdir()
        encode(self.library / "music" / "a.flac", tone(9, 48_000, 220.0))
        encode(elsewhere, tone(9, 48_000, 330.0))
        (self.library / "scenes" / "short.yaml").write_text(SCENE.format(elsewhere=elsewhere))
        (self.library / "room.yaml").write_text(
            f"name: Room\naudio: {{device: Headset of {USER} on {socket.gethostname()}}}\n"
            f"midi: {{desk: {{output: desk of {USER}}}}}\n"
            "lights: {room: {port: desk, channel: 1, cc: 20}}\n"
        )
        self.state = self.home / "kept" / "state"
        self.environment = {
            **os.environ,
            "HOME": str(self.home),
            "USER": USER,
            "LOGNAME": USER,
            "SOUNDSCAPE_HOME": str(self.home / "kept"),
        }

    def run(self, *arguments: str) -> str:
        return program.soundscape(self.library, self.environment, *arguments)

    def start(self, *more: str) -> None:
        self.run("start", "short", "--output", "null", "--headless", *more)

    def wait_until_over(self) -> SessionFolder:
        folder = SessionFolder(self.state / "sessions" / "1")
        for _ in range(600):
            closed = folder.journal.exists() and read_journal(folder.journal).last.event == "closed"
            if closed and not is_running(folder):  # the player waits for its light process
                return folder
            time.sleep(0.1)
        raise AssertionError("the session did not end")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def read_in_process(machine, monkeypatch, capsys):
    """Runs a command that only reads, in this process: many of them are quick."""
    for name, value in machine.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(machine.library)

    def read(*arguments: str) -> str:
        assert run(arguments) == 0
        return capsys.readouterr().out

    return read


def test_a_session_is_written_down_whole_and_says_nothing_of_who_where_or_when(
    machine, read_in_process
):
    machine.start("--label", f"{USER} B.")
    machine.run("note", "breathes calmly")
    machine.run("duck")
    machine.run("dose")
    folder = machine.wait_until_over()
    entries = read_journal(folder.journal).entries
    kinds = [entry.event for entry in entries]
    assert [entry.text("do") for entry in entries if entry.event == "command"] == [
        "note",
        "duck",
        "dose",
    ]
    sources = [entry.text("source") for entry in entries if entry.event == "clip-start"]
    in_order = list(dict.fromkeys(sources))  # the first one again, where the dose came late
    assert in_order[:2] == ["music/a.flac", "music b.flac"]
    assert {"session", "output", "phase", "clip-end", "light", "prompt", "position"} <= set(kinds)
    assert kinds[-1] == "closed"
    assert not folder.resume.exists()
    written = folder.journal.read_text()
    told = [written, *(read_in_process("report", *form) for form in FORMS)]
    told.append(read_in_process("sessions"))
    assert "breathes calmly" in told[1]
    assert "music/a.flac" in told[1]
    today = time.localtime()
    for text in told:
        for private in (USER, socket.gethostname(), str(machine.home), str(machine.library)):
            assert private not in text
        assert DATE.search(text) is None
        assert ABSOLUTE.search(text) is None, ABSOLUTE.search(text)
        assert time.strftime("%Y-%m-%d", today) not in text
    machine.run("forget", "1")
    assert list((machine.state / "sessions").iterdir()) == []


def test_the_date_is_written_down_where_it_is_asked_for(machine):
    machine.start("--dated")
    machine.run("stop", "--fade", "1s")
    machine.wait_until_over()
    assert time.strftime("%Y-") in machine.run("sessions")
    assert time.strftime("%Y-") in machine.run("report")


def test_a_home_that_cannot_be_written_costs_a_warning_and_the_session_plays(machine):
    machine.state.parent.mkdir(parents=True)
    machine.state.write_text("a file where the folder should be")
    machine.start()
    shown = machine.run("status")
    assert "the journal cannot be written" in shown
    machine.run("stop", "--fade", "1s")
    assert machine.run("sessions") == "there is no journal of a session\n"


def test_a_start_that_fails_leaves_nothing_behind(machine):
    with pytest.raises(AssertionError, match="device"):
        machine.run("start", "short", "--headless")
    assert list((machine.state / "sessions").iterdir()) == []
