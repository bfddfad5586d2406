"""Who is founded for what is said, and what joins and parts them."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
import uuid_utils.compat as uuids
import world
from world import EVENING, at, fever, post, rows, said, say, suspected

from tongzhou.ledger import door, follow
from tongzhou.ledger.rebuild import rebuild
from tongzhou.people.scope import holder_of
from tongzhou.persons import blocks, founding
from tongzhou.persons.handles import fits, grouped, numbered
from tongzhou.persons.identity import derived

pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    at(EVENING)
    return staff


def cards(*persons: str) -> dict[str, tuple[str, str | None, str | None, int | None]]:
    with door.ledger() as connection:
        found = connection.execute("select * from persons_cards(%s)", [list(persons)]).fetchall()
        return {row[0]: row[1:] for row in found}


def persons() -> dict[str, tuple[str, dict[str, Any]]]:
    return {key: (state, data) for key, state, data in rows("person")}


def test_a_patients_way_is_one_person_with_one_number(staff: dict[str, int]) -> None:
    case = suspected()
    post("sun", f"/beds/ask?case={case}", infection="suspected", severity="mild", oxygen="no", sex="female",
         depends="nobody")  # fmt: skip
    follow.catch_up()
    [(exception, _, raised)], [(_, _, referral)], [(_, _, said_case)], [(_, _, request)] = (
        rows("exception"), rows("referral"), rows("case"), rows("request")
    )  # fmt: skip
    person = derived(f"exception/{exception}")
    assert {one["person"] for one in (raised, referral, said_case, request)} == {person}
    [(key, (state, data))] = persons().items()
    assert (key, state) == (person, "known") and fits(data["handle"]) and data["handle"].startswith("9801")
    # Sex and age were first said by the clinic.
    assert cards(person)[person] == (person, data["handle"], "female", 41)
    before = rows("person"), rows("block"), len(facts())
    follow.catch_up()
    assert rebuild().unchanged and (rows("person"), rows("block"), len(facts())) == before


def facts() -> list[tuple[str, str]]:
    with door.ledger() as connection:
        return connection.execute(
            "select k.name, f.body from ledger_fact f join ledger_kind k on k.id = f.kind order by f.id"
        ).fetchall()


def test_programs_that_name_nobody_still_speak_of_one_person(staff: dict[str, int]) -> None:
    """Facts as they were said before there were persons: each founds its own, and the way joins them."""
    exception, referral, case, request = (str(uuids.uuid7()) for _ in range(4))
    story = [
        (exception, "exception.raised", {"household": 3, "concerns": ["fever"]}, 6),
        (referral, "referral.made", {"exception": exception, "household": 3}, 5),
        (case, "case.identified", {"classification": "suspected", "referral": referral, "sex": "male", "age": 70}, 3),
        (request, "bed.requested", {"infection": "suspected", "severity": "mild", "case": case}, 3),
    ]
    for id, kind, body, place in story:
        say(said(kind, body, id=uuid.UUID(id), place=place))
    follow.catch_up()
    people = [data["person"] for noun in ("exception", "referral", "case", "request") for _, _, data in rows(noun)]
    assert people[0] == people[1] and len({*people}) == 3
    found = cards(*people)
    assert {card[0] for card in found.values()} == {people[0]} and {card[2:] for card in found.values()} == {
        ("male", 70)
    }
    assert sorted(state for state, _ in persons().values()) == ["known", "merged", "merged"]
    assert [data["handle"] for state, data in persons().values() if state == "merged"] == [None, None]
    assert rebuild().unchanged


def test_only_the_ill_are_persons(staff: dict[str, int]) -> None:
    say(said("exception.raised", {"household": 3, "concerns": ["newcomer", "need"]}, place=6))
    say(said("need.stated", {"household": 3, "items": {"food": 1}}, place=6))
    follow.catch_up()
    assert persons() == {} and rows("exception")[0][2]["person"] is None


def test_merged_cases_are_one_person_until_they_are_parted(staff: dict[str, int]) -> None:
    one, other = (str(uuids.uuid7()) for _ in range(2))
    for key, age in ((one, 30), (other, 31)):
        say(
            said(
                "case.identified",
                {"classification": "confirmed", "age": age, "sex": "male"},
                id=uuid.UUID(key),
                place=3,
            )
        )
    follow.catch_up()
    first, second = derived(f"case/{one}"), derived(f"case/{other}")
    apart = cards(first, second)
    assert apart[first][1] != apart[second][1]
    merged = said("case.merged", {"case": one, "into": other}, place=3)
    say(merged, authority=holder_of(staff["lin"]))
    follow.catch_up()
    joined = cards(first, second)
    assert joined[first] == joined[second] == apart[second]  # the survivor's number names both
    assert persons()[second][1]["handles"] == sorted([apart[first][1], apart[second][1]])
    with door.ledger() as connection:  # and the other number still leads there
        assert connection.execute("select * from persons_numbered(%s)", [apart[first][1]]).fetchall() == [(second,)]
    say(said("fact.withdrawn", {}, corrects=merged.id, place=3), authority=holder_of(staff["lin"]))
    follow.catch_up()
    assert cards(first, second) == apart and rebuild().unchanged


def test_whoever_holds_both_merges_persons_and_nobody_else(staff: dict[str, int]) -> None:
    here, far = str(uuids.uuid7()), str(uuids.uuid7())
    say(said("person.founded", {"sex": "male"}, id=uuid.UUID(here), place=6))
    say(said("person.founded", {"sex": "male"}, id=uuid.UUID(far), place=10))
    receipt = say(said("person.merged", {"person": far, "into": here}, place=3), authority=holder_of(staff["lin"]))
    assert receipt.waiting == (0,) and {state for state, _ in persons().values()} == {"known"}


def test_a_number_given_twice_or_of_no_block_is_replaced(staff: dict[str, int]) -> None:
    with door.ledger() as connection:
        block = blocks.lend(connection, 6, "device", "phone-1", None)
    zhao = holder_of(staff["zhao"])
    first, second, third, wrong = (str(uuids.uuid7()) for _ in range(4))
    say(said("person.founded", {"handle": block.handles[7]}, id=uuid.UUID(first), place=6), authority=zhao)
    say(said("person.founded", {"handle": block.handles[7]}, id=uuid.UUID(second), place=6), authority=zhao)
    never = numbered("98019998", 1)
    say(said("person.founded", {"handle": never}, id=uuid.UUID(third), place=6), authority=zhao)
    slip = block.handles[8][:-1] + str((int(block.handles[8][-1]) + 1) % 10)
    say(said("person.founded", {"handle": slip}, id=uuid.UUID(wrong), place=6), authority=zhao)
    follow.catch_up()
    given = {key: data["handle"] for key, (_, data) in persons().items()}
    assert given[first] == block.handles[7] and len({*given.values()}) == 4 and all(map(fits, given.values()))
    assert never not in given.values() and slip not in given.values()
    with door.ledger() as connection:
        assert connection.execute("select owner_role, question from ledger_conflict").fetchall() == [
            ("epidemiologist", "one_number_for_two_persons")
        ]
        # The paper that says the number leads to both.
        assert {row[0] for row in connection.execute("select * from persons_numbered(%s)", [block.handles[7]])} == {
            first, second,
        }  # fmt: skip
    assert rebuild().unchanged


def test_persons_of_a_county_without_a_number_get_theirs_when_it_has_one(staff: dict[str, int]) -> None:
    key = str(uuids.uuid7())
    say(said("person.founded", {"sex": "female"}, id=uuid.UUID(key), place=1))
    follow.catch_up()
    assert persons()[key][1]["handle"] is None
    with door.ledger() as connection:
        connection.execute("insert into places_number (number, place) values ('9800', 1)")
        assert founding.number_missing(connection) == 1 and founding.number_missing(connection) == 0
    assert persons()[key][1]["handle"] == numbered("98000000", 0)


def test_a_correction_that_names_nobody_loses_nobody(staff: dict[str, int]) -> None:
    person, case = str(uuids.uuid7()), uuids.uuid7()
    say(said("person.founded", {}, id=uuid.UUID(person), place=3))
    body = {"classification": "suspected", "person": person}
    say(said("case.identified", body, id=case, place=3))
    say(said("case.identified", {"classification": "suspected", "age": 50}, corrects=case, place=3))
    follow.catch_up()
    [(_, _, data)] = rows("case")
    assert data["person"] != person and cards(data["person"])[data["person"]][0] == person
    assert json.loads(facts()[0][1]) is not None


def test_a_fever_of_before_is_shown_with_a_number_after_the_update(staff: dict[str, int]) -> None:
    key = fever()
    with door.ledger() as connection:
        connection.execute("update ledger_row set data = data - 'person' where noun = 'exception'")
    follow.catch_up()
    person = rows("exception")[0][2]["person"]
    assert person == derived(f"exception/{key}") and fits(cards(person)[person][1] or "") and rebuild().unchanged
    assert world.NOW is not None


def test_whoever_cannot_stay_alone_is_a_person_with_a_number(staff: dict[str, int]) -> None:
    on = [f"case/{uuids.uuid7()}"]
    stated = said("dependant.stated", {"household": 3, "who": "child", "years": 6, "on": on}, place=6)
    say(stated, said("member.left", {"household": 3, "who": on[0]}, place=6))
    follow.catch_up()
    [(_, state, home)] = rows("home")
    [dependant] = home["dependants"]
    card = cards(dependant["person"])[dependant["person"]]
    assert state == "alone" and card[0] == derived(f"dependant/{stated.id}") and card[3] == 6
    assert grouped(str(card[1])) in world.page("lead", "/homes/")
    assert rebuild().unchanged
