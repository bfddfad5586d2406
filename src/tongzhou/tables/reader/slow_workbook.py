"""Workbooks row by row with openpyxl: some twenty times slower, and no cell far away can make it run out of memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from typing import Any

from .types import LOOKED_AT, Limits, Line, NotATable, Sheet


def look(content: bytes, limits: Limits) -> list[Sheet]:
    """Every sheet that holds anything. How many rows a sheet has is not known before it is read."""
    found = []
    for sheet in _sheets(content):
        first = list(islice(_lines(content, sheet, limits), LOOKED_AT))
        if first:
            found.append(Sheet(sheet.title, sheet.sheet_state == "visible", first[-1].n, first))
    return found


def lines(content: bytes, name: str, limits: Limits) -> Iterator[Line]:
    for sheet in _sheets(content):
        if sheet.title == name:
            yield from _lines(content, sheet, limits)


def _sheets(content: bytes) -> list[Any]:
    from openpyxl import load_workbook

    try:
        return load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets
    except Exception:  # openpyxl raises whatever the broken part of the file raised in it
        raise NotATable("broken_excel") from None


def _lines(content: bytes, sheet: Any, limits: Limits) -> Iterator[Line]:
    from .hollow import hollow_cells
    from .workbook import Merged, cell_text, line_of

    hollow, unmerged = hollow_cells(content, sheet.title), Merged(())
    sheet.reset_dimensions()
    for at, row in enumerate(sheet.iter_rows(values_only=True)):
        if line := line_of(at, [cell_text(value) for value in row], hollow.get(at, {}), unmerged, limits):
            yield line
