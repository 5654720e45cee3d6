from __future__ import annotations

import sys

import pytest

from soundscape.devices.keep_awake import kept_awake


def test_where_the_system_grants_it_it_stays_awake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAKEPY_FAKE_SUCCESS", "yes")
    with kept_awake() as awake:
        assert awake


@pytest.mark.skipif(sys.platform != "linux", reason="the others always grant it")
def test_where_there_is_no_desktop_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("WAKEPY_FAKE_SUCCESS", raising=False)
    with kept_awake() as awake:
        assert not awake
