"""The line list as a file: our own columns, or the headings and words of a layout. No names, no numbers of persons."""

from __future__ import annotations

import csv
import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO, StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from tongzhou import rules
from tongzhou.cases.clocks import moment
from tongzhou.cases.queries import names_of_all, with_clocks
from tongzhou.ledger import door
from tongzhou.ledger.time import zone
from tongzhou.linelist import queries, tables
from tongzhou.linelist.mapping import Mapping, MappingError, mappings
from tongzhou.people.scope import EVERYWHERE, Holder, set_scope
from tongzhou.persons.queries import attach
from tongzhou.tables.harmless import harmless

COLUMNS = (
    *("key", "person", "state", "identified_at", "onset", "age", "sex", "home", "place", "card"),
    *("reported_at", "received_at", "investigated_at"),
)
# field of a layout → column of ours; everything else in a layout is not held here and stays empty
HELD_AS = {
    "row": "key", "card": "card", "classification": "state", "sex": "sex", "age": "age", "onset": "onset",
    "identified": "identified_at", "reported": "reported_at", "received": "received_at", "home": "home",
    "reporting": "place",
}  # fmt: skip
_SEX = {"male": "男", "female": "女"}


def write(out: Path | None, wanted: queries.Filter, layout: str | None = None) -> int:
    """Write the list to a .csv or .xlsx file, or to stdout; returns how many cases. Raises MappingError."""
    mapping = _layout(layout) if layout else None
    n = -1  # the headings are no case
    with _sheet(out) as add, transaction.atomic():
        set_scope(Holder(None, scopes={"cases": EVERYWHERE, "persons": EVERYWHERE}))
        for n, row in enumerate(_rows(wanted, mapping), -1):  # noqa: B007
            add(row)
    return n + 1


def _layout(name: str) -> Mapping:
    known = {one.name: one for one in mappings()}
    if name not in known:
        raise MappingError(f"--layout: there is no {name!r}; there are {', '.join(sorted(known))}")
    return known[name]


def lines(holder: Holder, wanted: queries.Filter, layout: str | None) -> Iterator[str]:
    """The same as a stream of CSV under somebody's scope, which it sets itself: it runs after the view has returned.
    Raises MappingError at once for a layout there is none of."""
    return _stream(holder, wanted, _layout(layout) if layout else None)


def _stream(holder: Holder, wanted: queries.Filter, mapping: Mapping | None) -> Iterator[str]:
    out = StringIO()
    writer = csv.writer(out)
    out.write("\ufeff")  # or spreadsheets take Chinese headings for another encoding
    with transaction.atomic():
        set_scope(holder)
        for row in _rows(wanted, mapping):
            writer.writerow(row)
            if out.tell() > 60_000:
                yield out.getvalue()
                out.seek(0)
                out.truncate()
    yield out.getvalue()


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def shown(holder: Holder, wanted: queries.Filter, columns: Sequence[str], now: dt.datetime) -> Iterator[str]:
    """The list in the words and columns of the page, as a stream of CSV without formulas that run."""
    with transaction.atomic():
        set_scope(holder)
        table = tables.cases(_whole(wanted, now), columns, _places())
        yield from table.csv()


def workbook(holder: Holder, wanted: queries.Filter, columns: Sequence[str], now: dt.datetime) -> bytes:
    """The same as a workbook."""
    from openpyxl import Workbook

    book, out = Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet()
    with transaction.atomic():
        set_scope(holder)
        for cells in tables.cases(_whole(wanted, now), columns, _places()).plain():
            sheet.append([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    book.save(out)
    return out.getvalue()


def _whole(wanted: queries.Filter, now: dt.datetime) -> Iterator[dict[str, Any]]:
    """Every case that matches, with its clocks and whose it is."""
    book, found = rules.book(), queries.export(wanted)
    while batch := list(islice(found, 500)):
        attach(batch)
        yield from (with_clocks(case, now, book) for case in batch)


def _places() -> dict[int, tuple[str, str]]:
    with door.ledger() as connection:
        return names_of_all(connection)


def _rows(wanted: queries.Filter, mapping: Mapping | None) -> Iterator[list[Any]]:
    codes = _codes()
    if mapping is None:
        yield list(COLUMNS)
        for case in _named(queries.export(wanted)):
            yield [_plain(codes, name, case[name]) for name in COLUMNS]
        return
    chinese = mapping.title.get("zh", "") != "" and any(not heads[0].isascii() for heads in mapping.columns.values())
    words = {ours: word for word, ours in reversed(mapping.values.get("classification", {}).items())}
    yield [heads[0] for heads in mapping.columns.values()]
    for case in queries.export(wanted):
        row = []
        for name in mapping.columns:
            ours = HELD_AS.get(name)
            value = _plain(codes, ours, case[ours]) if ours else ""
            if name == "classification":
                value = words.get(value, value)
            row.append(_SEX.get(value, value) if name == "sex" and chinese else value)
        yield row


def _named(cases: Iterator[dict[str, Any]], part: int = 500) -> Iterator[dict[str, Any]]:
    """Each case with the number of its person, asked part by part."""
    while batch := list(islice(cases, part)):
        attach(batch)
        for case in batch:
            yield case | {"person": case["whose"].code if case["whose"] else ""}


def _codes() -> dict[int, str]:
    with door.ledger() as connection:
        rows = connection.execute("select place, code from places_name where valid_to is null")
        return {place: code for place, code in rows}


def _plain(codes: dict[int, str], name: str, value: Any) -> str:
    """As a spreadsheet reads it: places by code, moments in the region's time."""
    if value is None:
        return ""
    if name in ("home", "place"):
        return codes.get(value, str(value))
    if name.endswith("_at"):
        at = moment(value)
        return at.astimezone(zone()).strftime("%Y-%m-%d %H:%M:%S") if at else ""
    return str(value)


@contextmanager
def _sheet(out: Path | None) -> Iterator[Any]:
    """How to add a row: to stdout, to a CSV that spreadsheets open as UTF-8, or to an Excel file."""
    if out is None:
        yield csv.writer(sys.stdout).writerow
    elif out.suffix.lower() == ".xlsx":
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet("cases")
        yield sheet.append
        book.save(out)
    else:
        with out.open("w", newline="", encoding="utf-8-sig") as file:
            yield csv.writer(file).writerow
