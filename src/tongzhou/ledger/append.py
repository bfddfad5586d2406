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

import msgspec
import psycopg
from psycopg import Connection

from tongzhou.ledger import clock, door, refold
from tongzhou.ledger.fold import CHECKS
from tongzhou.ledger.kinds import KINDS, Body, Fact, Kind, Said, canonical
from tongzhou.problems import IdReused, Malformed, NotYours, Problem, Stale, UnknownKind, UnknownPlace

SKEW = dt.timedelta(minutes=5)  # a device clock further off than this has its moments put right


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


@dataclass(frozen=True)
class Checked:
    """A fact of good form, at its position in the request."""

    n: int
    said: Said
    kind: Kind
    body: Body
    effective_at: dt.datetime


MassAppend = Callable[[Connection[Any], Context, Kind, Sequence[Checked]], tuple[dict[int, str], set[uuid.UUID]]]
MASS: dict[str, MassAppend] = {}  # kind → the work folder's own set-wise fold


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
    skew = now - sent_at if sent_at and abs(now - sent_at) > SKEW else dt.timedelta()
    for n, one in enumerate(said):
        try:
            checked = _check_form(n, one, skew)
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
    known = 0
    for name, facts in mass.items():
        outcomes, correcting = MASS[name](connection, context, KINDS[name], facts)
        known += _settle_outcomes(connection, facts, outcomes, refused)
        if correcting:
            refold.corrected(connection, correcting, context.known_at)
    known += _append_ordinary(connection, context, ordinary, refused)
    return Receipt(len(said) - len(refused) - known, known, refused, context.append)


def _check_form(n: int, said: Said, skew: dt.timedelta) -> Checked:
    kind = KINDS.get(said.kind)
    if kind is None:
        raise UnknownKind(said.kind, "kind")
    if said.effective_at.tzinfo is None:
        raise Malformed("the time needs its zone, as in 2020-03-10T23:30:00+08:00", "effective_at")
    try:
        body = kind.decode(said.body)
    except msgspec.ValidationError as error:
        raise Malformed(str(error), "body") from None
    # A moment read off the device's clock is put right by that clock's error; one a person typed is kept.
    live = said.recorded_at is not None and said.recorded_at == said.effective_at
    return Checked(n, said, kind, body, said.effective_at + skew if live else said.effective_at)


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
    connection: Connection[Any], context: Context, facts: Sequence[Checked], refused: dict[int, Problem]
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
    fresh: dict[uuid.UUID, Checked] = {}
    for fact in facts:
        if fact.said.id in taken:
            continue
        if (twin := fresh.get(fact.said.id)) is not None:  # twice in one request
            if (twin.kind, twin.body) == (fact.kind, fact.body):
                known += 1
            else:
                refused[fact.n] = IdReused(str(fact.said.id), "id")
            continue
        fresh[fact.said.id] = fact
    observations = [fact for fact in fresh.values() if fact.kind.sort == "observation"]
    _insert(connection, context, observations)
    refold.rows(connection, subjects, context.known_at)
    if correcting := {fact.said.corrects for fact in observations if fact.said.corrects}:
        refold.corrected(connection, correcting, context.known_at)
    for fact in fresh.values():
        if fact.kind.sort == "decision":
            _decide(connection, context, fact, refused)
    return known


def _with_right(
    connection: Connection[Any], context: Context, facts: Sequence[Checked], refused: dict[int, Problem]
) -> list[Checked]:
    """The facts that may be said; the places of each kind are looked up together."""
    places: dict[str, set[int]] = {}
    for fact in facts:
        if fact.said.place is not None:
            places.setdefault(fact.kind.name, set()).add(fact.said.place)
    answers: dict[tuple[str, int | None], tuple[bool, bool]] = {}
    for name, asked in places.items():
        rows = connection.execute(
            "select p, exists (select from places_place where id = p), p <@ %s::int4multirange"
            " from unnest(%s::int[]) p",
            [context.authority.may_say(KINDS[name]), sorted(asked)],
        )
        answers |= {(name, place): (known, covered) for place, known, covered in rows}
    kept = []
    for fact in facts:
        known, covered = answers.get((fact.kind.name, fact.said.place), (False, False))
        if fact.said.place is None:
            refused[fact.n] = Malformed("the place where it happened", "place")
        elif not known:
            refused[fact.n] = UnknownPlace(str(fact.said.place), "place")
        elif not covered:
            refused[fact.n] = NotYours()
        else:
            kept.append(fact)
    return kept


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
