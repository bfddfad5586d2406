"""`tongzhou linelist`: take in lists of cases as counties and hospitals keep them; write the line list out."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click

from tongzhou.cli.setup import data_dir, opened
from tongzhou.cli.speaking import AS, speaker
from tongzhou.cli.tables import COLUMN, HEADING, pairs, progress_bar

ENDS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".htm", ".html")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def linelist() -> None:
    """Lists of cases: in, with whatever is wrong in them told row by row; out, without names."""


@linelist.command("import")
@click.argument("file", type=FILE)
@AS
@data_dir
@click.option("--mapping", type=FILE, help="What the columns mean (YAML); otherwise the layout that fits whole.")
@click.option("--layout", default="", help="A shipped layout by its name, also where it fits in part.")
@click.option("--sheet", default="", help="The sheet to read; otherwise the first that is shown and fits.")
@HEADING
@click.option("--separator", default="", help="comma, tab, semicolon, bar, or the sign itself.")
@click.option("--encoding", default="", help="utf-8, gb18030, big5, utf-16-le, cp1252 …")
@COLUMN
@click.option("--fixed", multiple=True, metavar="FIELD=VALUE", help="A value for every row: classification=confirmed.")
@click.option("--day-first/--month-first", default=None, help="How 01/02/2020 is read.")
@click.option("--earliest", default="", metavar="DAY", help="No day lies before it: for a list of an old outbreak.")
@click.option(
    "--leave-out", is_flag=True, help="Leave out optional fields that cannot be read, with a note; take the row."
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Say what was understood and what would go in, with --as also by that person's rights; record nothing.",
)
@click.option("--refused", type=click.Path(dir_okay=False, path_type=Path), help="Default: FILE-refused.csv.")
@click.option("--place", help="Code or key of the place that reports, for rows that do not say it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def import_(
    file: Path, login: str | None, data_dir: Path | None, mapping: Path | None, dry_run: bool, refused: Path | None,
    place: str | None, as_json: bool, columns: tuple[str, ...], fixed: tuple[str, ...], **said: Any,
) -> None:  # fmt: skip
    """Take in FILE: CSV in any usual encoding, plain or gzipped, a workbook (.xlsx, .xls, .ods), or HTML saved as .xls.

    Good rows go into the ledger; the others come back with row, field and reason. Taking a list in twice adds nothing.
    Names and telephones go to the vault, never into the ledger.
    """
    with opened(data_dir):
        from tongzhou.linelist.understand import Choices
        from tongzhou.people.scope import System

        choices = Choices(columns=pairs("--column", columns), fixed=pairs("--fixed", fixed), **said)
        target = None if dry_run and refused is None else _writable(refused or _beside(file))
        who = System() if dry_run and not login else speaker(login)
        told, result = _taken(file, choices, mapping, place, who, as_json=as_json, dry_run=dry_run)
        back = _give_back(target, result) if target else None
    told["refused_file"] = str(back) if back else None
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        _say(told)


def _taken(
    file: Path, choices: Any, mapping: Path | None, place: str | None, who: Any, *, as_json: bool, dry_run: bool = False
) -> tuple[dict[str, Any], Any]:  # fmt: skip
    """What became of the list (would become, on a dry run) and the result itself."""
    from tongzhou.linelist import imports
    from tongzhou.linelist.appending import Busy
    from tongzhou.linelist.mapping import MappingError, read
    from tongzhou.linelist.refusals import sentence
    from tongzhou.linelist.understand import understand
    from tongzhou.tables.reader import NotATable

    try:
        found = understand(file.read_bytes(), choices, read(mapping) if mapping else None)
        if found.binding is None:
            raise MappingError(f"{found.why}\n{_how_to_say(found)}")
        if found.doubt and not dry_run:
            raise MappingError(_to_choose(found))
        at, leave = _place(place) if place else None, choices.leave_out
        if dry_run:
            seen = imports.preview(found.table, found.binding, who, at, leave_out=leave)
            told = imports.told(seen.result) | {"dry_run": True, "first": imports.recorded(seen)}
            return told | {"blank": dict(seen.result.blanks)} | found.told(), seen.result
        with progress_bar(found.table.about() - found.binding.header, quiet=as_json) as moved:
            follow = (lambda so_far: moved(so_far.rows)) if moved else None
            result = imports.run(found.table, found.binding, who, place=at, leave_out=leave, progress=follow)
    except MappingError as error:
        raise click.UsageError(str(error)) from None
    except NotATable as error:
        raise click.UsageError(f"{file}: {sentence(str(error), 'en')}") from None
    except Busy:
        raise click.ClickException(sentence("busy", "en")) from None
    return imports.told(result) | found.told(), result


def _how_to_say(found: Any) -> str:
    """What was seen of the list, and the options by which a person can say what it is."""
    heads = ", ".join(filter(None, found.nearest.headings))[:300]
    sheets = f" (sheet {found.table.sheet.name})" if found.table.sheet.name else ""
    return (
        f"Row {found.nearest.header}{sheets} reads: {heads}. Say which layout it is (--layout), where a field stands"
        " (--column identified=HEADING), or what holds for every row (--fixed classification=confirmed)."
    )


def _to_choose(found: Any) -> str:
    """What only a person can choose, before a list is taken in."""
    if found.doubt == "sheet":
        rows = ", ".join(f"{one.name} ({one.rows} rows)" for one in found.table.look.sheets if one.visible)
        return f"More than one sheet looks like a list: {rows}. Name one (--sheet)."
    layouts = ", ".join((found.binding.mapping.name, *found.others))
    return f"Several layouts fit and none has words for what the rows call a case: {layouts}. Name one (--layout)."


def _place(text: str) -> int:
    from tongzhou.ledger import door

    with door.ledger() as connection:
        row = connection.execute(
            "select p.id from places_place p left join places_name n on n.place = p.id and n.valid_to is null"
            " where p.key = %s or n.code = %s limit 1",
            [text, text],
        ).fetchone()
    if row is None:
        raise click.UsageError(f"--place: there is no {text!r} in this region; give a code such as 420106.")
    return int(row[0])


def _beside(file: Path) -> Path:
    stem = file.name.removesuffix(".gz")
    return file.with_name(f"{Path(stem).stem if Path(stem).suffix in ENDS else stem}-refused.csv")


def _writable(target: Path) -> Path:
    """Rows that come back must have somewhere to go: a place that cannot be written is told before anything is said."""
    there = target.exists()
    try:
        with target.open("a"):
            pass
        if not there:
            target.unlink()
    except OSError as error:
        raise click.UsageError(f"--refused: {target} cannot be written: {error.strerror or error}") from None
    return target


def _give_back(target: Path, result: Any) -> Path | None:
    """Write the refusal file, readable by its owner alone: it holds the rows as they came, names and all."""
    if not result.refused:
        return None
    from tongzhou.linelist.refusals import write

    target.touch(mode=0o600)
    with target.open("w", newline="", encoding="utf-8-sig") as out:
        write(out, result.binding.headings, result.refused)
    return target


_NOT_READ = {"sheets_not_read": "Sheets not read", "sheets_hidden": "Hidden sheets not read",
             "columns_left": "Columns not taken", "layouts_too": "Layouts that fit as well"}  # fmt: skip


def _say(told: dict[str, Any]) -> None:
    from tongzhou.linelist.refusals import sentence

    what = "would be new in the ledger" if told.get("dry_run") else "are new in the ledger"
    known = f"{told['known']:,} {'are' if told.get('dry_run') else 'were'} in it already, "
    click.echo(
        f"{told['rows']:,} rows read as {told['layout']}: {told['added']:,} cases {what}, "
        f"{known}{told['refused']:,} come back ({told['seconds']} s)."
    )
    where = f"sheet {told['sheet']}, " if told["sheet"] else ""
    click.echo(f"Read: {where}headings in row {told['heading_row']}.", err=True)
    if told["to_choose"]:
        click.echo(f"Before it is taken in, name the {told['to_choose']}.", err=True)
    for name, words in _NOT_READ.items():
        if told[name]:
            click.echo(f"{words}: {', '.join(told[name])}.", err=True)
    for name, words in (("by_reason", "come back"), ("noted", "went in with a note")):
        for code, n in told[name].items():
            click.echo(f"  {n:>7,}  {words}: {sentence(code, 'en')}", err=True)
    for row in told.get("first", ()):
        click.echo(json.dumps(row, ensure_ascii=False), err=True)
    if told["refused_file"]:
        click.echo(f"The refused rows are in {told['refused_file']} with the reasons.", err=True)


@linelist.command()
@data_dir
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A .csv or .xlsx file; otherwise stdout.")
@click.option("--layout", help="Headings and words of a layout, such as national-card; what is not held stays empty.")
@click.option("--state", help="Only cases of this classification.")
@click.option("--place", help="Only cases reported under this place (code or key).")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Identified from this day on.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Identified up to this day.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout (with --out).")
def export(data_dir: Path | None, out: Path | None, layout: str | None, state: str | None, place: str | None,
           since: dt.datetime | None, until: dt.datetime | None, as_json: bool) -> None:  # fmt: skip
    """Write the line list, newest first, row by row as it is read. It holds no names and no numbers of persons."""
    if as_json and out is None:
        raise click.UsageError("--json: say --out too, since the list itself would go to stdout.")
    with opened(data_dir):
        from tongzhou.ledger.time import zone
        from tongzhou.linelist import export as exports
        from tongzhou.linelist import queries
        from tongzhou.linelist.mapping import MappingError

        bounds = [day.replace(tzinfo=zone()) if day else None for day in (since, until)]
        wanted = queries.Filter(state, _place(place) if place else None, bounds[0],
                                bounds[1] and bounds[1] + dt.timedelta(days=1))  # fmt: skip
        try:
            rows = exports.write(out, wanted, layout)
        except MappingError as error:
            raise click.UsageError(str(error)) from None
    if out is not None:
        click.echo(json.dumps({"rows": rows, "file": str(out)}) if as_json else f"{rows:,} cases are in {out}.")
