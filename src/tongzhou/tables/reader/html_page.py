"""A web page saved as .xls, as many systems export, or the XML of Excel 2003: its tables, read as sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from .separated import excess
from .types import Limits, Line, Sheet
from .workbook import Merged

_SAID = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
Table = list[list[str]]


def is_page(content: bytes) -> bool:
    head = content[:2000].lower().lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    return head.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"<style", b"<body")) or (
        head.startswith(b"<") and b"<table" in content[:20_000].lower()
    )


def tables_of(content: bytes, declared: str, limits: Limits) -> list[tuple[str, list[Line]]]:
    """The tables of the page that hold anything, outermost first, by name."""
    parser = _Tables()
    parser.feed(_text(content, declared))
    parser.close()
    found: list[tuple[str, list[Line]]] = []
    for table in parser.tables:
        merged = Merged(table.merged)
        lines = []
        for n, cells in enumerate(table.rows):
            filled = merged.fill(n, cells)
            if any(cells):
                lines.append(Line(n + 1, cells, excess(cells, limits), filled))
        if lines:
            found.append((f"table {len(found) + 1}", lines))
    return found


def look(tables: list[tuple[str, list[Line]]], most: int) -> list[Sheet]:
    return [Sheet(name, True, lines[-1].n, lines[:most]) for name, lines in tables]


def lines(tables: list[tuple[str, list[Line]]], name: str) -> Iterator[Line]:
    yield from next((lines for title, lines in tables if title == name), ())


def _text(content: bytes, declared: str) -> str:
    said = _SAID.search(content[:4000])
    names = [declared, said[1].decode().lower() if said else "", "utf-8-sig", "gb18030"]
    for name in names:
        try:
            return content.decode("gb18030" if name in ("gb2312", "gbk", "x-gbk") else name or "utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("gb18030", errors="replace")


class _Table:
    def __init__(self) -> None:
        self.rows: Table = []
        self.merged: list[tuple[tuple[int, int], tuple[int, int]]] = []
        self.taken: set[tuple[int, int]] = set()


class _Tables(HTMLParser):
    """Collects rows of cells; a cell that spans is known by the places it covers."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._open: list[_Table] = []
        self._cell: list[str] | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = _EXCEL_2003.get(tag, tag)
        if tag == "table":
            table = _Table()
            self.tables.append(table)
            self._open.append(table)
            self._cell = None
        elif tag == "tr" and self._open:
            self._end_cell()
            rows, at = self._open[-1].rows, _whole(dict(attrs).get("ss:index"), _LONGEST)
            rows.extend([] for _ in range(max(1, at - len(rows))))
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            if not self._open[-1].rows:
                self._open[-1].rows.append([])
            self._span(dict(attrs))
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")
        elif tag in ("script", "style"):
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        tag = _EXCEL_2003.get(tag, tag)
        if tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table" and self._open:
            self._end_cell()
            self._open.pop()
        elif tag in ("script", "style"):
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._hidden:
            self._cell.append(data)

    def _span(self, attributes: dict[str, str | None]) -> None:
        table = self._open[-1]
        row, cells = len(table.rows) - 1, table.rows[-1]
        while (row, len(cells)) in table.taken or len(cells) + 1 < _whole(attributes.get("ss:index")):
            cells.append("")
        wide, tall = (_whole(attributes.get(name)) for name in ("colspan", "rowspan"))
        across, down = (_whole(attributes.get(f"ss:merge{name}"), least=0) for name in ("across", "down"))
        wide, tall = wide + across, tall + down
        if wide > 1 or tall > 1:
            first = (row, len(cells))
            table.merged.append((first, (row + tall - 1, first[1] + wide - 1)))
            table.taken |= {(row + r, first[1] + c) for r in range(tall) for c in range(wide)} - {first}

    def _end_cell(self) -> None:
        if self._cell is not None and self._open:
            self._open[-1].rows[-1].append(" ".join("".join(self._cell).split()))
        self._cell = None


_EXCEL_2003 = {"row": "tr", "cell": "td", "ss:row": "tr", "ss:cell": "td", "ss:table": "table"}
_LONGEST = 1 << 20  # rows of a sheet


def _whole(text: str | None, most: int = 500, least: int = 1) -> int:
    return max(least, min(int(text), most)) if text and text.isascii() and text.isdecimal() else least
