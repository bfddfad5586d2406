"""Nobody without a name: who needs a contact, who asks for whom, what is due, and who takes over."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import world
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from tongzhou.ledger import door, follow
from tongzhou.ledger.kinds import Said
from tongzhou.liaisons import listed
from tongzhou.liaisons.plan import propose
from tongzhou.liaisons.telling import contacts
from tongzhou.pages.telling import Home
from tongzhou.people import vault
from tongzhou.people.scope import holder_of, set_scope
from tongzhou.people.sweeping import sweep
from tongzhou.tables import BadInput

pytestmark = pytest.mark.postgres
HELPS = {
    "helps": ("帮", [("volunteer", 5)]),
    "both": ("两", [("community_lead", 5), ("grid_worker", 10)]),
}


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    from django.contrib.auth.hashers import make_password

    return staff | world.make_staff(make_password(world.PASSWORD, hasher="md5"), HELPS)


def said(
    kind: str, body: dict[str, Any], *, at: dt.datetime = world.NOW, place: int = 5, home: int | None = None
) -> Said:
    one = world.said(kind, body, at=at, place=place)
    return type(one)(**{**{name: getattr(one, name) for name in one.__struct_fields__}, "home": home})


def taken(*facts: Said) -> None:
    told = world.say(*facts)
    assert not told.refused, {n: (p, p.field) for n, p in told.refused.items()}


def team(n: int, first: int = 1) -> list[str]:
    """So many members of the team who can ring; their keys."""
    joined = [
        said("teammate.joined", {"armband": first + i, "sort": "volunteer", "fit": ["telephone"]}) for i in range(n)
    ]
    taken(*joined)
    return [str(one.id) for one in joined]


def needs(*doors: int, who: str = "old", **more: Any) -> list[str]:
    facts = [said("liaison.needed", {"household": n, "who": who, "basis": "asked", **more}, home=6) for n in doors]
    taken(*facts)
    return [str(one.id) for one in facts]


def named(liaison: str, teammate: str, deputy: str | None = None, at: dt.datetime = world.NOW) -> Said:
    return said(
        "liaison.named", {"liaison": liaison, "teammate": teammate} | ({"deputy": deputy} if deputy else {}), at=at
    )


def state(noun: str = "liaison") -> dict[str, tuple[str, Any]]:
    return {key: (state, data["asks"]) for key, state, data in world.rows(noun)}


def owed(*nouns: str) -> list[tuple[str, str]]:
    with door.ledger() as connection:
        return connection.execute(
            "select distinct what, role from ledger_owed o where noun = any(%s) and step = 0 and owes_from <="
            " (select now from ledger_clock) order by 1",
            [list(nouns) or ["liaison", "call"]],
        ).fetchall()


def test_who_is_left_alone_needs_a_name_by_itself_and_of_a_child_only_by_a_guardians_decision(
    staff: dict[str, int],
) -> None:
    case = said("case.identified", {"classification": "suspected"}, place=3, home=6)
    on = {"on": [f"case/{case.id}"]}
    old = said("dependant.stated", {"household": 1, "who": "old", **on}, place=3, home=6)
    child = said("dependant.stated", {"household": 2, "who": "child", "years": 6, **on}, place=3, home=6)
    agreed = said("dependant.stated", {"household": 3, "who": "child", "agreed": "guardian", **on}, place=3, home=6)
    cared = said("dependant.stated", {"household": 4, "who": "old", "others": 1, **on}, place=3, home=6)
    left = [said("member.left", {"household": n, "who": on["on"][0]}, place=3, home=6) for n in (1, 2, 3, 4)]
    taken(case, old, child, agreed, cared, *left)
    follow.catch_up()
    found = sorted((data["household"], data["who"]) for _key, _state, data in world.rows("liaison"))
    assert found == [(1, "old"), (3, "child")]
    assert ("name_contact", "community_lead") in owed()
    # Nobody, and no program either, notes a child without that decision.
    told = world.say(said("liaison.needed", {"household": 9, "who": "child", "basis": "asked"}, home=6))
    assert told.refused[0].field == "agreed"
    # The cause taken back, nobody needs anybody.
    taken(*(Said(uuid.uuid4(), "fact.withdrawn", world.NOW, left[0].body.__class__(b"{}"), place=3, corrects=one.id)
            for one in (left[0], old)))  # fmt: skip
    follow.catch_up()
    assert [data["household"] for _key, state, data in world.rows("liaison") if state != "void"] == [3]


def test_the_door_lies_where_its_subject_lies(staff: dict[str, int]) -> None:
    here = {"who": "old", "basis": "asked"}
    for household, home in ((90, None), (999999, None), (90, 6), (1, 7)):  # another community's, nobody's, beside it
        told = world.say(said("liaison.needed", {"household": household, **here}, home=home),
                         authority=holder_of(staff["lead"]))  # fmt: skip
        assert told.refused[0].code == "unknown_household", (household, home)
    away = world.say(said("liaison.needed", {"household": 90, **here}, home=10), authority=holder_of(staff["lead"]))
    assert away.refused[0].code == "unknown_household", "the subject would lie here, whatever home is named"
    taken(said("liaison.needed", {"household": 1, **here}), said("liaison.needed", {"household": 2, **here}, home=6))


def test_two_who_sign_at_once_take_turns_so_that_nobody_asks_for_more_than_one_can(staff: dict[str, int]) -> None:
    [mate] = team(1)
    keys = needs(*range(1, 12))
    for key in keys[:9]:
        taken(named(key, mate))
    lead = holder_of(staff["lead"])
    with ThreadPoolExecutor(2) as both:
        told = list(both.map(lambda key: world.say(named(key, mate), authority=lead), keys[9:]))
    assert sorted(len(one.refused) for one in told) == [0, 1]


def test_proposed_signed_rung_visited_and_found(staff: dict[str, int]) -> None:
    one, two, three = team(3)
    key = needs(1)[0]
    page = world.words("lead", "/liaisons/")
    assert "1 person has no name to ask for them" in page and re.search(r"proposed: No. \d, deputy No. \d", page)
    world.press("lead", "name_contact", "sign")
    assert state()[key][1] in (one, two, three) and owed() == [("call_today", "volunteer")]
    world.post("lead", "/liaisons/", form=f"number/{key}", telephone="138-0000-1111")
    world.press("helps", "call_today", "no_answer")
    world.press("helps", "call_today", "no_answer")
    assert owed() == [("call_today", "volunteer")], "pressed twice it is one try"
    later = world.NOW + dt.timedelta(hours=2)
    world.at(later)
    world.press("helps", "call_today", "no_answer")
    assert owed() == [("visit_missed", "community_lead")]
    world.press("lead", "visit_missed", "not_found")
    with door.ledger() as connection:
        steps = connection.execute(
            "select role, place, owes_from from ledger_owed where what = 'find_person' order by step"
        ).fetchall()
    assert steps[0][:2] == ("community_lead", 6) and steps[1][:2] == ("desk", 4)
    assert steps[1][2] == later + dt.timedelta(hours=4), "the township owes it as well after four hours"
    world.press("lead", "find_person", "found")
    assert owed() == []
    world.at(world.NOW + dt.timedelta(days=1))
    assert owed() == [("call_today", "volunteer")], "once a day"
    world.press("helps", "call_today", "reached")
    world.at(later + dt.timedelta(days=6, minutes=1))
    assert owed() == [("call_today", "volunteer"), ("visit_week", "volunteer")]
    world.press("helps", "visit_week", "reached")
    assert owed() == []


def test_coverage_counts_who_has_no_name_and_the_households_page_tells_who_rings_and_when(
    staff: dict[str, int],
) -> None:
    one, two = team(2)
    first, _second = needs(1, 2)
    page = world.words("lead", "/coverage/")
    assert "2 people without a named contact" in page and "not rung today" not in page
    taken(named(first, one, two))
    follow.catch_up()
    page = world.words("lead", "/coverage/")
    assert "1 person without a named contact" in page and "1 person not rung today" in page
    assert "1 person without a named contact" not in world.words("duty", "/coverage/?at=3"), "above in numbers alone"
    assert told_at(1) == [
        ("Your named contact, No. 1 of the community's team, rings you", world.NOW.replace(hour=18)),
        ("Your named contact, No. 1 of the community's team, comes to your door", world.NOW + dt.timedelta(days=7)),
    ]
    assert told_at(2) == [], "nobody is named yet"
    assert re.search(r"1 Door 1\b", world.words("helps", "/calls/")), "whose door it is stands beside it"
    world.press("helps", "call_today", "refused")
    assert told_at(1) == [], "who wants no calls is told of none"


def told_at(household: int) -> list[tuple[str, dt.datetime | None]]:
    """What the page of a household tells of its contact."""
    with door.ledger() as ledger, translation.override("en"):
        return [(one.what, one.at) for one in contacts(Home(ledger, household, 6, world.NOW))]


def test_a_door_of_somebody_elses_is_not_taken(staff: dict[str, int]) -> None:
    told = {"who": "old", "basis": "asked", "agreed": ""}
    world.post("lead", "/liaisons/", 422, form="needed", household="90", **told)
    world.post("lead", "/liaisons/", 422, form="needed", household="41", **told)
    assert world.rows("liaison") == [], "a number is answered with its address first"
    world.post("lead", "/liaisons/", form="needed", household="41", looked="41", **told)
    [(key, _state, _data)] = world.rows("liaison")
    with door.ledger() as ledger:
        place = ledger.execute("select place from ledger_row where noun = 'liaison' and key = %s", [key]).fetchone()
    assert place == (7,), "it lies where the door lies"


def sealed_numbers() -> list[tuple[str, str]]:
    with door.ledger() as ledger:
        owners = [row[0] for row in ledger.execute("select owner from people_vault_key where wrapped is not null")]
        opened = [(one, vault._open(ledger, one, ["telephone"]).get("telephone", "")) for one in sorted(owners)]
    return [pair for pair in opened if pair[0].startswith("call/")]


def looks() -> list[tuple[Any, ...]]:
    with door.ledger() as ledger:
        return ledger.execute("select owner, staff, purpose, fields from people_reading order by at").fetchall()


def test_whoever_rings_today_opens_the_number_and_nobody_else(staff: dict[str, int]) -> None:
    one, two = team(2)
    first, second, third = needs(1, 2, 3)
    taken(named(first, one), named(second, two), named(third, one))
    number = "13800001111"
    for key in (first, second):
        world.post("lead", "/liaisons/", form=f"number/{key}", telephone="138-0000-1111")
    page = world.words("helps", "/calls/")
    assert "Which number stands on your armband" in page and "Show the number" not in page and number not in page
    assert world.client("helps").post("/calls/", {"form": f"number/{first}"}).status_code == 302 and looks() == []
    world.post("helps", "/calls/", form="worn", teammate=one)
    page = world.words("helps", "/calls/")
    assert page.index("Door 1") < page.index("1 door that another number rings") < page.index("Door 2"), page
    assert page.count("Show the number") == 1 and page.count("the desk rings") == 1, "of hers, who gave one"
    opened = world.browser("helps").post("/calls/", {"form": f"number/{first}"})
    told = opened.content.decode()
    assert 'href="tel:13800001111"' in told and told.count("tel:138") == 1 and opened["Cache-Control"] == "no-store"
    assert looks() == [(f"call/{first}", staff["helps"], "call_today", ["telephone"])]
    assert number not in re.sub("[- ]", "", world.page("helps", "/calls/")), "shown once, for that look"
    for path in ("/api/rows/call", "/api/rows/liaison", "/api/today", "/liaisons/paper", "/liaisons/"):
        assert number not in re.sub("[- ]", "", world.client("lead").get(path).content.decode()), path
    # Once a day: not another's list after a number was opened, and nobody else with the same armband.
    assert world.client("helps").post("/calls/", {"form": "worn", "teammate": two}).status_code == 403
    # Today's line: its own opens, another's says whose it is.
    today = world.words("helps", "/today")
    assert "No. 1 rings them" in today and "No. 2 rings them" in today and today.count("Show the number") == 1
    world.post("lead", "/liaisons/", form=f"number/{first}", telephone="")
    world.post("lead", "/liaisons/", form=f"end/{second}", why="moved")
    assert sealed_numbers() == [], "taken back, and nobody to ring: erased"


def test_whoever_agrees_again_is_rung_again_and_a_number_is_offered_to_those_who_owe_the_call(
    staff: dict[str, int],
) -> None:
    one, _two = team(2)
    [first] = needs(1)
    taken(named(first, one))
    for number in ("13800001111", "", "13800002222", "", "13800003333"):
        world.post("lead", "/liaisons/", form=f"number/{first}", telephone=number)
    assert [found for _owner, found in sealed_numbers()] == ["13800003333"], "what was erased stays so"
    world.post("helps", "/calls/", form="worn", teammate=one)
    told = world.browser("helps").post("/calls/", {"form": f"number/{first}"}).content.decode()
    assert 'href="tel:13800003333"' in told
    assert "Show the number" not in world.page("lead", "/calls/"), "the volunteer owes it"
    world.at(world.NOW.replace(hour=20, minute=1))
    assert "Show the number" in world.page("lead", "/calls/"), "late, the lead owes it as well"
    told = world.browser("lead").post("/calls/", {"form": f"number/{first}"}).content.decode()
    assert 'href="tel:13800003333"' in told
    world.post("lead", "/liaisons/", form=f"number/{first}", telephone="")
    assert sealed_numbers() == [] and "no telephone given" in world.page("helps", "/calls/")


def test_a_number_goes_with_its_person_however_it_is_said_that_nobody_rings_them(staff: dict[str, int]) -> None:
    one, two, three = needs(1, 2, 3)
    for key in (one, one, two, three):
        for number in ("", "13800001111"):
            world.post("lead", "/liaisons/", form=f"number/{key}", telephone=number)
    taken(said("liaison.ended", {"liaison": one, "why": "moved"}),
          world.said("fact.withdrawn", {"reason": "slip"}, at=world.NOW, place=5, corrects=uuid.UUID(two)))  # fmt: skip
    assert sweep()["expired"] == 2 and len(sealed_numbers()) == 1, "the others' are kept"


def test_a_lead_elsewhere_changes_no_number_and_no_slip_by_telephone(staff: dict[str, int]) -> None:
    with door.ledger() as ledger:
        ledger.execute("update community_household set building = '3', stairwell = '2', room = '501' where id = 1")
    [_here] = needs(1)
    taken(said("liaison.needed", {"household": 90, "who": "old", "basis": "asked"}, place=10))
    here, far = (world.words("both", f"/doorway/telephone?door={n}") for n in (1, 90))
    for words in ("Their named contact may ring them", "They want a new slip"):
        assert words in here and words not in far
    assert "Door 1 · Building 3, stairwell 2, room 501" in world.words("both", "/liaisons/"), "in the reader's language"


def test_a_refusal_is_respected_and_asked_about_every_week(staff: dict[str, int]) -> None:
    one, *_ = team(2)
    key = needs(1)[0]
    taken(named(key, one))
    world.press("helps", "call_today", "refused")
    assert state()[key][0] == "refused" and owed() == []
    world.at(world.NOW + dt.timedelta(days=7, minutes=1))
    assert owed() == [("ask_again", "community_lead")]
    world.press("lead", "ask_again", "refused")
    assert owed() == []
    world.at(world.NOW + dt.timedelta(days=14, minutes=2))
    world.press("lead", "ask_again", "reached")
    assert state()[key][0] == "named" and owed() == [("visit_week", "volunteer")]


def test_a_refusal_is_undone_by_the_lead_alone(staff: dict[str, int]) -> None:
    [mate] = team(1)
    one, two, three = needs(1, 2, 3)
    taken(*(named(key, mate) for key in (one, two, three)))
    helps, soon = holder_of(staff["helps"]), world.NOW + dt.timedelta(minutes=1)

    def rang(key: str, outcome: str, at: dt.datetime = world.NOW) -> Said:
        return said("liaison.called", {"liaison": key, "how": "call", "outcome": outcome}, at=at)

    no = rang(one, "refused")
    assert world.say(no, authority=helps).accepted == 1
    gone = world.said("fact.withdrawn", {"reason": "slip"}, at=world.NOW, place=5, corrects=no.id)
    assert world.say(gone, authority=helps).refused[0].field == "corrects"
    both = world.say(rang(two, "refused"), rang(two, "reached", soon), authority=helps)
    assert both.accepted == 1 and both.refused[1].field == "outcome"
    assert world.say(rang(three, "reached", soon), authority=helps).accepted == 1
    assert world.say(rang(three, "refused"), authority=helps).accepted == 1
    assert {state()[key][0] for key in (one, two, three)} == {"refused"}
    lead = holder_of(staff["lead"])
    assert world.say(gone, rang(two, "reached"), rang(three, "reached"), authority=lead).accepted == 3
    assert {state()[key][0] for key in (one, two, three)} == {"named"}


def test_nobody_asks_for_more_than_ten_and_the_contact_is_of_the_team(staff: dict[str, int]) -> None:
    one, two = team(2)
    keys = needs(*range(1, 13))
    told = world.say(*(named(key, one) for key in keys))
    assert told.accepted == 10 and {p.field for p in told.refused.values()} == {"teammate"}
    told = world.say(named(keys[10], str(uuid.uuid4())), named(keys[11], two, two))
    assert {p.field for p in told.refused.values()} == {"teammate", "deputy"}


def test_a_naming_that_is_refused_or_does_not_hold_lowers_nobodys_count(staff: dict[str, int]) -> None:
    one, two = team(2)
    keys = needs(*range(1, 13))
    taken(*(named(key, one) for key in keys[:10]))
    refused = world.say(named(keys[0], two, two), named(keys[10], one)).refused
    assert {n: p.field for n, p in refused.items()} == {0: "deputy", 1: "teammate"}
    earlier = named(keys[0], two, at=world.NOW - dt.timedelta(hours=1))
    assert list(world.say(earlier, named(keys[10], one)).refused) == [1], "who was named later asks for them still"
    twice = [named(keys[0], two), named(keys[0], two), named(keys[10], one), named(keys[11], one)]
    assert list(world.say(*twice).refused) == [3], "of one person who was moved twice, one less"
    assert [asks for _state, asks in state().values()].count(one) == 10


def test_who_cannot_come_moves_the_list_and_the_same_person_is_back_the_next_day(staff: dict[str, int]) -> None:
    one, two = team(2)
    first, second = needs(1, 2)
    taken(named(first, one, two), named(second, one))
    taken(said("teammate.absent", {"teammate": one}))
    follow.catch_up()
    assert state() == {first: ("named", two), second: ("unnamed", None)}
    assert ("name_contact", "community_lead") in owed()
    taken(said("teammate.came", {"teammate": one}, at=world.NOW + dt.timedelta(minutes=5)))
    follow.catch_up()
    assert state() == {first: ("named", one), second: ("named", one)}
    # A word that was a slip moves nobody.
    slip = said("teammate.absent", {"teammate": one}, at=world.NOW + dt.timedelta(minutes=6))
    taken(slip)
    follow.catch_up()
    assert state()[first] == ("named", two)
    taken(Said(uuid.uuid4(), "fact.withdrawn", world.NOW, type(slip.body)(b"{}"), place=5, corrects=slip.id))
    follow.catch_up()
    assert state()[first] == ("named", one)


def test_whose_contact_and_deputy_are_both_away_needs_a_name_on_today(staff: dict[str, int]) -> None:
    one, two = team(2)
    (first,) = needs(1)
    taken(named(first, one, two))
    words = "Name who rings today: both are away"
    assert words in world.page("lead", "/today")
    assert "contact and deputy are away" in world.page("lead", "/liaisons/")
    world.at(world.NOW.replace(hour=8))
    assert words not in world.page("lead", "/today"), "nobody has to be here yet"
    world.at(world.NOW + dt.timedelta(minutes=2))
    taken(said("teammate.came", {"teammate": two}, at=world.NOW + dt.timedelta(minutes=1)))
    today = world.page("lead", "/today")
    assert words not in today and words not in world.page("lead", "/liaisons/")
    assert "No. 2 · volunteer" in today, "a line about a member says which"


def test_two_hundred_contacts_twenty_ill_at_six_all_covered_by_nine(staff: dict[str, int]) -> None:
    world.at(world.NOW.replace(hour=6))
    keys = team(200)
    people = needs(*(1 + n % 80 for n in range(600)))
    rows = [{"key": key, "contact": None, "deputy": None, "asks": None} for key in people]
    members = [{"key": key, "fit": ["telephone"], "state": "away"} for key in keys]
    proposals, left = propose(rows, members)
    assert left == [] and len(proposals) == 600
    six = world.NOW.replace(hour=6)
    told = [named(one.liaison, one.teammate, one.deputy, at=six) for one in proposals]
    taken(*told[:500])
    taken(*told[500:])
    asked = {one.teammate for one in proposals}
    ill = sorted(asked)[:20]
    taken(*(said("teammate.absent", {"teammate": key}, at=six) for key in ill))
    follow.catch_up()
    held = [asks for _state, asks in state().values()]
    nobody = [key for key, (_state, asks) in state().items() if asks is None]
    assert not set(held) & set(ill)
    if nobody:  # whose deputy is ill, too: the lead signs the proposal that stands there
        rows = [{"key": key, **data} for key, _s, data in world.rows("liaison")]
        members = [{"key": key, "fit": ["telephone"], "state": s} for key, s, _d in world.rows("teammate")]
        again, left = propose(rows, members)
        assert left == []
        taken(*(named(one.liaison, one.teammate, one.deputy, at=six + dt.timedelta(hours=1)) for one in again
                if one.liaison in nobody))  # fmt: skip
    found = [asks for _state, asks in state().values()]
    assert None not in found and not set(found) & set(ill)
    assert max(found.count(one) for one in set(found)) <= 10


def test_a_thousand_admissions_three_hundred_dependants_named_within_four_hours(staff: dict[str, int]) -> None:
    team(34)
    cases = [said("case.identified", {"classification": "suspected"}, place=3, home=6) for _ in range(1000)]
    for n in range(0, 1000, 500):
        taken(*cases[n : n + 500])
    facts: list[Said] = []
    with door.ledger() as connection:
        connection.execute("insert into community_household (id, place, stair, people)"
                           " select i, 6, 1, 2 from generate_series(1001, 1340) i")  # fmt: skip
    for n, case in enumerate(cases[:340]):
        who, on = ("child" if n >= 280 else "old"), [f"case/{case.id}"]
        told = {"household": 1001 + n, "who": who, "on": on} | ({"agreed": "guardian"} if 280 <= n < 300 else {})
        facts += [said("dependant.stated", told, place=3, home=6),
                  said("member.left", {"household": 1001 + n, "who": on[0]}, place=3, home=6)]  # fmt: skip
    for n in range(0, len(facts), 500):
        taken(*facts[n : n + 500])
    follow.catch_up()
    assert len(world.rows("liaison")) == 300, "forty children without anybody's decision are noted nowhere"
    world.at(world.NOW + dt.timedelta(hours=2))
    where = world.post("lead", "/liaisons/", form="sign", seen=_seen())
    assert where == "/liaisons/"
    rows = world.rows("liaison")
    late = [key for key, state, data in rows if state != "named" or _hours(data) > 4]
    assert late == [] and not [1 for _k, _s, data in rows if data["who"] == "child" and data["agreed"] is None]


def _seen() -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{32})"', world.page("lead", "/liaisons/"))
    assert found
    return found[1]


def _hours(data: dict[str, Any]) -> float:
    begun, done = (dt.datetime.fromisoformat(data[name]) for name in ("needed_at", "named_at"))
    return (done - begun).total_seconds() / 3600


HEALTH = ("fever", "ill", "sick", "disabled", "suspected", "confirmed", "isolat", "hospital", "admission", "admitted",
          "case", "patient", "child", "covid", "发热", "病", "残", "疑似", "确诊", "隔离", "住院", "儿童", "老人",
          "医")  # fmt: skip


def test_no_health_word_reaches_a_volunteers_phone(staff: dict[str, int]) -> None:
    one, _two = team(2)
    case = said("case.identified", {"classification": "confirmed"}, place=3, home=6)
    ill = said("dependant.stated", {"household": 1, "who": "ill", "on": [f"case/{case.id}"]}, place=3, home=6)
    left = said("member.left", {"household": 1, "who": f"case/{case.id}"}, place=3, home=6)
    taken(case, ill, left)
    key = needs(2, who="disabled")[0]
    follow.catch_up()
    for row in list(world.rows("liaison")):
        taken(named(row[0], one))
    assert len(world.rows("call")) == 2 and key
    for language in ("en", "zh-hans"):
        for path in ("/today", "/calls/", "/api/today"):
            sent = world.get("helps", path, language=language).content.decode()
            inside = sent[sent.index("<main") : sent.index("</main>")] if "<main" in sent else sent
            assert "call_today" in inside or "/calls" in path
            text = re.sub(r"(?:still|will|until|fill|skill)\w*", "", inside.lower())
            assert [word for word in HEALTH if word in text] == [], (path, language)


def test_only_the_lead_sees_why_and_charlie_sees_nothing(staff: dict[str, int]) -> None:
    needs(1)
    for who in ("charlie", "tang", "mei", "helps"):
        world.get(who, "/liaisons/", 404)
    world.get("charlie", "/calls/", 404)
    with world.transaction.atomic():
        set_scope(holder_of(staff["helps"]))
        from tongzhou.ledger import known

        assert known.rows("liaison") == [] and len(known.rows("call", states=["none"])) == 1


def test_the_paper_has_its_number_and_no_word_of_how_they_are(staff: dict[str, int]) -> None:
    one, _two = team(2)
    taken(named(needs(1, who="ill")[0], one))
    page = world.words("lead", "/liaisons/paper")
    assert "LX-02" in page and "Door 1" in page and "ill" not in re.sub(r"(?:by hand|until)", "", page).split()


def test_the_same_person_tomorrow_and_deputies_are_spread() -> None:
    members = [{"key": f"m{n}", "fit": ["telephone"], "state": "away"} for n in range(6)]
    rows = [{"key": f"p{n}", "contact": f"m{n % 3}", "deputy": None, "asks": None} for n in range(12)]
    found, left = propose(rows, members)
    assert left == [] and all(one.usual for one in found)
    of_first = [one.deputy for one in found if one.teammate == "m0"]
    assert len(set(of_first)) == len(of_first) and "m0" not in of_first
    assert propose(rows, [{**members[0], "fit": ["gate"]}]) == ([], [row["key"] for row in rows])


LIST = """姓名,门牌,类别,谁同意,电话,同意拨打
王某,3,孤寡老人,,138 0000 1111,是
李某,3,低保户,,13800002222,
陈某,5,留守儿童,监护人,,
赵某,6,留守儿童,,,
钱某,90,残疾人,,,
孙某,9栋9单元999,残疾人,,,
周某,7,邻居,,,
吴某,8,残疾人,,1380000,同意
"""


def test_a_list_of_civil_affairs_is_looked_at_and_taken_in_once(staff: dict[str, int]) -> None:
    def look() -> str:
        file = SimpleUploadedFile("list.csv", LIST.encode("gb18030"))
        return world.client("lead").post("/liaisons/list", {"file": file}).content.decode()

    page = look()
    assert world.rows("liaison") == [], "nothing is written down by looking"
    told = html.unescape(world.squeezed(re.sub(r"<[^>]+>", " ", page)))
    assert "To be written down 3 Known already 0 Sent back 5" in told
    assert "Of 2 no telephone is kept" in told and "13800002222" not in told
    assert "not read: 姓名" in told and "王某" not in told
    for reason in ("Row 5 agreed: a guardian or civil affairs", "Row 6 door: no door of yours is 90", "9栋9单元999",
                   "Row 8 who: '邻居' is no sort", "Row 9 telephone: '0000000' is no telephone"):  # fmt: skip
        assert reason in told, told
    content = re.search(r'name="content" value="([^"]+)"', page)
    assert content
    world.post("lead", "/liaisons/list", form="take", content=content[1], called="list.csv")
    found = sorted((data["household"], data["who"], data["basis"]) for _key, _state, data in world.rows("liaison"))
    assert found == [(3, "old", "civil_affairs"), (3, "poor", "civil_affairs"), (5, "child", "civil_affairs")]
    assert owed("liaison") == [("name_contact", "community_lead")]
    assert [found for _owner, found in sealed_numbers()] == ["138 0000 1111"], "where the list says that they agreed"
    assert "Known already 3" in world.squeezed(re.sub(r"<[^>]+>", " ", look())), "a second time it adds nobody"
    world.get("charlie", "/liaisons/list", 404)


def test_the_same_list_by_the_command_with_a_dry_run(
    staff: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from tongzhou.cli.contacts import contacts as command

    monkeypatch.setattr("tongzhou.cli.contacts.opened", lambda _folder: nullcontext())
    file = tmp_path / "list.csv"
    file.write_text(LIST, encoding="utf-8")
    for options, added, held in ((["--dry-run"], 3, 0), ([], 3, 3), ([], 0, 3)):
        ran = CliRunner().invoke(command, ["import", str(file), "--as", "lead", "--json", *options])
        told = json.loads(ran.stdout)
        assert (told["added"], told["refused"], len(world.rows("liaison"))) == (added, 5, held), (ran.output, told)
    back = (tmp_path / "list-refused.csv").read_text(encoding="utf-8-sig")
    assert "赵某" in back and "监护人或民政" in back


def test_a_page_looks_at_no_list_of_ten_thousands(staff: dict[str, int]) -> None:
    long = "门牌,类别\n" + "12,孤寡老人\n" * (listed.ON_A_PAGE + 1)
    with pytest.raises(BadInput, match="goes in by the command"):
        listed.look(long.encode(), "list.csv", alone=True)


def test_with_an_armband_on_nothing_is_said_of_anothers_door_and_without_a_number_the_desk_rings(
    staff: dict[str, int],
) -> None:
    one, two = team(2)
    first, second = needs(1, 2)
    taken(named(first, one), named(second, two))
    world.post("helps", "/calls/", form="worn", teammate=one)
    today = world.page("helps", "/today")
    assert 'value="no_answer"' not in today.partition("call/" + second)[2].partition("</li>")[0]
    line = {"subject": f"call/{second}", "what": "call_today", "at": "6", "id": str(uuid.uuid4()), "act": "no_answer"}
    assert world.client("helps").post("/today/act", line).status_code in (403, 409, 422)
    with door.ledger() as connection:
        assert connection.execute("select data ->> 'last' from ledger_row where noun = 'call' and key = %s",
                                  [second]).fetchone() == (None,), "nobody rang there"  # fmt: skip
    world.press("helps", "call_today", "no_number")
    assert sorted(owed()) == [("call_today", "community_lead"), ("call_today", "volunteer")]
