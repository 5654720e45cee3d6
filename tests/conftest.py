"""What holds for every test: none touches this user's own folders, none leaves memory behind."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from pathlib import Path

import open_files as windows
import properties
import pytest
import sharing

from soundscape.ipc import shared_audio_layout, shared_memory

_HOMES = count()


def pytest_configure(config: pytest.Config) -> None:
    properties.load_profile()
    if not hasattr(config, "workerinput"):
        sharing.open_folder()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        sharing.remove_folder()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """`-n auto`: as many tests compute as there are cores, and another waits beside them."""
    return sharing.CORES + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object | None:
    """Tests take from a blink to half a minute: a worker that is done takes from the other."""
    if config.getoption("dist") != "load":  # somebody wishes otherwise
        return None
    from xdist.scheduler import WorkStealingScheduling  # noqa: PLC0415

    return WorkStealingScheduling(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Take the cores that a test needs. To wait for them does not count towards its timeout."""
    cores: AbstractContextManager[None]
    if item.get_closest_marker("timed") is not None:
        cores = sharing.all_cores()
    elif item.get_closest_marker("waits") is not None:
        cores = nullcontext()
    else:
        cores = sharing.one_core()
    with cores:
        return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A soak and a virtual machine take longer than the timeout of the others."""
    for item in items:
        if item.get_closest_marker("machine") or item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(3600))


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


@pytest.fixture(autouse=True)
def no_memory_left_behind(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Remove the shared memory that the test's own process makes."""
    names: list[str] = []

    def create(size: int) -> str:
        names.append(shared_memory.create_memory(size))
        return names[-1]

    monkeypatch.setattr(shared_audio_layout, "create_memory", create)
    yield
    for name in names:
        shared_memory.remove_memory(name)


@pytest.fixture
def open_files(monkeypatch: pytest.MonkeyPatch) -> windows.OpenFiles:
    """Windows' rules for open files."""
    return windows.pretend(monkeypatch)
