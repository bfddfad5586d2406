"""Appending: one transaction from what was said to fact, fold and tally.

    receipt = append(connection, said, authority, device="phone-7", sent_at=…)

Observations are refused only for form or right. Decisions are checked on the rows as locked. A fact that was
already received is acknowledged again; the same id with another body is refused as `id_reused`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import psycopg
from psycopg import Connection

from tongzhou.ledger import clock, door, form, refold
from tongzhou.ledger.fold import CHECKS
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import KINDS, Fact, Kind, Said, canonical
from tongzhou.problems import IdReused, Malformed, NotYours, Problem, Stale, UnknownPlace


class Authority(Protocol):
    """Whoever speaks: who it is and, for each kind, the places it may speak of (as an int4multirange)."""

    @property
    def by(self) -> int | None: ...
    def may_say(self, kind: Kind) -> str: ...


@dataclass(frozen=True)
class Context:
    """What all facts of one append share."""

    append: int
    authority: Authority
    received_at: dt.datetime
    known_at: dt.datetime


@dataclass(frozen=True)
class Receipt:
    """What became of each fact: `accepted` new ones, `known` ones received before, refusals by position."""

    accepted: int
    known: int
    refused: dict[int, Problem] = field(default_factory=dict)
    append: int = 0


MassAppend = Callable[[Connection[Any], Context, Kind, Sequence[Checked]], tuple[dict[int, str], set[uuid.UUID]]]
MASS: dict[str, MassAppend] = {}  # kind → the work folder's own set-wise fold
Ask = Callable[[Connection[Any], Context, Sequence[Checked]], dict[int, Problem]]
ASKS: dict[str, Ask] = {}  # kind → what its work folder asks beyond the right to speak of the place


def append(
    connection: Connection[Any],
    said: Sequence[Said],
    authority: Authority,
    *,
    device: str | None = None,
    sent_at: dt.datetime | None = None,
    known_at: dt.datetime | None = None,
    origin: str = "said",
) -> Receipt:
    """Append facts in the connection's transaction. `known_at` may be given for imported history only."""
    now = clock.read(connection).now
    refused: dict[int, Problem] = {}
    mass: dict[str, list[Checked]] = {}
    ordinary: list[Checked] = []
    skew = now - sent_at if sent_at and abs(now - sent_at) > form.SKEW else dt.timedelta()
    for n, one in enumerate(said):
        try:
            checked = form.check(n, one, skew)
        except Problem as problem:
            refused[n] = problem
            continue
        if checked.kind.mass:
            mass.setdefault(checked.kind.name, []).append(checked)
        else:
            ordinary.append(checked)
    _may_correct(connection, authority, [*ordinary, *(fact for facts in mass.values() for fact in facts)], refused)
    ordinary = [fact for fact in ordinary if fact.n not in refused]
    mass = {name: kept for name, facts in mass.items() if (kept := [fact for fact in facts if fact.n not in refused])}
    if not mass and not ordinary:
        return Receipt(0, 0, refused)

    row = connection.execute(
        "insert into ledger_append (by_id, device, sent_at, received_at, known_at, origin, facts)"
        " values (%s, %s, %s, %s, %s, %s, %s) returning id",
        [authority.by, device, sent_at, now, known_at or now, origin, len(said)],
    ).fetchone()
    assert row is not None
    context = Context(row[0], authority, now, known_at or now)
    known, repeats = 0, dict[int, int]()
    for name, facts in mass.items():
        once = form.once(facts, refused, repeats)
        outcomes, correcting = MASS[name](connection, context, KINDS[name], once)
        known += _settle_outcomes(connection, once, outcomes, refused)
        if correcting:
            refold.corrected(connection, correcting, context.known_at)
    known += _append_ordinary(connection, context, ordinary, refused, repeats)
    for n, first in repeats.items():  # a repetition shares the fate of what it repeats
        if first in refused:
            refused[n] = refused[first]
        else:
            known += 1
    return Receipt(len(said) - len(refused) - known, known, refused, context.append)


def _may_correct(
    connection: Connection[Any], authority: Authority, facts: Sequence[Checked], refused: dict[int, Problem]
) -> None:
    """Whoever corrects needs the right to have said it; what is permanent (a clinician's warning) nobody can
    correct."""
    correcting = [fact for fact in facts if fact.said.corrects]
    if not correcting:
        return
    held = {
        id: (KINDS.get(name), place)
        for id, name, place in connection.execute(
            "select f.id, k.name, f.place from ledger_fact f join ledger_kind k on k.id = f.kind where f.id = any(%s)",
            [[fact.said.corrects for fact in correcting]],
        ).fetchall()
    }
    for fact in correcting:
        kind, place = held.get(fact.said.corrects, (None, None))
        if kind is None:
            continue  # not received yet: the fold leaves it out when it comes, unless it is permanent
        row = connection.execute(
            "select %s::integer <@ %s::int4multirange", [place, authority.may_say(kind)]
        ).fetchone()
        if kind.permanent or row is None or not row[0]:
            refused[fact.n] = NotYours("", "corrects")


def _settle_outcomes(
    connection: Connection[Any], facts: Sequence[Checked], outcomes: dict[int, str], refused: dict[int, Problem]
) -> int:
    """Turn a set-wise append's outcomes into refusals; return how many facts had been received before."""
    from tongzhou.problems import BY_CODE

    existing = [fact for fact in facts if outcomes.get(fact.n) == "exists"]
    for fact in facts:
        outcome = outcomes.get(fact.n)
        if outcome == "out_of_scope":
            refused[fact.n] = NotYours()
        elif outcome and outcome != "exists":
            refused[fact.n] = BY_CODE[outcome]()
    return _recognise(connection, existing, refused)


def _recognise(connection: Connection[Any], facts: Sequence[Checked], refused: dict[int, Problem]) -> int:
    """Facts whose id is taken: the same statement is acknowledged again, another one refused."""
    if not facts:
        return 0
    held = dict(
        connection.execute(
            "select f.id, (k.name, f.body) from ledger_fact f join ledger_kind k on k.id = f.kind where f.id = any(%s)",
            [[fact.said.id for fact in facts]],
        ).fetchall()
    )
    same = 0
    for fact in facts:
        if tuple(held[fact.said.id]) == (fact.kind.name, canonical(fact.body)):
            same += 1
        else:
            refused[fact.n] = IdReused(str(fact.said.id), "id")
    return same


def _append_ordinary(
    connection: Connection[Any],
    context: Context,
    facts: Sequence[Checked],
    refused: dict[int, Problem],
    repeats: dict[int, int],
) -> int:
    facts = _with_right(connection, context, facts, refused)
    if not facts:
        return 0
    subjects = {s for fact in facts for s in subjects_of(fact)}
    subjects |= refold.touched_by(connection, [fact.said.corrects for fact in facts if fact.said.corrects])
    refold.lock(connection, subjects)
    taken = {
        row[0]
        for row in connection.execute(
            "select id from ledger_fact where id = any(%s)", [[fact.said.id for fact in facts]]
        )
    }
    known = _recognise(connection, [fact for fact in facts if fact.said.id in taken], refused)
    fresh = form.once([fact for fact in facts if fact.said.id not in taken], refused, repeats)
    observations = [fact for fact in fresh if fact.kind.sort == "observation"]
    _insert(connection, context, observations)
    refold.rows(connection, subjects, context.known_at)
    if correcting := {fact.said.corrects for fact in observations if fact.said.corrects}:
        refold.corrected(connection, correcting, context.known_at)
    for fact in fresh:
        if fact.kind.sort == "decision":
            _decide(connection, context, fact, refused)
    return known


def _with_right(
    connection: Connection[Any], context: Context, facts: Sequence[Checked], refused: dict[int, Problem]
) -> list[Checked]:
    """The facts that may be said; the places of each kind are looked up together."""
    places: dict[str, set[int]] = {}
    for fact in facts:
        named = places.setdefault(fact.kind.name, set())
        named.update(p for p in (fact.said.place, fact.said.home, fact.said.reporting) if p is not None)
    answers: dict[tuple[str, int], tuple[bool, bool]] = {}
    for name, asked in places.items():
        rows = connection.execute(
            "select p, exists (select from places_place where id = p), p <@ %s::int4multirange"
            " from unnest(%s::int[]) p",
            [context.authority.may_say(KINDS[name]), sorted(asked)],
        )
        answers |= {(name, place): (known, covered) for place, known, covered in rows}
    kept = []
    for fact in facts:
        if fact.said.place is None:
            refused[fact.n] = Malformed("the place where it happened", "place")
        elif unknown := [
            field
            for field in ("place", "home", "reporting")
            if (place := getattr(fact.said, field)) is not None and not answers[fact.kind.name, place][0]
        ]:
            refused[fact.n] = UnknownPlace(str(getattr(fact.said, unknown[0])), unknown[0])
        elif not answers[fact.kind.name, fact.said.place][1]:
            refused[fact.n] = NotYours()
        else:
            kept.append(fact)
    for name in {fact.kind.name for fact in kept} & ASKS.keys():
        refused |= ASKS[name](connection, context, [fact for fact in kept if fact.kind.name == name])
    return [fact for fact in kept if fact.n not in refused]


def _decide(connection: Connection[Any], context: Context, fact: Checked, refused: dict[int, Problem]) -> None:
    """A decision may be refused: by its check on the rows as locked, or by a constraint of the database."""
    subjects = subjects_of(fact)
    try:
        if check := CHECKS.get(fact.kind.name):
            for subject in sorted(subjects):
                check(refold.row_of(connection, subject), _as_fact(context, fact))
        with connection.transaction():
            _insert(connection, context, [fact])
            refold.rows(connection, subjects, context.known_at)
    except Problem as problem:
        refused[fact.n] = problem
    except psycopg.errors.IntegrityError as error:
        refused[fact.n] = Stale(error.diag.constraint_name or "")


def _as_fact(context: Context, fact: Checked) -> Fact:
    said = fact.said
    assert said.place is not None
    return Fact(
        said.id,
        said.kind,
        said.place,
        said.home,
        said.reporting,
        fact.effective_at,
        context.received_at,
        said.recorded_at,
        context.authority.by,
        said.corrects,
        context.append,
        fact.body,
    )


def _insert(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> None:
    if not facts:
        return
    ids = kind_ids(connection)
    rows = [
        (
            f.said.id,
            f.effective_at,
            f.said.recorded_at,
            f.said.place,
            f.said.home,
            f.said.reporting,
            ids[f.kind.name],
            f.said.corrects,
            canonical(f.body),
        )
        for f in facts
    ]
    connection.execute(
        "insert into ledger_fact (append, received_at, id, effective_at, recorded_at, place, home, reporting, kind,"
        " corrects, body) select %s, %s, * from unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::int[],"
        " %s::int[], %s::int[], %s::smallint[], %s::uuid[], %b::text[])",
        [context.append, context.received_at, *map(list, zip(*rows, strict=True))],
    )
    touched = [(subject, f.said.id) for f in facts for subject in subjects_of(f)]
    if touched:
        connection.execute(
            "insert into ledger_touch (subject, fact) select * from unnest(%b::text[], %s::uuid[])"
            " on conflict do nothing",
            [*map(list, zip(*touched, strict=True))],
        )


def subjects_of(fact: Checked) -> set[str]:
    """The subjects a fact touches. A correction speaks of the subject that the corrected fact began."""
    return set(fact.kind.touches(fact.said.corrects or fact.said.id, fact.body))


_KIND_IDS: dict[str, dict[str, int]] = {}


def kind_ids(connection: Connection[Any]) -> dict[str, int]:
    """The numbers of the kinds in this database, registering any that a newer program brought.

    They are registered in a transaction of their own: numbers of one that is still open are not seen by the folds of
    the next (500 facts went unfolded: seen), and may never come to be.
    """
    ids = _KIND_IDS.setdefault(f"{connection.info.host}/{connection.info.dbname}", {})
    if KINDS.keys() - ids.keys():
        with psycopg.connect(**door.dsn()) as own:
            for name in sorted(KINDS.keys() - ids.keys()):
                own.execute(
                    "insert into ledger_kind (name, sees) values (%s, %s) on conflict (name) do nothing",
                    [name, KINDS[name].sees],
                )
        ids.update({name: number for name, number in connection.execute("select name, id from ledger_kind")})
    return ids
