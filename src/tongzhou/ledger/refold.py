"""Folding subjects again from all their facts, and writing what changed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import msgspec
from psycopg import Connection

from tongzhou.ledger.fold import FOLDS, Row, fold
from tongzhou.ledger.kinds import KINDS, Fact

# A mass kind's own refold: (connection, subjects, known_at) → rows changed.
MassRefold = Callable[[Connection[Any], Sequence[int], dt.datetime], int]
MASS_REFOLDS: list[MassRefold] = []

_FACTS = """
select t.subject, f.id, k.name, f.place, f.home, f.reporting, f.effective_at, f.received_at, f.recorded_at,
  a.by_id, f.corrects, f.append, f.body
from ledger_touch t join ledger_fact f on f.id = t.fact join ledger_kind k on k.id = f.kind
join ledger_append a on a.id = f.append
where t.subject = any(%s) and (k.name = any(%s) or not exists (select from ledger_fact c where c.corrects = f.id))
"""
_encode = msgspec.json.Encoder(order="sorted").encode


def lock(connection: Connection[Any], subjects: Collection[str]) -> None:
    """Lock subjects in sorted order until the transaction ends: two appends never fold the same subject at once."""
    connection.execute(
        "select pg_advisory_xact_lock(h) from (select distinct hashtextextended(s, 0) as h from "
        "unnest(%b::text[]) s order by 1) x",
        [list(subjects)],
    )


def facts_of(connection: Connection[Any], subjects: Collection[str]) -> dict[str, list[Fact]]:
    """The facts of each subject that nothing corrects, decoded; kinds this program does not know are passed over.

    What corrects a fact is looked for in the whole ledger, since a correction may arrive before what it corrects.
    """
    found: dict[str, list[Fact]] = defaultdict(list)
    for row in connection.execute(_FACTS, [list(subjects), permanent()]):
        kind = KINDS.get(row[2])
        if kind is not None:
            found[row[0]].append(Fact(*(*row[1:12], kind.decode(row[12]))))
    return found


def permanent() -> list[str]:
    return [name for name, kind in KINDS.items() if kind.permanent]


def rows(connection: Connection[Any], subjects: Collection[str], known_at: dt.datetime) -> int:
    """Fold locked subjects and write the rows, tallies, audience and conflicts that changed; return how many rows
    did."""
    known_subjects = [s for s in subjects if s.partition("/")[0] in FOLDS]
    if not known_subjects:
        return 0
    facts = facts_of(connection, known_subjects)
    held = {
        f"{noun}/{key}": (place, state, sees, data, counts, effective_at)
        for noun, key, place, state, sees, data, counts, effective_at in connection.execute(
            "select noun, key, place, state, sees, data, counts, effective_at from ledger_row"
            " where noun || '/' || key = any(%s) and noun = any(%s) and key = any(%s)",
            [
                known_subjects,
                [s.partition("/")[0] for s in known_subjects],
                [s.partition("/")[2] for s in known_subjects],
            ],
        )
    }
    moves: Counter[tuple[int, str, str]] = Counter()
    changed: list[tuple[str, Row]] = []
    for subject in known_subjects:
        row = fold(subject, facts[subject]) if facts[subject] else None
        before = held.get(subject)
        if row is None:
            if before is None or before[1] == "void":
                continue
            row = Row(before[0], before[5], "void", before[2], {})
        data, counts = _plain(row.data), _plain(row.counts)
        if before is not None and (row.place, row.state, row.sees, data, counts, row.effective_at) == before:
            continue
        for sign, moved in ((-1, before[4] if before else []), (1, counts)):
            for place, day, indicators in moved:
                for indicator, n in indicators.items():
                    moves[place, day, indicator] += sign * n
        changed.append((subject, row))
    _write(connection, changed, held.keys(), known_at)
    _move(connection, moves, known_at)
    return len(changed)


def row_of(connection: Connection[Any], subject: str) -> Row | None:
    noun, _, key = subject.partition("/")
    found = connection.execute(
        "select place, effective_at, state, sees, data from ledger_row where noun = %s and key = %s", [noun, key]
    ).fetchone()
    return Row(*found) if found else None


def touched_by(connection: Connection[Any], facts: Iterable[uuid.UUID]) -> set[str]:
    """The subjects that facts already received touch."""
    ids = list(facts)
    if not ids:
        return set()
    return {r[0] for r in connection.execute("select subject from ledger_touch where fact = any(%s)", [ids])}


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


def _write(
    connection: Connection[Any], changed: Sequence[tuple[str, Row]], held: Collection[str], known_at: dt.datetime
) -> None:
    """Write the rows with their audience and conflicts; only subjects that were `held` have older ones to take away."""
    if not changed:
        return
    rows = [
        (*_split(s), row.place, row.effective_at, row.state, row.sees, _encode(row.data).decode(),
         _encode(row.counts).decode())
        for s, row in changed
    ]  # fmt: skip
    connection.execute(
        "insert into ledger_row (known_from, noun, key, place, effective_at, state, sees, data, counts)"
        " select %s, noun, key, place, at, state, sees, data::jsonb, counts::jsonb from unnest(%b::text[], %b::text[],"
        " %s::int[], %s::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[])"
        " as r (noun, key, place, at, state, sees, data, counts)"
        " on conflict (noun, key) do update set place = excluded.place, effective_at = excluded.effective_at,"
        " known_from = greatest(ledger_row.known_from, excluded.known_from), state = excluded.state,"
        " sees = excluded.sees, data = excluded.data, counts = excluded.counts",
        [known_at, *map(list, zip(*rows, strict=True))],
    )
    with connection.cursor() as cursor:
        if keys := [_split(subject) for subject, _ in changed if subject in held]:
            cursor.executemany("delete from ledger_audience where noun = %s and key = %s", keys)
            cursor.executemany("delete from ledger_conflict where noun = %s and key = %s", keys)
        if audience := [(*_split(s), place) for s, row in changed for place in sorted(row.audience)]:
            cursor.execute(
                "insert into ledger_audience (noun, key, place)"
                " select * from unnest(%b::text[], %b::text[], %s::int[])",
                [*map(list, zip(*audience, strict=True))],
            )
        if conflicts := [
            (*_split(s), row.place, row.conflict.owner_role, list(row.conflict.facts), row.conflict.question, known_at)
            for s, row in changed
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
