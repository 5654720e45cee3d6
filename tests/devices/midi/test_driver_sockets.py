from __future__ import annotations

import socket
import sys

import pytest

from soundscape.devices.midi.driver_sockets import Sockets

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such sockets there")


def test_a_driver_whose_server_closes_has_hung_up() -> None:
    sockets = Sockets()
    ours, theirs = sockets.watch(socket.socketpair)
    # Both ends are in this process here: each is one that the driver opened.
    with ours:
        assert not sockets.hung_up()
        theirs.close()
        assert sockets.hung_up()


def test_a_socket_that_the_driver_has_closed_itself_out_of_turn_is_a_hang_up() -> None:
    sockets = Sockets()
    ours, theirs = sockets.watch(socket.socketpair)
    with theirs:
        ours.close()
        assert sockets.hung_up()


def test_sockets_closed_while_ports_are_closed_are_none() -> None:
    sockets = Sockets()
    ours, theirs = sockets.watch(socket.socketpair)
    sockets.watch(lambda: (ours.close(), theirs.close()))
    assert not sockets.hung_up()


def test_sockets_of_others_do_not_count() -> None:
    ours, theirs = socket.socketpair()
    sockets = Sockets()
    sockets.watch(lambda: None)
    ours.close()
    theirs.close()
    assert not sockets.hung_up()
