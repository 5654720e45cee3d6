from __future__ import annotations

import pytest

from soundscape.dmx.universe_record import UniverseRecord, decode_record

RECORD = UniverseRecord(bytes(range(16)), 200, bytes(range(256)) * 2)


def test_a_record_comes_back_as_it_was_written() -> None:
    assert decode_record(RECORD.encode()) == RECORD


@pytest.mark.parametrize(
    "data",
    [b"", RECORD.encode()[:-1], RECORD.encode() + b"\0", b"x" * len(RECORD.encode()), b"{}"],
)
def test_what_is_no_record_is_none(data: bytes) -> None:
    assert decode_record(data) is None
