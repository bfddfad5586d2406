"""Sites as they are known: lists under the scope of whoever asks, one site with its history, choices for forms."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from django.db import connection as app
from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.problems import Malformed
from tongzhou.sites.drafts import Details, Draft

PAGE = 50
_SPAN = "select site, kind, place, name_zh, name_en, invented, since, until, source, details"
_ON = "since <= %(day)s and (until is null or until > %(day)s)"


class Cursor(NamedTuple):
    """Where a page of the list begins: after this site in the order of names."""

    sort: str
    site: str


@dataclass(frozen=True)
class Page:
    sites: list[Draft]
    total: int
    next: Cursor | None  # where there are more


@dataclass(frozen=True)
class Sought:
    """What a list is asked for. `covers`: places as a multirange; None for all."""

    day: dt.date
    text: str = ""
    kinds: tuple[str, ...] = ()
    covers: str | None = None


def page(sought: Sought, after: Cursor | None = None, size: int = PAGE) -> Page:
    """One page in the order of names, and how many there are in all."""
    where, given = _where(sought)
    with app.cursor() as cursor:
        cursor.execute(f"select count(*) from sites_span where {where}", given)
        total = cursor.fetchone()[0]
        further = " and (sort, site) > (%(sort)s, %(site)s)" if after else ""
        cursor.execute(
            f"{_SPAN}, sort from sites_span where {where}{further} order by sort, site limit %(size)s",
            given | {"size": size + 1} | (after._asdict() if after else {}),
        )
        rows = cursor.fetchall()
    shown = rows[:size]
    more = Cursor(shown[-1][-1], shown[-1][0]) if len(rows) > size else None
    return Page([_draft(row[:-1]) for row in shown], total, more)


def _where(sought: Sought) -> tuple[str, dict[str, Any]]:
    parts, given = [_ON], dict[str, Any](day=sought.day)
    if sought.text.strip():
        parts.append("sought like %(like)s")
        given["like"] = "%" + re.sub(r"([\\%_])", r"\\\1", sought.text.strip().lower()) + "%"
    if sought.kinds:
        parts.append("kind = any(%(kinds)s)")
        given["kinds"] = list(sought.kinds)
    if sought.covers is not None:
        parts.append("place <@ %(covers)s::int4multirange")
        given["covers"] = sought.covers
    return " and ".join(parts), given


def choices(day: dt.date, kinds: Collection[str], covers: str | None = None) -> list[Draft]:
    """What a form offers on a day: all of these kinds, the whole list and no part of it."""
    return page(Sought(day, kinds=tuple(kinds), covers=covers), size=10**6).sites


def list_on(connection: Connection[Any], day: dt.date, kinds: Collection[str]) -> list[Draft]:
    """All of these kinds on a day, for whoever has no scope of their own: a household by its slip."""
    rows = connection.execute(
        f"{_SPAN} from sites_span where {_ON} and kind = any(%(kinds)s) order by sort, site",
        {"day": day, "kinds": sorted(kinds)},
    )
    return [_draft(row) for row in rows]


class Near(NamedTuple):
    """A site near a door, and how near: the depth of the smallest area that holds both."""

    site: Draft
    depth: int


_NEAR = """
select site, kind, place, name_zh, name_en, invented, since, until, source, details, depth from (
  select distinct on (s.site) s.*, c.depth from sites_span s
  join places_cover c on c.tree = 'command' and c.valid_to is null and c.covers @> %(place)s::integer
    and c.covers @> s.place
  join places_name n on n.place = c.place and n.valid_to is null and n.level <> all(%(wide)s)
  where s.kind = any(%(kinds)s) and s.since <= %(day)s and (s.until is null or s.until > %(day)s)
  order by s.site, c.depth desc) found
order by depth desc, sort, site
"""
WIDE = ["prefecture", "province", "country"]  # what has no more in common with a door than these is not near it


def near(connection: Connection[Any], place: int, day: dt.date, kinds: Collection[str]) -> list[Near]:
    """Sites of these kinds in the county of a place, the nearest first: for a household by its slip."""
    given = {"place": place, "day": day, "kinds": sorted(kinds), "wide": WIDE}
    return [Near(_draft(row[:-1]), row[-1]) for row in connection.execute(_NEAR, given)]


def spans(site: str) -> list[Draft]:
    """All that is known of one site now, the latest span first."""
    with app.cursor() as cursor:
        cursor.execute(f"{_SPAN} from sites_span where site = %s order by since desc", [site])
        return [_draft(row) for row in cursor.fetchall()]


def named(text: str, kinds: Collection[str], day: dt.date, field: str) -> str | None:
    """The key of the one site of these kinds that has this name on the day; None where nothing was typed. Raises
    Malformed where there is none, or several."""
    if not (plain := " ".join(text.split())):
        return None
    with app.cursor() as cursor:
        cursor.execute(
            f"select distinct site from sites_span where {_ON} and kind = any(%(kinds)s)"
            " and %(text)s in (name_zh, name_en, site) limit 2",
            {"day": day, "kinds": sorted(kinds), "text": plain},
        )
        found = [row[0] for row in cursor.fetchall()]
    if len(found) != 1:
        several = _("several sites are called “%(name)s”; ask their keeper to tell them apart")
        none = _("there was no site called “%(name)s” on that day; leave it out, or ask a keeper of sites")
        raise Malformed((several if found else none) % {"name": plain}, field)
    return str(found[0])


def exposed(day: dt.date) -> list[Draft]:
    """Venues with hours of exposure: offered first where somebody says where they were."""
    with app.cursor() as cursor:
        cursor.execute(
            f"{_SPAN} from sites_span where {_ON} and (kind = 'venue' or details ? 'exposed') order by sort, site",
            {"day": day},
        )
        return [_draft(row) for row in cursor.fetchall()]


class Version(NamedTuple):
    """One writing down: from which day it holds, when it was written, by whom, and whether it ends the site."""

    id: int
    since: dt.date
    known_from: dt.datetime
    by: int | None
    ended: bool
    draft: Draft


def versions(site: str) -> list[Version]:
    """Everything that was ever written of a site, the newest writing first."""
    with app.cursor() as cursor:
        cursor.execute(
            "select id, since, known_from, by_staff, ended, site, kind, place, name_zh, name_en, invented, since, null,"
            " source, details from sites_version where site = %s order by id desc",
            [site],
        )
        return [Version(row[0], row[1], row[2], row[3], row[4], _draft(row[5:])) for row in cursor.fetchall()]


_AS_KNOWN = """
select site, kind, place, name_zh, name_en, invented, since, null::date, source, details from (
  select distinct on (site) * from sites_version
  where site = any(%s) and since <= %s and known_from <= %s order by site, since desc, id desc
) v where not ended
"""


def on_day(connection: Connection[Any], sites: Sequence[str], day: dt.date, known_at: dt.datetime) -> dict[str, Draft]:
    """Sites as they stood on a day, as known at a moment; what was not there then is left out."""
    rows = connection.execute(_AS_KNOWN, [list(sites), day, known_at])
    return {row[0]: _draft(row) for row in rows}


def names(sites: Collection[str], day: dt.date) -> dict[str, Draft]:
    """What sites are called on a day as it is known now; one that is not there then, as it was called last."""
    with app.cursor() as cursor:
        cursor.execute(
            f"select distinct on (site) * from ({_SPAN} from sites_span where site = any(%s)) s"
            " order by site, (since <= %s) desc, since desc",
            [sorted(sites), day],
        )
        return {row[0]: _draft(row) for row in cursor.fetchall()}


def _draft(row: Sequence[Any]) -> Draft:
    site, kind, place, name_zh, name_en, invented, since, until, source, told = row
    details = msgspec.convert(told if isinstance(told, dict) else msgspec.json.decode(told), Details)
    return Draft(site, kind, place, name_zh, name_en, invented, since, until, source, details)
