"""Blocks of lines on a screen: which of them there is room for, and where air goes."""

from __future__ import annotations

from dataclasses import dataclass

from soundscape.console.styles import Line


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the screen; `big` is drawn by blocks."""

    line: Line
    big: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that are shown together or not at all."""

    rank: int
    """Those of the highest rank are left out first."""
    rows: list[Row]
    air: int = 0
    """Whose turn it is to have a line of air before it; 0: none is welcome."""


def arranged(blocks: list[Block], height: int) -> list[Row]:
    """The blocks that there is room for, in their order, with air between: `height` rows."""
    shown = _that_fit([block for block in blocks if block.rows], height)
    airs = _airs(shown, height - sum(len(block.rows) for block in shown))
    empty = Row(())
    rows = [
        row for air, block in zip(airs, shown, strict=True) for row in [*[empty] * air, *block.rows]
    ]
    return [*rows, *[empty] * height][:height]


def _that_fit(blocks: list[Block], height: int) -> list[Block]:
    kept = []
    for number in sorted(range(len(blocks)), key=lambda number: blocks[number].rank):
        if len(blocks[number].rows) <= height:
            kept.append(number)
            height -= len(blocks[number].rows)
    return [blocks[number] for number in sorted(kept)]


def _airs(blocks: list[Block], spare: int) -> list[int]:
    """Lines of air before each block: in turn, twice round; what is left before the last one."""
    airs = [0] * len(blocks)
    welcome = sorted(
        (number for number, block in enumerate(blocks) if block.air and number),
        key=lambda number: blocks[number].air,
    )
    for number in [*welcome, *welcome][:spare]:
        airs[number] += 1
    if welcome:
        airs[max(welcome)] += spare - sum(airs)
    return airs
