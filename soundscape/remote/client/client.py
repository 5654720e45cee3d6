"""The client of a session, for the command line, the console and other programs."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, RootModel, ValidationError

from soundscape.errors import CommandRefused, EngineError, InvalidValue, SessionLost
from soundscape.ipc.shared_audio_layout import plays, request_stop, stop_requested
from soundscape.remote.api.schemas import CommandReply, PairingLink
from soundscape.remote.session_file import lives
from soundscape.views.snapshot import Remote, Snapshot

ANSWER_WITHIN = 10.0
SILENT_FOR = 5.0
"""Seconds without a message after which a stream counts as broken; the host sends one a second."""


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """An event of the session, as in the journal: `{"t": seconds, "event": …}`."""

    line: dict[str, Any]


class Client:
    """One session, at a URL with its token. A call raises SessionLost if the host does not answer.

    `shared_audio` is the session's, if it plays on this machine. It shows whether the session plays
    on when the host does not answer, and lets it be stopped even then.
    """

    def __init__(self, url: str, token: str, shared_audio: Path | None = None) -> None:
        self._address = urlsplit(url)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._shared_audio = shared_audio

    def status(self) -> Snapshot:
        """Return the session's snapshot."""
        return _read(Snapshot, self._call("GET", "/api/session"))

    def do(self, asked: Mapping[str, Any]) -> CommandReply:
        """Do a command, written as in a script. Raises CommandRefused, InvalidValue.

        If the host does not answer but its session lives, `stop` works without it.
        """
        try:
            return _read(CommandReply, self._call("POST", "/api/commands", asked))
        except SessionLost:
            if asked.get("do") == "stop" and self._shared_audio is not None and self._can_stop():
                return self.stop_alone()
            raise

    def plays(self) -> bool:
        """Return whether it plays, with or without its host; True if unknown."""
        return self._shared_audio is None or plays(self._shared_audio)

    def _can_stop(self) -> bool:
        return self.plays() or self.lives()

    def lives(self) -> bool:
        """Return whether one of its processes lives, playing or not; True if unknown."""
        return self._shared_audio is None or lives(self._shared_audio)

    def is_over(self) -> bool:
        """Return whether its host has removed its files, as at the session's end; False if unknown.

        Those of a session that broke off stay, until another command looks for sessions.
        """
        return self._shared_audio is not None and not self._shared_audio.exists()

    @property
    def stop_requested(self) -> bool:
        """Whether the stop was requested without the host already."""
        return self._shared_audio is not None and stop_requested(self._shared_audio)

    def stop_alone(self) -> CommandReply:
        """Ask the player itself to fade out: for a session whose host does not answer."""
        try:
            if self._shared_audio is not None:
                request_stop(self._shared_audio)
        except OSError as err:
            raise SessionLost("the session has just ended") from err
        return CommandReply(do="stop", said=STOPS_ALONE if self.plays() else STOPS_LATER, t=0.0)

    def keys(self) -> dict[str, str]:
        """Return the room's own keys for the console."""
        return _read(_KeyBindings, self._call("GET", "/api/keys")).root

    def changes(self, since: int | None = None) -> Iterator[Snapshot | SessionEvent]:
        """Yield snapshots as they change, and the events after the first `since`.

        Ends when the session is over.
        """
        connection = self._connection(SILENT_FOR)
        try:
            path = "/api/events" if since is None else f"/api/events?since={since}"
            connection.request("GET", path, headers=self._headers)
            response = connection.getresponse()
            if response.status != 200:
                _complain(response.status, response.read())
            yield from _events(response)
        except (OSError, http.client.HTTPException) as err:
            raise SessionLost(LOST) from err
        finally:
            connection.close()

    def remote(self, on: bool | None = None, address: str | None = None) -> Remote:
        """Open or close the tablet's page, or (None) leave it. Return its state. Raises
        EngineError.
        """
        if on is None:
            return _read(Remote, self._call("GET", "/api/remote"))
        return _read(Remote, self._call("POST", "/api/remote", {"on": on, "address": address}))

    def pairing(self) -> PairingLink:
        """Return a link that pairs one device. Raises CommandRefused if the page is closed."""
        return _read(PairingLink, self._call("POST", "/api/remote/pairing"))

    def docs_link(self) -> PairingLink:
        """Return a link that opens the API's documentation in a browser on this machine, once."""
        return _read(PairingLink, self._call("POST", "/api/docs"))

    def unpair(self) -> Remote:
        """Forget all paired devices."""
        return _read(Remote, self._call("DELETE", "/api/remote/devices"))

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> bytes:
        connection = self._connection(ANSWER_WITHIN)
        try:
            data = None if body is None else json.dumps(body).encode()
            headers = {**self._headers, "Content-Type": "application/json"}
            connection.request(method, path, data, headers)
            response = connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException) as err:
            raise SessionLost(LOST) from err
        finally:
            connection.close()
        if response.status != 200:
            _complain(response.status, answer)
        return answer

    def _connection(self, timeout: float) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(
            self._address.hostname or "", self._address.port, timeout=timeout
        )


M = TypeVar("M", bound=BaseModel)


class _KeyBindings(RootModel[dict[str, str]]):
    """Key to command."""


STOPS_ALONE = "the session's host does not answer; the player is asked to fade out in 5 s"
STOPS_LATER = (
    "the session does not answer, and its processes stand still: it fades out in 5 s as soon as "
    "they go on; `soundscape stop` once more ends them now"
)
LOST = "the session does not answer; what plays may go on playing"


def _events(response: http.client.HTTPResponse) -> Iterator[Snapshot | SessionEvent]:
    kind = ""
    ended = False
    for raw in response:
        name, _, value = raw.decode("utf-8").rstrip("\n").partition(": ")
        if name == "event":
            kind = value
        elif name == "data" and kind == "snapshot":
            view = _read(Snapshot, value.encode())
            ended = view.state == "ended"
            yield view
        elif name == "data":
            yield SessionEvent(json.loads(value))
    if not ended:
        raise SessionLost(LOST)


def _complain(status: int, answer: bytes) -> None:
    try:
        detail = str(json.loads(answer)["detail"])
    except (ValueError, KeyError, TypeError):
        detail = f"the session answered with status {status}"
    if status == 409:
        raise CommandRefused(detail)
    if status in (413, 422):
        raise InvalidValue(detail)
    if status in (401, 403):
        raise SessionLost(f"the session does not know us: {detail}")
    raise EngineError(detail)


def _read(model: type[M], data: bytes) -> M:
    try:
        return model.model_validate_json(data)
    except ValidationError as err:
        raise EngineError("the session's answer is not understood; is it another version?") from err
