"""Arranges blocks of lines on a screen: which of them fit, and where the blank lines go."""

from __future__ import annotations

from dataclasses import dataclass

from soundscape.console.styles import Line


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the screen; a `big` one is drawn with block characters."""

    line: Line
    big: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that are shown together or not at all."""

    rank: int
    """Blocks of the highest rank are left out first."""
    rows: list[Row]
    spacing: int = 0
    """Priority for a blank line above this block, 1 first; 0 means never."""


def arranged(blocks: list[Block], height: int) -> list[Row]:
    """Return `height` rows: the blocks that fit, in their order, with blank lines between them."""
    shown = _fitting([block for block in blocks if block.rows], height)
    blank = _blank_lines(shown, height - sum(len(block.rows) for block in shown))
    empty = Row(())
    rows = [
        row
        for count, block in zip(blank, shown, strict=True)
        for row in [*[empty] * count, *block.rows]
    ]
    return [*rows, *[empty] * height][:height]


def _fitting(blocks: list[Block], height: int) -> list[Block]:
    kept = []
    for number in sorted(range(len(blocks)), key=lambda number: blocks[number].rank):
        if len(blocks[number].rows) <= height:
            kept.append(number)
            height -= len(blocks[number].rows)
    return [blocks[number] for number in sorted(kept)]


def _blank_lines(blocks: list[Block], spare: int) -> list[int]:
    """Return the number of blank lines above each block.

    Blocks get one in turn, twice round; the lines that are left go above the last one.
    """
    blank = [0] * len(blocks)
    spaced = sorted(
        (number for number, block in enumerate(blocks) if block.spacing and number),
        key=lambda number: blocks[number].spacing,
    )
    for number in [*spaced, *spaced][:spare]:
        blank[number] += 1
    if spaced:
        blank[max(spaced)] += spare - sum(blank)
    return blank
