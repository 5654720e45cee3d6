"""What a plain scalar means by the core schema of YAML 1.2 (1.2.2, section 10.3.2).

`on`, `off`, `yes`, `no`, `1:30` and dates are text; only what follows is anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable

ScalarValue = str | int | float | bool | None

_WORDS: dict[str, ScalarValue] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], int | float]], ...] = (
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+"), lambda text: int(text, 0)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(inf|Inf|INF)"), lambda text: float(text.replace(".", ""))),
)


def resolve(text: str) -> ScalarValue:
    """A plain scalar's value."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > 100:  # no number that anyone means; Python refuses very long ones
        return text
    return next((make(text) for form, make in _NUMBERS if form.fullmatch(text)), text)
