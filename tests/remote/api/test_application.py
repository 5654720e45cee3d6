"""The API as a caller meets it: the app behind its guard, on a host with a paper player."""

import asyncio
import base64
import hashlib
import json
import threading
from collections.abc import Coroutine
from typing import Any

import pytest
from fastapi.testclient import TestClient
from paper import OUTSIDE, Answering, PaperOpening

from soundscape.ipc.player_messages import SessionEnded
from soundscape.remote.api import application, pages
from soundscape.remote.api.application import AppContext, make_app
from soundscape.remote.api.auth import COOKIE, LARGEST, RequestAuth
from soundscape.remote.api.pairing import DocsAccess, Pairing
from soundscape.timeline.commands import Command
from soundscape.views.snapshot import Snapshot

TOKEN = "the-token"
OURS = "http://127.0.0.1:4242"


@pytest.fixture
def stage(tmp_path):
    made = Answering(tmp_path)
    yield made
    made.hear(SessionEnded())


@pytest.fixture
def devices(tmp_path):
    return Pairing(tmp_path)


@pytest.fixture
def opening():
    return PaperOpening()


@pytest.fixture
def stranger(stage, devices, opening):
    docs = DocsAccess()
    app = make_app(AppContext(stage.host, devices, opening, docs))
    guard = RequestAuth(
        app,
        {"127.0.0.1:4242"},
        TOKEN,
        devices.knows,
        docs.knows,
        pages.turned_away(),
    )
    with TestClient(guard, base_url=OURS, raise_server_exceptions=True) as made:
        yield made


@pytest.fixture
def client(stranger):
    stranger.headers["Authorization"] = f"Bearer {TOKEN}"
    return stranger


# the session --------------------------------------------------------------------------------------


def test_the_session_is_the_snapshot(client, stage):
    stage.play_to(3)
    got = client.get("/api/session")
    assert got.status_code == 200
    assert Snapshot.model_validate(got.json()) == stage.host.snapshot()


def test_a_command_is_done_and_says_what_it_did(client):
    got = client.post("/api/commands", json={"do": "hold"})
    assert (got.status_code, got.json()) == (200, {"do": "hold", "said": "held in one", "t": 7.0})
    assert client.get("/api/session").json()["state"] == "held"


def test_a_refused_command_is_409_with_the_reason(client, stage):
    stage.refuses = True
    got = client.post("/api/commands", json={"do": "hold"})
    assert (got.status_code, got.json()) == (409, {"detail": "held already"})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b'{"do": "explode"}',
        b"[" * 9000,
        b"NaN",
        b'{"do": 1}',
    ],
    ids=repr,
)
def test_a_malformed_command_is_422_with_one_line(client, body):
    got = client.post("/api/commands", content=body)
    assert got.status_code == 422
    assert "\n" not in got.json()["detail"]


@pytest.mark.parametrize("do", ["note", "goto"])
def test_bytes_that_are_no_text_leave_every_screen_readable(client, do):
    what = {"note": "text", "goto": "phase"}[do]
    body = f'{{"do": "{do}", "{what}": "caf\\udce9"}}'.encode()
    assert client.post("/api/commands", content=body).status_code == 200
    assert client.get("/api/session").status_code == 200


def test_a_session_that_is_over_is_503(client, stage):
    stage.hear(None)
    got = client.post("/api/commands", json={"do": "hold"})
    assert got.status_code == 503
    assert "over" in got.json()["detail"]


def events(text):
    for part in text.strip().split("\n\n"):
        kind, data = part.split("\n")
        yield kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_the_stream_begins_with_the_snapshot_tells_what_happens_and_ends_with_the_session(
    client, stage
):
    done = stage.host.submit
    threading.Timer(0.2, lambda: done(Command("hold"))).start()
    threading.Timer(0.5, lambda: stage.hear(SessionEnded())).start()
    got = list(events(client.get("/api/events").text))
    assert got[0][0] == "snapshot"
    states = [data["state"] for kind, data in got if kind == "snapshot"]
    assert states[0] == "playing"
    assert "held" in states
    assert states[-1] == "ended"
    assert "command" in [data["event"] for kind, data in got if kind == "happened"]


def test_a_stream_may_begin_with_what_happened_before(client, stage):
    client.post("/api/commands", json={"do": "mark"})
    stage.hear(SessionEnded())
    got = [
        data["event"]
        for kind, data in events(client.get("/api/events?since=0").text)
        if kind == "happened"
    ]
    assert got[:3] == ["phase", "clip-start", "command"]
    assert client.get("/api/events?since=-1").status_code == 422


def test_a_stream_where_nothing_happens_sends_the_snapshot_once_a_second(stage, monkeypatch):
    passed = [0.0]

    async def sleep(seconds: float) -> None:
        passed[0] += seconds

    async def wait_for(waiting: Coroutine[Any, Any, object], seconds: float) -> None:
        waiting.close()
        passed[0] += seconds
        raise TimeoutError

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(asyncio, "wait_for", wait_for)

    at: list[float] = []

    async def follow() -> None:
        async for _ in application._stream(stage.host, None, lambda: len(at) < 3):
            at.append(passed[0])  # noqa: PERF401 - the stream ends by its length

    asyncio.run(follow())
    assert at == pytest.approx([0.0, 1.0, 2.0])


# who may ------------------------------------------------------------------------------------------

CALLS = [
    *[("GET", path) for path in ("/api/session", "/api/events", "/api/keys", "/api/remote")],
    *[("GET", path) for path in ("/docs", "/openapi.json", "/page/page.js", "/docs/static/x")],
    *[("POST", path) for path in ("/api/commands", "/api/remote", "/api/remote/pairing")],
    ("DELETE", "/api/remote/devices"),
    ("GET", "/nothing/here"),
]


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer", "Basic x", f"bearer{TOKEN}"])
def test_no_call_works_without_the_token(stranger, header):
    headers = {} if header is None else {"Authorization": header}
    for method, path in CALLS:
        got = stranger.request(method, path, headers=headers)
        assert got.status_code == 401, path
        assert got.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:4243"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1:4242"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
def test_no_call_works_from_elsewhere_even_with_the_token(client, headers):
    for method, path in (*CALLS, ("GET", "/"), ("GET", "/pair/x")):
        assert client.request(method, path, headers=headers).status_code == 403, path


def test_a_valid_link_pairs_nobody_from_elsewhere(stranger, devices):
    link = f"/pair/{devices.link()}"
    assert stranger.get(link, headers={"Host": "evil.example"}).status_code == 403
    assert stranger.get(link, headers={"Origin": "http://evil.example"}).status_code == 403
    assert stranger.get(link).status_code == 200, "the link was not used up"


def test_a_second_host_header_does_not_hide_behind_the_first(client):
    headers = [("Host", "127.0.0.1:4242"), ("Host", "evil.example")]
    assert client.get("/api/session", headers=headers).status_code == 403


def test_our_own_page_may_call(client):
    assert client.get("/api/session", headers={"Origin": OURS}).status_code == 200


@pytest.mark.parametrize("told", [True, False])
def test_a_body_that_is_too_large_is_413(client, told):
    large = b"x" * (LARGEST + 1)
    content = large if told else iter([large[:9000], large[9000:]])
    assert client.post("/api/commands", content=content).status_code == 413


@pytest.mark.parametrize(("length", "status"), [(b"9" * 5000, 413), (b"\xb2", 200)])
def test_a_length_that_is_no_number_of_bytes_is_no_error(client, length, status):
    got = client.post(
        "/api/commands", content=b'{"do": "hold"}', headers={"Content-Length": length}
    )
    assert got.status_code == status


def test_answers_are_not_kept_framed_or_sniffed(client):
    headers = client.get("/api/session").headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"
    assert "default-src 'self'" in headers["content-security-policy"]


@pytest.mark.parametrize("name", ["a" * 5000 + ".js", "%2e%2e%2fapp.py", "a%00.js", "%ff.js"])
def test_a_file_that_the_page_has_not_is_404(client, name):
    assert client.get(f"/page/{name}").status_code == 404


def test_an_unknown_path_is_404_and_a_wrong_method_405(client):
    assert client.get("/nothing").status_code == 404
    assert client.get("/page/secret.py").status_code == 404
    assert client.get("/page/..%2fapp.py").status_code == 404
    assert client.put("/api/session").status_code == 405


@pytest.mark.parametrize(
    ("path", "allowed"), [("/api/session", "GET"), ("/api/commands", "GET, POST")]
)
def test_the_answer_to_a_wrong_method_names_those_of_the_path(client, path, allowed):
    assert client.put(path).headers["allow"] == allowed


# the tablet ---------------------------------------------------------------------------------------


def test_a_browser_that_is_not_paired_is_told_so_in_words(stranger):
    got = stranger.get("/")
    assert got.status_code == 401
    assert got.headers["content-type"].startswith("text/html")


def test_a_link_pairs_a_browser_which_may_then_do_all_and_works_once(client, stranger, devices):
    link = f"/pair/{devices.link()}"
    del stranger.headers["Authorization"]
    paired = stranger.get(link)
    assert paired.status_code == 200
    cookie = paired.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert stranger.get("/api/session").status_code == 200
    stranger.cookies.clear()
    assert stranger.get(link).status_code == 403
    stranger.cookies.set(COOKIE, "guess")
    assert stranger.get("/api/session").status_code == 401


def test_the_page_is_opened_paired_and_closed(client):
    assert client.get("/api/remote").json() == {"on": False, "url": None, "devices": 0}
    assert client.post("/api/remote/pairing").status_code == 409
    assert client.post("/api/remote", json={"on": True}).json()["url"] == OUTSIDE
    link = client.post("/api/remote/pairing").json()["url"]
    assert link.startswith(f"{OUTSIDE}pair/")
    client.get(link.removeprefix(OUTSIDE.rstrip("/")))
    assert client.get("/api/remote").json()["devices"] == 1
    assert client.get("/api/session").json()["remote"]["on"] is True
    assert client.delete("/api/remote/devices").json()["devices"] == 0
    assert client.post("/api/remote", json={"on": False}).json()["on"] is False


@pytest.mark.waits
def test_a_device_that_is_unpaired_sees_no_more_of_an_open_stream(stranger, stage, devices):
    stranger.cookies.set(COOKIE, devices.pair(devices.link()))
    threading.Timer(0.3, devices.forget).start()
    got = [data["state"] for _, data in events(stranger.get("/api/events").text)]
    assert got  # it was let in, and the stream came to an end with the session still playing
    assert got[-1] == "playing"
    assert stranger.get("/api/session").status_code == 401


def test_the_small_pages_own_style_is_let_through_by_its_hash(stranger):
    got = stranger.get("/")
    style = got.text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in got.headers["content-security-policy"]
    assert "unsafe-inline" not in got.headers["content-security-policy"]


def test_the_small_pages_ask_for_no_icon(stranger):
    """A browser asks for /favicon.ico where a page names none, and would be refused."""
    got = stranger.get("/")
    assert '<link rel="icon" href="data:,">' in got.text
    assert "img-src 'self' data:" in got.headers["content-security-policy"]


def test_a_page_that_cannot_be_opened_is_409_with_the_reason(client, opening):
    opening.fails = True
    got = client.post("/api/remote", json={"on": True})
    assert (got.status_code, got.json()["detail"]) == (409, "this machine is on no network")


@pytest.mark.parametrize("body", [{}, {"on": "yes"}, {"on": True, "address": 3}, {"on": 1}, []])
def test_a_malformed_wish_is_422_with_one_line(client, body):
    got = client.post("/api/remote", json=body)
    assert got.status_code == 422
    assert isinstance(got.json()["detail"], str)


# the documentation --------------------------------------------------------------------------------


def test_the_documentation_loads_nothing_from_outside(client):
    page = client.get("/docs")
    assert page.status_code == 200
    assert "http://" not in page.text.replace(OURS, "")
    assert "https://" not in page.text
    assert client.get("/docs/static/swagger-ui-bundle.js").status_code == 200
    assert client.get("/docs/static/swagger-ui.css").status_code == 200


def test_the_openapi_document_knows_the_routes_and_the_snapshot(client):
    document = client.get("/openapi.json").json()
    assert set(document["paths"]) == {
        *("/api/session", "/api/events", "/api/keys", "/api/commands"),
        *("/api/remote", "/api/remote/pairing", "/api/remote/devices", "/api/docs"),
    }
    assert "Snapshot" in document["components"]["schemas"]


def test_a_link_opens_the_documentation_in_a_browser_once_and_nothing_else(client):
    link = client.post("/api/docs").json()
    assert link["url"].startswith(f"{OURS}/docs/open/")
    del client.headers["Authorization"]
    assert client.get("/docs").status_code == 401
    opened = client.get(link["url"])
    assert (opened.status_code, "/docs" in opened.text) == (200, True)
    for path in ("/docs", "/openapi.json", "/docs/static/swagger-ui.css"):
        assert client.get(path).status_code == 200
    assert client.get("/api/session").status_code == 401
    assert client.post("/api/docs").status_code == 401
    assert client.get("/").status_code == 401
    client.cookies.clear()
    again = client.get(link["url"])
    assert (again.status_code, "soundscape remote --docs" in again.text) == (403, True)
    assert client.get("/docs").status_code == 401
