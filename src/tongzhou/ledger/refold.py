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
from tongzhou.ledger.kinds import KINDS
from tongzhou.ledger.shapes import shape
from tongzhou.ledger.spoken import SPOKEN, written_down

# A mass kind's own refold: (connection, subjects, known_at) → rows changed.
MassRefold = Callable[[Connection[Any], Sequence[int], dt.datetime], int]
MASS_REFOLDS: list[MassRefold] = []

# A decision looks at what is so before anything is written; it raises a Problem to refuse.
Look = Callable[[Evidence, dict[str, Row]], None]

_HELD = """
select noun, key, place, state, sees, data, counts, effective_at, owed, ends from ledger_row
where noun || '/' || key = any(%s) and noun = any(%s) and key = any(%s)
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
    nouns, keys = [s.partition("/")[0] for s in subjects], [s.partition("/")[2] for s in subjects]
    return {f"{row[0]}/{row[1]}": _Held(*row[2:]) for row in connection.execute(_HELD, [subjects, nouns, keys])}


def _fold(connection: Connection[Any], found: Evidence, held: dict[str, _Held], known_at: dt.datetime) -> int:
    moves: Counter[tuple[int, str, str]] = Counter()
    changed: list[tuple[str, Row, list[dict[str, Any]]]] = []
    tree = owing.Tree(connection)
    for subject in found.subjects:
        if subject.partition("/")[0] not in FOLDS:
            continue
        before = held.get(subject)
        row = _row(found, subject)
        if row is None:
            if before is None or before.state == "void":
                continue
            row = Row(before.place, before.effective_at, "void", before.sees, {})
        data, counts = _plain(row.data), _plain(row.counts)
        verdict = found.verdicts[subject]
        owed = owing.plain(owing.duties(tree, subject, row, found.counting(subject), verdict))
        now = _Held(row.place, row.state, row.sees, data, counts, row.effective_at, owed, row.ends)
        if now == before:
            continue
        for sign, moved in ((-1, before.counts if before else []), (1, counts)):
            for place, day, indicators in moved:
                for indicator, n in indicators.items():
                    moves[place, day, indicator] += sign * n
        changed.append((subject, row, owed))
    _write(connection, changed, held.keys(), known_at)
    owing.write(connection, [(s, held[s].owed if s in held else [], owed) for s, _row, owed in changed], known_at)
    _move(connection, moves, known_at)
    return len(changed)


def _row(found: Evidence, subject: str) -> Row | None:
    """The subject folded from what counts. Where it lies and who outside sees it is the ledger's word, not the
    fold's."""
    facts = found.counting(subject)
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
select %s, noun, key, place, at, state, sees, data::jsonb, counts::jsonb, owed::jsonb, shape, ends
from unnest(%b::text[], %b::text[], %s::int[], %s::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[],
  %b::text[], %s::int[], %s::timestamptz[]) as r (noun, key, place, at, state, sees, data, counts, owed, shape, ends)
on conflict (noun, key) do update set place = excluded.place, effective_at = excluded.effective_at,
  known_from = case when {_CHANGED} then greatest(ledger_row.known_from, excluded.known_from)
    else ledger_row.known_from end,
  rev = case when {_CHANGED} then ledger_row.rev + 1 else ledger_row.rev end,
  shape = case when {_CHANGED} then excluded.shape else ledger_row.shape end,
  state = excluded.state, sees = excluded.sees, data = excluded.data, counts = excluded.counts, owed = excluded.owed,
  ends = excluded.ends
"""


def _write(
    connection: Connection[Any],
    changed: Sequence[tuple[str, Row, list[dict[str, Any]]]],
    held: Collection[str],
    known_at: dt.datetime,
) -> None:
    """Write the rows with their audience and conflicts; only subjects that were `held` have older ones to take away."""
    if not changed:
        return
    rows = [
        (*_split(s), row.place, row.effective_at, row.state, row.sees, _encode(row.data).decode(),
         _encode(row.counts).decode(), _encode(owed).decode(), shape(s.partition("/")[0]), row.ends)
        for s, row, owed in changed
    ]  # fmt: skip
    connection.execute(_WRITE, [known_at, *map(list, zip(*rows, strict=True))])
    with connection.cursor() as cursor:
        if keys := [_split(subject) for subject, *_ in changed if subject in held]:
            cursor.executemany("delete from ledger_audience where noun = %s and key = %s", keys)
            cursor.executemany("delete from ledger_conflict where noun = %s and key = %s", keys)
        if audience := [(*_split(s), place) for s, row, _ in changed for place in sorted(row.audience or ())]:
            cursor.execute(
                "insert into ledger_audience (noun, key, place)"
                " select * from unnest(%b::text[], %b::text[], %s::int[])",
                [*map(list, zip(*audience, strict=True))],
            )
        if conflicts := [
            (*_split(s), row.place, row.conflict.owner_role, list(row.conflict.facts), row.conflict.question, known_at)
            for s, row, _ in changed
            if row.conflict
        ]:
            cursor.executemany(
                "insert into ledger_conflict (noun, key, place, owner_role, facts, question, known_from)"
                " values (%s, %s, %s, %s, %s, %s, %s)",
                conflicts,
            )


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
            row = _row(found, subject)
            duties = owing.duties(tree, subject, row, found.counting(subject), found.verdicts[subject]) if row else []
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
