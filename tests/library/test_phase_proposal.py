from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from soundscape.library.files.locate import shipped_root
from soundscape.library.phase_proposal import MINUTES, MeasuredTrack, Proposal, propose
from soundscape.media.segments import Segment


def track(name: str, *segments: tuple[float, float, float, float], seconds: float = 300.0):
    """A track; segments are loudness, dynamics, brightness and onsets."""
    return MeasuredTrack(Path(name), seconds, tuple(Segment(*one) for one in segments))


def folder(count: int, seconds: float = 300.0) -> list[MeasuredTrack]:
    """Tracks 0 to count − 1, each fuller than the one before, and brighter."""
    return [
        track(str(n), (-40.0 + n, 4.0 + n / 10, 500.0 + 20 * n, n / 50), seconds=seconds)
        for n in range(count)
    ]


def names(proposal: Proposal) -> dict[str, list[str]]:
    return {phase: [str(one.track.path) for one in found] for phase, found in proposal.items()}


def test_the_shares_are_the_times_of_the_shipped_scene() -> None:
    scene = yaml.safe_load((shipped_root() / "scenes/kap-im.yaml").read_text("utf-8"))
    typical = {name: phase["duration"]["typical"] for name, phase in scene["phases"].items()}
    assert typical == {name: f"{minutes:.0f}m" for name, minutes in MINUTES.items()}


def test_every_track_goes_to_one_phase_in_the_order_of_a_session() -> None:
    found = names(propose(folder(40), {}))
    assert list(found) == ["arrival", "onset", "peak", "return", "rest"]
    assert sorted(int(n) for chosen in found.values() for n in chosen) == list(range(40))


def test_fuller_tracks_go_to_the_phases_that_are_played_louder() -> None:
    found = names(propose(folder(40), {}))
    mean = {phase: np.mean([int(n) for n in chosen]) for phase, chosen in found.items()}
    assert mean["rest"] < mean["arrival"] < mean["return"] < min(mean["onset"], mean["peak"])


def test_of_the_fullest_the_darker_go_to_the_peak() -> None:
    found = names(propose(folder(40), {}))
    assert max(int(n) for n in found["peak"]) < min(int(n) for n in found["onset"])


def test_each_phase_gets_music_by_its_length() -> None:
    found = propose(folder(113, seconds=60.0), {})
    for phase, chosen in found.items():
        assert sum(one.track.seconds for one in chosen) / 60 == pytest.approx(MINUTES[phase], abs=2)


@pytest.mark.parametrize("count", [5, 6, 7, 10])
def test_no_phase_stays_empty_while_there_are_tracks_enough(count: int) -> None:
    tracks = folder(count)
    tracks[0] = track("0", (-40.0, 4.0, 500.0, 0.0), seconds=7200.0)
    assert len(propose(tracks, {})) == 5
    assert len(propose(list(reversed(folder(count))), {})) == 5


def test_few_tracks_and_none_are_sorted_as_far_as_they_go() -> None:
    assert propose([], {}) == {}
    assert sum(len(chosen) for chosen in propose(folder(1), {}).values()) == 1
    assert sum(len(chosen) for chosen in propose(folder(3), {}).values()) == 3


def test_tracks_rise_towards_the_peak_and_fall_after_it() -> None:
    found = names(propose(folder(40), {}))
    for phase, chosen in found.items():
        order = [int(n) for n in chosen]
        assert order == sorted(order, reverse=phase in ("return", "rest"))


# With lists ---------------------------------------------------------------------------------------

PIANO = [(-22.0, 8.0, 900.0, 1.5), (-21.0, 9.0, 950.0, 1.7)]
DRONE = [(-28.0, 2.0, 300.0, 0.0), (-29.0, 3.0, 320.0, 0.0)]
ODD = [(-14.0, 15.0, 5000.0, 6.0)]


def nudged(name: str, seed: int, segments: list[tuple[float, ...]]) -> MeasuredTrack:
    """A track like another one."""
    chance = np.random.default_rng(seed)
    return track(name, *(tuple(np.array(one) * chance.uniform(0.97, 1.03, 4)) for one in segments))


def test_a_track_goes_to_the_list_that_has_similar_ones() -> None:
    tracks = [nudged("piano", 1, PIANO), nudged("drone", 2, DRONE)]
    lists = {
        "peak": [nudged(str(n), 10 + n, DRONE) for n in range(4)],
        "arrival": [nudged(str(n), 20 + n, PIANO) for n in range(4)],
    }
    assert names(propose(tracks, lists)) == {"arrival": ["piano"], "peak": ["drone"]}


def test_what_is_near_to_no_list_is_sorted_by_rank_into_the_other_phases() -> None:
    tracks = [nudged("drone", 2, DRONE), *(track(f"odd{n}", *ODD) for n in range(6))]
    found = propose(tracks, {"peak": [nudged(str(n), 10 + n, DRONE) for n in range(4)]})
    assert names(found)["peak"] == ["drone"]
    assert set(found) == set(MINUTES)
    assert "from the list for peak" in found["peak"][0].reason
    assert "fuller than" in found["rest"][0].reason


def test_with_a_list_for_each_phase_the_nearest_takes_what_is_near_to_none() -> None:
    lists = {phase: [nudged("own", n, DRONE)] for n, phase in enumerate(MINUTES)}
    lists["onset"] = [nudged("own", 9, PIANO)]
    found = propose([track("odd", *ODD)], lists)
    assert names(found) == {"onset": ["odd"]}
    assert "near to no list" in found["onset"][0].reason


def test_a_track_of_a_list_goes_to_its_own_list() -> None:
    own = nudged("own", 3, PIANO)
    lists = {"return": [own], "rest": [nudged("other", 4, PIANO)]}
    assert names(propose([own], lists)) == {"return": ["own"]}


def test_a_reason_says_what_was_measured() -> None:
    (one,) = propose([track("one", *PIANO)], {})["rest"]
    assert one.track.summary == "5:00, -22 LUFS, varies by 8 LU, 925 Hz, 96 onsets/min"
