"""What speaks for a place and what against it, reckoned from the ledger at a moment: the inputs of EF-01.

Counted are words of clinics, laboratories and investigators; of a door nothing but whether it was asked. What cannot be
known from the ledger is unknown, and unknown is never granted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec

from tongzhou import rules
from tongzhou.freeplaces.six import SEEN, Six, in_place, with_seen
from tongzhou.ledger.time import local_day
from tongzhou.places.queries import official_code

RULE = "EF-01"
CONFIRMED = frozenset({"confirmed", "clinical"})
AROUND = """
select c.place, n.level, c.covers::text from places_cover c
join places_name n on n.place = c.place and n.valid_to is null
where c.tree = 'command' and c.valid_to is null and c.covers @> %s::integer order by c.depth desc
"""
_CASES = """
select r.state, r.data -> 'history', coalesce((r.data ->> 'home')::integer, 0) <@ %(covers)s::int4multirange,
  least(r.known_from, (select min(w.known_from) from ledger_row_was w where w.noun = 'case' and w.key = r.key))
from ledger_row r where r.noun = 'case' and r.state not in ('merged', 'excluded', 'void') and (
  (r.place <@ %(covers)s::int4multirange or exists (select from ledger_audience a where a.noun = 'case'
    and a.key = r.key and a.place <@ %(covers)s::int4multirange))
  and (r.data ->> 'home')::integer <@ %(covers)s::int4multirange
  or r.place <@ %(county)s::int4multirange and (r.data ->> 'home' is null
    or not exists (select from places_name n where n.place = (r.data ->> 'home')::integer
      and n.level in ('grid', 'community'))))
"""
_OPEN = """
select
  (select count(*) from ledger_row where noun = 'referral' and place <@ %(covers)s::int4multirange
    and state in ('arrived', 'emergency') and (data ->> 'arrived_at')::timestamptz > %(since)s),
  (select count(*) from ledger_row where noun = 'observation' and place <@ %(covers)s::int4multirange
    and state in ('observed', 'symptoms', 'sent') and (data ->> 'last_day')::date > %(exposed)s)
"""
_HELD = """
select exists (select from ledger_row_was where noun = any(%(nouns)s) and place <@ %(county)s::int4multirange
    and known_from <= %(since)s)
  or exists (select from ledger_row where noun = any(%(nouns)s) and place <@ %(county)s::int4multirange
    and known_from <= %(since)s)
"""
SPOKEN = ["case", "referral", "ward", "interview"]  # of these a clinic, a hospital or a CDC speaks


@dataclass(frozen=True)
class Around:
    """Where a unit lies: the places whose facts are its own, the desk above, the county that signs, its orders."""

    place: int
    covers: str
    street: int
    county: int
    county_covers: str
    code: str | None


def around(connection: Any, place: int) -> Around | None:
    """None where no county lies around it."""
    with connection.cursor() as cursor:
        cursor.execute(AROUND, [place])
        chain = cursor.fetchall()
    county = next((one for one in chain if one[1] in ("county", "zone", "urban_unit")), None)
    if county is None or county[0] == place:
        return None
    above = chain[1][0]
    return Around(place, chain[0][2], above, county[0], county[2], official_code(place, connection))


@dataclass(frozen=True)
class Application:
    """What the ledger says of a place. `last` and `silent`: the last day of a case and of an asymptomatic infection,
    "never", or None where nobody can know; `open`: suspected, fever cases and contacts not yet released; `homeless`:
    cases of the county of which nobody knows where they live; `measures`: in place, not, or unknown."""

    day: dt.date
    code: str | None
    unit: str
    last: dt.date | str | None
    silent: dt.date | str | None
    open: int | None
    homeless: int
    held: bool
    measures: Six
    heard: dt.date | None = None  # the last day on which a confirmed case was heard of first, where that is later

    def given(self, seen: Collection[str] = ()) -> dict[str, Any]:
        """The inputs of the rule, with what the street saw on the spot."""
        found = with_seen(self.measures, seen).values()
        known = None not in found or any(one is False for one in found)
        six = sum(one is True for one in found) if known else None
        told: dict[str, Any] = {"application": self.day.isoformat(), "six_in_place": six}
        told |= {"last_confirmed": _told(self.last), "open_suspected_fever_contact": self.open}
        return told | ({"last_asymptomatic": _told(self.silent)} if self.silent is not None else {})

    def judged(self, seen: Collection[str] = ()) -> rules.Evaluation:
        """What EF-01 says of it. The unknown is left out, so that the rule names what it lacks."""
        given = {name: value for name, value in self.given(seen).items() if value is not None}
        return rules.evaluate(rules.book(), RULE, given, on=self.day, place_code=self.code)

    @property
    def proposable(self) -> bool:
        """Does nothing that is known speak against it? What the street has to see may still be open."""
        told = self.judged()
        return told.outcome == "certify" or (
            told.outcome == "insufficient_data" and told.missing == ("six_in_place",) and self._eyes()
        )

    def _eyes(self) -> bool:
        """Is nothing unknown but what eyes alone can see?"""
        return all(held is not None or code in SEEN for code, held in self.measures.items())


def _told(day: dt.date | str | None) -> str | None:
    return day.isoformat() if isinstance(day, dt.date) else day


def reckon(connection: Any, where: Around, unit: str, now: dt.datetime) -> Application:
    """Reckon it on a connection that sees everything; what is handed on are counts and days."""
    day = local_day(now)
    pack = rules.in_force(RULE, day, where.code)
    days = dt.timedelta(days=int(pack.parameters["days_without_case"]) if pack else 14)
    asked = {"covers": where.covers, "county": where.county_covers, "since": now - days, "now": now, "nouns": SPOKEN,
             "exposed": day - days - dt.timedelta(days=1)}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_HELD, asked)
        held = bool(cursor.fetchone()[0])
        cursor.execute(_CASES, asked)
        here, homeless = _cases(cursor.fetchall(), day - days)
        cursor.execute(_OPEN, asked)
        opened = sum(cursor.fetchone())
    last, silent = _last(here, CONFIRMED), _last(here, frozenset({"asymptomatic"}))
    opened += sum(state == "suspected" for state, _day, _heard in here)
    known = held and not homeless
    return Application(
        day, where.code, unit, last if known else None, silent if known else None,
        opened if opened or known else None, homeless, held,
        in_place(connection, where.place, where.covers, now), _heard(here, last),
    )  # fmt: skip


Here = tuple[str, dt.date, dt.date]


def _cases(rows: Collection[tuple[Any, ...]], since: dt.date) -> tuple[list[Here], int]:
    """Cases of the place, each with its state, the day on which it came to that and that on which it was heard of; how
    many of the county have no home that is known, of those that would count."""
    here, homeless = list[Here](), 0
    for state, history, ours, heard in rows:
        told = msgspec.json.decode(history) if isinstance(history, str) else history
        first = next(one["at"] for one in told if one["classification"] in _like(state))
        day = local_day(dt.datetime.fromisoformat(first))
        if ours:
            here.append((state, day, local_day(heard)))
        elif state == "suspected" or day > since:
            homeless += 1
    return here, homeless


def _like(state: str) -> frozenset[str]:
    return CONFIRMED if state in CONFIRMED else frozenset({state})


def _last(cases: Collection[Here], states: frozenset[str]) -> dt.date | str:
    return max((day for state, day, _heard in cases if state in states), default="never")


def _heard(cases: Collection[Here], last: dt.date | str) -> dt.date | None:
    """The last day on which a confirmed case was heard of first, where its own day lies before: one that was put right
    or told late. Whoever signs is told."""
    found = max((heard for state, _day, heard in cases if state in CONFIRMED), default=None)
    return found if found and isinstance(last, dt.date) and found > last else None


_UNIT = "select code from places_name where place = %s and level = 'community' and valid_to is null"
_SITE = """
select place from sites_span where site = %s and kind = 'compound' and since <= %s and (until is null or until > %s)
"""
VILLAGES = range(200, 400)  # the last three digits of a village's code, as the statistics bureau gives them


def unit_of(connection: Any, place: int, site: str | None, day: dt.date) -> str | None:
    """What sort of unit it is: a compound, a community or a village; None where it is none."""
    with connection.cursor() as cursor:
        cursor.execute(_UNIT, [place])
        found = cursor.fetchone()
        if found is None:
            return None
        if site:
            cursor.execute(_SITE, [site, day, day])
            return "compound" if (place,) in [tuple(row) for row in cursor.fetchall()] else None
    code = str(found[0] or "")
    return "village" if code[-3:].isdigit() and int(code[-3:]) in VILLAGES else "community"
