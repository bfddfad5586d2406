"""Founds the persons of subjects that name none, joins them along a patient's way, and gives numbers.

A follower, so facts from before there were persons get theirs when the ledger is brought up to date, and what phones
and other programs say without a person gets one a moment later. What it says are facts of the system: a rebuild never
runs it. A person outlives the withdrawal of the fact they were founded for, because a number once given is given.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from psycopg import Connection

from tongzhou import problems
from tongzhou.ledger import clock, refold
from tongzhou.ledger.append import append
from tongzhou.ledger.follow import Span, follower
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.reactors import Cause, Effect, causes, reacts
from tongzhou.ledger.standing import System
from tongzhou.persons import blocks
from tongzhou.persons.handles import fits, place_in_block
from tongzhou.persons.identity import BEFORE, FOUNDING, NAMESPACE, NOUNS, person_of

_PERSONS = """
select q.noun, q.key, coalesce(split_part(a.root, '/', 2), r.person)
from unnest(%s::text[], %s::text[]) q (noun, key)
join ledger_row r on r.noun = q.noun and r.key = q.key
left join ledger_alias a on a.subject = 'person/' || r.person
where r.person is not null
"""
_GIVEN = """
select p.key, p.data ->> 'handle', p.place, p.state, b.data -> 'used'
from ledger_row p left join ledger_row b on b.noun = 'block' and b.key = left(p.data ->> 'handle', 8)
where p.noun = 'person' and p.key = any(%s) and p.state = 'known'
"""
_WITHOUT = """
select q.subject from unnest(%b::text[]) q (subject) join ledger_row r
  on r.noun = split_part(q.subject, '/', 1) and r.key = split_part(q.subject, '/', 2)
where r.state <> 'void' and not r.data ? 'person'
"""


@dataclass(frozen=True)
class _Found:
    """Somebody to be founded for a fact; `into`: the person whom they turn out to be."""

    person: str
    cause: Cause
    into: str | None


@dataclass
class _Work:
    found: dict[str, _Found] = field(default_factory=dict)
    merge: dict[str, tuple[str, Cause]] = field(default_factory=dict)
    number: dict[str, int] = field(default_factory=dict)  # person → place


@follower("persons", most=500, facts=1000)  # a list of thousands is one append
def found_persons(connection: Connection[Any], appends: Sequence[int], span: Span) -> None:
    """Found, join and number the persons of these appends' facts."""
    told = causes(connection, [*FOUNDING, "person.founded"], appends)
    founding = [cause for cause, gone in told if not gone and cause.kind in FOUNDING]
    work = _Work()
    _of_subjects(connection, founding, work)
    # A person whose number waits, because its block was never leased, counts all the same.
    _unnumbered(connection, [str(cause.id) for cause, _gone in told if cause.kind == "person.founded"], work)
    said = [*_foundings(connection, work), *_mergers(work), *_numbers(connection, work)]
    _tell(connection, said)
    _fold_old_rows(connection, founding)


def _fold_old_rows(connection: Connection[Any], founding: Sequence[Cause]) -> None:
    """Rows that were folded before there were persons are folded again, once."""
    subjects = [f"{noun}/{cause.corrects or cause.id}" for cause in founding for noun in NOUNS[cause.kind]]
    without = [row[0] for row in connection.execute(_WITHOUT, [subjects])]
    if without:
        refold.lock(connection, without)
        refold.rows(connection, without, clock.read(connection).now)


def number_missing(connection: Connection[Any]) -> int:
    """Give numbers to persons who have none, because their county had none; how many got one."""
    rows = connection.execute(
        "select key from ledger_row where noun = 'person' and state = 'known' and data ->> 'handle' is null"
    ).fetchall()
    work = _Work()
    _unnumbered(connection, [row[0] for row in rows], work)
    said = _numbers(connection, work)
    _tell(connection, said)
    return len(said)


def _tell(connection: Connection[Any], said: Sequence[Said]) -> None:
    for start in range(0, len(said), 500):
        append(connection, said[start : start + 500], System(), device="persons", origin="system")


def _of_subjects(connection: Connection[Any], founding: Sequence[Cause], work: _Work) -> None:
    """Subjects whose fact names nobody: their derived person, and the one whom the corrected fact or the subject
    before names."""
    derived = [(cause, person) for cause in founding if not cause.body.person
               and (person := person_of(cause.kind, str(cause.corrects or cause.id), cause.body))]  # fmt: skip
    there = _there(connection, [person for _cause, person in derived])
    before = _persons(connection, [_before(cause) for cause, _person in derived])
    first = _named_first(connection, [cause.corrects for cause, _person in derived if cause.corrects])
    for cause, person in derived:
        earlier = first.get(cause.corrects) or before.get(_before(cause))
        into = earlier if earlier != person else None
        if person not in there:
            there.add(person)
            work.found[person] = _Found(person, cause, into)
        if into:
            work.merge[person] = (into, cause)


def _named_first(connection: Connection[Any], corrected: Sequence[uuid.UUID]) -> dict[uuid.UUID | None, str]:
    """The persons that facts named which a correction replaced without naming anybody."""
    if not corrected:
        return {}
    rows = connection.execute(
        "select id, body::jsonb ->> 'person' from ledger_fact where id = any(%s) and body::jsonb ->> 'person' is not"
        " null",
        [list(corrected)],
    )
    return dict(rows.fetchall())


def _before(cause: Cause) -> tuple[str, str]:
    """The subject before this one in the patient's way, as the body names it."""
    noun = BEFORE.get(cause.kind, "")
    return noun, (getattr(cause.body, noun) or "") if noun else ""


def _persons(connection: Connection[Any], subjects: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    asked = [subject for subject in subjects if subject[1]]
    if not asked:
        return {}
    rows = connection.execute(_PERSONS, [[noun for noun, _ in asked], [key for _, key in asked]])
    return {(noun, key): person for noun, key, person in rows}


def _there(connection: Connection[Any], persons: Sequence[str]) -> set[str]:
    rows = connection.execute("select id::text from ledger_fact where id = any(%s::uuid[])", [list(persons)])
    return {row[0] for row in rows}


def _unnumbered(connection: Connection[Any], persons: Sequence[str], work: _Work) -> None:
    """Persons without a number that is theirs: none was given, its check digits are wrong, its block was never leased,
    or somebody else was given it first."""
    for person, handle, place, _state, used in connection.execute(_GIVEN, [list(persons)]).fetchall():
        owned = bool(handle) and fits(handle) and used is not None and used.get(place_in_block(handle)) == person
        if not owned:
            work.number[person] = place


def _foundings(connection: Connection[Any], work: _Work) -> list[Said]:
    alone = [one for one in work.found.values() if one.into is None]
    handles = _given(connection, {one.person: one.cause.place for one in alone})
    return [_founded(one, handles.get(one.person)) for one in work.found.values()]


def _founded(one: _Found, handle: str | None) -> Said:
    cause = one.cause
    body = {name: getattr(cause.body, name, None) for name in ("sex", "age", "household")} | {"handle": handle}
    if cause.kind == "dependant.stated":
        body["age"] = cause.body.years
    return _said("person.founded", uuid.UUID(one.person), cause.effective_at, cause.place, body, cause)


def _mergers(work: _Work) -> list[Said]:
    return [
        _said("person.merged", uuid.uuid5(NAMESPACE, f"{person} into {into}"), cause.effective_at, cause.place,
              {"person": person, "into": into}, cause)
        for person, (into, cause) in work.merge.items()
    ]  # fmt: skip


def _numbers(connection: Connection[Any], work: _Work) -> list[Said]:
    handles = _given(connection, work.number)
    now = clock.read(connection).now
    return [
        _said("person.numbered", uuid.uuid5(NAMESPACE, f"{person} {handle}"), now, work.number[person],
              {"person": person, "handle": handle})
        for person, handle in handles.items()
    ]  # fmt: skip


def _given(connection: Connection[Any], wanted: dict[str, int]) -> dict[str, str]:
    """A new handle for each person, of the county of their place; without where that has no number (left)."""
    by_place: dict[int, list[str]] = {}
    for person, place in wanted.items():
        by_place.setdefault(place, []).append(person)
    given: dict[str, str] = {}
    for place in sorted(by_place):
        persons = by_place[place]
        try:
            given |= dict(zip(persons, blocks.give(connection, place, len(persons)), strict=True))
        except (problems.NoCountyNumber, problems.NumbersUsedUp):
            continue
    return given


def _said(
    kind: str, id: uuid.UUID, at: dt.datetime, place: int, body: dict[str, Any], cause: Cause | None = None
) -> Said:
    kept = {name: value for name, value in body.items() if value is not None}
    return Said(
        id=id, kind=kind, effective_at=at, place=place, body=msgspec.Raw(json.dumps(kept).encode()),
        home=cause.home if cause and kind == "person.founded" else None,
        reporting=cause.reporting if cause and kind == "person.founded" else None,
        because=cause.id if cause else None,
    )  # fmt: skip


@reacts("PERSON-MERGED", "case.merged")
def merged_with_the_case(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """Two cases of one: the persons are one as well, until the cases are parted."""
    return _joined(connection, cause, ("case", cause.body.case), ("case", cause.body.into))


@reacts("PERSON-BECAME", "contact.ended")
def contact_became_the_case(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """The contact who became a case is the person of that case."""
    if cause.body.reason != "became_case" or not cause.body.case:
        return []
    return _joined(connection, cause, ("contact", cause.body.contact), ("case", cause.body.case))


def _joined(
    connection: Connection[Any], cause: Cause, one: tuple[str, str], other: tuple[str, str]
) -> Sequence[Effect]:
    persons = _persons(connection, [one, other])
    person, into = persons.get(one), persons.get(other)
    if person is None or into is None or person == into:
        return []
    return [Effect("person.merged", cause.place, {"person": person, "into": into}, f"person/{person}")]
