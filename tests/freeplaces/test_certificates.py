"""A certificate of an epidemic-free place: reckoned, proposed, looked at, signed, published, suspended by itself."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from typing import Any

import measures_town as town
import msgspec
import pytest
import under_wuhan
import world

from tongzhou.freeplaces.holding import standing
from tongzhou.freeplaces.kinds import MEASURES
from tongzhou.ledger import door, follow
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres
ZONE = world.NOW.tzinfo
NOON = dt.datetime(2020, 3, 12, 12, tzinfo=ZONE)
STREET = {"jie": ("街", [("duty_officer", 4)])}


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    """The town under the orders of Wuhan, closed since 11 March, all doors asked, its clinics heard for weeks."""
    from django.contrib.auth.hashers import make_password

    hired = world.make_staff(make_password(world.PASSWORD, hasher="md5"), town.STAFF | STREET)
    under_wuhan.declare()
    world.at(dt.datetime(2020, 2, 20, 9, tzinfo=ZONE))
    case("2020-02-20T09:00", "suspected", out="excluded")
    world.at(world.NOW)
    town.approved()
    world.at(NOON - dt.timedelta(days=1))
    world.say(*(world.heard(n, at=NOON - dt.timedelta(days=1)) for n in range(1, 79)))
    world.at(NOON)
    return staff | hired


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def case(at: str, classification: str, home: int | None = 6, out: str = "") -> str:
    """Somebody of grid 1 is a case since a moment; and what it turned out to be an hour later."""
    fact = world.said("case.identified", {"classification": classification}, at=moment(at), place=3)
    fact = type(fact)(**{**{name: getattr(fact, name) for name in fact.__struct_fields__}, "home": home})
    assert not world.say(fact).refused
    if out:
        told = {"case": str(fact.id), "classification": out, "basis": "pcr"}
        world.say(world.said("case.classified", told, at=moment(at) + dt.timedelta(hours=1), place=3))
    return str(fact.id)


def now() -> str:
    """How the certificate of the community stands by the clock of everybody."""
    from tongzhou.api import say

    follow.catch_up(in_turn=True)  # whatever else the server does at this moment
    [(_key, state, data)] = world.rows("certificate")
    return standing(state, data, say.now())


def propose(status: int = 302) -> str:
    return world.post("lead", "/free-places/desk", form="propose/5", status=status)


def certified() -> None:
    propose()
    world.press("jie", "check_place", "in_place", witnessed=["publicity", "hygiene"])
    world.press("hong", "sign_certificate", "granted")
    assert now() == "certified"


def test_nothing_is_typed_and_the_unknown_is_not_granted(staff: dict[str, int]) -> None:
    page = world.words("lead", "/free-places/desk")
    assert "never a confirmed case" in page and "people not yet released: 0" in page
    assert "every door asked: yes" in page and "disinfection and hygiene: the street looks" in page
    propose()
    # The street saw no notices: nobody can sign it, whatever they press.
    world.press("jie", "check_place", "in_place", witnessed=["hygiene"])
    today = world.page("hong", "/today")
    assert 'value="granted"' not in today and "not known: of the six measures in place" in today
    signed = world.said("certificate.decided", {"place": 5, "county": 3, "outcome": "granted"}, at=NOON, place=3)
    told = world.say(signed, authority=holder_of(staff["hong"])).refused[0]
    assert told.code == "not_epidemic_free" and "of the six measures in place" in told.reasons[0][1], told.reasons
    assert now() == "checked"
    # Coverage asks the same six, with what the street saw; what is late nobody has seen in order, here and there.
    six = the_six("/coverage/")
    assert six == the_six("/free-places/desk") and len(six) == 6 and "disinfection and hygiene: yes" in six
    late = {"what": "home", "edition": "plan_2020_01", "household": 3}
    world.say(world.said("disinfection.ordered", late, at=NOON - dt.timedelta(days=2), place=6))
    follow.catch_up()
    for path in ("/coverage/", "/free-places/desk"):
        assert "disinfection and hygiene: no" in world.words("lead", path)
    # A case of which nobody knows the home might be anybody's.
    case("2020-03-12T10:00", "suspected", home=None)
    assert "days without a case: not known" in world.words("lead", "/free-places/desk")


def the_six(path: str) -> list[str]:
    """The lines of the six in place on a page."""
    page = world.words("lead", path)
    return [words for code in MEASURES.values() for words in re.findall(rf"{re.escape(code)}: (?:yes|not known|no|the "
                                                                         "street looks)", page)]  # fmt: skip


def test_a_confirmed_case_of_thirteen_days_ago_is_refused_and_said(staff: dict[str, int]) -> None:
    case("2020-02-28T10:00", "confirmed")
    assert "last confirmed case: 2020-02-28, 13 days before" in world.words("lead", "/free-places/desk")
    body = {"place": 5}
    fact = world.said("certificate.proposed", body, at=NOON, place=5)
    fact = type(fact)(**{**{name: getattr(fact, name) for name in fact.__struct_fields__}, "reporting": 4})
    told = world.say(fact, authority=holder_of(staff["lead"])).refused[0]
    assert told.code == "not_epidemic_free" and "last confirmed case" in told.reasons[0][1]


def test_signed_published_suspended_restored_cancelled(staff: dict[str, int]) -> None:
    certified()
    with door.ledger() as ledger:
        found = ledger.execute("select f.id from ledger_fact f join ledger_kind k on k.id = f.kind"
                               " where k.name = 'certificate.proposed'").fetchall()  # fmt: skip
    gone = world.said("fact.withdrawn", {"reason": "slip"}, at=NOON, place=5, corrects=found[0][0])
    told = world.say(gone, authority=holder_of(staff["lead"]))
    assert told.refused[0].code == "already_decided", "a signature of others is not taken from under them"
    assert "No list was published yet" in world.words("charlie", "/free-places/")
    world.press("hong", "publish_list", "publish")
    public = world.words("charlie", "/free-places/")
    assert "On the day of the list: Communities, certified of all: 1 of 1 (100.0 %)" in public
    assert "Tongzhouli certified" in public and "Since then" not in public
    assert f"The next list comes by {NOON + dt.timedelta(days=3):%m-%d}" in public

    # What doors report turns nothing: a fever raised, called back and closed, a contact told to be ill by a neighbour.
    fever = world.said("exception.raised", {"household": 3, "concerns": ["fever"]}, at=NOON, place=6)
    closed = world.said("exception.closed", {"exception": str(fever.id), "outcome": "in_care"}, at=NOON, place=5)
    world.say(fever, world.heard(4, "unwell", at=NOON), closed)
    assert now() == "certified"

    # A clinic's word does, without a name or a reason but the rule; what is excluded restores, and the days count.
    world.at(NOON + dt.timedelta(days=1))
    key = case("2020-03-13T11:00", "suspected")
    assert now() == "suspended"
    public = world.page("charlie", "/free-places/")
    assert "suspended: the conditions of the rule" in public and "suspected" not in public and key not in public
    assert "Since then: 0 more certified, 1 of the list not certified at present." in public
    world.at(NOON + dt.timedelta(days=8))
    told = {"case": key, "classification": "excluded", "basis": "two_negatives"}
    world.say(world.said("case.classified", told, at=moment("2020-03-20T11:30"), place=3))
    assert now() == "certified" and "8 days" in world.words("charlie", "/free-places/")
    assert "each on their own" in world.words("charlie", "/free-places/")

    # A confirmation cancels. Taken back as a slip, it never was; the certificate holds by itself.
    sure = world.said("case.classified", told | {"classification": "confirmed"}, at=moment("2020-03-20T11:45"), place=3)
    world.say(sure)
    assert now() == "cancelled"
    world.say(world.said("fact.withdrawn", {"reason": "slip"}, at=moment("2020-03-20T11:50"), place=3,
                         corrects=sure.id))  # fmt: skip
    assert now() == "certified"


def test_a_contact_suspends_until_the_days_are_over_without_anybodys_word(staff: dict[str, int]) -> None:
    certified()
    near = {"case": case("2020-03-12T12:00", "confirmed", home=10), "category": "meal", "first_day": "2020-03-10",
            "last_day": "2020-03-10"}  # fmt: skip
    fact = world.said("contact.named", near, at=NOON, place=3)
    fact = type(fact)(**{**{name: getattr(fact, name) for name in fact.__struct_fields__}, "home": 6})
    world.say(fact)
    assert now() == "suspended"
    world.at(moment("2020-03-24T23:59"))
    assert now() == "suspended"
    world.at(moment("2020-03-25T00:00"))
    assert now() == "certified"


def test_a_home_put_right_moves_the_finding(staff: dict[str, int]) -> None:
    certified()
    key = case("2020-03-12T12:00", "confirmed")
    assert now() == "cancelled"
    right = world.said("case.identified", {"classification": "confirmed"}, at=NOON, place=3)
    more = {"home": 10, "corrects": uuid.UUID(key)}
    world.say(type(right)(**{**{name: getattr(right, name) for name in right.__struct_fields__}, **more}))
    assert now() == "certified"


def put_right(key: str, at: dt.datetime, home: int, **body: Any) -> None:
    """The investigator puts right when somebody became a case, or where they live."""
    right = world.said("case.identified", {"classification": "confirmed", **body}, at=at, place=3)
    more = {"home": home, "corrects": uuid.UUID(key)}
    told = world.say(type(right)(**{**{name: getattr(right, name) for name in right.__struct_fields__}, **more}))
    assert not told.refused


def test_a_day_put_right_brings_no_cancelled_certificate_back(staff: dict[str, int]) -> None:
    certified()
    key = case("2020-03-12T12:00", "confirmed")
    assert now() == "cancelled"
    world.at(NOON + dt.timedelta(minutes=5))
    put_right(key, moment("2020-02-21T09:00"), 6)
    assert now() == "cancelled", "it is proposed anew, and signed"
    assert "heard of first on 2020-03-12" in world.words("lead", "/free-places/desk"), "whoever signs is told"


def test_a_certificate_that_holds_again_because_something_was_put_right_is_looked_at(staff: dict[str, int]) -> None:
    certified()
    key = case("2020-03-12T12:00", "confirmed")
    assert now() == "cancelled"
    world.at(NOON + dt.timedelta(minutes=5))
    put_right(key, NOON, 10)
    assert now() == "certified"
    assert "What had turned it was put right at 03-12 12:00" in world.words("jie", "/today")
    world.press("jie", "check_place", "in_place", witnessed=["publicity", "hygiene"])
    assert now() == "certified" and "What had turned it" not in world.words("jie", "/today")


def test_who_looked_does_not_sign_and_the_county_alone_decides(staff: dict[str, int]) -> None:
    propose()
    world.press("jie", "check_place", "in_place", witnessed=["publicity", "hygiene"])
    body = {"place": 5, "county": 4, "outcome": "granted"}
    told = world.say(world.said("certificate.decided", body, at=NOON, place=4), authority=holder_of(staff["jie"]))
    assert told.refused[0].code == "not_yours"
    assert "/free-places/desk" in world.page("hong", "/today") or "Certify the place" in world.page("hong", "/today")


def test_the_file_for_programs_and_the_page_hold_no_reason_but_the_rule(staff: dict[str, int]) -> None:
    certified()
    world.press("hong", "publish_list", "publish")
    case("2020-03-12T12:00", "suspected")
    now()
    told = json.loads(world.get("charlie", "/free-places/list.json").content)
    assert [one["standing"] for one in told["places"]] == ["suspended"]
    assert told["lists"][0]["counts"] == {"communities": [1, 1]} and "matter" not in json.dumps(told)
    file = b"".join(world.get("charlie", "/free-places/list.csv", language="zh-hans").streaming_content).decode()
    assert "同舟里" in file and "疑似" not in file


def test_published_shares_of_wuhan_come_out_of_the_published_counts(staff: dict[str, int]) -> None:
    counts = {"compounds": [4871, 7102], "communities": [382, 1406], "villages": [1778, 1943], "streets": [10, 178]}
    list_ = {"place": 90, "as_of": "2020-03-14T18:00:00+08:00", "source": "S27", **counts}
    world.at(moment("2020-03-15T09:00"))
    told = world.say(world.said("free_list.published", list_, at=moment("2020-03-15T09:00"), place=90))
    assert not told.refused
    page = world.words("charlie", "/free-places/")
    for words in ("4871 of 7102 (68.6 %)", "382 of 1406 (27.2 %)", "1778 of 1943 (91.5 %)", "10 of 178 (5.6 %)"):
        assert words in page, page


def test_a_list_of_ones_own_places_cannot_be_typed(staff: dict[str, int]) -> None:
    certified()
    body = {"place": 3, "as_of": NOON.isoformat(), "communities": [9, 9]}
    told = world.say(world.said("free_list.published", body, at=NOON, place=3), authority=holder_of(staff["hong"]))
    assert told.refused[0].code == "stale"


def test_a_days_round_that_is_typed_in_afterwards_speaks_for_no_certificate(staff: dict[str, int]) -> None:
    world.at(NOON + dt.timedelta(days=2))
    late = NOON + dt.timedelta(days=1)
    world.say(*(world.heard(n, channel="phone", at=late) for n in range(1, 79)))
    assert "every door asked: not known" in world.words("lead", "/free-places/desk")
    assert "every door asked: not known" in world.words("lead", "/coverage/")


def signed(kind: str, body: dict[str, Any], who: int, at: dt.datetime, place: int, reporting: int | None = None) -> Any:
    fact = msgspec.structs.replace(world.said(kind, body, at=at, place=place), reporting=reporting)
    return world.say(fact, authority=holder_of(who))


def test_a_certificate_is_neither_signed_nor_ended_before_it_is_known(staff: dict[str, int]) -> None:
    """Proposed, looked at, signed and ended with moments of the day before: what counts is this minute."""
    early = NOON - dt.timedelta(hours=20)
    assert signed("certificate.proposed", {"place": 5}, staff["lead"], early, 5, 4).accepted == 1
    seen = {"place": 5, "outcome": "in_place", "witnessed": ["publicity", "hygiene"]}
    before = signed("certificate.checked", seen, staff["jie"], early - dt.timedelta(minutes=1), 4, 3)
    assert before.refused[0].field == "effective_at", "no look is before what is looked at was proposed"
    assert signed("certificate.checked", seen, staff["jie"], early, 4, 3).accepted == 1
    grant = {"place": 5, "county": 3, "outcome": "granted"}
    assert signed("certificate.decided", grant, staff["hong"], early, 3).accepted == 1
    [(_key, _state, data)] = world.rows("certificate")
    assert dt.datetime.fromisoformat(data["since"]) == NOON and now() == "certified"
    end = {"place": 5, "why": "wish"}
    gone = signed("certificate.ended", end, staff["hong"], moment("2020-01-01T00:00"), 3)
    assert gone.refused and now() == "certified"
    world.at(NOON + dt.timedelta(hours=1))
    assert signed("certificate.ended", end, staff["hong"], early + dt.timedelta(minutes=1), 3).accepted == 1
    [(_key, _state, data)] = world.rows("certificate")
    assert dt.datetime.fromisoformat(data["ended_at"]) == NOON + dt.timedelta(hours=1) and now() == "ended"


def test_a_list_of_somebody_else_hides_nothing(staff: dict[str, int]) -> None:
    certified()
    world.press("hong", "publish_list", "publish")
    world.at(later := NOON + dt.timedelta(hours=1))
    body = {"place": 3, "as_of": later.isoformat(), "communities": [1, 8], "source": "x3"}
    own = signed("free_list.published", body, staff["hong"], later, 3)
    assert own.refused[0].field == "source", "whoever signs there names no source"
    wrong = world.say(world.said("free_list.published", body | {"communities": [9, 8]}, at=later, place=3))
    assert wrong.refused[0].field == "communities"
    foreign = world.said("free_list.published", body, at=later, place=3)
    assert world.say(foreign).accepted == 1
    page = world.words("charlie", "/free-places/")
    assert page.count("Tongzhouli certified") == 1 and "Communities, certified of all: 1 of 8" in page
    assert "Communities, certified of all: 1 of 1" in page
    world.say(world.said("fact.withdrawn", {}, at=later, place=3, corrects=foreign.id))
    assert "1 of 8" not in world.words("charlie", "/free-places/")


def test_another_countys_contact_turns_nothing_before_it_is_taken_over(staff: dict[str, int]) -> None:
    certified()
    near = {"case": str(uuid.uuid4()), "category": "meal", "first_day": "2020-03-10", "last_day": "2020-03-10"}
    fact = msgspec.structs.replace(world.said("contact.named", near, at=NOON, place=9), home=6)
    world.say(fact)
    assert now() == "certified"
    letter = msgspec.structs.replace(
        world.said("letter.sent", {"case": near["case"], "contacts": [str(fact.id)]}, at=NOON, place=9), reporting=3
    )
    world.say(letter)
    assert now() == "certified"
    world.say(world.said("letter.answered", {"letter": str(letter.id), "outcome": "taken_over"}, at=NOON, place=3))
    assert now() == "suspended"


def test_another_countys_case_turns_nothing_before_it_is_taken_over(staff: dict[str, int]) -> None:
    certified()
    body = {"classification": "confirmed"}
    fact = msgspec.structs.replace(world.said("case.identified", body, at=NOON, place=9), home=6)
    assert world.say(fact).accepted == 1 and now() == "certified"
    again = {"case": str(fact.id), "classification": "clinical", "basis": "clinical"}
    world.say(world.said("case.classified", again, at=NOON, place=9))
    assert now() == "certified"
    about = {"subject": f"case/{fact.id}"}
    world.say(world.said("subject.offered", about | {"to": 3}, at=NOON, place=9))
    assert now() == "certified"
    world.say(world.said("subject.accepted", about, at=NOON, place=3))
    assert now() == "cancelled"
