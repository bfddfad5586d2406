"""`tongzhou region`: check whether a region's files can be read and agree; load it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from tongzhou.cli import tables
from tongzhou.cli.publishing import take
from tongzhou.cli.setup import data_dir, opened
from tongzhou.places.bulletins import ahead
from tongzhou.places.region_types import Bulletin, IndicatorFigure, Region


@click.group(help="Regions as files: trees of places, published figures, sources.")
def region() -> None:
    pass


@region.command(help="Check a region's folder, for example regions/hubei.")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(path: Path, as_json: bool) -> None:
    from tongzhou.counties.check import check as check_counties
    from tongzhou.places.region import read_region
    from tongzhou.places.region_check import check_region
    from tongzhou.places.region_rows import RegionError
    from tongzhou.sites.region import check_sites

    findings = check_region(path)
    try:
        found = read_region(path)[0]
        counts = found.counts()
        findings += check_sites(path, found)
        findings += check_counties(path, found)
    except RegionError:
        counts = {}
    if as_json:
        told = {
            "region": path.name,
            "ok": not findings,
            "places": counts,
            "findings": [asdict(f) for f in findings],
        }
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(str(finding), err=True)
        click.echo(f"{path.name}: {counts}" if not findings else f"{path.name}: {len(findings)} findings")
    if findings:
        raise SystemExit(1)


@region.command(help="Load a region's places and what was published about it into the data folder, once.")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@data_dir
@click.option(
    "--production",
    is_flag=True,
    help="Declare this ledger a real one: it refuses replays from now on and holds no invented county.",
)
@click.option("--places-only", is_flag=True, help="Leave the published figures out, as for a replay or an exercise.")
def load(path: Path, data_dir: Path | None, production: bool, places_only: bool) -> None:
    from tongzhou.places.region import load_region
    from tongzhou.places.region_rows import RegionError

    try:
        read = load_region(path)
    except RegionError as error:
        raise click.ClickException(f"{error}\nSee all that is wrong with: tongzhou region check {path}") from None
    with opened(data_dir):
        from tongzhou.database.statistics import gather
        from tongzhou.ledger import clock, door, months
        from tongzhou.persons import founding
        from tongzhou.places import load as furniture
        from tongzhou.sites import region as region_sites

        try:
            with door.ledger() as connection:
                if production or furniture.lacks_invented(connection, read):
                    read = read.real()
                ids = furniture.load(connection, read)
                sites = region_sites.load(connection, path, read, ids, clock.read(connection).now)
                founding.number_missing(connection)  # of counties whose number these files brought
                if production:
                    clock.declare_production(connection)
                    months.make_ready(connection, dt.datetime.now(dt.UTC).date())
        except furniture.AlreadyLoaded as error:
            raise click.ClickException(str(error)) from None
        except region_sites.RegionSites as error:
            raise click.ClickException(f"{error}\nSee all that is wrong with: tongzhou region check {path}") from None
        figures = {} if places_only else _publish(read, ids, path / "bulletins.csv")
        gather()
    click.echo(f"{read.name_zh} {read.name_en}: {len(ids):,} places are loaded, {sites:,} sites are new.")
    if figures:
        click.echo(
            f"{figures['accepted']:,} publications are new in the ledger, {figures['repeated']:,} were in it already"
            + (f", {figures['later']:,} lie ahead of its clock and wait." if figures["later"] else ".")
        )


def _publish(read: Region, ids: dict[str, int], file: Path) -> dict[str, Any]:
    """Say the region's publications up to the ledger's clock; history is known from its own moments, unless the ledger
    is a real one, which did not know it before now."""
    from tongzhou.ledger import clock, door
    from tongzhou.people.scope import System

    with door.ledger() as connection:
        now = clock.read(connection)
        declared = connection.execute("select exists (select from ledger_clock where mode = 'production')").fetchone()
    zone = ZoneInfo(read.timezone)
    everything: tuple[Bulletin | IndicatorFigure, ...] = (*read.bulletins, *read.indicator_figures)
    out = [one for one in everything if not ahead(one, now.now.astimezone(zone))]
    table = tables.Table(file, [], [])
    told = take(
        table,
        [(0, {}, one, ids[one.place]) for one in out],
        System(),
        zone,
        history_until=None if declared == (True,) else now.now,
    )
    if table.refused:
        raise click.ClickException(f"{file}: {table.refused[0][2]}")
    return {**told, "later": len(everything) - len(out)}
