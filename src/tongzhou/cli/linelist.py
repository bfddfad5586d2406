"""`tongzhou linelist`: take in lists of cases as counties and hospitals keep them; write the line list out."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

import click

from tongzhou.cli.setup import data_dir, opened
from tongzhou.cli.tables import progress_bar

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def linelist() -> None:
    """Lists of cases: in, with whatever is wrong in them told row by row; out, without names."""


@linelist.command("import")
@click.argument("file", type=FILE)
@data_dir
@click.option("--mapping", type=FILE, help="What the columns mean (YAML); otherwise the layout that fits best.")
@click.option("--refused", type=click.Path(dir_okay=False, path_type=Path), help="Default: FILE-refused.csv.")
@click.option("--place", help="Code or key of the place that reports, for rows that do not say it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def import_(
    file: Path, data_dir: Path | None, mapping: Path | None, refused: Path | None, place: str | None, as_json: bool
) -> None:
    """Take in FILE: CSV in UTF-8, GB 18030 or UTF-16, plain or gzipped, or Excel (.xlsx).

    Good rows go into the ledger; the others come back with row, field and reason. Taking a list in twice adds nothing.
    Names and telephones go to the vault, never into the ledger.
    """
    with opened(data_dir):
        from tongzhou.linelist import imports

        told, result = _taken(imports, file, mapping, place, as_json)
        back = _give_back(file, refused, result)
    told["refused_file"] = str(back) if back else None
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        _say(told)
    sys.exit(1 if back else 0)


def _taken(
    imports: Any, file: Path, mapping: Path | None, place: str | None, as_json: bool
) -> tuple[dict[str, Any], Any]:
    from tongzhou.linelist.appending import Busy
    from tongzhou.linelist.mapping import MappingError, read
    from tongzhou.linelist.read import NotATable
    from tongzhou.linelist.refusals import sentence
    from tongzhou.people.scope import System

    try:
        table, binding = imports.open_list(file.read_bytes(), read(mapping) if mapping else None)
        at = _place(place) if place else None
        with progress_bar(table.about() - binding.header, quiet=as_json) as moved:
            result = imports.run(table, binding, System(), place=at, progress=moved)
    except MappingError as error:
        raise click.UsageError(str(error)) from None
    except NotATable as error:
        raise click.UsageError(f"{file}: {sentence(str(error), 'en')}") from None
    except Busy:
        raise click.ClickException(sentence("busy", "en")) from None
    return imports.told(result), result


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


def _give_back(file: Path, refused: Path | None, result: Any) -> Path | None:
    """Write the refusal file, readable by its owner alone: it holds the rows as they came, names and all."""
    if not result.refused:
        return None
    from tongzhou.linelist.refusals import write

    stem = file.name.removesuffix(".gz").removesuffix(".csv").removesuffix(".xlsx")
    target = refused or file.with_name(f"{stem}-refused.csv")
    target.touch(mode=0o600)
    with target.open("w", newline="", encoding="utf-8-sig") as out:
        write(out, result.binding.headings, result.refused)
    return target


def _say(told: dict[str, Any]) -> None:
    from tongzhou.linelist.refusals import sentence

    click.echo(
        f"{told['rows']:,} rows read as {told['layout']}: {told['added']:,} cases are new in the ledger, "
        f"{told['known']:,} were in it already, {told['refused']:,} were refused ({told['seconds']} s)."
    )
    if told["columns_left"]:
        click.echo(f"Columns not taken: {', '.join(told['columns_left'])}.", err=True)
    for code, n in told["by_reason"].items():
        click.echo(f"  {n:>7,}  {sentence(code, 'en')}", err=True)
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
