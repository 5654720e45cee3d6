from __future__ import annotations

import pytest

from soundscape.library.files.xspf import XmlError, read_xspf


def track(inner: str) -> str:
    return f"<playlist version='1'><trackList><track>{inner}</track></trackList></playlist>"


BOMB = """<!DOCTYPE playlist [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<playlist><trackList><track><location>&b;</location></track></trackList></playlist>"""

OUTSIDE = """<!DOCTYPE playlist [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<playlist><trackList><track><location>&x;</location></track></trackList></playlist>"""


@pytest.mark.parametrize(
    "text", [BOMB, OUTSIDE, '<!DOCTYPE playlist SYSTEM "http://a/b"><playlist/>']
)
def test_a_document_type_is_refused_before_any_entity_is_read(text: str) -> None:
    with pytest.raises(XmlError, match="document type") as caught:
        read_xspf(text.encode())
    assert caught.value.place[0] == 1


def test_an_entity_that_nobody_declared_is_an_error() -> None:
    with pytest.raises(XmlError, match="undefined entity"):
        read_xspf(track("<location>&x;</location>").encode())


def test_every_location_is_kept_in_order() -> None:
    found = read_xspf(track("<location>a</location><location>b</location>").encode())
    assert [t.locations for t in found.tracks] == [["a", "b"]]


def test_a_track_without_a_location_has_none() -> None:
    (found,) = read_xspf(track("<title>x</title>").encode()).tracks
    assert found.locations == []


def test_another_kind_of_xml_is_refused() -> None:
    with pytest.raises(XmlError, match="starts with <html>"):
        read_xspf(b"<html/>")


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(XmlError, match="nested"):
        read_xspf(b"<playlist>" + b"<x>" * 100)


def test_other_encodings_are_read_where_the_file_names_them() -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>' + track("<location>café</location>")
    assert read_xspf(text.encode("latin-1")).tracks[0].locations == ["café"]


@pytest.mark.parametrize("encoding", ["martian", "utf-7"])
def test_an_encoding_that_is_not_known_is_an_error(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><playlist/>'
    with pytest.raises(XmlError):
        read_xspf(text.encode())


def test_utf_16_is_read() -> None:
    assert read_xspf(track("<location>café</location>").encode("utf-16")).tracks[0].locations == [
        "café"
    ]


def test_encodings_of_several_bytes_are_read() -> None:
    text = '<?xml version="1.0" encoding="Shift_JIS"?>' + track("<location>夜</location>")
    assert read_xspf(text.encode("shift_jis")).tracks[0].locations == ["夜"]


def test_a_file_that_is_not_in_the_encoding_it_declares_is_read_all_the_same() -> None:
    text = '<?xml version="1.0" encoding="UTF-8"?>' + track("<location>café</location>")
    assert read_xspf(text.encode("cp1252")).tracks[0].locations == ["café"]
