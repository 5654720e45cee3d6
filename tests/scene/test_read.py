"""Files as people write them: the good ones load, the bad ones are told where and why."""

from __future__ import annotations

import re
import time

import malformed
import pytest
import yaml
from examples import EXAMPLES, SLIPS, slipped
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from soundscape.errors import FileProblems
from soundscape.scene.document import read_playlist, read_room, read_scene
from soundscape.scene.models import PlaylistSpec, Room, Scene
from soundscape.scene.schema import Model, written_keys
from soundscape.units import At

READERS = {"scene": read_scene, "playlist": read_playlist, "room": read_room}


def test_the_example_scene_loads(model):
    scene: Scene = model("scene", EXAMPLES["scene"])
    assert list(scene.phases) == ["arrival", "onset", "peak", "return", "rest"]
    arrival, onset, peak, back, rest = scene.phases.values()
    assert (scene.name, scene.seed, scene.calm) == ("KAP, intramuscular", 7, True)
    assert (scene.fades.track, scene.fades.end, scene.fades.curve) == (8.0, 60.0, "equal-power")
    assert scene.landing["music"].playlist == "grounding"
    assert (arrival.duration.typical, arrival.duration.min, arrival.advance) == (
        900.0,
        None,
        "dose",
    )
    assert arrival.ambience.level.points == ((At(), -12.0),)
    assert arrival.lights[0].set["room"] == 0.35
    assert arrival.lights[0].set["warmth"].kelvin == 2700.0
    assert (arrival.lights[0].at, arrival.lights[0].over) == (At(), 10.0)
    assert [(p.at.seconds, p.say) for p in arrival.prompts] == [
        (0.0, "Mask, headphones, intention."),
        (600.0, "Blood pressure."),
    ]
    assert onset.music.order == "shuffle"
    assert onset.ambience.level.points == ((At(), -12.0), (At(fraction=1.0), -20.0))
    assert onset.loudness.points == ((At(), -26.0), (At(fraction=1.0), -24.0))
    assert (peak.duration.min, peak.duration.max, peak.music.fit) == (1200.0, 2400.0, True)
    assert peak.loudness.points[1] == (At(fraction=0.4), -21.0)
    assert [(c.cue, c.number, c.at) for c in peak.cues] == [
        ("go", "2", At()),
        ("chime", None, At(30.0, from_end=True)),
    ]
    assert back.voice.playlist[0].file == "voice/returning.flac"
    assert back.lights[1].at == At(1500.0)
    assert (rest.advance, rest.loudness) == ("manual", None)


def test_the_example_playlist_loads(model):
    playlist: PlaylistSpec = model("playlist", EXAMPLES["playlist"])
    file, folder, drone, stack, silence = playlist.tracks
    assert (file.file, file.start, file.end, file.gain, file.calm) == (
        "music/first-light.flac", 12.0, 340.0, -2.0, False,
    )  # fmt: skip
    assert folder.folder == "music/arrival/"
    assert (drone.generate.generate, drone.generate.params) == ("drone", {"root": "D2"})
    assert drone.duration == 480.0
    assert [(g.generate, g.level, g.params) for g in stack.stack] == [
        ("pad", 0.0, {"root": "A2"}),
        ("rain", -14.0, {}),
    ]
    assert silence.silence == 90.0


def test_the_example_room_loads(read):
    document = read("room", EXAMPLES["room"])
    room: Room = document.model
    assert (room.audio.fallback, room.audio.limit, room.audio.calibration.reads) == (
        "USB Headset", 70.0, 58.0,
    )  # fmt: skip
    assert room.audio.outputs["speakers"].channels == (3, 4)
    assert (room.midi["feed"].output, room.midi["feed"].virtual) == ("Soundscape", True)
    assert (room.lights["room"].cc, room.lights["lamp"].cc) == (20, (21, 53))
    assert room.lights["warmth"].range == (2200.0, 4000.0)
    assert (room.lights["sub"].msc.control, room.lights["sub"].from_) == (5, 0.3)
    assert (room.limits.rate, room.limits.messages, room.care.over) == (0.1, 250.0, 3.0)
    assert room.cues["go"][0].msc.command == "go"
    assert room.cues["raw"][0].sysex == (0x7D, 1)
    assert [m.after for m in room.cues["wake"]] == [0.0, 0.5]
    assert room.timecode.rate == 25.0
    assert [c.do for c in room.controls] == ["duck", "level", "hold"]
    assert room.keys == {"pagedown": "duck", "f5": "hold"}
    pair, program, pads = (str(w) for w in document.warnings)
    assert "18:40: lights.lamp.cc: lamp: a 14-bit pair is for a desk that acts on the LSB" in pair
    assert (
        "28:13: cues.preset: preset, wake: a program of the desk may make the room dark" in program
    )
    assert [pads] == [
        "room.yaml:35:12: controls.3.port: 'pads': no such port (there are: desk, pedal, feed)"
    ]


@pytest.mark.parametrize("kind", READERS)
def test_the_text_that_the_malformed_ones_come_from_is_good(kind):
    READERS[kind](getattr(malformed, f"GOOD_{kind.upper()}").encode(), "x.yaml")


def test_there_are_two_hundred_malformed_files_each_different():
    assert len(malformed.CASES) >= 200
    assert len({name for _, name, _ in malformed.CASES}) == len(malformed.CASES)
    assert len({(kind, text) for kind, _, text in malformed.CASES}) == len(malformed.CASES)


@pytest.mark.parametrize(
    ("kind", "name", "text"), malformed.CASES, ids=[c[1] for c in malformed.CASES]
)
def test_a_malformed_file_gives_plain_lines_with_their_places(kind, name, text):
    started = time.process_time()
    with pytest.raises(FileProblems) as caught:
        READERS[kind](text, "a/b.yaml")
    assert time.process_time() - started < 5.0, "as good as a hang"
    for line in str(caught.value).splitlines():
        assert re.match(r"a/b\.yaml:[1-9][0-9]*:[1-9][0-9]*: \S", line)
        assert line.isprintable()
        assert not re.search("pydantic|Traceback|should be|type=|NoneType|yaml\\.org,", line)


def test_every_problem_of_a_file_is_told_at_once_in_order(faults):
    found = faults(
        "scene",
        """\
        name: x
        sed: 7
        phases:
          arrival:
            duratoin: 15m
            advance: dosis
            music: {playlist: a, level: loud}
          peak:
            duration: {min: 20m, typical: 10m}
            lights: [{at: 1h, set: {room: 10, lamp: 5%}}]
            cues: [{at: 11m, cue: go, number: x}]
        """,
    )
    assert [line.rsplit(": ", 1)[0] for line in found] == [
        "2:1: sed",
        "5:5: phases.arrival.duratoin",
        "6:14: phases.arrival.advance: 'dosis' is not known here",
        "7:33: phases.arrival.music.level: 'loud' is not a gain",
        "9:21: phases.peak.duration.min",
        "10:19: phases.peak.lights.1.at: is after the phase's planned end",
        "10:35: phases.peak.lights.1.set.room: '10' has no unit",
        "11:17: phases.peak.cues.1.at: is after the phase's planned end",
        "11:39: phases.peak.cues.1.number: 'x' is not a cue number",
    ]
    assert found[1].endswith("no such key (did you mean 'duration'?)")
    assert found[6].endswith(
        "write a light level like 35%, on or off, or 2700K for a light with a range"
    )


SLOW = examples()
BYTES = st.binary(max_size=300)
TEXTS = st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))
SIGNS = st.sampled_from(
    [
        *"[]{}:,-?&*!|>%@`'\"#\n \t0~",
        *("a", "- ", ": ", "<<: ", "&a ", "*a", "!!str ", "---\n"),
        *("phases:\n", "\\x", "\ufeff", "\x85", "\u2028"),
    ]
)


def read_or_fault(data: bytes) -> None:
    for reader in READERS.values():
        problems: tuple = ()
        try:
            reader(data, "x.yaml")
        except FileProblems as faults:
            problems = faults.problems
        assert all(p.line >= 1 and p.column >= 1 and str(p).isprintable() for p in problems)


@SLOW
@given(BYTES | TEXTS)
def test_any_bytes_are_a_model_or_faults(data):
    read_or_fault(data)


@SLOW
@given(st.lists(SIGNS, max_size=60))
def test_any_yaml_signs_are_a_model_or_faults(parts):
    read_or_fault("".join(parts).encode())


@SLOW
@given(st.sampled_from(sorted(EXAMPLES)), st.lists(SLIPS, min_size=1, max_size=4))
def test_a_good_file_with_any_slips_of_the_finger_is_a_model_or_faults(kind, slips):
    read_or_fault(slipped(EXAMPLES[kind], slips).encode())


def all_keys(model: type[Model]) -> set[str]:
    return set(written_keys(model)).union(*(all_keys(sub) for sub in model.__subclasses__()))


KEYS = st.sampled_from([*sorted(all_keys(Model)), "0%", "5m", "peak", "room", "desk", "x"])
FORMS = """90s,-6 dB,-24 LUFS,35%,on,2700K,10m,end-30s,50%,-3 to -6,desk,go,hold,70 dBA,
2200K to 4000K,10%/s,1/s,drone,dose,auto,"""
NUMBERS = [0, 1, 20, 127, 128, -1, 1.5, True, None, float("nan"), 10**30]
TREES = st.recursive(
    st.sampled_from([*FORMS.replace("\n", "").split(","), *NUMBERS]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


@SLOW
@given(st.dictionaries(KEYS, TREES, max_size=8))
def test_any_tree_of_known_keys_is_a_model_or_faults(tree):
    read_or_fault(yaml.safe_dump(tree, allow_unicode=True).encode())
