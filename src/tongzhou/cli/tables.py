"""Tables that people bring: read whatever they are saved as; what cannot go in comes back with the reason."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click


@dataclass
class Table:
    """Rows of a CSV file with their line numbers, and those refused so far."""

    path: Path
    columns: list[str]
    lines: list[tuple[int, dict[str, str]]]
    refused: list[tuple[int, dict[str, str], str]] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        return iter(self.lines)

    def refuse(self, line: int, row: dict[str, str], reason: str) -> None:
        self.refused.append((line, row, reason))

    def give_back(self) -> Path | None:
        """Write the refused rows beside the file, each with its line and reason; None where there are none."""
        if not self.refused:
            return None
        target = self.path.with_name(f"{self.path.stem}-refused.csv")
        with target.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.writer(file)
            writer.writerow([*self.columns, "line", "reason"])
            for line, row, reason in sorted(self.refused, key=lambda one: one[0]):
                writer.writerow([*(row.get(c, "") for c in self.columns), line, reason])
        return target


@contextmanager
def progress_bar(rows: int, *, quiet: bool = False) -> Iterator[Callable[[int], None] | None]:
    """A bar on stderr; yields how to tell that so many rows are done. Nothing where a program reads and none looks."""
    if quiet and not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress

    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Rows", total=max(rows, 1))
        yield lambda n: bar.update(task, completed=n)


def read(path: Path, needed: Sequence[str]) -> Table:
    """Read a CSV file in UTF-8 or GB 18030. Raises a click error that names the columns that are missing."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise click.ClickException(f"{path} is neither UTF-8 nor GB 18030: save it as CSV UTF-8.") from None
    reader = csv.DictReader(text.splitlines(), skipinitialspace=True)
    columns = [name.strip() for name in reader.fieldnames or []]
    reader.fieldnames = columns
    if missing := [name for name in needed if name not in columns]:
        raise click.ClickException(f"{path}, line 1: no column {', '.join(missing)}. Needed: {', '.join(needed)}.")
    lines = [(reader.line_num, {k: (v or "").strip() for k, v in row.items() if k}) for row in reader]
    return Table(path, columns, lines)
