"""Adding a line to a YAML text: what stands there stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.errors import InvalidValue
from soundscape.scene.yaml.insertion import add_item, add_pair, set_pair

ITEM = "{port: p, note: 1, do: duck}"
BLOCK = """\
# The room
controls:
  - {port: a, note: 2, do: hold} # by the door
  # the last word
keys: {f5: hold}
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"\ncontrols:\n  - {ITEM}\n"),
        ("# nothing yet\n", f"# nothing yet\n\ncontrols:\n  - {ITEM}\n"),
        ("name: x", f"name: x\n\ncontrols:\n  - {ITEM}\n"),
        ("name: controls\n", f"name: controls\n\ncontrols:\n  - {ITEM}\n"),
        (BLOCK, BLOCK.replace("  # the last", f"  - {ITEM}\n  # the last")),
        ("controls:\n- {port: a}\nname: x\n", f"controls:\n- {{port: a}}\n- {ITEM}\nname: x\n"),
        ("controls:\n  - port: a\n    do: b", f"controls:\n  - port: a\n    do: b\n  - {ITEM}\n"),
        ("controls: [] # none\n", f"controls: [{ITEM}] # none\n"),
        ("controls: [{port: a}]\n", f"controls: [{{port: a}}, {ITEM}]\n"),
        ("controls: [\n  {a: 1}, # x\n]\n", f"controls: [\n  {{a: 1}}, {ITEM}, # x\n]\n"),
        ("a: 1\r\ncontrols:\r\n  - b\r\n", f"a: 1\r\ncontrols:\r\n  - b\r\n  - {ITEM}\r\n"),
        ("\ufeffcontrols:\n  - b\n", f"\ufeffcontrols:\n  - b\n  - {ITEM}\n"),
        ("controls:\n  - |\n    text\nb: 1\n", f"controls:\n  - |\n    text\n  - {ITEM}\nb: 1\n"),
    ],
)
def test_an_item_is_added_in_the_texts_own_style(before, after):
    assert add_item(before, "controls", ITEM) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("midi:\n    a: {output: x} # x\n", "midi:\n    a: {output: x} # x\n    b: {input: y}\n"),
        ("midi: {a: {output: x}}\n", "midi: {a: {output: x}, b: {input: y}}\n"),
        ("midi: {}\n", "midi: {b: {input: y}}\n"),
        ("midi:\n  a:\n    c: x\nd: z\n", "midi:\n  a:\n    c: x\n  b: {input: y}\nd: z\n"),
        ("name: z\n", "name: z\n\nmidi:\n  b: {input: y}\n"),
    ],
)  # fmt: skip
def test_a_pair_is_added_in_the_texts_own_style(before, after):
    assert add_pair(before, "midi", "b", "{input: y}") == after


@pytest.mark.parametrize("text", ["{controls: []}", "- a\n", "controls: x\n", "controls:\n"])
def test_what_cannot_be_added_to_is_refused(text):
    with pytest.raises(InvalidValue):
        add_item(text, "controls", ITEM)


COMMENT = st.sampled_from(["", " # here", "  #"])


@given(st.lists(st.tuples(st.integers(0, 127), COMMENT), max_size=6), COMMENT, st.booleans())
def test_every_line_that_was_there_is_there_still(notes, comment, more):
    items = "".join(f"  - {{port: a, note: {note}, do: duck}}{said}\n" for note, said in notes)
    listed = f"controls:{comment}\n{items}" if notes else ""
    text = f"# top\nname: x{comment}\n{listed}" + ("keys: {f5: hold}\n# end\n" if more else "")
    made = add_item(text, "controls", ITEM).splitlines()
    left = iter(made)
    assert all(line in left for line in text.splitlines()), "in their order"
    assert len(made) - len(text.splitlines()) in (1, 3)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n  b: 1 # x\n  c: 2\n", "a:\n  b: {v: 9} # x\n  c: 2\n"),
        ("a: {b: {b: 1}, c: 2}\n", "a: {b: {v: 9}, c: 2}\n"),
        ("a:\n  c: {b: 1}\n  b: {c: 2} # x\n", "a:\n  c: {b: 1}\n  b: {v: 9} # x\n"),
        ("a:\n  c: b\n  b: [1, 2]\nb: 3\n", "a:\n  c: b\n  b: {v: 9}\nb: 3\n"),
        ("a:\n  c: 1\n", "a:\n  c: 1\n  b: {v: 9}\n"),
        ("b: 1\n", "b: 1\n\na:\n  b: {v: 9}\n"),
        ("\ufeffa:\n  b: 1\n", "\ufeffa:\n  b: {v: 9}\n"),
    ],
)
def test_a_value_is_set_in_its_place(before, after):
    assert set_pair(before, "a", "b", "{v: 9}") == after


@pytest.mark.parametrize("text", ["a:\n  b:\n    c: 1\n", "a:\n  b: |\n    x\n", "a: x\n"])
def test_a_value_over_several_lines_is_not_replaced(text):
    with pytest.raises(InvalidValue):
        set_pair(text, "a", "b", "1")
