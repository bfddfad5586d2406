"""Files of `tongzhou chains`: lists of links and of cases, with the row and field of each fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from tongzhou.tables import BadInput
from tongzhou.tables.ids import doubtful, plain_id

from . import tables
from .chains_contacts import doubt
from .series import read_columns

DATE_ORDERS = ("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y")


@dataclass(frozen=True)
class LinkFile:
    """Columns of a list of links; `lines` are the lines of the file, the header being line 1.

    `left_out` are rows that cannot be linked, (line, field, why): their id may be another's.
    """

    infectors: list[str]
    infectees: list[str]
    days: list[date | None] | None
    lines: list[int]
    left_out: list[tuple[int, str, str]] = field(default_factory=list)


def read_links(path: Path, source: str, target: str, day: str) -> LinkFile:
    """Read infector and infectee columns and, where there is one, the column of dates."""
    table = table_of(path, (source, target))
    left_out = [(line, "", why) for line, _, why in table.refused]
    rows = [(line, row | {source: plain_id(row[source]), target: plain_id(row[target])}) for line, row in table]
    doubts = doubtful([row[name] for _, row in rows for name in (source, target)])
    kept = []
    for line, row in rows:
        if name := next((name for name in (source, target) if row[name] in doubts), ""):
            left_out.append((line, name, doubt(row[name], doubts[row[name]])))
        else:
            kept.append((line, row))
    days = None
    if day in table.columns:
        days = [_day_or_told(line, row.get(day, ""), day, left_out) for line, row in kept]
    infectors, infectees = [row[source] for _, row in kept], [row[target] for _, row in kept]
    return LinkFile(infectors, infectees, days, [line for line, _ in kept], left_out)


def _day_or_told(line: int, text: str, field: str, told: list[tuple[int, str, str]]) -> date | None:
    """The day of a link; one that cannot be read is told, and the link stands without it."""
    try:
        return day_of(text, field, 0, line)
    except BadInput:
        told.append((line, field, f"{text!r} is not a date: the link is taken without it"))
        return None


def table_of(path: Path, needed: tuple[str, ...]) -> tables.Table:
    """A CSV or Parquet file with the columns needed; what is wrong with it is bad input (exit code 2)."""
    if not path.exists():
        raise BadInput(f"{path}: no such file.")
    if path.suffix.lower() in {".parquet", ".pq"}:
        held = read_columns(path)
        rows = [dict(zip(held.names, cells, strict=True)) for cells in zip(*map(held.text, held.names), strict=True)]
        for name in needed:
            held.text(name)
        return tables.Table(path, held.names, list(zip(held.lines, rows, strict=True)))
    return tables.read(path, needed)


def read_ids(path: Path) -> list[str]:
    """The `id` (or `case_id`) column of a list of cases; an empty or repeated one is bad input."""
    table = table_of(path, ())
    column = next((name for name in ("id", "case_id") if name in table.columns), None)
    if column is None:
        raise BadInput(f"{path}, line 1: no column id. Needed: id (or case_id).")
    seen: dict[str, int] = {}
    for number, (line, row) in enumerate(table, 1):
        if not (name := plain_id(row[column])):
            raise BadInput(f"{path}, row {number} (line {line}), {column}: empty. Give every case an id.")
        if (first := seen.setdefault(name, number)) != number:
            raise BadInput(
                f"{path}, row {number} (line {line}), {column}: {name} is also row {first}. Keep one of them."
            )
    return list(seen)


def day_of(text: str, field: str, number: int, line: int) -> date | None:
    """A day as 2020-01-22, 2020/1/22 or 22/01/2020; None where the field is empty."""
    text = text.removesuffix(" 00:00:00")
    if not text or text == "NA":
        return None
    for order in DATE_ORDERS:
        try:
            return datetime.strptime(text, order).date()  # noqa: DTZ007 (a day, not a moment)
        except ValueError:
            continue
    raise BadInput(f"row {number} (line {line}), {field}: {text!r} is not a date. Write it as 2020-01-22.")
