"""Times and their MIDI timecode, worked out by hand from the standard (MMA RP-004/RP-008).

A full frame is F0 7F 7F 01 01 hr mn sc fr F7, hr being 0rrhhhhh with rr the rate (24, 25, 29.97
drop, 30 as 0 to 3). Quarter frames are F1 0n: the low and high half of the frames, then those of
the seconds, the minutes, the hours, the last with the rate over the hours' highest bit (0rrh).
"""

from __future__ import annotations

TIMECODES = [
    # rate, (hours, minutes, seconds, frames), hr mn sc fr, the eight quarter frames
    (24.0, (0, 0, 0, 0), "00000000", "00 10 20 30 40 50 60 70"),
    (24.0, (1, 37, 52, 16), "01253410", "00 11 24 33 45 52 61 70"),
    (24.0, (23, 59, 59, 22), "173b3b16", "06 11 2b 33 4b 53 67 71"),
    (25.0, (2, 5, 9, 24), "22050918", "08 11 29 30 45 50 62 72"),
    (25.0, (23, 59, 59, 20), "373b3b14", "04 11 2b 33 4b 53 67 73"),
    (29.97, (0, 1, 0, 2), "40010002", "02 10 20 30 41 50 60 74"),
    (29.97, (17, 10, 0, 0), "510a0000", "00 10 20 30 4a 50 61 75"),
    (29.97, (3, 10, 59, 20), "430a3b14", "04 11 2b 33 4a 50 63 74"),
    (30.0, (12, 34, 56, 28), "6c22381c", "0c 11 28 33 42 52 6c 76"),
    (30.0, (19, 0, 0, 1), "73000001", "01 10 20 30 40 50 63 77"),
]


def full_frame(row: str) -> bytes:
    return bytes.fromhex(f"f07f7f0101{row}f7")


def quarter_frames(row: str) -> list[bytes]:
    return [bytes((0xF1, piece)) for piece in bytes.fromhex(row.replace(" ", ""))]
