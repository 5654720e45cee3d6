from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from sounds import encode, tone

from soundscape.cli import cmd_check
from soundscape.devices import device_trial
from soundscape.devices.audio import pulse_server, sdl
from soundscape.devices.audio.sdl import AudioDevice
from soundscape.devices.device_trial import DeviceTrial
from soundscape.devices.midi import mido_ports
from soundscape.library.checks.machine_check import Drive, MachineState
from soundscape.media.types import Probe
from soundscape.remote.session_file import claim
from soundscape.views.check_texts import SUBJECTS

BROKEN = {
    "missing.wav": "no such file",
    "empty.wav": "is empty",
    "cut.flac": "shorter than its header says",
    "cut.mp3": "shorter than its header says",
    "text.mp3": "not a sound file",
    "folder.wav": "is a folder",
    "unreadable.wav": "permission",
    **({"pipe.wav": "a pipe"} if hasattr(os, "mkfifo") else {}),
}
"""Each broken file, with words that its problem has."""

TRACKS = ("good.wav", *BROKEN, "after.wav")

SCENE = """\
    fades: {track: 4s, start: 8s, end: 6s}
    phases:
      peak:
        duration: 30s
        music: broken
    """


@pytest.fixture
def broken(desk, no_privilege):
    """A library whose one scene meets every kind of broken file, between two good ones."""
    music = desk.root / "music"
    for name, hz in (("good", 300), ("after", 200), ("unreadable", 400)):
        desk.tone(f"music/{name}.wav", 12, hz)
    noise = np.random.default_rng(1).normal(0, 0.1, (20 * 48_000, 2)).astype(np.float32)
    for suffix in ("flac", "mp3"):
        cut = encode(music / f"cut.{suffix}", noise)
        data = cut.read_bytes()
        cut.write_bytes(data[: len(data) // 2])
    (music / "empty.wav").write_bytes(b"")
    (music / "text.mp3").write_text("Dear Ms Young,\nthe tape is in the post.\n" * 40)
    (music / "folder.wav").mkdir()
    if "pipe.wav" in BROKEN:
        os.mkfifo(music / "pipe.wav")
    (music / "unreadable.wav").chmod(0)
    desk.write("scenes/x.yaml", SCENE)
    lines = "".join(f"  - file: music/{name}\n" for name in TRACKS)
    desk.write("playlists/broken.yaml", f"loop: false\ntracks:\n{lines}")
    return desk


def level(path: Path) -> np.ndarray:
    """RMS of each 100 ms of a file."""
    sound, rate = soundfile.read(path)
    assert rate == 48_000
    windows = sound[: len(sound) // 4800 * 4800].reshape(-1, 4800 * 2)
    return np.sqrt((windows**2).mean(axis=1))


def test_each_broken_file_is_an_error_at_its_place_in_the_playlist(broken) -> None:
    done = broken.run("check", "--offline", "--json")
    assert done.code == 1
    assert done.err == ""
    assert set(done.json) == {
        *("ok", "library", "table", "problems", "notes", "loudness", "coverage"),
    }
    assert done.json["library"] == str(broken.root)
    assert done.json["ok"] is False
    problems = done.json["problems"]
    assert [set(problem) for problem in problems] == [{"severity", "where", "message"}] * len(
        BROKEN
    )
    for problem, (name, words) in zip(problems, BROKEN.items(), strict=True):
        assert problem["severity"] == "error"
        assert problem["where"].startswith(f"playlists/broken.yaml:{TRACKS.index(name) + 3}:")
        assert f"music/{name}" in problem["message"]
        assert words in problem["message"].lower()


def test_people_get_a_line_for_each_problem_and_a_sum(broken) -> None:
    done = broken.run("check", "x", "--offline")
    assert done.code == 1
    heading, *errors = done.lines[: len(BROKEN) + 1]
    assert heading == "To be mended first:"
    assert all(line.startswith("  playlists/broken.yaml:") for line in errors)
    summary = f"1 scene checked in {broken.root}: {len(BROKEN)} errors, 0 warnings"
    assert done.out.splitlines()[-1] == summary


def test_a_render_goes_on_past_broken_files_with_a_warning_for_each_and_no_silence(broken) -> None:
    done = broken.run("render", "x", "-o", "out.wav")
    assert done.code == 0
    assert done.out == ""
    assert len(done.wrong) == len(BROKEN)
    for name in BROKEN:
        row = f"playlists/broken.yaml:{TRACKS.index(name) + 3}:"
        assert [line.startswith("warning: ") for line in done.lines if row in line] == [True]
    levels = level(Path("out.wav"))
    sounding = levels[80 : 30 * 10]
    assert sounding.min() > 0.02
    assert np.abs(np.diff(20 * np.log10(sounding))).max() < 1.5  # dB in 100 ms


def test_a_warning_counts_only_when_strict(small) -> None:
    usual = small.run("check", "small", "--offline", "--json")
    strict = small.run("check", "small", "--offline", "--json", "--strict")
    assert usual.json["problems"] == strict.json["problems"]
    assert {p["severity"] for p in usual.json["problems"]} == {"warning"}
    assert (usual.code, usual.json["ok"]) == (0, True)
    assert (strict.code, strict.json["ok"]) == (1, False)


def test_people_get_warnings_and_then_what_is_good_to_know_and_figures_with_a_verdict(
    small,
) -> None:
    done = small.run("check", "--offline")
    assert done.code == 0
    assert [line for line in done.lines if line[0] != " "] == [
        "Will be heard or seen:",
        "Good to know:",
    ]
    warnings = done.lines.index("Good to know:") - 1
    assert warnings == 1
    assert done.lines[-1].endswith("did you mean 20m?")
    said, held, summary = done.out.splitlines()[-3:]
    assert summary == f"1 scene checked in {small.root}: 0 errors, {warnings} warning"
    assert held == "small: before anything repeats: arrival 32 s, peak 16 s"
    assert said.startswith("small: nothing sudden: rises by at most ")
    assert "as loud as planned: its loudest moment is " in said


def test_the_machine_is_measured_on_request_and_its_buffer_told(small, monkeypatch) -> None:
    monkeypatch.setattr(cmd_check, "MEASURED", 0.05)
    monkeypatch.setattr(cmd_check, "measure_standstill", lambda seconds: (4 * seconds, 0.25))
    done = small.run("check", "--offline", "--machine")
    assert "at most 200 ms: write `audio: {buffer: 400ms}` into room.yaml" in done.out
    done = small.run("check", "--offline", "--machine", "--json")
    assert done.json["machine"] == {"standstill": 0.2, "buffer": 0.4}
    assert "machine" not in small.run("check", "--offline", "--json").json


def test_files_that_are_inverted_offset_or_too_soft_are_warned_of(small) -> None:
    good = tone(20, amplitude=0.25)
    sides = np.array([1, -1], np.float32)
    files = {"good": good, "inverted": good * sides, "offset": good + 0.05, "soft": good * 0.01}
    for name, sound in files.items():
        encode(small.root / f"music/{name}.wav", np.float32(sound), codec="pcm_f32le")
    music = ", ".join(f"{{file: music/{name}.wav}}" for name in files)
    small.write("scenes/z.yaml", f"phases: {{one: {{duration: 70s, music: [{music}]}}}}\n")
    told = small.run("check", "z", "--offline").err.splitlines()
    found = {name: [line for line in told if f"{name}.wav': " in line] for name in files}
    assert not found["good"]
    assert (
        "its sides cancel each other: the polarity of one side is inverted" in found["inverted"][0]
    )
    assert "has a constant offset (DC) of -26 dBFS" in found["offset"][0]
    assert "dB under its target: nothing is raised by more than 6 dB" in found["soft"][0]


def test_a_file_with_a_gain_of_its_own_or_of_an_album_is_not_called_too_soft(small) -> None:
    soft = tone(20, amplitude=0.0025)
    encode(small.root / "music/soft.wav", soft, codec="pcm_f32le")
    for more in ("gain: 6 dB", "gain: -3 dB"):
        music = f"[{{file: music/soft.wav, {more}}}]"
        small.write("scenes/z.yaml", f"phases: {{one: {{duration: 60s, music: {music}}}}}\n")
        assert "under its target" not in small.run("check", "z", "--offline").err


def test_notes_never_count(small) -> None:
    small.write("scenes/small.yaml", "phases: {one: {duration: 9, music: [{silence: 9m}]}}")
    done = small.run("check", "--offline", "--strict", "--json")
    assert (done.code, done.json["problems"]) == (0, [])
    assert [note["severity"] for note in done.json["notes"]] == ["note"]


@pytest.mark.parametrize(
    ("driver", "word"), [("nonesuch", "does not start"), ("dummy", "Scarlett")]
)
def test_a_device_without_which_start_would_fail_is_an_error(
    small, monkeypatch: pytest.MonkeyPatch, driver: str, word: str
) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", driver)
    small.write("room.yaml", "audio: {device: Scarlett}")
    small.write("scenes/small.yaml", "phases: {one: {duration: 5m, music: [{silence: 9m}]}}")
    done = small.run("check", "--json")
    assert done.code == 1
    (error,) = done.json["problems"]
    assert (error["severity"], error["where"]) == ("error", "room.yaml:1:17")
    assert word in error["message"]
    assert small.run("check", "--offline", "--strict").code == 0


def test_what_a_running_session_has_is_not_opened(
    small, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SDL_AUDIODRIVER", "nonesuch")
    small.write("room.yaml", "{}")
    small.write("scenes/small.yaml", "phases: {one: {duration: 5m, music: [{silence: 9m}]}}")
    own = claim(tmp_path / "home/runtime", "one", "")
    done = small.run("check")
    own.release()
    assert done.code == 0
    assert done.out.count("used by the running session") == 2
    assert small.run("check", "--strict").code == 1


def test_what_the_room_names_is_looked_for_among_what_is_plugged_in(
    small, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.write("room.yaml", "audio: {device: Scarlett}\nmidi: {desk: {output: Desk}}\n")
    small.write("scenes/small.yaml", "phases: {one: {duration: 5m, music: [{silence: 9m}]}}")
    monkeypatch.setattr(device_trial, "try_devices", lambda *_, **__: DeviceTrial())
    monkeypatch.setattr(sdl, "devices", lambda: [AudioDevice("Scarlett 2i2", default=False)])
    monkeypatch.setattr(mido_ports, "output_names", lambda: ["Some Desk 24"])
    monkeypatch.setattr(mido_ports, "input_names", list)
    told = small.run("check", "--strict", "--json").json
    assert (told["ok"], told["problems"]) == (True, [])
    monkeypatch.setattr(mido_ports, "output_names", list)
    wheres = [p["where"] for p in small.run("check", "--json").json["problems"]]
    assert wheres == ["room.yaml:2:23"]


def test_an_unknown_scene_is_a_problem_among_the_others(small) -> None:
    done = small.run("check", "small", "smal", "--offline", "--json")
    assert done.code == 1
    unknown = [p for p in json.loads(done.out)["problems"] if p["severity"] == "error"]
    assert [p["message"] for p in unknown] == ["no scene 'smal' (did you mean 'small'?)"]


def test_a_library_without_scenes_is_one_plain_line(desk) -> None:
    done = desk.run("check")
    assert done.code == 1
    assert len(done.lines) == 1


def test_every_shipped_scene_passes_strictly(monkeypatch, capsys) -> None:
    """Whatever this machine has plugged in."""
    from soundscape.cli import run  # noqa: PLC0415
    from soundscape.library.files.locate import shipped_root  # noqa: PLC0415

    assert run(["check", "--strict", "--offline", "--library", str(shipped_root())]) == 0
    scenes = len([*(shipped_root() / "scenes").glob("*.yaml")])
    summary = f"{scenes} scenes checked in {shipped_root()}: all well"
    assert capsys.readouterr().out.splitlines()[-1] == summary


def test_a_scene_that_rises_too_fast_is_warned_of_with_its_second(desk) -> None:
    still, loud = np.zeros((16 * 48_000, 2)), np.full((20 * 48_000, 2), 0.2)
    loud[::2] = -0.2
    encode(desk.root / "music/a.wav", np.concatenate([loud, still, loud]).astype(np.float32))
    scene = "calm: {}\nphases: {{one: {{duration: 56s, music: [{{file: music/a.wav}}]}}}}\n"
    warnings = {}
    for calm in ("true", "false"):
        desk.write("scenes/x.yaml", scene.format(calm))
        told = desk.run("check", "--offline", "--json").json
        assert told["loudness"][0]["scene"] == "x"
        warnings[calm] = [p for p in told["problems"] if "within a second" in p["message"]]
    assert warnings["true"] == []
    (found,) = warnings["false"]
    assert (found["severity"], found["where"]) == ("warning", "scenes/x.yaml:2:15")
    assert found["message"].startswith(
        "phases.one: the sound rises by 20 LU within a second at 0:36.4 of the session, which may "
        "startle"
    )
    assert told["loudness"][0]["largest_rise"]["lu"] == pytest.approx(20, abs=0.5)


# The table ----------------------------------------------------------------------------------------


def rows(done) -> dict[str, tuple[str, str]]:
    return {row["subject"]: (row["verdict"], row["do"]) for row in done.json["table"]}


def test_the_first_line_is_the_verdict_and_each_subject_has_a_line(small) -> None:
    done = small.run("check", "--offline")
    first, *table = done.out.splitlines()
    assert first == "READY, with 1 thing to look at."
    subjects = [line for line in table if line.startswith(("good", "LOOK", "not checked"))]
    assert len(subjects) == len(SUBJECTS) - 1  # the review comes with --listen
    assert sum(line.startswith("LOOK") for line in table) == 1
    assert sum(line.startswith("not checked") for line in table) == 3


def test_what_is_not_good_has_a_remedy_and_what_is_good_has_none(broken) -> None:
    done = broken.run("check", "--offline", "--json")
    found = rows(done)
    assert found["files"][0] == "error"
    assert found["files"][1].startswith("Replace or copy the files below")
    assert found["scenes"] == ("ok", "")
    assert found["audio"] == ("unchecked", "")
    assert broken.run("check", "--offline").out.splitlines()[0] == (
        f"NOT READY: {len(BROKEN)} things must be mended first."
    )


def test_what_the_computer_lacks_is_a_warning_or_an_error(small, monkeypatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    small.write("room.yaml", "{}")
    small.write("scenes/small.yaml", "phases: {one: {duration: 30s, music: [{silence: 9m}]}}")
    assert rows(small.run("check", "--json"))["computer"] == ("ok", "")
    for free, awake, verdict in ((10**8, True, "warning"), (10**6, True, "error")):
        state = MachineState(free, awake, clock_set=False, drive=lambda _folder: None)
        monkeypatch.setattr(cmd_check, "_machine_state", lambda state=state: state)
        done = small.run("check", "--json")
        assert rows(done)["computer"][0] == verdict
        assert done.code == (verdict == "error")
        assert any("clock is not set" in note["message"] for note in done.json["notes"])


def test_music_on_another_computer_is_a_warning_once_for_each_drive(small, monkeypatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    drive = Drive("network", "nfs4")
    state = MachineState(10**11, stays_awake=True, clock_set=True, drive=lambda _folder: drive)
    monkeypatch.setattr(cmd_check, "_machine_state", lambda: state)
    done = small.run("check", "--json")
    (found,) = [one for one in done.json["problems"] if "network drive (nfs4)" in one["message"]]
    assert found["severity"] == "warning"
    assert "copy 'music' to this computer" in found["message"]
    assert rows(done)["files"][0] == "warning"


def test_an_output_that_is_muted_is_an_error_as_it_is_for_start(small, monkeypatch) -> None:
    small.write("room.yaml", "{}")
    monkeypatch.setattr(device_trial, "try_devices", lambda *_, **__: DeviceTrial())
    monkeypatch.setattr(pulse_server, "in_use", lambda: True)
    for muted, call, verdict in ((True, False, "error"), (False, True, "warning")):
        output = pulse_server.Output("key", "Headset", muted, 1.0, suspended=False, call_mode=call)
        monkeypatch.setattr(pulse_server, "ask_in_time", lambda _question, output=output: output)
        assert rows(small.run("check", "--json"))["audio"][0] == verdict


def test_deep_decodes_every_file_again(small, monkeypatch) -> None:
    assert small.run("check", "--offline", "--json").code == 0
    seen: list[str] = []

    def decode(path: Path) -> Probe:
        seen.append(path.name)
        return Probe(48_000, fault="damaged at 0:01" if path.name == "low.wav" else None)

    monkeypatch.setattr(cmd_check, "decode", decode)
    assert small.run("check", "--offline").code == 0
    assert seen == []
    done = small.run("check", "--offline", "--deep", "--json")
    assert sorted(seen) == ["high.wav", "low.wav", "middle.wav"]
    assert done.code == 1
    (error,) = [one for one in done.json["problems"] if one["severity"] == "error"]
    assert error["message"].endswith("damaged at 0:01")


def test_how_long_each_phase_can_be_held_is_json_too(small) -> None:
    covered = small.run("check", "--offline", "--json").json["coverage"]
    assert [(one["phase"], one["lasts"]) for one in covered] == [
        ("arrival", pytest.approx(32.0, abs=0.1)),
        ("peak", pytest.approx(16.0, abs=0.1)),
    ]


# The review ---------------------------------------------------------------------------------------


def test_listen_looks_at_joins_phases_and_tracks(desk) -> None:
    rng = np.random.default_rng(1)
    for number, hz in enumerate((300.0, 310.0, 320.0)):
        desk.tone(f"music/{number}.wav", 40, hz)
    bright = rng.normal(0, 0.1, (40 * 48_000, 2)).astype(np.float32)
    encode(desk.root / "music/bright.wav", bright)
    tracks = ", ".join(f"{{file: music/{name}.wav}}" for name in ("0", "1", "2", "bright"))
    desk.write("scenes/x.yaml", f"phases: {{peak: {{duration: 150s, music: [{tracks}]}}}}")
    usual = desk.run("check", "--offline", "--json").json
    assert "review" not in usual
    assert "review" not in {row["subject"] for row in usual["table"]}
    done = desk.run("check", "--offline", "--listen", "--json")
    (told,) = done.json["review"]
    assert told["scene"] == "x"
    assert [one["title"] for one in told["joins"]][:3] == ["1", "2", "bright"]
    assert [one["phase"] for one in told["phases"]] == ["peak"]
    (note,) = [one for one in done.json["notes"] if "far brighter" in one["message"]]
    assert note["where"] == "music/bright.wav"
    assert rows(done)["review"] == ("ok", "")
    assert (
        "joins of files; an opening is usually " in desk.run("check", "--offline", "--listen").out
    )


# In other languages -------------------------------------------------------------------------------


def test_the_table_is_in_the_language_that_is_asked_for(small) -> None:
    done = small.run("check", "--offline", "--lang", "de")
    first, *table = done.out.splitlines()
    assert first == "BEREIT, mit 1 Sache zum Prüfen."
    assert any(line.startswith("gut ") and "Musikdateien" in line for line in table)
    assert small.run("check", "--offline", "--lang", "xx").code == 2
