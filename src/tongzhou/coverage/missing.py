"""What no single line of work can tell: posts that nobody holds, compounds that nobody looks after, and what lies
elsewhere of people who live here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tongzhou.ledger.known import rows
from tongzhou.ledger.missing import Found, Missing, missing
from tongzhou.ledger.owed import after, day_in
from tongzhou.ledger.time import local_day, zone
from tongzhou.places.queries import covers_of
from tongzhou.sites.drafts import Draft
from tongzhou.sites.queries import choices
from tongzhou.tables.policy import shipped


def set_right_by(now: dt.datetime) -> dt.datetime:
    """By when of this day, or of the next one, what no duty times is set right."""
    hour = dt.time.fromisoformat(shipped("coverage")["values"]["set_right_by"])
    today = dt.datetime.combine(local_day(now), hour, zone())
    return today if now < today else after(today, days=1)


def posts(units: Sequence[int], now: dt.datetime, known: dt.datetime | None) -> Iterator[tuple[str, Found]]:
    """Grids without a worker, or without anybody who stands in. Who held which post then is not told of the past."""
    if known is not None:
        return
    by = set_right_by(now)
    with connection.cursor() as cursor:
        cursor.execute("select unit, grids, no_worker, no_deputy from coverage_posts(%s)", [list(units)])
        for unit, grids, worker, deputy in cursor.fetchall():
            yield "workers", Found(unit, worker, grids, 0, by)
            yield "deputies", Found(unit, deputy, grids, 0, by)


# A compound is looked after by the property management that is a part of it, or by whoever took it on.
_COMPOUNDS = """
with stood as (
  select c.place, not exists (
    select from sites_span m where m.kind = 'property_manager' and m.details ->> 'part_of' = c.site
      and m.since <= %(day)s and (m.until is null or m.until > %(day)s)
  ) and not exists (
    select from ledger_row r where r.noun = 'compound' and r.key = c.site and r.state = 'kept'
      and (%(known)s::timestamptz is null or r.known_from <= %(known)s)
      and coalesce(r.data ->> 'until', '9999-12-31') >= %(day)s::text
  ) as alone
  from sites_span c
  where c.kind = 'compound' and c.since <= %(day)s and (c.until is null or c.until > %(day)s)
)
select p.unit, count(*) filter (where s.alone), count(*)
from stood s join coverage_spans(%(units)s) p on s.place >= p.first and s.place < p.after group by 1
"""


def owners(units: Sequence[int], now: dt.datetime, known: dt.datetime | None) -> Iterator[tuple[str, Found]]:
    """Compounds that have no property management and that nobody took on."""
    with connection.cursor() as cursor:
        cursor.execute(_COMPOUNDS, {"units": list(units), "day": local_day(now), "known": known})
        for unit, n, of in cursor.fetchall():
            yield "owners", Found(unit, n, of, 0, set_right_by(now))


def alone_at(community: int, now: dt.datetime) -> list[Draft]:
    """Those compounds of a community, as a form offers them."""
    day = local_day(now)
    found = choices(day, ["compound", "property_manager"], covers_of(community))
    managed = {one.details.part_of for one in found if one.kind == "property_manager"}
    kept = {row["key"] for row in rows("compound", states=["kept"]) if not _over(row["data"]["until"], day)}
    return [one for one in found if one.kind == "compound" and one.key not in managed | kept]


def _over(until: str | None, day: dt.date) -> bool:
    last = day_in(until)
    return last is not None and last < day


def sick(units: Sequence[int], now: dt.datetime, known: dt.datetime | None) -> Iterator[tuple[str, Found]]:
    """Of people who live in a unit and are treated elsewhere: what is not done for them yet."""
    with connection.cursor() as cursor:
        cursor.execute("select code, unit, n, late, due from coverage_sick(%s, %s, %s)", [now, known, list(units)])
        told = {(code, unit): Found(unit, n, None, late, due) for code, unit, n, late, due in cursor.fetchall()}
    for code, entry in ELSEWHERE.items():
        for unit in units:
            yield entry, told.get((code, unit)) or Found(unit, 0)


ELSEWHERE = {"confirmed": "confirmed", "suspected": "suspected", "fever": "at_clinic"}  # as it is counted → entry
missing(Missing(
    "confirmed", gettext_noop("Confirmed, not admitted"), gettext_noop("Confirmed, admitted"),
    lambda n: _("%(n)d confirmed without a bed") % {"n": n},
    2, counts=sick, owes="dispatcher",
))  # fmt: skip
missing(Missing(
    "suspected", gettext_noop("Suspected, not tested"), gettext_noop("Suspected, tested"),
    lambda n: _("%(n)d suspected without a sample") % {"n": n},
    3, counts=sick, owes="clinician",
))  # fmt: skip
missing(Missing(
    "at_clinic", gettext_noop("On the way to the clinic"), gettext_noop("Sent to the clinic, examined"),
    lambda n: _("%(n)d sent to the clinic, not examined yet")
    % {"n": n},
    21, counts=sick, owes="clinician",
))  # fmt: skip
missing(Missing(
    "owners", gettext_noop("Nobody's"), gettext_noop("Compounds, each looked after"),
    lambda n: ngettext("%(n)d compound that nobody looks after", "%(n)d compounds that nobody looks after", n)
    % {"n": n},
    40, counts=owners, page="#owners", do=gettext_noop("Say who looks after it"),
))  # fmt: skip
missing(Missing(
    "workers", gettext_noop("Grids without a worker"), gettext_noop("Grids, each with a worker"),
    lambda n: ngettext("%(n)d grid without a worker", "%(n)d grids without a worker", n) % {"n": n},
    51, counts=posts,
))  # fmt: skip
missing(Missing(
    "deputies", gettext_noop("Grids without a deputy"), gettext_noop("Grids, each with a deputy"),
    lambda n: ngettext("%(n)d grid without a deputy", "%(n)d grids without a deputy", n) % {"n": n},
    52, counts=posts,
))  # fmt: skip
