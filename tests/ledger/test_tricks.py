"""What somebody tries who knows the program: to lift a word past the right to say it, to hold others up, to hand things
to nobody."""

from __future__ import annotations

import datetime as dt
import random
import threading
import uuid
from typing import Any

import pytest
import world
from counties import FENG, HONG, LIN, as_dict, classified, codes, identified, state, unchanged
from world import NOW, said, say

from tongzhou.ledger import door
from tongzhou.ledger.append import append
from tongzhou.ledger.kinds import Behalf, Said
from tongzhou.people.scope import Holder, Resident

pytestmark = pytest.mark.postgres
VOLUNTEER = Holder(7, {"volunteer": HONG}, {}, (("volunteer", 3),))
SUN = Holder(20, {"dispatcher": "{[2,8)}"}, {}, (("dispatcher", 2),))


def taken(fact: Said, subject: str, place: int = 3) -> Said:
    return said("word.taken", {"fact": str(fact.id), "subject": subject}, place=place)


def spoken_for(fact: Said, role: str, place: int) -> Said:
    return Said(**{**as_dict(fact), "behalf": Behalf(role, place)})


def test_taking_a_word_over_lifts_nobody_above_their_own_right(staff: dict[str, int]) -> None:
    case = identified()
    about = f"case/{case.id}"
    offer = said("subject.offered", {"subject": about, "to": 9}, place=3)
    word = classified(case, "excluded", 9)
    say(word, authority=FENG)
    first = taken(word, about)
    for fact in (offer, taken(offer, about), first, taken(first, about)):
        assert say(fact, authority=VOLUNTEER).waiting == (0,), "a volunteer has no say in a case"
    assert state("case", case.id)[1] == "suspected" and "offered_to" not in state("case", case.id)[2]
    unchanged()


def test_whoever_wrote_something_down_for_a_post_does_not_confirm_it_in_two_steps(staff: dict[str, int]) -> None:
    request = spoken_for(said("bed.requested", {"infection": "confirmed", "severity": "mild"}, place=3), "clinician", 9)
    say(request, authority=SUN)
    confirmed = said("behalf.confirmed", {"fact": str(request.id)}, place=3)
    for fact in (confirmed, taken(confirmed, f"spoken/{request.id}")):
        assert say(fact, authority=SUN).waiting == (0,)
    assert state("spoken", request.id)[1] == "waiting"


def test_a_post_that_could_not_have_said_it_is_no_post(staff: dict[str, int]) -> None:
    request = said("bed.requested", {"infection": "confirmed", "severity": "mild"}, place=3)
    assert codes(say(spoken_for(request, "volunteer", 3), authority=SUN)) == ["malformed"]


def test_nothing_is_offered_to_a_place_that_there_is_not(staff: dict[str, int]) -> None:
    case = identified()
    offer = said("subject.offered", {"subject": f"case/{case.id}", "to": 777_777}, place=3)
    assert codes(say(offer, authority=LIN)) == ["unknown_place"]


def test_a_slip_hears_of_its_own_door_only(staff: dict[str, int]) -> None:
    assert codes(say(world.heard(4), authority=Resident(6, 3))) == ["not_yours"]
    assert say(world.heard(3), authority=Resident(6, 3)).accepted == 1


def test_a_task_that_does_not_count_shows_no_directive_done(staff: dict[str, int]) -> None:
    desk = Holder(11, {"duty_officer": HONG}, {}, (("duty_officer", 3),))
    far = Holder(4, {"community_lead": "{[9,11)}"}, {}, (("community_lead", 9),))
    order = said("directive.issued", {"what": "service", "text": "Ask at every door.", "to": [5], "evidence": "tasks",
                                      "task": "visit", "due": "2020-03-11T09:00"}, place=3)  # fmt: skip
    say(order, authority=desk)
    about = {"about": f"directive/{order.id}"}
    task = said("task.set", {"what": "visit", **about}, place=9)
    done = said("task.done", {"task": str(task.id), **about}, place=9)
    assert [say(fact, authority=far).waiting for fact in (task, done)] == [(0,), (0,)]


def test_what_waits_is_told_again_to_whoever_says_it_again(staff: dict[str, int]) -> None:
    word = classified(identified(), "excluded", 9)
    assert say(word, word, authority=FENG).waiting == (0, 1)
    again = say(word, authority=FENG)
    assert (again.known, again.waiting) == (1, (0,))


def merged(case: Said, into: Said, place: int = 3, **more: Any) -> Said:
    return said("case.merged", {"case": str(case.id), "into": str(into.id)}, place=place, **more)


def test_a_case_merged_twice_makes_no_circle(staff: dict[str, int]) -> None:
    """The second merge led back through the first one, and whoever next touched the case never got an answer."""
    one, other, third = identified(), identified(), identified()
    say(merged(one, other), authority=LIN)
    say(merged(third, one, at=NOW + dt.timedelta(minutes=1)), authority=LIN)
    say(merged(one, third, at=NOW + dt.timedelta(minutes=2)), authority=LIN)
    with door.ledger() as connection:
        roots = connection.execute("select distinct root from ledger_alias where subject like 'case/%'").fetchall()
    assert roots == [(f"case/{other.id}",)]
    unchanged()


def test_a_word_that_comes_to_count_reaches_what_its_subject_counts_under(staff: dict[str, int]) -> None:
    ours, theirs, survivor = identified(), identified(FENG, 9), identified(FENG, 9)
    say(merged(theirs, survivor, 9), authority=FENG)
    word = merged(ours, theirs, 9)
    assert say(word, authority=FENG).waiting == (0,)
    for noun in ("case", "interview"):
        say(taken(word, f"{noun}/{ours.id}"), authority=LIN)
    unchanged()


def test_two_counties_at_once_neither_wait_for_ever_nor_differ_from_a_rebuild(staff: dict[str, int]) -> None:
    """One foreign merge that waits made nearly every word of the other county end in a deadlock."""
    cases = [identified() for _ in range(2)] + [identified(FENG, 9) for _ in range(2)]
    words: list[uuid.UUID] = []
    failed: list[str] = []

    def speak(n: int) -> None:
        dice, (who, place) = random.Random(n), ((LIN, 3), (FENG, 9))[n % 2]
        for _ in range(15):
            fact = a_word(dice, cases, words, place)
            try:
                door.again(lambda connection: append(connection, [fact], who))  # noqa: B023
                words.append(fact.id)
            except Exception as error:  # a thread's own failure would be lost
                failed.append(repr(error))

    threads = [threading.Thread(target=speak, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    unchanged()


def a_word(dice: random.Random, cases: list[Said], words: list[uuid.UUID], place: int) -> Said:
    """Any of what two counties do with each other's cases."""
    case, other = dice.choice(cases), dice.choice(cases)
    about, at = {"subject": f"case/{case.id}"}, NOW + dt.timedelta(seconds=dice.randrange(3000))
    say_one = [
        lambda: said("subject.offered", {**about, "to": 12 - place}, place=place, at=at),
        lambda: said("subject.accepted", about, place=place, at=at),
        lambda: said("case.received", {"case": str(case.id)}, place=place, at=at),
        lambda: merged(case, other, place, at=at),
        lambda: classified(case, dice.choice(["excluded", "confirmed"]), place, at=at),
        lambda: said("fact.withdrawn", {}, place=place, corrects=dice.choice(words), at=at),
        lambda: said("word.taken", {**about, "fact": str(dice.choice(words))}, place=place, at=at),
    ]
    return dice.choice(say_one if words else say_one[:5])()
