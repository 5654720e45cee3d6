"""A scene's lights without its sound: the same messages as a session's, at the same times."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from rooms import make_room
from shows import phase, playlist, show, track

from soundscape.engine import light_preview
from soundscape.engine.light_preview import all_messages, play_lights
from soundscape.engine.light_run import LightRun
from soundscape.library.last_lights import LastLights
from soundscape.lighting.rig import Rig
from soundscape.scene.models import LightSpec
from soundscape.timeline.directives import Directive, LightsMove
from soundscape.timeline.show import Cue, Move, Show
from soundscape.units import SAMPLE_RATE, At, frames

ROOM = make_room(lights={"room": LightSpec(port="desk", cc=20, from_=0.2)})


def a_show() -> Show:
    music = playlist("music", track("one", 60))
    moves = (Move(At(1.0), {"room": 0.4}, frames(4.0)),)
    cues = (Cue(At(2.0), "go", "7"),)
    made = show(phase("one", 8.0, music, moves=moves, cues=cues), end=2.0, start=1)
    return replace(made, after=Move(At(), {"room": 0.3}, frames(2.0)))


class Outputs:
    """Takes messages; every port is there."""

    def __init__(self) -> None:
        self.sent: list[tuple[float, str, bytes]] = []

    def listen(self, listener: object) -> None:
        """Nothing ever happens to these ports."""

    def send(self, batch: list[tuple[float, str, bytes]]) -> None:
        self.sent += batch

    def health(self) -> dict[str, str]:
        return {"desk": "ok"}


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_all_messages_are_those_of_the_scene_to_the_look_after_it() -> None:
    messages = list(all_messages(ROOM, a_show()))
    codes = [(m.frame / SAMPLE_RATE, m.data[2]) for m in messages if m.data[0] == 0xB0]
    assert (codes[0], codes[-1][1]) == ((1.0, 25), 38)
    assert max(code for _, code in codes) == 51
    assert 11.0 < codes[-1][0] <= 12.0
    assert [m.frame for m in messages if m.data[0] == 0xF0] == [frames(2.0)]


@pytest.fixture
def outputs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Outputs:
    made, time = Outputs(), Time()

    @contextmanager
    def opened(_room: object, _root: str) -> Iterator[tuple[Outputs, LastLights]]:
        yield made, LastLights(tmp_path, ROOM)

    def run(rig: Rig, process: Outputs) -> LightRun:
        return LightRun(rig, process, now=time, sleep=time.sleep)  # type: ignore[arg-type]

    monkeypatch.setattr(light_preview, "open_outputs", opened)
    monkeypatch.setattr(light_preview, "LightRun", run)
    return made


def test_a_preview_sends_what_would_be_printed_at_the_same_times(
    outputs: Outputs, tmp_path: Path
) -> None:
    said: list[Directive] = []
    assert play_lights(ROOM, "", a_show(), said.append) == {"desk": "ok"}
    printed = [
        (100.0 + m.frame / SAMPLE_RATE, m.port, m.data) for m in all_messages(ROOM, a_show())
    ]
    assert outputs.sent == printed
    assert [d.values for d in said if isinstance(d, LightsMove)] == [{"room": 0.4}, {"room": 0.3}]
    assert LastLights(tmp_path, ROOM).levels == {"room": 38 / 127}


def test_a_preview_that_is_broken_off_leaves_the_lights_where_they_are(
    outputs: Outputs, tmp_path: Path
) -> None:
    def enough(directive: Directive) -> None:
        if isinstance(directive, LightsMove) and directive.frame >= frames(10.0):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play_lights(ROOM, "", a_show(), enough)
    assert outputs.sent[-1][2] == b"\xb0\x14\x33"
    assert LastLights(tmp_path, ROOM).levels == {"room": 51 / 127}
