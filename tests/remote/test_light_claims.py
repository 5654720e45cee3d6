"""Whether a session has lights that somebody is about to move."""

from __future__ import annotations

from types import SimpleNamespace

from soundscape.remote import session_file
from soundscape.remote.light_claims import claimed_by
from soundscape.remote.session_file import claim

ROOM = ("QLC+", "cc", 1, 20)
PORTS = ["QLC+:in 20:0", "Desk 1", "Desk 10"]


def test_a_session_has_its_lights_from_its_claim_until_it_is_over(tmp_path):
    own = claim(tmp_path, "it's one", "", (ROOM,))
    assert claimed_by(tmp_path, [ROOM], PORTS) == """'it'"'"'s one'"""
    own.release()
    assert claimed_by(tmp_path, [ROOM], PORTS) is None


def test_on_windows_the_label_is_quoted_for_its_shell(tmp_path, monkeypatch):
    own = claim(tmp_path, "room 1", "", (ROOM,))
    monkeypatch.setattr(session_file, "sys", SimpleNamespace(platform="win32"))
    assert claimed_by(tmp_path, [ROOM], PORTS) == '"room 1"'
    own.release()


def test_one_port_may_be_written_in_two_ways(tmp_path):
    claim(tmp_path, "one", "", (ROOM, ("Desk 1", "control", 127, 5)))
    assert claimed_by(tmp_path, [("qlc+:in", "cc", 1, 20)], PORTS) == "one"
    assert claimed_by(tmp_path, [("desk 1", "control", 3, 5)], []) == "one"
    assert claimed_by(tmp_path, [("Desk 10", "control", 3, 5)], PORTS) is None


def test_other_lights_are_free(tmp_path):
    claim(tmp_path, "one", "", (ROOM,))
    claim(tmp_path, "two", "", ())
    assert claimed_by(tmp_path, [("QLC+", "cc", 2, 20), ("QLC+", "note", 1, 20)], PORTS) is None
