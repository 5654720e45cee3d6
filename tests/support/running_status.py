"""Control changes out of a stream of bytes in which a driver leaves out repeated status bytes."""

from __future__ import annotations

from collections.abc import Iterable


def control_changes(
    pieces: Iterable[tuple[float, str | None]], controller: int
) -> list[tuple[float, int]]:
    """The times and values of one controller on channel 1, there being no other message.

    `pieces` are times and bytes as they were read, in hex; None for another cable, as it were.
    """
    codes: list[tuple[float, int]] = []
    status, data = 0, b""
    for at, piece in pieces:
        if piece is None:
            status, data = 0, b""
            continue
        for byte in bytes.fromhex(piece):
            status, data = (byte, b"") if byte >= 0x80 else (status, data + bytes((byte,)))
            if len(data) == 2:
                assert (status, data[0]) == (0xB0, controller)
                codes.append((at, data[1]))
                data = b""
    return codes
