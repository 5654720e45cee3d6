"""What the host makes of its session, and when."""

import pytest
from shows import phase, playlist, show, track

from soundscape.engine.host import session_status
from soundscape.engine.host.session_status import FRESH, SessionStatus
from soundscape.ipc.job import Job
from soundscape.ipc.shared_audio import SharedAudio
from soundscape.ipc.shared_audio_layout import create_shared_audio
from soundscape.scene.models import Room
from soundscape.views.snapshot import Remote


@pytest.fixture
def worded(monkeypatch):
    """The snapshots that texts were made for."""
    made = []
    make = session_status.worded

    def note(view):
        made.append(view)
        return make(view)

    monkeypatch.setattr(session_status, "worded", note)
    return made


@pytest.fixture
def status(tmp_path):
    shared_audio = SharedAudio(create_shared_audio(tmp_path / "shared-audio"))
    job = Job(show(phase("one", 60, playlist("m", track("a", 60)))), Room(), output="null")
    return SessionStatus("here", job, shared_audio)


def test_no_texts_are_made_while_no_client_asks_for_them(status, worded):
    for tenth in range(20):
        view, _ = status.renew_snapshot(tenth / 10, Remote())
        assert view.texts.state == ""
    assert worded == []


def test_the_texts_of_a_snapshot_are_made_once_for_all_clients(status, worded):
    first = status.snapshot(1.0, Remote())
    assert first.texts.state != ""
    assert status.snapshot(1.0 + FRESH / 2, Remote()) is first
    assert len(worded) == 1
    status.renew_snapshot(1.0 + 2 * FRESH, Remote())
    assert status.snapshot(1.0 + 2 * FRESH, Remote()).texts == first.texts
    assert len(worded) == 2
