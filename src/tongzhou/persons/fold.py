"""What the facts of a person and of a block of numbers mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_noop

from tongzhou.ledger.fold import Conflict, Row, folds
from tongzhou.ledger.kinds import Fact
from tongzhou.persons.handles import fits, place_in_block


@folds(
    "person",
    called=gettext_noop("person with a number"),
    settled={
        "known": "what is owed to a person is owed on what they are part of: a fever, a case, a bed",
        "merged": "counts under another person",
    },
)
def fold_person(key: str, facts: Sequence[Fact]) -> Row | None:
    """Number, sex, age and door as they were last given, of those merged in where there is none of one's own."""
    founded = {str(fact.corrects or fact.id): fact for fact in facts if fact.kind == "person.founded"}
    own = founded.get(key)
    if own is None:
        return None
    numbered = {fact.body.person: fact.body.handle for fact in facts if fact.kind == "person.numbered"}
    family = [key, *(one for one in founded if one != key)]
    handles = {one: numbered.get(one) or founded[one].body.handle for one in family}
    merges = [fact.body for fact in facts if fact.kind == "person.merged"]
    merged = next((body.into for body in reversed(merges) if body.person == key), None)
    data: dict[str, Any] = {
        "handle": _first(handles[one] for one in family),
        "handles": sorted({handle for handle in handles.values() if handle}),
        "sex": _first(founded[one].body.sex for one in family),
        "age": _first(founded[one].body.age for one in family),
        "household": _first(founded[one].body.household for one in family),
        "home": own.home,
        "founded_at": own.effective_at,
        "by": own.by,
        "merged_into": merged,
        "merged_from": sorted({body.person for body in merges if body.into == key}),
    }
    return Row(own.place, own.effective_at, "merged" if merged else "known", "persons", data)


def _first(values: Iterable[Any]) -> Any:
    return next((value for value in values if value is not None), None)


@folds(
    "block",
    called=gettext_noop("block of numbers"),
    settled={"leased": "its numbers are given as they are needed", "ended": "its lease is over"},
)
def fold_block(key: str, facts: Sequence[Fact]) -> Row | None:
    """Which numbers of a block were given, and to whom: to whoever's fact came first. A number that somebody else was
    given as well is a question with an owner; that person is given another one."""
    leased = next((fact for fact in facts if fact.kind == "block.leased"), None)
    if leased is None:
        return None
    ended = next((fact for fact in reversed(facts) if fact.kind == "block.ended"), None)
    used: dict[str, str] = {}
    twice: list[dict[str, str]] = []
    disputed: list[Any] = []
    for fact in sorted(facts, key=lambda fact: (fact.append, fact.id)):
        claim = _claim(fact)
        if claim is None:
            continue
        place, person = claim
        if used.setdefault(place, person) != person:
            twice.append({"place": place, "person": person})
            disputed.append(fact.id)
    said = leased.body
    data = {
        "to": said.to,
        "name": said.name,
        "staff": said.staff,
        "days": said.days,
        "leased_at": leased.effective_at,
        "ended_at": ended.effective_at if ended else None,
        "why": ended.body.why if ended else None,
        "used": used,
        "twice": twice,
    }
    conflict = Conflict("epidemiologist", tuple(disputed), "one_number_for_two_persons") if disputed else None
    return Row(said.county, leased.effective_at, "ended" if ended else "leased", "persons", data, conflict=conflict)


def _claim(fact: Fact) -> tuple[str, str] | None:
    """The place in the block that a fact gives, and to whom."""
    if fact.kind == "person.founded":
        handle, person = fact.body.handle, str(fact.corrects or fact.id)
    elif fact.kind == "person.numbered":
        handle, person = fact.body.handle, fact.body.person
    else:
        return None
    return (place_in_block(handle), person) if handle and fits(handle) else None
