"""How well cases are found and contacts followed: 7-1-7, sources known, contacts named and seen, over a fortnight.

7-1-7 (Frieden et al., Lancet 2021; 398:638): found within 7 days of onset, reported within 1, responded to within 7.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from tongzhou.cases import investigation
from tongzhou.cases.clocks import moment
from tongzhou.command import queries
from tongzhou.engines.risk.signals import Limits
from tongzhou.ledger.known import rows
from tongzhou.ledger.time import close_of, local_day

POLICY = Path(__file__).resolve().parents[3] / "rulebooks/policies/early_warning.yaml"
DAYS, WEEK = 14, 7
LEAST = 5  # cases, below which no share is told


@cache
def limits() -> Limits:
    """The signed table of early warning."""
    return Limits(**yaml.safe_load(POLICY.read_text())["values"])


@dataclass(frozen=True)
class Share:
    """`n` of `of`; nothing is said of too few."""

    n: int
    of: int

    @property
    def per_cent(self) -> float | None:
        return 100 * self.n / self.of if self.of >= LEAST else None


@dataclass(frozen=True)
class Tracing:
    """The fortnight up to a day. Days are medians, None where nothing is known of it."""

    cases: int
    onset_to_found: float | None
    found: Share  # in time after onset
    reported: Share  # in time after identification
    responded: Share  # investigated in time after the report
    linked: Share  # a source is known, or they were a contact before
    contacts: int
    contacts_a_case: float | None
    seen: Share  # of those to be asked on the day


def tracing(covers: str, day: dt.date, at: dt.datetime | None = None) -> Tracing:
    """Of the cases in a place under the reader's scope; cases taken in from lists afterwards are left out."""
    until = close_of(day)
    found = _found(day, at, covers)
    keys = {one["key"] for one in found}
    named = rows("contact", at=at, limit=50_000)
    contacts = [one for one in named if one["data"]["case"] in keys]
    linked = _linked(at, named)
    delays = [_days(one["data"], "onset", "identified_at") for one in found]
    known = [days for days in delays if days is not None]
    observed = [one for one in investigation.observed(until, at=at) if one["state"] in ("observed", "symptoms")]
    places = _inside({one["place"] for one in observed}, covers)
    asked = [one for one in observed if one["place"] in places and local_day(one["named_at"]) < day]
    seen = sum(any(r["reached"] and local_day(r["at"]) == day for r in one["records"]) for one in asked)
    return Tracing(
        len(found), float(median(known)) if known else None,
        Share(sum(days <= limits().found_days for days in known), len(known)),
        _within(found, "identified_at", "reported_at", limits().reported_days, until),
        _within(found, "reported_at", "investigated_at", limits().responded_days, until),
        Share(len(keys & linked), len(found)),
        len(contacts), len(contacts) / len(found) if found else None, Share(seen, len(asked)),
    )  # fmt: skip


@dataclass(frozen=True)
class County:
    """What a county's fortnight is judged by; `positive` are samples of the last week with a result."""

    linked: Share
    found: Share
    reported: Share
    responded: Share
    seen: Share
    positive: Share


def by_county(day: dt.date, at: dt.datetime | None = None) -> dict[int, County]:
    """The same shares for every county of report in scope, from one reading of cases and contacts."""
    until = close_of(day)
    found = _found(day, at, None)
    linked = _linked(at, rows("contact", at=at, limit=50_000)) if found else set()
    observed = [one for one in investigation.observed(until, at=at) if one["state"] in ("observed", "symptoms")]
    asked = [one for one in observed if local_day(one["named_at"]) < day]
    results = _results(day, at)
    county = _counties({one["place"] for one in (*found, *asked)} | {place for place, _ in results})

    def of(rows_: list[Any], place: int) -> list[Any]:
        return [one for one in rows_ if county.get(one["place"]) == place]

    told = {}
    for place in {one for one in county.values() if one is not None}:
        mine, followed = of(found, place), of(asked, place)
        days = [_days(one["data"], "onset", "identified_at") for one in mine]
        known = [n for n in days if n is not None]
        tested = [positive for where, positive in results if county.get(where) == place]
        told[place] = County(
            Share(sum(one["key"] in linked for one in mine), len(mine)),
            Share(sum(n <= limits().found_days for n in known), len(known)),
            _within(mine, "identified_at", "reported_at", limits().reported_days, until),
            _within(mine, "reported_at", "investigated_at", limits().responded_days, until),
            Share(sum(any(r["reached"] and local_day(r["at"]) == day for r in one["records"]) for one in followed),
                  len(followed)),
            Share(sum(tested), len(tested)),
        )  # fmt: skip
    return told


def _counties(places: set[int]) -> dict[int, int | None]:
    """The county or zone that commands each place."""
    return dict(
        queries.raw().execute(
            "select p, (select c.place from places_cover c"
            " join places_name n on n.place = c.place and n.valid_to is null"
            " where c.tree = 'command' and c.valid_to is null and c.covers @> p and n.level in ('county', 'zone')"
            " order by c.depth desc limit 1) from unnest(%s::integer[]) p",
            [sorted(places)],
        ).fetchall()
    )  # fmt: skip


def _results(day: dt.date, at: dt.datetime | None) -> list[tuple[int, bool]]:
    """Samples whose result came in the week up to a day: where, and whether positive."""
    since = day - dt.timedelta(days=WEEK - 1)
    found = []
    for one in rows("case", at=at, limit=20_000):
        if one["state"] == "merged" or one["data"]["past"]:
            continue
        for sample in one["data"]["samples"]:
            came = moment(sample.get("resulted_at"))
            if came and since <= local_day(came) <= day and sample["result"] in ("positive", "negative"):
                found.append((one["place"], sample["result"] == "positive"))
    return found


def _found(day: dt.date, at: dt.datetime | None, covers: str | None) -> list[dict[str, Any]]:
    """Cases identified in the fortnight up to a day; those taken in from lists afterwards are left out."""
    until, since = close_of(day), close_of(day - dt.timedelta(days=DAYS))
    return [
        one
        for one in rows("case", covers=covers, at=at, limit=20_000)
        if one["state"] not in ("merged", "excluded")
        and not one["data"]["past"]
        and since <= (moment(one["data"]["identified_at"]) or until) < until
    ]


def _linked(at: dt.datetime | None, contacts: list[dict[str, Any]]) -> set[str]:
    """Cases with a known source, or who were contacts before they fell ill."""
    sources = {one["key"] for one in rows("interview", at=at, limit=20_000)
               if any(exposure["source"] for exposure in one["data"]["exposures"])}  # fmt: skip
    return sources | {one["data"]["became"] for one in contacts if one["data"]["became"]}


def _inside(places: set[int], covers: str) -> set[int]:
    found = queries.raw().execute(
        "select p from unnest(%s::integer[]) p where p <@ %s::int4multirange", [sorted(places), covers]
    )
    return {row[0] for row in found.fetchall()}


def _days(data: dict[str, Any], first: str, second: str) -> int | None:
    """Whole days from a day or moment to another; None where one is not known."""
    if not data.get(first) or not data.get(second):
        return None
    a, b = moment(data[first]), moment(data[second])
    return None if a is None or b is None else (_day(a) - _day(b)).days * -1


def _day(value: dt.datetime) -> dt.date:
    return local_day(value) if value.tzinfo else value.date()


def _within(cases: list[dict[str, Any]], start: str, end: str, days: int, until: dt.datetime) -> Share:
    """Of those that began, how many ended in time; those whose time has not run out yet are not judged."""
    met = judged = 0
    for one in cases:
        begun, ended = moment(one["data"][start]), moment(one["data"][end])
        if begun is None:
            continue
        due = begun + dt.timedelta(days=days)
        if ended is not None and ended <= due:
            met, judged = met + 1, judged + 1
        elif due <= until:
            judged += 1
    return Share(met, judged)
