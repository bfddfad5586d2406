"""`tongzhou measures`: lists that others publish are taken in; the register is told as it was at any moment."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from tongzhou.cli import tables
from tongzhou.cli.importing import append_rows, finish
from tongzhou.cli.setup import data_dir, opened
from tongzhou.cli.speaking import speaker
from tongzhou.why import gettext_noop, why

NAMESPACE = uuid.UUID("6d1b1a54-0f0e-5c0a-9c0e-2b3f6d0a7e22")


@dataclass(frozen=True)
class Layout:
    """The columns of a published list: which hold what. The first of several that is filled counts."""

    source: str
    record: str
    type: tuple[str, ...]
    text: tuple[str, ...]
    start: str
    until: str
    announced: str
    where: tuple[str, ...]
    link: str


LAYOUTS = (
    Layout("coronanet", "record_id", ("type",), ("description",), "date_start", "date_end", "date_announced",
           ("target_city", "city", "target_province", "province"), "link"),
    Layout("acaps", "ID", ("MEASURE", "MEASURE_TYPE", "CATEGORY"), ("COMMENTS", "MEASURE"), "DATE_IMPLEMENTED", "",
           "ENTRY_DATE", ("ADMIN_LEVEL_NAME", "REGION"), "LINK"),
)  # fmt: skip
# The region's provinces and prefectures by either name; an invented place lies outside its tree.
_NAMED = """
select lower(name), n.place from places_cover whole, places_name n, unnest(array[n.name_en, n.name_zh]) name
where whole.tree = 'command' and whole.valid_to is null and whole.place = %s and whole.covers @> n.place
  and n.level in ('province', 'prefecture')
"""
NO_DAY = gettext_noop("%(said)s is no day, as in 2020-03-10")
NO_WORDS = gettext_noop("the list says nothing of it")
NO_NUMBER = gettext_noop("the list gives it no number of its own")


@click.group()
def measures() -> None:
    """Measures that restrict people: the register, and what published lists say."""


@measures.command("import")
@tables.brings
def import_(brought: tables.Brought) -> None:
    """Take in FILE, a list in the columns of CoronaNet or ACAPS, so that it stands beside the register.

    A measure without an end is listed so. A place that is no place of this region stands at the region itself, with
    the words of the list. Importing a file twice changes nothing.
    """
    table = brought.table(())
    layout = next((one for one in LAYOUTS if {one.record, one.start, one.text[0]} <= set(table.columns)), None)
    if layout is None:
        known = "; ".join(f"{one.source}: {one.record}, {one.start}, {one.text[0]}" for one in LAYOUTS)
        raise click.ClickException(
            f"{brought.file.name} is no list that is known. It needs the columns of one of: {known}"
        )
    with opened(brought.folder):
        told = _append(table, layout, speaker(brought.login), brought.dry)
        finish(table, told, brought.as_json, dry=brought.dry)


MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


@measures.command("register")
@click.option("--at", type=MOMENT, help="As it stood at this moment of the region's time; otherwise now.")
@click.option("--known-at", type=MOMENT, help="As it was known at this moment; otherwise as it is known now.")
@data_dir
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def register_(at: dt.datetime | None, known_at: dt.datetime | None, data_dir: Path | None, as_json: bool) -> None:
    """Tell the public register: what is in force, to come, over or in force in fact, with every public field."""
    with opened(data_dir):
        from django.db import transaction

        from tongzhou.ledger import clock, door
        from tongzhou.ledger.time import zone
        from tongzhou.measures.told import told
        from tongzhou.people.scope import Holder, set_scope

        with door.ledger() as connection:
            now = clock.read(connection).now
        with transaction.atomic():
            set_scope(Holder(None))
            when, known = (one.replace(tzinfo=zone()) if one else None for one in (at, known_at))
            found = told(when or now, known)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found["measures"]:
        where = ", ".join(place or "?" for place in one["places"])
        click.echo(f"{one['phase']}\t{one['type']}\t{where}\t{one['start'] or '-'}\t{one['ends'] or '-'}\t{one['key']}")
    click.echo(f"{len(found['measures'])} measures at {found['at']}, {found['in_force']} in force", err=True)


def _append(table: tables.Table, layout: Layout, who: Any, dry: bool) -> dict[str, Any]:
    from tongzhou.api.say import said
    from tongzhou.ledger import clock, door

    with door.ledger() as connection:
        region = connection.execute("select root, zone from places_region").fetchone()
        if region is None:
            raise click.ClickException("There is no region here yet: tongzhou region load regions/hubei")
        places = dict(connection.execute(_NAMED, [region[0]]).fetchall())
        now = clock.read(connection)
    zone, ends = ZoneInfo(str(region[1])), 0
    facts: list[tuple[int, dict[str, str], Any]] = []
    for n, row in table:
        try:
            body = _body(row, layout)
        except ValueError as error:
            table.refuse(n, row, error.args[0])
            continue
        place = places.get((body.get("where") or "").lower(), region[0])
        at = _moment(body, zone, now.now)
        id = uuid.uuid5(NAMESPACE, f"{layout.source}/{body['record']}")
        facts.append((n, row, said("measure.listed", id, at, place, body | {"place": place})))
        ends += "until" not in body
    told = append_rows(table, facts, who, dry=dry)
    return {**told, "without_an_end": ends, "source": layout.source}


def _body(row: Mapping[str, str], layout: Layout) -> dict[str, Any]:
    """What a row says. Raises ValueError with the reason, by its field."""
    record, text = row.get(layout.record, "").strip(), _first(row, layout.text)
    if not re.fullmatch(r"[0-9A-Za-z_.-]{1,80}", record):
        raise ValueError(why(layout.record, NO_NUMBER))
    if not text:
        raise ValueError(why(layout.text[0], NO_WORDS))
    body: dict[str, Any] = {"source": layout.source, "record": record, "type": (_first(row, layout.type) or text)[:200],
                            "text": text[:4000]}  # fmt: skip
    for name in ("start", "until", "announced"):
        column = getattr(layout, name)
        if column and (day := row.get(column, "").strip()):
            body[name] = _day(column, day)
    if where := _first(row, layout.where):
        body["where"] = where[:200]
    if link := row.get(layout.link, "").strip():
        body["link"] = link[:2000]
    return body


def _first(row: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((value for name in names if (value := row.get(name, "").strip())), "")


def _day(column: str, text: str) -> str:
    try:
        return dt.date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise ValueError(why(column, NO_DAY, said=text[:40])) from None


def _moment(body: Mapping[str, Any], zone: ZoneInfo, now: dt.datetime) -> dt.datetime:
    """From when it is: the day on which it began or was announced, never later than now."""
    day = body.get("start") or body.get("announced")
    return min(dt.datetime.fromisoformat(day).replace(tzinfo=zone), now) if day else now
