"""Everybody sees the same truth, down their own branch only."""

import datetime as dt
import json

import pytest
import world
from django.test import Client
from tests_support import furnished_on

from tongzhou.ledger import door, follow
from tongzhou.people.scope import System

pytestmark = pytest.mark.postgres
DAY = dt.date(2020, 3, 9)  # the last whole day at nine on the tenth: the bulletin of the tenth is not due yet
TOLD = world.NOW - dt.timedelta(hours=12)


def bulletin(place, unit, day, confirmed, cured=0, dead=0, published_on=None):
    at = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), world.NOW.tzinfo)
    return world.said(
        "bulletin.published",
        {
            "unit": unit,
            "day": str(day),
            "confirmed": confirmed,
            "cured": cured,
            "dead": dead,
            "published_on": str(published_on or day + dt.timedelta(days=1)),
            "source": "test",
        },
        place=place,
        at=at,
    )


@pytest.fixture(scope="module")
def small_town(small_town):
    """The small town three weeks into its figures, three of its homes heard."""
    with furnished_on(small_town) as town:
        for n in range(21):
            day = DAY - dt.timedelta(days=20 - n)
            world.say(bulletin(1, "hu.980000", day, 100 + n * 2), bulletin(2, "hu.980100", day, 60 + n))
        world.say(world.heard(1, at=TOLD), world.heard(41, "unwell", at=TOLD), world.heard(81, at=TOLD))
        world.say(world.said("exception.raised", {"household": 1, "concerns": ["fever"]}, place=6, at=TOLD))
        follow.catch_up()
        yield town


def get(who, path, **more):
    return Client(headers=world.bearer(who) | more if who else more).get(path)


PAGES = ["/board/1", "/board/6", "/api/board/1.json", "/report/sitrep", "/source/exception/x", "/board/"]


@pytest.mark.parametrize("path", PAGES)
def test_charlie_sees_nothing(staff, path):
    assert get("charlie", path).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_whoever_is_not_signed_in_sees_nothing_and_is_led_to_sign_in(staff, path):
    answer = get(None, path)
    if path.startswith("/api/"):  # a program is answered with the status
        assert answer.status_code == 404
        return
    assert answer.status_code == 302 and answer["Location"].startswith("/login?next=%2F") and answer.content == b""


def test_each_sees_their_own_branch(staff):
    for who, seen, hidden in [
        ("wu", [1, 2, 5, 6, 10], []),
        ("zhao", [6], [1, 2, 5, 7, 10]),
        ("lin", [3, 5, 6], [1, 2, 8, 10]),
        ("far", [10], [1, 9, 6]),
    ]:
        for place in seen:
            assert get(who, f"/board/{place}").status_code == 200, (who, place)
        for place in hidden:
            assert get(who, f"/board/{place}").status_code == 404, (who, place)


def test_the_province_sees_counts_and_the_published_figures(staff):
    told = json.loads(get("wu", "/api/board/1.json?day=2020-03-09").content)
    assert (told["place"]["heard"], told["place"]["unwell"], told["place"]["fever"], told["place"]["households"]) == (
        3,
        1,
        1,
        100,
    )
    assert (told["place"]["confirmed"], told["place"]["figures_of"]) == (140, "2020-03-09")
    assert [one["heard"] for one in told["below"]] == [2, 1]
    page = get("wu", "/board/1?day=2020-03-09").content.decode()
    assert "140" in page and "exception/" not in page


def test_an_exception_is_a_list_for_the_community_and_a_count_above(staff):
    with door.ledger() as connection:
        key = connection.execute("select key from ledger_row where noun = 'exception'").fetchone()[0]
    assert get("doctor", f"/source/exception/{key}").status_code == 200
    assert get("zhao", f"/source/exception/{key}").status_code == 200
    for who in ("wu", "duty", "qian", "far", "mei", "sun"):
        assert get(who, f"/source/exception/{key}").status_code == 404, who


def test_as_known_at_a_moment_shows_what_was_known(staff):
    early = world.NOW + dt.timedelta(hours=1)
    later = world.NOW + dt.timedelta(hours=5)
    world.at(later)
    world.say(world.heard(2, at=TOLD), bulletin(1, "hu.980000", DAY, 999, published_on=DAY + dt.timedelta(days=1)))
    follow.catch_up()
    now = json.loads(get("wu", "/api/board/1.json?day=2020-03-09").content)["place"]
    then = json.loads(
        get("wu", f"/api/board/1.json?day=2020-03-09&as_known_at={early.isoformat().replace('+', '%2B')}").content
    )["place"]
    assert (now["heard"], then["heard"]) == (4, 3)
    assert (now["confirmed"], then["confirmed"]) == (999, 140)


def test_a_missing_day_is_not_a_zero(staff):
    world.say(bulletin(8, "hu.980200", DAY, 7), bulletin(8, "hu.980200", DAY - dt.timedelta(days=2), 7))
    page = get("wu", "/board/8?day=2020-03-09", **{"Accept-Language": "en"}).content.decode()
    assert "a day is missing" in page and "nothing held here" in page


def test_a_wrong_date_is_answered_with_the_field(staff):
    answer = get("wu", "/api/board/1.json?day=yesterday")
    assert answer.status_code == 422 and answer.json()["field"] == "day"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/board/1?day=9999-12-31", 422),
        ("/board/1?day=0001-01-01", 422),
        ("/board/1?as_known_at=9999-12-31T23:59", 422),
        ("/board/1?as_known_at=2020-03-10T08:00+08:00", 200),
        ("/board/99999999999999999999", 404),
        ("/board/1/rt?day=0001-01-01", 422),
        ("/api/board/1.json?day=9999-12-31", 422),
        ("/report/sitrep?day=0001-01-01", 422),
        ("/report/sitrep?place=99999999999999999999", 404),
        ("/report/sitrep?place=²", 404),
        ("/public/?day=9999-12-31", 422),
        ("/morning/?day=9999-12-31", 422),
        ("/outlook/1?day=0001-01-01", 422),
        ("/outlook/99999999999999999999", 404),
        ("/source/fact/none", 404),
        ("/source/household-day/1/none", 404),
        ("/source/household-day/1/2020-W11-2", 404),
        ("/source/bulletin/%00", 404),
        ("/board/1?%00=1", 422),
        ("/cases/?q=%00", 422),
        ("/reports/community_daily?place=" + "9" * 5000, 422),
        ("/morning/?desk=" + "9" * 5000, 404),
        ("/source/household-day/99999999999999999999/2020-03-10", 404),
    ],
)
def test_an_address_that_cannot_be_is_refused_and_breaks_nothing(staff, path, status):
    assert get("wu", path).status_code == status


def test_a_second_household_list_is_counted_once(staff):
    from tongzhou.places import roster

    with door.ledger() as connection:
        roster.recount(connection, DAY - dt.timedelta(days=30))
        connection.execute("insert into community_household (id, place, stair, people) values (901, 6, 1, 2)")
        roster.recount(connection, DAY)
    for day, households in ((DAY, 101), (DAY - dt.timedelta(days=1), 100), (DAY - dt.timedelta(days=60), 100)):
        told = json.loads(get("wu", f"/api/board/1.json?day={day}").content)
        assert told["place"]["households"] == households, day
        assert [one["id"] for one in told["below"]] == [2, 8]


def test_every_figure_of_the_situation_report_leads_to_its_source(staff):
    """Figures stand in links (their sums right below them), and no link is dead. That each follows from its text is
    tried with the publications of Hubei (test_published.py)."""
    import re

    page = world.squeezed(get("wu", f"/report/sitrep?day={DAY}&lang=en").content.decode())
    report = page[page.index("<article") : page.index("Annex: seal")]
    report = re.sub(r'<tr class="sum">.*?</tr>', "", report)
    figures = re.findall(r"<dd>(.*?)</dd>", report) + re.findall(r'<td class="n" data-l="[^"]+">(.*?)</td>', report)
    assert len(figures) > 20
    assert all(one == "–" or re.fullmatch(r'<a href="[^"]+">[\d,.]+</a>', one) for one in figures)
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', report)}
    assert len(links) > 3
    for link in links:
        if link.startswith("#"):  # its contents lead to what stands on the report itself
            assert report.count(f'id="{link[1:]}"') == 1, link
            continue
        assert get("wu", link).status_code == 200, link


def test_a_tile_without_a_figure_is_not_a_tile_with_none():
    from django.utils import translation

    from tongzhou.command.measured import BY_ID

    confirmed, quiet = BY_ID["confirmed"], BY_ID["quiet"]
    assert confirmed.shade(None) != confirmed.shade(0)
    assert [confirmed.shade(n) for n in (0, 1, 10, 11, 1000, 1001)] == ["t0", "t1", "t1", "t2", "t4", "t5"]
    assert [quiet.shade(n) for n in (0, 6, 28, None)] == ["t5", "t4", "t0", "unknown"]  # the fewer, the darker
    with translation.override("en"):
        told = dict(confirmed.classes())
        assert dict(quiet.classes())["t5"] == "0" and dict(quiet.classes())["t0"] == "≥ 28"
    assert told == {"t0": "0", "t1": "1–10", "t2": "11–100", "t3": "101–500", "t4": "501–1,000", "t5": "≥ 1,001",
                    "unknown": "not held here"}  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_whole_in_both_languages(staff, language):
    for path in ("/board/1", "/board/6", "/report/sitrep", "/me", "/login"):
        page = get("wu", path, **{"Accept-Language": language}).content.decode()
        assert f'<html lang="{language}"' in page
        chinese = sum("\u4e00" <= char <= "\u9fff" for char in page)
        assert chinese > 20 if language == "zh-hans" else chinese < 60, (path, chinese)


def test_every_source_string_has_its_chinese():
    from pathlib import Path

    from babel.messages.pofile import read_po

    for path in Path("src/tongzhou").rglob("*.po"):
        with path.open("rb") as file:
            untranslated = [m.id for m in read_po(file) if m.id and (not m.string or m.fuzzy)]
        assert untranslated == [], path


def test_the_app_role_sees_nothing_without_a_scope(staff):
    """Raw SQL as the app role: no scope, no rows; and it is neither owner nor above the policies."""
    from django.db import ProgrammingError, connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for table in (
            "ledger_fact",
            "ledger_row",
            "ledger_tally",
            "ledger_roll",
            "ledger_tally_move",
            "community_household",
            "community_household_day",
            "ledger_append",
            "people_reading",
        ):
            cursor.execute(f"select count(*) from {table}")
            visible = cursor.fetchone()[0]
            public = 0
            if table in ("ledger_fact", "ledger_row", "ledger_append"):
                continue  # published figures are public; below
            assert visible == public, table
        cursor.execute("select count(*) from ledger_row where sees <> 'public'")
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "select count(*) from ledger_fact f join ledger_kind k on k.id = f.kind where k.sees <> 'public'"
        )
        assert cursor.fetchone() == (0,)
        cursor.execute("select current_user, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchone() == ("tongzhou_app", False, False)
        cursor.execute("select count(*) from pg_tables where schemaname = 'public' and tableowner = 'tongzhou_app'")
        assert cursor.fetchone() == (0,)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("insert into ledger_row select * from ledger_row")


def test_every_table_of_facts_and_people_is_under_a_policy(staff):
    open_tables = {  # furniture, seals, and Django's own
        "places_place",
        "places_name",
        "places_link",
        "places_cover",
        "places_region",
        "places_fact",
        "places_tile",
        "ledger_kind",
        "ledger_seal",
        "ledger_seal_head",
        "ledger_bookmark",
        "ledger_clock",
        "people_deletion_report",
    }
    with door.ledger() as connection:
        readable = {
            row[0]
            for row in connection.execute(
                "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = "
                "'public' and c.relkind in ('r', 'p')"
                " and has_table_privilege('tongzhou_app', c.oid, 'select') and not c.relrowsecurity"
            ).fetchall()
        }
    ours = {name for name in readable if name.split("_")[0] in ("ledger", "places", "people", "community")}
    assert ours == open_tables


def test_a_grid_worker_may_not_speak_for_another_grid(staff):
    facts = [
        {
            "id": str(fact.id),
            "kind": fact.kind,
            "effective_at": fact.effective_at.isoformat(),
            "body": json.loads(bytes(fact.body)),
        }
        for fact in (world.heard(2), world.heard(42), world.heard(82))
    ]
    answer = (
        Client(headers=world.bearer("zhao"))
        .post("/api/facts", json.dumps({"facts": facts}), content_type="application/json")
        .json()
    )
    assert answer["accepted"] == 1
    assert [(r["n"], r["code"]) for r in answer["refused"]] == [(1, "unknown_household"), (2, "unknown_household")]
    assert Client().post("/api/facts", "{}", content_type="application/json").status_code == 401
    assert System().by is None
