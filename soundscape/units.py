"""Durations, gains, percents, positions: parse, print, convert. Every conversion is here.

A parser takes what stands in a file or on the command line (a text or a number) and gives base
units: seconds, dB, LUFS, fractions, kelvin. What it cannot read is a InvalidValue that shows the
right form. The `…_TEXT` patterns say what is read, in the syntax that Python and JSON Schema share.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from soundscape.errors import InvalidValue
from soundscape.message_text import quoted

SAMPLE_RATE = 48_000
"""Frames a second, throughout."""

SILENCE_DB = -120.0
"""The gain that `off` stands for. At or below it a gain is exactly 0."""

LONGEST = 24 * 3600.0
"""Seconds. No session is longer than a day; what says so is a slip of the finger."""

Written = str | int | float | None
"""A value as written: a text, a number (true and false are none to us), or nothing."""

_N = r"[0-9]+(?:\.[0-9]+|,[0-9]{1,2})?"
"""A number. `1,5` is read as 1.5, but three digits after a comma could be thousands."""
_SIGNED = rf"[-+−]?{_N}"  # the true minus sign too: people paste it from printed pages
_HOURS, _MINUTES = r"[hH](?:(?:ou)?rs?)?", r"[mM](?:in(?:ute)?s?)?"
_SECONDS, _MILLISECONDS = r"[sS](?:ec(?:ond)?s?)?", r"[mM][sS]"
_UNITS = (
    rf"(?=[0-9])(?:({_N}) ?{_HOURS})? ?(?:({_N}) ?{_MINUTES})? ?(?:({_N}) ?{_SECONDS})? ?"
    rf"(?:({_N}) ?{_MILLISECONDS})?"
)
_CLOCK = r"(?:([0-9]+):)?([0-9]+):([0-5][0-9](?:\.[0-9]+)?)"

DURATION_TEXT = rf"(?:{_N}|{_CLOCK}|{_UNITS})"
SIGNED_DURATION_TEXT = rf"[-−+]?{DURATION_TEXT}"
PERCENT_TEXT = rf"{_N} ?%"
LIGHT_TEXT = rf"(?:{PERCENT_TEXT}|[oO][nN]|[oO][fF][fF])"
KELVIN_TEXT = rf"{_N} ?[kK]"
DECIBEL_TEXT = rf"{_SIGNED}(?: ?[dD][bB])?"
GAIN_TEXT = rf"(?:{DECIBEL_TEXT}|[oO][fF][fF])"
LOUDNESS_TEXT = rf"{_SIGNED}(?: ?[lL][uU][fF][sS])?"
SOUND_LEVEL_TEXT = rf"{_SIGNED}(?: ?[dD][bB][aA])?"
TRUE_PEAK_TEXT = rf"{_SIGNED}(?: ?[dD][bB][tT][pP])?"
LIGHT_RATE_TEXT = rf"{PERCENT_TEXT}/[sS]"
RATE_TEXT = rf"{_N}(?:/[sS])?"
AT_TEXT = rf"(?:[eE][nN][dD](?: ?[-−] ?{DURATION_TEXT})?|{PERCENT_TEXT}|{DURATION_TEXT})"

DURATION_EXAMPLE = "90s, 1m30s, 1.5h or 1:30"


@dataclass(frozen=True, slots=True, order=True)
class At:
    """A position in a phase: from its start, from its end, or a fraction of its planned duration.

    `seconds` counts from the start, or with `from_end` back from the phase's real end.
    """

    seconds: float = 0.0
    fraction: float = 0.0
    from_end: bool = False


# Conversions --------------------------------------------------------------------------------------


def frames(seconds: float) -> int:
    """Seconds to the nearest frame (half up)."""
    return math.floor(seconds * SAMPLE_RATE + 0.5)


def seconds(count: int) -> float:
    """Frames to seconds."""
    return count / SAMPLE_RATE


def db_to_gain(db: float) -> float:
    """A gain in dB to a linear factor; `SILENCE_DB` and below is 0."""
    return 0.0 if db <= SILENCE_DB else 10.0 ** (db / 20.0)


def gain_to_db(gain: float) -> float:
    """A linear factor to dB; 0 is `SILENCE_DB`."""
    return SILENCE_DB if gain <= 0.0 else max(SILENCE_DB, 20.0 * math.log10(gain))


# Parsers ------------------------------------------------------------------------------------------


def parse_duration(value: Written) -> float:
    """To seconds: `90`, `90s`, `1m30s`, `1.5h`, `8 minutes`, `200ms`, `1:30` (m:s), `1:05:30`."""
    length = _duration(value) if isinstance(value, str) else _number(value)
    fault = "is not a duration"
    if length is not None:
        if 0.0 <= length <= LONGEST:
            return length
        fault = "is below zero" if length < 0.0 else "is longer than a day"
    elif isinstance(value, str) and _duration(value.strip().lstrip("-−")) is not None:
        fault = "is below zero"
    raise InvalidValue(f"{quoted(value)} {fault}: write a duration like {DURATION_EXAMPLE}")


def parse_signed_duration(value: Written) -> float:
    """A duration that may be negative, as `extend -5m` has it, to seconds."""
    if isinstance(value, str):
        text = value.strip()
        sign = -1.0 if text[:1] in {"-", "−"} else 1.0
        return sign * parse_duration(text[1:] if text[:1] in {"-", "−", "+"} else text)
    number = _number(value)
    if number is None:
        raise InvalidValue(f"{quoted(value)} is not a duration: write it like 10m or -5m")
    return math.copysign(parse_duration(abs(number)), number)


def parse_gain(value: Written) -> float:
    """`-6 dB`, a number of dB, or `off` to dB; `off` is `SILENCE_DB`."""
    if isinstance(value, str) and value.strip().lower() == "off":
        return SILENCE_DB
    return _measure(value, GAIN_TEXT, "a gain", "-6 dB, or off for silence")


def parse_loudness(value: Written) -> float:
    """`-24 LUFS` or a number to LUFS."""
    return _measure(value, LOUDNESS_TEXT, "a loudness", "-24 LUFS")


def parse_sound_level(value: Written) -> float:
    """`70 dBA` or a number to dBA."""
    return _measure(value, SOUND_LEVEL_TEXT, "a sound level", "70 dBA")


def parse_true_peak(value: Written) -> float:
    """`-1 dBTP` or a number to dBTP."""
    return _measure(value, TRUE_PEAK_TEXT, "a true peak", "-1 dBTP")


def parse_percent(value: Written) -> float:
    """`35%` to 0.35. A bare number could be a fraction as well, so it is refused."""
    return _fraction(value, PERCENT_TEXT, "a percentage", "35%")


def parse_light(value: Written) -> float:
    """`35%`, `on` (1) or `off` (0) to a fraction."""
    if isinstance(value, str) and (word := value.strip().lower()) in {"on", "off"}:
        return 1.0 if word == "on" else 0.0
    return _fraction(value, PERCENT_TEXT, "a light level", "35%, on or off")


def parse_kelvin(value: Written) -> float:
    """`2700K` to kelvin."""
    if not isinstance(value, str) or not _matches(KELVIN_TEXT, value):
        raise InvalidValue(f"{quoted(value)} is not a colour temperature: write it like 2700K")
    return _within(_leading(value), value, (1000.0, 20_000.0), "1000K to 20000K")


def parse_light_rate(value: Written) -> float:
    """`10%/s` to a fraction a second."""
    return _fraction(value, LIGHT_RATE_TEXT, "a light's rate", "10%/s", high=100.0)


def parse_rate(value: Written) -> float:
    """`1/s`, `250/s` or a number to that many a second."""
    rate = _measure(value, RATE_TEXT, "a rate", "1/s")
    return _within(rate, value, (0.0, 1e6), "0/s to 1000000/s")


def parse_at(value: Written) -> At:
    """`0s`, `10m`, `50%`, `end`, `end-30s` or a number of seconds to a position in a phase."""
    text = value.strip().lower() if isinstance(value, str) else ""
    try:
        if text == "end":
            return At(from_end=True)
        if from_end := re.match("end ?[-−]", text):
            return At(parse_duration(text[from_end.end() :]), from_end=True)
        if text.endswith("%"):
            return At(fraction=parse_percent(text))
        return At(parse_duration(value))
    except InvalidValue:
        example = "10m, 50%, end or end-30s"
        raise InvalidValue(f"{quoted(value)} is not a position: write it like {example}") from None


def is_at(text: str) -> bool:
    """Whether a text is a position in a phase."""
    try:
        parse_at(text)
    except InvalidValue:
        return False
    return True


# Printers -----------------------------------------------------------------------------------------


def format_duration(seconds: float) -> str:
    """Seconds as `1:30` or `1:05:30`, to the millisecond where there is one (`0:00.2`)."""
    milliseconds = round(abs(seconds) * 1000)
    sign = "-" if seconds < 0 and milliseconds else ""
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    whole, part = divmod(rest, 1000)
    tail = f".{part:03d}".rstrip("0") if part else ""
    lead = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{sign}{lead}:{whole:02d}{tail}"


def format_frames(count: int) -> str:
    """Return a length in frames as `format_duration` has it, to a tenth of a second."""
    return format_duration(round(seconds(count), 1))


def format_clock(seconds: float) -> str:
    """A time that runs, or a place in a file, in whole seconds: `1:30` or `1:05:30`.

    The time is rounded to the millisecond, since sums of frames are not exact, and then floored: a
    second counts when it is over. Below zero there is only zero. Lengths that are known beforehand
    are rounded instead: `format_duration(round(seconds))`.
    """
    return format_duration(int(max(0.0, round(seconds, 3))))


def format_kelvin(kelvin: float) -> str:
    """Kelvin as `2700K`."""
    return f"{_plain(kelvin)}K"


# Inside -------------------------------------------------------------------------------------------


def _matches(form: str, text: str) -> re.Match[str] | None:
    # Longer texts are no value; the bound keeps matching quick.
    return re.fullmatch(form, text.strip()) if len(text) <= 40 else None


def _number(value: Written) -> float | None:
    """A finite number, or None. An int too large for a float is not a number that we mean."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 else None  # false for NaN, too


def _leading(text: str) -> float:
    """The number that a text starts with; the text is known to have one."""
    return _decimal(re.findall(_SIGNED, text)[0].replace("−", "-"))


def _decimal(text: str) -> float:
    """A number as `_N` has it."""
    return float(text.replace(",", "."))


def _duration(text: str) -> float | None:
    if _matches(_N, text):
        return _decimal(text)
    if clock := _matches(_CLOCK, text):
        hours, minutes, rest = clock.groups()
        if hours is not None and (len(minutes) != 2 or int(minutes) > 59):
            return None
        return int(hours or 0) * 3600.0 + int(minutes) * 60.0 + float(rest)
    if units := _matches(_UNITS, text):
        sizes = (3600.0, 60.0, 1.0, 0.001)
        parts = zip(units.groups(), sizes, strict=True)
        return sum(_decimal(count) * size for count, size in parts if count)
    return None


def _measure(value: Written, form: str, what: str, example: str) -> float:
    if isinstance(value, str):
        number = _leading(value) if _matches(form, value) else None
    else:
        number = _number(value)
    if number is None:
        raise InvalidValue(f"{quoted(value)} is not {what}: write it like {example}")
    return _within(number, value, (-1000.0, 1e6), "any use")


def _fraction(value: Written, form: str, what: str, example: str, high: float = 1.0) -> float:
    if not isinstance(value, str) and _number(value) is not None:
        raise InvalidValue(f"{quoted(value)} has no unit: write {what} like {example}")
    if not isinstance(value, str) or not _matches(form, value):
        raise InvalidValue(f"{quoted(value)} is not {what}: write it like {example}")
    return _within(_leading(value) / 100.0, value, (0.0, high), f"0% to {high * 100:g}%")


def _within(number: float, value: Written, span: tuple[float, float], words: str) -> float:
    if not span[0] <= number <= span[1]:
        raise InvalidValue(f"{quoted(value)} is outside {words}")
    return number


def _plain(number: float) -> str:
    """A number without exponent or trailing zeros, to the millionth."""
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
