"""A room as the overview shows it."""

from __future__ import annotations

import pytest
from room_states import a_state

from soundscape.remote.mqtt.command_filter import refusal
from soundscape.remote.mqtt.room_row import AT_ONCE, KEYS, acts, command_of, room_row
from soundscape.scene.network_spec import MAY_BE_ALLOWED
from soundscape.timeline.commands import Command
from soundscape.views.snapshot import StateWord
from soundscape.views.value_texts import level


def named(**changed: object) -> dict[str, str]:
    return {act.act: act.label for act in acts(a_state(**changed))}


def test_a_room_has_its_phase_its_times_and_what_is_unusual() -> None:
    row = room_row("room-1", "here", a_state())
    assert (row.name, row.phase, row.left, row.dose) == (
        "Treatment room 1",
        "onset 2/3",
        "8:00",
        "T+2:00",
    )
    assert (row.standing, row.quiet, row.trouble) == (["PLAYING"], True, [])
    held = room_row("room-1", "here", a_state(state="held", ducked=True, since_dose=None))
    assert (held.standing, held.quiet, held.dose) == (["HELD", "DUCKED"], False, "–")
    health = {"audio": "fault", "lights": "off", "controls": "ok", "files": "fault"}
    assert room_row("room-1", "here", a_state(health=health)).trouble == ["sound", "files"]


def test_a_dose_after_the_first_is_offered_as_a_further_one() -> None:
    allowed = list(MAY_BE_ALLOWED)
    assert named(since_dose=None, allow=allowed)["dose"] == "Dose given"
    assert named(since_dose=60.0, allow=allowed)["dose"] == "Further dose"


def test_a_level_is_shown_where_it_is_another_than_planned() -> None:
    assert room_row("room-1", "here", a_state(level_db=0.0)).level == ""
    assert room_row("room-1", "here", a_state(level_db=-3.0)).level == level(-3.0) != ""


def test_a_lost_room_shows_what_was_known_last_and_nothing_can_be_asked_of_it() -> None:
    row = room_row("room-1", "lost", a_state(state="held"), "since 14:02")
    assert (row.standing, row.since, row.left, row.acts) == (
        ["LOST", "held"],
        "since 14:02",
        "8:00",
        [],
    )
    assert room_row("room-1", "lost", None).name == "room-1"


def test_a_room_without_a_session_shows_no_times() -> None:
    row = room_row("room-1", "idle", a_state(state="ended"), "since 11:40")
    assert (row.standing, row.left, row.dose, row.acts) == (["NO SESSION"], "", "", [])


def test_while_a_session_ends_the_time_to_silence_is_shown() -> None:
    assert room_row("room-1", "here", a_state(state="ending", remaining=30.0)).left == "0:30"


def test_only_what_the_room_allows_can_be_asked() -> None:
    assert set(named()) == {
        *("next", "hold", "extend", "pause", "duck", "softer", "land", "care", "mute"),
    }
    assert named(allow=[]) == {}
    assert set(named(allow=["level"])) == {"louder", "softer"}
    assert set(named(allow=["goto"])) == set()
    assert set(named(allow=["goto"], places=["return"])) == {"goto"}


def test_a_press_is_named_as_what_it_does_now() -> None:
    assert named(state="held")["hold"] == "Release"
    assert named(ducked=True)["duck"] == "Music back"
    assert "hold" not in named(state="held", allow=["hold"])
    assert "pause" not in named(state="paused")  # it would play, which the room does not allow
    assert named(state="paused", allow=["pause", "play"])["pause"] == "Play"


def test_nothing_ends_a_session_or_brings_its_sound_back_unless_it_is_allowed() -> None:
    assert "next" not in named(last_phase=True)
    assert not {"hold", "extend"} & set(named(state="ending"))
    assert "hold" in named(state="ending", allow=["hold", "play"])
    assert "mute" not in named(state="muted")


def test_what_a_single_press_does_is_little() -> None:
    once = {act.act for act in acts(a_state(allow=list(MAY_BE_ALLOWED))) if not act.confirm}
    assert once == AT_ONCE - {"note"}


def test_each_act_has_a_key_of_its_own_that_moves_nothing_on_the_screen() -> None:
    keys = [act.key for act in acts(a_state(allow=list(MAY_BE_ALLOWED), places=["return"]))]
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 1 and key not in "q " for key in keys)
    assert set(KEYS.values()) <= set(keys)


@pytest.mark.parametrize("act", MAY_BE_ALLOWED)
@pytest.mark.parametrize("state", StateWord.__args__)  # type: ignore[attr-defined]
def test_what_is_offered_is_not_refused(act: str, state: StateWord) -> None:
    seen = a_state(state=state, allow=[act])
    for offered in acts(seen):
        command = command_of(offered.act, seen)
        assert isinstance(command, Command)
        assert refusal(command, tuple(seen.allow), seen) == ""
