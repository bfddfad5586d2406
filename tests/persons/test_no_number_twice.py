"""Phones off line, pads of paper, merges and partings, queues that come back in any order: no number names two
persons, and nobody is lost."""

from __future__ import annotations

import random
import uuid
from typing import Any

import pytest
import uuid_utils.compat as uuids
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from world import rows, said, say

from tongzhou.ledger import door, follow
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.rebuild import rebuild
from tongzhou.people.scope import holder_of
from tongzhou.persons import blocks
from tongzhou.persons.handles import block_of, fits

pytestmark = pytest.mark.postgres
PEOPLE = {"zhao": 6, "qian": 7, "doctor": 5, "far": 10}  # who carries a phone, and where they stand


class Phone:
    """A phone off line: the numbers it was lent, and what it will send."""

    def __init__(self, who: str, staff: int, chance: random.Random) -> None:
        self.who, self.place, self.staff, self.chance = who, PEOPLE[who], staff, chance
        self.queue: list[Said] = []
        self.fevers: list[str] = []
        self.lend()

    def lend(self) -> None:
        to: Any = self.chance.choice(["device", "pad"])
        with door.ledger() as connection:
            lent = blocks.lend(connection, self.place, to, f"{to}-{self.who}", self.staff)
        self.block, self.handles = lent.block, lent.handles

    def meets(self, with_person: bool) -> None:
        """Somebody with a fever at a door; some apps are old and name nobody."""
        household = 85 if self.place == 10 else 45 if self.place == 7 else 3
        body: dict[str, Any] = {"household": household, "concerns": ["fever"]}
        if with_person:
            person = str(uuids.uuid7())
            number = {"handle": self.handles.pop(0)}
            self.queue.append(said("person.founded", number, id=uuid.UUID(person), place=self.place))
            body["person"] = person
        fever = said("exception.raised", body, place=self.place)
        self.queue.append(fever)
        self.fevers.append(str(fever.id))


def cards() -> dict[str, tuple[str, str | None]]:
    """Of every fever the person it counts under, and their number."""
    with door.ledger() as connection:
        found = connection.execute(
            "select r.key, c.person, c.handle from ledger_row r, lateral persons_cards(array[r.person]) c"
            " where r.noun = 'exception'"
        ).fetchall()
    return {key: (person, handle) for key, person, handle in found}


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.integers(0, 2**32))
def test_no_number_twice_and_nobody_lost(staff: dict[str, int], seed: int) -> None:
    chance = random.Random(seed)
    phones = [Phone(who, staff[who], chance) for who in chance.choices(list(PEOPLE), k=5)]
    assert len({phone.block for phone in phones}) == 5
    for phone in chance.choices(phones, k=14):
        phone.meets(chance.random() < 0.8)
    if chance.random() < 0.5:  # one of them writes from another's pad, or a copied phone does
        one, other = chance.sample(phones, 2)
        one.handles = [*other.handles[:1], *one.handles]
        one.meets(True)
        other.meets(True)
    if chance.random() < 0.5:
        with door.ledger() as connection:
            blocks.end(connection, chance.choice(phones).block, "lost")  # what was given comes back all the same
    letters = [(phone, fact) for phone in phones for fact in phone.queue]
    chance.shuffle(letters)
    merges: list[Said] = []
    for n, (phone, fact) in enumerate(letters):
        say(fact, authority=holder_of(phone.staff))
        if chance.random() < 0.1:
            say(fact, authority=holder_of(phone.staff))  # sent twice
        if n % 5 == 4:
            follow.catch_up()
            _merge_or_part(chance, staff["lin"], merges)
    follow.catch_up()
    _hold(phones)


def _merge_or_part(chance: random.Random, lin: int, merges: list[Said]) -> None:
    here = [key for key, state, data in rows("person") if state == "known" and str(data["handle"]).startswith("9801")]
    if merges and chance.random() < 0.4:
        merge = merges.pop(chance.randrange(len(merges)))
        say(said("fact.withdrawn", {}, corrects=merge.id, place=3), authority=holder_of(lin))
    elif len(here) > 1:
        one, other = chance.sample(here, 2)
        merge = said("person.merged", {"person": one, "into": other}, place=3)
        say(merge, authority=holder_of(lin))
        merges.append(merge)


def _hold(phones: list[Phone]) -> None:
    found = cards()
    assert {fever for phone in phones for fever in phone.fevers} <= found.keys(), "nobody is lost"
    assert all(handle and fits(handle) for _person, handle in found.values())
    by_number: dict[str | None, set[str]] = {}
    for person, handle in found.values():
        by_number.setdefault(handle, set()).add(person)
    assert all(len(persons) == 1 for persons in by_number.values()), "no number names two"
    own = [data["handle"] for _, state, data in rows("person") if state == "known"]
    assert len(own) == len({*own})
    lent = [key for key, _, _ in rows("block")]
    assert {block_of(handle) for handle in own} <= {*lent} and len(lent) == len({*lent})
    # What a paper says still leads to whoever it was given to, merged or not.
    with door.ledger() as connection:
        for person, handle in found.values():
            led = {row[0] for row in connection.execute("select * from persons_numbered(%s)", [handle])}
            assert person in led
    assert rebuild().unchanged
