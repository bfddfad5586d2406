"""Rows of text with a separator between the cells. One stray quotation mark never costs more than its own row."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from .types import SEPARATORS, USUAL, Limits, Line

JOINED = 50  # lines that a value in quotes may run over; further on, the quote is a slip of the pen
_SAID = re.compile(r'"?sep=(.)"?[,;\t|]*', re.IGNORECASE)
Text = tuple[str, bool]


def understood(texts: Iterable[Text], said: str = "", columns: int = USUAL.columns) -> tuple[str, int]:
    """The separator and how many cells most rows have: as `said`, as a line `sep=;` says, else the separator by which
    most of the first lines fall into as many cells. The first line alone proves nothing: a title has none.
    """
    head = [text for text, _ in islice(texts, 60)]
    if not said and head and (found := _SAID.fullmatch(head[0].strip(" "))):
        said = found[1]
    best, most = said or ",", (0, 0)
    for mark in [said] if said else SEPARATORS.values():
        widths = Counter(len(_split(line, mark, columns)) for line in head if mark in line)
        if widths:
            width, lines = max(widths.items(), key=lambda item: (item[1], item[0]))
            if (lines, width) > most:
                best, most = mark, (lines, width)
    return best, most[1]


def rows(texts: Iterator[Text], separator: str, width: int, limits: Limits) -> Iterator[Line]:
    """Rows numbered by record, as a spreadsheet does, so that a value over two lines is one row."""
    ahead: deque[Text] = deque()
    n = 0
    first = next(texts, None)
    if first is not None and not _SAID.fullmatch(first[0].strip(" ")):
        ahead.append(first)
    while (one := ahead.popleft() if ahead else next(texts, None)) is not None:
        text, readable = one
        n += 1
        trouble = "" if readable else "encoding"
        cells = text.split(separator, limits.columns)
        if '"' in text:
            whole = cells_of(text, separator, limits.columns)
            if whole is None:
                whole, taken = _joined(text, texts, ahead, separator, width)
                if not all([ahead.popleft()[1] for _ in range(taken)]):
                    trouble = "encoding"
            if whole is None:
                trouble = trouble or "quotes"
            else:
                cells = [_unguarded(cell) for cell in whole]
        if len(text) > limits.cell or "\0" in text or len(cells) > limits.columns:
            trouble = trouble or excess(cells, limits)
        yield Line(n, cells, trouble)


def excess(cells: Sequence[str], limits: Limits) -> str:
    """What is beyond the limits in a row: many_columns, long_cell, control (a NUL, which no record can hold)."""
    if len(cells) > limits.columns:
        return "many_columns"
    for cell in cells:
        if len(cell) > limits.cell:
            return "long_cell"
        if "\0" in cell:
            return "control"
    return ""


def _unguarded(cell: str) -> str:
    """What stands in `="00123"`, by which a program keeps a spreadsheet from taking a text for a number."""
    return cell[2:-1] if len(cell) > 2 and cell.startswith('="') and cell.endswith('"') else cell


def _split(text: str, separator: str, most: int) -> list[str]:
    return cells_of(text, separator, most) or text.split(separator, most)


def cells_of(text: str, separator: str, most: int = USUAL.columns) -> list[str] | None:
    """The cells of a record; None where a quotation mark opens a value that does not close. Behind the `most` cells
    that a row may have, the rest of the line is one more cell, as it stands: a line of millions of cells costs nothing.

    A mark opens only at the beginning of a cell, and closes only before a separator or the end: the inches of a
    6" pipe are text.
    """
    cells: list[str] = []
    at, end = 0, len(text)
    while True:
        start = at
        while start < end and text[start] == " ":
            start += 1
        if start < end and text[start] == '"':
            value, at = _quoted(text, start, separator)
            if at < 0:
                return None
            cells.append(value)
        else:
            stop = text.find(separator, at)
            cells.append(text[at:] if stop < 0 else text[at:stop])
            at = end if stop < 0 else stop
        if at >= end:
            return cells
        at += 1
        if at == end or len(cells) == most:
            cells.append(text[at:])
            return cells


def _quoted(text: str, start: int, separator: str) -> tuple[str, int]:
    """A value in quotes and where it ends (at the separator or the end); -1 where it does not."""
    at = start + 1
    while (close := text.find('"', at)) >= 0:
        if text.startswith('"', close + 1):
            at = close + 2
            continue
        after = close + 1
        while after < len(text) and text[after] == " ":
            after += 1
        if after == len(text) or text[after] == separator:
            return text[start + 1 : close].replace('""', '"'), after
        at = close + 1
    return "", -1


def _joined(
    text: str, texts: Iterator[Text], ahead: deque[Text], separator: str, width: int
) -> tuple[list[str] | None, int]:
    """The cells of a record over several lines and how many lines were taken; None where the quote is a slip.

    A line within the quotes that is by itself a whole row is a row, and then the quote was never meant to be one; but
    not where the line that opens it is none, and both together are exactly one.
    """
    joined, all_rows = text, width > 1
    torn = len(text.split(separator)) < width  # the line that opens the quote is no row by itself
    start = text.find('"')
    leads = not text[:start].strip(" ") and _quoted(text, start, separator)[1] < 0  # the first value is the open one
    for taken in range(1, JOINED + 1):
        if len(ahead) < taken:
            following = next(texts, None)
            if following is None:
                return None, 0
            ahead.append(following)
        line = ahead[taken - 1][0]
        joined += "\n" + line
        cells = cells_of(joined, separator) if '"' in line else None
        is_row = len(_split(line, separator, USUAL.columns)) == width
        all_rows = all_rows and is_row
        whole = width > 3 and is_row
        if whole and (cells is None or not (leads or torn) or len(cells) != width):
            return None, 0
        if cells is not None:
            beyond = any(cell.strip() for cell in cells[max(width, 2) :])  # two records run together hold more
            return (None, 0) if beyond or (all_rows and len(cells) != width) else (cells, taken)
    return None, 0
