"""Files of `tongzhou chains`: lists of links and tables of contact events, with the row and field of each fault."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from tongzhou.tables import BadInput
from tongzhou.tables.ids import doubtful, plain_id

from . import tables
from .series import read_columns

DATE_ORDERS = ("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y")
WHOLE = re.compile(r"[+-]?\d+(\.0*)?")


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


@dataclass(frozen=True)
class EventFile:
    """Contact events with people and settings as numbers into `ids` and `settings`.

    `alone` are the file's rows (from 1) in which somebody met themself: they are left out.
    """

    ids: Sequence[Any]
    a: npt.NDArray[np.int32]
    b: npt.NDArray[np.int32]
    minute: npt.NDArray[np.int64]
    setting: npt.NDArray[np.int32] | None
    settings: list[str]
    duration: npt.NDArray[np.int32] | None
    alone: npt.NDArray[np.int64]

    def row(self, event: int) -> int:
        """The file's row, from 1, of an event that was kept."""
        rows = event + 1
        for left_out in self.alone.tolist():
            rows += left_out <= rows
        return rows


def read_links(path: Path, source: str, target: str, day: str) -> LinkFile:
    """Read infector and infectee columns and, where there is one, the column of dates."""
    table = table_of(path, (source, target))
    left_out = [(line, "", why) for line, _, why in table.refused]
    rows = [(line, row | {source: plain_id(row[source]), target: plain_id(row[target])}) for line, row in table]
    doubts = doubtful([row[name] for _, row in rows for name in (source, target)])
    kept = []
    for line, row in rows:
        if doubt := next((name for name in (source, target) if row[name] in doubts), ""):
            left_out.append((line, doubt, _doubt(row[doubt], doubts[row[doubt]])))
        else:
            kept.append((line, row))
    days = None
    if day in table.columns:
        days = [_day_or_told(line, row.get(day, ""), day, left_out) for line, row in kept]
    infectors, infectees = [row[source] for _, row in kept], [row[target] for _, row in kept]
    return LinkFile(infectors, infectees, days, [line for line, _ in kept], left_out)


def _doubt(one: str, other: str) -> str:
    return f"{one!r} may be {other!r}: write both alike" if other else f"{one!r} was rounded by a spreadsheet"


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


def read_events(path: Path) -> EventFile:
    """Read contact events from Parquet or CSV: a, b, minute and, where there are, setting and duration."""
    if not path.exists():
        raise BadInput(f"{path}: no such file.")
    parquet = path.suffix.lower() in {".parquet", ".pq"}
    try:
        table = _plain(pa.parquet.read_table(path)) if parquet else _csv(path)
    except (pa.ArrowInvalid, OSError, UnicodeDecodeError) as fault:
        raise BadInput(f"{path} cannot be read: {str(fault).splitlines()[0]}") from None
    if missing := [name for name in ("a", "b", "minute") if name not in table.column_names]:
        raise BadInput(f"{path}, line 1: no column {', '.join(missing)}. Needed: a, b, minute.")
    where = _Where(path, 0 if parquet else 1)
    minute = _whole(table["minute"], "minute", where).astype(np.int64, copy=False)
    ids, a, b = _people(table["a"], table["b"], where)
    setting, settings = None, [""]
    if "setting" in table.column_names:
        coded = pc.dictionary_encode(_one(pc.fill_null(table["setting"].cast(pa.string()), "")))
        settings, setting = coded.dictionary.to_pylist(), coded.indices.to_numpy()
    duration = None
    if "duration" in table.column_names:
        minutes = _whole(pc.fill_null(table["duration"], _zero(table["duration"])), "duration", where)
        if (below := minutes < 0).any():
            raise BadInput(f"{where(int(np.argmax(below)))}, duration: below 0. Give minutes together, or nothing.")
        duration = np.minimum(minutes, 255).astype(np.int32)
    alone = np.flatnonzero(a == b)
    if alone.size:
        kept = a != b
        a, b, minute = a[kept], b[kept], minute[kept]
        setting, duration = (None if column is None else column[kept] for column in (setting, duration))
    return EventFile(ids, a, b, minute, setting, settings, duration, alone + 1)


def _zero(column: pa.ChunkedArray) -> Any:
    return pa.scalar("0" if pa.types.is_string(column.type) else 0, column.type)


@dataclass(frozen=True)
class _Where:
    path: Path
    header: int

    def __call__(self, row: int) -> str:
        line = f" (line {row + 1 + self.header})" if self.header else ""
        return f"{self.path}, row {row + 1}{line}"


def _csv(path: Path) -> pa.Table:
    """Every column as trimmed text, so that a bad value is reported with its row and an id keeps its zeros."""
    encoding = "utf-8-sig"
    try:
        with path.open(encoding=encoding) as file:
            header = next(csv.reader(file), [])
    except UnicodeDecodeError:
        encoding = "gb18030"
        with path.open(encoding=encoding) as file:
            header = next(csv.reader(file), [])
    table = pa.csv.read_csv(
        path,
        read_options=pa.csv.ReadOptions(encoding=encoding.removesuffix("-sig")),
        convert_options=pa.csv.ConvertOptions(
            column_types={name: pa.string() for name in header}, strings_can_be_null=True, null_values=[""]
        ),
    )
    table = table.rename_columns([name.strip() for name in table.column_names])
    return pa.table([_trimmed(column) for column in table.columns], names=table.column_names)


def _trimmed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _plain(table: pa.Table) -> pa.Table:
    """Dictionary and large strings as ordinary ones."""
    for i, column in enumerate(table.columns):
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        kind = pa.string() if pa.types.is_large_string(kind) else kind
        if kind != column.type:
            table = table.set_column(i, table.column_names[i], column.cast(kind))
    return table


def _one(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        return whole.chunk(0) if whole.num_chunks else pa.array([], whole.type)
    return whole


def _whole(column: pa.ChunkedArray, field: str, where: _Where) -> npt.NDArray[np.integer[Any]]:
    """Whole numbers; the first value that is none is named with its row."""
    if column.null_count:
        row = int(np.argmax(pc.is_null(column).to_numpy()))
        raise BadInput(f"{where(row)}, {field}: empty. Give a whole number of minutes.")
    if pa.types.is_integer(column.type):
        return np.asarray(column.to_numpy())
    if not (pa.types.is_string(column.type) or pa.types.is_floating(column.type)):
        raise BadInput(f"{where.path}, {field}: a column of {column.type}. Give whole numbers of minutes.")
    try:
        values = column.cast(pa.int64())
    except pa.ArrowInvalid:
        for row, value in enumerate(column.to_pylist()):
            if not WHOLE.fullmatch(str(value).strip()):
                raise BadInput(f"{where(row)}, {field}: {value!r} is not a whole number of minutes.") from None
        values = pc.utf8_trim_whitespace(column.cast(pa.string())).cast(pa.float64()).cast(pa.int64())
    return np.asarray(values.to_numpy())


def _without_points(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Ids as whole numbers where a program wrote them as 45.0, since the column had gaps once."""
    if pa.types.is_floating(column.type) and pc.all(pc.equal(pc.floor(column), column)).as_py() is not False:
        return column.cast(pa.int64())
    if pa.types.is_string(column.type) and pc.any(pc.ends_with(column, ".0")).as_py():
        return pc.replace_substring_regex(column, r"^(\d+)\.0+$", r"\1")
    return column


def _people(
    a: pa.ChunkedArray, b: pa.ChunkedArray, where: _Where
) -> tuple[Sequence[Any], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Ids and the two columns as numbers into them; small whole numbers stand for themselves."""
    a, b = _without_points(a), _without_points(b)
    for name, column in (("a", a), ("b", b)):
        empty = pc.is_null(column)
        if pa.types.is_string(column.type):
            empty = pc.or_(empty, pc.equal(pc.fill_null(column, ""), ""))
        if pc.any(empty).as_py():
            raise BadInput(f"{where(int(np.argmax(empty.to_numpy())))}, {name}: empty. Give the person's id.")
    if pa.types.is_integer(a.type) and pa.types.is_integer(b.type) and len(a):
        lowest = min(pc.min(a).as_py(), pc.min(b).as_py())
        highest = max(pc.max(a).as_py(), pc.max(b).as_py())
        if lowest >= 0 and highest < min(2**31 - 2, 4 * len(a) + 1000):
            narrow = (column.to_numpy().astype(np.int32, copy=False) for column in (a, b))
            return range(highest + 1), *narrow
    if a.type != b.type:
        a, b = a.cast(pa.string()), b.cast(pa.string())
    both = pa.chunked_array([*a.chunks, *b.chunks], a.type)
    coded = pc.dictionary_encode(_one(both))
    codes = coded.indices.to_numpy()
    return coded.dictionary.to_pylist(), codes[: len(a)], codes[len(a) :]
