"""The library in use is named wherever a scene is."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "command",
    [("plan", "small"), ("scenes",), ("check", "--offline", "small")],
)
def test_the_library_in_use_is_named(small, command) -> None:
    done = small.run(*command)
    assert str(small.root) in done.out
