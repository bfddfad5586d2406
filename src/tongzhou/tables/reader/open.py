"""From bytes to a table: what sort of file it is, unpacked within the limits, looked at, and read line by line."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from tongzhou import turns

from . import apart
from .encodings import wide
from .html_page import is_page
from .plain import look_at, read_lines
from .types import NO_CHOICES, USUAL, Choices, Limits, Line, Look, NotATable, Sheet


@dataclass
class Table:
    """A table that can be read more than once. `encodings` counts lines by encoding after a whole reading."""

    content: bytes
    choices: Choices
    limits: Limits
    look: Look
    apart: bool
    encodings: Counter[str] = field(default_factory=Counter)

    @property
    def sheet(self) -> Sheet:
        """The sheet that is read: the one chosen, else the first that is shown."""
        sheets = self.look.sheets
        chosen = [one for one in sheets if one.name == self.choices.sheet] or [one for one in sheets if one.visible]
        return (chosen or sheets)[0]

    def on(self, sheet: str) -> Table:
        """The same file, another sheet."""
        choices = Choices(sheet, self.choices.separator, self.choices.encoding)
        return Table(self.content, choices, self.limits, self.look, self.apart)

    def lines(self) -> Iterator[Line]:
        self.encodings.clear()
        read = apart.read_lines if self.apart else read_lines
        found = read(self.content, self.look.sort, self.sheet.name, self.choices, self.limits, self.encodings)
        return map(_plain, found)

    def about(self) -> int:
        """About how many rows there are (exact where no value runs over several lines)."""
        return self.sheet.rows


def open_table(content: bytes, choices: Choices = NO_CHOICES, limits: Limits = USUAL, *, alone: bool = False) -> Table:
    """A table from a file's bytes. Raises NotATable for what holds none, and for what is too large.

    Args:
        alone: read text, too, in a process of its own: for files that anybody may bring to a server.
    """
    for _ in range(_PACKED):
        if content.startswith(b"\x1f\x8b"):
            content = _unzipped(content, limits.size)
    sort = sort_of(content, limits)
    separate = alone or sort == "workbook"
    look = (apart.look_at if separate else look_at)(content, sort, choices, limits)
    if not look.sheets:
        raise NotATable("empty_file")
    if choices.sheet and choices.sheet not in {one.name for one in look.sheets}:
        raise NotATable("no_such_sheet")
    look = replace(look, sheets=[replace(one, first=[_plain(line) for line in one.first]) for one in look.sheets])
    return Table(content, choices, limits, look, separate)


def _plain(line: Line) -> Line:
    """The row without signs that turn the direction of writing."""
    text = "".join(line.cells)
    return line if turns.without(text) == text else line._replace(cells=[turns.without(cell) for cell in line.cells])


def sort_of(content: bytes, limits: Limits) -> str:
    """text, workbook or html. Raises NotATable for what is none of these."""
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise NotATable("empty_file")
    if len(content) > limits.size:
        raise NotATable("too_large")
    if content.startswith(b"PK\x03\x04"):
        _check_zip(content, limits.size)
        return "workbook"
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return "workbook"
    if content.startswith(_NO_TABLES) or content[4:8] == b"ftyp" or _is_binary(content[:_HEAD]):
        raise NotATable("no_table")
    return "html" if is_page(content) else "text"


_PACKED = 3  # a list is packed once, and by a mail program once more
_HEAD = 8_000
_NO_TABLES = (
    *(b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\0", b"MM\0*", b"BM\x36"),
    *(b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"{\\rtf", b"PAR1", b"SQLite format 3"),
    *(b"\x7fELF", b"MZ", b"MIME-Version:"),
)


def _is_binary(head: bytes) -> bool:
    """Bytes that no text holds so often; zeros are an encoding's, or dirt in a line."""
    if wide(head):
        return False
    controls = sum(map(head.count, _CONTROLS))
    return controls * 20 > len(head) - head.count(0) and controls > 8


_CONTROLS = [bytes([one]) for one in range(1, 32) if one not in b"\t\n\r\x01\x0b\x0c\x1a\x1b\x1c\x1d\x1e\x1f"]


def _unzipped(content: bytes, largest: int) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            plain = packed.read(largest + 1)
    except (OSError, EOFError, ValueError):
        raise NotATable("broken_gzip") from None
    if len(plain) > largest:
        raise NotATable("too_large")
    return plain


def _check_zip(content: bytes, largest: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise NotATable("broken_excel") from None
    if not any(part.filename.startswith(("xl/", "content.xml")) for part in parts):
        raise NotATable("no_table")
    if sum(part.file_size for part in parts) > largest:
        raise NotATable("too_large")
