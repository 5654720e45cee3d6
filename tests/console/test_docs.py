"""What the documents say of keys is what the table says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from soundscape.console.keys import default_keys, shown_key

ROOT = Path(__file__).resolve().parents[2]
NAMES = {"Space": "space", "": "Ctrl-C"}


@pytest.mark.parametrize(("key", "act"), default_keys().items())
def test_the_consoles_document_has_every_key_with_its_act(key: str, act: str) -> None:
    text = (ROOT / "docs" / "console.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if re.match(rf"\|[^|]+\| `{act}` \|", line)]
    assert rows, f"no row for {act}"
    shown = NAMES.get(shown_key(key), shown_key(key))
    assert shown in rows[0].split("|")[1]


@pytest.mark.parametrize("key", [key for key in default_keys() if key != "ctrl+c"])
def test_the_therapists_card_has_every_key(key: str) -> None:
    text = (ROOT / "docs" / "therapist.md").read_text(encoding="utf-8")
    keys = [line.split("|")[2] for line in text.splitlines() if line.startswith("| ")]
    assert re.search(rf"(?<!\w){re.escape(shown_key(key))}(?!\w)", " ".join(keys))


@pytest.mark.parametrize("key", [key for key in default_keys() if key != "ctrl+c"])
def test_the_readme_has_every_key(key: str) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    keys = " ".join(line.split("|")[1] for line in text.splitlines() if line.startswith("| "))
    assert NAMES.get(shown_key(key), shown_key(key)) in keys
