"""Tables of numbers for the engines: CSV or Parquet by suffix, read and written; errors name row and field."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from tongzhou.tables import BadInput
from tongzhou.tables.nothing import is_nothing
from tongzhou.tables.reader import Line
from tongzhou.tables.rows import TROUBLES, open_or_say

MISSING = ("",)  # what any word for nothing is read as
COLUMNS = ("date", "I", "local", "imported", "lag", "w", "p", "reference_date", "unit", "confirmed_cum", "cluster")
# Headers as Chinese offices write them.
CHINESE = {
    **{"日期": "date", "病例数": "I", "新增病例": "I", "新增确诊": "I"},
    **{"本地": "local", "本土": "local", "输入": "imported", "间隔": "lag", "权重": "w"},
    **{"发病日期": "reference_date", "单位": "unit", "地区": "unit", "累计确诊": "confirmed_cum", "聚集性": "cluster"},
}


@dataclass(frozen=True)
class Columns:
    """A table as text; ``lines`` are the line numbers in a CSV file, or row numbers from 1 in a Parquet file.

    ``broken``: rows that could not be read at all, each with why; nothing of the table is told before they are named or
    left out.
    """

    path: Path
    by_name: dict[str, list[str]]
    lines: list[int]
    broken: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def names(self) -> list[str]:
        return list(self.by_name)

    def wrong(self, index: int, field: str, what: str) -> BadInput:
        return BadInput(f"{self.path}, {place_of(self.lines[index], field)}: {what}")

    def text(self, field: str) -> list[str]:
        for index, why in self.broken.items():
            raise self.wrong(index, "", f"{why}.")
        return self._cells(field)

    def _cells(self, field: str) -> list[str]:
        if field not in self.by_name:
            raise BadInput(f"{self.path}: no column {field}. There are: {', '.join(self.names)}.")
        return self.by_name[field]

    def unreadable(self, fields: Sequence[str], days: Sequence[str] = ()) -> dict[int, tuple[str, str]]:
        """Row → the field whose cell is no number, or no day, and why. A number that cannot be (a negative one) can be
        read and is no such cell."""
        found: dict[int, tuple[str, str]] = {i: ("", why) for i, why in self.broken.items()}
        for name in [*days, *fields]:
            read = self._day_told if name in days else self._number_told
            for i, cell in enumerate(self._cells(name)):
                if i not in found and (why := read(cell)):
                    found[i] = (name, why)
        return dict(sorted(found.items()))

    def without(self, rows: Container[int]) -> Columns:
        """The same table without these rows; the others keep their line numbers."""
        kept = [i for i in range(len(self)) if i not in rows]
        cut = {name: [cells[i] for i in kept] for name, cells in self.by_name.items()}
        broken = {n: self.broken[i] for n, i in enumerate(kept) if i in self.broken}
        return Columns(self.path, cut, [self.lines[i] for i in kept], broken)

    def with_cells(self, field: str, cells: Mapping[int, str]) -> Columns:
        """The same table, other cells of one column."""
        column = [cells.get(i, cell) for i, cell in enumerate(self._cells(field))]
        return replace(self, by_name=self.by_name | {field: column})

    def _number_told(self, cell: str) -> str:
        try:
            return "" if math.isfinite(float(cell)) else f"{cell!r} is not finite"
        except ValueError:
            return f"{cell!r} is not a number" if cell else "no number"

    def _day_told(self, cell: str) -> str:
        try:
            self.day(0, "", cell)
        except BadInput:
            return f"{cell!r} is not a date" if cell else "no date"
        return ""

    def numbers(
        self, field: str, *, missing: bool = False, negative: bool = False, whole: bool = False
    ) -> NDArray[np.float64]:
        """Numbers of a column; empty ones become NaN with ``missing``, else they are refused."""
        found = np.full(len(self), np.nan)
        for i, cell in enumerate(self.text(field)):
            if cell in MISSING:
                if not missing:
                    raise self.wrong(i, field, "no number. Write 0 only if nothing happened; a silent day is not zero.")
                continue
            try:
                found[i] = float(cell)
            except ValueError:
                raise self.wrong(i, field, f"{cell!r} is not a number.") from None
            if not math.isfinite(found[i]):
                raise self.wrong(i, field, f"{cell!r} is not finite.")
            if found[i] < 0 and not negative:
                hint = " Take a withdrawal from the days before it (--withdrawals)." if field == "I" else ""
                raise self.wrong(i, field, f"{cell} is negative.{hint}")
            if whole and found[i] != round(found[i]):
                raise self.wrong(i, field, f"{cell} is not a whole number.")
        return found

    def day(self, index: int, field: str, cell: str) -> dt.date:
        """A date as 2020-03-10 (a time of day behind it is passed over) or, as spreadsheets save it, 2020/3/10."""
        try:
            if "/" in cell:
                return dt.datetime.strptime(cell.split(" ")[0], "%Y/%m/%d").date()  # noqa: DTZ007 (a day, not a moment)
            return dt.date.fromisoformat(cell[:10])
        except ValueError:
            raise self.wrong(index, field, f"{cell!r} is not a date as YYYY-MM-DD.") from None

    def dates(self, field: str, step: int = 1) -> list[dt.date]:
        """Dates of a column that must rise by ``step`` days; unsorted, repeated or skipped ones are refused."""
        found: list[dt.date] = []
        for i, cell in enumerate(self.text(field)):
            day = self.day(i, field, cell)
            if found and day != (due := found[-1] + dt.timedelta(days=step)):
                say = "is there twice" if day == found[-1] else f"comes after {found[-1]}: sort the rows"
                if day > due:
                    say = f"follows {found[-1]}: {due} is missing (write 0 only if it is known that nothing happened)"
                raise self.wrong(i, field, f"{day} {say}.")
            found.append(day)
        return found


def place_of(line: int, field: str) -> str:
    """Where in a file something is wrong; without a field it is the whole row."""
    return f"row {line}, field {field}" if field else f"row {line}"


def read_columns(path: Path) -> Columns:
    """Read a Parquet file, or whatever table the reader knows."""
    if not path.exists():
        raise BadInput(f"{path}: there is no such file.")
    if path.suffix.lower() in (".parquet", ".pq"):
        return _parquet(path)
    table = open_or_say(path.read_bytes(), str(path))
    lines = [(line, [_said(cell) for cell in line.cells]) for line in table.lines() if any(map(str.strip, line.cells))]
    (head, cells), *body = _below_title(lines)
    names = _known_as(cells)
    if len(set(names)) < len(names):
        raise BadInput(f"{path}, row {head.n}: a column is named twice: {', '.join(names)}.")
    if head.trouble:
        raise BadInput(f"{path}, row {head.n}: {TROUBLES[head.trouble]}.")
    if not body:
        raise BadInput(f"{path}: no rows under the header.")
    broken = {i: why for i, (line, row) in enumerate(body) if (why := _broken(line, len(row), len(names)))}
    by_name = {name: [row[i] if i < len(row) else "" for _, row in body] for i, name in enumerate(names)}
    return Columns(path, by_name, [line.n for line, _ in body], broken)


def _broken(line: Line, cells: int, names: int) -> str:
    if line.trouble:
        return TROUBLES[line.trouble]
    return f"{cells} fields, the header names {names}" if cells != names else ""


def _below_title(lines: list[tuple[Line, list[str]]]) -> list[tuple[Line, list[str]]]:
    """The rows from the headings on: a title above them is narrower than most rows, or one cell alone in its row."""
    width = Counter(len(cells) for _, cells in lines).most_common(1)[0][0]
    for n, (_, cells) in enumerate(lines[:-1]):
        if len(cells) >= width and (width == 1 or sum(map(bool, cells)) > 1):
            return lines[n:]
    return lines


def _said(cell: str) -> str:
    text = cell.strip()
    return "" if is_nothing(text) else text


def _known_as(names: Sequence[str]) -> list[str]:
    """Headers by the names the commands know: capitals do not matter, nor whether they are in Chinese."""
    lower = {name.lower(): name for name in COLUMNS}
    found = [CHINESE.get(name) or lower.get(name.lower(), name) for name in names]
    return list(names) if len(set(found)) < len(set(names)) else found


def _parquet(path: Path) -> Columns:
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read as Parquet: {error}") from None
    if not table.num_rows:
        raise BadInput(f"{path}: no rows.")
    names = _known_as(table.column_names)
    by_name = {
        n: ["" if v is None else _said(str(v)) for v in table.column(i).to_pylist()] for i, n in enumerate(names)
    }
    return Columns(path, by_name, list(range(1, table.num_rows + 1)))


def read_lags(path: Path, field: str) -> NDArray[np.float64]:
    """Probabilities by lag 0, 1, 2 …; a file that begins with lag 1 gives lag 0 none."""
    table = read_columns(path)
    lags = table.numbers("lag", whole=True)
    first = int(lags[0] == 1)
    for i, lag in enumerate(lags):
        if lag != i + first:
            raise table.wrong(i, "lag", f"{lag:g} where {i + first} is due: lags go 0, 1, 2 … without gaps.")
    return np.concatenate([np.zeros(first), table.numbers(field)])


def write_columns(path: Path | None, columns: Mapping[str, Sequence[Any] | NDArray[Any]]) -> None:
    """Write columns as CSV or Parquet by suffix, or as CSV on stdout without a path; NaN is NA (null in Parquet)."""
    lists = {name: [_plain(v) for v in values] for name, values in columns.items()}
    if path is not None and path.suffix.lower() in (".parquet", ".pq"):
        import pyarrow as pa
        import pyarrow.parquet as pq

        with writing(path):
            pq.write_table(pa.table(lists), path)
        return
    lines = [",".join(lists)]
    lines += [",".join("NA" if v is None else str(v) for v in row) for row in zip(*lists.values(), strict=True)]
    if path is None:
        click.echo("\n".join(lines))
    else:
        with writing(path):
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Whoever writes an answer to a place that cannot be written is told so."""
    try:
        yield
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}") from None


def _plain(value: Any) -> Any:
    """A Python number or text, None for NaN."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, dt.date):
        return value.isoformat()
    return None if isinstance(value, float) and math.isnan(value) else value
