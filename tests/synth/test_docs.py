"""docs/generators.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from soundscape import synth
from soundscape.synth.machinery.pitch import MODES
from soundscape.synth.parameters import Number, Root

TEXT = (Path(__file__).parents[2] / "docs" / "generators.md").read_text(encoding="utf-8")


def _rows(section: str) -> dict[str, list[str]]:
    """Return the table rows of a section, by their first cell."""
    body = re.split(r"^## ", TEXT, flags=re.M)
    text = next(part for part in body if part.startswith(section + "\n"))
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| `")
    ]
    return {row[0].strip("`"): row[1:] for row in rows}


@pytest.mark.parametrize("name", synth.NAMES)
def test_every_parameter_is_described_as_it_is(name: str) -> None:
    rows = _rows(name)
    for parameter in synth.PARAMETERS[name]:
        default = parameter.default
        shown = f"{default:g}" if isinstance(parameter, Number) else str(default)
        unit = " Hz" if isinstance(parameter, Root) else ""
        expected = [shown, parameter.unit, parameter.range + unit, parameter.doc]
        assert rows.pop(parameter.name) == expected
    assert rows.pop("seed")[2] == f"0 to {2**63 - 1}"
    assert set(rows) <= set(MODES)


def test_every_mode_is_listed_with_its_chords() -> None:
    rows = _rows("drone")
    for mode, chords in MODES.items():
        assert rows[mode] == [" · ".join(" ".join(map(str, chord)) for chord in chords)]
