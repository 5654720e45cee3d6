"""Pedals, pads, faders and keys."""

from __future__ import annotations

import pytest

from soundscape.command_specs import COMMANDS
from soundscape.scene.document import read_room

PORTS = "midi: {pedal: {input: Pedal}}\n"


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"goto", "note", "level"}))
def test_a_pedal_may_do_any_command_that_needs_no_words(model, command):
    room = model("room", PORTS + f"controls: [{{port: pedal, note: 60, do: {command}}}]")
    assert room.controls[0].do == command


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("do: duck", "needs exactly one of note, cc, program"),
        ("note: 1, cc: 2, do: duck", "it has note and cc"),
        ("note: 1, do: goto", "goto needs 'phase', such as 'phase: return'"),
        ("note: 1, do: note", "note needs 'text'"),
        ("note: 1, do: duck, phase: return", "goes with do: goto"),
        ("note: 1, do: goto, phase: return, text: x", "goes with do: note"),
        ("note: 1, do: level", "level follows a fader: give its cc"),
        ("note: 1, do: dukc", "did you mean 'duck'?"),
        ("note: 1", "the key 'do' is missing"),
        ("cc: 121, do: duck", "'121' is not a controller number"),
    ],
)
def test_a_control_is_one_message_and_one_command(faults, keys, expected):
    found = faults("room", PORTS + f"controls: [{{port: pedal, {keys}}}]")
    assert len(found) == 1
    assert expected in found[0]


def test_goto_and_note_take_their_words_from_the_file(model):
    lines = (
        "{port: pedal, note: 1, do: goto, phase: return}",
        "{port: pedal, program: 1, do: note, text: cried}",
    )
    goto, note = model("room", PORTS + f"controls: [{', '.join(lines)}]").controls
    assert (goto.phase, note.text) == ("return", "cried")


@pytest.mark.parametrize("keys", ["note: 1, do: next", "cc: 1, do: level", "program: 1, do: hold"])
def test_feedback_of_what_has_no_state_is_a_warning(keys):
    text = PORTS + f"controls: [{{port: pedal, {keys}, feedback: true}}]"
    (warning,) = read_room(text.encode(), "room.yaml").warnings
    assert warning.severity == "warning"
    assert "has no effect" in warning.message


@pytest.mark.parametrize(
    "key", ["pagedown", "f5", "b", "5", "ctrl+d", "ctrl+shift+f12", "space", "é"]
)
def test_a_key_may_be_a_character_or_a_name(model, key):
    assert model("room", f"keys: {{{key}: duck}}").keys == {key: "duck"}


@pytest.mark.parametrize("key", ["pagedwn", "f25", "cmd+d", "ab"])
def test_a_key_that_no_keyboard_has_is_a_fault(faults, key):
    assert "write a key like pagedown, f5 or ctrl+d" in faults("room", f"keys: {{{key}: duck}}")[0]


PEDAL = "midi: {{p: {{input: x}}}}\ncontrols: [{{port: p, {}}}]\n"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("note: 1, do: hold, while: held", "controls.1.while: goes with do: duck or care"),
        ("program: 1, do: duck, while: held", "a program is never let go"),
        ("note: 1, do: duck, while: pressed", "controls.1.while"),
    ],
)
def test_what_lasts_while_a_pedal_is_held_is_a_state_that_can_end(faults, written, said):
    (fault,) = faults("room", PEDAL.format(written))
    assert said in fault


def test_a_duck_may_last_while_a_pedal_is_held(model):
    (control,) = model("room", PEDAL.format("cc: 64, do: duck, while: held")).controls
    assert control.while_ == "held"
