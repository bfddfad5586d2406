"""Tables that people bring: read whatever they are saved as; what cannot go in comes back with the reason."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, TextIO

import click

from tongzhou.cli.setup import data_dir
from tongzhou.cli.speaking import AS
from tongzhou.tables.harmless import harmless
from tongzhou.tables.reader import Choices
from tongzhou.tables.reader.types import ENCODINGS, NO_CHOICES, SEPARATORS
from tongzhou.tables.rows import read_headed
from tongzhou.why import chinese

HEADING = click.option("--heading", type=int, help="The row with the headings; 0 where there is none.")
COLUMN = click.option(
    "--column", "columns", multiple=True, metavar="FIELD=HEADING", help="Where a field stands; nothing: nowhere."
)


def pairs(option: str, given: tuple[str, ...]) -> dict[str, str]:
    """What an option says of fields, each as FIELD=WORD."""
    told = [one.partition("=") for one in given]
    if wrong := [one for one, (_, mark, _) in zip(given, told, strict=True) if not mark]:
        raise click.UsageError(f"{option}: {wrong[0]!r} is not FIELD=WORD.")
    return {name.strip(): word.strip() for name, _, word in told}


@dataclass
class Table:
    """Rows of a table with their line numbers, and those refused so far."""

    path: Path
    columns: list[str]
    lines: list[tuple[int, dict[str, str]]]
    refused: list[tuple[int, dict[str, str], str]] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        return iter(self.lines)

    def refuse(self, line: int, row: dict[str, str], reason: str) -> None:
        """`reason`: in English; a Why knows its Chinese."""
        self.refused.append((line, row, reason))

    def give_back(self) -> Path | None:
        """Write the refused rows beside the file, each with its line and reason; None where there are none."""
        if not self.refused:
            return None
        target = self.path.with_name(f"{self.path.stem}-refused.csv")
        try:
            with target.open("w", newline="", encoding="utf-8-sig") as file:
                self._write(file)
        except OSError as error:  # what came back has to go somewhere, and the rest is recorded already
            click.echo(f"{target} cannot be written ({error.strerror}). The refused rows:", err=True)
            self._write(sys.stderr)
            return None
        return target

    def _write(self, file: TextIO) -> None:
        writer = csv.writer(file)
        writer.writerow([*map(harmless, self.columns), "line", "reason", "原因"])
        for line, row, reason in sorted(self.refused, key=lambda one: one[0]):
            told = map(harmless, (reason, chinese(reason)))
            writer.writerow([*(harmless(row.get(c, "")) for c in self.columns), line, *told])


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


SHOWN = 20  # refused rows that are said on a dry run; all are in the file


def say_refused(table: Table, back: Path | None, *, dry: bool) -> None:
    """Say where the refused rows are; on a dry run the first are said, too, in both languages."""
    for line, _row, reason in sorted(table.refused, key=lambda one: one[0])[: SHOWN if dry else 0]:
        click.echo(f"row {line}: {reason} / {chinese(reason)}", err=True)
    if back:
        click.echo(f"Refused: {len(table.refused)}. The rows are in {back} with the reasons.", err=True)


@dataclass(frozen=True)
class Brought:
    """A table that somebody brings to a command: how it is to be read, whose it is, whether anything is recorded."""

    file: Path
    choices: Choices
    dry: bool
    login: str | None
    folder: Path | None  # of the data
    as_json: bool

    def table(self, needed: Sequence[str]) -> Table:
        """Raises BadInput that names the columns that are missing."""
        return read(self.file, needed, self.choices)


def brings(command: Callable[..., Any]) -> Callable[..., Any]:
    """The file and the options of every command that takes in a table; the command is given them as `brought`."""

    @wraps(command)
    def chosen(file: Path, sheet: str, separator: str, encoding: str, dry_run: bool, login: str | None,
               data_dir: Path | None, as_json: bool, **more: Any) -> Any:  # fmt: skip
        if encoding and encoding not in ENCODINGS:
            raise click.UsageError(f"--encoding: there is no {encoding!r}; known: {', '.join(ENCODINGS)}.")
        mark = SEPARATORS.get(separator, separator)
        if len(mark) > 1:
            raise click.UsageError(
                f"--separator: there is no {separator!r}; known: {', '.join(SEPARATORS)}, or a sign."
            )
        choices = Choices(sheet, mark, encoding)
        return command(Brought(file, choices, dry_run, login, data_dir, as_json), **more)

    for option in (
        click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout."),
        data_dir,
        AS,
        click.option("--dry-run", is_flag=True, help="Say what would become of every row and record nothing."),
        click.option("--encoding", default="", help="utf-8, gb18030, big5, utf-16-le, cp1252 …"),
        click.option("--separator", default="", help="comma, tab, semicolon, bar, or the sign itself."),
        click.option("--sheet", default="", help="The sheet to read; otherwise the one that is shown and fits."),
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    ):
        chosen = option(chosen)
    return chosen


def read(path: Path, needed: Sequence[str], choices: Choices = NO_CHOICES) -> Table:
    """Read a CSV, a workbook or a page saved as one. Raises BadInput that names the columns that are missing.

    Rows that cannot be read are refused at once; sheets that were not read and headings that stand twice are told.
    """
    found = read_headed(path.read_bytes(), str(path), needed, choices=choices)
    if found.unread:
        click.echo(f"{path}: sheets not read: {', '.join(found.unread)}.", err=True)
    if found.twice:
        click.echo(f"{path}: two columns of one name, of which the first is read: {', '.join(found.twice)}.", err=True)
    table = Table(path, found.names, found.rows)
    for line, row, why in found.wrong:
        table.refuse(line, row, why)
    return table
