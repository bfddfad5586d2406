"""Tables of the planning engines as CSV or Parquet, column by column; a column nobody asked for is refused."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from . import BadInput
from .rows import lines_of

Value = TypeVar("Value")
NO = ("", "unknown", "na")


class PlanTable:
    """One table with a header; ``columns`` maps every allowed name to whether it must be there."""

    def __init__(self, folder: Path, name: str, columns: dict[str, bool]) -> None:
        self.path, found = _read(folder, name)
        for column in found:
            if column not in columns:
                listed = ", ".join(columns)
                raise BadInput(
                    f"{self.path.name}, column '{column}': not part of this table, so it cannot steer the plan."
                    f" Remove it. Allowed: {listed}."
                )
        for column, needed in columns.items():
            if needed and column not in found:
                raise BadInput(f"{self.path.name}: the column '{column}' is missing. See the engine's docs page.")
        self.found = found
        self.rows = len(next(iter(found.values()), []))

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(self.found.get(name, ("",) * self.rows))

    def numbers(self, name: str, missing: float | None = None) -> npt.NDArray[np.float64]:
        try:
            return np.array(list(map(float, self.texts(name))), np.float64)
        except ValueError:  # a missing or a wrong cell: read one by one, naming the row
            return np.array(self._each(name, lambda text: _float(text, missing)), np.float64).reshape(-1)

    def whole(self, name: str, missing: int | None = None) -> npt.NDArray[np.int64]:
        try:
            return np.array(list(map(int, self.texts(name))), np.int64)
        except ValueError:
            return np.array(self._each(name, lambda text: _int(text, missing)), np.int64).reshape(-1)

    def codes(self, name: str, names: Sequence[str], missing: int | None = None) -> npt.NDArray[np.int64]:
        """The position of each text among ``names``; ``missing`` for empty, ``unknown`` and ``na``."""
        known = {text: k for k, text in enumerate(names)}

        def code(text: str) -> int:
            if missing is not None and text in NO:
                return missing
            if text not in known:
                raise ValueError(f"one of {', '.join(names)}")
            return known[text]

        texts = self.texts(name)
        try:
            codes = {text: code(text) for text in set(texts)}
        except ValueError:
            self._each(name, code)  # names the row
            raise
        return np.array([codes[text] for text in texts], np.int64)

    def _each(self, name: str, read: Callable[[str], Value]) -> list[Value]:
        values = []
        for number, text in enumerate(self.texts(name), 2):
            try:
                values.append(read(text))
            except ValueError as error:
                raise BadInput(f"{self.path.name}, row {number}, {name}: {text!r} is not {error}.") from error
        return values


def write_table(path: Path, columns: dict[str, Sequence[Any]]) -> None:
    """Write columns as CSV; -1 in a coded column must already be text."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def table_exists(folder: Path, name: str) -> bool:
    return any((folder / f"{name}{end}").exists() for end in (".csv", ".parquet"))


def _read(folder: Path, name: str) -> tuple[Path, dict[str, list[str]]]:
    path = folder / f"{name}.csv"
    if not path.exists() and (folder / f"{name}.parquet").exists():
        return _read_parquet(folder / f"{name}.parquet")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"Cannot read {path}: {error}. The engine's docs page lists the tables it needs.") from error
    header, *rows = lines_of(content, path.name) or [[]]
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise BadInput(f"{path.name}, row {number}: {len(row)} fields under {len(header)} headings.")
    if len(set(header)) != len(header):
        raise BadInput(f"{path.name}: a heading is there twice.")
    columns = zip(*rows, strict=True) if rows else ([] for _ in header)
    return path, {
        title.strip(): [text.strip() for text in column] for title, column in zip(header, columns, strict=True)
    }


def _read_parquet(path: Path) -> tuple[Path, dict[str, list[str]]]:
    import pyarrow.lib
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(path)
    except (OSError, pyarrow.lib.ArrowException) as error:
        raise BadInput(f"Cannot read {path}: {error}.") from error
    return path, {
        name: ["" if value is None else str(value) for value in table.column(name).to_pylist()]
        for name in table.column_names
    }


def _float(text: str, missing: float | None) -> float:
    if text in NO and missing is not None:
        return missing
    try:
        return float(text)
    except ValueError:
        raise ValueError("a number") from None


def _int(text: str, missing: int | None) -> int:
    if text in NO and missing is not None:
        return missing
    try:
        return int(text)
    except ValueError:
        raise ValueError("a whole number") from None
