"""One table: its columns are declared once and drawn wide on a desk, as cards on a phone, and as a file for Excel."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.http import StreamingHttpResponse
from django.utils.formats import localize
from django.utils.html import conditional_escape, escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]
from django.utils.translation import gettext as _

from tongzhou.ledger.dated import is_one
from tongzhou.ledger.known import Page
from tongzhou.ledger.time import zone
from tongzhou.tables.harmless import harmless

Row = Any
Value = str | int | float | dt.date | dt.datetime  # of a cell in a file
_BREAKS = re.compile(r"<br\s*/?>|</?(?:small|p|div|li|ul|b|span)\b[^>]*>", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Column:
    """`label`: words of the catalogue; `cell`: what stands in a row, as text or as marked HTML; `plain`: the same for a
    file, where a number, a day or a moment is one and no text: a column of such a `sort` needs it where its cell is
    none; `filed`: its heading in a file, where that says more, as a unit; `narrow`: left out on a phone's card."""

    name: str
    label: str
    cell: Callable[[Row], Any]
    plain: Callable[[Row], Any] | None = None
    sort: Literal["text", "number", "moment"] = "text"
    narrow: bool = False
    filed: str = ""

    @property
    def heading(self) -> str:
        return _(self.label)

    @property
    def css(self) -> str:
        """Its classes in the page: numbers to the right, moments in one line, left out on a phone."""
        sort = {"number": "n", "moment": "day"}.get(self.sort, "")
        return " ".join(filter(None, (f"c-{self.name}", sort, "wideonly" if self.narrow else "")))


@dataclass(frozen=True)
class Table:
    """`href`: the page of a row; `mark`: its edge (`soon`, `now`), only where a clock is open; `empty`: what is said
    where there is nothing, with the next step; `page`: what follows; `data`: what a script reads of a row
    (its `data-` attributes); `tall`: it has its own
    height and is scrolled inside it."""

    caption: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    empty: str = ""
    href: Callable[[Row], str] | None = None
    mark: Callable[[Row], str] | None = None
    data: Callable[[Row], Mapping[str, Any]] | None = None
    page: Page | None = None
    after: str = "after"
    id: str = ""
    tall: bool = False
    shown: Sequence[str] = field(default=())

    @property
    def drawn(self) -> Sequence[Column]:
        return [one for one in self.columns if not self.shown or one.name in self.shown]

    @property
    def body(self) -> SafeString:
        """The rows as HTML. What is the same in every row, a column's classes and heading, is written once: drawn by a
        template, a list of a hundred rows spent a third of its page there."""
        drawn = [(one.cell, _opened(one, first=not n)) for n, one in enumerate(self.drawn)]
        return mark_safe("\n".join(self._row(row, drawn) for row in self.rows))

    def _row(self, row: Row, drawn: Sequence[tuple[Callable[[Row], Any], str]]) -> str:
        mark, href = self.mark(row) if self.mark else "", self.href(row) if self.href else ""
        told = self.data(row) if self.data else {}
        parts = ["<tr", f' class="{escape(mark)}"' if mark else ""]
        parts += [f' data-{escape(name)}="{escape("" if value is None else value)}"' for name, value in told.items()]
        parts.append(">")
        for n, (cell, opened) in enumerate(drawn):
            text = _written(cell(row))
            parts += [opened, f'<a href="{escape(href)}">{text}</a>' if href and not n else text, "</td>"]
        parts.append("</tr>")
        return "".join(parts)

    def file(self, name: str) -> StreamingHttpResponse:
        """The rows as CSV that Excel opens, cell by cell without formulas that run."""
        answer = StreamingHttpResponse(self.csv(), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return answer

    def plain(self) -> Iterator[Sequence[Value]]:
        """Headings, then every row, as a spreadsheet reckons with it: numbers, days and moments, else text without
        marks."""
        yield [_(one.filed or one.label) for one in self.drawn]
        for row in self.rows:
            yield [_valued((one.plain or one.cell)(row)) for one in self.drawn]

    def csv(self) -> Iterator[str]:
        yield "\ufeff"
        for cells in self.plain():
            yield _csv_line(cells)


def _opened(column: Column, *, first: bool) -> str:
    """How each cell of a column begins; all but the first bear the heading, for the cards of a phone."""
    css = f' class="{escape(column.css)}"' if column.css else ""
    return f"<td{css}>" if first else f'<td{css} data-l="{escape(column.heading)}">'


def _written(value: Any) -> str:
    """A cell's value as a template writes it."""
    if value is None:
        return "–"
    return conditional_escape(value if isinstance(value, str) else localize(template_localtime(value)))


def _valued(cell: Any) -> Value:
    """What a cell is worth in a file: no HTML, moments in the region's time without a zone, as Excel has them."""
    if isinstance(cell, dt.datetime):
        return cell.astimezone(zone()).replace(tzinfo=None, second=0, microsecond=0)
    if isinstance(cell, SafeString):
        return " ".join(html.unescape(strip_tags(_BREAKS.sub(" ", cell))).split())
    if isinstance(cell, bool) or not isinstance(cell, int | float | dt.date):
        text = "" if cell is None else str(cell)
        return dt.date.fromisoformat(text) if _DAY.fullmatch(text) and is_one(text, "day") else text
    return cell


def _csv_line(cells: Sequence[Value]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([harmless(_as_text(cell)) for cell in cells])
    return line.getvalue()


def _as_text(cell: Value) -> str:
    """2020-03-10 23:30, as spreadsheets of every language read it."""
    return f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, dt.datetime) else str(cell)
