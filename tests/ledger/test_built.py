"""Nobody takes from under others what they have built on, by whatever way it is said; what is wrong is put right."""

from __future__ import annotations

import datetime as dt

import pytest
import world
from counties import HONG, as_dict, classified, codes, state, unchanged
from django.utils import translation
from world import NOW, said, say

from tongzhou.ledger.kinds import Behalf, Said
from tongzhou.people.scope import Holder, Resident, holder_of
from tongzhou.problems import Problem

pytestmark = pytest.mark.postgres

LATER, BEFORE = NOW, NOW - dt.timedelta(minutes=20)


def back(fact: Said, place: int) -> Said:
    return said("fact.withdrawn", {"reason": "slip"}, at=LATER, place=place, corrects=fact.id)


def fever(place: int = 6, **more: object) -> Said:
    return said("exception.raised", {"household": 3, "concerns": ["fever"], **more}, at=BEFORE, place=place)


def refusal(receipt: object) -> Problem:
    (problem,) = receipt.refused.values()  # type: ignore[attr-defined]
    return problem


@pytest.fixture
def called(staff: dict[str, int]) -> Said:
    """Zhao's word of a fever, of which the doctor has said what came of it."""
    fact = fever()
    assert say(fact, authority=holder_of(staff["zhao"])).accepted == 1
    told = said("exception.closed", {"exception": str(fact.id), "outcome": "well"}, at=LATER, place=5)
    assert say(told, authority=holder_of(staff["doctor"])).accepted == 1
    return fact


def test_what_somebody_has_built_on_is_not_withdrawn_and_who_built_what_is_told(
    staff: dict[str, int], called: Said
) -> None:
    zhao = holder_of(staff["zhao"])
    with translation.override("zh-hans"):
        problem = refusal(say(back(called, 6), authority=zhao))
    assert (problem.code, problem.field) == ("built_on", "corrects")
    assert problem.detail == "周 已据此办理：异常已了结，03-10 09:00"
    answer = world.client("zhao").post(
        "/api/facts", {"facts": [{"id": str(back(called, 6).id), "kind": "fact.withdrawn", "place": 6, "body": {},
                                  "effective_at": LATER.isoformat(), "corrects": str(called.id)}]}, "application/json",
    ).json()  # fmt: skip
    assert [one["code"] for one in answer["refused"]] == ["built_on"]
    need = said("need.stated", {"household": 3, "items": {"food": 1}}, at=LATER, place=6, corrects=called.id)
    assert codes(say(need, authority=zhao)) == ["built_on"], "another word in its place takes it away as well"
    heard = world.heard(3, "well", place=6, at=LATER, corrects=called.id)
    assert codes(say(heard, authority=zhao)) == ["built_on"], "and a word of the door"
    assert state("exception", called.id)[1] == "closed"
    unchanged()


def test_it_is_put_right_by_the_same_word_and_withdrawn_once_nothing_stands_on_it(
    staff: dict[str, int], called: Said
) -> None:
    zhao, doctor = holder_of(staff["zhao"]), holder_of(staff["doctor"])
    right = said(
        "exception.raised",
        {"household": 3, "concerns": ["fever"], "temp10": 385},
        at=BEFORE,
        place=6,
        corrects=called.id,
    )
    assert say(right, authority=zhao).accepted == 1 and state("exception", called.id)[2]["temp10"] == 385
    assert codes(say(back(right, 6), authority=zhao)) == ["built_on"], "its correction is no way round"
    with_it = said("exception.closed", {"exception": str(called.id), "outcome": "well"}, at=LATER, place=5)
    assert say(with_it, authority=doctor).accepted == 1
    for told in (with_it, *_closings(called)):
        say(back(told, 5), authority=doctor)
    assert say(gone := back(called, 6), authority=zhao).accepted == 1
    again = said("exception.closed", {"exception": str(called.id), "outcome": "well"}, at=LATER, place=5)
    say(again, authority=doctor)
    assert say(gone, authority=zhao).known == 1, "sent again it was received before"
    unchanged()


def _closings(called: Said) -> list[Said]:
    from tongzhou.ledger import door

    with door.ledger() as connection:
        found = connection.execute(
            "select f.id from ledger_touch t join ledger_fact f on f.id = t.fact join ledger_kind k on k.id = f.kind"
            " where t.subject = %s and k.name = 'exception.closed'", [f"exception/{called.id}"],
        ).fetchall()  # fmt: skip
    return [said("exception.closed", {}, place=5, id=id) for (id,) in found]


def test_a_correction_that_speaks_of_something_else_takes_it_away(staff: dict[str, int]) -> None:
    lin, clinic = holder_of(staff["lin"]), holder_of(staff["tang"])
    one, other = (said("case.identified", {"classification": "suspected"}, at=BEFORE, place=3) for _ in range(2))
    sure = classified(one, "confirmed", 3)
    assert say(one, other, sure, authority=lin).accepted == 3
    say(said("sample.taken", {"case": str(one.id), "label": "A1"}, at=LATER, place=3), authority=clinic)
    moved = classified(other, "confirmed", 3, at=LATER, corrects=sure.id)
    assert codes(say(moved, authority=lin)) == ["built_on"]
    assert say(classified(one, "asymptomatic", 3, at=LATER, corrects=sure.id), authority=lin).accepted == 1


def test_words_of_strangers_and_words_of_duties_keep_nobody_from_taking_back(staff: dict[str, int]) -> None:
    zhao, doctor = holder_of(staff["zhao"]), holder_of(staff["doctor"])
    one = fever()
    say(one, authority=zhao)
    hindered = said("owed.hindered", {"subject": f"exception/{one.id}", "what": "call_back", "at": 5,
                                      "reason": "no_time"}, at=LATER, place=5)  # fmt: skip
    say(hindered, authority=doctor)
    assert say(back(one, 6), authority=zhao).accepted == 1


def test_a_household_is_told_that_somebody_sees_to_it_and_not_who(staff: dict[str, int]) -> None:
    slip, one = Resident(6, 3), fever(channel="page")
    say(one, authority=slip)
    told = said("exception.closed", {"exception": str(one.id), "outcome": "well"}, at=LATER, place=5)
    say(told, authority=holder_of(staff["doctor"]))
    problem = refusal(say(back(one, 6), authority=slip))
    assert problem.code == "built_on" and "周" not in problem.detail and "09:00" in problem.detail


def test_what_a_post_denies_having_said_is_taken_back_whatever_stands_on_it(staff: dict[str, int]) -> None:
    doctor = holder_of(staff["doctor"])
    referral = Said(**{**as_dict(said("referral.made", {"household": 3, "how": "self"}, place=5)), "reporting": 3})
    say(referral, authority=doctor)
    seen = said("referral.seen", {"referral": str(referral.id), "outcome": "arrived"}, place=5)
    spoken = Said(**{**as_dict(seen), "behalf": Behalf("clinician", 3, "telephone")})
    assert say(spoken, authority=doctor).accepted == 1
    clinic = holder_of(staff["tang"])
    colleague = Holder(staff["nurse"], {"clinician": HONG}, {}, (("clinician", 3),))
    home = said("referral.seen", {"referral": str(referral.id), "outcome": "sent_home"}, at=LATER, place=3)
    assert say(home, authority=colleague).accepted == 1
    assert codes(say(back(spoken, 3), authority=clinic)) == ["built_on"]
    say(said("behalf.contested", {"fact": str(spoken.id), "reason": "not_said"}, at=LATER, place=3), authority=clinic)
    assert say(back(spoken, 3), authority=clinic).accepted == 1
