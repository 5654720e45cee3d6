"""The page's files, and the small pages around pairing."""

from __future__ import annotations

from importlib.resources import files

KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

PAIRED = "<!doctype html><meta http-equiv=refresh content='0;url=/'><title>Paired</title>"
UNPAIRED = "<!doctype html><title>Not paired</title><p>Scan the code on the therapist's screen."
LINK_USED = "<!doctype html><title>Used</title><p>This link was used, or is too old."


def page_file(name: str) -> tuple[bytes, str] | None:
    """A file of the page and its content type."""
    found = files("soundscape.remote") / "page" / name
    kind = KINDS.get(name[name.rfind(".") :])
    if kind is None or "/" in name or not found.is_file():
        return None
    return found.read_bytes(), kind
