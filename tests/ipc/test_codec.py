"""The format of messages between our processes, and what reading one can make."""

from __future__ import annotations

import json
import pickle
import struct
import tracemalloc
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shows import playlist, track

from soundscape.errors import MessageError
from soundscape.ipc import player_messages as messages
from soundscape.ipc.codec import VERSION, Codec
from soundscape.ipc.job import Job
from soundscape.library.files.locate import Library
from soundscape.library.resolve import load_show
from soundscape.scene.fields import EnvelopeSpec
from soundscape.scene.models import Room
from soundscape.timeline.show import GeneratedSource, Show, Track, Voice
from soundscape.units import At


@dataclass(frozen=True, slots=True)
class Point:
    x: Any
    y: Any = None


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@dataclass(frozen=True, kw_only=True)
class Model:
    others: tuple[Any, ...] = ()
    name: str


CODEC = Codec((Point, Nothing, Model))
plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    plain | st.binary(max_size=20) | st.builds(Nothing),
    lambda inner: st.one_of(
        st.lists(inner, max_size=8).map(tuple),
        st.dictionaries(st.text(), inner, max_size=4),
        st.builds(Point, inner, inner),
        st.lists(st.builds(Point, inner, inner), min_size=4, max_size=8).map(tuple),
        st.builds(Model, name=st.text(), others=st.lists(inner, max_size=4).map(tuple)),
    ),
    max_leaves=25,
)


@given(values)
def test_what_is_decoded_is_what_was_encoded(value: object) -> None:
    assert CODEC.decode(CODEC.encode(value)) == value


@pytest.mark.parametrize("dtype", ["<i2", "<f4", "<f8", "|u1"])
def test_arrays_keep_their_type_and_shape(dtype: str) -> None:
    for shape in ((0,), (7,), (5, 2)):
        array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
        got = CODEC.decode(CODEC.encode((b"odd", Point(array))))[1].x
        assert (got.dtype, got.shape) == (array.dtype, shape)
        assert (got == array).all()


def test_paths_and_numbers_of_numpy_arrive_as_plain_ones() -> None:
    got = CODEC.decode(CODEC.encode((Path("/a/\udce4"), np.float64(1.5), [1, 2])))
    assert got == (Path("/a/\udce4"), 1.5, (1, 2))
    assert type(got[1]) is float


def test_a_playlist_of_several_phases_is_written_once_and_shared_when_read() -> None:
    music = playlist("music", *(track(f"track {number}", 60) for number in range(100)))
    once, twice = (messages.CODEC.encode((music,) * count) for count in (1, 5))
    assert len(twice) < len(once) * 1.2
    got = messages.CODEC.decode(twice)
    assert got == (music,) * 5
    assert len({id(one.tracks) for one in got}) == 1


def test_a_class_that_is_not_in_the_table_cannot_be_sent() -> None:
    with pytest.raises(TypeError, match="Track is not in the table"):
        CODEC.encode(track("a", 1))
    with pytest.raises(TypeError, match="is a key of a mapping"):
        CODEC.encode({1: 2})


def test_a_message_of_another_version_is_refused() -> None:
    data = bytes((VERSION + 1,)) + CODEC.encode(Point(1))[1:]
    with pytest.raises(MessageError, match=f"version {VERSION + 1}, not {VERSION}"):
        CODEC.decode(data)


def written(value: object, data: bytes = b"") -> bytes:
    text = json.dumps(value).encode()
    return struct.pack("<BI", VERSION, len(text)) + text + data


@pytest.mark.parametrize(
    "value",
    [
        {"System": ["rm"]},
        {"Point": [1, 2, 3]},
        {"Point": 5},
        {"Point": [1], "Nothing": []},
        {},
        {"table": ["Point", [1, 2]]},
        {"table": ["Point", [1, 2], [1]]},
        {"table": ["System", [1]]},
        {"table": []},
        {"same": 0},
        {"bytes": [0, 9]},
        {"bytes": [-1, 1]},
        {"bytes": "x"},
        {"array": ["|O8", [1], 0]},
        {"array": ["<f8", [1000], 0]},
        {"array": ["<f8", [-1], 0]},
        {"path": 5},
        {"": 5},
    ],
)
def test_a_damaged_message_is_an_error_of_ours(value: object) -> None:
    with pytest.raises(MessageError):
        CODEC.decode(written(value, bytes(8)))


@given(st.binary(max_size=200), st.integers(0, 60), st.integers(0, 255))
def test_whatever_comes_is_a_value_or_an_error_of_ours(noise: bytes, at: int, byte: int) -> None:
    good = bytearray(CODEC.encode((Point(1, b"abc"), {"a": (1.5, None)}, Point("x"))))
    good[at % len(good)] = byte
    for data in (noise, bytes((VERSION,)) + noise, bytes(good), bytes(good[:at])):
        with suppress(MessageError):
            CODEC.decode(data)


TAGS = [*messages.CODEC._by_name, "", "table", "same", "bytes", "array", "path"]
json_plain = (
    st.none()
    | st.booleans()
    | st.integers(-2, 1 << 70)
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "<f4", "Track", "playing"])
    | st.text(max_size=8)
)
json_messages = st.recursive(
    json_plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.builds(lambda tag, body: {tag: body}, st.sampled_from(TAGS), inner),
        st.builds(
            lambda tag, body: {tag: body}, st.sampled_from(TAGS), st.lists(inner, max_size=12)
        ),
    ),
    max_leaves=20,
)


@given(json_messages)
def test_whatever_claims_to_be_a_message_of_the_player_is_a_value_or_an_error_of_ours(
    value: object,
) -> None:
    with suppress(MessageError):
        messages.CODEC.decode(written(value, bytes(64)))


def test_deep_nesting_is_an_error_of_ours() -> None:
    text = b"[" * 100_000 + b"]" * 100_000
    with pytest.raises(MessageError):
        CODEC.decode(struct.pack("<BI", VERSION, len(text)) + text)


def test_code_cannot_be_smuggled_in() -> None:
    class Boom:
        def __reduce__(self) -> tuple[Any, ...]:
            return (pytest.fail, ("it ran",))

    with pytest.raises(MessageError):
        CODEC.decode(pickle.dumps(Boom()))


def classes_within(annotation: Any, found: set[type]) -> None:
    """All classes of ours that a field of this type can hold."""
    for inner in get_args(annotation):
        classes_within(inner, found)
    ours = isinstance(annotation, type) and annotation.__module__.startswith("soundscape.")
    if ours and annotation not in found:
        found.add(annotation)
        for hint in get_type_hints(annotation).values():
            classes_within(hint, found)


@pytest.mark.parametrize("shape", [[10**8, "text"], [10**8, [1]], [2.0]])
def test_the_shape_of_an_array_has_whole_numbers_alone(shape: list[Any]) -> None:
    text = json.dumps({"array": ["<f4", shape, 0]}).encode()
    tracemalloc.start()
    try:
        with pytest.raises(MessageError):
            CODEC.decode(struct.pack("<BI", VERSION, len(text)) + text)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_the_table_has_every_class_that_a_message_can_hold() -> None:
    found: set[type] = set()
    for one in (Job, messages.CommandRequest, messages.SendMidi, messages.UpdateTracks):
        classes_within(one, found)
    classes_within(messages.PlayerMessage, found)
    assert Show in found
    assert Room in found
    assert found - set(messages.CODEC._records) == set()


def test_a_generators_parameters_arrive_as_they_were() -> None:
    moving = EnvelopeSpec(points=((At(), 0.2), (At(fraction=1.0), 0.9)))
    source = GeneratedSource((Voice("drone", {"root": "D2", "intensity": moving}, -3.0),), 7)
    whole = Track("d", "Drone", source, 10)
    assert messages.CODEC.decode(messages.CODEC.encode(whole)) == whole


def test_the_shipped_rooms_and_scenes_arrive_as_they_were() -> None:
    library = Library(Path(__file__).resolve().parents[2])
    for scene in sorted((library.root / "scenes").glob("*.yaml")):
        loaded = load_show(library, scene.stem)
        job = Job(loaded.show, loaded.room)
        got = messages.CODEC.decode(messages.CODEC.encode(job))
        assert got == job
        assert asdict(got.room) == asdict(job.room)
