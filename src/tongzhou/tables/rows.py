"""Rows of a table under headings that a program knows, read by the one reader: for every door but the line list's.

headed = read_headed(content, ("number", "place"))
headed.names, headed.rows          # (row number, cells by name); headed.wrong: (row number, cells, why)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tongzhou.tables import BadInput
from tongzhou.tables.nothing import is_error, is_nothing
from tongzhou.tables.reader import Choices, Line, NotATable, Table, open_table
from tongzhou.tables.reader.heading import Heading, headings, letter, plain
from tongzhou.tables.reader.types import NO_CHOICES
from tongzhou.why import gettext_noop, why

SENTENCES = {
    "no_table": "is no table: bring a CSV or a workbook (.xlsx)",
    "empty_file": "no header: the file is empty",
    "too_large": "is too large",
    "too_hard": "could not be read within the limits of memory and time: save the table alone as CSV UTF-8",
    "broken_gzip": "is packed and damaged",
    "broken_excel": "is a damaged Excel file: open it in a spreadsheet and save it again",
    "old_excel": "is an old Excel file that cannot be read: save it as .xlsx or CSV UTF-8",
    "locked": "is protected by a password",
    "no_such_sheet": "has no sheet of this name",
}
TROUBLES = {
    "encoding": gettext_noop("holds bytes of no known encoding: save the file as CSV UTF-8"),
    "quotes": gettext_noop("a quotation mark is opened and not closed"),
    "long_cell": gettext_noop("a cell of more than 32,767 characters"),
    "many_columns": gettext_noop("more than 1,000 columns"),
    "control": gettext_noop("holds characters that cannot be written (NUL)"),
}
Row = tuple[int, dict[str, str]]


@dataclass
class Headed:
    """A table under its headings; `unread` names sheets that hold rows and were not read."""

    names: list[str]
    heading: int
    rows: list[Row] = field(default_factory=list)
    wrong: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)  # headings that stand twice: the first is read


def open_or_say(content: bytes, name: str, *, alone: bool = False, choices: Choices = NO_CHOICES) -> Table:
    """The table in a file, `alone` in a process of its own. Raises BadInput that says what it is, if it holds none."""
    try:
        return open_table(content, choices, alone=alone)
    except NotATable as told:
        raise BadInput(f"{name}: {SENTENCES.get(str(told), str(told))}.") from None


def lines_of(content: bytes, name: str) -> list[list[str]]:
    """Every row of a table that is to be without a fault, the headings first. Raises BadInput at the first fault."""
    if not content.strip():
        return []
    lines = []
    for line in open_or_say(content, name).lines():
        if line.trouble:
            raise BadInput(f"{name}, row {line.n}: {TROUBLES[line.trouble]}.")
        if any(line.cells):
            lines.append(line.cells)
    return lines


def read_headed(
    content: bytes, name: str, needed: Sequence[str], *, alone: bool = False, choices: Choices = NO_CHOICES
) -> Headed:
    """The rows of the sheet that has the columns needed; a title may stand above the headings.

    Words for nothing are empty cells. Rows that cannot be read are `wrong`, whole and with the reason: cells without a
    heading stand under the letter of their column, the second of two like headings is `twice`.
    Raises BadInput that names the columns that are missing. `choices`: what a person says of sheet and separator.
    """
    table = open_or_say(content, name, alone=alone, choices=choices)
    shown = [one for one in table.look.sheets if one.visible] or table.look.sheets
    if choices.sheet:
        shown = [table.sheet]
    sheet, heading = max(
        ((one, _heading(one.first, needed)) for one in shown), key=lambda pair: _known(pair[1], needed)
    )
    places = heading.places()
    if missing := [one for one in needed if plain(one) not in places]:
        raise BadInput(f"{name}, line {heading.n or 1}: no column {', '.join(missing)}. Needed: {', '.join(needed)}.")
    ours = {places[plain(one)]: one for one in needed}
    names = [ours.get(position, text) for position, text in enumerate(heading.shown)]
    found = Headed([], heading.n)
    found.twice = sorted({one for one in names if one and names.count(one) > 1})
    for position, one in enumerate(names):  # nothing is lost: what has no heading of its own has its letter
        if not one or one in names[:position]:
            names[position] = f"{one} {letter(position)}".strip()
    found.names = [
        one for position, one in enumerate(names) if position < len(heading.shown) and heading.shown[position]
    ]
    found.unread = [one.name for one in table.look.sheets if one.name != sheet.name]
    for line in table.on(sheet.name).lines() if sheet.name else table.lines():
        if line.n > heading.n and any(cell.strip() for cell in line.cells):
            _take(found, names, line)
    return found


def _heading(first: Sequence[Line], needed: Sequence[str]) -> Heading:
    return max(headings(first), key=lambda one: _known(one, needed), default=Heading(0, (), ()))


def _known(heading: Heading, needed: Sequence[str]) -> int:
    places = heading.places()
    return sum(plain(one) in places for one in needed)


def _take(found: Headed, names: Sequence[str], line: Line) -> None:
    cells = [cell.strip() for cell in line.cells]
    row = {name: cells[n] if n < len(cells) else "" for n, name in enumerate(names)}
    row |= {letter(n): text for n, text in enumerate(cells[len(names) :], len(names)) if text}
    found.names += [name for name, text in row.items() if text and name not in found.names]
    if wrong := _wrong(line, cells, names):
        found.wrong.append((line.n, row, wrong))
        return
    found.rows.append((line.n, {name: "" if is_nothing(text) else text for name, text in row.items()}))


def _wrong(line: Line, cells: Sequence[str], names: Sequence[str]) -> str:
    if line.trouble:
        return why("", TROUBLES[line.trouble])
    if any(cells[len(names) :]):
        said = gettext_noop("%(cells)s cells under %(headings)s headings")
        return why("", said, cells=len(cells), headings=len(names))
    for name, text in zip(names, cells, strict=False):
        if text.startswith("="):
            said = gettext_noop("a formula without a result: open the file in a spreadsheet and save it again")
            return why(name, said)
        if is_error(text):
            return why(name, gettext_noop("%(said)s is an error of the spreadsheet, not a value"), said=text)
    return ""
