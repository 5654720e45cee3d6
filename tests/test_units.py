"""Values as people write them, there and back."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from soundscape import units
from soundscape.errors import InvalidValue
from soundscape.units import At

PARSERS = {
    units.parse_duration: units.DURATION_TEXT,
    units.parse_gain: units.GAIN_TEXT,
    units.parse_loudness: units.LOUDNESS_TEXT,
    units.parse_sound_level: units.SOUND_LEVEL_TEXT,
    units.parse_true_peak: units.TRUE_PEAK_TEXT,
    units.parse_percent: units.PERCENT_TEXT,
    units.parse_light: units.LIGHT_TEXT,
    units.parse_kelvin: units.KELVIN_TEXT,
    units.parse_light_rate: units.LIGHT_RATE_TEXT,
    units.parse_rate: units.RATE_TEXT,
    units.parse_at: units.AT_TEXT,
}
DAY = 24 * 3600


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (90, 90.0),
        (1.5, 1.5),
        ("90", 90.0),
        ("90s", 90.0),
        ("1m30s", 90.0),
        ("1m 30s", 90.0),
        ("1.5h", 5400.0),
        ("2h 5m", 7500.0),
        ("200ms", 0.2),
        ("1s200ms", 1.2),
        ("5m200ms", 300.2),
        ("1:30", 90.0),
        ("0:12", 12.0),
        ("5:40", 340.0),
        ("90:00", 5400.0),
        ("1:05:30", 3930.0),
        ("1:30.5", 90.5),
        (" 8 m ", 480.0),
        ("8M", 480.0),
        (0, 0.0),
        ("24h", 86400.0),
        ("8 minutes", 480.0),
        ("1 minute", 60.0),
        ("10 min", 600.0),
        ("1,5h", 5400.0),
        ("0,5 min", 30.0),
        ("2 hours 5 minutes", 7500.0),
        ("1 hr 30 mins", 5400.0),
        ("90 seconds", 90.0),
        ("30 sec", 30.0),
    ],
)
def test_a_duration_reads_as_seconds(written, seconds):
    assert units.parse_duration(written) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "written",
    ["", "m", "1m30", "30s1m", "1,500h", "1:5", "1:60", "1:60:00", "1:5:00", "::", "1h1h", "12 pc",
     "1e3", "٣s", "inf", "nan", True, None, float("nan"), "1 0s", "1.s", ".5s", "s" * 10_000],
)  # fmt: skip
def test_what_is_not_a_duration_is_a_fault_with_an_example(written):
    with pytest.raises(InvalidValue, match="is not a duration: write a duration like 90s, 1m30s"):
        units.parse_duration(written)


@pytest.mark.parametrize("written", [-1, "-5m", "−5m", "-0.001"])
def test_a_duration_below_zero_is_a_fault(written):
    with pytest.raises(InvalidValue, match="below zero"):
        units.parse_duration(written)


@pytest.mark.parametrize("written", [86_401, "25h", "24:00:01", "1441m", 10**14])
def test_a_duration_over_a_day_is_a_fault(written):
    with pytest.raises(InvalidValue, match="longer than a day"):
        units.parse_duration(written)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("-5m", -300.0), ("+5m", 300.0), ("−1:30", -90.0), ("10m", 600.0), (-60, -60.0), (5, 5.0)],
)
def test_a_command_takes_a_duration_with_a_sign(written, seconds):
    assert units.parse_signed_duration(written) == seconds


@pytest.mark.parametrize(
    "written", ["--5m", "-", "+-5m", "", -(10**6), "-25h", None, float("-inf")]
)
def test_what_is_not_a_signed_duration_is_a_fault(written):
    with pytest.raises(InvalidValue):
        units.parse_signed_duration(written)


@pytest.mark.parametrize(
    ("parse", "written", "value"),
    [
        (units.parse_gain, "-6 dB", -6.0),
        (units.parse_gain, "−6dB", -6.0),
        (units.parse_gain, "+3.5 db", 3.5),
        (units.parse_gain, -12, -12.0),
        (units.parse_gain, "-12", -12.0),
        (units.parse_gain, "off", units.SILENCE_DB),
        (units.parse_loudness, "-24 LUFS", -24.0),
        (units.parse_loudness, -21.5, -21.5),
        (units.parse_sound_level, "70 dBA", 70.0),
        (units.parse_true_peak, "-1 dBTP", -1.0),
        (units.parse_percent, "35%", 0.35),
        (units.parse_light, "35 %", 0.35),
        (units.parse_light, "on", 1.0),
        (units.parse_light, "Off", 0.0),
        (units.parse_kelvin, "2700K", 2700.0),
        (units.parse_light_rate, "10%/s", 0.1),
        (units.parse_rate, "1/s", 1.0),
        (units.parse_rate, "250/s", 250.0),
        (units.parse_rate, 2, 2.0),
    ],
)
def test_a_value_reads_in_base_units(parse, written, value):
    assert parse(written) == pytest.approx(value)


@pytest.mark.parametrize(
    ("parse", "written"),
    [
        (units.parse_gain, "-24 LUFS"),
        (units.parse_gain, "loud"),
        (units.parse_gain, "dB"),
        (units.parse_gain, True),
        (units.parse_loudness, "off"),
        (units.parse_loudness, "-6 dB"),
        (units.parse_sound_level, "70 dB"),
        (units.parse_true_peak, "-1 dB"),
        (units.parse_percent, 35),
        (units.parse_percent, "on"),
        (units.parse_light, 35),
        (units.parse_light, 0.35),
        (units.parse_light, True),
        (units.parse_light, "135%"),
        (units.parse_light, "-5%"),
        (units.parse_kelvin, 2700),
        (units.parse_kelvin, "2700"),
        (units.parse_kelvin, "27K"),
        (units.parse_light_rate, 10),
        (units.parse_light_rate, "10%"),
        (units.parse_rate, "-1/s"),
        (units.parse_rate, "1/min"),
    ],
)
def test_a_value_in_another_unit_is_a_fault(parse, written):
    with pytest.raises(InvalidValue):
        parse(written)


def test_a_light_without_unit_is_told_how_to_write_it():
    with pytest.raises(InvalidValue, match="'35' has no unit: write a light level like 35%"):
        units.parse_light(35)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("0s", At()),
        ("10m", At(600.0)),
        (30, At(30.0)),
        ("1:30", At(90.0)),
        ("50%", At(fraction=0.5)),
        ("100 %", At(fraction=1.0)),
        ("end", At(from_end=True)),
        ("end-30s", At(30.0, from_end=True)),
        ("End - 1m", At(60.0, from_end=True)),
    ],
)
def test_a_position_reads_from_the_start_the_end_or_as_a_fraction(written, at):
    assert units.parse_at(written) == at


@pytest.mark.parametrize("written", ["-5s", "120%", "end+5s", "end-", "end-50%", "start", "", None])
def test_what_is_no_position_is_a_fault(written):
    with pytest.raises(
        InvalidValue, match="is not a position: write it like 10m, 50%, end or end-30s"
    ):
        units.parse_at(written)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00"),
        (45, "0:45"),
        (90, "1:30"),
        (599.9996, "10:00"),
        (3600, "1:00:00"),
        (3930, "1:05:30"),
        (0.2, "0:00.2"),
        (90.25, "1:30.25"),
        (-30, "-0:30"),
        (-0.0001, "0:00"),
    ],
)
def test_a_duration_prints_as_a_clock_would(seconds, text):
    assert units.format_duration(seconds) == text


@given(st.floats(0, DAY))
def test_a_printed_duration_reads_back_to_the_millisecond(seconds):
    assert units.parse_duration(units.format_duration(seconds)) == pytest.approx(seconds, abs=6e-4)


@given(st.floats(1000, 20_000))
def test_a_printed_colour_temperature_reads_back(kelvin):
    assert units.parse_kelvin(units.format_kelvin(kelvin)) == pytest.approx(kelvin, abs=1e-6)


SHAPES = st.text("0123456789.:-−+ hmsdBLUFSKk%/onfed", max_size=12)


@given(st.one_of(st.text(), SHAPES, st.integers(), st.floats(), st.booleans(), st.none()))
@example("9" * 5000)
@example(" " * 100_000)
@example(10**400)
def test_any_value_reads_or_is_a_fault_of_one_plain_line(value):
    for parse in (*PARSERS, units.parse_signed_duration):
        said = ""
        try:
            parse(value)
        except InvalidValue as fault:
            said = str(fault)
        assert said.isprintable()
        assert len(said) < 200


@given(st.one_of(st.text(max_size=20), SHAPES))
def test_what_a_parser_takes_has_the_published_form(text):
    for parse, form in PARSERS.items():
        try:
            parse(text)
        except InvalidValue:
            continue
        assert re.fullmatch(form, text.strip())


def test_frames_and_seconds_convert_half_up():
    assert units.frames(1.0) == 48_000
    assert units.frames(0.5 / 48_000) == 1
    assert units.seconds(24_000) == 0.5


def test_silence_is_exactly_nothing():
    assert units.db_to_gain(units.SILENCE_DB) == 0.0
    assert units.gain_to_db(0.0) == units.SILENCE_DB
    assert units.gain_to_db(units.db_to_gain(-6.0)) == pytest.approx(-6.0)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(30.9994, "0:30"), (30.9996, "0:31"), (59.9996, "1:00"), (0.9, "0:00"), (-5.0, "0:00")],
)
def test_a_running_time_is_floored_to_seconds_after_it_was_rounded_to_milliseconds(
    seconds: float, text: str
) -> None:
    assert units.format_clock(seconds) == text
