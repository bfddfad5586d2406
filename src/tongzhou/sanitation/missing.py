"""What may be missing of sanitation: homes after a case, waste that nobody fetched, a clean-up, the text of the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop, ngettext

from tongzhou.ledger.missing import Found, Missing, missing
from tongzhou.ledger.owed import after
from tongzhou.ledger.time import local_day, zone
from tongzhou.sanitation import announce, rule

# By place with bins: when the lorry last took something there.
_WASTE = """
with bins as (
  select s.place, min(s.since) as since from sites_span s
  where s.kind = 'mask_bin' and s.since <= %(day)s and (s.until is null or s.until > %(day)s) group by 1
), last as (
  select b.place, coalesce((
    select max(r.effective_at) from ledger_row r where r.noun = 'manifest' and r.place = b.place and r.state <> 'void'
      and (%(known)s::timestamptz is null or r.known_from <= %(known)s) and r.effective_at <= %(now)s
  ), b.since::timestamptz) as at
  from bins b
)
select p.unit, count(*), count(*) filter (where at < %(soon)s), count(*) filter (where at < %(late)s),
  min(at) filter (where at < %(soon)s)
from last l join coverage_spans(%(units)s) p on l.place >= p.first and l.place < p.after group by 1
"""


def waste(units: Sequence[int], now: dt.datetime, known: dt.datetime | None) -> Iterator[tuple[str, Found]]:
    """Bins of worn masks that nobody emptied: missing after half of the time for which waste may be kept, late after
    all of it. Where no bins stand nothing is told."""
    kept = rule.kept_h()
    soon, late = now - dt.timedelta(hours=kept / 2), now - dt.timedelta(hours=kept)
    given: dict[str, Any] = {
        "units": list(units),
        "day": local_day(now),
        "known": known,
        "now": now,
        "soon": soon,
        "late": late,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WASTE, given)
        for unit, of, n, overdue, oldest in cursor.fetchall():
            yield "waste", Found(unit, n, of, overdue, after(oldest, hours=kept) if oldest else None)


_READ = """
with said as materialized (
  select distinct l.place from ledger_row l join places_name n on n.place = l.place and n.level = 'community'
    and n.valid_to is null
  where l.noun = 'announcement' and l.state = 'read' and l.effective_at >= %(began)s and l.effective_at <= %(now)s
    and (%(known)s::timestamptz is null or l.known_from <= %(known)s)
)
select p.unit, sum(there.n), sum(there.n - read.n) from coverage_spans(%(units)s) p, lateral (
  select count(*) as n from places_name n
  where n.level = 'community' and n.valid_to is null and n.place >= p.first and n.place < p.after) there, lateral (
  select count(*) as n from said s where s.place >= p.first and s.place < p.after) read
group by 1 having sum(there.n) > 0
"""


def announcements(units: Sequence[int], now: dt.datetime, known: dt.datetime | None) -> Iterator[tuple[str, Found]]:
    """Communities in which the text of the day was not read out or posted yet."""
    day = local_day(now)
    began, due = dt.datetime.combine(day, dt.time(), zone()), announce.by(day)
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"units": list(units), "began": began, "now": now, "known": known})
        for unit, of, n in cursor.fetchall():
            yield "announcements", Found(unit, int(n), int(of), int(n) if due < now else 0, due)


missing(Missing(
    "disinfection", gettext_noop("Not disinfected"), gettext_noop("Homes after a case, disinfected"),
    lambda n: ngettext("%(n)d home not disinfected after a case", "%(n)d homes not disinfected after a case", n)
    % {"n": n},
    80, duties=("disinfect",), rows=("disinfection", ("waiting", "not_done", "done")), page="/sanitation/",
    do=gettext_noop("Say that it is done"),
))  # fmt: skip
missing(Missing(
    "waste", gettext_noop("Waste not fetched"), gettext_noop("Worn masks, fetched"),
    lambda n: ngettext("%(n)d place whose bins nobody emptied since yesterday",
                       "%(n)d places whose bins nobody emptied since yesterday", n) % {"n": n},
    81, counts=waste, page="/sanitation/#waste", do=gettext_noop("Hand over with a manifest"),
))  # fmt: skip
missing(Missing(
    "announcements", gettext_noop("Not announced"), gettext_noop("Text of the day, read out"),
    lambda n: ngettext("the text of the day was not read out yet",
                       "in %(n)d communities the text of the day was not read out yet", n) % {"n": n},
    82, counts=announcements, page="/sanitation/loudspeaker", do=gettext_noop("Read it out"),
))  # fmt: skip
missing(Missing(
    "cleanups", gettext_noop("Clean-up left"), gettext_noop("Clean-ups, done"),
    lambda n: ngettext("%(n)d clean-up to tell of", "%(n)d clean-ups to tell of", n) % {"n": n},
    83, duties=("clean_up",), page="/sanitation/#cleanup",
))  # fmt: skip
