from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.devices.audio.driver_buffers import (
    AHEAD,
    AHEAD_WITHOUT_PRIORITY,
    LEAST_AHEAD,
    MOST_AHEAD,
    driver_buffer,
)
from soundscape.units import SAMPLE_RATE

DRIVERS = ["pulseaudio", "pipewire", "alsa", "coreaudio", "wasapi", "directsound", "sndio", ""]


@given(st.sampled_from(DRIVERS), st.floats(LEAST_AHEAD, MOST_AHEAD))
def test_every_driver_has_the_sound_asked_for_ahead_of_the_device(
    driver: str, ahead: float
) -> None:
    given_to_it = driver_buffer(driver, ahead)
    if driver == "pulseaudio":
        assert given_to_it.held == ahead  # the server alone has it
    else:
        waiting = given_to_it.ready * given_to_it.block + given_to_it.buffer
        assert waiting / SAMPLE_RATE >= ahead - given_to_it.buffer / SAMPLE_RATE


@pytest.mark.parametrize("driver", [*DRIVERS, "disk", "dummy"])
def test_a_block_is_a_whole_number_of_buffers_that_pygame_does_not_round(driver: str) -> None:
    given_to_it = driver_buffer(driver)
    assert given_to_it.buffer & (given_to_it.buffer - 1) == 0
    assert given_to_it.block % given_to_it.buffer == 0
    assert given_to_it.block >= 2 * given_to_it.buffer


def test_pulse_keeps_for_us_what_is_left_of_the_target_when_the_sink_has_its_half() -> None:
    target = int(driver_buffer("pulseaudio", AHEAD).environment["PULSE_LATENCY_MSEC"])
    period = 20
    sink = (target - 2 * period) / 2  # pulsecore/protocol-native.c, fix_playback_buffer_attr
    assert target - sink == pytest.approx(1000 * AHEAD)


def test_what_pulse_plays_is_heard_after_the_whole_target() -> None:
    for ahead in (AHEAD, AHEAD_WITHOUT_PRIORITY):
        buffer = driver_buffer("pulseaudio", ahead)
        target = int(buffer.environment["PULSE_LATENCY_MSEC"]) / 1000
        assert buffer.held + buffer.beyond == pytest.approx(target)


def test_pipewire_in_its_name_gives_the_sink_no_more_than_its_largest_quantum() -> None:
    """As measured: sound is heard 0.32 s after SDL has given it, at 0.25 s ahead."""
    buffer = driver_buffer("pulseaudio", AHEAD, on_pipewire=True)
    assert buffer.held + buffer.beyond == pytest.approx(0.33, abs=0.01)
    assert buffer.held == driver_buffer("pulseaudio", AHEAD).held
    little = driver_buffer("pulseaudio", 0.1, on_pipewire=True)
    assert little.held + little.beyond == pytest.approx(0.16 - 0.06 + 2048 / 48_000)


def test_where_more_than_usual_is_wanted_of_pulse_a_block_waits_in_our_process_too() -> None:
    assert driver_buffer("pulseaudio", AHEAD).ready == 0
    assert driver_buffer("pulseaudio", AHEAD_WITHOUT_PRIORITY).ready == 1


def test_alsa_holds_two_periods_and_sdl_has_mixed_a_third_that_waits_to_be_written() -> None:
    """Seen in the virtual machine: without the third, light came 85 ms before its sound."""
    assert driver_buffer("alsa").held == pytest.approx(2 * 4096 / SAMPLE_RATE)
    assert driver_buffer("alsa").beyond == pytest.approx(4096 / SAMPLE_RATE)


def test_drivers_that_wait_for_nobody_have_no_deadline() -> None:
    assert [name for name in [*DRIVERS, "disk", "dummy"] if not driver_buffer(name).deadline] == [
        "disk",
        "dummy",
    ]
