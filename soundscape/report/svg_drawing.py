"""SVG elements as text, by plain code: rectangles, lines and texts, numbers shortened."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
LEAST = 3
"""Characters; of a text that is cut more than so many are shown, or none."""
CHARACTER = 0.56
"""Width of an average character, in its height."""


def number(value: float) -> str:
    """A coordinate, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


class SvgDrawing:
    """Collects elements, the lowest first."""

    def __init__(self, width: float, *, title: str, description: str) -> None:
        self.width = width
        self.title, self.description = title, description
        self._elements: list[str] = []

    def rect(
        self, x: float, y: float, width: float, height: float, *, fill: str, hint: str = ""
    ) -> None:
        """A filled rectangle. `hint` is shown where a screen can point at it."""
        place = self._numbers(x=x, y=y, width=max(0.0, width), height=height)
        self._add("rect", f"{place} fill={quoteattr(fill)}", hint)

    def frame(self, x: float, y: float, width: float, height: float, stroke: str) -> None:
        """An outline."""
        place = self._numbers(x=x, y=y, width=max(0.0, width), height=height)
        self._add("rect", f'{place} fill="none" stroke={quoteattr(stroke)} stroke-width="0.7"')

    def line(
        self,
        points: Iterable[tuple[float, float]],
        stroke: str,
        *,
        width: float = 1.0,
        dashed: bool = False,
    ) -> None:
        """A line through points."""
        path = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        dash = ' stroke-dasharray="3 2"' if dashed else ""
        self._add(
            "polyline",
            f'points="{path}" fill="none" stroke={quoteattr(stroke)} '
            f'stroke-width="{number(width)}" stroke-linejoin="round"{dash}',
        )

    def polygon(self, points: Iterable[tuple[float, float]], fill: str, *, hint: str = "") -> None:
        """A filled shape."""
        path = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        self._add("polygon", f'points="{path}" fill={quoteattr(fill)}', hint)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 11.0,
        fill: str = "#222",
        anchor: str = "start",
        weight: str = "normal",
    ) -> None:
        """A text whose baseline begins, is centred or ends at a place."""
        attributes = (
            f'{self._numbers(x=x, y=y)} font-size="{number(size)}" fill={quoteattr(fill)} '
            f'text-anchor="{anchor}" font-weight="{weight}"'
        )
        self._elements.append(f"<text {attributes}>{escape(text)}</text>")

    def fitted(
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        more: str = "",
        *,
        size: float = 11.0,
        fill: str = "#222",
    ) -> None:
        """A text within a width, and `more` where it fits too; else cut, or left out."""
        room = int(width / (size * CHARACTER))
        whole = f"{text} {more}" if more else text
        if room >= len(whole):
            self.text(x, y, whole, size=size, fill=fill)
        elif room >= len(text):
            self.text(x, y, text, size=size, fill=fill)
        elif room > LEAST:
            self.text(x, y, f"{text[: room - 1].rstrip()}…", size=size, fill=fill)

    def svg(self, height: float, *, standalone: bool) -> str:
        """The picture. `standalone`: as a file of its own, else for a page."""
        space = ' xmlns="http://www.w3.org/2000/svg"' if standalone else ""
        head = '<?xml version="1.0" encoding="UTF-8"?>\n' if standalone else ""
        box = f"0 0 {number(self.width)} {number(height)}"
        ground = '<rect width="100%" height="100%" fill="#fff"/>'
        return (
            f'{head}<svg{space} viewBox="{box}" width="{number(self.width)}" '
            f'height="{number(height)}" font-family="{FONT}" role="img">'
            f"<title>{escape(self.title)}</title><desc>{escape(self.description)}</desc>\n"
            f"{ground}\n" + "\n".join(self._elements) + "\n</svg>\n"
        )

    def _numbers(self, **values: float) -> str:
        return " ".join(f'{name}="{number(value)}"' for name, value in values.items())

    def _add(self, name: str, attributes: str, hint: str = "") -> None:
        inside = f"<title>{escape(hint)}</title>" if hint else ""
        self._elements.append(f"<{name} {attributes}>{inside}</{name}>")
