"""`tongzhou sites`: things that stand somewhere, and goods: taken in from files, checked."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from tongzhou.cli import tables
from tongzhou.cli.setup import data_dir, opened
from tongzhou.cli.speaking import AS, speaker


@click.group()
def sites() -> None:
    """Clinics, stations, pharmacies, gates, vehicles, venues, medicines: furniture with dates (docs/sites.md)."""


@sites.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="From when rows without a day hold; today if not said."
)
@click.option("--dry-run", is_flag=True, help="Say what would become of every row and write nothing.")
@AS
@data_dir
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def import_(
    file: Path, since: dt.datetime | None, dry_run: bool, login: str | None, data_dir: Path | None, as_json: bool
) -> None:
    """Take in FILE (CSV, workbook or GeoJSON), one site a row; a key that is there gets a new version from its day on.
    Whose list it is (--as) keeps the sites of a branch; rows of other places come back.

    Good rows go in; the others come back in FILE-refused.csv with everything that is wrong in them.
    """
    with opened(data_dir):
        from tongzhou.ledger import clock, door
        from tongzhou.ledger.time import local_day
        from tongzhou.people.scope import NOWHERE, System
        from tongzhou.places.load import ids_by_key_or_code
        from tongzhou.sites import importing

        content, who = file.read_bytes(), speaker(login)
        branch = None if isinstance(who, System) else who.roles.get("site_keeper", NOWHERE)
        with door.ledger() as connection:
            now = clock.read(connection).now
            day = since.date() if since else local_day(now)
            places = ids_by_key_or_code(connection)
            taken = importing.take(
                connection, content, str(file), places, now, day, by=who.by, branch=branch, dry=dry_run
            )
    table = tables.Table(file, taken.columns, [])
    for line, row, wrong in taken.refused:
        table.refuse(line, row, importing.english(wrong))
    back = table.give_back()
    told = {"written": len(taken.written), "same": len(taken.same), "refused": len(table.refused), "dry_run": dry_run,
            "unread": taken.unread, "refused_file": str(back) if back else None}  # fmt: skip
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        would = "would be written" if dry_run else "are written"
        click.echo(f"{told['written']} sites {would}; {told['same']} rows say what is known already.")
    if taken.unread:
        click.echo(f"Not read: {', '.join(taken.unread)}.", err=True)
    if back:
        click.echo(f"Refused: {told['refused']}. The rows are in {back} with the reasons.", err=True)


@sites.command()
@data_dir
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def check(data_dir: Path | None, as_json: bool) -> None:
    """Hold everything that is known of sites against each other, the places and their boundaries; exit code 1 where
    something disagrees."""
    with opened(data_dir):
        from tongzhou.ledger import door
        from tongzhou.sites import keep
        from tongzhou.sites.check import disagreements

        with door.ledger() as connection:
            held = keep.everything(connection)
            found = [(held[n], wrong) for n, wrong in disagreements(held, keep.around(connection))]
    if as_json:
        findings = [{"key": one.key, "since": str(one.since), "wrong": wrong.english()} for one, wrong in found]
        click.echo(json.dumps({"spans": len(held), "findings": findings}, ensure_ascii=False))
    else:
        for one, wrong in found:
            click.echo(f"{one.key} from {one.since}: {wrong.english()}", err=True)
        click.echo(f"{len(held)} spans of sites, {len(found)} findings.")
    if found:
        raise SystemExit(1)
