"""Coverage: what is missing at a community with who and when, in numbers above it; what is silent is not complete."""

from __future__ import annotations

import datetime as dt
import re

import furnished
import pytest
import world
from django.db import transaction

from tongzhou.coverage import queries, whole
from tongzhou.coverage.queries import Unit, coverage
from tongzhou.coverage.which import rings
from tongzhou.ledger import follow
from tongzhou.ledger.missing import MISSING
from tongzhou.people.scope import holder_of, set_scope
from tongzhou.tables.policy import shipped

pytestmark = pytest.mark.postgres
PATH = "/coverage/"


def told(by: int, *places: int, now: dt.datetime = world.NOW, known: dt.datetime | None = None) -> dict[int, Unit]:
    with transaction.atomic():
        set_scope(holder_of(by))
        return {unit.place: unit for unit in coverage(places, now, known)}


def n(unit: Unit, code: str) -> tuple[int, int]:
    return unit.found[code].n, unit.found[code].late


def main(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("<main", 1)[1]))


def test_a_lead_sees_what_is_missing_who_sees_to_it_and_by_when(staff: dict[str, int]) -> None:
    pills = world.said("need.stated", {"household": 3, "items": {"medicine": 1}, "medicine_last_dose": "2020-03-10"},
                       place=6)  # fmt: skip
    world.say(*(world.heard(n, place=6) for n in range(1, 39)), world.heard(39, "no_answer", place=6), pills)
    follow.catch_up()
    unit = told(staff["lead"], 5)[5]
    assert n(unit, "doors") == (42, 0) and unit.found["doors"].of == 80 and n(unit, "bags") == (1, 0)
    page = main(world.page("lead", PATH))
    assert "42 doors not heard from" in page and "grid worker" in page and "12:00" in page
    assert "1 was tried and nobody answered" in page and "1 need not met yet" in page
    assert "42 户未回应" in main(world.page("lead", PATH, language="zh-hans"))
    assert "Grid 1: 赵" in page and "Grid 2: 钱" in page, "each grid with its own worker"
    assert "Grid 1: 赵" in main(world.page("lead", PATH + "paper"))
    asked = ("doors on 2020-03-09, 85 % of them are enough", "late needs at up to 1 % of the doors are allowed")
    assert all(page.count(one) == 1 for one in asked), "what the certificate's rule asks, and of which day"
    assert "a community" not in page and page.count("%") == len(asked), "no per cent of what a community has done"
    for late in (world.NOW.replace(hour=13), world.NOW.replace(hour=23)):
        assert n(told(staff["lead"], 5, now=late)[5], "doors") == (42, 42)


def test_above_the_community_there_are_numbers_and_no_name(staff: dict[str, int]) -> None:
    with_duty = world.said("need.stated", {"household": 3, "items": {"food": 1}}, place=6)
    world.say(*(world.heard(n, place=6) for n in range(1, 81)), with_duty)
    follow.catch_up()
    assert world.client("duty").get(PATH).status_code == 200
    assert world.client("zhao").get(PATH).status_code == world.client("charlie").get(PATH).status_code == 404
    assert told(staff["lead"], 5, 10).keys() == {5}, "another county's community is outside the scope"
    units = told(staff["wu"], 2, 8)
    assert (units[2].word.communities, units[2].word.wordless, units[8].word.wordless) == (1, 0, 1)
    assert n(units[2], "bags") == (1, 0) and n(units[8], "bags") == (0, 0)
    page = main(world.page("duty", PATH + "?at=3"))
    assert "Of 1 community, 1 was heard from." in page and "Tongzhouli" in page
    assert "Door 3" not in page and "household 3" not in page
    assert "1" in main(world.page("duty", PATH + "?at=5")), "a community opens in numbers"
    assert "Give" not in world.page("duty", PATH + "?at=5").split("<main")[1]


def test_silence_is_not_complete(staff: dict[str, int]) -> None:
    follow.catch_up()
    unit = told(staff["wu"], 10)[10]
    assert unit.word.silent and unit.word.households == 20
    page = main(world.page("duty", PATH + "?at=9"))
    assert "no word yet" in page and "Of 1 community, 0 was heard from." in page
    page = main(world.page("lead", PATH))
    assert "No word from any door yet: nothing counts as complete." in page and "What is complete" not in page
    with transaction.atomic():
        set_scope(holder_of(staff["lead"]))
        unit = told(staff["lead"], 5)[5]
        assert {part.state for part in whole.five(unit, world.NOW)} <= {"missing", "unknown"}
        six = whole.six(5, world.NOW)
        assert "every door asked: not known · doors on 2020-03-09, 85 % of them are enough" in six
        assert "needs brought in time: not known · now, late needs at up to 1 % of the doors are allowed" in six


def test_the_five_are_computed_from_entries_or_unknown(staff: dict[str, int]) -> None:
    world.say(*(world.heard(n, place=6 if n <= 40 else 7) for n in range(1, 81)))
    follow.catch_up()
    with transaction.atomic():
        set_scope(holder_of(staff["lead"]))
        [unit] = coverage([5], world.NOW)
        five = {part.code: part for part in whole.five(unit, world.NOW)}
    assert five["confirmed_admitted"].state == "complete"
    assert "measure" in five["compounds_closed"].lacks, "no measure closes the compounds"
    every = shipped("coverage")["five"]
    assert every.keys() == whole.CALLED.keys()
    assert {one for codes in every.values() for one in codes} - {whole.MEASURE} <= MISSING.keys()


def test_as_known_at_a_moment_what_was_open_then(staff: dict[str, int]) -> None:
    need = world.said("need.stated", {"household": 3, "items": {"food": 1}}, place=6)
    world.say(need, world.heard(1, place=6))
    follow.catch_up()
    world.at(world.NOW + dt.timedelta(hours=2))
    met = world.said("need.met", {"need": str(need.id), "outcome": "delivered"}, place=6,
                     at=world.NOW + dt.timedelta(hours=2))  # fmt: skip
    world.say(met)
    now = world.NOW + dt.timedelta(hours=3)
    world.at(now)
    assert n(told(staff["lead"], 5, now=now)[5], "bags") == (0, 0)
    then = world.NOW + dt.timedelta(hours=1)
    unit = told(staff["lead"], 5, now=now, known=then)[5]
    assert n(unit, "bags") == (1, 0) and "workers" not in unit.found, "who held which post then is not told"
    html = world.page("lead", f"{PATH}?as_known_at=2020-03-10T10:00")
    assert "1 need not met yet" in html and "You are looking at the past" in html
    assert 'class="do' not in html.split("<main")[1], "nothing can be done in the past"


def test_a_compound_without_management_has_an_owner(staff: dict[str, int]) -> None:
    furnished.bring(
        "a,compound,甲小区,Compound A,hu.980101001001,2020-01-01,,,,,,,,,,,\n"
        "a.p,property_manager,甲物业,Manager A,hu.980101001001,2020-01-01,,,,,,a,,,,,\n"
        "b,compound,乙小区,Compound B,hu.980101001001,2020-01-01,,,,,,,,,,,\n"
    )
    unit = told(staff["lead"], 5)[5]
    assert n(unit, "owners") == (1, 0) and unit.found["owners"].of == 2
    assert "Compound B" in world.page("lead", PATH) and "Compound A" not in world.page("lead", PATH)
    world.post("lead", PATH, 422, form="takes", compound="b", keeper="posted", until="2020-03-09")
    assert n(told(staff["lead"], 5)[5], "owners") == (1, 0), "a day that is over is refused"
    world.post("lead", PATH, form="takes", compound="b", keeper="posted", unit="Tax office", until="2020-03-12")
    assert n(told(staff["lead"], 5)[5], "owners") == (0, 0)
    after = world.NOW + dt.timedelta(days=3)
    assert n(told(staff["lead"], 5, now=after)[5], "owners") == (1, 0), "the posting is over"


def test_who_is_here_today_is_told_above_in_numbers_alone(staff: dict[str, int]) -> None:
    one = world.said("teammate.joined", {"armband": 17, "sort": "cadre", "fit": ["gate", "doors"]}, place=5)
    two = world.said("teammate.joined", {"armband": 18, "sort": "volunteer", "fit": ["gate"]}, place=5)
    yesterday = world.said("teammate.joined", {"armband": 19, "sort": "volunteer", "fit": ["gate"]}, place=5)
    world.say(one, two, yesterday)
    world.say(
        world.said("teammate.came", {"teammate": str(one.id)}, place=5, at=world.NOW - dt.timedelta(minutes=20)),
        world.said("teammate.came", {"teammate": str(two.id)}, place=5),
        world.said("teammate.given", {"teammate": str(two.id), "outcome": "gate"}, place=5),
        world.said("teammate.came", {"teammate": str(yesterday.id)}, place=5, at=world.NOW - dt.timedelta(days=1)),
    )
    with transaction.atomic():
        set_scope(holder_of(staff["wu"]))
        team = queries.teams([2, 8], world.NOW)
    assert team.keys() == {2} and (team[2].n, team[2].here, team[2].busy) == (2, 1, 1)
    assert team[2].fit == {"gate": 2, "doors": 1}
    assert n(told(staff["wu"], 2)[2], "team") == (2, 2), "a quarter of an hour is over"
    page = main(world.page("duty", PATH + "?at=3"))
    assert "2 persons are here." in page and "1 has no duty yet." in page and "17" not in page


def test_units_stand_in_official_order_and_nobody_is_scored(staff: dict[str, int]) -> None:
    assert [unit for unit in told(staff["wu"], 8, 2)] == [2, 8]
    html = world.page("duty", PATH)
    for word in ("rank", "score", "%"):
        assert word not in re.sub(r"[Nn]o score, no rank|nobody is ranked|five hundred per cent", "", main(html))


def test_here_today_takes_twelve_keystrokes_at_the_most(staff: dict[str, int]) -> None:
    """Three digits of the armband and one key to send: the hour of going back is left open."""
    world.say(world.said("teammate.joined", {"armband": 117, "sort": "cadre", "fit": ["gate"]}, place=5))
    html = world.page("lead", "/team/")
    form = next(
        one for one in re.findall(r"<form[^>]*method=.post.*?</form>", html, re.DOTALL) if "Goes back at" in one
    )
    asked = re.findall(r"<(?:input|select|textarea)(?![^>]*type=\"hidden\")[^>]*name=\"([^\"]+)\"[^>]*>", form)
    needed = [one for one in re.findall(r"<input[^>]*>", form) if " required" in one and 'type="hidden"' not in one]
    assert set(asked) == {"armband", "until"} and len(needed) == 1, "one field has to be filled in"
    assert len("117") + 1 <= 12


def test_a_line_names_which_they_are_and_the_rest_stands_where_the_work_is(staff: dict[str, int]) -> None:
    needs = [world.said("need.stated", {"household": n, "items": {"food": 1}}, place=6) for n in range(1, 8)]
    world.say(*(world.heard(n, place=6) for n in range(1, 81)), *needs)
    follow.catch_up()
    html = world.page("lead", PATH)
    page = main(html)
    assert "7 needs not met yet" in page and re.search(r"Door 1 food, Door 2 food, .* 3 more", page), page
    assert '<a href="/today">3 more</a>' in html
    assert "Door 1 food" not in main(world.page("duty", f"{PATH}?at=5")), (
        "whoever may not see the doors is told how many"
    )
    assert "3 more" in main(world.page("lead", f"{PATH}paper"))


def test_of_what_somebody_else_owes_their_telephone_is_told(staff: dict[str, int]) -> None:
    """The community's own stands for what is its own; a bed is asked for at the desk at which somebody dispatches."""
    numbers = {5: "000 2100 0004", 3: "000 2100 0003", 2: "000 2100 0002"}
    told = [world.said("desk.numbered", {"place": at, "telephone": n}, place=at) for at, n in numbers.items()]
    assert world.say(*told).accepted == 3
    follow.catch_up()
    posts = [(5, "dispatcher"), (5, "community_lead"), (5, "clinician")]
    with transaction.atomic():
        set_scope(holder_of(staff["lead"]))
        assert rings(posts) == {(5, "dispatcher"): numbers[2], (5, "community_lead"): numbers[5],
                                (5, "clinician"): numbers[3]}  # fmt: skip
