"""A launch that starts nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class PaperLaunch:
    """Stands in for `cli.spawn_host.Launch`."""

    def __init__(self, output: str | None) -> None:
        self.output = output

    @contextmanager
    def killed_on_failure(self) -> Iterator[None]:
        yield
