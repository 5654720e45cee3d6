"""Bytes to a tree that knows its places."""

from __future__ import annotations

import pytest
import yaml

from soundscape.scene.yaml import text
from soundscape.scene.yaml.nodes import MapNode, key_path, place, plain
from soundscape.scene.yaml.text import read_yaml


@pytest.fixture(params=["SafeLoader", "CSafeLoader"], autouse=True)
def _each_parser(request, monkeypatch):
    if not hasattr(yaml, request.param):
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(text, "_LOADER", getattr(yaml, request.param))


def tree(text: str) -> MapNode:
    root, faults = read_yaml(text.encode())
    assert faults == []
    assert isinstance(root, MapNode)
    return root


def fault(data: bytes) -> tuple[tuple[int, int], str]:
    _, faults = read_yaml(data)
    assert len(faults) == 1
    assert faults[0].message.isprintable()
    return faults[0].mark, faults[0].message


def test_words_and_clocks_are_text_and_numbers_are_numbers():
    written = "{a: on, b: 1:30, c: 2026-01-01, d: 12, e: 1.5, f: true, g: 0x7D, h: '12', i: }"
    assert plain(tree(written)) == {
        "a": "on",
        "b": "1:30",
        "c": "2026-01-01",
        "d": 12,
        "e": 1.5,
        "f": True,
        "g": 125,
        "h": "12",
        "i": None,
    }


def test_a_tag_says_what_a_scalar_is():
    assert plain(tree("{a: !!str 12, b: !!int 12, c: ! 12, d: !!map {}}")) == {
        "a": "12",
        "b": 12,
        "c": "12",
        "d": {},
    }


def test_numbers_as_keys_are_their_text():
    assert list(tree("0%: a\n5m: b\n7: c\n1.50: d\ntrue: e").items) == [
        "0%", "5m", "7", "1.50", "true",
    ]  # fmt: skip


def test_places_count_from_one_in_characters():
    root = tree("a: 1\nnähe:\n  - {ü: x, b: y}\n")
    assert place(root, ("a",)) == (1, 4)
    assert place(root, ("nähe", 0, "b")) == (3, 15)
    assert root.keys["nähe"] == (2, 1)


def test_a_byte_order_mark_is_accepted_and_counts_for_nothing():
    root, faults = read_yaml("\ufeffa: 1\n".encode())
    assert faults == []
    assert place(root, ("a",)) == (1, 4)


def test_windows_line_ends_count_as_one():
    root, _ = read_yaml(b"a: 1\r\nb: 2\r\n")
    assert place(root, ("b",)) == (2, 4)


def test_an_alias_is_what_it_names():
    assert plain(tree("a: &x {b: 1}\nc: *x\n")) == {"a": {"b": 1}, "c": {"b": 1}}


def test_one_document_may_be_marked():
    assert plain(tree("%YAML 1.2\n---\na: 1\n...\n")) == {"a": 1}


@pytest.mark.parametrize("data", [b"", b"\n", b"# nothing\n", b"---\n", b"~", b"null"])
def test_an_empty_file_is_a_fault(data):
    assert fault(data) == ((1, 1), "the file is empty")


def test_bytes_that_are_not_utf8_are_named_with_their_place():
    mark, message = fault(b"a: 1\nb: caf\xe9\n")
    assert mark == (2, 7)
    assert "0xE9" in message


def test_a_control_character_is_named_with_its_place():
    mark, message = fault("a: 1\r\nb: ü\x07\n".encode())
    assert mark == (2, 5)
    assert "0x07" in message


def test_a_control_character_written_as_an_escape_is_a_fault():
    mark, message = fault(b'a: 1\nb: "x\\e[2J"\n')
    assert mark == (2, 4)
    assert "0x1B" in message


def test_all_duplicate_keys_are_found():
    _, faults = read_yaml(b"a: 1\nb: {c: 1, c: 2}\na: 2\nd: [{e: 1, e: 2}]\n")
    assert [(f.mark, key_path(f.path), f.message) for f in faults] == [
        ((2, 11), "b.c", "is written twice (first in line 2): delete one"),
        ((3, 1), "a", "is written twice (first in line 1): delete one"),
        ((4, 12), "d.1.e", "is written twice (first in line 4): delete one"),
    ]


def test_faults_before_broken_syntax_are_kept():
    _, faults = read_yaml(b"a: 1\na: 2\nb: [\n")
    assert [f.mark.line for f in faults] == [2, 3]


def test_a_merge_key_is_refused_but_its_text_in_quotes_is_a_key():
    assert fault(b"a: &x {b: 1}\nc:\n  <<: *x\n")[0] == (3, 3)
    assert plain(tree("'<<': 1")) == {"<<": 1}


@pytest.mark.parametrize(
    ("data", "mark"),
    [
        (b"a: 1\n---\nb: 2\n", (2, 1)),
        (b"a: *x\n", (1, 4)),
        (b"a: &x [*x]\n", (1, 8)),
        (b"[a]: b\n", (1, 1)),
        (b"a: !!python/name:os.system\n", (1, 4)),
        (b"a: !!map x\n", (1, 4)),
        (b"a: !own x\n", (1, 4)),
    ],
)
def test_what_has_no_place_in_a_file_stops_it(data, mark):
    assert fault(data)[0] == mark


def test_nesting_without_end_is_a_fault():
    deep = text.MAX_DEPTH
    assert fault(b"a: " + b"[" * deep + b"]" * deep) == (
        (1, 3 + deep),
        f"nested more than {deep} deep",
    )
    assert read_yaml(b"a: " + b"[" * (deep - 1) + b"]" * (deep - 1))[1] == []


@pytest.mark.parametrize("opening", [b"[", b"{a: ", b"- ", b"? ", b"[{a: "])
def test_nesting_without_end_ends_soon(opening):
    assert read_yaml(b"a: " + opening * 50_000)[0] is None
    assert read_yaml(opening * 50_000)[0] is None


def test_aliases_cannot_nest_deeper_than_the_text_could():
    chain = "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 60))
    assert "nested more than" in fault(("a0: &a0 [x]\n" + chain).encode())[1]


def test_aliases_that_blow_up_are_refused_and_those_that_do_not_are_not():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join([f'*{a}'] * 10)}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert "more than 100,000 values" in fault(bomb.encode())[1]
    assert read_yaml(b"a: &a [x, y]\nb: [" + b"*a, " * 1000 + b"]\n")[1] == []


def test_a_file_over_a_mebibyte_is_refused_unread():
    assert fault(b"a" * (text.MAX_BYTES + 1))[0] == (1, 1)
    assert read_yaml(b"a: 1\n#" + b"x" * (text.MAX_BYTES - 6))[1] == []


def test_a_slip_of_yaml_is_told_in_plain_words():
    assert fault(b"a:\n\tb: 1\n") == ((2, 1), "a tab: indent with spaces")
    assert fault(b"a: @b\n") == ((1, 4), "'@' cannot begin a value: put the text in quotes")
    assert fault(b"a: b: c\n")[1] == "a ': ' where no key can be: put the text in quotes"
    assert fault(b'x: 1\na: "b\n') == ((2, 4), "a quote that is opened here and never closed")
    assert fault(b"a: [b\n") == ((1, 4), "a '[' that is never closed, or a missing comma")
