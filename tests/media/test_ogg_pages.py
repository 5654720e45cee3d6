"""Whether an Ogg file is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from sounds import FORMATS, tone

from soundscape.media.ogg_pages import ogg_is_cut

if TYPE_CHECKING:
    from pathlib import Path


@examples(50)
@given(content=st.binary(max_size=200))
def test_no_bytes_upset_the_look_at_an_ogg_file(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.ogg"
    path.write_bytes(b"OggS" + content)
    ogg_is_cut(str(path))


@pytest.mark.parametrize("name", ["ogg", "opus"])
def test_an_ogg_file_is_whole_with_its_last_page_only(tmp_path: Path, name: str) -> None:
    path = FORMATS[name].write(tmp_path / "a", tone(5, FORMATS[name].rate))
    content = path.read_bytes()
    assert not ogg_is_cut(str(path))
    for rest in (1, 10, len(content) // 2):
        path.write_bytes(content[:-rest])
        assert ogg_is_cut(str(path))
