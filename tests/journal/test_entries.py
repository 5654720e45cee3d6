"""The journal is read as far as it can be, whatever happened to it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from journals import a_job, a_show, journalled, whole_report
from properties import examples

from soundscape.journal.entries import LONGEST_LINE, Entry, decode, encode
from soundscape.journal.journal_file import Journal
from soundscape.report.session_report import session_report

LINES = journalled(a_job(a_show()), step=5.0)
WHOLE = b"".join(map(encode, LINES))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=8,
)
events = st.sampled_from([str(line["event"]) for line in LINES] + ["resumed", "gap", "future"])
fields = st.sampled_from(sorted({name for line in LINES for name in line} | {"seconds", "since"}))


def test_what_was_written_is_read():
    assert [(entry.t, entry.event) for entry in decode(WHOLE)] == [
        (line["t"], line["event"]) for line in LINES
    ]


@given(cut=st.integers(0, len(WHOLE)))
@examples(60)
def test_a_journal_that_is_cut_off_anywhere_loses_its_last_line_alone(cut):
    entries = decode(WHOLE[:cut])
    whole = WHOLE[:cut].count(b"\n")
    assert len(entries) in (whole, whole + 1)  # a cut just before the end of a line costs nothing
    assert entries == decode(WHOLE)[: len(entries)]


def test_what_is_written_after_a_half_written_line_is_read():
    cut = WHOLE[:-10] + b"\n" + encode({"t": 9.0, "event": "resumed", "seconds": 4.0})
    assert decode(cut)[-1].event == "resumed"


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe{}",
        b"null",
        b"[1]",
        b'{"t":1}',
        b'{"event":"phase"}',
        b'{"t":NaN,"event":"phase"}',
        b'{"t":-1,"event":"phase"}',
        b'{"t":1e400,"event":"phase"}',
        b'{"t":true,"event":"phase"}',
        b'{"t":1,"event":7}',
        b'{"t":1,"event":"phase"} {}',
        b"[" * 100_000,
        b'{"t":' + b"9" * 10_000 + b',"event":"x"}',
        b'{"t":1,"event":"' + b"x" * LONGEST_LINE + b'"}',
    ],
)
def test_a_line_that_is_none_of_ours_is_skipped(line):
    assert [entry.t for entry in decode(line + b"\n" + encode({"t": 2, "event": "end"}))] == [2.0]


def test_a_field_of_another_type_counts_as_absent():
    entry = Entry(1.0, "x", {"a": 1, "b": "text", "c": True, "d": [1, {"e": 2}], "f": 10**400})
    assert (entry.text("a"), entry.number("b"), entry.number("c")) == ("", None, None)
    assert (entry.number("f"), entry.flag("a"), entry.numbers("d")) == (None, False, {})
    assert [part.number("e") for part in entry.parts("d")] == [2.0]


def test_a_journal_of_an_older_version_gives_what_it_has():
    old = [{"t": 0, "event": "phase", "name": "peak"}, {"t": 3, "event": "clip-start"},
           {"t": 9, "event": "position"}, {"t": 20, "event": "end"}]  # fmt: skip
    journal = Journal(tuple(decode(b"".join(map(encode, old)))))
    report = session_report(1, journal, "over")
    assert journal.over
    assert [(run.name, run.end) for run in report.phases] == [("peak", 20.0)]
    assert whole_report(journal)


@given(data=st.binary(max_size=300))
@examples(100)
def test_any_bytes_are_read_without_an_error(data):
    whole_report(Journal(tuple(decode(WHOLE[:500] + data + WHOLE[500:]))))


@given(
    damaged=st.lists(
        st.tuples(events, st.floats(0, 500), st.dictionaries(fields, json_values, max_size=6)),
        max_size=12,
    )
)
@examples(150)
def test_every_form_of_the_report_is_made_of_any_lines(damaged):
    lines = [json.dumps({**more, "t": t, "event": name}) for name, t, more in damaged]
    whole_report(Journal(tuple(decode(WHOLE[:900] + b"\n" + "\n".join(lines).encode()))))
