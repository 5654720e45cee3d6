"""The names of the standard."""

from __future__ import annotations

import pytest

from soundscape.midi.msc_codes import COMMANDS, FORMATS


@pytest.mark.parametrize("table", [FORMATS, COMMANDS])
def test_every_name_has_a_code_of_its_own_in_seven_bits(table):
    assert len(set(table.values())) == len(table)
    assert all(0 < code < 128 for code in table.values())
    assert all(name == name.lower() and " " not in name and "_" not in name for name in table)
