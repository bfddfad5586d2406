"""Whoever sees a case is explained by a chain of acceptances: who founded it, who was offered it and took it, where the
person lives. A model of a few lines, told every word, must say the same as the rows, as the database's own filter, and
as a rebuild after roles have ended."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import world
from django.db import connection as app
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests_support import fresh_database

from tongzhou.ledger import door, follow
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.rebuild import rebuild
from tongzhou.people.scope import Holder, set_scope

pytestmark = pytest.mark.postgres
# A county of Wu, a county of Xiao, and the province above both: their desks, and the places that each covers.
COVERS = {3: range(3, 8), 9: range(9, 11), 1: range(1, 11)}
INSIDE = {3: 5, 9: 10, 1: 8}  # a place in each branch where somebody lives
DESKS = st.sampled_from(sorted(COVERS))
ticks = itertools.count()


@dataclass
class Known:
    """What the model knows of a case."""

    place: int
    home: int
    offers: set[int] = field(default_factory=set)
    into: dict[Any, int] = field(default_factory=dict)  # merges by the fact's id, in their order

    @property
    def seen_at(self) -> set[int]:
        return {self.place, self.home} | self.offers


@st.composite
def stories(draw: Any) -> list[tuple[Any, ...]]:
    """Three cases are founded, then up to fourteen words of three desks; a role may end in between."""
    told: list[tuple[Any, ...]] = [("found", draw(DESKS), draw(DESKS), draw(DESKS)) for _ in range(3)]
    words = st.one_of(
        st.tuples(st.just("offer"), DESKS, st.integers(0, 2), DESKS),
        st.tuples(st.just("accept"), DESKS, st.integers(0, 2)),
        st.tuples(st.just("decline"), DESKS, st.integers(0, 2)),
        st.tuples(st.just("receive"), DESKS, st.integers(0, 2)),
        st.tuples(st.just("classify"), DESKS, st.integers(0, 2)),
        st.tuples(st.just("merge"), DESKS, st.sampled_from([(1, 0), (2, 0), (2, 1)])),
        st.tuples(st.just("part"), DESKS),
        st.tuples(st.just("end"), DESKS),
    )
    return told + draw(st.lists(words, max_size=14))


def holder(desk: int, ended: set[int]) -> Holder:
    covers = f"{{[{COVERS[desk].start},{COVERS[desk].stop})}}"
    held = {} if desk in ended else {"epidemiologist": covers}
    return Holder(desk, held, {"cases": covers}, tuple((role, desk) for role in held))


BEGINNING = world.NOW - dt.timedelta(days=1)  # no word of all the stories lies ahead of the clock


class Story:
    """Says each word to the ledger and to the model."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.cases: list[Known] = []
        self.merges: list[tuple[int, Any]] = []  # by whom, the fact
        self.ended: set[int] = set()

    def say(self, desk: int, kind: str, body: dict[str, Any], **more: Any) -> tuple[Said, bool]:
        """The fact, and whether it was taken at all."""
        at = BEGINNING + dt.timedelta(seconds=next(ticks))
        plain = world.said(kind, body, place=desk, at=at)
        fact = Said(**{**{name: getattr(plain, name) for name in plain.__struct_fields__}, **more})
        return fact, not world.say(fact, authority=holder(desk, self.ended)).refused

    def tell(self, word: str, desk: int, *rest: Any) -> None:
        getattr(self, word)(desk, *rest)

    def found(self, desk: int, reporting: int, home: int) -> None:
        where = {"reporting": reporting, "home": INSIDE[home]}
        fact, _taken = self.say(desk, "case.identified", {"classification": "suspected"}, **where)
        own = reporting in COVERS[desk]
        self.keys.append(str(fact.id))
        self.cases.append(Known(reporting if own else desk, INSIDE[home], set() if own else {reporting}))

    def offer(self, desk: int, n: int, to: int) -> None:
        _fact, taken = self.say(desk, "subject.offered", {"subject": f"case/{self.keys[n]}", "to": to})
        if taken and self.cases[n].place in COVERS[desk]:
            self.cases[n].offers.add(to)

    def accept(self, desk: int, n: int, kind: str = "subject.accepted") -> None:
        body = {"case": self.keys[n]} if kind == "case.received" else {"subject": f"case/{self.keys[n]}"}
        _fact, taken = self.say(desk, kind, body)
        if taken and desk in self.cases[n].offers:
            self.cases[n].place = desk
            self.cases[n].offers.clear()

    def receive(self, desk: int, n: int) -> None:
        self.accept(desk, n, "case.received")

    def decline(self, desk: int, n: int) -> None:
        _fact, taken = self.say(desk, "subject.declined", {"subject": f"case/{self.keys[n]}"})
        if taken:
            self.cases[n].offers.discard(desk)

    def classify(self, desk: int, n: int) -> None:
        self.say(desk, "case.classified", {"case": self.keys[n], "classification": "confirmed", "basis": "pcr"})

    def merge(self, desk: int, pair: tuple[int, int]) -> None:
        one, into = pair
        fact, taken = self.say(desk, "case.merged", {"case": self.keys[one], "into": self.keys[into]})
        if taken and all(self.cases[n].place in COVERS[desk] for n in pair):
            self.cases[one].into[fact.id] = into
            self.merges.append((desk, fact.id))

    def part(self, desk: int) -> None:
        """The last merge that counts is withdrawn by whoever might have said it."""
        if not self.merges:
            return
        by, merge = self.merges[-1]
        _fact, taken = self.say(desk, "fact.withdrawn", {}, corrects=merge)
        assert taken == (desk not in self.ended and by in COVERS[desk])
        if taken:
            self.merges.pop()
            for case in self.cases:
                case.into.pop(merge, None)

    def end(self, desk: int) -> None:
        self.ended.add(desk)


@pytest.fixture(scope="module")
def furnished(server: str) -> Iterator[str]:
    with fresh_database(server, f"{server}_chain") as name:
        world.furnish(simulated=True)
        yield name


def rows(keys: list[str]) -> dict[str, tuple[int, set[int], str]]:
    with door.ledger() as ledger:
        found = ledger.execute(
            "select key, place, array(select a.place from ledger_audience a where a.noun = r.noun and a.key = r.key),"
            " state from ledger_row r where noun = 'case' and key = any(%s)", [keys],
        ).fetchall()  # fmt: skip
    return {key: (place, set(audience), state) for key, place, audience, state in found}


def seen(desk: int, keys: list[str]) -> set[str]:
    """The cases that the database shows to a desk, by its own filter."""
    with transaction.atomic(), app.cursor() as cursor:
        set_scope(holder(desk, set()))
        cursor.execute("select key from ledger_row where noun = 'case' and key = any(%s)", [keys])
        return {row[0] for row in cursor.fetchall()}


@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.generate, Phase.shrink),
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
@given(story=stories())
def test_who_sees_a_case_is_explained_by_a_chain_of_acceptances(furnished: str, story: list[Any]) -> None:
    told = Story()
    for word in story:
        told.tell(*word)
    found = rows(told.keys)
    for key, case in zip(told.keys, told.cases, strict=True):
        place, audience, state = found[key]
        assert place == case.place, (key, story)
        assert {place} | audience == case.seen_at, (key, story)
        assert (state == "merged") == bool(case.into), (key, story)
    for desk, covers in COVERS.items():
        explained = {
            key for key, case in zip(told.keys, told.cases, strict=True) if any(p in covers for p in case.seen_at)
        }
        assert seen(desk, told.keys) == explained, (desk, story)


def test_what_was_kept_up_equals_a_rebuild_though_roles_have_ended(furnished: str) -> None:
    follow.catch_up()
    result = rebuild()
    assert result.rows_changed == 0, result
