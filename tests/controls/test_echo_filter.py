from __future__ import annotations

from soundscape.controls.echo_filter import AFTER, EchoFilter


def test_what_comes_back_soon_after_it_was_sent_is_an_echo():
    echoes = EchoFilter()
    echoes.sent(10.0, b"\x90\x24\x7f")
    assert echoes.has(10.05, b"\x90\x24\x7f")


def test_each_message_excuses_one():
    echoes = EchoFilter()
    echoes.sent(10.0, b"\x90\x24\x7f")
    assert [echoes.has(10.01, b"\x90\x24\x7f") for _ in range(2)] == [True, False]


def test_another_value_another_note_or_too_late_is_no_echo():
    echoes = EchoFilter()
    echoes.sent(10.0, b"\x90\x24\x7f")
    assert not echoes.has(10.05, b"\x90\x24\x40")
    assert not echoes.has(10.05, b"\x90\x25\x7f")
    assert not echoes.has(10.0 + AFTER + 0.1, b"\x90\x24\x7f")


def test_a_value_that_a_desk_has_rounded_is_an_echo():
    echoes = EchoFilter()
    echoes.sent(10.0, b"\xb0\x14\x40")
    assert echoes.has(10.05, b"\xb0\x14\x3f")


def test_what_is_due_later_is_no_echo_yet():
    echoes = EchoFilter()
    echoes.sent(10.0, b"\xc0\x05")
    assert not echoes.has(9.5, b"\xc0\x05")
    assert echoes.has(10.0, b"\xc0\x05")


def test_a_stream_of_values_is_not_kept_for_ever():
    echoes = EchoFilter()
    for number in range(10_000):
        echoes.sent(number / 25, bytes((0xB0, 20, number % 128)))
    assert len(echoes._sent[b"\xb0\x14"]) <= 30
