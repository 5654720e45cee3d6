from __future__ import annotations

import json
import resource
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile
from sharing import shared_file

RATE = 48_000
WHOLE = 56 * RATE
"""The scene `small`: 50 s and 6 s of fade."""


def sound(path: Path) -> np.ndarray:
    """A file's sound, shape (n, 2)."""
    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == RATE
    return samples


@pytest.fixture
def whole(small) -> np.ndarray:
    """The scene's sound from its start to its end."""
    return sound(shared_file("small.wav", lambda path: small.render("small").replace(path)))


# What it writes -----------------------------------------------------------------------------------


def test_a_wav_is_float_and_as_long_as_the_session(small) -> None:
    info = soundfile.info(small.render("small"))
    assert (info.subtype, info.channels, info.frames) == ("FLOAT", 2, WHOLE)


@pytest.mark.parametrize("bits", [16, 24])
@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_whole_numbers_are_dithered_and_within_two_steps(
    small, whole: np.ndarray, kind: str, bits: int
) -> None:
    exact = whole[: 20 * RATE]
    path = small.render("small", "--to", "20s", "--bits", bits, to=f"out.{kind}")
    assert soundfile.info(path).subtype == f"PCM_{bits}"
    assert np.abs(sound(path) - exact).max() <= 2.0 ** (2 - bits)


def test_a_flac_has_24_bits(small) -> None:
    info = soundfile.info(small.render("small", "--to", "5s", to="out.flac"))
    assert (info.subtype, info.frames) == ("PCM_24", 5 * RATE)


@pytest.mark.parametrize("kind", ["mp3", "opus"])
def test_a_lossy_file_is_the_same_sound(small, whole: np.ndarray, kind: str) -> None:
    exact = whole[10 * RATE : 16 * RATE]
    path = small.render("small", "--from", "10s", "--to", "16s", to=f"out.{kind}")
    lossy = sound(path)
    # A decoder that does not know of the padding leaves it at the end.
    assert abs(len(lossy) - len(exact)) <= 2 * 1152
    middle = slice(RATE, 5 * RATE)
    assert np.sqrt(np.mean((lossy[middle] - exact[middle]) ** 2)) < 0.03 * np.abs(exact).max()


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "opus"])
def test_the_same_render_twice_is_the_same_bytes(small, kind: str) -> None:
    first, second = (
        small.render(
            "small",
            *("--from", "28s", "--to", "42s"),
            *("--midi", f"{n}.mid", "--events", f"{n}.jsonl"),
            to=f"{n}.{kind}",
        )
        for n in "ab"
    )
    for suffix in (kind, "mid", "jsonl"):
        a, b = (path.with_suffix(f".{suffix}").read_bytes() for path in (first, second))
        assert a == b, suffix


def test_whole_numbers_too_are_the_same_bytes_twice(small) -> None:
    a, b = (small.render("small", "--to", "9s", "--bits", 16, to=f"{n}.wav") for n in "ab")
    assert a.read_bytes() == b.read_bytes()


def test_another_seed_is_another_sound(desk) -> None:
    desk.write(
        "scenes/x.yaml", "phases: {a: {duration: 5m, music: [{generate: rain, duration: 9m}]}}"
    )
    one, other, again = (
        sound(desk.render("x", "--to", "10s", "--seed", n, to=f"{k}.wav"))
        for k, n in enumerate((1, 2, 1))
    )
    assert np.array_equal(one, again)
    assert not np.allclose(one, other, atol=1e-3)


# A part of it -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("begin", "end"), [(0, 7.5), (3.3, 12), (17, 33), (34.0001, 48), (45, 99)])
def test_a_part_has_the_same_samples_as_the_whole(
    small, whole: np.ndarray, begin: float, end: float
) -> None:
    part = sound(small.render("small", "--from", f"{begin}s", "--to", f"{end}s", to="part.wav"))
    first, last = round(begin * RATE), min(WHOLE, round(end * RATE))
    assert len(part) == last - first
    assert np.abs(part - whole[first:last]).max() <= 1e-6


def test_a_part_under_a_script_has_the_same_samples_too(small, script) -> None:
    commands = script(
        "- {at: 9s, do: duck}\n- {at: 12s, do: level, by: -2}\n- {at: 20s, do: duck}\n"
    )
    whole = sound(small.render("small", "--script", commands))
    part = sound(small.render("small", "--script", commands, "--from", "13s", "--to", "26s"))
    assert np.abs(part - whole[13 * RATE : 26 * RATE]).max() <= 1e-6


def test_the_events_of_a_part_are_those_of_its_time(small) -> None:
    small.render("small", "--from", "28s", "--to", "42s", "--events", "part.jsonl")
    events = [json.loads(line) for line in Path("part.jsonl").read_text().splitlines()]
    assert [(e["t"], e["event"]) for e in events] == [
        (30.0, "phase"),
        (30.0, "clip-start"),
        (35.0, "light"),
        (35.0, "clip-end"),
        (40.0, "cue"),
    ]


def test_to_a_time_before_from_is_wrong_usage(small) -> None:
    done = small.run("render", "small", "-o", "out.wav", "--from", "9s", "--to", "5s")
    assert (done.code, done.out) == (2, "")
    assert not Path("out.wav").exists()


def test_from_beyond_the_end_is_one_line_and_leaves_nothing(small) -> None:
    before = set(Path().iterdir())
    done = small.run("render", "small", "-o", "o.wav", "--events", "e.jsonl", "--from", "5m")
    assert (done.code, done.out) == (1, "")
    assert done.wrong == ["--from lies beyond the end of the session"]
    assert set(Path().iterdir()) == before


# Lights -------------------------------------------------------------------------------------------


def lightness(y: float) -> float:
    """CIE 1976 L* of a relative luminance."""
    return 116 * y ** (1 / 3) - 16 if y > (6 / 29) ** 3 else y * (29 / 3) ** 3


def test_the_midi_file_has_the_planned_values_at_their_times(small) -> None:
    small.render("small", "--midi", "out.mid")
    file = mido.MidiFile("out.mid")
    assert [track.name for track in file.tracks] == ["desk"]
    now, sent = 0.0, []
    for message in file:
        now += message.time
        if not message.is_meta:
            sent.append((now, message))
    controls = [(at, m.value) for at, m in sent if m.type == "control_change"]
    assert {(m.channel, m.control) for _, m in sent if m.type == "control_change"} == {(0, 20)}
    # From the care light's 60 % to 35 % in 10 s; at 35 s to 20 % in 4 s; even in lightness.
    for begin, over, low, high in ((0.0, 10.0, 0.35, 0.60), (35.0, 4.0, 0.20, 0.35)):
        move = [(at, value) for at, value in controls if begin <= at <= begin + over + 0.1]
        assert move[-1][1] == int(low * 127 + 0.5)
        assert move[-1][0] == pytest.approx(begin + over, abs=0.1)
        for at, value in move:
            planned = lightness(high) + (lightness(low) - lightness(high)) * (at - begin) / over
            assert lightness(value / 127) == pytest.approx(planned, abs=0.8)  # a code, and 40 ms
    assert len({at for at, _ in controls}) == len(controls)
    notes = [(round(at, 3), m.type, m.note) for at, m in sent if m.type.startswith("note")]
    assert notes == [(40.0, "note_on", 60), (40.2, "note_off", 60)]
    go = [(round(at, 3), m.hex()) for at, m in sent if m.type == "sysex"]
    assert go == [(48.0, "F0 7F 01 02 01 01 32 F7")]  # number 2, MIDI Show Control GO to lighting


def test_a_part_has_its_messages_counted_from_its_beginning(small) -> None:
    small.render("small", "--midi", "out.mid", "--from", "38s", "--to", "45s")
    now, notes = 0.0, []
    for message in mido.MidiFile("out.mid"):
        now += message.time
        if message.type == "note_on":
            notes.append(round(now, 3))
    assert notes == [2.0]


# Scripts ------------------------------------------------------------------------------------------

EVERY = """\
    - {at: 3s, do: hold}
    - {at: 4s, do: release}
    - {at: 5s, do: level, by: 1}
    - {at: 6s, do: level, by: -1.5 dB}
    - {at: 0:07, do: extend, by: 10s}
    - {at: 8s, do: extend, by: -5s}
    - {at: 9s, do: dose}
    - {at: 9.5s, do: dose, ago: 3s}
    - {at: 10s, do: duck}
    - {at: 12s, do: duck}
    - {at: 13s, do: skip}
    - {at: 14s, do: swap}
    - {at: 15s, do: soften}
    - {at: 16s, do: lift}
    - {at: 17s, do: care}
    - {at: 18s, do: care}
    - {at: 19s, do: land}
    - {at: 21s, do: land}
    - {at: 22s, do: pause}
    - {at: 26s, do: play}
    - {at: 28s, do: mute}
    - {at: 28.5s, do: mute}
    - {at: 31s, do: play}
    - {at: 33s, do: note, text: Tears}
    - {at: 34s, do: mark}
    - {at: 36s, do: next}
    - {at: 40s, do: goto, phase: arrival}
    - {at: 55s, do: stop, fade: 5s}
    """


def test_a_script_may_have_every_command_in_every_form(small, script) -> None:
    path = small.render("small", "--script", script(EVERY), "--events", "e.jsonl")
    events = [json.loads(line) for line in Path("e.jsonl").read_text().splitlines()]
    assert [e for e in events if e["event"] == "warning"] == []
    commands = [e for e in events if e["event"] == "command"]
    assert len(commands) == EVERY.count("do:")
    assert [e["t"] for e in commands[:5]] == [3.0, 4.0, 5.0, 6.0, 7.0]
    assert [(e["do"], e.get("by")) for e in commands[2:6]] == [
        ("level", 1.0),
        ("level", -1.5),
        ("extend", 10.0),
        ("extend", -5.0),
    ]
    assert commands[-3]["do"] == "next"
    assert commands[-2]["phase"] == "arrival"
    assert events[-1] == {"t": 60.0, "event": "end"}
    assert len(sound(path)) == 60 * RATE
    assert np.abs(np.diff(sound(path), axis=0)).max() < 0.05  # the tones' own slope, no click


def test_lines_may_stand_in_any_order(small, script) -> None:
    small.render("small", "--events", "a.jsonl", "--script", script(
        "- {at: 3s, do: hold}\n- {at: 9s, do: release}\n"
    ))  # fmt: skip
    small.render("small", "--events", "b.jsonl", "--script", script(
        "- {at: 9s, do: release}\n- {at: 3s, do: hold}\n"
    ))  # fmt: skip
    assert Path("a.jsonl").read_bytes() == Path("b.jsonl").read_bytes()


def test_a_refused_command_is_a_warning_and_the_session_goes_on(small, script) -> None:
    commands = script("- {at: 1:05, do: hold}\n- {at: 9s, do: play}\n")
    done = small.run("render", "small", "-o", "o.wav", "--script", commands)
    assert done.code == 0
    assert len(done.wrong) == 1
    assert done.wrong[0].startswith("warning: 0:09: cannot play: the session is playing")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("- {at: 3s, do: hold}\n", "hold"),
        ("- {at: 3s, do: pause}\n", "pause"),
        ("- {at: 3s, do: mute}\n- {at: 3.5s, do: mute}\n", "mute"),
        ("- {at: 3s, do: land}\n", "land"),
        ("- {at: 3s, do: hold}\n- {at: 4s, do: pause}\n- {at: 5s, do: play}\n", "hold"),
        ("- {at: 3s, do: pause}\n- {at: 4s, do: next}\n", "pause"),
    ],
)
def test_what_a_script_leaves_standing_is_one_line(small, script, text: str, word: str) -> None:
    done = small.run("render", "small", "-o", "out.wav", "--script", script(text))
    assert (done.code, done.out, len(done.wrong)) == (1, "", 1)
    assert "script.yaml" in done.err
    assert f"`{word}`" in done.err
    assert not Path("out.wav").exists()


@pytest.mark.parametrize(
    "text",
    [
        "- {at: 3s, do: hold}\n- {at: 4s, do: next}\n",
        "- {at: 3s, do: hold}\n- {at: 4s, do: goto, phase: peak}\n",
        "- {at: 3s, do: hold}\n- {at: 4s, do: stop, fade: 2s}\n",
        "- {at: 3s, do: pause}\n- {at: 4s, do: stop}\n",
        "- {at: 3s, do: land}\n- {at: 4s, do: next}\n",
    ],
)
def test_next_goto_and_stop_end_what_stands(small, script, text: str) -> None:
    small.render("small", "--to", "6s", "--script", script(text))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("- {at: 3s, do: hodl}\n", ["1:3"]),
        ("- {at: 3s, do: hold}\n- {at: soon, do: next}\n- {do: next}\n", ["2:3", "3:3"]),
        ("- {at: 3s, do: level}\n- {at: 3s, do: level, by: loud}\n", ["1:3", "2:3"]),
        ("- {at: 3s, do: extend, by: 12 parsecs}\n", ["1:3"]),
        ("- {at: 3s, do: hold, for: 4s}\n", ["1:3"]),
        ("- {at: 3s, do: goto}\n- {at: 3s, do: note, text: []}\n", ["1:3", "2:3"]),
        ("- next\n- [a]\n-\n", ["1:3", "2:3", "3:2"]),
        ("at: 3s\n", ["1:1"]),
        ("- {at: 3s, do: stop, fade: -1s}\n", ["1:3"]),
        ("- {at: 3s, do: hold\n", ["1:3"]),
        ("- {at: -3s, do: hold}\n", ["1:3"]),
        ("- {at: .nan, do: hold}\n", ["1:3"]),
        ("- {at: 1s, do: level, by: .nan}\n", ["1:3"]),
        ("- {at: 1s, at: 2s, do: hold}\n", ["1:12"]),
    ],
)
def test_each_bad_line_of_a_script_is_named_with_its_place(
    small, script, text: str, places: list[str]
) -> None:
    path = script(text)
    done = small.run("render", "small", "-o", "out.wav", "--script", path)
    assert (done.code, done.out) == (1, "")
    assert [line.split(": ")[0] for line in done.lines] == [f"{path}:{place}" for place in places]
    assert not Path("out.wav").exists()


def test_a_script_that_is_not_there_is_one_line(small) -> None:
    done = small.run("render", "small", "-o", "out.wav", "--script", "no.yaml")
    assert (done.code, done.out, len(done.wrong)) == (1, "", 1)
    assert "no.yaml" in done.err


def test_an_unknown_phase_in_a_script_is_said(small, script) -> None:
    done = small.run(
        "render", "small", "-o", "o.wav", "--script", script("- {at: 1s, do: goto, phase: peek}\n")
    )
    assert "peek" in done.err
    assert "peak" in done.err


# What cannot be written ---------------------------------------------------------------------------


def test_no_output_that_cannot_be_is_begun(small) -> None:
    Path("folder.wav").mkdir()
    Path("folder.mid").mkdir()
    before = set(Path().rglob("*"))
    for options, words in (
        (["-o", "nowhere/out.wav"], "nowhere/out.wav: cannot be written: there is no such folder"),
        (["-o", "out.xyz"], "out.xyz: cannot be written: the name must end in"),
        (["-o", "out"], "out: cannot be written: the name must end in"),
        (["-o", "folder.wav"], "folder.wav: cannot be written"),
        (["-o", "out.mp3", "--bits", "16"], "out.mp3: a number of bits is for .wav and .flac only"),
        (["-o", "out.wav", "--midi", "nowhere/out.mid"], "nowhere/out.mid: cannot be written"),
        (["-o", "out.wav", "--midi", "folder.mid"], "folder.mid: cannot be written"),
        (["-o", "out.wav", "--events", "nowhere/e.jsonl"], "nowhere/e.jsonl: cannot be written"),
        (["-o", "out.wav", "--events", "folder.mid"], "folder.mid: cannot be written"),
    ):
        done = small.run("render", "small", *options)
        assert (done.code, done.out, len(done.wrong)) == (1, "", 1), options
        assert done.wrong[0].startswith(words), options
        assert set(Path().rglob("*")) == before, options


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "opus"])
def test_a_disk_that_fails_midway_is_one_line_and_leaves_nothing(small, kind: str) -> None:
    """A limit on the size of files fails a write as a full disk does."""
    Path(f"out.{kind}").write_bytes(b"an earlier render")
    before = set(Path().iterdir())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        done = small.run("render", "small", "-o", f"out.{kind}", "--events", "e.jsonl")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (done.code, done.out, len(done.wrong)) == (1, "", 1)
    assert done.wrong[0].startswith(f"out.{kind}: cannot be written: ")
    assert set(Path().iterdir()) == before
    assert Path(f"out.{kind}").read_bytes() == b"an earlier render"


def test_events_that_do_not_fit_on_the_disk_are_one_line_and_the_sound_stays(small) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    Path("full").symlink_to("/dev/full")
    done = small.run("render", "small", "-o", "out.wav", "--events", "full")
    assert (done.code, done.out, len(done.wrong)) == (1, "", 1)
    assert done.wrong[0].startswith("full: cannot be written: ")
    assert Path("/dev/full").exists()
    assert soundfile.info("out.wav").frames == WHOLE


def test_an_output_is_needed(small) -> None:
    done = small.run("render", "small")
    assert (done.code, done.out) == (2, "")
