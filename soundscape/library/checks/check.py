"""Finds every problem of scenes, their playlists, their files and the room."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from soundscape.dsp.calm import MOST_RISE
from soundscape.errors import LibraryError, MediaError, Problem, Severity
from soundscape.library.checks.device_check import ConnectedDevices, device_problems
from soundscape.library.checks.plan_warnings import plan_warnings
from soundscape.library.file_tracks import LookUp, ProbeFile, file_error, not_measured, probe_file
from soundscape.library.files.locate import Library, spelled
from soundscape.library.measure.track_gain import unevenness
from soundscape.library.resolve import Loaded, resolve
from soundscape.media.types import Measured, Probe
from soundscape.timeline.loudness_forecast import LoudnessForecast, loudness_forecast
from soundscape.timeline.plan import Plan, plan
from soundscape.timeline.show import FileSource, Playlist, Show
from soundscape.units import SAMPLE_RATE, format_duration

_TOLERANCE = 0.5  # LU; what tests of the rule on rising allow

T = TypeVar("T")
Verify = Callable[[Path], Probe]
"""Decodes a whole file and returns what it holds. Raises MediaError if that is nothing."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a check: each problem once, sorted, and the loudness forecast of each scene."""

    problems: list[Problem]
    forecasts: dict[str, LoudnessForecast]


def decode(path: Path) -> Probe:
    """Decode a whole file. Raises MediaError if nothing can be decoded."""
    from soundscape.media.probe import verify  # noqa: PLC0415 - FFmpeg, for files not measured

    return verify(path)


def check(
    library: Library,
    scenes: Sequence[str] | None = None,
    room: str | None = None,
    *,
    present: ConnectedDevices | None = None,
    probe: ProbeFile = probe_file,
    verify: Verify = decode,
    measured: LookUp = not_measured,
) -> Report:
    """Check the scenes (None: all of the library's).

    Each file that was not `measured` is decoded to its end, once. Devices are checked if `present`
    is given.

    Raises LibraryError if the room is missing or the library has no scene.
    """
    names = library.scenes() if scenes is None else scenes
    if not names:
        raise LibraryError(f"no scene in {library.root / 'scenes'}: put one there to check")
    library.room(room)
    problems: set[Problem] = set()
    forecasts: dict[str, LoudnessForecast] = {}
    looking, decoding, known = Remembered(probe), Remembered(verify), Remembered(measured)
    seen = False  # the devices, which are those of one room
    for name in names:
        try:
            loaded, findings = resolve(library, name, room, probe=looking, measured=known)
        except LibraryError as error:
            problems.add(Problem(name, 0, 0, str(error)))
            continue
        problems.update(findings.all())
        if loaded is not None:
            planned = plan(loaded.show)
            problems.update(plan_warnings(loaded, planned))
            files = named_files(loaded.show)
            problems.update(_damaged(library, files, decoding, known))
            problems.update(_uneven(library, files, known))
            if not seen:
                problems.update(device_problems(loaded, present))
                seen = True
            forecasts[name] = loudness_forecast(planned)
            problems.update(_steep(loaded, planned, forecasts[name]))
    return Report(sorted(problems), forecasts)


class Remembered(Generic[T]):
    """Asks about each file once, and remembers the answer or the error.

    The key is the path's text, since a library may name ten thousand files.
    """

    def __init__(self, ask: Callable[[Path], T]) -> None:
        self._ask = ask
        self._answers: dict[str, T | MediaError] = {}

    def __call__(self, path: Path | str) -> T:
        """Return the answer. Raises MediaError, each time."""
        text = str(path)
        if text not in self._answers:
            self._answers[text] = self._asked(path if isinstance(path, Path) else Path(path))
        answer = self._answers[text]
        if isinstance(answer, MediaError):
            raise answer
        return answer

    def _asked(self, path: Path) -> T | MediaError:
        try:
            return self._ask(path)
        except MediaError as error:
            return error


def named_files(show: Show) -> dict[str, str]:
    """Return the sound files of a show, each with the place where it is first named."""
    named: dict[str, str] = {}
    for playlist in _playlists(show):
        for track in playlist.tracks:
            if isinstance(track.source, FileSource):
                named.setdefault(track.source.path, track.where)
    return named


def _damaged(
    library: Library,
    files: dict[str, str],
    verify: Remembered[Probe],
    known: Remembered[Measured | None],
) -> Iterator[Problem]:
    """Yield files that open but do not decode to their end. Of measured files that is known."""
    for path, where in files.items():
        try:
            damage = None if known(path) else verify(path).fault
        except MediaError as error:
            damage = file_error(Path(path), library.shown(path), error)
        if damage:
            yield _at(where, f"{spelled(library.shown(path))}: {damage}")


def _uneven(
    library: Library, files: dict[str, str], known: Remembered[Measured | None]
) -> Iterator[Problem]:
    """Yield files whose loudness varies so much that matching cannot correct it."""
    for path, where in files.items():
        try:
            measured = known(path)
        except MediaError:  # named already
            continue
        if measured is not None:
            for message, like in unevenness(measured):
                text = f"{spelled(library.shown(path))}: {message}"
                yield replace(_at(where, text, "warning"), like=like)


def _steep(loaded: Loaded, planned: Plan, forecast: LoudnessForecast) -> Iterator[Problem]:
    """Yield a steep rise that is left in the plan with all fades and layers."""
    rise = forecast.largest_rise
    if rise.lu > MOST_RISE + _TOLERANCE:
        begun = [one for one in planned.phases if one.start <= rise.at * SAMPLE_RATE]
        at = format_duration(rise.at)
        message = (
            f"the sound rises by {rise.lu:.0f} LU within a second at {at} of the session, which "
            "may startle: lower what comes in there, or give it a longer fade"
        )
        yield loaded.document.problem(("phases", begun[-1].phase.name), message, "warning")


def _at(where: str, message: str, severity: Severity = "error") -> Problem:
    file, line, column = where.rsplit(":", 2)
    return Problem(file, int(line), int(column), message, severity)


def _playlists(show: Show) -> Iterator[Playlist]:
    for phase in show.phases:
        for layer in phase.layers.values():
            yield layer.playlist
    yield from show.landing.values()
