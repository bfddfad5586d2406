"""Figures of Hubei and Wuhan hold nothing of the invented counties, on any page, paper or export; and what is invented
says so wherever it is shown."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import world
from tests_support import fresh_database, owner_dsn

from tongzhou.command import figures
from tongzhou.counties import whole as counties
from tongzhou.ledger import clock, door, follow
from tongzhou.people.scope import holder_of, set_scope
from tongzhou.places import load as furniture
from tongzhou.places.region import load_region
from tongzhou.sites import region as sites

pytestmark = pytest.mark.postgres
HUBEI = Path(__file__).resolve().parents[2] / "regions" / "hubei"
GRID, DAY = "tz.tongzhouli.g1", dt.date(2020, 3, 10)
POSTS = {  # of the small town's people, held here at places of Hubei and of the counties
    "wu": [("commander", "cn.420000")],
    "duty": [("duty_officer", "cn.420000")],
    "mei": [("supply_officer", "cn.420000")],
    "lin": [("epidemiologist", "cn.420100")],
    "sun": [("dispatcher", "cn.420100")],
    "an": [("commander", "tz.city"), ("duty_officer", "tz.city"), ("epidemiologist", "tz.city"),
           ("dispatcher", "tz.city"), ("supply_officer", "tz.city")],
    "zhao": [("grid_worker", GRID)],
}  # fmt: skip
PAGES = ["/board/{}", "/board/{}/figures", "/board/{}/indicators", "/report/sitrep?place={}", "/outlook/{}",
         "/beds/", "/cases/", "/supply/", "/morning/", "/reports/", "/today", "/alerts/"]  # fmt: skip


@pytest.fixture(scope="module")
def ids(server: str) -> Iterator[dict[str, int]]:
    """Hubei and its counties, with things said in the counties that every count would take: the numbers of places."""
    region = load_region(HUBEI)
    with fresh_database(server, f"{server}_nowhere"):
        with door.ledger() as connection:
            clock.simulate(connection, "replay", world.EVENING)
            ids = furniture.load(connection, region)
            whole = counties.read(HUBEI, region)
            sites.load(connection, HUBEI, region, ids, world.NOW)
            counties.furnish(connection, whole, ids)
        people = world.make_staff("!")
        with psycopg.connect(**owner_dsn()) as owner:
            owner.execute("delete from people_holding")
            for login, held in POSTS.items():
                for role, key in held:
                    owner.execute("insert into people_holding (staff, role, place) values (%s, %s, %s)",
                                  [people[login], role, ids[key]])  # fmt: skip
        _said(ids)
        follow.catch_up()
        yield ids


def _said(ids: dict[str, int]) -> None:
    """A day in the counties: doors, fevers, a case that is confirmed, stock, a bed that is asked for."""
    said, grid, county = world.said, ids[GRID], ids["tz.county"]
    case = said("case.identified", {"classification": "confirmed", "onset": "2020-03-08"}, place=county)
    stock = {"place": county, "house": "tz.hospital", "item": "n95", "usable": 7, "used": 80, "need": 74}
    bed = {"infection": "confirmed", "severity": "severe", "age": 70, "need": "general", "oxygen": True}
    receipt = world.say(
        *(world.heard(n, place=grid) for n in range(1, 40)),
        said("exception.raised", {"household": 5, "concerns": ["fever"], "temp10": 391}, place=grid),
        case,
        said("bed.requested", bed, place=county),
        said("stock.counted", stock, place=county),
        said("need.stated", {"household": 6, "items": {"food": 1}}, place=grid),
    )
    assert not receipt.refused, receipt.refused


def fetched(who: str, path: str) -> tuple[int, str, Any]:
    answer = world.client(who).get(path, follow=True)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, body.decode(), answer


@pytest.mark.parametrize("who", ["wu", "duty", "mei", "lin", "sun"])
def test_no_page_of_a_real_post_holds_anything_of_the_counties(ids: dict[str, int], who: str) -> None:
    """But the sentence above each page, which says that they are invented."""
    seen = 0
    for path in PAGES:
        for place in (ids["cn.420000"], ids["cn.420100"]):
            status, text, answer = fetched(who, path.format(place))
            if status != 200:
                assert status in (403, 404), (path, status)
                continue
            seen += 1
            assert "X-Tongzhou-Invented" not in answer, path
            plain = re.sub(r"<aside.*?</aside>", "", text, flags=re.DOTALL)
            for word in ("Tongzhouli", "Gongji", "Tongzhou District", "Tongzhou Hospital", "Guifan"):
                assert word not in plain, (who, path, word)
    assert seen >= 2, who


@pytest.mark.parametrize("key", ["cn.420000", "cn.420100", "cn.420100-donghu-fengjing", "cn.420111"])
def test_no_figure_of_a_real_place_counts_them(ids: dict[str, int], key: str) -> None:
    status, _text, answer = fetched("wu", f"/api/board/{ids[key]}.json?day={DAY}")
    assert status == 200
    for line in [answer.json()["place"], *answer.json()["below"]]:
        told = {name: line[name] for name in ("households", "heard", "exceptions", "fever", "confirmed")}
        assert not any(told.values()), (line["key"], told)
        assert line["measures"]["silent"] is None and line["measures"]["cover"] is None, line["key"]
    assert [one["open"] for one in answer.json()["beds"] if one["class"] == "own"] == [None]
    theirs = fetched("an", f"/api/board/{ids['tz.city']}.json?day={DAY}")[2].json()["place"]
    assert (theirs["households"], theirs["heard"], theirs["fever"]) == (12_000, 39, 1)


def test_levels_and_the_line_list_are_of_the_region_alone(ids: dict[str, int]) -> None:
    from django.db import transaction

    from tongzhou.command.morning import line_list

    with door.ledger() as connection:
        assert not {one.key.partition(".")[0] for one in figures.levels(connection, DAY)} & {"tz", "gj", "gf"}
    for who, counted in (("wu", {}), ("an", {})):
        with transaction.atomic():
            set_scope(holder_of(_number(who)))
            assert line_list(DAY) == counted


def _number(login: str) -> int:
    with psycopg.connect(**owner_dsn()) as owner:
        row = owner.execute("select id from auth_user where username = %s", [login]).fetchone()
    assert row
    return int(row[0])


def test_exports_of_real_desks_hold_no_case_of_theirs_and_theirs_are_called_invented(ids: dict[str, int]) -> None:
    _status, real, answer = fetched("lin", "/cases/export.csv")
    assert len(real.strip().splitlines()) == 1 and "invented" not in answer["Content-Disposition"]
    _status, theirs, answer = fetched("an", "/cases/export.csv")
    assert len(theirs.strip().splitlines()) == 2
    assert "invented-" in answer["Content-Disposition"] and answer["X-Tongzhou-Invented"] == "1"


def test_no_real_desk_finds_them_by_search_or_rows(ids: dict[str, int]) -> None:
    for noun in ("exception", "case", "request", "stock", "need"):
        for who in ("wu", "lin", "sun", "mei"):
            status, _text, answer = fetched(who, f"/api/rows/{noun}")
            assert status in (403, 404) or answer.json()["rows"] == [], (noun, who)


def test_no_duty_of_theirs_is_owed_by_a_real_desk(ids: dict[str, int]) -> None:
    with door.ledger() as connection:
        crossing = connection.execute(
            "select count(*) filter (where not n.invented), count(*) from ledger_owed o"
            " join places_name n on n.place = o.place"
        ).fetchone()
    assert crossing and crossing[0] == 0 and crossing[1] > 5


def test_pages_of_the_counties_say_that_they_are_invented(ids: dict[str, int]) -> None:
    for path in ("/today", f"/board/{ids['tz.city']}", f"/report/sitrep?place={ids['tz.city']}&lang=en", "/beds/"):
        status, text, answer = fetched("an", path)
        assert status == 200 and "of your own places is invented" in text, path
        assert answer["X-Tongzhou-Invented"] == "1"
    assert "(invented)" in fetched("an", f"/board/{ids['tz.city']}")[1]
    annex = fetched("an", f"/report/sitrep?place={ids['tz.city']}&lang=en")[1].partition("leaf annex")[2]
    assert "Tongzhou District (invented)" in annex
    assert fetched("zhao", "/doorway/list.json")[2].json()["invented"] is True


def test_before_signing_in_nobody_learns_a_figure_of_theirs(ids: dict[str, int]) -> None:
    from django.test import Client

    text = Client(headers={"Accept-Language": "en"}).get("/public/").content.decode()
    assert "Yundu" not in re.sub(r"<aside.*?</aside>", "", text, flags=re.DOTALL)
