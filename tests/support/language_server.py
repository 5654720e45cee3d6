"""A YAML language server, npm's `yaml-language-server`, spoken to as an editor does.

`NODE_PATH` says where it is installed; `.ci/run` puts it into a folder of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peers import missing, need


class LanguageServer:
    """Speaks the Language Server Protocol (3.17) over a process's standard streams."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._number = 0

    def ask(self, method: str, params: Any) -> Any:
        """Send a request; its result."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        return self._await(lambda message: message.get("id") == self._number)["result"]

    def tell(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def open(self, file: Path, text: str) -> list[dict[str, Any]]:
        """Open a file with a text that need not be the one on the disk; what is marked in it."""
        document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        found = self._await(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == file.as_uri()
            )
        )
        diagnostics: list[dict[str, Any]] = found["params"]["diagnostics"]
        return diagnostics

    def complete(self, file: Path, line: int, character: int) -> list[str]:
        """What the server offers at a place (from 0)."""
        place = {"line": line, "character": character}
        asked = {"textDocument": {"uri": file.as_uri()}, "position": place}
        found = self.ask("textDocument/completion", asked)
        items = found if isinstance(found, list) else found["items"]
        return [item["label"] for item in items]

    def _await(self, wanted: Any) -> dict[str, Any]:
        while True:
            message = self._receive()
            if "id" in message and "method" in message:  # the server asks for settings: it has none
                items = message["params"].get("items", []) if message.get("params") else []
                self._send({"id": message["id"], "result": [None] * len(items)})
            elif wanted(message):
                return message

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while header := self._process.stdout.readline().strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise EOFError("the language server has ended")
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message


@contextmanager
def language_server(folder: Path) -> Iterator[LanguageServer]:
    """A server that runs on a folder."""
    node = need("node")
    for place in os.environ.get("NODE_PATH", "").split(os.pathsep):
        program = Path(place) / "yaml-language-server" / "bin" / "yaml-language-server"
        if program.is_file():
            break
    else:
        missing("npm's yaml-language-server is not installed (NODE_PATH)")
    process = subprocess.Popen(
        [node, str(program), "--stdio"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )
    try:
        server = LanguageServer(process)
        completion = {"completionItem": {"snippetSupport": False}}
        server.ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folder.as_uri(),
                "capabilities": {"textDocument": {"completion": completion}},
            },
        )
        server.tell("initialized", {})
        yield server
    finally:
        process.kill()
        process.communicate()
