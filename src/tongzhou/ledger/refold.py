"""Folding subjects again from all their facts, and writing what changed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import msgspec
from psycopg import Connection

from tongzhou.ledger import dated, evidence, owing
from tongzhou.ledger.evidence import Evidence
from tongzhou.ledger.fold import FOLDS, Row, fold
from tongzhou.ledger.kinds import KINDS, Fact
from tongzhou.ledger.shapes import shape
from tongzhou.ledger.spoken import SPOKEN, written_down

# A mass kind's own refold: (connection, subjects, known_at) → rows changed.
MassRefold = Callable[[Connection[Any], Sequence[int], dt.datetime], int]
MASS_REFOLDS: list[MassRefold] = []

# A decision looks at what is so before anything is written; it raises a Problem to refuse.
Look = Callable[[Evidence, dict[str, Row]], None]

_HELD = """
select q.noun || '/' || q.key, r.place, r.state, r.sees, r.data, r.counts, r.effective_at, r.owed, r.ends,
  array(select a.place from ledger_audience a where a.noun = q.noun and a.key = q.key order by 1),
  (select jsonb_build_array(c.place, c.owner_role, c.facts, c.question) from ledger_conflict c
    where c.noun = q.noun and c.key = q.key)
from unnest(%b::text[], %b::text[]) q (noun, key) join ledger_row r on r.noun = q.noun and r.key = q.key
"""
_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True)
class _Held:
    """A row as it stands, plain as JSON reads back."""

    place: int
    state: str
    sees: str
    data: Any
    counts: Any
    effective_at: dt.datetime
    owed: Any
    ends: dt.datetime | None
    audience: list[int]
    conflict: Any

    def row(self) -> Row:
        return Row(self.place, self.effective_at, self.state, self.sees, self.data)


def lock(connection: Connection[Any], subjects: Collection[str]) -> None:
    """Lock subjects in sorted order until the transaction ends: two appends never fold the same subject at once."""
    connection.execute(
        "select pg_advisory_xact_lock(h) from (select distinct hashtextextended(s, 0) as h from "
        "unnest(%b::text[]) s order by 1) x",
        [list(subjects)],
    )


def rows(
    connection: Connection[Any], subjects: Collection[str], known_at: dt.datetime, look: Look | None = None,
    new: evidence.New = MappingProxyType({}),
) -> int:  # fmt: skip
    """Fold locked subjects and write the rows, tallies, audience, conflicts and waiting words that changed; return how
    many rows did. `look` sees the rows as they stood and what may count, before anything is written; `new`: as
    evidence.read has it."""
    given = sorted(subjects)
    if not given:
        return 0
    found = evidence.read(connection, given, new)
    held = _held(connection, [s for s in found.subjects if s not in new and s.partition("/")[0] in FOLDS])
    if look:
        look(found, {subject: one.row() for subject, one in held.items()})
    evidence.write(connection, found, known_at)
    return _fold(connection, found, held, known_at)


def _held(connection: Connection[Any], subjects: Sequence[str]) -> dict[str, _Held]:
    if not subjects:
        return {}
    names = [s.partition("/") for s in subjects]
    found = connection.execute(_HELD, [[noun for noun, _, _ in names], [key for _, _, key in names]]).fetchall()
    return {row[0]: _Held(*row[1:]) for row in found}


def _fold(connection: Connection[Any], found: Evidence, held: dict[str, _Held], known_at: dt.datetime) -> int:
    moves: Counter[tuple[int, str, str]] = Counter()
    changed: dict[str, _Held] = {}
    tree = owing.Tree(connection)
    for subject in found.subjects:
        if subject.partition("/")[0] not in FOLDS:
            continue
        before = held.get(subject)
        facts = found.counting(subject)
        row = _row(found, subject, facts)
        if row is None:
            if before is None or before.state == "void":
                continue
            row = Row(before.place, before.effective_at, "void", before.sees, {})
        data, counts = _plain(row.data), _plain(row.counts)
        verdict = found.verdicts[subject]
        owed = owing.plain(owing.duties(tree, subject, row, facts, verdict))
        now = _Held(row.place, row.state, row.sees, data, counts, row.effective_at, owed, row.ends,
                    sorted(row.audience or ()), _contradiction(row))  # fmt: skip
        if now == before:
            continue
        for sign, moved in ((-1, before.counts if before else []), (1, counts)):
            for place, day, indicators in moved:
                for indicator, n in indicators.items():
                    moves[place, day, indicator] += sign * n
        changed[subject] = now
    _write(connection, changed, held, known_at)
    owing.write(connection, [(s, held[s].owed if s in held else [], now.owed) for s, now in changed.items()], known_at)
    _move(connection, moves, known_at)
    return len(changed)


def _row(found: Evidence, subject: str, facts: Sequence[Fact]) -> Row | None:
    """The subject folded from the facts that count. Where it lies and who outside sees it is the ledger's word, not
    the fold's."""
    row = fold(subject, facts) if facts else None
    if row is None:
        return None
    verdict = found.verdicts[subject]
    place = row.place if verdict.place is None else verdict.place
    audience = verdict.invited if row.audience is None else row.audience | verdict.offered
    data = row.data | {"offered_to": sorted(verdict.offered)} if verdict.offered else row.data
    if (written := written_down(facts)) and not subject.startswith(f"{SPOKEN}/"):
        data = data | {"spoken": written}
    return replace(row, place=place, audience=frozenset(audience - {place}), data=data)


def _contradiction(row: Row) -> Any:
    return row.conflict and _plain([row.place, row.conflict.owner_role, row.conflict.facts, row.conflict.question])


def touched_by(connection: Connection[Any], facts: Collection[uuid.UUID]) -> set[str]:
    """The subjects that facts already received touch."""
    if not facts:
        return set()
    return {r[0] for r in connection.execute("select subject from ledger_touch where fact = any(%s)", [list(facts)])}


def corrected(connection: Connection[Any], ids: Collection[uuid.UUID], known_at: dt.datetime) -> None:
    """Fold again the mass subjects of these facts: the correcting ones and those they correct."""
    subjects = [
        r[0]
        for r in connection.execute(
            "select distinct subject from ledger_fact where id = any(%s) and subject is not null order by 1",
            [list(ids)],
        )
    ]
    for refold in MASS_REFOLDS:
        refold(connection, subjects, known_at)


def _plain(value: Any) -> Any:
    """As it will read back from JSON, so that old and new compare."""
    return msgspec.json.decode(_encode(value))


# A change of counts, of what is owed or of the end alone is no new version of the row.
_CHANGED = """(ledger_row.place, ledger_row.effective_at, ledger_row.state, ledger_row.sees, ledger_row.data)
  is distinct from (excluded.place, excluded.effective_at, excluded.state, excluded.sees, excluded.data)"""
_WRITE = f"""
insert into ledger_row (known_from, noun, key, place, effective_at, state, sees, data, counts, owed, shape, ends)
select %s, r.* from jsonb_to_recordset(%s::jsonb) as r (noun text, key text, place int, effective_at timestamptz,
  state text, sees text, data jsonb, counts jsonb, owed jsonb, shape smallint, ends timestamptz)
on conflict (noun, key) do update set place = excluded.place, effective_at = excluded.effective_at,
  known_from = case when {_CHANGED} then greatest(ledger_row.known_from, excluded.known_from)
    else ledger_row.known_from end,
  rev = case when {_CHANGED} then ledger_row.rev + 1 else ledger_row.rev end,
  shape = case when {_CHANGED} then excluded.shape else ledger_row.shape end,
  state = excluded.state, sees = excluded.sees, data = excluded.data, counts = excluded.counts, owed = excluded.owed,
  ends = excluded.ends
"""
_GONE = "delete from {} x using unnest(%b::text[], %b::text[]) g (noun, key) where x.noun = g.noun and x.key = g.key"
_INVITED = "insert into ledger_audience (noun, key, place) select * from unnest(%b::text[], %b::text[], %b::int[])"
_CONFLICTS = """
insert into ledger_conflict (noun, key, place, owner_role, facts, question, known_from)
select noun, key, (c -> 0)::int, c ->> 1, array(select jsonb_array_elements_text(c -> 2)::uuid), c ->> 3, %s
from jsonb_to_recordset(%s::jsonb) as r (noun text, key text, c jsonb)
"""


def _write(
    connection: Connection[Any], changed: dict[str, _Held], held: dict[str, _Held], known_at: dt.datetime
) -> None:
    """Write the rows, and whom they are shown to and what contradicts itself in them where that is not as it was."""
    if not changed:
        return
    rows = [
        {"noun": noun, "key": key, "place": now.place, "effective_at": now.effective_at, "state": now.state,
         "sees": now.sees, "data": now.data, "counts": now.counts, "owed": now.owed, "shape": shape(noun),
         "ends": now.ends}
        for (noun, _, key), now in ((subject.partition("/"), now) for subject, now in changed.items())
    ]  # fmt: skip
    connection.execute(_WRITE, [known_at, _encode(rows).decode()])
    before = {subject: (held[subject].audience, held[subject].conflict) for subject in changed if subject in held}
    shown = [s for s, now in changed.items() if now.audience != before.get(s, ([], None))[0]]
    if gone := [_split(s) for s in shown if s in before]:
        connection.execute(_GONE.format("ledger_audience"), [*map(list, zip(*gone, strict=True))])
    if invited := [(*_split(s), place) for s in shown for place in changed[s].audience]:
        connection.execute(_INVITED, [*map(list, zip(*invited, strict=True))])
    odd = [s for s, now in changed.items() if now.conflict != before.get(s, ([], None))[1]]
    if gone := [_split(s) for s in odd if s in before]:
        connection.execute(_GONE.format("ledger_conflict"), [*map(list, zip(*gone, strict=True))])
    told = [(*_split(s), changed[s].conflict) for s in odd if changed[s].conflict]
    if said := [{"noun": noun, "key": key, "c": conflict} for noun, key, conflict in told]:
        connection.execute(_CONFLICTS, [known_at, _encode(said).decode()])


def _split(subject: str) -> tuple[str, str]:
    noun, _, key = subject.partition("/")
    return noun, key


def _move(connection: Connection[Any], moves: Counter[tuple[int, str, str]], known_at: dt.datetime) -> None:
    by_place: dict[tuple[int, str], dict[str, Any]] = {}
    for (place, day, indicator), n in moves.items():
        if n:
            by_place.setdefault((place, day), {"place": place, "day": day})[indicator] = n
    if by_place:
        ordered = [by_place[key] for key in sorted(by_place)]
        connection.execute("select ledger_move(%s::jsonb, %s)", [_encode(ordered).decode(), known_at])


def owe(connection: Connection[Any], chunk: int = 500) -> None:
    """Derive what is owed on every row and when it ends, the rows themselves left as they are; call as owner when an
    older ledger is brought up to date."""
    subjects = [f"{r[0]}/{r[1]}" for r in connection.execute("select noun, key from ledger_row order by 1, 2")]
    now, tree = dt.datetime.now(dt.UTC), owing.Tree(connection)
    for start in range(0, len(subjects), chunk):
        found = evidence.read(connection, [s for s in subjects[start : start + chunk] if s.partition("/")[0] in FOLDS])
        held, changed = _held(connection, found.subjects), []
        for subject, before in held.items():
            facts = found.counting(subject)
            row = _row(found, subject, facts)
            duties = owing.duties(tree, subject, row, facts, found.verdicts[subject]) if row else []
            if (owed := owing.plain(duties)) != before.owed or (row and row.ends) != before.ends:
                changed.append((subject, before.owed, owed, row and row.ends))
        for subject, _before, owed, ends in changed:
            connection.execute(
                "update ledger_row set owed = %s::jsonb, ends = %s where noun = %s and key = %s",
                [_encode(owed).decode(), ends, *_split(subject)],
            )
        owing.write(connection, [one[:3] for one in changed], now)


_DATED = """
select t.subject, k.name, f.body from ledger_fact f join ledger_kind k on k.id = f.kind
join ledger_touch t on t.fact = f.id where k.name = any(%s)
"""


def mend_days(connection: Connection[Any], chunk: int = 500) -> int:
    """Fold again what touches a fact that names a day no calendar has; how many rows changed. Call as owner when an
    older ledger is brought up to date."""
    kinds = [kind.name for kind in KINDS.values() if kind.dated]
    odd = sorted({
        subject for subject, name, body in connection.execute(_DATED, [kinds])
        if dated.wrong(KINDS[name].decode(body), KINDS[name].dated)
    })  # fmt: skip
    changed = 0
    for start in range(0, len(odd), chunk):
        part = odd[start : start + chunk]
        lock(connection, part)
        changed += rows(connection, part, dt.datetime.now(dt.UTC))
    return changed
