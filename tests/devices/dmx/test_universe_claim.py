from __future__ import annotations

import threading
from pathlib import Path

import pytest

from soundscape.devices.dmx.universe_claim import (
    claim_universe,
    is_claimed,
    release_universe,
    request_handover,
)
from soundscape.errors import EngineError

FIRST = bytes([9] * 512)
NEXT = bytes([8] * 512)


def test_one_claim_at_a_time_and_the_next_goes_on_where_the_last_one_stopped(
    tmp_path: Path,
) -> None:
    path = tmp_path / "lights" / "one.dmx"
    claim = claim_universe(path, FIRST)
    assert claim is not None
    assert claim.record.frame == FIRST
    claim.save(200, NEXT)
    assert claim_universe(path, FIRST) is None
    assert is_claimed(path)
    claim.release()
    after = claim_universe(path, FIRST)
    assert after is not None
    assert (after.record.frame, after.record.sequence) == (NEXT, 200)
    assert after.record.cid == claim.record.cid, "receivers see one sender"
    after.release()
    assert not is_claimed(path)


def test_a_request_is_seen_and_is_over_with_the_claim(tmp_path: Path) -> None:
    path = tmp_path / "one.dmx"
    claim = claim_universe(path, FIRST)
    assert claim is not None
    assert claim.requested() is None
    request_handover(path, "take")
    assert claim.requested() == "take"
    request_handover(path, "release")
    assert claim.requested() == "release"
    claim.release()
    after = claim_universe(path, FIRST)
    assert after is not None
    assert after.requested() is None
    after.release()


def test_a_request_that_nobody_took_does_not_stop_the_next_sender(tmp_path: Path) -> None:
    path = tmp_path / "one.dmx"
    request_handover(path, "release")
    claim = claim_universe(path, FIRST)
    assert claim is not None
    assert claim.requested() is None
    claim.release()


def test_a_damaged_file_is_as_none(tmp_path: Path) -> None:
    path = tmp_path / "one.dmx"
    path.write_bytes(b"nonsense" * 100)
    claim = claim_universe(path, FIRST)
    assert claim is not None
    assert claim.record.frame == FIRST
    claim.save(1, NEXT)
    claim.release()
    again = claim_universe(path, FIRST)
    assert again is not None
    again.release()


def test_what_is_not_sent_needs_no_release(tmp_path: Path) -> None:
    assert not release_universe(tmp_path / "one.dmx")


def test_a_release_waits_for_the_sender_and_gives_up_on_one_that_does_not_stop(
    tmp_path: Path,
) -> None:
    path = tmp_path / "one.dmx"
    claim = claim_universe(path, FIRST)
    assert claim is not None
    times = iter(range(100))
    with pytest.raises(EngineError, match="does not stop"):
        release_universe(path, now=lambda: float(next(times)), sleep=lambda _seconds: None)
    let_go = threading.Event()

    def stop(_seconds: float) -> None:
        if claim.requested() == "release" and not let_go.is_set():
            let_go.set()
            claim.release()

    assert release_universe(path, sleep=stop)
