"""Pictures of the tablet's page: `python docs/page_pictures.py FOLDER`, a JPEG for each state.

The sessions in them are those of the console's pictures: a real conductor without sound. The page
is the real one, in Chromium (`chromium`, `playwright`).
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from console_pictures import held, peak, waiting  # and the way to the tests' sessions
from played import Played
from playwright.sync_api import Page, Request, Route, sync_playwright

from soundscape.remote.api.pages import page_file
from soundscape.remote.api.schemas import CommandTable
from soundscape.views.snapshot import Health

SIZES = {
    "phone": (390, 844),
    "phone-small": (320, 568),
    "phone-lying": (844, 390),
    "tablet": (1180, 820),
    "tablet-upright": (820, 1180),
}
STATES: dict[str, tuple[Callable[[], Played], tuple[str, ...]]] = {
    "waiting": (waiting, ()),
    "peak": (peak, ()),
    "held": (held, ("hold",)),
    "again": (peak, ("louder",)),
    "muted": (peak, ("mute",)),
    "landing": (peak, ("land",)),
    "locked": (held, ("lock",)),
    "note": (peak, ("note",)),
    "trouble": (lambda: peak(health=Health(lights="lights offline: desk", underruns=2)), ()),
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def serve(room: Played, route: Route, _request: Request) -> None:
    """Answer the page as the host would."""
    path = route.request.url.removeprefix("http://room/")
    snapshot = room.view().model_dump_json()
    if path == "api/events":
        body = f"event: snapshot\ndata: {snapshot}\n\n"
        route.fulfill(body=body, content_type="text/event-stream")
    elif path == "api/session":
        route.fulfill(body=snapshot, content_type="application/json")
    elif path == "api/commands" and route.request.method == "GET":
        route.fulfill(body=CommandTable().model_dump_json(), content_type="application/json")
    elif path == "api/commands":
        answer = room.do(json.loads(route.request.post_data or "{}"))
        route.fulfill(body=answer.model_dump_json(), content_type="application/json")
    else:
        found = page_file(path.removeprefix("page/") or "index.html")
        data, kind = found or (b"", "text/plain")
        route.fulfill(body=data, content_type=kind)


def take(page: Page, folder: Path, state: str, acts: tuple[str, ...]) -> None:
    """A picture in each size."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for act in acts if size == "phone" or state == "again" else ():
            page.locator(f"button[data-act={act}]:visible").click()
        page.wait_for_timeout(600)
        page.screenshot(path=folder / f"page-{state}-{size}.jpg", type="jpeg", quality=72)
        if state == "again":
            page.wait_for_timeout(2200)


def main(folder: Path) -> None:
    """Write all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for state, (made, acts) in STATES.items():
            room = made()
            page = browser.new_page()
            page.route("**/*", partial(serve, room))
            page.goto("http://room/")
            page.locator("body[data-shows=session]").wait_for()
            take(page, folder, state, acts)
            page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
