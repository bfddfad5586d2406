"""What is looked at from outside while and after a play: the law of duties, the digest, what was to be true.

The judge reads the ledger itself, as an auditor does. It says nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongzhou.ledger import door
from tongzhou.ledger.fold import SETTLED
from tongzhou.play.scenario import Expectation

# Rows whose state is no end and on which nothing is owed; of all, or of those that changed since a moment.
_UNOWNED = """
select r.noun, r.key, r.state from ledger_row r
where r.known_from >= %(since)s and jsonb_array_length(r.owed) = 0
  and not coalesce((%(settled)s::jsonb -> r.noun) ? r.state, false)
"""
_PLAYED = """
select k.name, f.body, f.effective_at, case when a.origin = 'system' then 'system'
  when u.username is not null then u.username when a.device = 'slip' then 'resident' else a.device end, a.origin
from ledger_fact f join ledger_append a on a.id = f.append join ledger_kind k on k.id = f.kind
left join auth_user u on u.id = a.by_id where f.append > %s
"""


@dataclass
class Judge:
    """Facts after the append `since` are the play's."""

    since: int
    settled: str = ""
    unowned: set[tuple[str, str, str]] = field(default_factory=set)
    unmet: list[str] = field(default_factory=list)
    before: set[tuple[str, str, str]] = field(default_factory=set)
    looked: int = -1  # up to which append

    def begin(self) -> None:
        """What stood unowned before the play is told apart: it is not the play's."""
        self.settled = json.dumps({noun: sorted(states) for noun, states in SETTLED.items()})
        self.before = self._unowned(dt.datetime(1970, 1, 1, tzinfo=dt.UTC))

    def heard(self) -> bool:
        """Was anything said since this was last asked?"""
        before, self.looked = self.looked, last_append()
        return before != self.looked

    def law(self, since: dt.datetime) -> None:
        """Every row that changed since a moment is at an end, or somebody owes something on it."""
        self.unowned |= self._unowned(since) - self.before

    def _unowned(self, since: dt.datetime) -> set[tuple[str, str, str]]:
        with door.ledger() as ledger:
            return set(ledger.execute(_UNOWNED, {"since": since, "settled": self.settled}).fetchall())

    def digest(self) -> tuple[int, str]:
        """How many facts the play made, and the digest over kind, body, moment and speaker of each."""
        with door.ledger() as ledger:
            told = ledger.execute(_PLAYED, [self.since]).fetchall()
        lines = sorted(
            f"{kind}\t{body}\t{at.astimezone(dt.UTC).isoformat()}\t{speaker}" for kind, body, at, speaker, _o in told
        )
        return len(told), hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def expects(
        self, one: Expectation, now: dt.datetime, named: Mapping[str, str], doors: Collection[int] = ()
    ) -> None:
        """Note what was to be true and is not. `doors`: those that are played."""
        if said := self._fails(one.told, now, named, doors):
            self.unmet.append(f"{one.told.file}, line {one.told.line}: {said}")

    def _fails(
        self, told: Mapping[str, Any], now: dt.datetime, named: Mapping[str, str], doors: Collection[int]
    ) -> str:
        if "heard_at_least" in told:
            share = self._heard(now.date(), doors)
            return "" if share >= told["heard_at_least"] else f"{share:.0%} of the doors were heard by {now:%H:%M}."
        key = named.get(str(told.get("of", "")), "")
        if "of" in told and not key:
            return f"{told['of']} was never said."
        if "owed" in told:
            n = self._count(_OWED, {"what": told["owed"], "now": now, "key": key})
            return _outside(told, n, f"{n} × {told['owed']} is owed.")
        states = told.get("state")
        states = [states] if isinstance(states, str) else list(states or [])
        given = {"noun": told["noun"], "states": states, "key": key, "about": key, "ward": str(told.get("ward", "")),
                 "place": str(told.get("place", "")), "data": json.dumps(told.get("data", {}))}  # fmt: skip
        n = self._count(_ROWS, given)
        return _outside(
            told, n, f"{n} × {told['noun']} is {' or '.join(states) or 'there'}: {self._stand(told['noun'], key)}"
        )

    def _count(self, query: str, given: Mapping[str, Any]) -> int:
        with door.ledger() as ledger:
            row = ledger.execute(query, given).fetchone()
        return int(row[0]) if row else 0

    def _stand(self, noun: str, key: str) -> str:
        with door.ledger() as ledger:
            rows = ledger.execute(_STATES, {"noun": noun, "key": key, "about": key}).fetchall()
        return ", ".join(f"{n} {state}" for state, n in rows) or "none is there"

    def _heard(self, day: dt.date, doors: Collection[int]) -> float:
        with door.ledger() as ledger:
            row = ledger.execute(_HEARD, [day, list(doors)]).fetchone()
        return float(row[0] or 0) if row else 0.0


# A row is the one that was named, or one that names it.
_IS = "(%(key)s = '' or r.key = %(key)s or r.data::text like '%%' || %(about)s || '%%')"
_ROWS = f"""
select count(*) from ledger_row r where noun = %(noun)s and {_IS}
  and (%(states)s::text[] = '{{}}' or state = any(%(states)s))
  and (%(ward)s = '' or r.data ->> 'ward' = (select id::text from hospital_ward where key = %(ward)s))
  and (%(place)s = '' or r.place = (select id from places_place where key = %(place)s)) and r.data @> %(data)s::jsonb
"""
_STATES = f"select state, count(*) from ledger_row r where noun = %(noun)s and {_IS} group by 1 order by 2 desc limit 5"
_OWED = """
select count(*) from ledger_owed where what = %(what)s and step = 0 and owes_from <= %(now)s
  and (%(key)s = '' or key = %(key)s)
"""
_HEARD = """
select count(d.household)::float / nullif(count(*), 0) from community_household h
left join community_household_day d on d.household = h.id and d.day = %s and d.state in (1, 2)
where h.id = any(%s::integer[])
"""


def _outside(told: Mapping[str, Any], n: int, said: str) -> str:
    most = told.get("at_most", n)
    least = told.get("at_least", 0 if "at_most" in told else 1)
    return "" if least <= n <= most else said


def last_append() -> int:
    with door.ledger() as ledger:
        row = ledger.execute("select coalesce(max(id), 0) from ledger_append").fetchone()
    return int(row[0]) if row else 0
