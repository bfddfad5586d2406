"""What a reading is made of: the limits, the choices, what was understood, and the lines."""

from __future__ import annotations

from typing import NamedTuple

import msgspec


class NotATable(Exception):
    """The file cannot be read as a table; the code says why, linelist.refusals and cli.tables say it in words."""


class Line(NamedTuple):
    """One row with its number as a spreadsheet shows it (from 1).

    `trouble`: why it could not be read; `filled`: positions whose value stands in a cell merged with the one above.
    """

    n: int
    cells: list[str]
    trouble: str = ""
    filled: tuple[int, ...] = ()


class Limits(msgspec.Struct, frozen=True):
    """What a file may cost. `size` counts bytes unpacked: a small file must not unpack without end."""

    size: int = 1 << 30
    memory: int = 4 << 30  # bytes of address space of the process apart
    seconds: int = 300  # of processor time there, and of waiting for its next rows
    columns: int = 1_000
    cell: int = 32_767  # characters, the most that a spreadsheet holds


class Choices(msgspec.Struct, frozen=True):
    """What the person said instead of what would be understood; empty where nothing was said."""

    sheet: str = ""
    separator: str = ""
    encoding: str = ""


class Sheet(msgspec.Struct, frozen=True):
    """A sheet of a workbook or a table of a page: its name, whether it is shown, its first rows and how many."""

    name: str
    visible: bool
    rows: int
    first: list[Line]
    coloured: int = 0  # rows in which a cell has a colour of its own: what it means is not read


class Look(msgspec.Struct, frozen=True):
    """What was understood of a file by looking at it. `sort` is text, workbook or html."""

    sort: str
    sheets: list[Sheet]
    separator: str = ""
    encoding: str = ""


NO_CHOICES, USUAL = Choices(), Limits()
LOOKED_AT = 30  # rows of each sheet that are shown and in which headings are looked for
SEPARATORS = {"comma": ",", "tab": "\t", "semicolon": ";", "bar": "|", "chinese comma": "，"}
ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be", "cp1252", "cp1251", "shift_jis", "euc-kr")
