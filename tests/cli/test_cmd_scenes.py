from __future__ import annotations


def test_each_scene_is_listed_with_its_time_and_its_phases(small) -> None:
    done = small.run("scenes")
    assert done.code == 0
    assert done.err == ""
    assert "small" in done.out
    assert "0:50" in done.out
    assert "arrival, peak" in done.out
    # The line with the library's folder is as long as that.
    assert all(len(line) <= 80 or str(small.root) in line for line in done.out.splitlines())


def test_scenes_are_json_for_scripts(small) -> None:
    small.write("scenes/another.yaml", "phases: {rest: {duration: 5m}}\n")
    done = small.run("scenes", "--json")
    assert done.json == [
        {
            "scene": "another",
            "name": "another",
            "description": "",
            "duration": 300.0,
            "phases": ["rest"],
        },
        {
            "scene": "small",
            "name": "Tones",
            "description": "",
            "duration": 50.0,
            "phases": ["arrival", "peak"],
        },
    ]


def test_a_faulty_scene_is_listed_as_such_beside_the_good_ones(small) -> None:
    small.write("scenes/faulty.yaml", "name: [\n")
    done = small.run("scenes")
    assert done.code == 0
    assert "cannot be read" in done.out
    assert "arrival, peak" in done.out
    listed = {row["scene"]: row for row in small.run("scenes", "--json").json}
    assert listed["faulty"]["error"].startswith("scenes/faulty.yaml:")


def test_a_library_without_scenes_says_so(desk) -> None:
    done = desk.run("scenes")
    assert done.code == 0
    assert "No scenes" in done.out
    assert desk.run("scenes", "--json").json == []


def test_names_are_shown_as_they_are_written(desk) -> None:
    desk.write("scenes/x.yaml", "name: '[red]Evening[/red] :smile:'\nphases: {a: {duration: 5m}}\n")
    done = desk.run("scenes")
    assert done.code == 0
    assert "[red]Evening[/red] :smile:" in done.out
