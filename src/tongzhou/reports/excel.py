"""A body's own workbook, filled by the names of its cells."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any


@cache
def names(template: Path) -> frozenset[str]:
    """The names of single cells in a workbook."""
    from openpyxl import load_workbook

    return frozenset(load_workbook(template).defined_names)


def filled(template: Path, values: Mapping[str, Any], notes: tuple[str, list[tuple[str, str]]]) -> bytes:
    """The workbook with `values` in the cells of these names; `notes`: a further sheet's title and its lines."""
    from openpyxl import load_workbook

    book = load_workbook(template)
    for name, value in values.items():
        if name not in book.defined_names:
            continue
        for title, where in book.defined_names[name].destinations:
            book[title][where.replace("$", "")].value = value
    title, lines = notes
    if lines:
        sheet = book.create_sheet(title[:31])
        for line in lines:
            sheet.append(line)
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 70
    out = BytesIO()
    book.save(out)
    return out.getvalue()
