"""The lights of a whole scene over DMX, as QLC+, unmodified, receives them over the network."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from dmx_scenes import ARTNET_IF_SLOW, Relay, Values, light_process, play, scene, steps_beside
from qlc import Qlc

pytestmark = [pytest.mark.peer, pytest.mark.timed]

SLOTS = (12, 13, 20, 21, 30, 31)
"""The addresses of the scene whose single steps can be seen; 14 is the fine byte of a pair."""


@pytest.mark.parametrize("protocol", ["sacn", ARTNET_IF_SLOW])
def test_qlc_receives_a_whole_scene_within_a_step_of_the_plan(
    protocol: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded = scene(tmp_path, protocol)
    with Qlc(tmp_path) as qlc:
        relay = Relay(protocol)
        try:
            with light_process(loaded, tmp_path / "state") as process:
                start, plan = play(process, loaded)
        finally:
            relay.close()
        time.sleep(0.1)
        passed_on = [(at - start, frame) for at, frame in qlc.frames[protocol]]
    sent = [(at - start, frame) for at, frame in relay.packets]
    begun = sent[0][0]
    seen = [(at, frame) for at, frame in passed_on if begun + 0.1 <= at <= sent[-1][0]]
    beside = {slot: steps_beside(plan, seen, slot) for slot in SLOTS}
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{protocol}: {len(plan)} messages in {len(sent)} packets; QLC+ passed on "
            f"{len(seen)} frames, at most {max(beside.values())} steps beside the plan"
        )
    assert len(seen) >= 0.8 * 50 * (seen[-1][0] - seen[0][0])
    assert max(beside.values()) <= 1
    for slot in SLOTS:
        ours = {frame[slot - 1] for _, frame in sent}
        assert {frame[slot - 1] for _, frame in seen} <= ours, "nothing in between, no zero"
    end: Values = {}
    for _, values in plan:
        end |= values
    assert {slot: seen[-1][1][slot - 1] for slot in end} == end
