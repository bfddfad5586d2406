"""A referral goes to a clinic that one can walk to: the county's own first, with its hours; facts of before that name
a place keep their meaning."""

from __future__ import annotations

import datetime as dt
import re

import furnished
import pytest
import world

from tongzhou.cases import clinics
from tongzhou.ledger.kinds import Said

pytestmark = pytest.mark.postgres
HEAD = "key,kind,name_zh,name_en,place,since,hours\n"
CLINICS = (
    "lake,fever_clinic,湖街发热门诊,Lake fever clinic,980101001,2020-01-01,08:00-18:00\n"
    "night,fever_clinic,洪区夜间发热门诊,Hong night clinic,980101,2020-01-01,18:00-08:00\n"
    "city,fever_clinic,武市发热门诊,Wu fever clinic,980100,2020-01-01,\n"
    "far,fever_clinic,安县发热门诊,An fever clinic,980201,2020-01-01,\n"
    "shop,pharmacy,湖街药店,Lake pharmacy,980101001,2020-01-01,\n"
)


def options(html: str) -> list[tuple[str, str]]:
    found = re.search(r'<select[^>]*name="clinic".*?</select>', html, re.DOTALL)
    assert found
    return [
        (code, words.strip()) for code, words in re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)<', found[0]) if code
    ]


def bring() -> None:
    taken = furnished.bring(CLINICS, head=HEAD)
    assert len(taken.written) == 5, taken.refused


def test_the_clinics_of_ones_own_county_come_first_the_open_before_the_shut(staff):
    bring()
    world.fever(household=3)
    world.at(world.NOW.replace(hour=17))
    offered = options(world.page("doctor", "/today"))
    assert [code for code, _words in offered] == ["lake", "night", "city", "3"]
    assert offered[0][1] == "Lake fever clinic · 08:00-18:00 · open now" and offered[1][1].endswith("shut now")
    assert offered[3][1] == "Hong, a clinic that is not listed"
    assert options(world.page("doctor", "/callbacks/")) == offered
    world.at(world.EVENING)
    assert [code for code, _words in options(world.page("doctor", "/callbacks/"))] == ["night", "lake", "city", "3"]


def test_whoever_is_sent_to_a_clinic_is_expected_there_and_every_page_says_which(staff):
    bring()
    fever = world.fever(household=3)
    world.at(world.NOW.replace(hour=17))
    line = {"subject": f"exception/{fever}", "what": "call_back", "at": "6", "act": "clinic"}
    assert "One of the choices that are offered" in world.post("doctor", "/today/act", 422, **line, clinic="shop")
    assert world.post("doctor", "/today/act", **line, clinic="lake") == "/today"
    _key, state, data = world.rows("referral")[0]
    assert (state, data["site"], data["clinic"]) == ("made", "lake", 3)
    for who, path in (("tang", "/today"), ("tang", "/clinic/"), ("doctor", "/callbacks/")):
        assert "Lake fever clinic" in world.page(who, path), path
    assert "湖街发热门诊" in world.page("tang", "/today", language="zh-hans")


def test_a_referral_of_before_that_names_a_place_keeps_its_meaning(staff):
    bring()
    fever = world.fever(household=3)
    world.post("doctor", "/callbacks/", form=f"call/{fever}", advice="clinic", clinic="3")
    _key, state, data = world.rows("referral")[0]
    assert (state, data["site"], data["clinic"]) == ("made", None, 3)
    assert "Say whether the patient has come" in world.page("tang", "/today")


def test_a_clinic_that_is_none_or_lies_elsewhere_is_refused_by_its_field(staff):
    bring()

    def refused(clinic: str, reporting: int = 3) -> tuple[str, str]:
        body = {"household": 3, "clinic": clinic}
        fact = Said(**{**_fields(world.said("referral.made", body, place=6)), "reporting": reporting})
        problem = world.say(fact).refused.get(0)
        return (problem.code, problem.field) if problem else ("", "")

    assert refused("nowhere") == ("unknown_site", "clinic")
    assert refused("shop") == ("malformed", "clinic")
    assert refused("far") == ("malformed", "clinic"), "the county of Hong does not receive for An"
    assert refused("far", 9) == refused("lake") == ("", "")


def _fields(said: Said) -> dict[str, object]:
    return {name: getattr(said, name) for name in said.__struct_fields__}


def test_a_clinic_without_hours_counts_as_open(staff):
    bring()
    with world.seen_by(staff["doctor"]):
        found = {one.key: clinics.is_open(one, world.EVENING) for one in clinics.near([6], world.EVENING)[6]}
        assert found == {"night": True, "lake": False, "city": True}
        assert clinics.near([10], world.NOW + dt.timedelta(days=-80)) == {10: []}


def test_where_somebody_lives_is_asked_by_community_and_elsewhere_by_county(staff):
    html = world.page("tang", "/clinic/identify")
    lives = re.search(r'<select[^>]*name="home".*?</select>', html)
    assert lives
    first = re.findall(r'<option value="(\d+)"', lives[0])
    assert first[0] == "3" and first[1:4] == ["5", "6", "7"] and first[-1] == "9"
    assert "Elsewhere: the county is enough" in lives[0]
