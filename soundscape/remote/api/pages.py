"""The page's files, and the small pages around pairing."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

_STYLE = (
    "html{color-scheme:dark;background:#0c0a09;color:#cdbb98;font:1.25rem/1.5 system-ui,sans-serif}"
    "main{max-width:32rem;margin:20vh auto 0;padding:1rem;text-align:center}"
    "h1{color:#ecd6a4;font-size:2rem;line-height:1.2}a{color:#ecd6a4}"
)
STYLE_SOURCE = f"'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
"""The small pages' style as a Content-Security-Policy names it. It stands in them: a browser that
is not paired gets no file."""


def _small(title: str, text: str, head: str = "") -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'  # else browsers ask for one, and are refused
        f"{head}<title>{title} – Soundscape</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
    )


PAIRED = _small(
    "Paired",
    '<a href="/">On to the session</a>',
    # From a page of ours: a SameSite=Strict cookie does not go along from the camera's link.
    '<meta http-equiv="refresh" content="0; url=/">',
)
DOCS_OPEN = _small(
    "The API’s documentation",
    '<a href="/docs">On to the documentation</a>',
    '<meta http-equiv="refresh" content="0; url=/docs">',
)
DOCS_LINK_USED = _small(
    "This link is used or too old",
    "A link opens the documentation in one browser, once, within ten minutes. “soundscape remote "
    "--docs” in a terminal gives another one.",
)
DOCS_CLOSED = _small(
    "The API’s documentation",
    "It opens by a link, which “soundscape remote --docs” in a terminal gives.",
)
UNPAIRED = _small(
    "This device is not paired",
    "Scan the code on the therapist’s screen: key r in the console, or “soundscape remote” in a "
    "terminal.",
)
LINK_USED = _small(
    "This code is used or too old",
    "A code pairs one device, once, within ten minutes. Ask for another one: key r in the console, "
    "or “soundscape remote” in a terminal.",
)
TURNED_AWAY = {"/": UNPAIRED, "/docs": DOCS_CLOSED}
"""What a browser is shown at a path that it may not open yet."""


def page_file(name: str) -> tuple[bytes, str] | None:
    """A file of the page and its content type."""
    for file in (files("soundscape.remote.api") / "page").iterdir():
        kind = KINDS.get(name[name.rfind(".") :])
        if file.name == name and kind is not None:
            return file.read_bytes(), kind
    return None
