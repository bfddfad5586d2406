"""The pages of sites: the list for everybody on duty, the keeper's forms; nothing for Charlie."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest
import uuid_utils.compat as uuids
import world
from django.core.files.uploadedfile import SimpleUploadedFile
from furnished import HEAD, bring, marked
from tests_support import owner_dsn

from tongzhou.ledger import door


@pytest.fixture
def keeper(staff: dict[str, int]) -> dict[str, int]:
    """Mei keeps the sites of Wu prefecture (2), and with it those of Hong county and its communities."""
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'site_keeper', 2)", [staff["mei"]])
    return staff


def new(who: str = "mei", status: int = 302, **form: Any) -> str:
    told = {"name_zh": "湖街药店", "place": "Lake"}
    told |= {"since": "2020-02-01", "invented": "on"} | form
    return world.post(who, "/sites/new?kind=pharmacy", status, **told)


def test_charlie_finds_no_page(keeper: dict[str, int]) -> None:
    bring("a,clinic,诊所,Clinic,980101,,,,,,,,,,,,\n")
    for path in ("/sites/", "/sites/a", "/sites/new", "/sites/import"):
        world.get("charlie", path, 404)


def test_who_is_no_keeper_reads_and_changes_nothing(keeper: dict[str, int]) -> None:
    bring("a,clinic,湖街诊所,Lake Clinic,980101,,,000-11122233,,,,,,,,,\n")
    page = world.page("zhao", "/sites/?where=all")
    assert "Lake Clinic" in page and "000 1112 2233" in page and "A new site" not in page
    assert "Change it" not in world.page("zhao", "/sites/a")
    new("zhao", 404)
    world.post("zhao", "/sites/a", 404, saw="1", form="end", until="2020-03-01")


def test_a_new_site_is_entered_changed_and_ended_each_from_a_day_on(keeper: dict[str, int]) -> None:
    where = new(hours="周一至周五 8:00-17:30", telephones="000 1234567")
    page = world.page("mei", where)
    assert "湖街药店" in page and "Mo-Fr 08:00-17:30" in page
    saw = newest(where)
    change = {"saw": saw, "form": "change", "name_zh": "湖街大药房", "place": "湖街", "since": "2020-03-01",
              "hours": "24/7", "invented": "on"}  # fmt: skip
    world.post("mei", where, **change)
    assert "湖街大药房" in world.page("mei", where, language="zh-hans")
    assert "湖街药店" in world.page("mei", "/sites/?day=2020-02-15", language="zh-hans")
    assert "湖街大药房" not in world.page("mei", "/sites/?day=2020-02-15", language="zh-hans")
    world.post("mei", where, saw=newest(where), form="end", until="2020-03-09")
    assert "It is not there today." in world.page("mei", where)
    assert "湖街大药房" not in world.page("mei", "/sites/") and "湖街大药房" in world.page(
        "mei", "/sites/?day=2020-03-08"
    )


def newest(where: str) -> str:
    with door.ledger() as connection:
        row = connection.execute("select max(id) from sites_version where site = %s", [where.split("/")[-1]]).fetchone()
    assert row is not None
    return str(row[0])


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(keeper: dict[str, int]) -> None:
    page = new(status=422, hours="when we like", telephones="13800001111", place="Far")
    assert page.count('class="err"') == 3 and "when we like" in page and "13800001111" in page and "湖街药店" in page
    page = new(status=422, name_zh="", language="zh-hans")
    assert "未填，请填写" in page


def test_pressing_twice_writes_once_and_two_keepers_do_not_overwrite_each_other(keeper: dict[str, int]) -> None:
    key = str(uuids.uuid7())
    assert new(id=key) == new(id=key)
    saw = newest(f"/sites/{key}")
    change = {"form": "change", "place": "Lake", "since": "2020-03-01", "invented": "on"}
    world.post("mei", f"/sites/{key}", saw=saw, name_zh="甲药店", **change)
    page = world.post("mei", f"/sites/{key}", 409, saw=saw, name_zh="乙药店", **change)
    assert "Somebody changed this in the meantime." in page and "乙药店" in page
    with door.ledger() as connection:
        assert connection.execute("select count(*) from sites_version").fetchone() == (2,)


def test_a_list_is_never_cut_in_silence(keeper: dict[str, int]) -> None:
    bring("".join(f"s{n:03},shop,店{n:03},Shop {n:03},980101,,,,,,,,,,,,\n" for n in range(120)))
    seen: list[str] = []
    path = "/sites/?kind=shop"
    while path:
        page = world.page("mei", path)
        assert "120 sites" in page
        seen += [part.split('"')[0] for part in page.split('href="/sites/s')[1:]]
        further = page.split(">Further<")[0].rsplit('href="', 1)[1].split('"')[0] if ">Further<" in page else ""
        path = "/sites/" + further.replace("&amp;", "&") if further else ""
    assert seen == [f"{n:03}" for n in range(120)]


def test_search_by_pinyin_plate_and_telephone(keeper: dict[str, int]) -> None:
    bring(
        "a,ambulance,一号救护车,Car 1,980101,,,000-7654321,鄂A12345,2,1,,,,,,\n"
        "b,clinic,远村诊所,Far,980201,,,,,,,,,,,,\n"
    )
    for text in ("yihao", "yhjhc", "a12345", "7654321", "Car"):
        page = world.page("mei", f"/sites/?q={text}")
        assert "Car 1" in page and "seats 2, stretchers 1" in page, text
    assert "Far" not in world.page("mei", "/sites/?q=yuancun") and "Far" in world.page("mei", "/sites/?where=all")


def test_a_file_is_looked_at_then_taken_in_and_bad_rows_come_back(keeper: dict[str, int]) -> None:
    rows = "good,clinic,好诊所,Good,980101,,,,,,,,,,,,\nbad,rocket,火箭,Rocket,980101,,,,,,,,,,,,\n"
    rows += "theirs,clinic,安县诊所,Theirs,980201,,,,,,,,,,,,\n"
    file = SimpleUploadedFile("list.csv", (HEAD.rstrip() + ",invented\n" + marked(rows)).encode())
    page = world.client("mei").post("/sites/import", {"file": file}).content.decode()
    assert "Write 1 site down" in page and "no kind in the list" in page and "outside your branch" in page
    with door.ledger() as connection:
        assert connection.execute("select count(*) from sites_version").fetchone() == (0,)
    content = page.split('name="content" value="')[1].split('"')[0]
    held = {"content": content, "called": "list.csv"}
    back = world.client("mei").post("/sites/import/refused.csv", held | {"form": "back"})
    text = back.content.decode("utf-8-sig")
    assert len(text.splitlines()) == 3 and "rocket" in text and back.headers["Content-Type"].startswith("text/csv")
    world.client("mei").post("/sites/import", held | {"form": "take"})
    assert "Good" in world.page("mei", "/sites/")
    short = SimpleUploadedFile("short.csv", "编号,类别,所在地,颜色\na,火箭,980101,红\n".encode())
    page = world.client("mei").post("/sites/import", {"file": short}).content.decode()
    assert "Row 2" in page and "颜色" in page, "columns that nobody reads are named"
    page = (
        world.client("mei").post("/sites/import", {"file": SimpleUploadedFile("x.pdf", b"%PDF-1.4")}).content.decode()
    )
    assert 'role="alert"' in page


def test_the_rows_carry_the_day_on_which_they_are_asked(keeper: dict[str, int]) -> None:
    bring("a,clinic,诊所,Clinic,980101,,,,,,,,,,,,\n", now=world.NOW - dt.timedelta(days=1))
    assert "No site is found." in world.page("mei", "/sites/?day=2020-01-31")
    world.get("mei", "/sites/?day=soon", 422)
