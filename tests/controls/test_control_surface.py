"""Pedals, pads and faders, with no device and no clock."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standing import Stand

from soundscape.command_specs import BOUNCE, COMMANDS
from soundscape.controls.control_surface import ControlSurface
from soundscape.scene.control_specs import SHOWN, Control
from soundscape.timeline.commands import Command

CONTROLS = (
    Control(port="pedal", note=60, do="duck"),
    Control(port="pedal", channel=2, cc=64, do="hold"),
    Control(port="pedal", program=5, do="next"),
    Control(port="pads", note=36, do="hold", feedback=True),
    Control(port="pads", cc=20, channel=3, do="care", feedback=True),
    Control(port="pedal", cc=7, do="level"),
)
ON = b"\x90\x3c\x64"
OFF = b"\x80\x3c\x00"


@pytest.fixture
def surface() -> ControlSurface:
    return ControlSurface(CONTROLS)


def dos(commands: list[Command]) -> list[str]:
    return [command.do for command in commands]


def test_a_note_a_switch_and_a_program_are_presses(surface):
    view = Stand()
    assert dos(surface.receive("pedal", ON, 1.0, view)) == ["duck"]
    assert dos(surface.receive("pedal", b"\xb1\x40\x7f", 2.0, view)) == ["hold"]
    assert dos(surface.receive("pedal", b"\xc9\x04", 3.0, view)) == ["next"]


def test_letting_go_is_no_command(surface):
    for data in (OFF, b"\x90\x3c\x00", b"\xb1\x40\x00"):
        assert surface.receive("pedal", data, 1.0, Stand()) == []


@pytest.mark.parametrize(
    ("port", "data"),
    [
        ("pads", ON),
        ("pedal", b"\x90\x3d\x64"),
        ("pedal", b"\xb0\x40\x7f"),  # another channel
        ("pedal", b"\xe0\x00\x40"),
        ("pedal", b"\xf8"),
        ("pedal", b"\xf0\x7d\x01\xf7"),
        ("nothing", ON),
    ],
)
def test_what_is_not_bound_asks_for_nothing(surface, port, data):
    assert surface.receive(port, data, 1.0, Stand()) == []


def test_any_channel_will_do_where_none_is_named(surface):
    assert dos(surface.receive("pedal", b"\x9f\x3c\x01", 1.0, Stand())) == ["duck"]


def test_a_bouncing_contact_is_one_press(surface):
    found = []
    for step in range(40):  # 0.2 s of it
        found += surface.receive("pedal", (ON, OFF)[step % 2], 1.0 + 0.005 * step, Stand())
    assert dos(found) == ["duck"]


def test_the_bounce_of_letting_go_is_no_press(surface):
    surface.receive("pedal", ON, 1.0, Stand())
    surface.receive("pedal", OFF, 2.0, Stand())
    assert surface.receive("pedal", ON, 2.01, Stand()) == []


def test_two_quick_presses_are_two(surface):
    found = []
    for at, data in ((1.0, ON), (1.1, OFF), (1.0 + BOUNCE, ON), (1.25, OFF)):
        found += surface.receive("pedal", data, at, Stand())
    assert dos(found) == ["duck", "duck"]


def test_a_controller_that_trembles_about_the_middle_is_one_press(surface):
    found = []
    for step in range(100):
        data = bytes((0xB1, 64, 60 + step % 9))
        found += surface.receive("pedal", data, 1.0 + 0.5 * step, Stand())
    assert dos(found) == ["hold"]


@pytest.mark.parametrize("do", sorted(COMMANDS))
def test_every_command_can_be_asked_for(do):
    words = {"phase": "return"} if do == "goto" else {"text": "cried"} if do == "note" else {}
    surface = ControlSurface([Control(port="p", cc=1, do=do, **words)])
    view = Stand("held" if do == "release" else "playing")
    presses = 2 if do in ("lift", "stop") else 1
    values = (118, 100) if do == "level" else (127, 0) * presses
    found = []
    for step, value in enumerate(values):
        found += surface.receive("p", bytes((0xB0, 1, value)), 1.0 + step / 2, view)
    assert dos(found) == [do]
    if do == "goto":
        assert found[0].phase == "return"
    if do == "note":
        assert found[0].text == "cried"


@pytest.mark.parametrize("do", ["stop", "lift"])
def test_a_stray_press_neither_ends_nor_makes_louder(do):
    surface = ControlSurface([Control(port="p", note=1, do=do)])
    assert surface.receive("p", b"\x90\x01\x40", 1.0, Stand()) == []
    assert surface.receive("p", b"\x90\x01\x40", 9.0, Stand()) == []
    assert dos(surface.receive("p", b"\x90\x01\x40", 10.0, Stand())) == [do]


def test_a_fader_asks_for_its_last_place_when_the_session_has_caught_up(surface):
    view = Stand()
    for step, value in enumerate((118, 116, 110, 90)):
        for command in surface.receive("pedal", bytes((0xB0, 7, value)), 1 + step / 100, view):
            view.level_db += command.by
    assert surface.due() < 1.5
    (command,) = surface.poll(surface.due(), view)
    assert view.level_db + command.by == -10.0
    view.level_db += command.by
    assert surface.due() == math.inf


# Lights of pads -----------------------------------------------------------------------------------


def test_pads_show_their_state_and_only_changes_are_sent(surface):
    view = Stand()
    assert surface.feedback(0.0, view) == [("pads", b"\x80\x24\x00"), ("pads", b"\xb2\x14\x00")]
    assert surface.feedback(0.1, view) == []
    view.state, view.care = "held", True
    assert surface.feedback(0.2, view) == [("pads", b"\x90\x24\x7f"), ("pads", b"\xb2\x14\x7f")]
    assert surface.darkened() == [("pads", b"\x80\x24\x00"), ("pads", b"\xb2\x14\x00")]
    assert surface.darkened() == []


def test_a_pad_is_lit_on_the_channel_that_it_speaks_on(surface):
    surface.receive("pads", b"\x99\x24\x40", 1.0, Stand())
    assert surface.feedback(1.0, Stand("held"))[0] == ("pads", b"\x99\x24\x7f")


@pytest.mark.parametrize(
    ("do", "view"),
    [
        ("hold", Stand("held")),
        ("duck", Stand(ducked=True)),
        ("pause", Stand("paused")),
        ("care", Stand(care=True)),
        ("land", Stand("landing")),
        ("mute", Stand("muted")),
        ("stop", Stand("ending")),
    ],
)
def test_every_state_has_its_light(do, view):
    assert do in SHOWN
    surface = ControlSurface([Control(port="p", note=1, do=do, feedback=True)])
    assert surface.feedback(0.0, Stand()) == [("p", b"\x80\x01\x00")]
    assert surface.feedback(0.0, view) == [("p", b"\x90\x01\x7f")]


def test_the_pads_of_a_port_that_is_back_are_shown_anew(surface):
    surface.feedback(0.0, Stand("held"))
    surface.show_all("pads")
    assert ("pads", b"\x90\x24\x7f") in surface.feedback(1.0, Stand("held"))


# Echoes -------------------------------------------------------------------------------------------


def test_a_pads_light_that_comes_back_is_no_press(surface):
    surface.feedback(1.0, Stand())
    for port, data in surface.feedback(2.0, Stand("held", care=True)):
        assert surface.receive(port, data, 2.01, Stand("held")) == []
    assert dos(surface.receive("pads", b"\x90\x24\x7f", 3.0, Stand("held"))) == ["release"]


def test_a_lights_message_that_a_desk_gives_back_is_no_command(surface):
    surface.sent(5.0, b"\x90\x3c\x64")  # a light that shares the pedal's note
    assert surface.receive("pedal", ON, 5.03, Stand()) == []


def test_a_loop_of_cables_never_runs_away():
    """Whatever is sent comes back at once, on the very port of the pads."""
    surface = ControlSurface([Control(port="pads", note=36, do="hold", feedback=True)])
    view, asked = Stand(), 0
    for tick in range(200):
        now = tick / 10
        for port, data in surface.feedback(now, view):
            for command in surface.receive(port, data, now + 0.01, view):
                asked += 1
                view.state = "held" if command.do == "hold" else "playing"
        if tick == 50:
            for command in surface.receive("pads", b"\x90\x24\x7f", now, view):
                view.state = "held" if command.do == "hold" else "playing"
    assert (view.state, asked) == ("held", 0)


# Anything -----------------------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["pedal", "pads", "x"]),
            st.binary(min_size=1, max_size=4),
            st.floats(0.0, 1.0),
        ),
        max_size=80,
    )
)
def test_whatever_comes_no_button_is_faster_than_its_debounce(heard):
    surface, now, last = ControlSurface(CONTROLS), 0.0, {}
    for port, data, wait in heard:
        now += wait
        for command in surface.receive(port, data, now, Stand()):
            key = (port, command.do)
            if command.do not in ("level",):
                assert now - last.get(key, -1.0) >= BOUNCE
            last[key] = now


HELD = Control(port="pedal", note=60, do="duck", while_="held")


def held(data: bytes, surface: ControlSurface, view: Stand, at: float = 1.0) -> list[bool | None]:
    return [command.on for command in surface.receive("pedal", data, at, view)]


def test_a_held_pedal_ducks_while_it_is_held():
    surface = ControlSurface([HELD])
    assert held(ON, surface, Stand()) == [True]
    assert held(ON, surface, Stand(ducked=True)) == []
    assert held(OFF, surface, Stand(ducked=True)) == [False]
    assert held(OFF, surface, Stand()) == []


def test_a_held_controller_has_to_rise_past_the_middle_and_fall_well_below():
    switch = replace(HELD, note=None, cc=64)
    surface = ControlSurface([switch])
    asked = [held(bytes((0xB0, 64, value)), surface, Stand()) for value in (63, 64, 40, 31, 0)]
    assert asked == [[], [True], [], [False], []]


def test_what_another_control_began_goes_on_when_the_pedal_is_let_go():
    surface = ControlSurface([HELD])
    assert held(ON, surface, Stand(ducked=True)) == []
    assert held(OFF, surface, Stand(ducked=True)) == []


def test_a_pedal_that_was_unplugged_while_held_is_let_go_when_its_release_comes():
    surface = ControlSurface([HELD])
    held(ON, surface, Stand())
    surface.lost("pedal")
    assert held(OFF, surface, Stand(ducked=True)) == [False]


def test_a_note_held_for_minutes_ducks_once():
    surface = ControlSurface([HELD])
    assert held(ON, surface, Stand()) == [True]
    again = [held(ON, surface, Stand(ducked=True), at=2.0 + n) for n in range(300)]
    assert again == [[]] * 300
    assert held(OFF, surface, Stand(ducked=True), at=400.0) == [False]
