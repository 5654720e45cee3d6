"""What leaves a room."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from room_states import a_state
from shows import phase, playlist, show, track

from soundscape.remote.mqtt.room_state import RoomState, public_reply, room_state
from soundscape.scene.network_spec import MqttSpec
from soundscape.timeline.conductor import Conductor
from soundscape.views.history import History
from soundscape.views.snapshot import Health, Snapshot
from soundscape.views.take_snapshot import take_snapshot

SPEC = MqttSpec(broker="b", room="one")
SECRETS = ("SECRET", "Prompt of", "Note of", "Warning of", "Label of", "Fault of")


def snapshot() -> Snapshot:
    """A session in which everything that people write has a secret in it."""
    conductor = Conductor(show(phase("arrival", 60, playlist("m", track("SECRET title", 50)))))
    history = History()
    history.prompts = ["Prompt of the SECRET"]
    history.marks.append((0, "Note of the SECRET"))
    history.warnings.append((0, "Warning of the SECRET"))
    return take_snapshot(
        conductor, history, label="Label of the SECRET", health=Health(files="Fault of SECRET.flac")
    )


def test_no_title_and_nothing_that_somebody_wrote_leaves_the_room() -> None:
    view = snapshot()
    assert all(secret in view.model_dump_json() for secret in SECRETS)
    sent = room_state(view, SPEC, "Room 1", 1.0).model_dump_json()
    assert not any(secret in sent for secret in SECRETS)
    assert json.loads(sent)["health"] == {
        "audio": "ok",
        "lights": "ok",
        "controls": "ok",
        "files": "fault",
    }


def test_titles_leave_the_room_if_it_says_so_and_nothing_else() -> None:
    sent = room_state(snapshot(), replace(SPEC, titles=True), "Room 1", 1.0)
    assert sent.title == "SECRET title"
    assert sent.model_dump_json().count("SECRET") == 1


def test_the_reply_of_a_command_that_names_a_track_stays_in_the_room() -> None:
    assert public_reply("skip", "crossfading to SECRET", SPEC) == ""
    assert public_reply("hold", "held in arrival at 0:05", SPEC) == "held in arrival at 0:05"
    titles = replace(SPEC, titles=True)
    assert public_reply("skip", "crossfading to X", titles) == "crossfading to X"


def test_phases_are_listed_only_where_one_may_be_gone_to() -> None:
    assert room_state(snapshot(), SPEC, "", 1.0).places == []
    allowing = replace(SPEC, allow=("goto",))
    assert room_state(snapshot(), allowing, "", 1.0).places == ["arrival"]


@pytest.mark.parametrize(
    ("state", "left", "remaining", "elapsed", "since_dose"),
    [
        ("playing", 470.0, 1490.0, 310.0, 130.0),
        ("held", 480.0, 1500.0, 310.0, 130.0),
        ("paused", 480.0, 1500.0, 310.0, 130.0),
        ("ending", 480.0, 1490.0, 310.0, 130.0),
        ("ended", 480.0, 1500.0, 300.0, 120.0),
    ],
)
def test_times_go_on_as_the_state_lets_them(
    state: str, left: float, remaining: float, elapsed: float, since_dose: float
) -> None:
    later = a_state(state=state).after(10.0)
    assert (later.left, later.remaining) == (left, remaining)
    assert (later.elapsed, later.since_dose) == (elapsed, since_dose)


def test_no_time_that_is_left_goes_below_zero() -> None:
    later = a_state(state="playing").after(1e5)
    assert (later.left, later.remaining) == (0.0, 0.0)


def test_time_that_passes_is_expected_and_a_change_is_not() -> None:
    before = a_state()
    assert before.after(9.0).expected_from(before)
    assert not before.after(9.0).model_copy(update={"state": "held"}).expected_from(before)
    longer = before.after(9.0).model_copy(update={"left": before.left + 291.0})
    assert not longer.expected_from(before)
    assert not a_state(since_dose=None).expected_from(before)
    assert a_state(since_dose=None).after(5.0).since_dose is None


@pytest.mark.parametrize(
    "changed",
    [{"left": 1e300}, {"phase": "x" * 201}, {"state": "gone"}, {"at": -1}, {"allow": ["a"] * 101}],
)
def test_a_state_that_no_room_sends_is_not_read(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        RoomState.model_validate({**a_state().model_dump(), **changed})
