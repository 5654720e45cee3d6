from shows import track

from soundscape.engine.event_log import EventLog, event
from soundscape.timeline.directives import (
    BusLevel,
    Clip,
    ClipEnds,
    ClipStarts,
    CueFires,
    LightsMove,
    MusicStops,
    PhaseBegins,
    PromptShows,
    SessionEnds,
    Warned,
)
from soundscape.units import frames

CLIP = Clip(4, 1, "music", "peak", track("tune.flac", 60), 0, None)


def test_an_event_has_its_seconds_and_only_the_fields_that_are_known():
    assert event(72_000, "cue", cue="go", number=None) == {"t": 1.5, "event": "cue", "cue": "go"}


def test_a_phase_a_cue_a_move_a_prompt_and_a_warning_are_a_line_each():
    log = EventLog()
    at = frames(2)
    told = [
        PhaseBegins(at, 1, "peak"),
        CueFires(at, "go", "2"),
        LightsMove(at, {"room": 0.1}, frames(3)),
        PromptShows(at, "Mask."),
        Warned(at, "late"),
    ]
    assert [line for directive in told for line in log.lines(directive)] == [
        {"t": 2.0, "event": "phase", "name": "peak", "index": 1},
        {"t": 2.0, "event": "cue", "cue": "go", "number": "2"},
        {"t": 2.0, "event": "light", "set": {"room": 0.1}, "over": 3.0},
        {"t": 2.0, "event": "prompt", "say": "Mask."},
        {"t": 2.0, "event": "warning", "message": "late"},
    ]


def test_a_clip_is_named_when_it_starts_and_when_it_ends():
    log = EventLog()
    assert log.lines(ClipStarts(0, CLIP)) == [
        {
            "t": 0.0,
            "event": "clip-start",
            "layer": "music",
            "phase": "peak",
            "title": "tune.flac",
            "kind": "file",
            "source": "tune.flac",
            "gain_db": 0.0,
        }
    ]
    assert log.lines(ClipEnds(frames(5), 4, frames(5))) == [
        {"t": 5.0, "event": "clip-end", "layer": "music", "title": "tune.flac"}
    ]


def test_what_still_sounds_at_the_end_ends_with_it():
    log = EventLog()
    log.lines(ClipStarts(0, CLIP))
    assert [line["event"] for line in log.lines(SessionEnds(frames(9)))] == ["clip-end", "end"]
    assert [line["event"] for line in log.lines(SessionEnds(frames(9)))] == ["end"]


def test_what_is_only_a_gain_is_no_event():
    log = EventLog()
    assert log.lines(BusLevel(0, 1, ((0, 0.0),))) == log.lines(MusicStops(0)) == []
