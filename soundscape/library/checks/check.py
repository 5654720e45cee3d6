"""Finds every problem of scenes, their playlists, their files and the room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from soundscape.dsp.calm import MOST_RISE
from soundscape.errors import LibraryError, MediaError, Problem, Severity
from soundscape.library.checks.coverage import (
    Coverage,
    coverage,
    shared_playlists,
    short_playlists,
)
from soundscape.library.checks.device_check import ConnectedDevices, device_problems
from soundscape.library.checks.light_check import light_problems
from soundscape.library.checks.network_check import network_problems
from soundscape.library.checks.plan_warnings import loudness_warnings, plan_warnings
from soundscape.library.checks.soft_files import too_soft
from soundscape.library.file_tracks import LookUp, ProbeFile, file_error, not_measured, probe_file
from soundscape.library.files.locate import Library, spelled
from soundscape.library.measure.track_gain import unevenness
from soundscape.library.resolve import Loaded, resolve
from soundscape.media.types import Measured, Probe
from soundscape.scene.models import Room
from soundscape.timeline.loudness_forecast import LoudnessForecast, loudness_forecast
from soundscape.timeline.plan import Plan, plan
from soundscape.timeline.show import FileSource, Playlist, Show
from soundscape.translation import marked
from soundscape.units import SAMPLE_RATE, format_duration, seconds
from soundscape.views import check_texts, plan_warning_texts
from soundscape.views.check_texts import SUBJECTS, Subject

_TOLERANCE = 0.5  # LU; what tests of the rule on rising allow
LOW_RATE = 32_000
"""Hz; a file below it has nothing above 16 kHz."""

T = TypeVar("T")
Verify = Callable[[Path], Probe]
"""Decodes a whole file and returns what it holds. Raises MediaError if that is nothing."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a check: each problem once, sorted, and what was found of the rest.

    `subjects` has the problems by what they are about; "review" only if there was one. `files` has
    the place where each sound file is first named. They last `length` seconds, and `rates` counts
    their sample rates (Hz).
    """

    subjects: dict[Subject, list[Problem]]
    plans: dict[str, Plan]
    forecasts: dict[str, LoudnessForecast]
    coverage: list[Coverage]
    files: dict[str, str]
    length: float
    rates: dict[int, int]
    room: Room | None

    @property
    def problems(self) -> list[Problem]:
        """Every problem once, by file and place."""
        return sorted({one for several in self.subjects.values() for one in several})

    def also(self, subject: Subject, problems: Iterable[Problem]) -> Report:
        """Return the report with more problems of a subject."""
        more = sorted({*self.subjects.get(subject, ()), *problems})
        return replace(self, subjects={**self.subjects, subject: more})


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
    room_file = library.room(room)
    room_name = "" if room_file is None else library.shown(room_file)
    found: dict[Subject, set[Problem]] = {
        subject: set() for subject in SUBJECTS if subject != "review"
    }
    plans: dict[str, Plan] = {}
    forecasts: dict[str, LoudnessForecast] = {}
    covered: list[Coverage] = []
    files: dict[str, str] = {}
    looking, decoding, known = Remembered(probe), Remembered(verify), Remembered(measured)
    room_model: Room | None = None
    for name in names:
        try:
            loaded, findings = resolve(library, name, room, probe=looking, measured=known)
        except LibraryError as error:
            found["scenes"].add(Problem(name, 0, 0, str(error)))
            continue
        for problem in (*findings.faults, *findings.problems):
            found[_subject(problem, room_name)].add(problem)
        found["files"].update(findings.file_problems)
        if loaded is None:
            continue
        plans[name] = planned = plan(loaded.show)
        forecasts[name] = loudness_forecast(planned)
        coverages = list(coverage(name, loaded.show))
        covered += coverages
        files |= {path: at for path, at in named_files(loaded.show).items() if path not in files}
        found["scenes"].update(plan_warnings(loaded, planned))
        found["time"].update((*short_playlists(loaded), *shared_playlists(loaded, coverages)))
        found["lights"].update(light_problems(loaded, planned))
        found["loudness"].update(loudness_warnings(loaded, planned))
        found["loudness"].update(too_soft(library, loaded, known))
        found["loudness"].update(_steep(loaded, planned, forecasts[name]))
        if room_model is None:  # the devices are those of one room
            room_model = loaded.room
            found["lights"].update(network_problems(loaded, present))
            for problem in device_problems(loaded, present):
                found[_subject(problem, room_name)].add(problem)
    found["files"].update(_damaged(library, files, decoding, known))
    found["loudness"].update(_uneven(library, files, known))
    probes = dict(_probes(files, looking, known))
    found["files"].update(_low_rates(library, files, probes))
    return Report(
        {subject: sorted(problems) for subject, problems in found.items()},
        plans,
        forecasts,
        covered,
        files,
        seconds(sum(one.frames for one in probes.values())),
        dict(Counter(one.rate for one in probes.values())),
        room_model,
    )


def _subject(problem: Problem, room_file: str) -> Subject:
    """Return what a problem of a file that people write is about, by its key path."""
    of_room = problem.file == room_file or not problem.line  # no line: of what the room leaves out
    if of_room and problem.path[:1] == ("audio",):
        return "audio"
    if of_room and problem.path[:1] == ("midi",):
        return "midi"
    keys = problem.path[0:3:2]  # of the scene, or of a phase: the second is the phase's name
    if problem.file == room_file or {"lights", "cues"} & set(keys):
        return "lights"
    return "scenes"


def decoded(
    library: Library, report: Report, verify: Verify, measured: LookUp, advance: Callable[[], None]
) -> Iterator[Problem]:
    """Decode every file of a report to its end again, and yield what is damaged by now.

    A file may be damaged on its disk without a change of its date. `advance` is called after each
    file.
    """
    again = Remembered(verify)

    def not_known(path: Path | str) -> Measured | None:
        """What is known of a file is in the report already."""
        try:
            known = measured(Path(path))
        except MediaError:
            return None
        return known if known is not None and known.probe.fault else None

    for path, where in report.files.items():
        yield from _damaged(library, {path: where}, again, Remembered(not_known))
        advance()


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


def _probes(
    files: Iterable[str], probe: Remembered[Probe], known: Remembered[Measured | None]
) -> Iterator[tuple[str, Probe]]:
    """Yield the files that can be read, each with what it holds."""
    for path in files:
        with suppress(MediaError):  # named already
            measured = known(path)
            yield path, probe(path) if measured is None else measured.probe


def _low_rates(
    library: Library, files: Mapping[str, str], probes: Mapping[str, Probe]
) -> Iterator[Problem]:
    """Yield a note for each file whose sample rate lacks the upper half of what is heard."""
    for path, probe in probes.items():
        if probe.rate < LOW_RATE:
            text = f"{spelled(library.shown(path))}: {check_texts.low_rate(probe.rate)}"
            like = marked("files have a low sample rate and sound dull")
            yield replace(_at(files[path], text, "note"), like=like)


def _steep(loaded: Loaded, planned: Plan, forecast: LoudnessForecast) -> Iterator[Problem]:
    """Yield a steep rise that is left in the plan with all fades and layers."""
    rise = forecast.largest_rise
    if rise.lu > MOST_RISE + _TOLERANCE:
        begun = [one for one in planned.phases if one.start <= rise.at * SAMPLE_RATE]
        at = format_duration(rise.at)
        message = plan_warning_texts.steep_rise(rise.lu, at)
        yield loaded.document.problem(("phases", begun[-1].phase.name), message, "warning")


def _at(where: str, message: str, severity: Severity = "error") -> Problem:
    file, line, column = where.rsplit(":", 2)
    return Problem(file, int(line), int(column), message, severity)


def _playlists(show: Show) -> Iterator[Playlist]:
    for phase in show.phases:
        for layer in phase.layers.values():
            yield layer.playlist
    yield from show.landing.values()
