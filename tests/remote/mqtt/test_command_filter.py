"""Which commands of other computers a room takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from room_states import a_state

from soundscape.remote.mqtt.command_filter import (
    FRESH,
    LARGEST,
    CommandFilter,
    NotForUs,
    RateLimit,
    RefusedCommand,
    may_do,
)
from soundscape.scene.network_spec import ALLOWED
from soundscape.timeline.commands import Command

NOW = 1_800_000_000.0


def payload(do: str = "hold", name: str = "a1", at: object = NOW, **more: object) -> bytes:
    return json.dumps({"do": do, "id": name, "at": at, **more}).encode()


def refused(data: bytes, allow: tuple[str, ...] = ALLOWED, **more: Any) -> str:
    state = more.pop("state", None)
    with pytest.raises(RefusedCommand) as caught:
        CommandFilter(allow).take(data, NOW, state, **more)
    return str(caught.value)


def test_a_fresh_command_that_the_room_allows_is_taken() -> None:
    taken = CommandFilter(ALLOWED).take(payload("extend", by="5m"), NOW, a_state())
    assert (taken.id, taken.at, taken.command) == ("a1", NOW, Command("extend", by=300.0))


@pytest.mark.parametrize("at", [NOW - FRESH, NOW, NOW + FRESH])
def test_a_command_may_be_on_its_way_for_some_seconds(at: float) -> None:
    assert CommandFilter(ALLOWED).take(payload(at=at), NOW, None).at == at


def test_a_command_that_is_late_or_ahead_or_kept_or_comes_twice_is_refused() -> None:
    assert "older than 5 s" in refused(payload(at=NOW - FRESH - 0.1))
    assert "set both clocks" in refused(payload(at=NOW + FRESH + 0.1))
    assert "kept it" in refused(payload(), retained=True)
    twice = CommandFilter(ALLOWED)
    twice.take(payload(), NOW, None)
    with pytest.raises(RefusedCommand, match="it came twice"):
        twice.take(payload(), NOW + 1, None)
    assert twice.take(payload(name="a2"), NOW + 1, None).id == "a2"


@pytest.mark.parametrize("at", [None, True, "now", [], 10**400])
def test_a_command_without_its_time_is_refused(at: object) -> None:
    assert refused(payload(at=at))


def test_what_the_room_does_not_allow_is_refused() -> None:
    for do, more in (("stop", {}), ("play", {}), ("level", {"by": 1}), ("lift", {}), ("undo", {})):
        assert refused(payload(do, **more)) == "the room does not allow it"  # type: ignore[arg-type]
    assert refused(payload(), ()) == "the room does not allow it"


def test_softer_allows_every_step_down_and_nothing_else() -> None:
    assert may_do(ALLOWED, Command("level", by=-1.0))
    assert may_do(ALLOWED, Command("level", by=-3.0))
    assert not may_do(ALLOWED, Command("level", by=0.0))
    assert not may_do(ALLOWED, Command("level", by=1.0))
    assert not may_do(ALLOWED, Command("level", by=-1.0, output="speakers"))
    assert may_do(("louder", "softer"), Command("level", by=1.0))
    assert may_do(("level",), Command("level", by=1.0, output="speakers"))


def test_next_does_not_end_a_session_unless_the_room_allows_stop() -> None:
    last = a_state(last_phase=True)
    assert "would end the session" in refused(payload("next"), state=last)
    assert CommandFilter((*ALLOWED, "stop")).take(payload("next"), NOW, last)


def test_a_second_mute_is_refused_since_it_would_be_a_sudden_silence() -> None:
    assert refused(payload("mute"), state=a_state(state="muted")) == "muted already"


@pytest.mark.parametrize("do", ["duck", "care", "land"])
def test_what_toggles_needs_to_say_which_way(do: str) -> None:
    assert "say “on”" in refused(payload(do))
    assert CommandFilter(ALLOWED).take(payload(do, on=False), NOW, None).command.on is False


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"hold", b"[]", b"1", b"null", b'"hold"', b"\xff\xfe", b"{" * 100_000),
        b'{"do": "hold"}',
        *(payload(name=""), payload(name="x" * 65), payload(name="a b"), payload(name="ä")),
        *(b'{"do": "hold", "id": 7, "at": 1}', payload(text="x" * LARGEST)),
        b'{"id": "a", "at": NaN, "do": "hold"}',
    ],
)  # fmt: skip
def test_what_is_no_command_is_ignored(data: bytes) -> None:
    with pytest.raises(NotForUs):
        CommandFilter(ALLOWED).take(data, NOW, None)


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
KEYS = st.sampled_from(["do", "id", "at", "by", "on", "phase", "text"])
OBJECTS = st.dictionaries(KEYS, VALUES | st.lists(VALUES, max_size=2))


@given(st.binary(max_size=300) | OBJECTS.map(lambda one: json.dumps(one).encode()))
@examples(100)
def test_no_payload_breaks_the_filter(data: bytes) -> None:
    try:
        taken = CommandFilter(ALLOWED).take(data, NOW, a_state())
    except (NotForUs, RefusedCommand):
        return
    assert may_do(ALLOWED, taken.command)


def test_so_many_messages_pass_at_once_and_so_many_a_second() -> None:
    limit = RateLimit(3, 2.0)
    assert [limit.allows(100.0) for _ in range(5)] == [True, True, True, False, False]
    assert [limit.allows(100.5), limit.allows(100.5)] == [True, False]
    assert [limit.allows(1000.0) for _ in range(4)] == [True, True, True, False]
