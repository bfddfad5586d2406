"""`tongzhou bulletin import` and `tongzhou indicator import`: published figures from a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import click

from tongzhou.cli import tables
from tongzhou.cli.importing import finish
from tongzhou.cli.publishing import Line, contradictions, take
from tongzhou.cli.setup import opened
from tongzhou.cli.speaking import speaker
from tongzhou.places.bulletins import FIGURE_NEEDED, NEEDED, ahead, published, read_bulletin, read_figure
from tongzhou.places.region_rows import RegionError, Row
from tongzhou.places.region_types import Bulletin, IndicatorFigure
from tongzhou.why import NO_PLACE, at, gettext_noop, why

TWICE_AT_ONCE = gettext_noop("the day is published twice at this moment; say version or published_at")


@click.group()
def bulletin() -> None:
    """Figures as they were published."""


@bulletin.command("import")
@tables.brings
def import_(brought: tables.Brought) -> None:
    """Append FILE (CSV: day, place, confirmed, published_on, source) to the ledger.

    Where they are told, also: cured, dead, note, version (first or restated), published_at (08:00), new_confirmed,
    new_cured, new_dead, grade_confirmed, grade_cured, grade_dead, read. An empty field was not told. `place` is a
    place's key or code. Good rows go in; the others come back in FILE-refused.csv with the reason: so do those that
    come out after the ledger's clock. Importing a file twice changes nothing. In a replay each publication is known
    from its own moment, else from now. docs/regions.md describes the fields.
    """
    _import(brought, NEEDED, read_bulletin)


@click.group()
def indicator() -> None:
    """Named series that are published beside the bulletins: severe, tested, visits and the like."""


@indicator.command("import")
@tables.brings
def import_indicator(brought: tables.Brought) -> None:
    """Append FILE (CSV: day, place, indicator, value, published_on, source) to the ledger.

    Where they are told, also: note, version (first or restated), published_at (08:00), grade, read. `indicator` is the
    name of a series in small letters. Everything else is as with `bulletin import`.
    """
    _import(brought, FIGURE_NEEDED, read_figure)


Reader = Callable[[Row], Bulletin | IndicatorFigure]


def _import(brought: tables.Brought, needed: tuple[str, ...], read: Reader) -> None:
    table = brought.table(needed)
    with opened(brought.folder):
        told = _append(table, read, speaker(brought.login), brought.dry)
        for line in told["contradictions"]:
            click.echo(f"As published it cannot be: {line}", err=True)
        finish(table, told, brought.as_json, dry=brought.dry)


def _append(table: tables.Table, read: Reader, who: Any, dry: bool) -> dict[str, Any]:
    from tongzhou.ledger import clock, door

    with door.ledger() as connection:
        region = connection.execute("select zone from places_region").fetchone()
        if region is None:
            raise click.ClickException("There is no region here yet: tongzhou region load regions/hubei")
        found = {key: (id, key) for key, id in connection.execute("select key, id from places_place")}
        found |= {
            code: (id, key)
            for code, id, key in connection.execute(
                "select n.code, p.id, p.key from places_name n join places_place p on p.id = n.place where code <> ''"
                " order by p.id desc"
            )
        }
        now = clock.read(connection)
    zone = ZoneInfo(str(region[0]))
    lines: list[Line] = []
    seen: set[Any] = set()
    for n, row in table:
        try:
            one, place = _read(Row(table.path.name, n, row), read, found, zone, now.now)
            if (key := (one.place, row.get("indicator"), one.day, *published(one))) in seen:
                raise ValueError(why("published_on", TWICE_AT_ONCE))
            seen.add(key)
        except RegionError as error:
            table.refuse(n, row, at(error.finding.field, error.finding.detail))
        except ValueError as error:
            table.refuse(n, row, error.args[0])
        else:
            lines.append((n, row, one, place))
    told = take(table, lines, who, zone, history_until=now.now if now.simulated else None, dry=dry)
    return {**told, "contradictions": contradictions(line[2] for line in lines)}


def _read(
    row: Row, read: Reader, places: dict[str, tuple[int, str]], zone: dt.tzinfo, now: dt.datetime
) -> tuple[Bulletin | IndicatorFigure, int]:
    """What a row says, with the number of its place. Raises RegionError or ValueError where it is refused."""
    name = row.text("place")
    if name not in places:
        raise ValueError(why("place", NO_PLACE, said=name))
    number, key = places[name]
    one = read(Row(row.file, row.number, {**row.values, "place": key}))
    if ahead(one, local := now.astimezone(zone)):
        said = gettext_noop("%(said)s lies ahead of this ledger's clock, %(now)s; nobody can know it yet")
        at_last = f"{one.published_on} {one.published_at}".rstrip()
        raise ValueError(why("published_on", said, said=at_last, now=f"{local:%Y-%m-%d %H:%M}"))
    return one, number
