from __future__ import annotations

import numpy as np
import pytest

from soundscape.dsp.weighting import k_power, power_at


def test_a_full_scale_sine_at_997_hz_in_one_channel_is_minus_3_01_lufs() -> None:
    # BS.1770-4, the note below equation 2.
    power = 0.5 * float(k_power(np.array([997.0]))[0])
    assert power == pytest.approx(power_at(-3.01), rel=0.002)
