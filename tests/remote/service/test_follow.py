"""Whose a session is until whoever started it knows that it plays."""

from __future__ import annotations

import os
import threading
from contextlib import nullcontext

import pytest
from paper import Stage

from soundscape.ipc.channel import Channel
from soundscape.ipc.player_messages import SessionEnded
from soundscape.remote.service import follow
from soundscape.remote.service.follow import _stay_awake, _stop_without_starter
from soundscape.remote.service.start_request import CODEC, CONFIRMED
from soundscape.views.fault_texts import MAY_SLEEP


@pytest.fixture
def starter():
    """Our end of the pipe to whoever started the session, and theirs."""
    ours, theirs = os.pipe()
    with os.fdopen(ours, "rb", 0) as source, os.fdopen(theirs, "wb", 0) as sink:
        yield Channel(source, None, CODEC), Channel(None, sink, CODEC), sink


@pytest.fixture
def stage(tmp_path):
    made = Stage(tmp_path)
    yield made
    made.hear(SessionEnded())


def test_a_session_whose_starter_goes_before_they_know_of_it_fades_out(starter, stage):
    ours, _, sink = starter
    waiting = threading.Thread(target=_stop_without_starter, args=(ours, stage.host))
    waiting.start()
    assert not stage.player.asked
    sink.close()
    waiting.join(20)
    assert [asked.command.as_json() for asked in stage.player.asked] == [{"do": "stop", "fade": 5}]


def test_a_session_whose_starter_knows_of_it_plays_on_when_they_go(starter, stage):
    ours, theirs, sink = starter
    theirs.send(CONFIRMED)
    sink.close()
    _stop_without_starter(ours, stage.host)
    assert not stage.player.asked


@pytest.mark.parametrize(("granted", "told"), [(True, []), (False, [MAY_SLEEP])])
def test_a_computer_that_may_fall_asleep_is_told(granted, told, stage, monkeypatch):
    monkeypatch.setattr(follow, "kept_awake", lambda: nullcontext(granted))
    stage.host.ended.set()
    _stay_awake(stage.host, stage.host.warn)
    assert [warning.text for warning in stage.host.snapshot().warnings] == told
