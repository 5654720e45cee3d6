"""The page's files, and the small pages around pairing."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files

from soundscape.translation import gettext as _
from soundscape.translation import language, marked
from soundscape.views.page_texts import page_texts

KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

TEXTS_FILE = "texts.js"

_STYLE = (
    "html{color-scheme:dark;background:#0c0a09;color:#cdbb98;font:1.25rem/1.5 system-ui,sans-serif}"
    "main{max-width:32rem;margin:20vh auto 0;padding:1rem;text-align:center}"
    "h1{color:#ecd6a4;font-size:2rem;line-height:1.2}a{color:#ecd6a4}"
)
STYLE_SOURCE = f"'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
"""The small pages' style as a Content-Security-Policy names it. It stands in them: a browser that
is not paired gets no file."""


@dataclass(frozen=True, slots=True)
class SmallPage:
    """A page of a few words; `link` is a path and the text of the link to it, to be gone to."""

    title: str
    text: str = ""
    link: tuple[str, str] | None = None

    def html(self) -> str:
        """Return the page in the language in use."""
        title, text, head = _(self.title), _(self.text) if self.text else "", ""
        if self.link is not None:
            # From a page of ours: a SameSite=Strict cookie does not go along from another's link.
            path, said = self.link
            text = f'<a href="{path}">{_(said)}</a>'
            head = f'<meta http-equiv="refresh" content="0; url={path}">'
        return (
            f'<!doctype html><html lang="{language()}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<link rel="icon" href="data:,">'  # else browsers ask for one, and are refused
            f"{head}<title>{title} – Soundscape</title><style>{_STYLE}</style></head>"
            f"<body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
        )


PAIRED = SmallPage(marked("Paired"), link=("/", marked("On to the session")))
DOCS_OPEN = SmallPage(
    marked("The API’s documentation"), link=("/docs", marked("On to the documentation"))
)
DOCS_LINK_USED = SmallPage(
    marked("This link is used or too old"),
    marked(
        "A link opens the documentation in one browser, once, within ten minutes. “soundscape "
        "remote --docs” in a terminal gives another one."
    ),
)
DOCS_CLOSED = SmallPage(
    marked("The API’s documentation"),
    marked("It opens by a link, which “soundscape remote --docs” in a terminal gives."),
)
UNPAIRED = SmallPage(
    marked("This device is not paired"),
    marked(
        "Scan the code on the therapist’s screen: key r in the console, or “soundscape remote” in "
        "a terminal."
    ),
)
LINK_USED = SmallPage(
    marked("This code is used or too old"),
    marked(
        "A code pairs one device, once, within ten minutes. Ask for another one: key r in the "
        "console, or “soundscape remote” in a terminal."
    ),
)


def turned_away() -> dict[str, str]:
    """Return what a browser is shown at a path that it may not open yet."""
    return {"/": UNPAIRED.html(), "/docs": DOCS_CLOSED.html()}


def texts_file() -> bytes:
    """`texts.js`: the language in use, and each text of the page that it words otherwise."""
    texts = json.dumps(page_texts(), ensure_ascii=False, indent=1)
    return f'export const LANGUAGE = "{language()}";\nexport const TEXTS = {texts};\n'.encode()


def page_file(name: str, package: str = "soundscape.remote.api") -> tuple[bytes, str] | None:
    """A file of the page in a package, and its content type."""
    if name == TEXTS_FILE:
        return texts_file(), KINDS[".js"]
    for file in (files(package) / "page").iterdir():
        kind = KINDS.get(name[name.rfind(".") :])
        if file.name == name and kind is not None:
            return file.read_bytes(), kind
    return None
