"""The report says what really happened: phases, what was heard, states, times."""

from __future__ import annotations

import csv
import io
import json
from xml.dom import minidom

import pytest
from journals import a_job, a_show, as_journal, journalled, warned

from soundscape.journal.journal_file import Journal
from soundscape.report import handover, session_page, setting_sheet, tables
from soundscape.report.session_picture import session_svg
from soundscape.report.session_report import SessionReport, session_report
from soundscape.report.time_account import time_account
from soundscape.timeline.commands import Command
from soundscape.views import report_texts

STEERED = (
    (10.0, Command("dose", ago=4.0)),
    (20.0, Command("note", text="calm")),
    (30.0, Command("duck")),
    (45.0, Command("duck")),
    (60.0, Command("hold")),
    (80.0, Command("release")),
    (100.0, Command("pause")),
    (130.0, Command("play")),
    (150.0, Command("skip")),
    (151.0, Command("level", by=-2.0)),
)


def report_of(script=(), *, lines=(), until=900.0, **more) -> SessionReport:
    job = a_job(a_show(), **more)
    written = [*journalled(job, script, until=until), *lines]
    return session_report(3, as_journal(written), "over")


def parsed(text):
    """What our own code has written, read as XML."""
    return minidom.parseString(text)  # noqa: S318 - it is ours


def account(report):
    return {row.phase: row for row in time_account(report, "last fade", "total")}


def test_the_phases_are_those_that_ran_beside_those_that_were_planned():
    report = report_of(STEERED)
    assert report.planned() == [("arrival", 120.0), ("peak", 120.0), ("return", 120.0)]
    # Held for 20 s and paused for 30 s, which stop the position.
    assert [(run.name, run.planned, round(run.end - run.start)) for run in report.phases] == [
        ("arrival", 120.0, 170),
        ("peak", 120.0, 120),
        ("return", 120.0, pytest.approx(120, abs=1)),  # its end is seen by the next position
    ]
    assert round(report.duration) == 420  # and the last fade


def test_a_session_that_began_in_the_middle_was_planned_from_there():
    report = report_of(index=1, begin_at=48_000 * 30)
    assert report.planned() == [("peak", 90.0), ("return", 120.0)]
    assert session_page.lead(report).endswith("begun at peak, no dose marked")


def test_t_plus_counts_from_where_the_dose_was_marked_last():
    report = report_of(STEERED)
    assert report.dosed_at == pytest.approx(6.0, abs=0.01)
    note = report.listed("mark")[0]
    assert (note.text, note.phase, note.since_dose) == ("calm", "arrival", pytest.approx(14.0))


def test_what_was_heard_of_a_track_leaves_out_what_was_paused_and_skipped():
    report = report_of(STEERED)
    heard = [(track.title, round(track.start), round(track.heard)) for track in report.tracks]
    assert heard[:3] == [
        ("a.flac", 0, 70),
        # From its crossfade at 62 s to the skip at 150 s, which takes 6 s; silent for 30 s of it.
        ("b.flac", 62, 64),
        ("a.flac", 150, pytest.approx(45, abs=2)),
    ]
    silent = [track for track in report.tracks if track.kind == "silence"]
    assert [round(track.heard) for track in silent] == [60]
    assert "silence" not in [track.title for track in tables.sounded(report)]


def test_a_track_that_was_passed_over_in_silence_was_not_heard():
    script = [(20.0, Command("pause")), (40.0, Command("goto", phase="peak")),
              (50.0, Command("goto", phase="arrival")), (60.0, Command("play"))]  # fmt: skip
    report = report_of(script, until=70.0)
    assert [(track.title, round(track.start)) for track in report.tracks] == [
        ("a.flac", 0),
        ("b.flac", 60),
    ]


def test_the_time_account_adds_up():
    report = report_of(STEERED)
    rows = account(report)
    for row in rows.values():
        parts = row.music + row.silence + row.paused + row.missing
        assert parts == pytest.approx(row.lasted)
    arrival = rows["arrival"]
    assert arrival.ducked == pytest.approx(15.0, abs=1.5)
    assert arrival.held == pytest.approx(20.0, abs=1.5)
    assert arrival.paused == pytest.approx(30.0, abs=1.5)
    # 60 s of planned silence; both crossfades beside it sound.
    assert rows["peak"].silence == pytest.approx(60.0 - 2 * 8.0, abs=2.0)
    assert rows["total"].lasted == pytest.approx(report.duration, abs=0.1)
    assert rows["total"].planned == 360.0
    assert rows["last fade"].lasted == pytest.approx(10.0, abs=1.5)


def test_a_time_without_a_session_is_told_and_counted():
    lines = journalled(a_job(a_show()), until=60.0)
    later = [
        line
        for line in journalled(a_job(a_show()), until=130.0)
        if line["t"] > (90.0 if line["event"] == "position" else 60.0)
    ]
    resumed = {"t": 91.0, "event": "resumed", "since": 60.0, "seconds": 31.0}
    report = session_report(1, as_journal([*lines, resumed, *later]), "over")
    assert account(report)["arrival"].missing == pytest.approx(31.0, abs=1.5)
    assert report.listed("fault")[0].text == "continued after 0:31 without sound"
    heard = [(track.title, round(track.start), round(track.heard)) for track in report.tracks]
    assert heard[:2] == [("a.flac", 0, 60), ("b.flac", 91, 39)]
    assert "no session" in session_svg(report, standalone=True)


def test_faults_are_listed_with_their_times():
    gap = {"t": 40.0, "event": "gap", "seconds": 0.15, "ahead": 0.5}
    report = report_of(lines=[warned(12.0, "lights offline: desk"), gap])
    assert [(one.t, one.text) for one in report.listed("fault")] == [
        (12.0, "lights offline: desk"),
        (40.0, "a gap of 0.15 s in the sound"),
    ]


def test_lights_are_drawn_along_their_way():
    lines = [
        {"t": 0.0, "event": "light", "set": {"room": 0.4}, "over": 10.0},
        {"t": 100.0, "event": "light", "set": {"room": 0.1}, "over": 100.0},
        {"t": 150.0, "event": "light", "set": {"room": 0.5}, "over": 10.0},
    ]
    written = [dict(line) for line in journalled(a_job(a_show()), until=200.0)]
    written[0]["room"] = {"lights": {"room": {"kind": "dimmer"}}}
    (run,) = session_report(1, as_journal([*written, *lines]), "over").lights
    assert run.points == (
        (0.0, 0.4),
        (10.0, 0.4),
        (100.0, 0.4),
        (150.0, 0.25),
        (160.0, 0.5),
        (200.0, 0.5),
    )


def test_the_picture_is_well_formed_and_names_what_it_shows():
    drawn = parsed(session_svg(report_of(STEERED), standalone=True))
    texts = [one.firstChild.data for one in drawn.getElementsByTagName("text")]
    for shown in ("planned", "as it ran", "music", "held", "ducked", "silent", "marks", "T+0"):
        assert shown in texts


def test_the_page_stands_alone():
    text = session_page.session_page(report_of(STEERED))
    for outside in ("http:", "https:", "src=", "<link", "@import", "url(", "<script"):
        assert outside not in text
    for heading in ("Phases", "Time account", "What played", "Marks and notes", "Commands"):
        assert f"<h2>{heading}</h2>" in text


def test_what_people_wrote_is_text_and_no_markup():
    script = [(20.0, Command("note", text='<script>alert("x")</script> & ]]>'))]
    report = report_of(script, until=60.0)
    assert "<script" not in session_page.session_page(report)
    parsed(session_svg(report, standalone=True))
    assert "&lt;script&gt;" in session_page.session_page(report)


def test_the_hand_over_list_has_what_sounded_in_every_form():
    report = report_of(STEERED)
    heard = tables.sounded(report)
    m3u = handover.m3u(report).splitlines()
    assert m3u[0] == "#EXTM3U"
    assert [line for line in m3u if not line.startswith("#")] == [one.source for one in heard]
    xspf = parsed(handover.xspf(report))
    titles = [one.firstChild.data for one in xspf.getElementsByTagName("title")][1:]
    assert titles == [one.title for one in heard]
    rows = list(csv.DictReader(io.StringIO(handover.handover_csv(report))))
    assert [row["title"] for row in rows] == titles
    assert float(rows[0]["heard"]) == pytest.approx(70.0, abs=0.1)
    assert handover.handover_page(report).count("<tr>") == len(heard) + 1


def test_generated_sound_has_no_file_in_a_playlist():
    start = {"t": 1.0, "event": "clip-start", "layer": "music", "phase": "one", "title": "Wide",
             "kind": "generated", "source": "drone + pad"}  # fmt: skip
    report = session_report(1, as_journal([start, {"t": 60.0, "event": "end"}]), "over")
    lines = handover.m3u(report).splitlines()
    assert all(line.startswith("#") for line in lines)
    assert "generated: drone + pad" in lines[-1]
    assert "<location>" not in handover.xspf(report)


def test_the_setting_sheet_fills_in_what_the_journal_knows_and_leaves_the_rest_blank():
    items = {item.number: item for item in setting_sheet.setting_items(report_of(STEERED))}
    assert list(items) == list(range(1, 18))
    assert [number for number, item in items.items() if not item.lines] == [
        1,
        2,
        3,
        4,
        7,
        8,
        9,
        15,
        16,
    ]
    assert items[12].lines[0] == "the music was lowered for talk once, 0:15 in all"
    assert "hold 1×" in items[13].lines[1]
    assert "level 1×" in items[13].lines[1]
    assert items[14].lines[0].startswith("session 7:00; dose marked at 0:06;")
    assert (
        items[11].lines[0].startswith("arrival (2:50, median -24 LUFS, level -2 to 0 dB by hand)")
    )
    rows = list(csv.DictReader(io.StringIO(setting_sheet.setting_csv(report_of(STEERED)))))
    assert [row["item"] for row in rows] == [str(number) for number in range(1, 31)]


def test_json_holds_numbers_that_any_program_reads():
    made = session_page.as_json(report_of(STEERED))
    again = json.loads(json.dumps(made, allow_nan=False))
    assert [phase["name"] for phase in again["phases"]] == ["arrival", "peak", "return"]
    assert again["time"][-1]["phase"] == "total"


def test_a_journal_of_one_line_makes_a_report():
    report = session_report(1, as_journal([{"t": 0.0, "event": "phase"}]), "cut off")
    assert session_page.session_page(report)
    assert session_svg(report, standalone=True)
    assert session_report(1, Journal(()), "cut off").phases == []


@pytest.mark.parametrize(
    ("age", "said"),
    [(5, "just now"), (61, "1 minute ago"), (7300, "2 hours ago"), (86400 * 3, "3 days ago")],
)
def test_how_long_ago_is_said_without_a_date(age, said):
    assert report_texts.ago(age) == said


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ({"do": "extend", "by": -90}, "extend -1:30"),
        ({"do": "level", "by": -1.0}, "level -1 dB"),
        ({"do": "goto", "phase": "peak"}, "goto peak"),
        ({"do": "dose", "ago": 180}, "dose ago 3:00"),
        ({"do": "duck", "on": True}, "duck on"),
        ({"do": "swap", "undo": True}, "swap undo"),
    ],
)
def test_a_command_is_told_as_it_was_asked_for(command, said):
    assert report_texts.asked_for(command) == said
