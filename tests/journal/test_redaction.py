"""Nothing in a journal says who took part, where, or on which computer."""

import pytest

from soundscape.journal.redaction import HIDDEN, Redactor, of_this_machine

REDACTOR = Redactor(
    "/home/anna/kap library", names=["anna", "ward-pc"], folders=["/home/anna", "/home/anna/"]
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("/home/anna/kap library/music/a.flac: cut short", "music/a.flac: cut short"),
        ("/home/anna/other/b.flac", "other/b.flac"),
        ("cannot read /mnt/nas/x/c.flac (no such file)", "cannot read c.flac (no such file)"),
        ("'/mnt/nas/c.flac' and /tmp", "'c.flac' and tmp"),
        (r"C:\Users\anna\Music\d.flac: gone", "d.flac: gone"),
        (r"\\server\share\music\e.flac", "e.flac"),
        ("~/music/f.flac ~anna/g.flac", "f.flac g.flac"),
        ("scenes/x.yaml:12:5: peak: no such key", "scenes/x.yaml:12:5: peak: no such key"),
        ("BP 120/80, and/or", "BP 120/80, and/or"),
        ("Built-in Audio of WARD-PC (anna)", f"Built-in Audio of {HIDDEN} ({HIDDEN})"),
        ("annabel plays", "annabel plays"),
    ],
)  # fmt: skip
def test_messages_have_no_paths_and_no_names(text, kept):
    assert REDACTOR.text(text) == kept


def test_people_keep_their_own_words_but_for_paths():
    line = {"event": "command", "do": "note", "text": "anna wept, see /home/anna/notes.txt",
            "answer": "noted, anna"}  # fmt: skip
    assert REDACTOR.line(line) == {
        "event": "command",
        "do": "note",
        "text": "anna wept, see notes.txt",
        "answer": f"noted, {HIDDEN}",
    }


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("/home/anna/kap library/music/first light.flac", "music/first light.flac"),
        ("/mnt/nas/music/b c.flac", "b c.flac"),
        (r"C:\Users\anna\a b.flac", "a b.flac"),
        ("drone + rain", "drone + rain"),
        ("silence", "silence"),
    ],
)
def test_a_file_is_named_by_its_place_in_the_library_or_by_its_name(source, kept):
    assert REDACTOR.line({"source": source}) == {"source": kept}


def test_it_reaches_into_lists_and_mappings():
    line = {"room": {"device": "anna's", "outputs": ["/a/b/c"]}, "set": {"room": 0.5}}
    kept = {"room": {"device": f"{HIDDEN}'s", "outputs": ["c"]}, "set": {"room": 0.5}}
    assert REDACTOR.line(line) == kept


def test_of_this_machine_it_knows_user_host_and_home(monkeypatch, tmp_path):
    monkeypatch.setattr("getpass.getuser", lambda: "berta")
    monkeypatch.setattr("socket.gethostname", lambda: "couch-7.clinic.example")
    monkeypatch.setenv("HOME", str(tmp_path / "berta"))
    text = f"couch-7: {tmp_path}/berta/x berta@couch-7.clinic.example"
    assert of_this_machine(None).text(text) == f"{HIDDEN}: x {HIDDEN}@{HIDDEN}"


def test_a_user_without_a_name_or_a_home_is_no_fault(monkeypatch):
    def unknown():
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", unknown)
    assert of_this_machine("/library").source("/library/a") == "a"
