"""The rule for tests against real programs and drivers.

Where one is missing its test is skipped, with the reason; under SOUNDSCAPE_REQUIRE_PEERS=1, as in
CI, it fails instead, so that none is skipped unnoticed.
"""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def need(*programs: str) -> str:
    """The full path of the first of these programs that is installed, or the end of the test."""
    path = next(filter(None, map(shutil.which, programs)), None)
    if path is None:
        missing(f"{' or '.join(programs)} is not installed")
    return path


def missing(reason: str) -> NoReturn:
    """End the test for want of something it needs: skipped, or failed where that is required."""
    if os.environ.get("SOUNDSCAPE_REQUIRE_PEERS") == "1":
        pytest.fail(f"required here: {reason}")
    pytest.skip(reason)
