"""`soundscape audition`: one thing alone."""

from __future__ import annotations

import json
import signal
import threading

import numpy as np
import pytest
import soundfile

from soundscape import synth

RATE = 48_000


def decode(file: str) -> np.ndarray:
    """A file's sound, shape (n, 2)."""
    return soundfile.read(file, dtype="float32")[0]


LIST = """\
    tracks:
      - {file: music/low.wav, title: Low}
      - {silence: 5s}
      - {stack: [{generate: drone}, {generate: rain, level: -10 dB}], duration: 5m}
    """


def test_a_generator_is_rendered_with_the_parameters_given(desk) -> None:
    setting = ["--set", "root=A2", "--set", "brightness={0%: 0.2, 3s: 0.5}"]
    done = desk.run("audition", "drone", *setting, "--for", "6s", "-o", "a.wav", "--json")
    assert done.code == 0, done.err
    told = {"file": "a.wav", "title": "drone A2", "duration": 6.0, "loudness": -24.0}
    assert done.json == told
    sound = decode("a.wav")
    assert len(sound) == 6 * RATE
    desk.run("audition", "drone", *setting, "--for", "6s", "-o", "b.wav")
    assert np.array_equal(decode("b.wav"), sound)
    desk.run("audition", "drone", *setting, "--for", "6s", "-o", "b.wav", "--seed", "2")
    assert not np.allclose(decode("b.wav"), sound, atol=1e-3)


def test_it_comes_and_goes_by_gentle_fades(desk) -> None:
    desk.run("audition", "noise", "--for", "20s", "-o", "a.wav")
    sound = np.abs(decode("a.wav")).max(axis=1)
    assert sound[: RATE // 100].max() < 1e-3
    assert sound[-RATE // 100 :].max() < 1e-3
    middle = np.sqrt(np.mean(sound[8 * RATE : 12 * RATE] ** 2))
    assert np.sqrt(np.mean(sound[RATE : 2 * RATE] ** 2)) < 0.6 * middle


def test_an_entry_of_a_playlist_is_rendered_alone(small) -> None:
    small.write("playlists/list.yaml", LIST)
    done = small.run("audition", "list", "-o", "a.wav", "--json")
    assert (done.code, done.json["title"], done.json["duration"]) == (0, "Low", 20.0)
    done = small.run("audition", "list", "--track", 3, "--for", "4s", "-o", "a.wav", "--json")
    assert (done.json["title"], done.json["duration"]) == ("drone + rain", 4.0)


def test_a_name_of_both_is_the_generators_but_with_a_track(small) -> None:
    small.write("playlists/rain.yaml", LIST)
    title = small.run("audition", "rain", "--for", "1s", "-o", "a.wav", "--json").json["title"]
    assert title == "rain"
    done = small.run("audition", "rain", "--track", 1, "-o", "a.wav", "--json")
    assert done.json["title"] == "Low"


def test_a_sound_file_is_brought_to_the_loudness_asked_for(small) -> None:
    for target in ("-24", "-30 LUFS"):
        done = small.run("audition", "music/low.wav", "--loudness", target, "-o", f"{target}.wav")
        assert done.code == 0, done.err
    loud, soft = (np.sqrt(np.mean(decode(f"{t}.wav") ** 2)) for t in ("-24", "-30 LUFS"))
    assert 20 * np.log10(loud / soft) == pytest.approx(6.0, abs=0.1)


def test_it_plays_into_any_output(desk) -> None:
    done = desk.run("audition", "rain", "--for", "1s", "--output", "file:live.wav")
    assert done.code == 0, done.err
    assert "Ctrl-C fades it out" in done.out
    desk.run("audition", "rain", "--for", "1s", "-o", "render.wav")
    live, rendered = decode("live.wav"), decode("render.wav")
    assert np.allclose(live[: len(rendered)], rendered, atol=1e-6)


@pytest.mark.waits
def test_ctrl_c_fades_it_out(desk) -> None:
    timer = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
    timer.start()
    done = desk.run("audition", "noise", "--for", "5m", "--output", "file:live.wav")
    assert done.code == 130
    sound = decode("live.wav")
    assert len(sound) < 5 * RATE
    assert np.abs(np.diff(sound[:, 0])).max() < 0.05
    assert np.abs(sound[-100:]).max() < 1e-4


def test_without_a_name_it_lists_what_there_is(small) -> None:
    small.write("playlists/list.yaml", LIST)
    done = small.run("audition")
    assert all(name in done.out for name in (*synth.NAMES, "list"))
    told = json.loads(small.run("audition", "--json").out)
    assert list(told["generators"]) == list(synth.NAMES)
    assert told["playlists"] == ["list"]
    root = told["generators"]["drone"][0]
    assert (root["name"], root["default"], root["unit"]) == ("root", "D2", "note or Hz")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["drone", "--set", "rot=D2"], "--set rot: no such parameter of drone (did you mean"),
        (["drone", "--set", "width=7"], "--set width: 7 is outside 0 to 1"),
        (["drone", "--set", "density=0 to 2"], "--set density: '2': is outside 0 to 1"),
        (["drone", "--set", "density={9m: 1}"], "--set density.9m: is outside the track"),
        (["drone", "--set", "mode={"], "--set"),
        (["list", "--set", "width=0"], "--set is for generators"),
        (["list", "--track", "9"], "'list' has 3 tracks, and no track 9"),
        (["list", "--track", "2"], "'silence' is a planned silence"),
        (["lost"], "no playlist 'lost' (did you mean 'list'?), and no such generator"),
        (["lost.wav"], "'lost.wav': no such file"),
    ],
)
def test_what_cannot_be_heard_is_one_line_and_exit_1(small, arguments, said) -> None:
    small.write("playlists/list.yaml", LIST)
    done = small.run("audition", *arguments, "-o", "a.wav")
    assert done.code == 1
    assert said in done.err
    assert "tracks.1" not in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["drone", "--set", "root"],
        ["drone", "--set", "duration=5m", "-o", "a.wav"],
        ["drone", "--for", "long"],
        ["drone", "--loudness", "loud"],
        ["drone", "--track", "0"],
        ["drone", "--json"],
        ["drone", "-o", "a.wav", "--output", "null"],
    ],
)
def test_wrong_usage_is_exit_2(desk, arguments) -> None:
    assert desk.run("audition", *arguments).code == 2
