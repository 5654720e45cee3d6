from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from soundscape.console.layout import Block, Row, arranged


def block(name: str, rank: int, rows: int = 1, spacing: int = 0) -> Block:
    return Block(rank, [Row(((name, "plain"),))] * rows, spacing)


def shown(blocks: list[Block], height: int) -> str:
    return "".join(row.line[0][0] if row.line else "." for row in arranged(blocks, height))


def test_blocks_stand_in_their_order_whatever_their_rank() -> None:
    assert shown([block("a", 2), block("b", 0, 2), block("c", 1)], 4) == "abbc"


def test_what_matters_least_is_left_out_whole() -> None:
    blocks = [block("a", 2, 2), block("b", 0), block("c", 1)]
    assert shown(blocks, 3) == "bc."
    assert shown(blocks, 1) == "b"


def test_blank_lines_go_above_blocks_in_turn_and_the_rest_above_the_last() -> None:
    blocks = [block("a", 0), block("b", 0, spacing=2), block("c", 0, spacing=1)]
    assert shown(blocks, 4) == "ab.c"
    assert shown(blocks, 5) == "a.b.c"
    assert shown(blocks, 9) == "a..b....c"


def test_an_empty_block_takes_no_air() -> None:
    assert shown([block("a", 0), Block(0, [], spacing=1), block("b", 0)], 3) == "ab."


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4), st.integers(0, 3)), max_size=8),
    st.integers(0, 20),
)
def test_the_screen_is_always_filled_exactly(
    parts: list[tuple[int, int, int]], height: int
) -> None:
    blocks = [block(str(n), *part) for n, part in enumerate(parts)]
    assert len(arranged(blocks, height)) == height
