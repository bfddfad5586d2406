"""The subjects that facts touch: computed from the kinds' declarations, placed where furniture stands, written down."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import msgspec
import psycopg
from psycopg import Connection

from tongzhou.ledger import furniture, known_places
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import Behalf, Kind
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.standing import Standing
from tongzhou.ledger.ways import HOWS, Envelope, Touch
from tongzhou.problems import InventedApart, Problem, UnknownPlace


class Speaker(Protocol):
    def may_say(self, kind: Kind) -> str: ...
    def may_record(self, kind: Kind) -> str: ...
    def standing(self) -> Standing: ...


class Covered:
    """Where a speaker may say each kind, put together once a request."""

    def __init__(self, speaker: Speaker) -> None:
        self.speaker = speaker
        self.known: dict[tuple[str, bool], str] = {}

    def by(self, fact: Checked) -> str:
        kind, behalf = fact.kind, fact.said.behalf is not None
        if (covered := self.known.get((kind.name, behalf))) is None:
            covered = self.speaker.may_record(kind) if behalf else self.speaker.may_say(kind)
            self.known[kind.name, behalf] = covered
        return covered


@dataclass
class Asked:
    """The touches of each fact by its position in the request."""

    touches: dict[int, list[Touch]] = field(default_factory=dict)


def ask(connection: Connection[Any], speaker: Speaker, facts: Sequence[Checked], refused: dict[int, Problem]) -> Asked:
    """What each fact touches. Nothing is offered to a place that there is not, for nobody there could take it."""
    covered = Covered(speaker)
    touched = {fact.n: _touches(fact, covered.by(fact)) for fact in facts}
    stands = _Stands.of(connection, [touch for touches in touched.values() for touch in touches])
    offers = {n: {place for touch in touches for place in touch.offers} for n, touches in touched.items()}
    exist = known_places.among(connection, {place for places in offers.values() for place in places})
    refused |= {n: UnknownPlace(str(min(lost)), "to") for n, places in offers.items() if (lost := places - exist)}
    refused |= {fact.n: InventedApart() for fact in facts if _across(connection, fact, touched[fact.n])}
    return Asked({n: [stands.placed(touch) for touch in touches] for n, touches in touched.items()})


def _across(connection: Connection[Any], fact: Checked, touches: Sequence[Touch]) -> bool:
    """Whether it is offered to a real place from an invented one, invites one there, or the other way round."""
    places = {place for touch in touches for place in (*touch.offers, *touch.invites)}
    assert fact.said.place is not None
    return bool(known_places.unlike(connection, fact.said.place, places & known_places.among(connection, places)))


def _touches(fact: Checked, covered: str) -> list[Touch]:
    said = fact.said
    assert said.place is not None
    envelope = Envelope(said.place, said.home, said.reporting, lambda place: contains(covered, place))
    found = {
        touch.subject: touch
        for touch in fact.kind.touches(said.corrects or said.id, fact.body, envelope, said.corrects is not None)
    }
    if said.behalf:
        written = spoken(said.id, said.place, said.behalf)
        found[written.subject] = written
    return list(found.values())


def spoken(fact: uuid.UUID, place: int, post: Behalf) -> Touch:
    """What is written down for a post founds the question whether the post said so."""
    return Touch(f"spoken/{fact}", "founds", place, (post.place,))


@dataclass(frozen=True)
class _Stands:
    """Where furniture stands, and what lies above a place."""

    places: dict[str, int]
    above: dict[int, tuple[int, ...]]

    @staticmethod
    def of(connection: Connection[Any], touches: Sequence[Touch]) -> _Stands:
        wanted = {s for t in touches for s in (t.subject if t.at_furniture else None, t.invites_of) if s}
        cited = {t.place for t in touches if t.how == "cites" and not t.via and t.place is not None}
        places = furniture.look_up(connection, wanted) if wanted else {}
        return _Stands(places, {place: lineage(connection, place) for place in cited})

    def placed(self, touch: Touch) -> Touch:
        """The touch as it is written down."""
        if touch.at_furniture:
            return replace(touch, place=self.places.get(touch.subject))
        if touch.invites_of and (place := self.places.get(touch.invites_of)):
            return replace(touch, invites=tuple(sorted({*touch.invites, place})))
        if touch.how == "cites" and touch.place in self.above:
            return replace(touch, invites=self.above[touch.place])
        return touch


def placed(connection: Connection[Any], touched: Sequence[tuple[uuid.UUID, Touch]]) -> list[tuple[uuid.UUID, Touch]]:
    """Each touch once, as it is written down."""
    stands = _Stands.of(connection, [touch for _fact, touch in touched])
    return list({(fact, touch.subject): (fact, stands.placed(touch)) for fact, touch in touched}.values())


def lineage(connection: Connection[Any], place: int) -> tuple[int, ...]:
    """The place and all above it in the command tree: whoever is asked there, this place may answer for."""
    rows = connection.execute(
        "with recursive up (place) as (select %s::integer union select l.parent from up join places_link l"
        " on l.tree = 'command' and l.place = up.place and l.valid_to is null where l.parent is not null)"
        " select place from up",
        [place],
    )
    return tuple(sorted(row[0] for row in rows))


# What has to be folded with some subjects: those of corrected facts, of words that waited for one of these, and
# whatever one of all these counts under.
_REACHED = """
with near as (
  select unnest(%(s)b::text[]) as subject
  union select t.subject from ledger_pending p join ledger_touch t on t.fact = p.fact where p.subject = any(%(s)b)
  {corrected}
), reached as (
  select subject from near
  union select x.one from near join ledger_alias a on a.subject = near.subject,
    lateral (values (a.root), (a.into_subject)) as x (one)
)
"""
_CORRECTED = "union select t.subject from ledger_touch t where t.fact = any(%(corrects)s)"
_LOCKED = """
select subject, pg_advisory_xact_lock(h) from (
  select subject, hashtextextended(subject, 0) as h from reached order by 2) x
"""
_TRIED = """
select pg_try_advisory_xact_lock(h) from (select hashtextextended(s, 0) as h from unnest(%b::text[]) s order by 1) x
"""
_FOUND = """
select null as fact, subject, null as told from reached where subject <> all(%(s)b)
union all
select id, null, null from ledger_fact where id = any(%(ids)s)
union all
select distinct null::uuid, null, subject from ledger_touch where subject = any(%(s)b)
union all
select distinct corrects, null, '' from ledger_fact where corrects = any(%(ids)s)
"""


@dataclass(frozen=True)
class Reached:
    """`subjects`: what is locked; `taken`: ids that were received before; `told`: subjects of which something was said
    before; `corrected`: ids of facts that something corrects before they come."""

    subjects: set[str]
    taken: set[uuid.UUID]
    told: set[str]
    corrected: set[uuid.UUID]


def reach(
    connection: Connection[Any],
    subjects: Collection[str],
    ids: Sequence[uuid.UUID] = (),
    corrects: Collection[uuid.UUID] = (),
) -> Reached:
    """Lock subjects with all that has to be folded with them, in one sorted go: two appends that each take what the
    other one has yet to reach would wait for each other for ever. Raises DeadlockDetected where more is to be reached
    by now and somebody else has it: `door.again`."""
    given: dict[str, Any] = {"s": list(subjects), "ids": list(ids), "corrects": list(corrects)}
    near = _REACHED.format(corrected=_CORRECTED if corrects else "")
    held = (
        {row[0] for row in connection.execute(near + _LOCKED, given).fetchall()} if subjects or corrects else set[str]()
    )
    while True:  # what has come to wait, or to count elsewhere, while this waited for its locks
        found = connection.execute(near + _FOUND, given).fetchall()
        more = {subject for _fact, subject, _told in found if subject} - held
        if not more:
            taken = {fact for fact, _subject, told in found if fact and told is None}
            corrected = {fact for fact, _subject, told in found if fact and told is not None}
            return Reached(held, taken, {told for _fact, _subject, told in found if told}, corrected)
        if not all(got for (got,) in connection.execute(_TRIED, [list(more)])):
            raise psycopg.errors.DeadlockDetected("another append holds what this one has come to reach")
        held |= more


def waiting(connection: Connection[Any], facts: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these facts that do not count yet."""
    return {r[0] for r in connection.execute("select fact from ledger_pending where fact = any(%s)", [list(facts)])}


_INSERT = """
insert into ledger_touch (subject, fact, how, place, invites, offers, via)
select t.* from jsonb_to_recordset(%s::jsonb)
  as t (subject text, fact uuid, how smallint, place int, invites int[], offers int[], via uuid)
on conflict (subject, fact) do {}
"""
_ONCE = _INSERT.format("nothing")
_AGAIN = _INSERT.format(
    "update set how = excluded.how, place = excluded.place, invites = excluded.invites, offers = excluded.offers,"
    " via = excluded.via"
)


def insert(connection: Connection[Any], touched: Sequence[tuple[uuid.UUID, Touch]], *, again: bool = False) -> None:
    """Write down what facts touch, and how; `again` over what is written already (the ledger's owner alone may)."""
    if touched:
        rows = [_as_written(fact, touch) for fact, touch in touched]
        connection.execute(_AGAIN if again else _ONCE, [_encode(rows).decode()])


def _as_written(fact: uuid.UUID, touch: Touch) -> dict[str, Any]:
    """Most words only hold their subject: what nobody fills is not told."""
    told: dict[str, Any] = {"subject": touch.subject, "fact": fact, "how": HOWS.index(touch.how)}
    further = {"place": touch.place, "invites": touch.invites, "offers": touch.offers, "via": touch.via}
    return told | {name: value for name, value in further.items() if value is not None and value != ()}


_encode = msgspec.json.Encoder().encode
