"""How many examples a property is tried on.

`HYPOTHESIS_PROFILE` is one of: `quick`, a fifth of the examples, the same ones in each run; `full`,
all of them, the same ones in each run (the default where `CI` is set); `explore`, all of them, new
ones in each run.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

DEFAULT_COUNT = 100
PROFILE = os.environ.get("HYPOTHESIS_PROFILE") or ("full" if os.environ.get("CI") else "quick")


def _scaled(count: int) -> int:
    return max(3, count // 5) if PROFILE == "quick" else count


def load_profile() -> None:
    """Make the profile that the environment names the default of all properties."""
    for name in ("quick", "full", "explore"):
        settings.register_profile(
            name,
            max_examples=_scaled(DEFAULT_COUNT),
            deadline=None,
            derandomize=name != "explore",
            print_blob=True,
            suppress_health_check=[HealthCheck.too_slow],  # the machine may be busy
        )
    settings.load_profile(PROFILE)


def examples(count: int = DEFAULT_COUNT, **more: object) -> settings:
    """Settings for a property that the full profile tries on `count` examples."""
    return settings(max_examples=_scaled(count), **more)  # type: ignore[arg-type]
