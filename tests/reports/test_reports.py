"""One entry, many reports: every figure comes from facts said once; what is not held is said to be so."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
import uuid_utils.compat as uuids
import world
from django.db import transaction
from django.test import Client
from openpyxl import load_workbook
from tests_support import furnished_on, owner_dsn
from world import get, page

from tongzhou.ledger import follow
from tongzhou.ledger.kinds import KINDS
from tongzhou.ledger.known import rows
from tongzhou.ledger.time import close_of
from tongzhou.people.scope import Holder, set_scope
from tongzhou.reports import burden, registry
from tongzhou.reports.definitions import FOLDER, BadReport, load, read, reports
from tongzhou.reports.indicators import INDICATORS

pytestmark = pytest.mark.postgres
DAY = "2020-03-10"


@pytest.fixture(scope="module")
def small_town(small_town: Any) -> Iterator[Any]:
    """The small town after a morning's round, two call-backs, a need that was met and a case."""
    with furnished_on(small_town) as town:
        at = world.NOW - dt.timedelta(hours=1)
        facts = [world.heard(n, at=at) for n in range(1, 31)]
        facts += [world.heard(n, "unwell", "phone", at=at) for n in (31, 32)]
        facts += [world.heard(33, "no_answer", at=at)]
        for n in (31, 32):
            body = {"household": n, "concerns": ["fever"], "channel": "phone"}
            facts.append(world.said("exception.raised", body, at=at, place=6))
        called = {"exception": str(facts[-1].id), "outcome": "reached", "advice": "stay_home"}
        facts.append(world.said("exception.called_back", called, at=world.NOW, place=6))
        need = world.said("need.stated", {"household": 5, "items": {"food": 1}, "channel": "page"}, at=at, place=6)
        facts += [need, world.said("need.met", {"need": str(need.id), "outcome": "delivered"}, place=6)]
        case = {"classification": "suspected", "epi": ["E1"], "clinical": ["C1", "C2"]}
        assert world.say(*facts).accepted == len(facts)
        one = world.said("case.identified", case, at=at, place=3)
        assert world.say(one).accepted == 1
        follow.catch_up()
        yield town


def cells(data: bytes) -> dict[str, Any]:
    book = load_workbook(BytesIO(data))
    return {
        name: book[title][where.replace("$", "")].value
        for name, cell in book.defined_names.items()
        for title, where in cell.destinations
    }


def test_the_same_facts_fill_three_reports_and_nobody_types_one(staff: dict[str, int]) -> None:
    told = {one.id: cells(get("lead", f"/reports/{one.id}.xlsx?day={DAY}").content) for one in reports()}
    assert set(told) == {"community_daily", "health_daily", "civil_affairs_daily", "city_daily", "province_daily"}
    community, health, civil = told["community_daily"], told["health_daily"], told["civil_affairs_daily"]
    assert community["total"] == health["households"] == civil["households"] == 80
    assert community["heard"] == health["asked"] == 32 and community["silent"] == 48
    assert community["well"] == 30 and community["no_answer"] == 1 and health["unwell"] == 2
    assert community["fever"] == health["fever"] == 2 and health["called"] == 1
    assert civil["needs"] == community["needs"] == 1 and civil["met"] == 1 and civil["open"] == 0
    assert community["unit"] == "同舟里" and community["day"] == DAY
    assert all(f"/reports/{one.id}" in get("lead", "/reports/").content.decode() for one in reports())


def test_there_is_nothing_to_type_for_any_report(staff: dict[str, int]) -> None:
    for one in reports():
        page = get("lead", f"/reports/{one.id}?day={DAY}").content.decode().partition("<main")[2]
        asked = set(re.findall(r'<(?:input|select|textarea)[^>]*name="([^"]+)"', page))
        assert asked <= {"place", "day", "as_known_at", "csrfmiddlewaretoken", "language", "next"}
        for path in (f"/reports/{one.id}", f"/reports/{one.id}.xlsx", f"/reports/{one.id}/{one.fields[0].cell}"):
            typed = {field.cell: "7" for field in one.fields}
            assert Client(headers=world.bearer("lead")).post(path, typed).status_code == 405
    assert not [kind for kind in KINDS if kind.startswith("report.")]  # no fact is a report's figure


def test_every_figure_leads_to_where_it_comes_from(staff: dict[str, int]) -> None:
    walked = 0
    for one in reports():
        page = world.squeezed(get("lin", f"/reports/{one.id}?day={DAY}").content.decode())
        table = page[page.index("<table") : page.index("</table>")]
        links = [
            link.replace("&amp;", "&") for link in re.findall(r'<td class="c-figure n"[^>]*><a href="([^"]+)">', table)
        ]
        assert len(links) == len(re.findall(r'<td class="c-figure n"', table)) - table.count("not held</span>")
        for link in links:
            shown = get("lin", link).content.decode()
            for source in re.findall(r'href="(/source/[^"]+)"', shown) if link.startswith("/reports/") else []:
                get("lin", source)
                walked += 1
    assert walked == 3  # the suspected case in two reports, the call-back
    get("lead", f"/reports/community_daily/confirmed?day={DAY}", 404)  # another role's
    get("lead", f"/reports/community_daily/ringtones?day={DAY}", 404)
    get("lead", f"/reports/civil_affairs_daily/met?day={DAY}&place=8", 404)
    get("charlie", f"/reports/civil_affairs_daily/met?day={DAY}", 404)


def test_a_day_is_counted_as_it_stood_at_its_close(staff: dict[str, int]) -> None:
    case = str(uuids.uuid7())
    early = world.NOW - dt.timedelta(days=2)
    told = {"classification": "suspected", "epi": ["E1"], "clinical": ["C1", "C2"]}
    need = world.said("need.stated", {"household": 7, "items": {"food": 1}, "channel": "page"}, at=early, place=6)
    facts = [
        world.said("case.identified", told, at=early, place=3, id=uuid.UUID(case)),
        world.said("case.classified", {"case": case, "classification": "confirmed", "basis": "definition"}, place=3),
        need,
        world.said("need.met", {"need": str(need.id), "outcome": "delivered"}, place=6),
    ]
    assert world.say(*facts).accepted == len(facts)

    def figures(day: str) -> tuple[Any, ...]:
        cases = cells(get("lin", f"/reports/community_daily.xlsx?day={day}").content)
        needs = cells(get("lead", f"/reports/civil_affairs_daily.xlsx?day={day}").content)
        return cases["suspected"], cases["confirmed"], needs["met"], needs["open"]

    assert figures("2020-03-07") == (0, 0, 0, 0)
    assert figures("2020-03-08") == (1, 0, 0, 1)
    assert figures(DAY) == (1, 1, 2, 0)  # with the suspected case and the need of the day itself


def test_what_is_not_held_is_listed_and_never_nought(staff: dict[str, int]) -> None:
    book = load_workbook(BytesIO(get("lead", f"/reports/community_daily.xlsx?day={DAY}").content))
    assert cells(get("lead", f"/reports/community_daily.xlsx?day={DAY}").content)["ringtones"] == "未掌握"
    listed = {row[0].value: row[1].value for row in book["未掌握"].iter_rows()}
    assert "与防控无关" in listed["更换手机彩铃数"] and set(listed) == {
        "值守卡口数",
        "发放宣传单份数",
        "更换手机彩铃数",
    }
    county = cells(get("lin", f"/reports/community_daily.xlsx?day={DAY}").content)
    assert county["suspected"] == 1 and county["confirmed"] == 0
    far = cells(get("duty", f"/reports/civil_affairs_daily.xlsx?day={DAY}&place=8").content)
    assert far["households"] == 20 and far["needs"] == 0 and far["met"] == "未掌握"


def test_the_desk_that_owes_a_report_completes_it_and_nobody_rings_for_a_figure(staff: dict[str, int]) -> None:
    """A lead sees no cases and nobody who was sent to the clinic: their numbers are counted under the right of who
    holds them, for the report that the lead owes, and nothing more than the number."""
    lead, lin = (cells(get(who, f"/reports/community_daily.xlsx?day={DAY}&place=5").content) for who in ("lead", "lin"))
    assert {name: lead[name] for name in lin} == lin and lead["suspected"] == 0
    county = cells(get("lin", f"/reports/community_daily.xlsx?day={DAY}&place=3").content)
    assert county["suspected"] == 1 and cells(get("duty", f"/reports/city_daily.xlsx?day={DAY}&place=2").content)
    shown = world.page("lead", f"/reports/community_daily?day={DAY}")
    assert "counted under the right of epidemiologist, Hong" in shown
    assert "counted under the right of community doctor, Tongzhouli" in shown
    get("lead", f"/reports/community_daily/confirmed?day={DAY}", 404)  # the number, never the rows
    # Whoever does not owe it, or asks for another place, is told who holds it and by when they owe it.
    other = world.page("zhao", f"/reports/community_daily?day={DAY}&place=6")
    assert "held by epidemiologist, Hong, who owes it by 09:30" in other
    assert cells(get("lead", f"/reports/community_daily.xlsx?day={DAY}&place=6").content)["suspected"] == "未掌握"
    above = world.page("duty", f"/reports/health_daily?day={DAY}&place=3")
    assert "who owes it by 09:30" in above and "counted under the right" not in above
    with world.seen_by(staff["lead"]):
        assert rows("case") == []  # the right was lent for the count alone


def test_where_nobody_holds_a_sort_of_data_that_is_said(staff: dict[str, int]) -> None:
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("delete from people_holding where role = 'epidemiologist'")
    assert "nobody holds this sort of data here" in world.page("lead", f"/reports/community_daily?day={DAY}")


def test_a_city_and_a_province_have_their_own_layout(staff: dict[str, int]) -> None:
    for place, unit, confirmed in ((1, "hu.980000", 40), (2, "hu.980100", 30)):
        for day, count in (("2020-03-08", confirmed - 5), ("2020-03-09", confirmed)):
            body = {"unit": unit, "day": day, "confirmed": count, "cured": 8, "dead": 1, "published_on": "2020-03-10",
                    "source": "test"}  # fmt: skip
            at = close_of(dt.date.fromisoformat(day))
            assert world.say(world.said("bulletin.published", body, place=place, at=at)).accepted == 1
    for day, value in (("2020-03-06", 12), ("2020-03-07", 11)):
        body = {"unit": "hu.980000", "indicator": "critical", "day": day, "value": value, "published_on": "2020-03-08",
                "source": "test"}  # fmt: skip
        at = close_of(dt.date.fromisoformat(day))
        assert world.say(world.said("indicator.published", body, place=1, at=at)).accepted == 1
    follow.catch_up()
    province = cells(get("duty", "/reports/province_daily.xlsx?day=2020-03-09&place=1").content)
    assert (province["new"], province["confirmed"], province["active"]) == (5, 40, 31)
    assert province["severe"] == "未掌握" and province["households"] == 100
    assert province["critical"] == "11 (3月7日的数，此后本平台没有)"  # held, and of an earlier day
    assert "of 7 March, nothing newer here" in page("duty", "/reports/province_daily?day=2020-03-09&place=1")
    city = cells(get("duty", "/reports/city_daily.xlsx?day=2020-03-09&place=2").content)
    assert (city["new"], city["confirmed"], city["unit"]) == (5, 30, "武市")
    late = cells(get("duty", "/reports/city_daily.xlsx?day=2020-03-10&place=2").content)
    assert late["confirmed"] == "未掌握"  # yesterday's figure is not today's


def test_as_known_at_and_another_day(staff: dict[str, int]) -> None:
    early = f"/reports/community_daily.xlsx?day={DAY}&as_known_at=2020-03-10T08:59"
    assert cells(get("lead", early).content)["heard"] == 0  # received at nine
    assert cells(get("lead", "/reports/community_daily.xlsx?day=2020-03-09").content)["fever"] == 0


def test_outside_ones_places_there_is_no_report(staff: dict[str, int]) -> None:
    get("lead", f"/reports/community_daily?place=8&day={DAY}", 404)
    get("lead", f"/reports/community_daily.xlsx?place=8&day={DAY}", 404)
    get("lead", "/reports/nothing", 404)
    for path in ("/reports/", "/reports/community_daily", "/reports/community_daily.xlsx", "/forms/"):
        get("charlie", path, 404)


def test_a_definition_that_cannot_be_meant_names_the_field(tmp_path: Path) -> None:
    source = next(one for one in reports() if one.id == "health_daily")
    text = source.template.with_suffix(".yaml").read_text()
    (tmp_path / source.template.name).write_bytes(source.template.read_bytes())
    for old, new, told in (
        ("indicator: unwell", "indicator: unhappy", "no indicator is called 'unhappy'"),
        ("cell: asked", "cell: elsewhere", "no cell of this name"),
        ("cell: asked", "cell: households", "named twice"),
        (", indicator: heard}", "}", "either an indicator, or not_held"),
        ('due: "10:00"', "", "'due' is missing"),
    ):
        path = tmp_path / "health_daily.yaml"
        path.write_text(text.replace(old, new, 1))
        with pytest.raises(BadReport, match=told):
            load(path)
    path.write_text(text.replace("cell: asked", "cell: elsewhere"))
    good, bad = read(tmp_path)
    assert good == () and "health_daily.yaml, field elsewhere" in bad[0]  # it stops no other report
    assert read(FOLDER)[1] == ()


def test_every_field_of_every_report_is_held_or_says_why_not() -> None:
    fields = [field for one in reports() for field in one.fields]
    assert len(fields) == 79
    for field in fields:
        assert (field.indicator in INDICATORS) != (field.not_held is not None)
    shared = [field.indicator for field in fields if field.indicator]
    assert len(shared) - len(set(shared)) >= 10  # they overlapped: the same figure asked for again and again


def test_every_fact_people_say_belongs_to_one_form() -> None:
    said = [kind for form in registry.forms() for kind in form.kinds]
    assert len(said) == len(set(said))
    without = {
        "bulletin.published",
        "indicator.published",
        "measure.listed",
        "community.reported",
        "fact.withdrawn",
        "view.saved",
        "view.dropped",
        "bed.vacated",
        "person.numbered",
        "block.leased",
        "block.ended",
        "gate.ordered",
        "gate.freed",
        "market.alerted",
        "market.moved",
    }
    assert (
        set(said) == set(KINDS) - without
    )  # published elsewhere, taken back, a way to look, or the program's own word


PROPOSED = """
form: returnees
owner: street
basis: order of the county command
every: once a day
purpose: to meet newcomers
issued: 2020-03-10
expires: 2020-03-20
seen_by: [community_lead]
fields:
  - {name: train, use: to find whom they sat with}
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{name: train,", "{name: temp10,", "holds it already"),
        ("name: train,", "name: train, means: case.identified.onset,", "case.identified.onset"),
        (", use: to find whom they sat with", "", "no use is made of it"),
        ("expires: 2020-03-20", "expires: 2020-06-20", "14 days at most"),
        ("expires: 2020-03-20", "expires: 2020-03-01", "has ended"),
        ("owner: street", "owner:", "owner is missing"),
        ("every: once a day", "", "every is missing"),
        ("form: returnees", "form: [", "is not YAML"),
        ("form: returnees", "form: 2020-02-30", "is not YAML"),
        ("form: returnees", "form: " + "9" * 5000, "is not YAML"),
        ("form: returnees", "form: " + "[" * 5000, "is not YAML"),
        ("expires: 2020-03-20", "expires: never", "a day, as in 2020-03-10"),
        ("expires: 2020-03-20", "expires: 2020-03-20 12:00:00", "a day, as in 2020-03-10"),
        ("expires: 2020-03-20", "expires: 9999-12-31", "14 days at most"),
        ("issued: 2020-03-10\nexpires: 2020-03-20", "issued: 9999-12-01\nexpires: 9999-12-31", "14 days at most"),
        ("fields:\n  - {name: train, use: to find whom they sat with}", "fields: 5", "a list is expected"),
    ],
)
def test_a_form_that_asks_again_or_has_no_end_is_refused(staff: dict[str, int], old: str, new: str, told: str) -> None:
    client = Client(headers={**world.bearer("lead"), "Accept-Language": "en"})
    assert "Nothing stands against it" in client.post("/forms/", {"form": "propose", "text": PROPOSED}).content.decode()
    text = client.post("/forms/", {"form": "propose", "text": PROPOSED.replace(old, new)}).content.decode()
    assert "Refused:" in text and told in text and "Nothing stands" not in text


def test_a_form_brought_as_a_file_is_admitted_or_refused_by_name(tmp_path: Path) -> None:
    today = dt.date(2020, 3, 10)
    (tmp_path / "returnees.yaml").write_text(PROPOSED)
    held, refused = registry.registered(today, tmp_path)
    assert held[-1].id == "returnees" and held[-1].fields == ("returnees.train",) and not refused
    (tmp_path / "travellers.yaml").write_text(PROPOSED.replace("form: returnees", "form: travellers"))
    held, refused = registry.registered(today, tmp_path)
    assert [name for name, _why in refused] == ["travellers.yaml"]
    assert "returnees holds it already (returnees.train)" in refused[0][1][0].en
    held, refused = registry.registered(dt.date(2020, 3, 21), tmp_path)  # both have ended
    assert held == list(registry.forms()) and {why[0].en for _name, why in refused} == {"it has ended"}
    assert registry.registered(today) == (list(registry.forms()), [])


def test_the_platforms_own_forms_are_held_to_the_same() -> None:
    *others, interview = registry.forms()
    need = next(form for form in others if form.id == "need")
    again = replace(need, id="bags", fields=(), kinds=("need.stated",))
    with pytest.raises(registry.BadForm, match=r"bags: need holds need\.stated already"):
        registry.admit([*others, interview, again])
    asks = replace(interview, fields=("interview.onset",))
    with pytest.raises(registry.BadForm, match=r"case_interview, field onset: case_card \(case.identified.onset\)"):
        registry.admit([*others, asks])
    assert all(str(form.every) and str(form.basis) and form.seen_by for form in registry.forms())


def test_forms_are_timed_by_sample_and_nobody_is(staff: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burden.random, "random", lambda: 0.0)  # this one is in the sample
    client = Client(headers={**world.bearer("duty"), "Accept-Language": "en"})
    for _n in range(20):
        form = {"id": str(uuids.uuid7()), "say": "number", "telephone": "027-0000 0001"}
        assert client.post("/handover/", form).status_code == 302
    with transaction.atomic():
        set_scope(Holder(None))
        assert burden.median()["desk"] == (2, 20)
    assert "Half are filled within 2 seconds (20 sampled)" in get("duty", "/forms/").content.decode()
    monkeypatch.setattr(burden.random, "random", lambda: 0.99)
    client.post("/handover/", {"id": str(uuids.uuid7()), "say": "number", "telephone": "027-0000 0001"})
    with transaction.atomic():
        set_scope(Holder(None))
        assert burden.median()["desk"] == (2, 20)
    from tongzhou.ledger import door

    with door.ledger() as ledger:
        columns = ledger.execute(
            "select column_name from information_schema.columns where table_name = 'reports_burden'"
        ).fetchall()
        kept = ledger.execute("select form, week, within, n from reports_burden").fetchall()
    assert {name for (name,) in columns} == {"form", "week", "within", "n"}
    assert kept == [("desk", kept[0][1], 2, 20)] and kept[0][1].weekday() == 0
    get("charlie", "/forms/", 404)


def test_only_a_number_of_the_last_hour_is_a_time() -> None:
    number = str(uuids.uuid7())
    assert burden.seconds(number) is not None and burden.seconds(number) < 5  # type: ignore[operator]
    assert burden.seconds("no number") is None
    assert burden.seconds(number, now=4e9) is None
    assert burden.seconds(str(uuids.uuid4())) is None


def test_both_languages_are_complete(staff: dict[str, int]) -> None:
    for path in ("/reports/", f"/reports/health_daily?day={DAY}", "/forms/"):
        for language in ("en", "zh-hans"):
            text = get("lin", path, language=language).content.decode()
            inside = text[text.index("<main") : text.index("</main>")]
            chinese = sum("一" <= char <= "鿿" for char in inside)
            assert (chinese == 0) if language == "en" else (chinese > 30), (path, language)
