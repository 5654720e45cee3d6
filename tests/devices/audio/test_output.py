from __future__ import annotations

from soundscape.devices.audio.output import BLOCK_SECONDS, BUFFER_SECONDS, UnderrunCounter


def test_the_first_block_is_never_an_underrun() -> None:
    punctuality = UnderrunCounter()
    punctuality.accept(5.0, empty=True)
    assert punctuality.underruns == 0


def test_an_empty_queue_is_an_underrun() -> None:
    punctuality = UnderrunCounter()
    punctuality.accept(5.0, empty=True)
    punctuality.accept(5.0 + BLOCK_SECONDS, empty=True)
    assert punctuality.underruns == 1


def test_a_block_later_than_a_block_and_a_buffer_is_an_underrun() -> None:
    punctuality = UnderrunCounter()
    punctuality.accept(5.0, empty=True)
    punctuality.accept(5.0 + BLOCK_SECONDS + BUFFER_SECONDS - 0.001, empty=False)
    assert punctuality.underruns == 0
    punctuality.accept(5.0 + 2 * (BLOCK_SECONDS + BUFFER_SECONDS), empty=False)
    assert punctuality.underruns == 1


def test_late_and_empty_is_one_underrun() -> None:
    punctuality = UnderrunCounter()
    punctuality.accept(5.0, empty=True)
    punctuality.accept(6.0, empty=True)
    assert punctuality.underruns == 1
