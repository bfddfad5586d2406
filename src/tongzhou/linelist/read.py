"""A table as people bring it: CSV in any usual encoding, several in one file too, plain or gzipped, or Excel.

    for line in open_table(content, name).lines(): line.n, line.cells, line.trouble

Nothing is guessed silently: which encodings were met is told, and a line that cannot be read comes back as such.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

LARGEST = 1 << 30  # bytes, unpacked: a small file must not unpack without end
JOINED = 20  # lines that a value in quotes may run over; further on, the quote is a slip of the pen


class NotATable(Exception):
    """The file cannot be read as a table; the sentence says what to do (a key of imports_refusals.SENTENCES)."""


@dataclass(frozen=True)
class Line:
    """One row with its number as a spreadsheet shows it (from 1). `trouble`: why it could not be read."""

    n: int
    cells: list[str]
    trouble: str = ""


@dataclass
class Table:
    """A table that can be read more than once. `encodings` counts lines by encoding after a reading."""

    content: bytes
    excel: bool
    encodings: Counter[str] = field(default_factory=Counter)

    def lines(self) -> Iterator[Line]:
        self.encodings.clear()
        return _sheet(self.content) if self.excel else _rows(self.content, self.encodings)

    def about(self) -> int:
        """About how many rows there are (exact where no value runs over several lines)."""
        if self.excel:
            return sum(1 for _ in _sheet(self.content))
        return self.content.count(b"\n") + (not self.content.endswith(b"\n"))


def open_table(content: bytes, largest: int = LARGEST) -> Table:
    """A table from a file's bytes. Raises NotATable for what is neither CSV nor xlsx, and for what is too large."""
    if content.startswith(b"\x1f\x8b"):
        content = _unzipped(content, largest)
    if content.startswith(b"PK\x03\x04"):
        return Table(_checked(content, largest), True)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotATable("old_excel")
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        raise NotATable("no_table")
    if not content.strip():
        raise NotATable("empty_file")
    if len(content) > largest:
        raise NotATable("too_large")
    return Table(content, False)


def _unzipped(content: bytes, largest: int) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            plain = packed.read(largest + 1)
    except (OSError, EOFError):
        raise NotATable("broken_gzip") from None
    if len(plain) > largest:
        raise NotATable("too_large")
    return plain


def _checked(content: bytes, largest: int) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(part.file_size for part in packed.infolist())
            if not any(part.filename.startswith("xl/") for part in packed.infolist()):
                raise NotATable("no_table")
    except zipfile.BadZipFile:
        raise NotATable("broken_excel") from None
    if size > largest:
        raise NotATable("too_large")
    return content


def _rows(content: bytes, encodings: Counter[str]) -> Iterator[Line]:
    """Rows of a CSV; numbered by record, as a spreadsheet does, so that a value over two lines is one row."""
    texts = _texts(content, encodings)
    first = next(texts, None)
    separator = _separator(first or "")
    n = 0
    waiting: list[str] = []  # lines read ahead for a quoted value that never ended
    line = first
    while line is not None:
        n += 1
        if '"' not in line:
            yield Line(n, line.split(separator), "encoding" if "\ufffd" in line else "")
        else:
            joined, waiting, whole = _whole(line, texts, waiting)
            cells = next(csv.reader([joined], delimiter=separator), []) if whole else line.split(separator)
            yield Line(n, cells, "encoding" if "\ufffd" in joined else "" if whole else "quotes")
        line = waiting.pop(0) if waiting else next(texts, None)


def _whole(line: str, texts: Iterator[str], waiting: list[str]) -> tuple[str, list[str], bool]:
    """A record whose quotes close, with the lines read too far; not whole where they do not close nearby."""
    if line.count('"') % 2 == 0:
        return line, waiting, True
    ahead = list(waiting)
    joined = line
    for taken in range(JOINED):
        if taken >= len(ahead):
            following = next(texts, None)
            if following is None:
                break
            ahead.append(following)
        joined += "\n" + ahead[taken]
        if joined.count('"') % 2 == 0:
            return joined, ahead[taken + 1 :], True
    return line, ahead, False


def _separator(line: str) -> str:
    """What stands between the cells of the first line."""
    return max(",\t;|", key=lambda mark: line.count(mark))


def _texts(content: bytes, encodings: Counter[str]) -> Iterator[str]:
    """Lines of text. UTF-16 is one encoding for the whole file; UTF-8 and GB 18030 are told apart line by line."""
    if wide := _wide(content):
        encodings[wide] = 0
        for text in content.decode(wide, errors="replace").removeprefix("\ufeff").splitlines():
            encodings[wide] += 1
            yield text
        return
    bom = content.startswith(b"\xef\xbb\xbf")
    body = content[3:] if bom else content
    lines = body.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    utf8 = "utf-8-sig" if bom else "utf-8"
    try:
        body.decode()
    except UnicodeDecodeError:
        for raw in lines:
            text, encoding = _decoded(raw.rstrip(b"\r"), utf8)
            encodings[encoding] += 1
            yield text
        return
    for raw in lines:
        yield raw.rstrip(b"\r").decode()
    encodings[utf8] += len(lines)


def _wide(content: bytes) -> str:
    """UTF-16 by its mark, or without one by the zeros beside commas and line ends, of which no
    other text has any."""
    if content.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if content.startswith(b"\xfe\xff"):
        return "utf-16-be"
    head = content[:2000]
    if 0 not in head:
        return ""
    return "utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"


def _decoded(raw: bytes, utf8: str) -> tuple[str, str]:
    """A line of a file that is not UTF-8 throughout.

    What is UTF-8 with Chinese in it hardly comes about by chance in GB 18030; the other way round it does, for short
    words (联通), whose bytes then read as Latin or Greek letters: those are taken as Chinese.
    """
    if raw.isascii():
        return raw.decode(), "ascii"
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        try:
            return raw.decode("gb18030"), "gb18030"
        except UnicodeDecodeError:
            return raw.decode("gb18030", errors="replace") + "\ufffd", "unknown"
    if not any(char >= "\u0800" for char in text):
        try:
            chinese = raw.decode("gb18030")
        except UnicodeDecodeError:
            return text, utf8
        if all(char < "\x80" or "\u4e00" <= char <= "\u9fff" for char in chinese):
            return chinese, "gb18030"
    return text, utf8


def _sheet(content: bytes) -> Iterator[Line]:
    """Rows of the first sheet that holds anything."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception:  # openpyxl raises whatever the broken part of the file raised in it
        raise NotATable("broken_excel") from None
    for sheet in book.worksheets:
        found = False
        sheet.reset_dimensions()
        for n, row in enumerate(sheet.iter_rows(values_only=True), 1):
            cells = [_cell(value) for value in row]
            if any(cells):
                found = True
                yield Line(n, cells)
        if found:
            return


def _cell(value: Any) -> str:
    """A cell as text. Whole numbers lose their point: a telephone number is kept as a number by Excel."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.isoformat(" ") if value.time() != dt.time() else value.date().isoformat()
    return str(value)
