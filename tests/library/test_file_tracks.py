from pathlib import Path

from soundscape.errors import MediaError
from soundscape.library.file_tracks import file_error, name_difference


def test_a_decoder_s_message_loses_the_full_path() -> None:
    path = Path("/home/me/library/music/a.mp3")
    for message in (f"{path}: is empty", f"'{path}': is empty", "a.mp3: is empty"):
        assert file_error(path, "music/a.mp3", MediaError(message)) == "is empty"
    message = f"cannot open {path} at all"
    assert file_error(path, "music/a.mp3", MediaError(message)) == "cannot open music/a.mp3 at all"


def test_names_that_look_alike_are_told_apart() -> None:
    assert name_difference("a.mp3", "b.mp3") == ""
    assert name_difference("Zoë", "Zoe\u0308") == ", whose accents are in another form"
    assert name_difference("Ruhe", "ruhe") == ", in another case"
    assert name_difference("a  b", "a b") == ", with other spaces"
