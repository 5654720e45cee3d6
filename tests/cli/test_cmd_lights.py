from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from soundscape.cli import cmd_lights, run
from soundscape.remote.session_file import claim

ROOM = """\
midi: {desk: {output: QLC+}, gone: {output: Gone}}
lights:
  room: {port: desk, cc: 20}
  lamp: {port: desk, channel: 2, cc: [21, 53]}
  warmth: {port: desk, cc: 22, range: 2200K to 4000K}
  star: {port: desk, note: 41, kind: switch}
  sub: {port: gone, msc: {device: 1, control: 5}}
"""


class Bench:
    """Takes lights where they are wanted, at once; the floor is 3 %."""

    def __init__(self) -> None:
        self.moves: list[tuple[str, float]] = []
        self.assumed: dict[str, float] = {}

    gone = False

    def health(self) -> dict[str, str]:
        return {"desk": "lost" if self.gone else "ok", "gone": "absent"}

    def opened(self) -> dict[str, str]:
        return {"desk": "QLC+:MIDI 128:0"}

    known = True

    def knows(self, _light: str) -> bool:
        return self.known

    def assume(self, light: str, level: float) -> None:
        self.assumed[light] = level

    def level(self, light: str) -> float:
        return self.assumed.get(light, 0.6)

    def move(self, values: dict[str, float], over: float = 0.0) -> dict[str, float]:
        self.moves += values.items()
        return {name: max(0.03, level) for name, level in values.items()}


@pytest.fixture
def bench(desk, monkeypatch: pytest.MonkeyPatch) -> Bench:
    made = Bench()

    @contextmanager
    def opened(_room: object, _root: str):
        yield made

    monkeypatch.setattr(cmd_lights, "open_light_test", opened)
    monkeypatch.setattr(cmd_lights, "output_names", list)
    desk.write("room.yaml", ROOM)
    monkeypatch.setenv("SOUNDSCAPE_LIBRARY", str(desk.root))
    return made


@pytest.mark.parametrize(
    ("light", "value", "level", "said"),
    [
        ("room", "35%", 0.35, "room: from 60% to 35%, QLC+:MIDI 128:0, channel 1, control 20"),
        (
            "room",
            "off",
            0.0,
            "room: from 60% to 3% (the room's floor), QLC+:MIDI 128:0, channel 1, control 20",
        ),
        (
            "lamp",
            "on",
            1.0,
            "lamp: from 60% to 100%, QLC+:MIDI 128:0, channel 2, controls 21 and 53",
        ),
        (
            "warmth",
            "3100K",
            0.5,
            "warmth: from 3280K to 3100K, QLC+:MIDI 128:0, channel 1, control 22",
        ),
    ],
)
def test_a_light_is_taken_to_a_value_and_it_says_where_that_went(
    bench, capsys, light, value, level, said
):
    assert run(["lights", "set", light, value]) == 0
    assert bench.moves == [(light, level)]
    assert capsys.readouterr().out == said + "\n"


@pytest.mark.parametrize(
    ("light", "value", "word"),
    [
        ("rom", "35%", "it has room, lamp, warmth, star, sub"),
        ("room", "35", "write"),
        ("room", "2700K", "no colour range"),
        ("warmth", "9000K", "outside the light's range"),
    ],
)
def test_what_cannot_be_is_wrong_usage_and_nothing_moves(bench, capsys, light, value, word):
    assert run(["lights", "set", light, value]) == 2
    assert word in " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert bench.moves == []


def test_a_light_whose_port_is_absent_is_said_so(bench, capsys):
    assert run(["lights", "set", "sub", "35%"]) == 1
    assert capsys.readouterr().err == (
        "sub: Gone, show control device 1, control 5: the port is absent\n"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [(["set", "room", "35%"], "the port is lost"), (["test", "--no-ask"], "port lost")],
)
def test_a_port_that_goes_away_under_a_move_is_said_so(bench, capsys, monkeypatch, line, said):
    monkeypatch.setattr(bench, "move", lambda values: setattr(bench, "gone", True) or values)
    assert run(["lights", *line]) == 1
    assert said in "".join(capsys.readouterr())


def test_each_light_goes_gently_there_and_back(bench, capsys):
    assert run(["lights", "test", "--no-ask", "--json"]) == 1
    assert [name for name, _ in bench.moves] == [
        *("room", "room", "lamp", "lamp", "warmth", "warmth", "star", "star")
    ]
    assert bench.moves[:2] == [("room", pytest.approx(0.3)), ("room", 0.6)]
    assert bench.moves[-2:] == [("star", 0.0), ("star", 1.0)]
    told = json.loads(capsys.readouterr().out)["lights"]
    assert [one["result"] for one in told] == ["moved"] * 4 + ["port absent"]


def test_one_key_says_whether_it_was_that_one(bench, capsys, monkeypatch):
    keys = iter("\rnxr\rsq")
    monkeypatch.setattr(cmd_lights.sys, "stdin", type("Terminal", (), {"isatty": lambda _: True})())
    monkeypatch.setattr(cmd_lights.click, "getchar", lambda: next(keys))
    assert run(["lights", "test"]) == 1
    summary = capsys.readouterr().out.split("\n\n")[1]
    assert [line.split("  ")[0] for line in summary.splitlines()] == [
        *("room", "lamp", "warmth", "star", "sub")
    ]
    assert "another one" in summary.splitlines()[1]
    assert "not seen" in summary.splitlines()[3]


def test_a_room_without_lights_is_one_line(bench, desk, capsys):
    desk.write("room.yaml", "name: x\n")
    assert run(["lights", "test"]) == 1
    assert capsys.readouterr().err.startswith("this room has no lights")


@pytest.mark.parametrize("line", [["set", "room", "35%"], ["test", "--no-ask"]])
def test_beside_a_session_that_has_them_nothing_moves_and_the_way_out_is_told(
    bench, capsys, monkeypatch, tmp_path, line
):
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path))
    claim(tmp_path / "runtime", "it's on", "", (("QLC+", "cc", 1, 20),))
    assert run(["lights", *line]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert "`soundscape stop --session 'it'" in said
    assert bench.moves == []


def test_lights_that_a_session_does_not_have_may_be_moved(bench, monkeypatch, tmp_path):
    monkeypatch.setenv("SOUNDSCAPE_HOME", str(tmp_path))
    claim(tmp_path / "runtime", "on", "", (("QLC+", "cc", 1, 20),))
    assert run(["lights", "set", "lamp", "35%"]) == 0


def test_at_first_contact_it_is_said_what_a_light_is_taken_for(bench, capsys):
    bench.known = False
    assert run(["lights", "set", "room", "35%"]) == 0
    said = capsys.readouterr().err
    assert said.startswith(
        "room: nothing was sent to it yet: taken to stand at 60%; if it does not"
    )
    assert "--from" in said


def test_where_a_light_stands_may_be_said(bench, capsys):
    bench.known = False
    assert run(["lights", "set", "room", "35%", "--from", "80%"]) == 0
    assert bench.assumed == {"room": 0.8}
    out, err = capsys.readouterr()
    assert out.startswith("room: from 80% to 35%")
    assert err == ""
    assert run(["lights", "set", "room", "35%", "--from", "bright"]) == 2
    assert "--from" in capsys.readouterr().err


def test_on_a_terminal_it_is_asked_where_a_light_stands(bench, capsys, monkeypatch):
    bench.known = False
    monkeypatch.setattr(cmd_lights.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(cmd_lights.click, "prompt", lambda text, default: "20%")
    assert run(["lights", "set", "room", "35%"]) == 0
    assert capsys.readouterr().out.startswith("room: from 20% to 35%")


def test_what_is_known_or_written_is_not_asked_for(bench, capsys, desk):
    assert run(["lights", "test", "--no-ask"]) == 1
    assert "nothing was sent" not in capsys.readouterr().err


def test_a_lamp_over_mqtt_is_said_by_its_topic_and_has_a_remedy(bench, desk, capsys, monkeypatch):
    lamp = "lights: {bulb: {mqtt: {topic: a/set}}}"
    desk.write("room.yaml", f"network: {{mqtt: {{broker: b.lan}}}}\n{lamp}\n")
    monkeypatch.setattr(bench, "health", lambda: {"bulb": "ok"})
    assert run(["lights", "set", "bulb", "35%"]) == 0
    assert capsys.readouterr().out == "bulb: from 60% to 35%, b.lan, topic a/set\n"
    monkeypatch.setattr(bench, "health", lambda: {"bulb": "absent"})
    assert run(["lights", "set", "bulb", "35%"]) == 1
    remedy = "switch it on, or try the broker with `soundscape check`"
    assert f"b.lan, topic a/set: the lamp is absent: {remedy}" in capsys.readouterr().err
    assert run(["lights", "test", "--no-ask", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["lights"][0]["result"] == "lamp absent"
