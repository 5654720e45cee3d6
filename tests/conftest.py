"""For every test: it does not touch the folders of this user, and leaves no memory behind."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Generator
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from pathlib import Path
from typing import Any

import open_files as windows
import properties
import pytest
import sharing

from soundscape.ipc import shared_audio_layout, shared_memory
from soundscape.ipc.shared_audio import SharedAudio
from soundscape.library.languages import VARIABLE
from soundscape.translation import ENGLISH, NONE, use

_HOMES = count()
_HAS_TIMED = pytest.StashKey[bool]()
CORE = sharing.Core()
TOGETHER = frozenset(
    f"test_{name}.py"
    for name in (
        *("page_peers", "rooms_page_peers", "editor_peers", "calm_peers", "timecode_peers"),
        "architecture",
    )
)
"""Files whose tests share a session, a browser, a render or a parsed package."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among what the collection makes, during it or later: all of it stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Each process of a run begins a folder with another file.

    pytest writes down what it makes of a file's assertions, so each file costs one process only.
    """
    report = yield
    if isinstance(collector, pytest.Dir):
        inside = report.result
        start = len(inside) * sharing.number() // sharing.count()
        report.result = [*inside[start:], *inside[:start]]
    return report


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import what `-m` leaves out."""
    left_out = config.getoption("markexpr").startswith("not peer")
    return True if left_out and collection_path.name == "peers" else None


def pytest_configure(config: pytest.Config) -> None:
    os.environ[VARIABLE] = ENGLISH  # for the processes of fixtures that many tests share
    properties.load_profile()
    if not hasattr(config, "workerinput"):
        sharing.open_folder()
    # For fixtures that many tests share; each test has a home of its own.
    os.environ["SOUNDSCAPE_HOME"] = str(sharing.folder() / "home")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        sharing.remove_folder()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """`-n auto`: as many tests compute as there are cores, and others wait beside them."""
    return sharing.CORES + 2


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object | None:
    """The tests of a file that shares something costly run in one process, others wherever.

    As many processes as there are cores begin with the last test, the others with the first, where
    those are that wait: so that neither cores nor time are left unused.
    """
    if config.getoption("dist") != "load":  # the command line says otherwise
        return None
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0]
            return path if Path(path).name in TOGETHER else nodeid

        def _assign_work_unit(self, node: Any) -> None:
            if int(node.gateway.id.removeprefix("gw")) < sharing.CORES:
                self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
            super()._assign_work_unit(node)

    return Scheduling(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Wait until a test may run. The wait does not count towards the timeout of the test."""
    if _computes(item):
        CORE.take()
    turn: AbstractContextManager[None] = nullcontext()
    if item.get_closest_marker("timed") is not None:
        turn = sharing.alone()
    elif item.session.stash.get(_HAS_TIMED, False):
        turn = sharing.beside_others()
    try:
        with turn:
            return (yield)
    finally:
        CORE.give_back(at_once=nextitem is None or not _computes(nextitem))


def _computes(item: pytest.Item) -> bool:
    return not any(map(item.get_closest_marker, ("timed", "waits")))


@pytest.hookimpl(trylast=True)  # after what `-m` leaves out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of real time first, one after another; then those that wait, the long ones
    first; at last those that compute.

    A soak and a virtual machine take longer than the timeout of the others.
    """
    items.sort(key=lambda item: item.path)  # in each process alike
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    items.sort(key=_computes)
    items.sort(key=lambda item: item.get_closest_marker("timed") is None)
    if items:
        timed = any(item.get_closest_marker("timed") for item in items)
        items[0].session.stash[_HAS_TIMED] = timed
    for item in items:
        if item.get_closest_marker("machine") or item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(3600))


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the homes are."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def home(homes: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own for cache, state and runtime files. It does not exist yet."""
    folder = homes / str(next(_HOMES))
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """The texts are English, whatever the language of the system, unless a test says otherwise."""
    monkeypatch.setenv(VARIABLE, ENGLISH)
    yield
    use(NONE)


@pytest.fixture(autouse=True)
def no_shared_audio_left_behind(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Close the shared audio that the process of the test has opened, and remove its memory."""
    names: list[str] = []
    opened: list[SharedAudio] = []
    open_it = SharedAudio.__init__

    def create(size: int) -> str:
        names.append(shared_memory.create_memory(size))
        return names[-1]

    def note(self: SharedAudio, path: Path) -> None:
        open_it(self, path)
        opened.append(self)

    monkeypatch.setattr(shared_audio_layout, "create_memory", create)
    monkeypatch.setattr(SharedAudio, "__init__", note)
    yield
    for thread in threading.enumerate():
        if thread.name == "watch":  # of a host: told to end, it may be reading for the last time
            thread.join(1.0)
    for one in opened:
        if hasattr(one, "_sound"):
            one.close()
    for name in names:
        shared_memory.remove_memory(name)


@pytest.fixture
def open_files(monkeypatch: pytest.MonkeyPatch) -> windows.OpenFiles:
    """Windows' rules for open files."""
    return windows.pretend(monkeypatch)
