"""The reading itself, in whatever process: a look at the file, and its lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from . import encodings as bytes_as
from . import html_page, separated
from .types import LOOKED_AT, Choices, Limits, Line, Look, Sheet


def look_at(content: bytes, sort: str, choices: Choices, limits: Limits) -> Look:
    """What the file holds: its sheets with their first rows, its separator, its encoding where it is one throughout."""
    if sort == "workbook":
        from . import workbook

        return Look(sort, workbook.look(content, limits))
    if sort == "html":
        return Look(sort, html_page.look(html_page.tables_of(content, choices.encoding, limits), LOOKED_AT))
    separator, width = separated.understood(_texts(content, Counter(), choices), choices.separator, limits.columns)
    first = list(islice(separated.rows(_texts(content, Counter(), choices), separator, width, limits), LOOKED_AT))
    first = [line for line in first if any(cell.strip() for cell in line.cells)]
    rows = content.count(b"\n") + (not content.endswith(b"\n"))
    sheets = [Sheet("", True, rows, first)] if first else []
    return Look(sort, sheets, separator, choices.encoding or bytes_as.wide(content))


def read_lines(
    content: bytes, sort: str, sheet: str, choices: Choices, limits: Limits, encodings: Counter[str]
) -> Iterator[Line]:
    """The lines of one sheet; `encodings` counts those of a text by encoding."""
    if sort == "workbook":
        from . import workbook

        yield from workbook.lines(content, sheet, limits)
    elif sort == "html":
        yield from html_page.lines(html_page.tables_of(content, choices.encoding, limits), sheet)
    else:
        separator, width = separated.understood(_texts(content, Counter(), choices), choices.separator, limits.columns)
        yield from separated.rows(_texts(content, encodings, choices), separator, width, limits)


def _texts(content: bytes, encodings: Counter[str], choices: Choices) -> Iterator[tuple[str, bool]]:
    return bytes_as.texts(content, encodings, choices.encoding)
