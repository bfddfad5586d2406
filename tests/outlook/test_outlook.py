"""Outlook, alerts and chains: words first, nothing said where nothing can be said, nobody named."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import psycopg
import pytest
import world
from django.test import Client
from world import page, post

from tongzhou.ledger import door, follow
from tongzhou.ledger.time import close_of, zone

pytestmark = pytest.mark.postgres


def publish(
    counts: list[int],
    unit: str = "hu.980100",
    place: int = 2,
    last: dt.date = dt.date(2020, 3, 9),
    cured: list[int] | None = None,
) -> None:
    total, well, facts = 0, 0, []
    for n, fresh in enumerate(counts):
        total += fresh
        well += cured[n] if cured else 0
        day = last - dt.timedelta(days=len(counts) - 1 - n)
        body = {"unit": unit, "day": day.isoformat(), "confirmed": total, "cured": well, "dead": 0,
                "published_on": (day + dt.timedelta(days=1)).isoformat(), "source": "test", "note": ""}  # fmt: skip
        facts.append(world.said("bulletin.published", body, place=place, at=close_of(day)))
    assert not world.say(*facts, origin="imported").refused


def case(onset: str, *, home: int = 5, source: str | None = None, reported: str | None = None, **more: Any) -> str:
    body = {"classification": "confirmed", "epi": ["E1"], "clinical": ["C1", "C2"], "onset": onset, **more}
    at = dt.datetime.fromisoformat(f"{reported or onset}T10:00").replace(tzinfo=zone())
    fact = world.said("case.identified", body, place=3, at=at)
    fact = type(fact)(**{f: getattr(fact, f) for f in fact.__struct_fields__} | {"home": home, "reporting": 3})
    facts = [fact, world.said("case.reported", {"case": str(fact.id), "card": f"C-{fact.id}"[:20]}, place=3, at=at)]
    if source:
        shared = {"case": str(fact.id), "setting": "gathering", "first_day": onset, "last_day": onset, "source": source}
        facts.append(world.said("exposure.stated", shared, place=3, at=at))
    assert not world.say(*facts).refused
    return str(fact.id)


GROWING = [round(5 * 1.12**n) for n in range(30)]


def test_a_growing_epidemic_is_foretold_in_words_by_rule(staff: dict[str, int]) -> None:
    publish(GROWING)
    text = page("duty", "/outlook/2?day=2020-03-09")
    said = re.search(r"goes on rising: about ([\d,]+)–([\d,]+) new cases a day by 16 March, now (\d+)", text)
    assert said and int(said[3]) < int(said[1].replace(",", "")) < int(said[2].replace(",", ""))
    shown = text[text.index('id="direction"') :].partition("</p>")[0]
    assert "beds for" in shown and "double" not in shown  # never as a conclusion
    assert text.count("data-q=") == 13 and "Open beds, investigators" in text
    assert 'href="/board/" aria-current' not in text  # it is no board
    assert "多半继续升：3月16日每天新增约" in page("duty", "/outlook/2?day=2020-03-09", language="zh-hans")


def test_the_forecast_says_what_it_means_for_hospitals(staff: dict[str, int]) -> None:
    publish([10] * 40, cured=[0] * 12 + [10] * 28)
    text = page("duty", "/outlook/2?day=2020-03-09")
    shown = text.partition("What it means for hospitals")[2].partition("</section>")[0]
    beds, admissions, severe, gowns, stay = (
        float(part.split("<")[0].replace(",", "")) for part in shown.split("<dd>")[1:6]
    )
    assert 7 <= admissions <= 13 and 1 <= severe <= 3  # as many come as came
    assert "120 are currently confirmed, each counted as one bed" in shown and 100 <= beds <= 140  # as many leave
    assert 9 <= stay <= 15  # 120 lie, 10 come and go a day
    assert gowns == pytest.approx(25 * beds, rel=0.02)
    assert "Gowns needed a day, in 7 days" in shown and "Of those admitted that day, severe" in shown
    assert "how long goods last cannot be told" in text
    assert "对医院意味着什么" in page("duty", "/outlook/2?day=2020-03-09", language="zh-hans")


def test_beds_that_only_empty_are_fullest_today_and_never_tomorrow_at_less(staff: dict[str, int]) -> None:
    """On 10 March 2020 it said: fullest tomorrow, at a thousand fewer than lay there."""
    publish([100] * 10 + [round(100 * 0.8**n) for n in range(30)], cured=[0] * 15 + [50] * 25)
    text = page("duty", "/outlook/2?day=2020-03-09")
    shown = text.partition("What it means for hospitals")[2]
    lie, most = (re.search(one, shown) for one in (r"([\d,]+) are currently confirmed, each", r" – ([\d,]+)</small>"))
    assert lie and most
    wide = int(most[1].replace(",", "")) > int(lie[1].replace(",", ""))  # the sentence says no more than the range
    assert ("it is likely that there will not be more" in text) is not wide and ("cannot be ruled out" in text) is wide
    assert "fullest about" not in text


def test_past_forecasts_are_kept_as_they_were_made(staff: dict[str, int]) -> None:
    flat, last = [40 + n % 3 for n in range(30)], dt.date(2020, 3, 8)
    publish(flat, last=last)
    follow.catch_up()  # the program was there from here on: what it says of 8 March is kept
    with door.ledger() as connection:
        before = connection.execute("select place, day, model, made_at, cases from outlook_forecast").fetchall()
    assert [row[:2] for row in before] == [(2, last)] and before[0][2].startswith("pool") and len(before[0][4]) > 7
    publish([*flat[:20], 400, *flat[21:], 41], last=dt.date(2020, 3, 9))  # restated since, and a day later
    follow.catch_up()
    text = page("duty", "/outlook/2?day=2020-03-09")
    shown = text.partition('id="foretold"')[2].partition("</table>")[0]
    day_before, three, _seven = shown.partition("<tbody>")[2].split("</tr>")[:3]
    median = f"{before[0][4][0][2]:.0f}"
    assert "made afterwards" not in day_before and f">{median} " in day_before and "made afterwards" in three
    assert "事后补作" in page("duty", "/outlook/2?day=2020-03-09", language="zh-hans")
    with door.ledger() as connection:
        after = connection.execute(
            "select place, day, model, made_at, cases from outlook_forecast order by id"
        ).fetchall()
        assert after[0] == before[0] and {row[1] for row in after} == {last, dt.date(2020, 3, 9)}
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("update outlook_forecast set direction = 'falling'")
    page("charlie", "/outlook/2?day=2020-03-09", 404)


def test_rt_growth_and_forecast_have_one_threshold_of_enough(staff: dict[str, int]) -> None:
    for days in (6, 7, 8, 9, 15, 21):
        publish(GROWING[:days], last=dt.date(2020, 2, 1) + dt.timedelta(days=days))
        rt, text = (page("duty", f"/{what}?day=2020-02-{1 + days:02}") for what in ("board/2/rt", "outlook/2"))
        last = rt.partition("<tbody>")[2].partition("</tr>")[0]
        told = 'data-mean=""' not in last and "data-mean=" in last
        # Of the first day nobody knows what was new.
        assert told == ('data-direction=""' not in text) == (days >= 8), days


def test_a_fan_is_drawn_only_as_far_as_ten_past_forecasts_judge_it(staff: dict[str, int]) -> None:
    publish(GROWING[:21])  # 20 days with new cases, of which 14 could tell something
    text = page("duty", "/outlook/2?day=2020-03-09")
    assert text.count("data-q=") == 4 and "new cases a day by 13 March" in text
    short = page("duty", "/outlook/2?day=2020-02-26")
    assert 'data-direction="either"' in short and "Plan for both" in short and "data-q=" not in short
    assert "fewer than 10 forecasts made here before" in short


def test_what_was_foretold_before_is_as_it_was_made(staff: dict[str, int]) -> None:
    publish(GROWING)
    before = page("duty", "/outlook/2?day=2020-03-08").partition('id="ahead"')[2]
    row = before.partition('data-day="2020-03-09"')[2].partition("</tr>")[0]
    median = row.split('data-l="median">')[1].split("<")[0]
    told = page("duty", "/outlook/2?day=2020-03-09").partition('id="foretold"')[2]
    assert "one day before" in told and f">{median} <small>" in told and ">held<" in told.replace(" ", "")


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([3] * 6, "too short since its last gap"),
        ([9] * 20 + [0] * 14, "Too few new cases to foretell anything"),
    ],
)
def test_where_nothing_can_be_said_that_is_said(staff: dict[str, int], counts: list[int], told: str) -> None:
    publish(counts)
    text = page("duty", "/outlook/2?day=2020-03-09")
    assert told in text and "data-q=" not in text
    assert "No figures of this place are held here" in page("duty", "/outlook/3?day=2020-03-09")


def test_a_series_that_begins_late_is_told_by_its_growth_and_when_it_can_be_told(staff: dict[str, int]) -> None:
    publish([20 * n for n in GROWING[:15]])
    text = page("duty", "/outlook/2?day=2020-03-09")
    assert "from the growth of the last seven days alone" in text
    below = page("duty", "/outlook/1/places?day=2020-03-09")
    assert "double in" in below and '<td class="n" data-l="Rt">–</td>' not in below
    early = page("duty", "/outlook/2?day=2020-02-27")
    assert "With the figures of 2020-03-02 it can again" in early and "Plan by those who lie there today" in early


def test_the_own_cases_are_nowcast_from_their_own_delays_and_as_known_at(staff: dict[str, int]) -> None:
    for n in range(40):
        onset = dt.date(2020, 1, 25) + dt.timedelta(days=n)
        for k, delay in enumerate((1, 3, 5)):
            reported = onset + dt.timedelta(days=delay)
            if reported <= dt.date(2020, 3, 5):
                case(onset.isoformat(), reported=reported.isoformat(), age=30 + k)
    text = page("lin", "/outlook/3?day=2020-03-05")
    assert "are known; about" in text and "of these days are still to come" in text
    coming = float(text[text.index("; about ") + 8 :].split()[0])
    assert 3 <= coming <= 15  # 3 + 2 + 2 + 1 + 1 of the last five days
    assert "too few to say" not in text
    assert "are known; about" in page("duty", "/outlook/1?day=2020-03-05")  # counts, no rows
    page("far", "/outlook/3", 404)
    early = page("lin", "/outlook/3?day=2020-03-05&as_known_at=2020-03-01T08:00")
    assert "This ledger recorded no case" in early  # everything was received on the tenth


def test_a_small_place_leans_on_the_delays_of_the_readers_other_places(staff: dict[str, int]) -> None:
    for n in range(40):
        onset = dt.date(2020, 1, 25) + dt.timedelta(days=n)
        for k, delay in enumerate((1, 3, 5)):
            if (told := onset + dt.timedelta(days=delay)) <= dt.date(2020, 3, 5):
                case(onset.isoformat(), reported=told.isoformat(), age=30 + k)
    for day in ("2020-02-20", "2020-02-27", "2020-03-03"):
        case(day, home=10, reported=day)
    few = page("wu", "/outlook/9?day=2020-03-05").partition("Cases of this ledger by day of onset")[2]
    assert "3 are known; about" in few and few.count("data-median=") - few.count('data-median=""') == 15
    alone = page("an", "/outlook/9?day=2020-03-05").partition("Cases of this ledger by day of onset")[2]
    assert "3 are known: too few to say" in alone  # who sees one county has its delays only


def test_a_place_without_published_figures_has_the_rt_of_its_own_cases_or_is_told_why_not(
    staff: dict[str, int],
) -> None:
    case("2020-02-01", reported="2020-02-03")
    few = page("lin", "/outlook/3?day=2020-02-20")
    assert "Too few new cases in the last seven days" in few and "Cases that this ledger recorded itself" in few
    for n in range(30):
        day = (dt.date(2020, 2, 4) + dt.timedelta(days=n)).isoformat()
        for _ in range(4):
            case(day, reported=day)
    steady = page("lin", "/outlook/3?day=2020-03-04")
    mean = float(steady.partition("One case infects ")[2].split()[0])
    assert 0.85 < mean < 1.2
    assert "Reproduction number" not in page("far", "/board/10?day=2020-03-04")


def test_samples_and_admissions_are_nowcast_from_their_own_delays_too(staff: dict[str, int]) -> None:
    for n in range(40):
        taken = dt.datetime(2020, 1, 25, 9, tzinfo=zone()) + dt.timedelta(days=n)
        one = case(taken.date().isoformat())
        facts = [world.said("sample.taken", {"case": one, "label": "S1"}, place=3, at=taken)]
        result = taken + dt.timedelta(days=1 + n % 3)
        if result.date() <= dt.date(2020, 3, 4):
            told = {"case": one, "label": "S1", "result": "negative"}
            facts.append(world.said("sample.resulted", told, place=3, at=result))
        assert not world.say(*facts).refused
    text = page("duty", "/outlook/1?day=2020-03-04")
    shown = text.partition("Samples with a result")[2].partition("</section>")[0]
    assert "are known; about" in shown
    coming = float(shown[shown.index("; about ") + 8 :].split()[0])
    assert 1 <= coming <= 8  # of the last three days
    assert "Admissions, by their day" not in text  # nobody was admitted: no picture
    assert "样本" in page("duty", "/outlook/1?day=2020-03-04", language="zh-hans")


def test_alerts_say_why_what_now_and_whose_once_and_are_taken(staff: dict[str, int]) -> None:
    publish([1] * 7 + [2] * 7 + [9] * 7)
    number = {"place": 2, "telephone": "027-8500 0002"}
    assert world.say(world.said("desk.numbered", number, place=2)).accepted == 1
    text = page("duty", "/alerts/?day=2020-03-09")
    assert "63 new in a week, 14 in the week before" in text and "Look at the outlook" in text
    assert "027 8500 0002" in text and text.count("· growth ") == 1
    key, day = "growth/2/2020-03-09", "/alerts/?day=2020-03-09"
    assert f'value="alert/{key}"' in text
    post("duty", day, form=f"alert/{key}", state="taken", seen="raised")
    assert ">taken<" in page("duty", day)
    again = post("duty", day, 409, form=f"alert/{key}", state="explained", seen="raised")
    assert "郑 said “alert taken” at 03-10 09:00." in again and "Explained" in again
    again = post("duty", day, 409, form=f"alert/{key}", state="taken", seen="raised")
    assert "郑 said “alert taken” at 03-10 09:00." in again and "One of the choices" not in again
    assert "One of the choices" in post("duty", day, 422, form=f"alert/{key}", state="forgotten")
    post("duty", day, form=f"alert/{key}", state="acted")
    assert "I look into it" not in page("duty", day)
    post("zhao", day, 403, form=f"alert/{key}", state="taken")
    post("duty", day, form="alert/growth/2", state="explained")  # there is none: nothing is said
    assert [state for _key, state, _data in world.rows("alert")] == ["acted"]
    page("charlie", "/alerts/", 404)
    silent = page("duty", "/alerts/?day=2020-03-12")
    assert "silent for 3 days" in silent and "silence is not zero" in silent


def test_a_cluster_by_the_definition_in_force_is_for_those_who_see_cases(staff: dict[str, int]) -> None:
    for onset in ("2020-03-01", "2020-03-04"):
        case(onset)
    case("2020-03-04", home=3)
    text = page("lin", "/alerts/?day=2020-03-09")
    assert "Investigate together" in text and "Why</b>: 2 cases from 2020-03-01 to 2020-03-04" in text
    assert "Investigate together" not in page("duty", "/alerts/?day=2020-03-09")
    text = page("lin", "/clusters/5?day=2020-03-09")
    assert "2 cases at one place within 14 days" in text and text.count("Who infected whom") == 2
    page("lin", "/clusters/3?day=2020-03-09", 404)  # one case is none
    page("an", "/clusters/5?day=2020-03-09", 404)
    page("duty", "/clusters/5?day=2020-03-09", 404)
    post("tang", "/warnings/", what="cluster", patients="3")
    world.at(world.NOW + dt.timedelta(hours=1))
    assert "a clinician warned of 3 patients" in page("lin", "/alerts/?day=2020-03-10")


def test_finding_and_following_is_measured_and_too_few_are_not_shares(staff: dict[str, int]) -> None:
    first = case("2020-03-01", reported="2020-03-03")
    text = page("lin", "/outlook/3?day=2020-03-09")
    assert "Cases found</dt><dd>1<" in world.squeezed(text) and "0 / 1" in text and " %<" not in text
    for n in range(6):
        case("2020-02-26", reported=f"2020-03-0{1 + n}", source=first if n < 2 else None)
    text = world.squeezed(page("lin", "/outlook/3?day=2020-03-09"))
    assert "Cases found</dt><dd>7<" in text and "Found within 7 days</dt><dd>71 %<small>5 / 7" in text
    assert "Source known or a contact before</dt><dd>29 %<small>2 / 7" in text
    alerts = page("lin", "/alerts/?day=2020-03-09")
    assert "of 7 cases 5 have no known source" in alerts and "Interview again" in alerts
    assert "found or followed too late" in alerts and "5 of 7 found within 7 days" in alerts
    assert "Finding and following" not in page("duty", "/outlook/3?day=2020-03-09")
    assert "have no known source" not in page("duty", "/alerts/?day=2020-03-09")


def test_many_positive_results_and_unseen_contacts_are_alerts(staff: dict[str, int]) -> None:
    at = dt.datetime(2020, 3, 8, 9, tzinfo=zone())
    for n in range(12):
        one = case("2020-03-06", reported="2020-03-07")
        result = {"case": one, "label": "S1", "result": "positive" if n < 2 else "negative"}
        assert not world.say(world.said("sample.resulted", result, place=3, at=at)).refused
        if n < 6:
            named = {"case": one, "category": "household", "first_day": "2020-03-06", "last_day": "2020-03-06",
                     "household": n + 1}  # fmt: skip
            fact = world.said("contact.named", named, place=3, at=at)
            assert not world.say(
                type(fact)(**{f: getattr(fact, f) for f in fact.__struct_fields__} | {"home": 6})
            ).refused
    text = page("lin", "/alerts/?day=2020-03-09")
    assert "of 12 results in a week 2 positive" in text and "Test wider" in text
    assert "of 6 contacts 6 were not seen" in text
    chinese = page("lin", "/alerts/?day=2020-03-09", language="zh-hans")
    assert "一周 12 份结果中 2 份阳性" in chinese and "接触者未问到" in chinese
    assert "results in a week" not in page("lin", "/alerts/?day=2020-03-05")


def test_reporting_clocks_that_ran_out_are_alerts_by_county(staff: dict[str, int]) -> None:
    at = dt.datetime(2020, 3, 9, 8, tzinfo=zone())
    body = {"classification": "suspected", "epi": ["E1"], "clinical": ["C1", "C2"]}
    assert world.say(world.said("case.identified", body, place=3, at=at)).accepted == 1
    text = page("duty", "/alerts/?day=2020-03-09")
    assert "reports overdue" in text and "1 overdue, the oldest since 03-09" in text and "Ask what blocks it" in text


def test_the_chain_around_a_case_is_drawn_listed_and_taken_along_without_names(staff: dict[str, int]) -> None:
    first = case("2020-02-20")
    second, third = case("2020-02-25", source=first), case("2020-02-26", source=first)
    fourth = case("2020-03-02", source=second)
    alone = case("2020-03-03")
    text = page("lin", f"/chains/{second}")
    assert "4 cases belong together" in text and "2 generations after the first" in text
    assert (
        "At most 2 infected by one" in text and text.count('role="treeitem"') == 4 and text.count('class="link"') == 3
    )
    assert f'id="n-{fourth}" data-source="{second}"' in text and "infected at a gathering" in text
    assert alone not in text and third in text
    assert "1 case, no link is known" in page("lin", f"/chains/{alone}")
    graph = json.loads(Client(headers=world.bearer("lin")).get("/chains/all.json").content)
    assert len(graph["nodes"]) == 5 and len(graph["links"]) == 3
    page("an", f"/chains/{second}", 404)  # another county
    page("duty", f"/chains/{second}", 404)
    page("lin", "/chains/all.exe", 404)


def test_both_languages_are_complete(staff: dict[str, int]) -> None:
    publish(GROWING)
    first = case("2020-03-01")
    case("2020-03-04", source=first)
    for path in (
        "/outlook/2?day=2020-03-09",
        "/outlook/3?day=2020-03-09",
        "/alerts/?day=2020-03-09",
        f"/chains/{first}",
    ):
        for language in ("en", "zh-hans"):
            text = page("lin" if "2?" not in path else "duty", path, language=language)
            inside = text[text.index("<main") : text.index("</main>")]
            chinese = sum("一" <= char <= "鿿" for char in inside)
            assert (chinese == 0) if language == "en" else (chinese > 30), (path, language, chinese)


def ride(case_key: str, day: str, number: str, carriage: int | None = None) -> None:
    told = {"case": case_key, "setting": "transport", "first_day": day, "last_day": day, "ride": number}
    told |= {"carriage": carriage} if carriage else {}
    assert not world.say(world.said("exposure.stated", told, place=3, at=world.NOW)).refused


def test_a_shared_carriage_is_found_forward_and_backward_with_its_reason(staff: dict[str, int]) -> None:
    first, near, far = case("2020-01-23"), case("2020-01-27"), case("2020-01-28")
    ride(first, "2020-01-22", "K1068", 5)
    ride(near, "2020-01-22", "K1068", 5)
    ride(far, "2020-01-22", "K1068", 9)
    forward = page("lin", f"/chains/{first}").partition("Whom it may have reached")[2].partition("Where it may")[0]
    assert "shared K1068 carriage 5 with this case on 22 January" in forward and near in forward and far not in forward
    back = page("lin", f"/chains/{near}").partition("Where it may come from")[2]
    assert first in back
    assert "同乘 K1068 5 车厢" in page("lin", f"/chains/{first}", language="zh-hans")
    then = page("lin", f"/chains/{first}?as_known_at=2020-02-01T00:00", 404)  # cases said on 10 March
    assert near not in then
    page("charlie", f"/chains/{first}", 404)


def test_meetings_follow_time_over_contacts_and_places(staff: dict[str, int]) -> None:
    first, second, third = case("2020-02-01"), case("2020-02-05"), case("2020-02-09")
    for who, day in ((first, "2020-02-02"), (second, "2020-02-02"), (second, "2020-02-06"), (third, "2020-02-06")):
        there = {"case": who, "setting": "work", "first_day": day, "last_day": day, "about": 5}
        assert not world.say(world.said("exposure.stated", there, place=3)).refused
    shown = page("lin", f"/chains/{first}").partition("Whom it may have reached")[2].partition("Where it may")[0]
    assert "worked together at Tongzhouli with this case on 2 February" in shown and "hop 2" in shown
    late = page("lin", f"/chains/{third}").partition("Whom it may have reached")[2].partition("Where it may")[0]
    assert first not in late  # it met the second after the second had met the first


def test_a_ride_that_cannot_be_a_number_is_refused_by_field(staff: dict[str, int]) -> None:
    one = case("2020-02-01")
    form = {"form": "exposure", "setting": "transport", "first_day": "2020-02-01"}
    assert "K1068" in post("lin", f"/cases/{one}/interview", 422, **form, ride="Mr Li's car")
    post("lin", f"/cases/{one}/interview", **form, ride="k 1068", carriage="5")
    assert "K1068 carriage 5" in page("lin", f"/cases/{one}/interview")
