"""`tongzhou stock import`: counts of many stores from a table, as hospitals send them every day."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import click

from tongzhou.cli import tables
from tongzhou.cli.importing import append_rows, finish
from tongzhou.cli.setup import opened
from tongzhou.cli.speaking import speaker
from tongzhou.tables.ids import plain_id
from tongzhou.why import NO_PLACE, gettext_noop, why

NEEDED = ("counted_at", "place", "item", "usable")


@click.group()
def stock() -> None:
    """What stores hold of protective goods."""


@stock.command("import")
@tables.brings
def import_(brought: tables.Brought) -> None:
    """Append FILE (CSV: counted_at, place, item, usable; optional house, used, need, source) to the ledger.

    `counted_at` as 2020-03-10T15:00 in the region's time; `place` a place's key or code, `house` the key of a house
    that stands there; pieces, not boxes. Good rows go in; the others come back in FILE-refused.csv with the reason.
    Importing a file twice changes nothing.
    """
    table = brought.table(NEEDED)
    with opened(brought.folder):
        told = _append(table, speaker(brought.login), dry=brought.dry)
        finish(table, told, brought.as_json, dry=brought.dry)


def _append(table: tables.Table, who: Any, *, dry: bool) -> dict[str, Any]:
    from tongzhou.ledger import clock, door
    from tongzhou.ledger.time import zone
    from tongzhou.places.load import ids_by_key_or_code

    with door.ledger() as connection:
        ids, now = ids_by_key_or_code(connection), clock.read(connection).now
    if not ids:
        raise click.ClickException("There is no region here yet: tongzhou region load regions/hubei")
    facts = [(line, row, made) for line, row in table if (made := _fact(table, line, row, ids, now, zone()))]
    return append_rows(table, facts, who, _refusal, dry=dry)


def _refusal(problem: Any) -> str:
    field = problem.field.removeprefix("body.")
    return f"{field}: {problem}" if field else str(problem)


def _fact(
    table: tables.Table, line: int, row: dict[str, str], ids: dict[str, int], now: dt.datetime, zone: dt.tzinfo
) -> Any:
    """The fact a row says; None where the row is refused."""
    import msgspec

    from tongzhou.ledger.kinds import Said
    from tongzhou.ledger.story import tell

    try:
        at = _moment(row["counted_at"], zone)
        if at > now:
            raise ValueError(why("counted_at", gettext_noop("%(said)s has not come yet"), said=row["counted_at"]))
        if row["place"] not in ids:
            raise ValueError(why("place", NO_PLACE, said=row["place"]))
        if not row["item"]:
            raise ValueError(why("item", gettext_noop("is empty")))
        body: dict[str, Any] = {"place": ids[row["place"]], "item": row["item"]}
        body |= {name: _pieces(row, name) for name in ("usable", "used", "need") if name == "usable" or row.get(name)}
        body |= {name: row[name] for name in ("house", "source") if row.get(name)}
    except ValueError as error:
        table.refuse(line, row, error.args[0])
        return None
    told = tell(at, "import", "stock.counted", body)
    return Said(told.id, told.kind, at, msgspec.Raw(json.dumps(body).encode()), body["place"])


def _moment(text: str, zone: dt.tzinfo) -> dt.datetime:
    from tongzhou.api.asked import YEARS

    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        at = dt.datetime.min.replace(tzinfo=dt.UTC)
    if at.year not in YEARS:
        raise ValueError(why("counted_at", gettext_noop("%(said)r is not a moment like 2020-03-10T15:00"), said=text))
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _pieces(row: dict[str, str], name: str) -> int:
    text = plain_id(row.get(name, ""))
    if not text.isascii() or not text.isdecimal():
        raise ValueError(why(name, gettext_noop("%(said)r is not a whole number of pieces, 0 or more"), said=text))
    return int(text)
