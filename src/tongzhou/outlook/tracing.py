"""How well cases are found and contacts followed: 7-1-7, sources known, contacts named and seen, over a fortnight.

7-1-7 (Frieden et al., Lancet 2021; 398:638): found within 7 days of onset, reported within 1, responded to within 7.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Any

from tongzhou.cases.clocks import moment
from tongzhou.command import queries
from tongzhou.engines.risk.signals import Limits
from tongzhou.investigation import queries as investigation
from tongzhou.ledger.known import rows
from tongzhou.ledger.time import close_of, local_day
from tongzhou.tables.policy import shipped

DAYS, WEEK = 14, 7
LEAST = 5  # cases, below which no share is told

Case = dict[str, Any]  # a folded row: of a case, or of a contact under observation


@cache
def limits() -> Limits:
    """The signed table of early warning."""
    return Limits(**shipped("early_warning")["values"])


@dataclass(frozen=True)
class Share:
    """`n` of `of`; nothing is said of too few."""

    n: int
    of: int

    @property
    def per_cent(self) -> float | None:
        return 100 * self.n / self.of if self.of >= LEAST else None


@dataclass(frozen=True)
class Shares:
    """Of a fortnight's cases, and of the contacts that were to be asked on its last day."""

    found: Share  # in time after onset
    reported: Share  # in time after identification
    responded: Share  # investigated in time after the report
    linked: Share  # a source is known, or they were a contact before
    seen: Share  # of those to be asked on the day


@dataclass(frozen=True)
class Tracing(Shares):
    """The fortnight up to a day. Days are medians, None where nothing is known of it."""

    cases: int
    onset_to_found: float | None
    contacts: int
    contacts_a_case: float | None


@dataclass(frozen=True)
class County(Shares):
    """What a county's fortnight is judged by; `positive` are samples of the last week with a result."""

    positive: Share


def tracing(covers: str, day: dt.date, at: dt.datetime | None = None) -> Tracing:
    """Of the cases in a place under the reader's scope; cases taken in from lists afterwards are left out."""
    found = _found(_cases(at, covers), day)
    keys = {one["key"] for one in found}
    named = rows("contact", at=at)
    contacts = sum(one["data"]["case"] in keys for one in named)
    asked = _asked(day, at)
    places = _inside({one["place"] for one in asked}, covers)
    shares = _shares(found, [one for one in asked if one["place"] in places], _linked(at, named), day)
    known = _onset_to_found(found)
    return Tracing(
        **vars(shares),
        cases=len(found),
        onset_to_found=float(median(known)) if known else None,
        contacts=contacts,
        contacts_a_case=contacts / len(found) if found else None,
    )


def by_county(day: dt.date, at: dt.datetime | None = None) -> dict[int, County]:
    """The same shares for every county of report in scope, from one reading of cases and contacts."""
    cases = _cases(at)
    found, results, asked = _found(cases, day), _results(cases, day), _asked(day, at)
    linked = _linked(at, rows("contact", at=at)) if found else set()
    county = _counties({one["place"] for one in (*found, *asked)} | {place for place, _ in results})
    mine, followed, tested = (defaultdict[int | None, list[Any]](list) for _ in range(3))
    for one in found:
        mine[county.get(one["place"])].append(one)
    for one in asked:
        followed[county.get(one["place"])].append(one)
    for place, positive in results:
        tested[county.get(place)].append(positive)
    return {
        place: County(
            **vars(_shares(mine[place], followed[place], linked, day)),
            positive=Share(sum(tested[place]), len(tested[place])),
        )
        for place in {one for one in county.values() if one is not None}
    }


def _shares(found: list[Case], asked: list[Case], linked: set[str], day: dt.date) -> Shares:
    until, known = close_of(day), _onset_to_found(found)
    seen = sum(any(r["reached"] and local_day(r["at"]) == day for r in one["records"]) for one in asked)
    return Shares(
        Share(sum(days <= limits().found_days for days in known), len(known)),
        _within(found, "identified_at", "reported_at", limits().reported_days, until),
        _within(found, "reported_at", "investigated_at", limits().responded_days, until),
        Share(sum(one["key"] in linked for one in found), len(found)),
        Share(seen, len(asked)),
    )


def _onset_to_found(found: list[Case]) -> list[int]:
    """Days, of the cases of which both are known."""
    days = [_days(one["data"], "onset", "identified_at") for one in found]
    return [n for n in days if n is not None]


def _asked(day: dt.date, at: dt.datetime | None) -> list[Case]:
    """Contacts in scope who were to be asked on a day."""
    observed = investigation.observed(close_of(day), at=at)
    return [one for one in observed if one["state"] in ("observed", "symptoms") and local_day(one["named_at"]) < day]


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


def _cases(at: dt.datetime | None, covers: str | None = None) -> list[Case]:
    """Cases in scope; those taken in from lists afterwards are left out."""
    found = rows("case", covers=covers, at=at)
    return [one for one in found if one["state"] != "merged" and not one["data"]["past"]]


def _results(cases: list[Case], day: dt.date) -> list[tuple[int, bool]]:
    """Samples whose result came in the week up to a day: where, and whether positive."""
    since = day - dt.timedelta(days=WEEK - 1)
    return [
        (one["place"], sample["result"] == "positive")
        for one in cases
        for sample in one["data"]["samples"]
        if (came := moment(sample.get("resulted_at"))) and since <= local_day(came) <= day
        if sample["result"] in ("positive", "negative")
    ]


def _found(cases: list[Case], day: dt.date) -> list[Case]:
    """Cases identified in the fortnight up to a day."""
    until, since = close_of(day), close_of(day - dt.timedelta(days=DAYS))
    return [
        one
        for one in cases
        if one["state"] != "excluded" and since <= (moment(one["data"]["identified_at"]) or until) < until
    ]


def _linked(at: dt.datetime | None, contacts: list[dict[str, Any]]) -> set[str]:
    """Cases with a known source, or who were contacts before they fell ill."""
    sources = {one["key"] for one in rows("interview", at=at)
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
