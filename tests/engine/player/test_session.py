from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from sessions import AMPLITUDE, opener, pitch, rendered, script, session
from shows import generated, level, phase, playlist, show, silence, track

from soundscape.command_specs import COMMANDS
from soundscape.engine.player.schedule import unfinished
from soundscape.engine.player.sources import SourcePool
from soundscape.errors import EngineError, MediaError
from soundscape.ipc.player_messages import CommandDone
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import waits_as_written
from soundscape.timeline.cursor import GONE
from soundscape.timeline.directives import Warned
from soundscape.timeline.external_events import TracksUpdated
from soundscape.timeline.show import GeneratedSource, Voice
from soundscape.timeline.show_update import TrackUpdate
from soundscape.units import SAMPLE_RATE, frames

MUSIC = playlist("m", *(track(name, 40) for name in ("one", "two", "three")))
OTHER = playlist("o", *(track(name, 300) for name in ("four", "five")))
RAIN = playlist("r", track("rain", 500))
VOICE = playlist("v", track("hello", 10), loop=False)

TWENTY = script(
    (1.25, Command("level", by=1.0)),
    (3, Command("duck")),
    (4, Command("duck")),
    (7.5, Command("hold")),
    (10.3333, Command("skip")),
    (10.5, Command("skip")),
    (13.75, Command("release")),
    (15.25, Command("dose")),
    (16, Command("pause")),
    (16.5, Command("play")),
    (20, Command("extend", by=5.0)),
    (22.50001, Command("swap")),
    (23.75, Command("soften")),
    (25, Command("land")),
    (31.25, Command("land")),
    (35, Command("mute")),
    (35.1, Command("mute")),
    (36, Command("play")),
    (40, Command("goto", phase="return")),
    (42.5, Command("stop", fade=1.25)),
)


def scene():
    """Three phases with every layer; as short as they can be, since blocks of 64 are many."""
    ten = playlist("t", *(track(name, 10) for name in ("one", "two", "three")))
    endless = playlist("e", *(generated(name, 14) for name in ("one", "two", "three")))
    return show(
        phase("arrival", 15, ten, advance="dose", ambience=RAIN, loudness=level((0, -6))),
        phase("peak", 22.5, OTHER, loudness=level((0, -6), (0.5, -3), (1, -9))),
        phase("return", 15, endless, voice=VOICE, loudness=level((0, -8))),
        closing=frames(4),
        track=2,
        phase=6,
        skip=1.5,
        start=5,
        end=15,
    )


def steepest(*names: str) -> float:
    """The largest step between frames of the tones, all at once."""
    return sum(2 * np.pi * pitch(n) / SAMPLE_RATE * AMPLITUDE for n in names)


@pytest.fixture(scope="module")
def reference():
    return rendered(scene(), TWENTY, size=4096)


@pytest.mark.parametrize("size", [64, 1000, 65_536])
def test_the_sound_is_the_same_for_every_block_size_under_twenty_commands(reference, size):
    sound, events = rendered(scene(), TWENTY, size=size)
    assert len(sound) == len(reference[0])
    assert np.abs(sound - reference[0]).max() < 1e-6
    assert events == reference[1]


def test_the_same_session_twice_is_the_same_to_the_bit(reference):
    assert np.array_equal(rendered(scene(), TWENTY, size=4096)[0], reference[0])


def test_every_command_of_the_script_is_in_the_events_at_its_time(reference):
    external = [(line["t"], line["do"]) for line in reference[1] if line["event"] == "command"]
    assert external == [(round(f / SAMPLE_RATE, 6), c.do) for f, c in TWENTY]


def test_the_session_ends_with_its_last_fade(reference):
    sound, events = reference
    assert events[-1] == {"t": 43.75, "event": "end"}
    assert len(sound) == frames(43.75)


arguments = {
    "extend": st.sampled_from([-60.0, -5.0, 5.0, 60.0]).map(lambda by: {"by": by}),
    "level": st.sampled_from([-40.0, -1.0, 1.0, 3.0]).map(lambda by: {"by": by}),
    "goto": st.sampled_from(["arrival", "peak", "return", "nowhere"]).map(lambda p: {"phase": p}),
    "stop": st.sampled_from([0.0, 5.0, 60.0]).map(lambda fade: {"fade": fade}),
    "dose": st.sampled_from([0.0, 30.0]).map(lambda ago: {"ago": ago}),
    "note": st.just({"text": "calm"}),
}


@st.composite
def commands(draw):
    do = draw(st.sampled_from(sorted(COMMANDS)))
    given_arguments = draw(arguments.get(do, st.just({})))
    return draw(st.integers(0, frames(60))), Command(do, **given_arguments)


KINDS = (
    OTHER,
    MUSIC,
    RAIN,
    playlist("q", silence(5), track("two", 6)),
    playlist("g", generated("two", 6), generated("five", 9)),
    playlist("s", *(track(name, 7) for name in ("one", "two", "three"))),
)


@examples(40)
@given(st.lists(commands(), max_size=14), st.integers(0, len(KINDS) - 1))
def test_any_commands_at_any_time_leave_no_step_no_nan_and_always_an_end(lines, kind):
    small = show(
        phase("arrival", 20, MUSIC, advance="dose", ambience=RAIN),
        phase("peak", 15, KINDS[kind]),
        phase("return", 15, MUSIC, voice=VOICE),
        track=3,
        phase=5,
        skip=2,
        start=4,
        end=6,
        closing=frames(6),
    )
    stop = (frames(61), Command("stop", fade=5.0))
    schedule = [*sorted(lines, key=lambda line: line[0]), stop]
    sound, events = rendered(small, schedule)
    assert np.isfinite(sound).all()
    assert events[-1]["event"] == "end"
    assert len(sound) <= frames(67)
    # The tones' own steps, all that can sound at once at +3 dB and two layers, and the fade's
    # slope: at the steepest an emergency mute, 40 ms from full level.
    most = 1.42 * (4 * steepest("three") + 2 * steepest("rain"))
    slope = 1.42 * 5 * AMPLITUDE * 2 / frames(0.01)
    assert np.abs(np.diff(sound, axis=0)).max() < most + slope


# faults -------------------------------------------------------------------------------------------


def loudness_holes(sound: np.ndarray, below: float) -> list[int]:
    """The tenths of a second whose RMS lies under a level."""
    count = len(sound) // 4800
    rms = np.sqrt((sound[: count * 4800, 0].reshape(count, 4800) ** 2).mean(axis=1))
    return np.flatnonzero(rms < below).tolist()


def test_a_file_that_breaks_off_is_left_by_a_crossfade_without_silence():
    a_show = show(phase("p", 100, OTHER))
    sound, events = rendered(a_show, open_track=opener({"four": 30.0}), seconds=90)
    warned = [line for line in events if line["event"] == "warning"]
    assert "ends at 0:30 of 5:00 (damaged)" in warned[0]["message"]
    assert [line["t"] for line in events if line["event"] == "clip-start"] == [0.0, 26.0]
    assert loudness_holes(sound[frames(20) :], 0.5 * AMPLITUDE) == []


def test_a_file_that_is_gone_is_passed_over_without_silence():
    a_show = show(phase("p", 100, MUSIC))
    sound, events = rendered(a_show, open_track=opener(missing=["two"]), seconds=90)
    titles = [line["title"] for line in events if line["event"] == "clip-start"]
    assert titles == ["one", "three", "one"]
    assert any("cannot be played" in str(line.get("message")) for line in events)
    assert loudness_holes(sound[frames(20) :], 0.5 * AMPLITUDE) == []


def test_a_file_with_hardly_anything_in_it_is_left_out_and_does_not_stutter():
    stub = playlist("s", track("one", 40))
    sound, events = rendered(
        show(phase("p", 60, stub), end=5), open_track=opener({"one": 0.3}), seconds=60
    )
    titles = [line["title"] for line in events if line["event"] == "clip-start"]
    assert (titles[0], set(titles[1:])) == ("one", {"drone"})
    warned = [line for line in events if line["event"] == "warning"]
    assert len(warned) == 1
    assert "left out" in warned[0]["message"]
    assert np.abs(np.diff(sound, axis=0)).max() < 2 * steepest("drone", "one")


def test_a_damaged_file_that_does_not_come_after_all_shortens_no_other():
    two = playlist("x", track("bad", 40), track("four", 300))
    a_show = show(phase("p", 10, MUSIC), phase("q", 100, two), phase("r", 60, OTHER), end=5)
    running = session(a_show, open_track=opener({"bad": 5.5}))
    while running.conductor.frame < frames(8):
        running.render(4800)
    running.do(Command("goto", phase="r"))
    events = [line for _ in range(500) for line in running.render(4800).events]
    running.finish()
    assert [e["t"] for e in events if e["event"] == "clip-end" and e["title"] == "four"] == []


def test_with_every_file_gone_the_landing_plays():
    missing = ["one", "two", "three"]
    _, events = rendered(show(phase("p", 60, MUSIC)), open_track=opener(missing=missing))
    titles = [line["title"] for line in events if line["event"] == "clip-start"]
    assert titles[-1] == "drone"


def test_a_fault_sounds_the_same_for_every_block_size():
    a_show = show(phase("p", 60, OTHER), end=5)
    one, other = (
        rendered(a_show, open_track=opener({"four": 30.0}), size=size)[0] for size in (512, 20_000)
    )
    assert np.abs(one - other).max() < 1e-6


def test_a_first_file_with_hardly_anything_in_it_sounds_the_same_for_every_block_size():
    a_show = show(phase("p", 5, MUSIC), end=5)
    one, other = (
        rendered(a_show, open_track=opener({"one": 0.05}), size=size)[0] for size in (512, 20_000)
    )
    assert np.abs(one - other).max() < 1e-6


def test_a_command_after_the_end_is_no_event_even_in_the_same_block():
    lines = script((1, Command("stop", fade=1.0)), (2.001, Command("duck")))
    _, events = rendered(show(phase("p", 9, MUSIC)), lines, size=96_000)
    assert events[-1] == {"t": 2.0, "event": "end"}


def test_sounds_that_add_up_meet_the_ceiling_and_that_is_told_at_most_every_ten_seconds():
    loud = playlist("l", *(track(name, 8, gain_db=15.0) for name in ("one", "two")))
    other = playlist("m", *(track(name, 7, gain_db=15.0) for name in ("three", "four")))
    a_show = show(phase("p", 60, loud, ambience=other), track=1)
    sound, events = rendered(a_show, seconds=25)
    warned = [line["t"] for line in events if "ceiling" in str(line.get("message"))]
    assert np.abs(sound).max() <= 10 ** (-1 / 20)
    assert warned
    assert all(later - one >= 10 for one, later in pairwise(warned))
    again, same = rendered(a_show, seconds=25, size=1000)
    assert np.abs(again - sound).max() < 1e-6
    assert same == events


# offline ------------------------------------------------------------------------------------------


def test_a_render_from_the_middle_is_that_part_of_the_whole(reference):
    running = session(scene(), TWENTY)
    running.skip_to(frames(25))
    part = np.concatenate([running.render(5000).samples for _ in range(10)])
    whole = reference[0][frames(25) : frames(25) + len(part)]
    assert np.abs(part - whole).max() < 1e-6


def test_a_render_from_the_middle_of_a_track_is_that_part_of_it():
    long = show(phase("p", 60, OTHER), end=5)
    running = session(long)
    running.skip_to(frames(30))
    part = running.render(5000).samples
    running.finish()
    whole = rendered(long, seconds=31)[0][frames(30) : frames(30) + len(part)]
    assert np.abs(part - whole).max() < 1e-6


@pytest.mark.parametrize("do", ["hold", "pause", "mute", "land"])
def test_a_script_that_leaves_the_session_standing_is_named(do):
    assert unfinished(scene(), script((10, Command(do)))) == do


def test_a_script_whose_hold_is_ended_is_fine():
    assert unfinished(scene(), script((10, Command("hold")), (20, Command("release")))) is None


def test_a_script_whose_way_on_is_refused_would_wait_for_ever_and_is_named():
    manual = show(phase("a", 20, MUSIC, advance="manual"), phase("b", 20, MUSIC))
    assert unfinished(manual, script((40, Command("goto", phase="nowhere")))) == "wait"


def test_a_phase_that_waits_waits_for_the_scripts_own_dose():
    _, events = rendered(scene(), script((20, Command("dose"))))
    assert [line["t"] for line in events if line["event"] == "phase"][:2] == [0.0, 20.0]


def test_without_a_script_it_goes_on_at_its_planned_end():
    _, events = rendered(scene())
    assert [line["t"] for line in events if line["event"] == "phase"][:2] == [0.0, 15.0]


def test_a_refused_command_is_a_warning_and_the_session_goes_on():
    _, events = rendered(scene(), script((5, Command("release"))), seconds=10)
    assert any("cannot release" in str(line.get("message")) for line in events)


def test_what_was_measured_waits_until_what_is_about_to_begin_has_begun():
    """It was opened as it was known; opened anew, it might begin with a gap."""
    running = session(show(phase("one", 90, playlist("m", track("a", 20), track("b", 20)))))
    better = TrackUpdate(0, 1, track("b", 18, gain_db=-4.0))
    while running.frame < frames(8):  # the second begins at 12 s, and is opened at 6 s
        running.render(frames(0.5))
    while not running.update_tracks((better,)):
        running.render(frames(0.5))
    assert running.conductor.frame == pytest.approx(frames(12.5), abs=frames(0.6))
    assert running.render(frames(0.5)).external == [
        TracksUpdated(running.conductor.frame - 24_000, (better,))
    ]
    running.finish()


@pytest.mark.parametrize("landing", ["here", "gone"])
def test_when_all_files_are_gone_few_are_tried_before_something_else_plays(landing):
    """A disk was pulled: thousands of files, each of which costs a moment to find missing."""
    names = [f"t{number}" for number in range(300)]
    a_show = show(
        phase("one", 60, playlist("m", track("a", 30), *(track(name, 30) for name in names))),
        start=1,
        end=1,
        landing=playlist("l", *(track(f"{landing}{number}", 30) for number in range(100))),
    )
    missing = [*names, *(f"gone{number}" for number in range(100))]
    sound, events = rendered(a_show, script((8, Command("skip"))), open_track=opener(None, missing))
    started = [line["title"] for line in events if line["event"] == "clip-start"]
    assert started[-1] in {"drone", *(f"here{number}" for number in range(100))}
    assert sum("cannot be played" in str(line.get("message")) for line in events) <= 2 * GONE
    loud = np.abs(sound[frames(2) : frames(55)]).reshape(-1, 4800, 2).max(axis=(1, 2))
    assert loud.min() > 0.01


def played_live(until: float, block: int = 1536):
    """A session with `TWENTY` asked live, and what a standby is external of it."""
    running, waiting, records, sound = session(scene()), list(TWENTY), [], []
    running.conductor._waits = waits_as_written
    while running.frame < frames(until):
        while waiting and waiting[0][0] <= running.frame:
            command = waiting.pop(0)[1]
            frame = running.conductor.frame
            records.append(CommandDone(0, frame, command, running.do(command)))
        sound.append(running.render(block).samples)
    running.finish()
    return np.concatenate(sound), records


@pytest.mark.parametrize("at", [2.0, 6.0, 9.0, 12.0, 14.5, 21.0, 24.0, 33.0, 41.5])
def test_a_standby_that_takes_over_sounds_as_the_session_would_have_at_that_moment(at):
    whole, records = played_live(at + 0.5)
    standby = session(scene())
    standby.conductor._waits = waits_as_written
    for number, record in enumerate(records):
        if record.frame < frames(at):
            standby.skip_to(record.frame - 100 * number)
            standby.replay(record)
    standby.catch_up(frames(at))
    assert standby.frame == frames(at)
    got = standby.render(frames(0.4)).samples
    standby.finish()
    wanted = whole[frames(at) : frames(at) + len(got)]
    assert np.abs(wanted).max() > 0.001, "there is something to compare"
    assert np.abs(got - wanted).max() < 1e-6


def test_a_standby_replays_what_happened_to_files_as_well():
    running = session(scene(), open_track=opener({"one": 8.0}))
    external = []
    while running.frame < frames(9):
        external += running.render(1536).external
    running.finish()
    events = [fact for fact in external if not isinstance(fact, Warned)]
    assert events
    standby = session(scene())
    for fact in events:
        standby.replay(fact)
    standby.catch_up(frames(12))
    assert [clip.track.key for clip, _ in standby._resumed if clip.layer == "music"] == ["two"]
    standby.finish()


def test_a_skip_goes_over_to_the_next_track_whose_file_is_there_and_says_so():
    music = playlist("m", *(track(name, 40) for name in ("one", "gone", "lost", "four")))
    one = session(show(phase("a", 200, music)), open_track=opener(missing=["gone", "lost"]))
    one.render(8192)
    skip, tries = Command("skip"), 0
    while not one.prepare(skip):
        tries += 1
        one.pool.settle(1)
        one.render(1024)
        assert tries < 10
    assert one.do(skip) == "crossfading to four; a goes on"


def test_a_record_of_what_the_standby_is_past_already_is_an_error():
    standby = session(scene())
    standby.skip_to(frames(5))
    with pytest.raises(EngineError, match="too late"):
        standby.replay(CommandDone(0, frames(4), Command("hold"), ""))
    standby.finish()


def test_after_repeated_failures_no_file_is_opened_and_the_drone_plays():
    generated = GeneratedSource((Voice("drone", {"root": "D2"}),), 1)
    one = track("a", 60)
    pool = SourcePool(lambda _track, _start: pytest.fail("opened"), patient=True)
    pool.open_generated_only()
    with pytest.raises(MediaError, match="no file is opened"):
        pool._open_track(one, 0)
    assert pool._open_track(replace(one, source=generated), 0).read(10).shape == (10, 2)


def lengths(a_show, until=None, size=8192):
    running = session(a_show)
    sizes = [len(part.samples) for part in running.render_all(until, size)]
    running.finish()
    return sizes


def test_the_blocks_together_are_as_long_as_the_session():
    sizes = lengths(show(phase("p", 2, MUSIC), end=1))
    assert sum(sizes) == frames(3)
    assert set(sizes[:-1]) == {8192}


def test_up_to_a_frame_the_last_block_is_cut_to_it():
    assert sum(lengths(show(phase("p", 2, MUSIC), end=1), until=10_000, size=4096)) == 10_000


def test_a_frame_beyond_the_end_is_the_end():
    assert sum(lengths(show(phase("p", 2, MUSIC), end=1), until=frames(99))) == frames(3)
