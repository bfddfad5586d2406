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


@dataclass(frozen=True)
class CaseFile:
    """A list of cases: (id, day, row) each once, with its line; `left_out`: rows that are not among them, (line, field,
    why)."""

    cases: list[tuple[str, date | None, dict[str, str]]]
    left_out: list[tuple[int, str, str]]
    lines: list[int] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [name for name, _day, _row in self.cases]


def read_cases(path: Path, *needed: str, strict: bool = False) -> CaseFile:
    """Read the `id` (or `case_id`) column of a list of cases and those `needed`, the date among them. What has no id or
    no day, or an id that stands above already, is left out and told; bad input where `strict`."""
    table = table_of(path, needed)
    column = next((name for name in ("id", "case_id") if name in table.columns), None)
    if column is None:
        raise BadInput(f"{path}, line 1: no column id. Needed: id (or case_id).")
    cases: dict[str, tuple[date | None, dict[str, str]]] = {}
    first: dict[str, int] = {}
    left_out = [(line, "", why) for line, _row, why in table.refused]
    for line, row in table:
        name, day, why = plain_id(row[column]), None, ("", "")
        if "date" in needed:
            try:
                day = day_of(row["date"], "date", 0, line)
                why = why if day else ("date", "empty")
            except BadInput:
                why = ("date", f"{row['date']!r} is not a date")
        if not name:
            why = (column, "empty")
        elif name in first:
            why = (column, f"{name} is also line {first[name]}, which is taken")
        if why[1]:
            left_out.append((line, *why))
        else:
            first[name], cases[name] = line, (day, row)
    if left_out and (strict or not cases):
        line, name, why_not = min(left_out)
        raise BadInput(f"{path}, line {line}{f', {name}' if name else ''}: {why_not}.")
    return CaseFile([(name, *told) for name, told in cases.items()], sorted(left_out), list(first.values()))


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
