"""Workbooks: .xlsx, .xlsm, .xlsb, .xls and .ods by calamine, which is fast and knows hidden sheets and merged cells.

It passes over errors and over formulas without a kept result as if the cells were empty: `hollow` finds those again.
It lays a sheet out whole, so that one stray cell far away ends the process: then openpyxl reads row by row.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from .hollow import coloured_rows, hollow_cells
from .separated import excess
from .types import LOOKED_AT, Limits, Line, NotATable, Sheet

TALL = 10_000
EXACT = 10**15  # a spreadsheet keeps fifteen digits; what is longer has lost its end


def look(content: bytes, limits: Limits) -> list[Sheet]:
    """Every sheet that holds anything, hidden ones too."""
    with _opened(content) as book:
        found = []
        for about in book.sheets_metadata:
            sheet = _sheet(book, about.name)
            first = list(islice(_lines(content, sheet, limits), LOOKED_AT))
            if first:
                shown = about.visible == SheetVisibleEnum.Visible
                rows = max(_height(sheet), first[-1].n)
                found.append(Sheet(about.name, shown, rows, first, coloured_rows(content, about.name)))
        return found


def _height(sheet: CalamineSheet) -> int:
    """About how many rows: of a tall sheet up to the last that says anything, since a blank far below is no row."""
    if sheet.total_height <= TALL:
        return int(sheet.total_height)
    said = (at for at, values in enumerate(sheet.iter_rows(), 1) if any(str(value).strip() for value in values))
    return max(said, default=0)


def lines(content: bytes, name: str, limits: Limits) -> Iterator[Line]:
    """The rows of a sheet that hold anything, numbered as the spreadsheet numbers them."""
    with _opened(content) as book:
        yield from _lines(content, _sheet(book, name), limits)


def _opened(content: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        raise NotATable("locked") from None
    except (CalamineError, OSError):
        raise NotATable("broken_excel" if content.startswith(b"PK") else "old_excel") from None


def _sheet(book: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(name)
    except (CalamineError, OSError):
        raise NotATable("broken_excel") from None


def _lines(content: bytes, sheet: CalamineSheet, limits: Limits) -> Iterator[Line]:
    hollow = hollow_cells(content, sheet.name)
    merged = Merged(sheet.merged_cell_ranges or ())
    before = [""] * (sheet.start[1] if sheet.start else 0)
    rows = 0
    for at, values in enumerate(sheet.iter_rows()):
        rows = at + 1
        cells = [*before, *map(cell_text, values)]
        if line := line_of(at, cells, hollow.get(at, {}), merged, limits):
            yield line
    for at in sorted(hollow):
        if at >= rows and (line := line_of(at, [], hollow[at], merged, limits)):
            yield line


def line_of(at: int, cells: list[str], hollow: dict[int, str], merged: Merged, limits: Limits) -> Line | None:
    for column, text in hollow.items():
        cells += [""] * (column + 1 - len(cells))
        cells[column] = text
    filled = merged.fill(at, cells)
    return Line(at + 1, cells, excess(cells, limits), filled) if any(cells) else None


class Merged:
    """Merged cells: each holds what stands in its first. `fill` is asked row by row, downwards."""

    def __init__(self, ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        self._at: dict[int, list[tuple[int, int, tuple[int, int]]]] = {}
        self._texts: dict[tuple[int, int], str] = {}
        for first, last in ranges:
            for row in range(first[0], min(last[0], first[0] + _TALLEST) + 1):
                self._at.setdefault(row, []).append((first[1], min(last[1], first[1] + _WIDEST), first))

    def fill(self, row: int, cells: list[str]) -> tuple[int, ...]:
        """Fill the row's merged cells; returns the positions whose value stands in a row above."""
        above: list[int] = []
        for left, right, first in self._at.get(row, ()):
            if row == first[0]:
                self._texts[first] = cells[left] if left < len(cells) else ""
            text = self._texts.get(first, "")
            if not text:
                continue
            cells += [""] * (right + 1 - len(cells))
            cells[left : right + 1] = [text] * (right + 1 - left)
            if row > first[0]:
                above += range(left, right + 1)
        return tuple(above)


_TALLEST, _WIDEST = 20_000, 1_000  # of one merged cell; beyond, somebody merged a whole column
_NIGHT = dt.time()


def cell_text(value: Any) -> str:
    """A cell as text. Whole numbers lose their point: a telephone number is kept as a number by Excel.

    A number beyond fifteen digits is written with its exponent, since its last digits are not the true ones.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        if abs(value) >= EXACT:
            return f"{value:.14E}"
        return str(int(value)) if value == int(value) else repr(value)
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        at = (value + dt.timedelta(milliseconds=500)).replace(microsecond=0)
        return at.isoformat(" ") if at.time() != _NIGHT else at.date().isoformat()
    return str(value)
