"""`tongzhou report sitrep`."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from tongzhou.cli.serve import PORT
from tongzhou.cli.setup import data_dir, opened
from tongzhou.problems import Problem


@click.group()
def report() -> None:
    """Reports as files that need nothing beside them."""


@report.command()
@data_dir
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Day of the figures (default: the last published).")
@click.option("--place", help="Code or key of a place (default: the whole region).")
@click.option("--lang", type=click.Choice(["zh-hans", "en"]), default="zh-hans", show_default=True)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File: PDF where its name ends so, else a page (default: a page in reports/ of the data folder).",
)
@click.option(
    "--site",
    default=f"http://127.0.0.1:{PORT}",
    show_default=True,
    help="Address of the console: the file's figures link to their sources there.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def sitrep(
    data_dir: Path | None,
    day: dt.datetime | None,
    place: str | None,
    lang: str,
    out: Path | None,
    site: str,
    as_json: bool,
) -> None:
    """Write the situation report of a place and day."""
    with opened(data_dir) as installation:
        from tongzhou.command import sitrep_views as work
        from tongzhou.ledger import clock, door
        from tongzhou.ledger.time import local_day, zone

        with door.ledger() as connection:
            row = connection.execute(
                "select p.id from places_place p left join places_name n on n.place = p.id"
                " where p.key = %(asked)s or n.code = %(asked)s limit 1",
                {"asked": place},
            ).fetchone()
            root = connection.execute("select root from places_region").fetchone()
            today = local_day(clock.read(connection).now)
            last = connection.execute(
                "select (max(effective_at) at time zone %s - interval '1 microsecond')::date from ledger_row"
                " where noun = 'bulletin'",
                [zone().key],
            ).fetchone()
        if root is None:
            raise click.ClickException("There is no region here yet: tongzhou region load regions/hubei")
        if place and row is None:
            raise click.BadParameter(f"there is no place {place!r} in this region", param_hint="--place")
        when = day.date() if day else last[0] if last else None
        if when is None:
            raise click.ClickException("Nothing has been published here yet: tongzhou bulletin import FILE")
        if when > today:
            raise click.BadParameter(f"{when} has not come yet: here it is {today}", param_hint="--day")
        folder = installation.home / "reports"
        folder.mkdir(exist_ok=True)
        target = (out or folder / f"sitrep-{when}-{lang}{'-' + place if place else ''}.html").resolve()
        try:
            work.write(row[0] if place and row else None, when, lang, target, site)
        except Problem as problem:
            told = problem.as_dict()
            raise click.ClickException(f"{told['message']} {told.get('next', '')}") from None
    click.echo(json.dumps({"report": str(target), "day": str(when), "place": place}) if as_json else str(target))
