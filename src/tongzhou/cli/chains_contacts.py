"""Tables of contact events for `tongzhou chains`: ten millions of rows column by column where the file is clean, by the
one reader of tables where it is not; a row that cannot be used is left out and named, unless --strict stops at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from tongzhou.tables import BadInput
from tongzhou.tables.ids import doubtful
from tongzhou.tables.nothing import NOTHING
from tongzhou.tables.rows import read_headed

NEEDED, KNOWN = ("a", "b", "minute"), ("a", "b", "minute", "setting", "duration")
_WHOLE = r"^[+-]?\d{1,18}(\.0*)?$"
Left = tuple[int, str, str]  # line, field, why


@dataclass(frozen=True)
class EventFile:
    """Contact events with people and settings as numbers into `ids` and `settings`.

    `rows`: the file's row (from 1) of each event, None where all were kept; `alone`: rows in which somebody met
    themself; `left_out`: rows that could not be used, or whose duration could not, by line.
    """

    ids: Sequence[Any]
    a: npt.NDArray[np.int32]
    b: npt.NDArray[np.int32]
    minute: npt.NDArray[np.int64]
    setting: npt.NDArray[np.int32] | None
    settings: list[str]
    duration: npt.NDArray[np.int32] | None
    alone: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64] | None = None
    left_out: list[Left] = field(default_factory=list)

    def row(self, event: int) -> int:
        """The file's row, from 1, of an event that was kept."""
        return event + 1 if self.rows is None else int(self.rows[event])


def read_events(path: Path, *, strict: bool = False) -> EventFile:
    """Read contact events from Parquet or any table: a, b, minute and, where there are, setting and duration."""
    if not path.exists():
        raise BadInput(f"{path}: no such file.")
    table, lines, left_out = _table(path)
    judged = _Judged(path, len(table), lines, left_out)
    minute = judged.whole(table["minute"], "minute", "is not a whole number of minutes")
    duration: npt.NDArray[np.int32] | None = None
    if "duration" in table.column_names:
        why = "is not a number of minutes: taken without it"
        told = judged.whole(table["duration"], "duration", why, needed=False)
        duration = np.minimum(told, 255).astype(np.int32)
    ids, a, b = _people(table["a"], table["b"], judged)
    setting, settings = None, [""]
    if "setting" in table.column_names:
        coded = pc.dictionary_encode(_one(pc.fill_null(table["setting"].cast(pa.string()), "")))
        settings, setting = coded.dictionary.to_pylist(), coded.indices.to_numpy()
    if strict and judged.left_out:
        line, name, why = min(judged.left_out)
        raise BadInput(f"{judged.where(line)}, {name}: {why}.")
    apart = (a != b) | judged.bad
    alone = np.flatnonzero(~apart) + 1
    kept = apart & ~judged.bad
    rows = None
    if not kept.all():
        rows = np.flatnonzero(kept) + 1
        a, b, minute = a[kept], b[kept], minute[kept]
        setting, duration = (None if column is None else column[kept] for column in (setting, duration))
    return EventFile(ids, a, b, minute, setting, settings, duration, alone, rows, sorted(judged.left_out))


class _Judged:
    """Which rows cannot be used, and why."""

    def __init__(self, path: Path, rows: int, lines: npt.NDArray[np.int64] | None, left_out: list[Left]) -> None:
        self.path, self.lines, self.left_out = path, lines, left_out
        self.bad = np.zeros(rows, bool)

    def line(self, row: int) -> int:
        """The line of the file; of Parquet the row itself, from 1."""
        return row + 1 if self.lines is None else int(self.lines[row])

    def where(self, line: int) -> str:
        if self.lines is None:
            return f"{self.path}, row {line}"
        return f"{self.path}, row {int(np.searchsorted(self.lines, line)) + 1} (line {line})"

    def mark(self, wrong: npt.NDArray[np.bool_], name: str, why: Any, *, needed: bool = True) -> None:
        rows = np.flatnonzero(wrong & ~self.bad)
        self.left_out += [(self.line(row), name, why(row)) for row in rows.tolist()]
        if needed:
            self.bad |= wrong

    def whole(self, column: pa.ChunkedArray, name: str, why: str, *, needed: bool = True) -> npt.NDArray[np.int64]:
        """Whole numbers; 0 where a cell is none, which is marked. An empty cell that is not needed says nothing."""
        if not (
            pa.types.is_integer(column.type) or pa.types.is_floating(column.type) or pa.types.is_string(column.type)
        ):
            raise BadInput(f"{self.path}, {name}: a column of {column.type}. Give whole numbers of minutes.")
        empty = np.asarray(pc.is_null(column, nan_is_null=True).to_numpy())
        if pa.types.is_string(column.type):
            try:
                values = column.cast(pa.int64())
                wrong = np.zeros(len(column), bool)
            except pa.ArrowInvalid:
                fits = pc.match_substring_regex(column, _WHOLE)
                wrong = ~np.asarray(pc.fill_null(fits, True).to_numpy())
                values = pc.if_else(fits, column, None).cast(pa.float64())
        else:
            values = column
            wrong = np.zeros(len(column), bool)
            if pa.types.is_floating(column.type):
                wrong = ~np.asarray(pc.fill_null(pc.equal(pc.floor(column), column), True).to_numpy()) & ~empty
        found = np.asarray(pc.fill_null(values, 0).to_numpy()).astype(
            np.float64 if wrong.any() or empty.any() else None
        )
        found = np.where(wrong | empty, 0, found).astype(np.int64)
        if name == "duration":
            wrong |= found < 0
            found = np.where(wrong, 0, found)
        self.mark(wrong, name, lambda row: f"{column[row].as_py()!r} {why}", needed=needed)
        if needed:
            self.mark(empty, name, lambda _row: "empty")
        return found


def _table(path: Path) -> tuple[pa.Table, npt.NDArray[np.int64] | None, list[Left]]:
    """The columns known, the line of each row (None for Parquet), and what the reader could not read."""
    if path.suffix.lower() in {".parquet", ".pq"}:
        try:
            table = _plain(pa.parquet.read_table(path))
        except (pa.ArrowInvalid, OSError) as fault:
            raise BadInput(f"{path} cannot be read: {str(fault).splitlines()[0]}") from None
        if missing := [name for name in NEEDED if name not in table.column_names]:
            raise BadInput(f"{path}, line 1: no column {', '.join(missing)}. Needed: {', '.join(NEEDED)}.")
        return table, None, []
    fast = _fast(path)
    if fast is not None:
        return fast, np.arange(2, len(fast) + 2), []
    headed = read_headed(path.read_bytes(), str(path), NEEDED)
    columns = {name: [row.get(name) or None for _, row in headed.rows] for name in KNOWN if name in headed.names}
    table = pa.table({name: pa.chunked_array([pa.array(cells, pa.string())]) for name, cells in columns.items()})
    lines = np.array([line for line, _ in headed.rows], np.int64)
    return table, lines, [(line, "", why) for line, _, why in headed.wrong]


def _fast(path: Path) -> pa.Table | None:
    """The file as Arrow reads it, every column as trimmed text; None where it is not plain: the one reader reads that.

    As many rows as lines below the headings: no title, no quotation mark has swallowed a line, no line is empty.
    """
    content = memoryview(pa.memory_map(str(path)).read_buffer()) if path.stat().st_size else memoryview(b"")
    head = bytes(content[:4000]).partition(b"\n")[0].removeprefix(b"\xef\xbb\xbf")
    try:
        names = [name.strip().strip('"') for name in head.decode().strip("\r").split(",")]
    except UnicodeDecodeError:
        return None
    if not set(NEEDED) <= set(names) or len(set(names)) < len(names):
        return None
    options = pa.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
    )
    try:
        table = pa.csv.read_csv(pa.py_buffer(content), convert_options=options)
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None
    table = table.rename_columns([name.strip() for name in table.column_names])
    if len(table) != _lines(content) - 1 or not set(NEEDED) <= set(table.column_names):
        return None
    kept = [name for name in KNOWN if name in table.column_names]
    return pa.table([_trimmed(table[name]) for name in kept], names=kept)


def _lines(content: memoryview) -> int:
    piece = 1 << 24
    ends = sum(bytes(content[at : at + piece]).count(b"\n") for at in range(0, len(content), piece))
    return ends + (bytes(content[-1:]) != b"\n")


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


def _without_points(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Ids as whole numbers where a program wrote them as 45.0, since the column had gaps once."""
    if pa.types.is_floating(column.type) and pc.all(pc.equal(pc.floor(column), column)).as_py() is not False:
        return column.cast(pa.int64())
    if pa.types.is_string(column.type) and pc.any(pc.ends_with(column, ".0")).as_py():
        return pc.replace_substring_regex(column, r"^(\d+)\.0+$", r"\1")
    return column


def _people(
    a: pa.ChunkedArray, b: pa.ChunkedArray, judged: _Judged
) -> tuple[Sequence[Any], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Ids and the two columns as numbers into them; small whole numbers stand for themselves."""
    a, b = _without_points(a), _without_points(b)
    if pa.types.is_integer(a.type) and pa.types.is_integer(b.type) and len(a) and not a.null_count + b.null_count:
        lowest = min(pc.min(a).as_py(), pc.min(b).as_py())
        highest = max(pc.max(a).as_py(), pc.max(b).as_py())
        if lowest >= 0 and highest < min(2**31 - 2, 4 * len(a) + 1000):
            narrow = (column.to_numpy().astype(np.int32, copy=False) for column in (a, b))
            return range(highest + 1), *narrow
    if a.type != b.type:
        a, b = a.cast(pa.string()), b.cast(pa.string())
    both = pa.chunked_array([*a.chunks, *b.chunks], a.type)
    coded = pc.dictionary_encode(_one(both))
    codes = np.asarray(pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)).astype(np.int32, copy=False)
    why = _unusable(coded.dictionary, codes)
    unusable = np.zeros(len(coded.dictionary) + 1, bool)  # the last is the empty cell, whose code is -1
    unusable[[*why, -1]] = True
    found = codes[: len(a)], codes[len(a) :]
    for name, column in zip(("a", "b"), found, strict=True):
        judged.mark(unusable[column], name, lambda row, column=column: why.get(int(column[row]), "empty"))
    return coded.dictionary.to_pylist(), *found


def _unusable(names: pa.Array, codes: npt.NDArray[np.int32]) -> dict[int, str]:
    """Numbers of ids that mean nobody, or may be another's, and why."""
    if not pa.types.is_string(names.type):
        return {}
    folded = pc.utf8_lower(pc.utf8_normalize(names, "NFKC"))
    nobody = np.flatnonzero(pc.is_in(folded, pa.array(sorted(NOTHING))).to_numpy(zero_copy_only=False))
    why = dict.fromkeys(nobody.tolist(), "says that nobody is known")
    odd = pc.any(pc.match_substring_regex(names, r"^0\d|^\d(\.\d+)?[eE]\+?\d+$")).as_py()
    if not odd and pc.count_distinct(folded).as_py() == len(names):
        return why
    listed = names.to_pylist()
    counts = np.bincount(codes[codes >= 0], minlength=len(listed)).tolist()
    counted = Counter({name: n for at, (name, n) in enumerate(zip(listed, counts, strict=True)) if at not in why})
    number = {name: at for at, name in enumerate(listed)}
    for one, other in doubtful(counted).items():
        why[number[one]] = doubt(one, other)
    return why


def doubt(one: str, other: str) -> str:
    return f"{one!r} may be {other!r}: write both alike" if other else f"{one!r} was rounded by a spreadsheet"
