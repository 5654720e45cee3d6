"""What holds for every test: none touches this user's own folders."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

_HOMES = count()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object | None:
    """Tests take from a blink to half a minute: a worker that is done takes from the other."""
    if config.getoption("dist") != "load":  # somebody wishes otherwise
        return None
    from xdist.scheduler import WorkStealingScheduling  # noqa: PLC0415

    return WorkStealingScheduling(config, log)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the homes are."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def home(homes: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own for cache, state and runtime files; made by who needs it."""
    folder = homes / str(next(_HOMES))
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(folder))
    return folder
