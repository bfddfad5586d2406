"""Keeping what is owed beside the rows: resolving each duty's desks and hours, and writing the differences."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec.structs import replace
from psycopg import Connection

from tongzhou.ledger.fold import OF_DUTIES, Row
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Duty, Owed, Step, Table, after, resolve, table_on
from tongzhou.ledger.rights import Verdict
from tongzhou.ledger.time import local_day

_LINKS = """
with recursive up (origin, place, parent, valid_from, valid_to, n) as (
  select l.place, l.place, l.parent, l.valid_from, l.valid_to, 0 from places_link l
  where l.tree = 'command' and l.place = any(%s)
  union
  select up.origin, l.place, l.parent, l.valid_from, l.valid_to, up.n + 1 from up
  join places_link l on l.place = up.parent and l.tree = 'command'
)
select origin, up.place, parent, up.valid_from, up.valid_to, n.level, n.valid_from, n.valid_to
from up join places_name n on n.place = up.place
"""


@dataclass(frozen=True)
class _Link:
    place: int
    parent: int | None
    link: tuple[dt.date, dt.date]
    level: str
    named: tuple[dt.date, dt.date]


_CHAINS: dict[tuple[str, int], list[_Link]] = {}
_ABOVE: dict[tuple[str, int, dt.date], list[tuple[int, str]]] = {}
MOST_CHAINS = 50_000
KEPT = 300.0  # seconds: a region that is loaded meanwhile is seen after this
_read_at = 0.0


class Tree:
    """The command tree above some places, with its dates: read once for each place and then kept."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection
        self.name = f"{connection.info.host}/{connection.info.dbname}"

    def know(self, places: Iterable[int]) -> None:
        global _read_at
        if time.monotonic() - _read_at > KEPT or max(len(_CHAINS), len(_ABOVE)) > MOST_CHAINS:
            _CHAINS.clear()
            _ABOVE.clear()
            _read_at = time.monotonic()
        missing = sorted({place for place in places if (self.name, place) not in _CHAINS})
        if not missing:
            return
        found: dict[int, list[_Link]] = {place: [] for place in missing}
        for origin, place, parent, since, until, level, named, unnamed in self.connection.execute(_LINKS, [missing]):
            link = (since, until or dt.date.max)
            found[origin].append(_Link(place, parent, link, level, (named, unnamed or dt.date.max)))
        for place, links in found.items():
            if links:  # a place that is not in the tree yet may come into it
                _CHAINS[self.name, place] = links

    def above(self, place: int, day: dt.date) -> list[tuple[int, str]]:
        """The place and those above it on a day, nearest first, with their levels. Days before the tree began are
        read as its first."""
        key = (self.name, place, day)
        if (found := _ABOVE.get(key)) is None:
            if (self.name, place) not in _CHAINS:
                self.know([place])  # forgotten by another thread meanwhile
            links = _CHAINS.get((self.name, place))
            if not links:
                return []
            found = _ABOVE[key] = self._climb(links, place, day)
        return found

    @staticmethod
    def _climb(links: list[_Link], place: int, day: dt.date) -> list[tuple[int, str]]:
        day = max(day, min(one.link[0] for one in links))
        found: list[tuple[int, str]] = []
        at: int | None = place
        while at is not None and len(found) < 12:
            here = [one for one in links if one.place == at and one.link[0] <= day < one.link[1]]
            if not here:
                break
            named = next((one for one in here if one.named[0] <= day < one.named[1]), here[0])
            found.append((at, named.level))
            at = named.parent
        return found


def duties(tree: Tree, subject: str, row: Row, facts: Sequence[Fact], verdict: Verdict) -> list[Duty]:
    """What is owed on a subject: by its fold, for its contradiction, for words and offers that wait for an answer."""
    noun = subject.partition("/")[0]
    own = [one for one in row.owed if not _handed_over(one, row, facts, verdict)]
    wanted = [*own, *_everywhere(noun, row, facts, verdict)]
    if not wanted:
        return []
    tree.know(one.place if one.place is not None else row.place for one in wanted)
    said = [fact for fact in facts if fact.kind in OF_DUTIES]
    found: dict[tuple[str, int], Duty] = {}
    for one in wanted:
        day = local_day(one.since)
        at = one.place if one.place is not None else row.place
        table = table_on(day)
        duty = resolve(one, row.place, tree.above(at, day), table)
        if duty.steps:
            found[duty.what, duty.at] = _as_said(duty, said, table)
    return [found[key] for key in sorted(found)]


def _handed_over(one: Owed, row: Row, facts: Sequence[Fact], verdict: Verdict) -> bool:
    """Was the subject offered to the place where it is to go, or is nothing to be offered there any more?"""
    if one.handed is None:
        return False
    declined = any(fact.kind == "subject.declined" and fact.place == one.handed for fact in facts)
    return declined or one.handed in verdict.offered or one.handed in (row.place, verdict.place)


def _everywhere(noun: str, row: Row, facts: Sequence[Fact], verdict: Verdict) -> list[Owed]:
    last = max((fact.received_at for fact in facts), default=row.effective_at)
    holder = table_on(local_day(last)).holders.get(noun)
    found = []
    if row.conflict:
        found.append(Owed("find_out", last, role=row.conflict.owner_role))
    waiting = verdict.waiting - verdict.left
    if waiting and verdict.place is not None:
        found.append(Owed("take_word", last, role=holder))
    found += [Owed("take_over", last, place=place, role=holder) for place in sorted(verdict.offered)]
    return found


def _as_said(duty: Duty, said: Sequence[Fact], table: Table) -> Duty:
    """The duty with what was said of it: passed to a colleague; why its desk cannot, and then the next step owes it
    from that moment on; that a desk to which it came up rang."""
    about = [f for f in said if f.body.what == duty.what and f.body.at == duty.at and f.effective_at >= duty.since]
    passed = next((f for f in reversed(about) if f.kind == "owed.passed"), None)
    hindered = next((f for f in reversed(about) if f.kind == "owed.hindered"), None)
    seen = next((f for f in about if f.kind == "owed.seen"), None)
    if passed:
        duty = replace(duty, to=passed.body.to)
    if seen:
        duty = replace(duty, seen=seen.effective_at)
    if hindered:
        first, *further = duty.steps
        if further:
            further[0] = replace(further[0], owes_from=min(further[0].owes_from, hindered.effective_at))
        duty = replace(duty, hindered=hindered.body.reason, steps=(first, *further))
    for urged in (f for f in about if f.kind == "owed.urged"):
        duty = replace(
            duty, urged=urged.effective_at, steps=tuple(_urged(duty.steps, urged, table.urged_h[duty.clock]))
        )
    return duty


def _urged(steps: Sequence[Step], said: Fact, hours: float) -> list[Step]:
    """The ladder after a desk rang: where whoever owes it sees to it, that desk owes it again after these hours; where
    nobody answered, the next desk owes it as well from now on. No desk puts off what another one owes."""
    rang = [n for n, step in enumerate(steps) if n and step.place == said.place]
    found = list(steps)
    if not rang:
        return found
    if said.body.outcome == "promised":
        again = after(said.effective_at, hours=hours)
        for n in rang:
            found[n] = replace(found[n], owes_from=max(found[n].owes_from, again))
    elif (above := rang[-1] + 1) < len(found):
        found[above] = replace(found[above], owes_from=min(found[above].owes_from, said.effective_at))
    return found


_encode = msgspec.json.Encoder(order="sorted").encode


def plain(found: Sequence[Duty]) -> list[dict[str, Any]]:
    """As it stands with the row, and reads back from JSON."""
    plain: list[dict[str, Any]] = msgspec.json.decode(_encode(found))
    return plain


_LINE = """noun, key, what, at, step, role, place, owes_from, since, due, until, urgency, clock, rule, edition, staff,
  hindered, seen, urged"""
_CLEAR = f"""
with gone as (
  delete from ledger_owed o using jsonb_to_recordset(%s::jsonb) as g (noun text, key text, what text, at int)
  where o.noun = g.noun and o.key = g.key and o.what = g.what and o.at = g.at returning o.*
)
insert into ledger_owed_was ({_LINE}, known_from, known_to)
select {_LINE}, known_from, greatest(%s, known_from) from gone
"""
_WRITE = f"""
insert into ledger_owed ({_LINE}, known_from)
select noun, key, what, at, s.step - 1, s.role, s.place, s.owes_from, since, due, until, urgency, clock, rule, edition,
  d.to, hindered, seen, urged, %s
from jsonb_to_recordset(%s::jsonb) as d (noun text, key text, what text, at int, since timestamptz, due timestamptz,
    until timestamptz, urgency smallint, clock text, rule text, edition text, "to" int, hindered text, seen timestamptz,
    urged timestamptz, steps jsonb),
  rows from (jsonb_to_recordset(d.steps) as (role text, place int, owes_from timestamptz)) with ordinality
    as s (role, place, owes_from, step)
"""


def write(
    connection: Connection[Any],
    changed: Sequence[tuple[str, list[dict[str, Any]], list[dict[str, Any]]]],
    known_at: dt.datetime,
) -> None:
    """Write the duties of subjects that are not what they were: (subject, before, now), each as `plain` gives it."""
    gone: list[dict[str, Any]] = []
    new: list[dict[str, Any]] = []
    for subject, before, now in changed:
        if before == now:
            continue
        noun, _, key = subject.partition("/")
        name = {"noun": noun, "key": key}
        gone += [name | {"what": one["what"], "at": one["at"]} for one in before if one not in now]
        new += [name | one for one in now if one not in before]
    if gone:
        connection.execute(_CLEAR, [_encode(gone).decode(), known_at])
    if new:
        connection.execute(_WRITE, [known_at, _encode(new).decode()])


_DIFFERING = f"""
with said as (
  select r.noun, r.key, d ->> 'what' as what, (d ->> 'at')::integer as at, (s.n - 1)::smallint as step,
    s.one ->> 'role' as role, (s.one ->> 'place')::integer as place, (s.one ->> 'owes_from')::timestamptz as owes_from,
    (d ->> 'since')::timestamptz as since, (d ->> 'due')::timestamptz as due,
    (d ->> 'until')::timestamptz as until, (d ->> 'urgency')::smallint as urgency, d ->> 'clock' as clock,
    d ->> 'rule' as rule, d ->> 'edition' as edition, (d ->> 'to')::integer as staff, d ->> 'hindered' as hindered,
    (d ->> 'seen')::timestamptz as seen, (d ->> 'urged')::timestamptz as urged
  from ledger_row r, jsonb_array_elements(r.owed) d, jsonb_array_elements(d -> 'steps') with ordinality as s (one, n)
), lines as (
  select {_LINE} from ledger_owed
)
select distinct noun, key from (
  (table said except table lines) union all (table lines except table said)) x order by 1, 2
"""


def restore(connection: Connection[Any], known_at: dt.datetime) -> int:
    """Write again the lines that are not what their rows say is owed; of how many subjects that was."""
    differing = connection.execute(_DIFFERING).fetchall()
    for noun, key in differing:
        connection.execute("delete from ledger_owed where noun = %s and key = %s", [noun, key])
        row = connection.execute("select owed from ledger_row where noun = %s and key = %s", [noun, key]).fetchone()
        if row:
            write(connection, [(f"{noun}/{key}", [], row[0])], known_at)
    return len(differing)
