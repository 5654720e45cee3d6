"""From a key path back to the text."""

from __future__ import annotations

import pytest

from soundscape.errors import FileProblems
from soundscape.scene.document import DraftProblems, read_scene

TEXT = """\
name: Evening
phases:
  arrival:
    duration: 15m
    music: arrival
    lights: {room: 35%}
    prompts:
      - Mask.
  peak:
    duration: {typical: 20m}
    music: [{file: a.flac}, {generate: drone, duration: 5m, root: D2}]
    voice:
      playlist: [{stack: [{generate: pad, root: A2}], duration: 5m}]
    cues:
      - {cue: go}
"""


@pytest.fixture
def document():
    return read_scene(TEXT.encode(), "scenes/evening.yaml")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("name",), (1, 7)),
        (("phases", "arrival", "duration", "typical"), (4, 15)),
        (("phases", "arrival", "music", "playlist"), (5, 12)),
        (("phases", "arrival", "lights", 0, "set", "room"), (6, 20)),
        (("phases", "arrival", "prompts", 0, "say"), (8, 9)),
        (("phases", "peak", "duration", "typical"), (10, 25)),
        (("phases", "peak", "music", "playlist", 0, "file"), (11, 20)),
        (("phases", "peak", "music", "playlist", 1, "generate"), (11, 40)),
        (("phases", "peak", "music", "playlist", 1, "generate", "params", "root"), (11, 67)),
        (("phases", "peak", "voice", "playlist", 0, "stack", 0, "params", "root"), (13, 49)),
        (("phases", "peak", "cues", 0, "cue"), (15, 15)),
        (("phases", "peak", "cues", 0, "number"), (15, 9)),
        (("phases", "rest"), (3, 3)),
        ((), (1, 1)),
    ],
)
def test_a_path_leads_to_its_place_whatever_the_short_form(document, path, place):
    assert document.place(path) == place


def test_a_problem_has_file_place_and_key_path(document):
    problem = document.problem(("phases", "peak", "cues", 0, "cue"), "no such cue", "warning")
    assert str(problem) == "scenes/evening.yaml:15:15: phases.peak.cues.1.cue: no such cue"
    assert problem.severity == "warning"


def test_names_that_lead_elsewhere_are_listed_with_their_paths(document):
    found = {(ref.kind, ref.value, document.place(ref.path)) for ref in document.references}
    assert {
        ("playlist", "arrival", (5, 12)),
        ("light", "room", (6, 20)),
        ("file", "a.flac", (11, 20)),
        ("cue", "go", (15, 15)),
    } <= found


def test_names_in_a_faulty_file_are_listed_too():
    with pytest.raises(DraftProblems) as caught:
        read_scene(TEXT.replace("15m", "15x").encode(), "x.yaml")
    draft = caught.value.draft
    assert "arrival" in {ref.value for ref in draft.references if ref.kind == "playlist"}
    assert draft.problem(("phases", "arrival", "music"), "no such playlist").line == 5


def test_a_file_that_is_no_yaml_has_no_draft():
    with pytest.raises(FileProblems) as caught:
        read_scene(b"a: [", "x.yaml")
    assert not isinstance(caught.value, DraftProblems)


def test_a_path_with_signs_that_a_terminal_obeys_is_printed_without_them(document):
    assert str(document.problem(("a\x1b[2J",), "x")).isprintable()
