"""The published list as everybody sees it: no account, no script, readable at 320 px and on paper, and as files.

A place stands in it from the first list after its signature on. Whether it holds is told as of this minute: people must
not go out because a list of yesterday says so. Nothing is ranked, and no reason but the rule is given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from tongzhou.freeplaces import queries, shown
from tongzhou.freeplaces.holding import at
from tongzhou.freeplaces.kinds import COUNTED
from tongzhou.freeplaces.shares import shares
from tongzhou.ledger.owed import after
from tongzhou.ledger.time import local_day, stamp
from tongzhou.measures.listing import moments
from tongzhou.pages.table import Column, Table
from tongzhou.pages.templatetags.pages import named
from tongzhou.places.queries import names, official_code
from tongzhou.tables.policy import shipped

STANDS = {
    "certified": gettext_noop("certified"),
    "suspended": gettext_noop("suspended: the conditions of the rule are not met at present"),
    "cancelled": gettext_noop("cancelled: the conditions of the rule are not met"),
    "ended": gettext_noop("taken back"),
}


@dataclass(frozen=True)
class Line:
    """One place of the list."""

    one: queries.Certificate
    county: int
    title: str
    stands: str
    allowed: str

    @property
    def since(self) -> str:
        return shown.since(self.one.data)


@dataclass(frozen=True)
class Known:
    """The lists that were published, and every certificate that was signed, as it is now, with its county."""

    published: list[queries.Listed]
    held: list[queries.Certificate]
    county: dict[int, int]

    def of_lists(self) -> Iterator[tuple[queries.Certificate, queries.Listed]]:
        """Certificates of areas that published a list of their own, each with that list."""
        own = {one.place: one for one in self.published if one.source is None}
        for one in self.held:
            if area := own.get(self.county.get(one.place, 0)):
                yield one, area


def read(now: dt.datetime, known_at: dt.datetime | None = None) -> Known:
    """Everything that the list is drawn from, each asked once."""
    held = queries.certificates(now, states=("certified", "suspended", "cancelled", "ended"), known_at=known_at)
    return Known(queries.lists(now, known_at), held, queries.counties([one.place for one in held]))


def lines(known: Known, now: dt.datetime) -> list[Line]:
    """The places of all lists that were published, as they are now."""
    listed = [one for one, area in known.of_lists() if _was_listed(one, area)]
    called = shown.titles((one.place, one.site) for one in listed)
    code = cache(official_code)
    told = [
        Line(one, known.county[one.place], called[one.place, one.site], _(STANDS[one.standing]),
             shown.allowed(one.data, one.standing, now, code(one.place)))
        for one in listed
    ]  # fmt: skip
    return sorted(told, key=lambda line: (line.county, line.one.place, line.one.site or ""))


def _was_listed(one: queries.Certificate, last: queries.Listed) -> bool:
    """Signed by the time of the list; what was over before it stands in it no more."""
    since, over = at(one.data["since"]), at(one.data["cancelled_at"]) or at(one.data["ended_at"])
    return since is not None and since <= last.as_of and (over is None or over > last.as_of)


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Epidemic-free places by county, as they are now, with the counts of the last list."""
    now, known_at, day = moments(request)
    known = read(now, known_at)
    found, since = lines(known, now), _since(known)
    places = names(sorted({one.place for one in known.published} | {one.county for one in found}))
    by_county = {county: list(ones) for county, ones in groupby(found, key=lambda line: line.county)}
    context = {
        "areas": [
            _area(
                one,
                by_county.get(one.place, []) if one.source is None else [],
                named(places.get(one.place)),
                since.get(one.place) if one.source is None else None,
            )
            for one in known.published
        ],
        "day": day,
        "now": now,
    }
    return render(request, "freeplaces/listed.html", context)


def _since(known: Known) -> dict[int, tuple[int, int]]:
    """By area what became of its places since its list: how many were certified, how many of the list do not hold now.
    Which they are stands in the next list, and beside each place of this one."""
    told = {one.place: (0, 0) for one in known.published if one.source is None}
    for one, area in known.of_lists():
        fresh, gone = told[area.place]
        listed = _was_listed(one, area)
        told[area.place] = (fresh + (one.holds and not listed), gone + (listed and not one.holds))
    return told


def _area(one: queries.Listed, found: Sequence[Line], title: str, since: tuple[int, int] | None) -> dict[str, Any]:
    percent = shares(one.counts, local_day(one.as_of), official_code(one.place))
    counts = [
        _("%(what)s: %(n)d of %(all)d (%(share)s %%)")
        % {"what": _(COUNTED[name]), "n": n, "all": everything, "share": f"{percent[name]:.1f}"}
        if name in percent
        else _("%(what)s: %(n)d of %(all)d") % {"what": _(COUNTED[name]), "n": n, "all": everything}
        for name, (n, everything) in one.counts.items()
    ]
    told: dict[str, Any] = {"one": one, "title": title, "lines": found, "counts": counts, "as_of": stamp(one.as_of)}
    if since is None:  # published elsewhere: when its next comes nobody here knows
        return told
    days = float(shipped("epidemic_free")["values"]["publish_days"])
    return told | {"next": stamp(after(one.at, days=days)), "fresh": since[0], "gone": since[1]}


@require_GET
def as_data(request: HttpRequest) -> HttpResponse:
    """The same for programs."""
    now, known_at, _day = moments(request)
    known = read(now, known_at)
    told = {
        "at": now.isoformat(),
        "lists": [
            {"place": one.place, "as_of": one.as_of.isoformat(), "source": one.source, "counts": one.counts,
             "shares": shares(one.counts, local_day(one.as_of), official_code(one.place))}
            for one in known.published
        ],
        "places": [
            {"place": line.one.place, "compound": line.one.site, "name": line.title, "standing": line.one.standing,
             "since": line.since, "days": line.one.days}
            for line in lines(known, now)
        ],
    }  # fmt: skip
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


@require_GET
def as_table(request: HttpRequest) -> HttpResponseBase:
    """The same as a file for Excel."""
    now, known_at, _day = moments(request)
    return Table(_("Epidemic-free places"), COLUMNS, lines(read(now, known_at), now)).file("epidemic-free-places")


COLUMNS = (
    Column("title", gettext_noop("Place"), lambda line: line.title),
    Column("stands", gettext_noop("State"), lambda line: line.stands),
    Column("since", gettext_noop("Certified since"), lambda line: line.since),
    Column("days", gettext_noop("Days that count"), lambda line: line.one.days, sort="number"),
    Column("allowed", gettext_noop("What people may do"), lambda line: line.allowed),
)
