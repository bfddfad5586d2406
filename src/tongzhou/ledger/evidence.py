"""What speaks for the state of some subjects: their facts, how each touches them, and which of them count.

Also keeps the two tables that say so outside a fold, both derived: words that wait, and subjects merged into others.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from psycopg import Connection

from tongzhou.ledger import standing as standings
from tongzhou.ledger.gone import GONE
from tongzhou.ledger.kinds import KINDS, Fact, behalf_of
from tongzhou.ledger.rights import Touched, Verdict, judge
from tongzhou.ledger.ways import HOWS, Touch

_FACTS = f"""
select t.subject, f.id, k.name, f.place, f.home, f.reporting, f.effective_at, f.received_at, f.recorded_at,
  a.by_id, f.corrects, f.append, f.body, f.because, f.behalf, a.standing, t.how, t.place, t.invites, t.offers, t.via,
  {GONE},
  p.fact is not null, p.looked,
  array(select o.subject from ledger_pending o where o.fact = t.fact and o.subject <> t.subject)
from ledger_touch t join ledger_fact f on f.id = t.fact join ledger_kind k on k.id = f.kind
join ledger_append a on a.id = f.append
left join ledger_pending p on p.subject = t.subject and p.fact = t.fact
where t.subject = any(%s)
"""
_ALIASES = "select subject, into_subject, root from ledger_alias where subject = any(%(s)s) or root = any(%(s)s)"


@dataclass
class Evidence:
    """`touched`: facts by subject; `stored`: what waited before, with whether it was looked at; `aliases`: subject →
    (into, root) as stored; `elsewhere`: other subjects on which a fact waits; `partly`: facts that therefore count
    nowhere, for kinds that count wholly or not at all."""

    subjects: list[str]
    touched: dict[str, list[Touched]] = field(default_factory=lambda: defaultdict(list))
    stored: dict[tuple[str, uuid.UUID], bool] = field(default_factory=dict)
    aliases: dict[str, tuple[str, str]] = field(default_factory=dict)
    partly: set[uuid.UUID] = field(default_factory=set)
    elsewhere: dict[uuid.UUID, set[str]] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def waits(self, subject: str, fact: uuid.UUID) -> bool:
        return fact in self.verdicts[subject].waiting

    def counting(self, subject: str) -> list[Fact]:
        """The facts of a subject, and of those merged into it, that count."""
        merged = self.merged_into(subject) if self.aliases else ()
        if not merged:
            return list(self._own(subject))
        return list({fact.id: fact for one in (subject, *merged) for fact in self._own(one)}.values())

    def _own(self, subject: str) -> Iterable[Fact]:
        out = self.verdicts[subject].waiting | self.partly
        return (t.fact for t in self.touched[subject] if not t.dead and (not out or t.fact.id not in out))

    def merged_into(self, subject: str) -> list[str]:
        return sorted(one for one, (_into, root) in self.aliases.items() if root == subject and one in self.verdicts)


New = Mapping[str, Sequence[Touched]]


def read(connection: Connection[Any], subjects: Sequence[str], new: New = MappingProxyType({})) -> Evidence:
    """Read the subjects, with what is merged into them, and judge every word. Subjects must be locked. `new`: all that
    there is on subjects of which nothing was said before; a list of thousands is not read back."""
    found = Evidence(list(subjects))
    found.touched.update({subject: list(touched) for subject, touched in new.items()})
    if older := [subject for subject in subjects if subject not in new]:
        _read_facts(connection, found, older)
    merging = any(KINDS[t.fact.kind].merges for touched in found.touched.values() for t in touched)
    if merging:
        _read_merged(connection, found)
    for subject in {*found.subjects, *found.touched}:
        found.verdicts[subject] = judge(found.touched[subject])
    _find_partly(found)
    if merging:
        _alias(found)
    return found


def _read_facts(connection: Connection[Any], found: Evidence, subjects: Collection[str]) -> None:
    rows = [row for row in connection.execute(_FACTS, [list(subjects)]).fetchall() if row[2] in KINDS]
    known = standings.of(connection, {row[15] for row in rows if row[15] is not None})
    for row in rows:
        kind, standing = KINDS[row[2]], known.get(row[15])
        fact = Fact(*row[1:12], kind.read(row[12]), row[13], behalf_of(row[14]))  # type: ignore[call-arg]
        touch = Touch(row[0], HOWS[row[16]], row[17], tuple(row[18] or ()), tuple(row[19] or ()), row[20])
        found.touched[row[0]].append(Touched(fact, touch, standing, row[21]))
        if row[22]:
            found.stored[row[0], fact.id] = row[23]
        if row[24]:
            found.elsewhere.setdefault(fact.id, set()).update(row[24])


def _read_merged(connection: Connection[Any], found: Evidence) -> None:
    """Follow merges both ways: the subjects below a survivor are needed to fold it."""
    ask = {*found.touched, *(s for touched in found.touched.values() for t in touched for s in _named(t.fact))}
    while ask:
        rows = connection.execute(_ALIASES, {"s": sorted(ask)}).fetchall()
        new = {one for row in rows for one in (row[0], row[2])} - ask - set(found.aliases)
        found.aliases |= {subject: (into, root) for subject, into, root in rows}
        missing = (ask | new) - set(found.touched)
        if missing:
            _read_facts(connection, found, sorted(missing))
        ask = new


def _named(fact: Fact) -> Iterable[str]:
    merges = KINDS[fact.kind].merges
    return (one for pair in merges(fact.body).items() for one in pair) if merges else ()


def _find_partly(found: Evidence) -> None:
    """Facts of kinds that count wholly or not at all, and that wait on one of their subjects."""
    whole = {
        t.fact.id for touched in found.touched.values() for t in touched if KINDS[t.fact.kind].whole and t.standing
    }
    found.partly = {id for verdict in found.verdicts.values() for id in verdict.waiting if id in whole}
    found.partly |= {id for id in whole & found.elsewhere.keys() if found.elsewhere[id] - found.verdicts.keys()}


def _alias(found: Evidence) -> None:
    """Which subjects are merged, by the words that count in their order; one that would close a circle does not."""
    into = {subject: pair[0] for subject, pair in found.aliases.items() if subject not in found.touched}
    words = {t.fact.id: t.fact for touched in found.touched.values() for t in touched
             if not t.dead and KINDS[t.fact.kind].merges and t.fact.id not in found.partly}  # fmt: skip
    for fact in sorted(words.values(), key=lambda fact: fact.order):
        merges = KINDS[fact.kind].merges
        for subject, other in merges(fact.body).items() if merges else ():
            before = into.pop(subject, None)
            if _root(other, into) != subject:
                into[subject] = other
            elif before is not None:
                into[subject] = before
    found.aliases = {subject: (other, _root(other, into)) for subject, other in into.items()}


def _root(subject: str, into: dict[str, str]) -> str:
    while subject in into:
        subject = into[subject]
    return subject


def write(connection: Connection[Any], found: Evidence, known_at: dt.datetime) -> None:
    """Keep what waits and what is merged as it is now."""
    _write_pending(connection, found, known_at)
    _write_aliases(connection, found)


def _write_pending(connection: Connection[Any], found: Evidence, known_at: dt.datetime) -> None:
    wait: dict[tuple[str, uuid.UUID], tuple[Any, ...]] = {}
    for subject in found.subjects:
        verdict = found.verdicts[subject]
        for one in found.touched[subject]:
            fact = one.fact
            if fact.id in verdict.waiting and not one.dead:
                looked = fact.id in verdict.left
                wait[subject, fact.id] = (fact.place, verdict.place, KINDS[fact.kind].sees, looked)
    gone = [key for key in found.stored if key[0] in set(found.subjects) and key not in wait]
    if gone:
        connection.execute(
            "delete from ledger_pending p using unnest(%b::text[], %s::uuid[]) as g (subject, fact)"
            " where p.subject = g.subject and p.fact = g.fact",
            [[s for s, _ in gone], [f for _, f in gone]],
        )
    if wait:
        keys = list(wait)
        connection.execute(
            "insert into ledger_pending as p (subject, fact, place, holder, sees, since, looked)"
            " select subject, fact, place, holder, sees, %s, looked from unnest(%b::text[], %s::uuid[], %s::int[],"
            " %s::int[], %b::text[], %s::bool[]) as w (subject, fact, place, holder, sees, looked)"
            " on conflict (subject, fact) do update set holder = excluded.holder, looked = excluded.looked"
            " where (p.holder, p.looked) is distinct from (excluded.holder, excluded.looked)",
            [known_at, [s for s, _ in keys], [f for _, f in keys], *map(list, zip(*wait.values(), strict=True))],
        )


def _write_aliases(connection: Connection[Any], found: Evidence) -> None:
    if not found.aliases and not any(KINDS[t.fact.kind].merges for ts in found.touched.values() for t in ts):
        return
    connection.execute("delete from ledger_alias where subject = any(%s)", [list(found.touched)])
    if found.aliases:
        rows = [(subject, into, root) for subject, (into, root) in sorted(found.aliases.items())]
        connection.execute(
            "insert into ledger_alias (subject, into_subject, root) select * from unnest(%b::text[], %b::text[],"
            " %b::text[]) on conflict (subject) do update set into_subject = excluded.into_subject,"
            " root = excluded.root",
            [*map(list, zip(*rows, strict=True))],
        )
