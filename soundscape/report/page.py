"""HTML pages that stand alone and print on A4: a heading, pictures, tables, lists to fill in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
@page { size: A4; margin: 15mm 14mm; }
* { box-sizing: border-box; }
body { font: 10.5pt/1.4 Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif;
  color: #222; background: #fff; max-width: 190mm; margin: 0 auto; padding: 6mm 4mm; }
@media print { body { max-width: none; padding: 0; } a { color: inherit; } }
h1 { font-size: 17pt; line-height: 1.2; margin: 0 0 1mm; overflow-wrap: anywhere; }
h2 { font-size: 12pt; margin: 7mm 0 2mm; break-after: avoid; }
p { margin: 0 0 2mm; }
.lead, .note { color: #556; }
.note { font-size: 9pt; }
footer { margin-top: 8mm; border-top: .3mm solid #ccd; padding-top: 2mm; }
svg { width: 100%; height: auto; display: block; }
figure { margin: 3mm 0; break-inside: avoid; }
table { border-collapse: collapse; width: 100%; font-size: 9.5pt; }
thead { display: table-header-group; }
th, td { text-align: left; vertical-align: top; padding: .8mm 2.5mm .8mm 0;
  border-bottom: .2mm solid #dde; overflow-wrap: anywhere; }
th { font-weight: 600; color: #445; }
td.n, th.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.n, td.t { white-space: nowrap; font-variant-numeric: tabular-nums; }
td.w, th { overflow-wrap: normal; }
tr { break-inside: avoid; }
tr.sum td { font-weight: 600; border-top: .4mm solid #99a; }
section.item { break-inside: avoid; margin: 0 0 3.5mm; }
section.item h3 { font-size: 10.5pt; margin: 0 0 .5mm; }
section.item ul { margin: 0 0 1mm; padding-left: 5mm; }
@media screen and (prefers-color-scheme: dark) {
  body { color: #cdd3da; background: #111418; }
  .lead, .note, th { color: #98a2ad; }
  th, td { border-bottom-color: #2a3038; }
  svg { filter: invert(.92) hue-rotate(180deg); }
}
.blank { border-bottom: .3mm solid #889; height: 6.5mm; }
""".strip()


def page(title: str, body: Iterable[str], footnote: str) -> str:
    """A page of its own: nothing in it is loaded from elsewhere."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + f'\n<footer class="note">{escape(footnote)}</footer>\n</body>\n</html>\n'
    )


def heading(text: str, lead: str = "") -> str:
    """The page's heading, and a line under it."""
    below = f'\n<p class="lead">{escape(lead)}</p>' if lead else ""
    return f"<h1>{escape(text)}</h1>{below}"


def section(title: str, *parts: str) -> str:
    """A part of the page with its title."""
    return f"<h2>{escape(title)}</h2>\n" + "\n".join(parts)


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph of a kind of the style sheet."""
    of_kind = f' class="{kind}"' if kind else ""
    return f"<p{of_kind}>{escape(text)}</p>"


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    kinds: Sequence[str] = (),
    *,
    sum_last: bool = False,
) -> str:
    """A table. `kinds`: for each column `n` (a number), `t` (a time), `w` (a word) or nothing."""
    of = [f' class="{kind}"' if kind else "" for kind in kinds] or [""] * len(headings)
    head = "".join(
        f"<th{kind}>{escape(name)}</th>" for kind, name in zip(of, headings, strict=True)
    )
    found = list(rows)
    lines = []
    for place, row in enumerate(found):
        cells = "".join(f"<td{kind}>{escape(one)}</td>" for kind, one in zip(of, row, strict=True))
        last = ' class="sum"' if sum_last and place == len(found) - 1 else ""
        lines.append(f"<tr{last}>{cells}</tr>")
    return (
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n"
        + "\n".join(lines)
        + ("\n</tbody>\n</table>")
    )


def item(title: str, lines: Sequence[str], blanks: int) -> str:
    """A thing to read or to fill in: its title, what is known, lines to write on."""
    known = "".join(f"<li>{escape(line)}</li>" for line in lines)
    listed = f"<ul>{known}</ul>" if known else ""
    empty = '<div class="blank"></div>' * blanks
    return f'<section class="item"><h3>{escape(title)}</h3>{listed}{empty}</section>'
