"""Where somebody can be sent: the fever clinics that are known, those of the household's county first, with their
hours; else the county, whose clinic says that they came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection as app
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.api import asked
from tongzhou.cases.queries import county_of, place_names
from tongzhou.ledger.append import ASKS, Context
from tongzhou.ledger.form import Checked
from tongzhou.ledger.time import local_day, zone
from tongzhou.problems import Malformed, Problem
from tongzhou.sites import hours, queries
from tongzhou.sites.drafts import Draft
from tongzhou.sites.named import names_site
from tongzhou.sites.templatetags.sites import hourswords, sitename

KINDS = frozenset({"fever_clinic"})

# How near each place is: in the household's county, and by how deep a place holds both. None beyond the prefecture.
_NEAR = """
with above as materialized (
  select h.home, c.covers, c.depth, n.level in ('county', 'zone') own from unnest(%(homes)s::integer[]) h (home)
  join places_cover c on c.tree = 'command' and c.valid_to is null and c.covers @> h.home
  join places_name n on n.place = c.place and n.valid_to is null and n.level <> 'province')
select a.home, w.place, coalesce(bool_or(a.own), false), max(a.depth)
from unnest(%(places)s::integer[]) w (place) join above a on a.covers @> w.place
group by a.home, w.place
"""


@dataclass(frozen=True)
class Where:
    """Where somebody is sent: the county that receives the referral, and the clinic, where it is one that is known."""

    place: int
    site: str | None = None


def near(homes: Collection[int], now: dt.datetime) -> dict[int, list[Draft]]:
    """The fever clinics of each household's county and prefecture: the county's own first, the open before the
    shut."""
    known = queries.choices(local_day(now), KINDS)
    ways: dict[int, dict[int, tuple[bool, int]]] = {home: {} for home in homes}
    with app.cursor() as cursor:
        cursor.execute(_NEAR, {"places": sorted({one.place for one in known}), "homes": sorted(homes)})
        for home, place, own, depth in cursor.fetchall():
            ways[home][place] = (not own, -depth)
    return {home: _in_order([one for one in known if one.place in way], way, now) for home, way in ways.items()}


def _in_order(found: list[Draft], way: Mapping[int, tuple[bool, int]], now: dt.datetime) -> list[Draft]:
    return sorted(found, key=lambda one: (way[one.place][0], not is_open(one, now), way[one.place][1], one.key))


def is_open(one: Draft, now: dt.datetime) -> bool:
    """By its hours or those of its night desk; open where nobody wrote hours down."""
    told = [text for text in (one.details.hours, one.details.night) if text]
    local = now.astimezone(zone())
    at = (local.weekday(), local.hour * 60 + local.minute)
    return not told or any(hours.is_open(hours.parse(text), *at) for text in told)


def offered(homes: Collection[int], now: dt.datetime) -> dict[int, list[tuple[str, str]]]:
    """What a form offers for the households of each place: code and words. The county itself comes last, for a clinic
    that is on no list."""
    return {home: _offered(found, home, now) for home, found in near(homes, now).items()}


def _offered(clinics: list[Draft], home: int, now: dt.datetime) -> list[tuple[str, str]]:
    found = [(one.key, words(one, now)) for one in clinics]
    if (county := county_of(home)) is not None:
        zh, en = place_names([county]).get(county, ("", ""))
        name = en if get_language() == "en" else zh
        found.append((str(county), _("%(place)s, a clinic that is not listed") % {"place": name} if found else name))
    return found


def words(one: Draft, now: dt.datetime) -> str:
    """`Lake fever clinic · 08:00-18:00 · open now`"""
    told = [sitename(one), hourswords(one.details.hours)]
    told.append("" if not told[1] else _("open now") if is_open(one, now) else _("shut now"))
    return " · ".join(part for part in told if part)


def chosen(text: str, now: dt.datetime) -> Where:
    """A clinic by its key, or a place by its number as facts of before name it. Raises Malformed."""
    if (number := asked.number(text)) is not None:
        return Where(number)
    site = queries.names([text], local_day(now)).get(text) if text else None
    county = county_of(site.place) if site and site.kind in KINDS else None
    if county is None:
        raise Malformed(_("which clinic"), "clinic")
    return Where(county, text)


def named(referrals: Iterable[dict[str, Any]], now: dt.datetime) -> dict[str, Draft]:
    """The clinics that these referrals name."""
    return queries.names({str(one["site"]) for one in referrals if one.get("site")}, local_day(now))


_LIES = """
select w.n from unnest(%s::integer[], %s::text[], %s::integer[]) w (n, site, place)
where not exists (select from sites_span s join places_cover c on c.place = w.place and c.tree = 'command'
  and c.valid_to is null where s.site = w.site and c.covers @> s.place)
"""
_known = names_site("clinic", KINDS)


def _ask(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A clinic that is named is one, was there that day, and lies where the referral is received."""
    refused = _known(connection, context, facts)
    told = [fact for fact in facts if fact.n not in refused and getattr(fact.body, "clinic", None)]
    asked_of = [(fact.n, fact.body.clinic, fact.said.reporting or fact.said.place) for fact in told]  # type: ignore[attr-defined]
    if asked_of:
        for (n,) in connection.execute(_LIES, [list(column) for column in zip(*asked_of, strict=True)]):
            refused[n] = Malformed(_("a clinic of the place that receives the referral"), "clinic")
    return refused


ASKS["referral.made"] = _ask
