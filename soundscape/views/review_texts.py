"""What `check --listen` says of joins and phases."""

from __future__ import annotations

from collections.abc import Sequence

from soundscape.translation import gettext as _
from soundscape.translation import marked, ngettext
from soundscape.units import format_duration

ARCS = {"rising": marked("rises"), "level": marked("stays level"), "falling": marked("falls")}
ASKED = {
    "rising": marked("asks for a rise"),
    "level": marked("asks it to stay level"),
    "falling": marked("asks for a fall"),
}
NO_JOINS = marked("no two files follow each other")


def joins(scene: str, rises: Sequence[float]) -> str:
    """The rises of a scene's joins (LU): how many, what is usual, and the largest."""
    if not rises:
        return f"{scene}: {_(NO_JOINS)}"
    several = ngettext("{number} join of files", "{number} joins of files", len(rises))
    order = sorted(rises)
    low, high = order[len(order) // 10], order[-1 - len(order) // 10]
    return _(
        "{scene}: {joins}; an opening is usually {low} to {high} LU over the 30 s before it, and "
        "{most} LU at most"
    ).format(
        scene=scene,
        joins=several,
        low=f"{low:+.0f}",
        high=f"{high:+.0f}",
        most=f"{order[-1]:+.0f}",
    )


def arc(scene: str, phase: str, heard: tuple[str, float], asked: tuple[str, float]) -> str:
    """How the loudness of a phase goes from its first third to its last, and what is asked for."""
    return _("{scene}: {phase} {goes} ({lu} LU); its loudness {asks} ({target} LU)").format(
        scene=scene,
        phase=phase,
        goes=_(ARCS[heard[0]]),
        lu=f"{heard[1]:+.1f}",
        asks=_(ASKED[asked[0]]),
        target=f"{asked[1]:+.1f}",
    )


def steep_opening(at: float, rise: float, before: str) -> str:
    """An opening that is far louder than what went before."""
    return _(
        "at {at} its opening is {rise} LU louder than the 30 s before it ({before}): the session "
        "lowers it; another order of the playlist would keep it as it is"
    ).format(at=format_duration(round(at)), rise=f"{rise:.0f}", before=before)


def against_the_arc(heard: tuple[str, float], asked: tuple[str, float]) -> str:
    """The tracks of a phase go another way than the scene."""
    return _(
        "the music {goes} by {lu} LU from the first to the last third, while its loudness {asks} "
        "({target} LU): choose other tracks or another order"
    ).format(
        goes=_(ARCS[heard[0]]),
        lu=f"{abs(heard[1]):.0f}",
        asks=_(ASKED[asked[0]]),
        target=f"{asked[1]:+.0f}",
    )


def same_artist(at: float, artist: str) -> str:
    """Two tracks of one artist follow each other."""
    return _("at {at} it follows another track of {artist}").format(
        at=format_duration(round(at)), artist=artist
    )


def much_calm(db: float) -> str:
    """Calm changes a track a good deal."""
    return _(
        "calm lowers it by up to {db} dB, which takes from its dynamics: another track suits better"
    ).format(db=f"{db:.0f}")


def bright(hertz: float, usual: float) -> str:
    """A track of the peak is far brighter than the others."""
    return _(
        "it is far brighter ({hertz} Hz) than the other tracks of this phase ({usual} Hz); listen "
        "to it before"
    ).format(hertz=f"{hertz:.0f}", usual=f"{usual:.0f}")


def dense(onsets: float, usual: float) -> str:
    """A track of the peak has far more onsets than the others."""
    return _(
        "it is far denser ({onsets} onsets a second) than the other tracks of this phase "
        "({usual}); listen to it before"
    ).format(onsets=f"{onsets:.1f}", usual=f"{usual:.1f}")
