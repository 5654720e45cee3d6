from __future__ import annotations

import json
from pathlib import Path

import pytest
from sounds import encode, tone

# The scene `small` by hand: arrival 0–30 s with low (20 s) and middle (20 s), joined by 4 s; peak
# 30–50 s with high (20 s), which comes in over 5 s; 6 s of fade at the end. Of sines at −12 dBFS
# neither cap binds (T − 6 and −12 + T + 3 + 1): they count as what ffmpeg's ebur128 reads.
LOW, MIDDLE, HIGH = -13.0, -12.8, -12.7
CLIPS = [
    # layer, phase, title, start, end, fade_in, fade_out, gain_db
    ("music", "arrival", "low", 0.0, 20.0, 8.0, 4.0, -26 - LOW),
    ("music", "arrival", "middle", 16.0, 35.0, 4.0, 5.0, -26 - MIDDLE),
    ("music", "peak", "High", 30.0, 50.0, 5.0, 4.0, -21 - HIGH),
    ("music", "peak", "High", 46.0, 56.0, 4.0, 6.0, -21 - HIGH),
]


def test_the_plan_of_a_small_scene_is_as_reckoned_by_hand(small) -> None:
    done = small.run("plan", "small", "--json")
    assert done.code == 0
    plan = done.json
    assert set(plan) == {
        "scene",
        "duration",
        "phases",
        "clips",
        "lights",
        "cues",
        "prompts",
        "loudness",
    }
    assert (plan["scene"], plan["duration"]) == ("Tones", 56.0)
    assert plan["phases"] == [
        {"name": "arrival", "start": 0.0, "duration": 30.0, "advance": "auto"},
        {"name": "peak", "start": 30.0, "duration": 20.0, "advance": "auto"},
    ]
    keys = ("layer", "phase", "title", "start", "end", "fade_in", "fade_out", "gain_db")
    found = [tuple(clip[key] for key in keys) for clip in plan["clips"]]
    assert [clip[:-1] for clip in found] == [clip[:-1] for clip in CLIPS]
    assert [clip[-1] for clip in found] == pytest.approx([clip[-1] for clip in CLIPS], abs=0.1)
    assert {frozenset(clip) for clip in plan["clips"]} == {
        frozenset({*keys, "source", "join", "stretched", "kept", "opening"})
    }
    assert Path(plan["clips"][0]["source"]) == small.root / "music/low.wav"
    assert plan["lights"] == [
        {"at": 0.0, "set": {"room": 0.35}, "over": 10.0},
        {"at": 35.0, "set": {"room": 0.2}, "over": 4.0},
    ]
    assert plan["cues"] == [
        {"at": 40.0, "cue": "chime"},
        {"at": 48.0, "cue": "go", "number": "2"},
    ]
    assert plan["prompts"] == [{"at": 0.0, "say": "Breathe."}]


def test_what_render_tells_happens_as_planned_to_the_frame(small) -> None:
    plan = small.run("plan", "small", "--json").json
    small.render("small", "--events", "out.jsonl")
    events = [json.loads(line) for line in Path("out.jsonl").read_text("utf-8").splitlines()]
    told = {
        kind: [e for e in events if e["event"] == kind] for kind in {e["event"] for e in events}
    }
    frame = pytest.approx(0, abs=1 / 48_000)

    def alike(kind: str, names: list[object], planned: list[tuple[float, object]]) -> None:
        assert names == [name for _, name in planned]
        for event, (at, _) in zip(told[kind], planned, strict=True):
            assert event["t"] - at == frame

    clips, ends = plan["clips"], sorted(plan["clips"], key=lambda clip: clip["end"])
    starts = [(clip["start"], clip["title"]) for clip in clips]
    alike("clip-start", [e["title"] for e in told["clip-start"]], starts)
    alike(
        "clip-end",
        [e["title"] for e in told["clip-end"]],
        [(clip["end"], clip["title"]) for clip in ends],
    )
    alike(
        "phase",
        [e["name"] for e in told["phase"]],
        [(p["start"], p["name"]) for p in plan["phases"]],
    )
    alike("light", [e["set"] for e in told["light"]], [(m["at"], m["set"]) for m in plan["lights"]])
    alike("cue", [e["cue"] for e in told["cue"]], [(c["at"], c["cue"]) for c in plan["cues"]])
    assert [e["t"] for e in told["end"]] == [plan["duration"]]
    assert [e["t"] for e in events] == sorted(e["t"] for e in events)


def test_a_waiting_phase_is_planned_with_its_planned_time(small) -> None:
    text = (small.root / "scenes/small.yaml").read_text()
    small.write(
        "scenes/small.yaml", text.replace("duration: 30s", "duration: 30s\n    advance: dose")
    )
    plan = small.run("plan", "small", "--json").json
    assert [phase["advance"] for phase in plan["phases"]] == ["dose", "auto"]
    assert plan["duration"] == 56.0
    assert "waits for the dose" in small.run("plan", "small").out


def test_the_table_fits_a_terminal_of_80_columns(small) -> None:
    title = "A title far too long for any terminal: " * 3
    text = (small.root / "scenes/small.yaml").read_text()
    small.write("scenes/small.yaml", text.replace("title: High", f"title: '{title}'"))
    done = small.run("plan", "small")
    assert done.code == 0
    # The line with the library's folder is as long as that.
    assert all(len(line) <= 80 or str(small.root) in line for line in done.out.splitlines())
    for part in ("Tones", "arrival", "peak", "low", "middle", "A title", "0:16", "-13.0 dB"):
        assert part in done.out
    for part in ("lights to room 35%", "cue chime", "cue go 2", "Breathe."):
        assert part in done.out


def test_titles_are_shown_as_they_are_written(small) -> None:
    text = (small.root / "scenes/small.yaml").read_text()
    small.write("scenes/small.yaml", text.replace("title: High", "title: '[b]High[/b]'"))
    assert "[b]High[/b]" in small.run("plan", "small").out


def test_another_seed_is_another_shuffle_and_the_same_seed_the_same(small) -> None:
    tracks = [{"generate": "drone", "duration": "10s", "title": str(n)} for n in range(9)]
    small.write("playlists/many.yaml", json.dumps({"order": "shuffle", "tracks": tracks}))
    small.write("scenes/x.yaml", "phases: {peak: {duration: 60s, music: many}}\n")

    def titles(seed: int) -> list[str]:
        return [c["title"] for c in small.run("plan", "x", "--json", "--seed", seed).json["clips"]]

    assert titles(1) == titles(1)
    assert titles(1) != titles(2)


def test_a_scene_may_be_named_by_its_path_from_here(small) -> None:
    assert small.run("plan", "library/scenes/small.yaml", "--json").json["scene"] == "Tones"


def test_an_unknown_scene_is_one_line_with_the_nearest_name(small) -> None:
    done = small.run("plan", "smal")
    assert (done.code, done.out) == (1, "")
    assert done.err == "no scene 'smal' (did you mean 'small'?)\n"


def test_a_room_that_is_not_there_is_one_line(small) -> None:
    done = small.run("plan", "small", "--room", "elsewhere.yaml")
    assert (done.code, done.out) == (1, "")
    assert done.err == "no room 'elsewhere.yaml': give the path of a room's YAML file\n"


def test_the_table_says_why_a_track_is_kept_where_the_next_one_comes_in_softly(small) -> None:
    slow = tone(20, amplitude=0.25)
    slow[: 6 * 48_000] *= 0.1
    encode(small.root / "music/slow.wav", slow)
    music = "[{file: music/low.wav}, {file: music/slow.wav}]"
    small.write("scenes/x.yaml", f"phases: {{one: {{duration: 30s, music: {music}}}}}\n")
    scene = (small.root / "scenes/x.yaml").read_text() + "fades: {track: 4s}"
    small.write("scenes/y.yaml", scene)
    small.write("scenes/z.yaml", scene.replace("slow", "middle"))
    said = "joined in 4 s: low is kept for 4 s, as slow comes in softly"
    assert said in small.run("plan", "y").out
    clips = json.loads(small.run("plan", "y", "--json").out)["clips"]
    kept = [clip["kept"] for clip in clips][:2]
    assert kept == [0, pytest.approx(4, abs=0.5)]
    assert "joined" not in small.run("plan", "z").out
    told = small.run("check", "y", "--offline").err.splitlines()
    found = next(line for line in told if "kept" in line)
    assert "slow.wav: at 0:12 it comes in more than 6 LU softer than what sounds" in found


def test_colours_are_told_in_kelvin(small) -> None:
    room = (small.root / "room.yaml").read_text()
    warmth = "lights:\n  warmth: {port: desk, cc: 90, range: 2200K to 4000K}"
    small.write("room.yaml", room.replace("lights:", warmth, 1))
    phase = "{duration: 1m, lights: {warmth: 2700K, room: 20%}, music: [{silence: 1m}]}"
    small.write("scenes/w.yaml", f"phases: {{one: {phase}}}")
    assert "lights to warmth 2700K, room 20% in 10 s" in small.run("plan", "w").out
    page = small.root.parent / "w.html"
    assert small.run("plan", "w", "--html", page).code == 0
    assert "warmth 2700K" in page.read_text()


def test_a_plan_is_written_as_picture_and_page(small, tmp_path) -> None:
    svg, png, page = (tmp_path / f"plan.{ending}" for ending in ("svg", "png", "html"))
    done = small.run("plan", "small", "--svg", svg, "--png", png, "--html", page)
    assert done.code == 0
    assert done.out == ""
    assert done.lines == [f"written: {file}" for file in (svg, png, page)]
    assert "High" in svg.read_text("utf-8")
    assert png.read_bytes().startswith(b"\x89PNG")
    assert "chime" in page.read_text("utf-8")


def test_a_picture_goes_to_standard_output_by_a_dash(small) -> None:
    done = small.run("plan", "small", "--svg", "-")
    assert done.code == 0
    assert done.out.startswith("<?xml")


def test_a_picture_that_cannot_be_written_is_one_plain_line(small, tmp_path) -> None:
    done = small.run("plan", "small", "--svg", tmp_path / "none" / "plan.svg")
    assert done.code == 1
    assert len(done.lines) == 1
    assert "cannot be written" in done.err
