"""Appending: one transaction from what was said to fact, fold and tally.

    receipt = append(connection, said, authority, device="phone-7", sent_at=…)

Observations are refused only for form or right. Decisions are checked on the rows as locked. A fact that was
already received is acknowledged again; the same id with another body or moment is refused as `id_reused`. An
observation of a subject that is unknown or held elsewhere is kept and waits (rights.py).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec
import psycopg
from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.ledger import begun, built, clock, door, form, known_places, refold, touching
from tongzhou.ledger.evidence import Evidence
from tongzhou.ledger.fold import CHECKS, Row
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import KINDS, Kind, Said, canonical
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.said_now import all_new, as_fact
from tongzhou.ledger.standing import Standing, keep
from tongzhou.ledger.time import local_day
from tongzhou.ledger.touching import Asked, Covered
from tongzhou.problems import IdReused, InventedApart, Malformed, NotYours, Problem, Stale, UnknownPlace


class Authority(Protocol):
    """Whoever speaks: who it is, for each kind the places it may speak of (as int4multirange text), and the snapshot
    of that which is kept with what it says."""

    @property
    def by(self) -> int | None: ...
    def may_say(self, kind: Kind) -> str: ...
    def may_record(self, kind: Kind) -> str: ...
    def standing(self) -> Standing: ...


@dataclass(frozen=True)
class Context:
    """What all facts of one append share. `standing` is the number of the kept snapshot."""

    append: int
    authority: Authority
    standing: int
    received_at: dt.datetime
    known_at: dt.datetime

    def counts_from(self, fact: Checked) -> dt.datetime:
        """When a word is known to anybody: an earlier moment that its author gives makes nothing public earlier."""
        return max(fact.effective_at, self.known_at)


@dataclass(frozen=True)
class Receipt:
    """What became of each fact: `accepted` new ones, `known` ones received before, refusals by position; `waiting`:
    positions that were kept and do not count yet."""

    accepted: int
    known: int
    refused: dict[int, Problem] = field(default_factory=dict)
    append: int = 0
    waiting: tuple[int, ...] = ()


MassAppend = Callable[[Connection[Any], Context, Kind, Sequence[Checked]], tuple[dict[int, str], set[uuid.UUID]]]
MASS: dict[str, MassAppend] = {}  # kind → the work folder's own set-wise fold
Ask = Callable[[Connection[Any], Context, Sequence[Checked]], dict[int, Problem]]
ASKS: dict[str, Ask] = {}  # kind → what its work folder asks beyond the right to speak of the place


def together(*asked: Ask) -> Ask:
    """Several questions of one kind, in turn; the first that refuses a fact has refused it."""

    def ask(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
        refused: dict[int, Problem] = {}
        for one in asked:
            refused = one(connection, context, [fact for fact in facts if fact.n not in refused]) | refused
        return refused

    return ask


def fresh(connection: Connection[Any], facts: Sequence[Checked]) -> list[Checked]:
    """Those that were not received before: what is sent again was asked about when it came first."""
    ids = [fact.said.id for fact in facts]
    held = {id for (id,) in connection.execute("select id from ledger_fact where id = any(%s)", [ids])}
    return [fact for fact in facts if fact.said.id not in held]


# What work folders ask before any fact, of whatever kind, corrects or withdraws one; and who says so.
Corrected = Callable[[Connection[Any], Standing, Sequence[Checked]], dict[int, Problem]]
CORRECTED: list[Corrected] = []


StandsIn = Callable[[Connection[Any], int, dt.datetime], bool]
_STAND_INS: list[StandsIn] = []


def stands_in(asked: StandsIn) -> StandsIn:
    """Register who knows whether a level above answers for a desk at a moment."""
    _STAND_INS.append(asked)
    return asked


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
    spoke = authority.standing()
    told = origin == "said" and not spoke.system
    for n, one in enumerate(said):
        try:
            checked = form.check(n, one, skew, now, told=told)
        except Problem as problem:
            refused[n] = problem
            continue
        if checked.kind.mass:
            mass.setdefault(checked.kind.name, []).append(checked)
        else:
            ordinary.append(checked)
    if not mass and not ordinary:
        return Receipt(0, 0, refused)
    given = [*ordinary, *(fact for facts in mass.values() for fact in facts)]
    if not spoke.system:
        refused |= form.taken_names(given) | form.other_doors(given, spoke.slip) | form.other_posts(given)
        refused |= _before_the_region(connection, given) if told else {}
    standing = keep(connection, spoke)
    _may_correct(connection, spoke, standing, given, refused)
    ordinary = [fact for fact in ordinary if fact.n not in refused]
    mass = {name: kept for name, facts in mass.items() if (kept := [fact for fact in facts if fact.n not in refused])}
    if not mass and not ordinary:
        return Receipt(0, 0, refused)

    row = connection.execute(
        "insert into ledger_append (by_id, device, sent_at, received_at, known_at, origin, facts, standing)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s) returning id",
        [authority.by, device, sent_at, now, known_at or now, origin, len(said), standing],
    ).fetchone()
    assert row is not None
    context = Context(row[0], authority, standing, now, known_at or now)
    known, repeats = 0, dict[int, int]()
    for name, facts in mass.items():
        once = form.once(facts, refused, repeats)
        once = _nothing_built(connection, authority, once, refused)
        outcomes, correcting = MASS[name](connection, context, KINDS[name], once)
        known += _settle_outcomes(connection, once, outcomes, refused)
        if correcting:
            refold.corrected(connection, correcting, context.known_at)
    recognised, waiting = _append_ordinary(connection, context, ordinary, refused, repeats)
    known += recognised
    for n, first in repeats.items():  # a repetition shares the fate of what it repeats
        if first in refused:
            refused[n] = refused[first]
        else:
            known += 1
            waiting |= {n} if first in waiting else set()
    return Receipt(len(said) - len(refused) - known, known, refused, context.append, tuple(sorted(waiting)))


def _before_the_region(connection: Connection[Any], facts: Sequence[Checked]) -> dict[int, Problem]:
    """Nobody saw something happen at a place before there was one: a slip of the hand. Old outbreaks come as lists."""
    earliest = min(fact.effective_at for fact in facts)
    since = known_places.begins_after(connection, local_day(earliest))
    if since is None:
        return {}
    wanted = _("a time from %(day)s on, when this region's places begin; older events are taken in as a list")
    return {
        fact.n: Malformed(wanted % {"day": since}, "effective_at")
        for fact in facts
        if local_day(fact.effective_at) < since
    }


def _may_correct(
    connection: Connection[Any], spoke: Standing, standing: int, facts: Sequence[Checked], refused: dict[int, Problem]
) -> None:
    """Whoever corrects needs the standing to have said it; what is permanent (a clinician's warning) nobody can
    correct. What is not received yet is judged by the same function when it comes."""
    correcting = [fact for fact in facts if fact.said.corrects]
    if not correcting:
        return
    may = dict(
        connection.execute(
            "select f.id, ledger_may(%s, f.kind, f.place, f.body) and not k.permanent"
            " from ledger_fact f join ledger_kind k on k.id = f.kind where f.id = any(%s)",
            [standing, [fact.said.corrects for fact in correcting]],
        ).fetchall()
    )
    for fact in correcting:
        if not may.get(fact.said.corrects, True):
            refused[fact.n] = NotYours("", "corrects")
    for asked in CORRECTED:
        refused |= asked(connection, spoke, [fact for fact in correcting if fact.n not in refused])


def _nothing_built(
    connection: Connection[Any], authority: Authority, facts: Sequence[Checked], refused: dict[int, Problem]
) -> list[Checked]:
    """Of facts that touch no subject, those that take nothing back on which somebody else has built."""
    back = [fact for fact in facts if fact.said.corrects]
    spoke = authority.standing()
    if back and not spoke.system:
        refused |= built.on(connection, spoke, authority.by, fresh(connection, back), Asked())
    return [fact for fact in facts if fact.n not in refused]


def _settle_outcomes(
    connection: Connection[Any], facts: Sequence[Checked], outcomes: dict[int, str], refused: dict[int, Problem]
) -> int:
    """Turn a set-wise append's outcomes into refusals; return how many facts had been received before."""
    from tongzhou.problems import BY_CODE

    existing = [fact for fact in facts if outcomes.get(fact.n) == "exists"]
    for fact in facts:
        outcome = outcomes.get(fact.n)
        if outcome and outcome != "exists":
            refused[fact.n] = BY_CODE[outcome]()
    return _recognise(connection, existing, refused)


def _recognise(connection: Connection[Any], facts: Sequence[Checked], refused: dict[int, Problem]) -> int:
    """Facts whose id is taken: the same statement is acknowledged again, another one refused."""
    if not facts:
        return 0
    held = {
        row[0]: row[1:]
        for row in connection.execute(
            "select f.id, k.name, f.body, f.effective_at, f.recorded_at from ledger_fact f"
            " join ledger_kind k on k.id = f.kind where f.id = any(%s)",
            [[fact.said.id for fact in facts]],
        )
    }
    same = 0
    for fact in facts:
        kind, body, *moments = held[fact.said.id]
        if (kind, body) == (fact.kind.name, canonical(fact.body)) and form.same_moment(fact, *moments):
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
) -> tuple[int, set[int]]:
    """Append facts that name their subjects; how many were received before, and the positions of those that wait."""
    facts = _with_right(connection, context, facts, refused)
    if not facts:
        return 0, set()
    asked = touching.ask(connection, context.authority, facts, refused)
    facts = [fact for fact in facts if fact.n not in refused]
    subjects = {touch.subject for fact in facts for touch in asked.touches[fact.n]}
    corrects = [fact.said.corrects for fact in facts if fact.said.corrects]
    reached = touching.reach(connection, subjects, [fact.said.id for fact in facts], corrects)
    again = [fact for fact in facts if fact.said.id in reached.taken]
    known = _recognise(connection, again, refused)
    fresh = form.once([fact for fact in facts if fact.said.id not in reached.taken], refused, repeats)
    if not (spoke := context.authority.standing()).system:
        refused |= begun.too_early(connection, spoke, fresh, asked, context.received_at)
        refused |= built.on(connection, spoke, context.authority.by, fresh, asked)
        fresh = [fact for fact in fresh if fact.n not in refused]
    observations = [fact for fact in fresh if fact.kind.sort == "observation"]
    _insert(connection, context, observations, asked)
    waiting: set[uuid.UUID] = set()

    def look(found: Evidence, _rows: dict[str, Row]) -> None:
        waiting.update(id for verdict in found.verdicts.values() for id in verdict.waiting)

    new = all_new(connection, context, observations, asked, reached)
    refold.rows(connection, reached.subjects, context.known_at, look, new)
    if correcting := {fact.said.corrects for fact in observations if fact.said.corrects}:
        refold.corrected(connection, correcting, context.known_at)
    _decide_all(connection, context, [fact for fact in fresh if fact.kind.sort == "decision"], asked, refused)
    if again:
        waiting.update(touching.waiting(connection, reached.taken))
    return known, {fact.n for fact in [*observations, *again] if fact.said.id in waiting and fact.n not in refused}


def _with_right(
    connection: Connection[Any], context: Context, facts: Sequence[Checked], refused: dict[int, Problem]
) -> list[Checked]:
    """The facts that may be said of their place at all."""
    places = {p for f in facts for p in (f.said.place, f.said.home, f.said.reporting, _spoken_at(f)) if p is not None}
    exist = known_places.among(connection, places)
    kept = []
    covered = Covered(context.authority)
    for fact in facts:
        said = fact.said
        if said.place is None:
            refused[fact.n] = Malformed("the place where it happened", "place")
        elif unknown := [
            name for name in ("place", "home", "reporting") if getattr(said, name) and getattr(said, name) not in exist
        ]:
            refused[fact.n] = UnknownPlace(str(getattr(said, unknown[0])), unknown[0])
        elif said.behalf and said.behalf.place not in exist:
            refused[fact.n] = UnknownPlace(str(said.behalf.place), "behalf.place")
        elif not contains(covered.by(fact), said.place) or not _stands_in(connection, fact):
            refused[fact.n] = NotYours()
        elif known_places.unlike(connection, said.place, (said.home, said.reporting, _spoken_at(fact))):
            refused[fact.n] = InventedApart()
        else:
            kept.append(fact)
    for name in {fact.kind.name for fact in kept} & ASKS.keys():
        refused |= ASKS[name](connection, context, [fact for fact in kept if fact.kind.name == name])
    return [fact for fact in kept if fact.n not in refused]


def _stands_in(connection: Connection[Any], fact: Checked) -> bool:
    """Whoever answers in a desk's stead must have taken it over for this moment."""
    behalf = fact.said.behalf
    if behalf is None or behalf.channel != "stand_in":
        return True
    return any(asked(connection, behalf.place, fact.effective_at) for asked in _STAND_INS)


def _spoken_at(fact: Checked) -> int | None:
    return fact.said.behalf.place if fact.said.behalf else None


def _decide_all(
    connection: Connection[Any], context: Context, facts: Sequence[Checked], asked: Asked, refused: dict[int, Problem]
) -> None:
    """Decisions in their order. Those that follow each other and touch nothing in common are taken together; where one
    of them is refused, each by itself."""
    for group in _apart(facts, asked):
        if len(group) == 1 or _decide(connection, context, group, asked) is not None:
            for fact in group:
                problem = _decide(connection, context, [fact], asked)
                if problem is not None:
                    refused[fact.n] = problem


TOGETHER = 50  # decisions at most: what one refusal makes to be done over


def _apart(facts: Sequence[Checked], asked: Asked) -> list[list[Checked]]:
    """Runs of decisions that cannot bear upon each other. What corrects, merges or counts wholly or not at all reaches
    further than its own subjects and stands alone."""
    runs: list[list[Checked]] = []
    taken: set[str] = set()
    for fact in facts:
        subjects = {touch.subject for touch in asked.touches[fact.n]}
        alone = fact.said.corrects is not None or fact.kind.merges is not None or fact.kind.whole
        if not runs or alone or not taken or len(runs[-1]) == TOGETHER or taken & subjects:
            runs.append([])
            taken = set()
        runs[-1].append(fact)
        taken = set() if alone else taken | subjects
    return runs


def _decide(connection: Connection[Any], context: Context, facts: Sequence[Checked], asked: Asked) -> Problem | None:
    """Decisions may be refused: where their author does not hold what they touch, by their check on the rows as locked,
    where what the author saw has changed, or by a constraint of the database. A subject that is unknown and one that
    is held elsewhere are refused alike. All are taken, or none and why."""
    subjects = {fact.n: {touch.subject for touch in asked.touches[fact.n]} for fact in facts}

    def look(found: Evidence, rows: dict[str, Row]) -> None:
        for fact in facts:
            touched = sorted(subjects[fact.n])
            if any(found.waits(subject, fact.said.id) for subject in touched) or fact.said.id in found.partly:
                raise NotYours()
            check = CHECKS.get(fact.kind.name)
            for subject in touched:
                _as_seen(fact, subject, rows.get(subject))
                if check:
                    check(rows.get(subject), as_fact(context, fact))

    try:
        with connection.transaction():
            _insert(connection, context, facts, asked)
            refold.rows(connection, set().union(*subjects.values()), context.known_at, look)
    except Problem as problem:
        return problem
    except psycopg.errors.IntegrityError as error:
        return Stale(error.diag.constraint_name or "")
    return None


def _as_seen(fact: Checked, subject: str, row: Row | None) -> None:
    """Raises Stale where a field that the author looked at says something else now."""
    for name, value in (fact.said.saw or {}).get(subject, {}).items():
        now = row and (row.state if name == "state" else row.data.get(name))
        if now != value:
            raise Stale(f"{subject} {name}", "saw")


_encode = msgspec.json.Encoder(order="sorted").encode
# One document for all facts: nine arrays of text cost the sender ten times as much.
_INSERT = """
insert into ledger_fact (append, received_at, id, effective_at, recorded_at, place, home, reporting, kind, corrects,
  body, saw, because, behalf)
select %s, %s, f.* from jsonb_to_recordset(%s::jsonb) as f (id uuid, effective_at timestamptz, recorded_at timestamptz,
  place int, home int, reporting int, kind smallint, corrects uuid, body text, saw text, because uuid, behalf text)
"""


def _insert(connection: Connection[Any], context: Context, facts: Sequence[Checked], asked: Asked) -> None:
    if not facts:
        return
    ids = kind_ids(connection)
    rows = [
        {
            "id": f.said.id,
            "effective_at": f.effective_at,
            "recorded_at": f.said.recorded_at,
            "place": f.said.place,
            "home": f.said.home,
            "reporting": f.said.reporting,
            "kind": ids[f.kind.name],
            "corrects": f.said.corrects,
            "body": canonical(f.body),
            "saw": _encode(f.said.saw).decode() if f.said.saw else None,
            "because": f.said.because,
            "behalf": _encode(f.said.behalf).decode() if f.said.behalf else None,
        }
        for f in facts
    ]
    connection.execute(_INSERT, [context.append, context.received_at, _encode(rows).decode()])
    touching.insert(connection, [(f.said.id, touch) for f in facts for touch in asked.touches[f.n]])


_KIND_IDS: dict[str, dict[str, int]] = {}
_REGISTER = """
insert into ledger_kind as k (name, sees, said_by, permanent) values (%s, %s, %s, %s)
on conflict (name) do update set said_by = excluded.said_by, permanent = excluded.permanent
where (k.said_by, k.permanent) is distinct from (excluded.said_by, excluded.permanent)
"""


def kind_ids(connection: Connection[Any]) -> dict[str, int]:
    """The numbers of the kinds in this database, registering any that a newer program brought, and who may say each.

    They are registered in a transaction of their own: numbers of one that is still open are not seen by the folds of
    the next (500 facts went unfolded: seen), and may never come to be.
    """
    ids = _KIND_IDS.setdefault(f"{connection.info.host}/{connection.info.dbname}", {})
    if KINDS.keys() - ids.keys():
        with psycopg.connect(**door.dsn()) as own:
            held = {name: told for name, *told in own.execute("select name, said_by, permanent from ledger_kind")}
            for kind in sorted(KINDS.values(), key=lambda kind: kind.name):
                said_by = sorted(kind.said_by)
                if held.get(kind.name) != [said_by, kind.permanent]:
                    own.execute(_REGISTER, [kind.name, kind.sees, said_by, kind.permanent])
        ids.update({name: number for name, number in connection.execute("select name, id from ledger_kind")})
    return ids
