"""`tongzhou market import | alerts`: lists of prices from a table, and what they call for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tongzhou.cli import tables
from tongzhou.cli.importing import append_rows, finish
from tongzhou.cli.setup import data_dir, opened
from tongzhou.cli.speaking import speaker


@click.group()
def market() -> None:
    """Prices and stocks of shops."""


@market.command("import")
@tables.brings
def import_(brought: tables.Brought) -> None:
    """Append FILE (CSV, workbook: told_at, shop, item; price with unit, or stock; optional grade, days, cost, source).

    `told_at` as 2020-03-10T09:30 or a day; `shop` a shop's key or name; `item` and `unit` as in
    rulebooks/policies/market.yaml, also in Chinese; prices in yuan. Good rows go in; the others come back in
    FILE-refused.csv with the reason. Importing a file twice changes nothing.
    """
    with opened(brought.folder):
        from tongzhou.ledger import clock, door
        from tongzhou.ledger.time import local_day
        from tongzhou.market import importing

        found = importing.read(brought.file.read_bytes(), str(brought.file), choices=brought.choices)
        if found.unread:
            click.echo(f"{brought.file}: sheets not read: {', '.join(found.unread)}.", err=True)
        table = tables.Table(brought.file, found.names, found.rows)
        with door.ledger() as ledger:
            now = clock.read(ledger).now
            taken = importing.facts(found, importing.known_shops(ledger, local_day(now)), now)
        for line, row, reason in taken.refused:
            table.refuse(line, dict(row), reason)
        rows, who = dict(found.rows), speaker(brought.login)
        told = append_rows(table, [(n, rows[n], fact) for n, fact in taken.written], who, _refusal, dry=brought.dry)
        if not brought.dry:
            from tongzhou.ledger import follow

            follow.catch_up()
        finish(table, told, brought.as_json, dry=brought.dry)


def _refusal(problem: Any) -> str:
    name = problem.field.removeprefix("body.")
    return f"{name}: {problem}" if name else str(problem)


@market.command()
@data_dir
@click.option("--place", metavar="KEY", help="Key or code of a place: what lies in it (everything).")
@click.option("--all", "all_", is_flag=True, help="Also what is over.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def alerts(data_dir: Path | None, place: str | None, all_: bool, as_json: bool) -> None:
    """Alerts of prices and stocks, with the figures they were judged by and how they stand."""
    with opened(data_dir):
        from django.db import transaction

        from tongzhou.ledger import clock, door
        from tongzhou.market.listed import told
        from tongzhou.people.scope import EVERYWHERE, Holder, set_scope
        from tongzhou.places.load import ids_by_key_or_code

        with door.ledger() as ledger:
            ids, now = ids_by_key_or_code(ledger), clock.read(ledger).now
        if place is not None and place not in ids:
            raise click.UsageError(f"--place: there is no {place!r} in this region.")
        with transaction.atomic():
            set_scope(Holder(None, {}, {"counts": EVERYWHERE}))
            found = told(ids[place] if place else None, now, over=all_)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found["alerts"]:
        over = "" if one["over_pct"] is None else f" {one['over_pct']:+.1f} %"
        click.echo(f"{one['county']}  {one['item']} {one['grade']} {one['sort']}: {one['level']}{over}  {one['state']}")
    click.echo(f"{len(found['alerts'])} alerts, {found['to_look']} to look at, {found['to_decide']} to decide.")
