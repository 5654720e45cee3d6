from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from soundscape.library.files.cue_sheet import read_cue_sheet


def test_each_file_of_several_is_played_from_its_start_to_its_end() -> None:
    text = (
        'FILE "1.wav" WAVE\n TRACK 01 AUDIO\n  INDEX 01 00:00:00\n'
        'FILE "2.wav" WAVE\n TRACK 02 AUDIO\n  INDEX 00 00:00:00\n  INDEX 01 00:02:00\n'
    )
    one, two = read_cue_sheet(text).tracks
    assert (one.file, one.start, one.end) == ("1.wav", None, None)
    assert (two.file, two.start, two.end) == ("2.wav", None, None)


def test_a_pause_at_the_end_of_the_file_before_belongs_to_that_file() -> None:
    text = (
        'FILE "1.wav" WAVE\n TRACK 01 AUDIO\n  INDEX 01 00:00:00\n'
        " TRACK 02 AUDIO\n  INDEX 00 03:00:00\n"
        'FILE "2.wav" WAVE\n  INDEX 01 00:00:00\n'
    )
    one, two = read_cue_sheet(text).tracks
    assert (one.file, one.end) == ("1.wav", None)
    assert (two.file, two.start) == ("2.wav", None)


def test_a_hundredth_minute_and_the_frames_of_a_cd_are_read() -> None:
    text = "FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 120:30:74"
    assert read_cue_sheet(text).tracks[1].start == 120 * 60 + 30 + 74 / 75


def test_names_without_quotes_may_have_spaces() -> None:
    text = "FILE my album.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
    assert read_cue_sheet(text).tracks[0].file == "my album.wav"


def test_a_data_track_is_left_out() -> None:
    text = (
        "FILE a.bin BINARY\nTRACK 01 MODE1/2352\nTITLE x\nINDEX 01 00:00:00\n"
        "TRACK 02 AUDIO\nTITLE y\nINDEX 01 01:00:00\n"
    )
    assert [track.title for track in read_cue_sheet(text).tracks] == ["y"]


@given(st.text(max_size=300) | st.text('FILETRACKINDEX"01:\n AUDIO.wav', max_size=200))
def test_no_text_upsets_it(text: str) -> None:
    for track in read_cue_sheet(text).tracks:
        assert track.file
