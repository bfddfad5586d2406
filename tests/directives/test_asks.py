"""What the forms between desks ask, the ledger asks of everybody: refused in words, in both languages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import psycopg
import pytest
import world
from django.utils import translation
from tests_support import owner_dsn

from tongzhou.ledger.kinds import Said
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres
DAY = world.NOW.date().isoformat()
NOON = world.NOW.replace(hour=12)


@pytest.fixture
def desks(staff: dict[str, int]) -> dict[str, int]:
    """Mei has the county's desk besides."""
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'duty_officer', 3)", [staff["mei"]])
    return staff


def fact(kind: str, body: dict[str, Any], place: int, **envelope: Any) -> Said:
    return msgspec.structs.replace(world.said(kind, body, place=place), **envelope)


def refused(who: int, one: Said) -> tuple[str, str]:
    """The field that is refused, and why: in Chinese other words than in English."""
    told = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            (problem,) = world.say(one, authority=holder_of(who)).refused.values()
            told.append((problem.field, problem.detail or problem.as_dict()["message"]))
    assert told[0][0] == told[1][0] and told[0][1] != told[1][1], told
    return told[0]


def taken(who: int, *facts: Said) -> None:
    assert not world.say(*facts, authority=holder_of(who)).refused


def directive(to: list[int], due: dt.datetime, place: int, **more: Any) -> Said:
    return fact("directive.issued", {"what": "service", "text": "Visit all over eighty", "to": to,
                                     "due": due.isoformat(), **more}, place)  # fmt: skip


def test_a_directive_is_broken_down_in_time_and_to_desks_below(desks):
    above = directive([3], NOON, 1)
    taken(desks["duty"], above)
    parent = {"parent": str(above.id)}
    later = NOON + dt.timedelta(hours=1)
    assert refused(desks["mei"], directive([5], later, 3, **parent)) == (
        "due", "not later than the desk above asks for: 03-10 12:00")  # fmt: skip
    for past in (world.NOW.replace(year=1901), world.NOW - dt.timedelta(hours=1)):
        assert refused(desks["mei"], directive([5], past, 3)) == ("due", "a moment that is still to come")
    assert refused(desks["mei"], directive([3, 5], NOON, 3, **parent)) == ("to", "desks below one's own")
    taken(desks["mei"], directive([5], NOON, 3, **parent), directive([5], later, 3))


def test_a_decision_is_read_to_who_carries_it_out_or_has_a_copy(desks):
    decided = {"place": 1, "day": DAY, "number": 1, "text": "Two beds more", "owner": "dispatcher", "at": 2,
               "due": NOON.isoformat(), "copies": [8]}  # fmt: skip
    taken(desks["duty"], fact("decision.taken", decided, 1))
    told = {"place": 1, "day": DAY, "number": 1, "who": "dispatcher", "read_back": "as_written"}
    words = "the desk that carries it out, or one that has a copy"
    for elsewhere in (3, 99_999_999):
        assert refused(desks["duty"], fact("decision.told", {**told, "to": elsewhere}, 1)) == ("to", words)
    assert refused(desks["duty"], fact("decision.told", {**told, "number": 2, "to": 2}, 1))[0] == "number"
    taken(desks["duty"], *(fact("decision.told", {**told, "to": to}, 1) for to in (2, 8)))


def test_what_is_granted_adds_up_and_what_is_answered_is_not_answered_again(desks):
    asked = fact("support.requested", {"what": "staff", "text": "Workers for the doors", "amount": 20}, 3, reporting=1)
    taken(desks["mei"], asked)

    def answer(outcome: str, amount: int | None = None, **more: Any) -> Said:
        body = {"request": str(asked.id), "outcome": outcome, **({"amount": amount} if amount is not None else {})}
        return fact("support.answered", body | more, 1)

    for wrong in (answer("partly"), answer("partly", 20), answer("granted", 5), answer("granted", 30),
                  answer("refused", 3)):  # fmt: skip
        assert refused(desks["duty"], wrong)[0] == "amount"
    part = answer("partly", 5)
    taken(desks["duty"], part, part)
    assert refused(desks["duty"], answer("granted", 30)) == (
        "amount", "15 are asked for and 30 would be granted. If more is meant, tick it.")  # fmt: skip
    assert refused(desks["duty"], answer("partly", 15))[0] == "amount"
    taken(desks["duty"], answer("granted", 30, more=True))
    assert [(state, data["granted"]) for _key, state, data in world.rows("support")] == [("granted", 35)]
    for again in (answer("refused"), answer("granted", 15)):
        assert "decided in the meantime" in refused(desks["duty"], again)[1]
    assert world.rows("support")[0][1] == "granted"
    taken(desks["duty"], part)  # sent again, it was received


def test_two_answers_in_one_sending_are_asked_together(desks):
    asked = fact("support.requested", {"what": "staff", "text": "Workers for the doors", "amount": 4}, 3, reporting=1)
    taken(desks["mei"], asked)
    one, two = (fact("support.answered", {"request": str(asked.id), "outcome": "granted"}, 1) for _ in range(2))
    receipt = world.say(one, two, authority=holder_of(desks["duty"]))
    assert list(receipt.refused) == [1] and receipt.refused[1].code == "already_decided"


def test_a_dispatcher_asks_for_beds_and_for_nothing_else(desks):
    beds, staff = ({"what": what, "text": "For the night", "amount": 2} for what in ("beds", "staff"))
    assert refused(desks["sun"], fact("support.requested", staff, 2, reporting=1))[0] == "what"
    own = fact("support.requested", beds, 2, reporting=1)
    taken(desks["sun"], own)
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'duty_officer', 2)", [desks["an"]])
    of_the_desk = fact("support.requested", staff, 2, reporting=1)
    taken(desks["an"], of_the_desk)
    back = fact("fact.withdrawn", {"reason": "slip"}, 2, corrects=of_the_desk.id)
    (problem,) = world.say(back, authority=holder_of(desks["sun"])).refused.values()
    assert (problem.code, problem.field) == ("not_yours", "corrects")
    taken(desks["sun"], fact("fact.withdrawn", {"reason": "slip"}, 2, corrects=own.id))
