"""The duty officer's morning: figures, what differs and why, what is overdue, at most ten decisions; as known at."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import psycopg
import pytest
import world
from tests_support import owner_dsn

from tongzhou.command import morning as mornings
from tongzhou.ledger import door, follow
from tongzhou.ledger.time import close_of, zone
from tongzhou.sites.templatetags.sites import ring, telephone

pytestmark = pytest.mark.postgres
DAY = dt.date(2020, 3, 9)
ISSUE = {"form": "decide", "text": "Twenty nurses go to the second ward", "owner": "dispatcher", "at": "2",
         "due": "2020-03-10T18:00"}  # fmt: skip


def page(who: str, path: str = "/morning/", status: int = 200, language: str = "en") -> str:
    return world.page(who, path, status, language)


def post(who: str, status: int = 302, **form: Any) -> str:
    return world.post(who, "/morning/", status, **form)


def publish(unit: str, place: int, day: dt.date, confirmed: int, on: dt.date | None = None, dead: int = 0) -> None:
    on = on or day + dt.timedelta(days=1)
    body = {"unit": unit, "day": day.isoformat(), "confirmed": confirmed, "cured": 1, "dead": dead,
            "published_on": on.isoformat(), "source": "test", "note": ""}  # fmt: skip
    fact = world.said("bulletin.published", body, place=place, at=min(close_of(day), mornings.eight(on)))
    assert world.say(fact, origin="imported").accepted == 1


def three_days(whole: tuple[int, ...], wu: tuple[int, ...], other: tuple[int, ...]) -> list[dt.date]:
    """Confirmed in all of the province and its two prefectures on the last three days."""
    days = [DAY - dt.timedelta(days=back) for back in (2, 1, 0)]
    for day, *figures in zip(days, whole, wu, other, strict=True):
        for unit, place, n in zip(("hu.980000", "hu.980100", "hu.980200"), (1, 2, 8), figures, strict=True):
            publish(unit, place, day, n)
    return days


def moved(language: str = "en") -> str:
    """What the page says in words of what moved."""
    text = page("duty", f"/morning/?day={DAY}", language=language).partition('id="moved">')[2]
    return " ".join(re.sub(r"<[^>]+>", " ", text.partition("</section>")[0]).split())


def test_figures_with_their_source_and_every_difference_explained(staff: dict[str, int]) -> None:
    publish("hu.980000", 1, DAY - dt.timedelta(days=1), 100)
    publish("hu.980000", 1, DAY, 110)
    publish("hu.980100", 2, DAY - dt.timedelta(days=1), 70)
    publish("hu.980100", 2, DAY, 66)
    assert "differ by" not in page("duty", "/morning/?day=2020-03-09")  # a unit told nothing: no sum to compare with
    publish("hu.980200", 8, DAY, 4)
    text = page("duty", "/morning/?day=2020-03-09")
    figures = " ".join(re.sub(r"<[^>]+>", " ", text.partition('id="figures">')[2]).split())
    assert "New cases 10 " in figures and "Confirmed in all 110 ▲ 10 on the day before" in figures
    assert "Severe – not held here" in figures and "Died on the day 0" in figures
    assert "70 → 66" in text and "ask the unit which cases" in text
    assert "differ by 40" in text and "/source/bulletin/hu.980000/2020-03-09" in text
    assert "not held" in text


def test_what_moved_is_told_with_where_and_whether_it_is_explained(staff: dict[str, int]) -> None:
    """17 → 13: all of it in one place; whether fewer were tested is not told, so it is half explained."""
    days = three_days((100, 117, 130), (60, 77, 90), (40, 40, 40))
    told = moved()
    assert "New cases 17 → 13 Wu 17 → 13; 1 other had none on either day." in told
    assert "fewer tests cannot be ruled out. half explained" in told
    assert "Currently confirmed 116 → 129 13 new, 0 cured, 0 dead. explained" in told
    assert "可解释一半" in moved("zh-hans") and "其余 1 地两天都是 0" in moved("zh-hans")
    for day, n in ((days[1], 5000), (days[2], 4800)):
        body = {"unit": "hu.980000", "indicator": "tested", "day": str(day), "value": n, "source": "test",
                "published_on": str(day + dt.timedelta(days=1))}  # fmt: skip
        fact = world.said("indicator.published", body, place=1, at=min(close_of(day), world.NOW))
        assert world.say(fact, origin="imported").accepted == 1
    assert "Tested: 5,000 → 4,800. explained" in moved()


def test_silent_doors_tell_by_which_ways_more_were_heard(staff: dict[str, int]) -> None:
    for day, doors in ((DAY - dt.timedelta(days=1), (1,)), (DAY, (1, 2, 3))):
        for door_ in doors:
            world.say(world.heard(door_, place=6, at=dt.datetime.combine(day, dt.time(12), zone())))
    follow.catch_up()
    told = moved()
    assert "Silent doors 99 → 97 Heard from, against the day before: at the door +2. explained" in told


def test_a_day_on_which_nobody_at_all_was_heard_is_remarked(staff: dict[str, int]) -> None:
    world.say(*(world.heard(one, place=6, at=dt.datetime.combine(DAY, dt.time(12), zone())) for one in (1, 2)))
    follow.catch_up()
    told = moved()
    assert "Silent doors 100 → 98" in told and "Nobody at all was heard the day before. half explained" in told


def test_what_no_place_accounts_for_is_to_be_explained(staff: dict[str, int]) -> None:
    three_days((100, 117, 130), (60, 77, 86), (40, 40, 40))
    assert "Wu 17 → 9; 1 other had none on either day." in moved()
    assert "+4 of it no place accounts for. to be explained" in moved()


def test_a_difference_that_a_decision_asks_about_is_explained_by_what_became_of_it(staff: dict[str, int]) -> None:
    for unit, place, n in (("hu.980000", 1, 110), ("hu.980100", 2, 66), ("hu.980200", 8, 4)):
        publish(unit, place, DAY, n)

    def differs() -> str:
        text = page("duty", f"/morning/?day={DAY}").partition('id="differs">')[2].partition("</section>")[0]
        return " ".join(re.sub(r"<[^>]+>", " ", text).split())

    assert "differ by 40" in differs() and "to be explained" in differs()
    line = re.findall(r"finds=(\w+)#decide", page("duty", f"/morning/?day={DAY}"))[0]
    chosen = page("duty", f"/morning/?finds={line}")
    assert f'value="{line}" selected' in chosen and "Find out: Hu 03-09: Confirmed: the province and the sum" in chosen
    post("duty", **{**ISSUE, "text": "Twenty nurses more", "rests": "on"})
    post("duty", form="settle/1/2020-03-10/1", outcome="done", text="They came")
    assert "They came" not in differs() and "to be explained" in differs()  # it was about something else
    post("duty", **{**ISSUE, "text": "Find out why the sums differ", "finds": line})
    assert "Decided: Find out why the sums differ · by 03-10 18:00" in differs() and "to be explained" in differs()
    shown = post("duty", 422, form="settle/1/2020-03-10/2", outcome="done")
    assert "What was found, in words" in shown
    post("duty", form="settle/1/2020-03-10/2", outcome="done", text="Forty are counted in two places")
    assert "done: Forty are counted in two places explained" in differs()
    publish("hu.980200", 8, DAY, 37, on=world.NOW.date())  # another amount is another question
    told = differs()
    assert "differ by 7" in told and "the figures were others then: it does not explain these" in told
    assert "to be explained" in told.partition("differ by 7")[2].partition("differ by -1")[0]


def test_what_a_later_publication_altered_is_told_once_the_morning_after(staff: dict[str, int]) -> None:
    world.at(dt.datetime(2020, 3, 9, 7, tzinfo=zone()))
    publish("hu.980000", 1, DAY - dt.timedelta(days=1), 100)
    world.at(dt.datetime(2020, 3, 9, 20, tzinfo=zone()))
    publish("hu.980000", 1, DAY - dt.timedelta(days=1), 104, on=DAY, dead=3)
    world.at(world.NOW)
    publish("hu.980000", 1, DAY, 110)
    text = page("duty", "/morning/?day=2020-03-09")
    assert "Altered since yesterday morning: 100 → 104" in text
    assert "Dead, altered since yesterday morning: 0 → 3" in text and "Cured, altered" not in text
    world.at(world.NOW + dt.timedelta(days=1))
    assert "Altered" not in page("duty", "/morning/?day=2020-03-10")


def test_a_correction_of_the_days_own_figure_stands_on_the_morning_the_board_and_before_everybody(
    staff: dict[str, int],
) -> None:
    staff.update(world.make_staff("!", {"press9": ("press9", [("publisher", 1)])}))
    three_days((100, 100, 102), (60, 60, 62), (40, 40, 40))
    again = {"unit": "hu.980200", "day": str(DAY), "confirmed": 37, "cured": 1, "dead": 0, "source": "test", "note": "",
             "published_on": "2020-03-10", "published_at": "08:40", "version": "restated",
             "read": "Correction by Xiao"}  # fmt: skip
    assert world.say(world.said("bulletin.published", again, place=8, at=close_of(DAY))).accepted == 1
    told = page("duty", f"/morning/?day={DAY}").partition('id="differs">')[2].partition("</section>")[0]
    assert "confirmed 40 → 37" in " ".join(told.split()).replace("Confirmed", "confirmed")
    board = page("duty", f"/board/8?day={DAY}")
    assert "Everything adds up" not in board and "40 → 37, corrected on 03-10" in board
    source = page("duty", f"/source/bulletin/hu.980200/{DAY}")
    assert re.search(r"source</th>\s*<td>Correction by Xiao</td>", source)
    public = page("duty", f"/public/?day={DAY}")
    assert "40 → 37, corrected on 03-10" in public
    assert "40 → 37, corrected on 03-10" in world.words("press9", f"/bulletins/?day={DAY}")


def test_in_the_evening_the_page_is_the_evenings(staff: dict[str, int]) -> None:
    assert "<title>Morning" in " ".join(page("duty").split()).replace("<title> ", "<title>")
    world.at(world.NOW.replace(hour=18))
    assert "<title>Evening" in " ".join(page("duty").split()).replace("<title> ", "<title>")
    assert "晚间会议：" in page("duty", language="zh-hans")


def test_nobody_is_told_to_ring_the_desk_at_which_they_sit(staff: dict[str, int]) -> None:
    for place, number in ((1, "027-1234 0001"), (2, "027-1234 0002")):
        world.say(world.said("desk.numbered", {"place": place, "telephone": number}, place=place))
    three_days((100, 117, 130), (60, 77, 86), (40, 40, 40))
    told = page("duty", f"/morning/?day={DAY}")
    assert "to be explained" in told
    body = told.partition('id="figures">')[2].partition('id="decisions">')[0]
    assert "027-1234 0001" not in body and "027 1234 0001" not in body
    assert "1234 0001" not in page("duty", f"/board/1?day={DAY}")


def test_what_is_not_held_here_is_not_said_to_be_unpublished(staff: dict[str, int]) -> None:
    three_days((100, 117, 130), (60, 77, 90), (40, 40, 40))
    body = {"unit": "hu.980000", "indicator": "suspected", "day": str(DAY), "value": 198, "source": "test",
            "published_on": "2020-03-10"}  # fmt: skip
    assert world.say(world.said("indicator.published", body, place=1, at=close_of(DAY)), origin="imported").accepted
    assert "198 One of the two days is not held here." in moved() and "其中一天本平台没有" in moved("zh-hans")
    assert "没有公布" not in moved("zh-hans") and "本平台没有两天的检测人数" in moved("zh-hans")


def test_more_designated_beds_used_than_exist_is_told_with_whom_to_ask(staff: dict[str, int]) -> None:
    odd = {"hospitals": 28, "beds": 8574, "used": 8759, "empty": 120}
    fine = {"hospitals": 28, "beds": 100, "used": 90, "empty": 10}
    with door.ledger() as ledger:
        for place, day, value in ((2, DAY, odd), (8, DAY, fine), (8, world.NOW.date(), {**fine, "empty": 4})):
            ledger.execute(
                "insert into places_fact (place, name, value, valid_from, source)"
                " values (%s, 'designated_beds', %s, %s, 'test')",
                [place, json.dumps(value), day],
            )
    publish("hu.980000", 1, DAY, 110)
    text = page("duty", "/morning/?day=2020-03-09")
    assert "8,759 used, 185 more than exist; 120 said to be empty" in text and "ask which wards are over" in text
    assert "90 used" not in text and "超出 185 张" in page("duty", "/morning/?day=2020-03-09", language="zh-hans")
    assert "185" not in page("duty", "/morning/?day=2020-03-09&as_known_at=2020-03-09T23:00")  # not yet published
    assert "185" not in page("duty", "/morning/?day=2020-03-08")
    world.at(world.NOW + dt.timedelta(days=1))
    text = page("duty", "/morning/?day=2020-03-10")
    assert "90 used and 4 empty are not the 100 beds" in text
    assert "185 more than exist" in text  # of the day before, which is what the board shows as well


LATE_TASK = {"what": "deliver", "due": "2020-03-09T18:00:00+08:00", "text": "insulin for the third door"}


def late_tasks(n: int, place: int = 6, first: int = 12) -> None:
    for household in range(first, first + n):
        assert world.say(world.said("task.set", {**LATE_TASK, "household": household}, place=place)).accepted == 1


def overdue(who: str, path: str = "/morning/", language: str = "en") -> str:
    """What the page says in words under what is overdue."""
    text = page(who, path, language=language)
    part = text.partition('id="overdue">')[2].partition("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


def test_what_is_late_comes_as_counts_of_the_desk_right_below_with_a_telephone_and_no_name(staff) -> None:
    late_tasks(3)
    number = {"place": 2, "telephone": "027-8500 0002"}
    assert world.say(world.said("desk.numbered", number, place=2)).accepted == 1
    told = overdue("duty")
    assert "Wu Do the task: 3 · the oldest due 03-09 18:00, 15 h late" in told and "027 8500 0002" in told
    assert "Hong" not in told
    assert "insulin" not in page("duty") and "没有要办" not in told
    assert "做任务：3" in overdue("duty", language="zh-hans")


def test_it_is_told_who_owes_it_next_until_everybody_does(staff) -> None:
    body = {**LATE_TASK, "household": 12, "due": "2020-03-10T10:00:00+08:00"}
    assert world.say(world.said("task.set", body, place=6)).accepted == 1
    assert overdue("lead") == "Overdue Nothing is overdue."
    world.at(world.NOW.replace(hour=11))
    late = "Do the task: 1 · due 03-10 10:00, 1:00 late · then duty desk,"
    assert f"{late} Lake, from 03-10 12:00" in overdue("lead")
    assert f"Wu {late} township, from 03-10 12:00" in overdue("duty")
    assert "值班台，乡镇街道" in overdue("duty", language="zh-hans")
    world.at(world.NOW.replace(hour=21))
    assert "every desk above owes it too: ring" in overdue("lead") and "your own desk" in overdue("lead")


def test_a_desk_is_one_line_however_much_is_late_there(staff) -> None:
    late_tasks(2)
    body = {"what": "service", "text": "Visit everybody over eighty", "to": [2, 8], "evidence": "answer",
            "due": "2020-03-10T18:00:00+08:00"}  # fmt: skip
    assert world.say(world.said("directive.issued", body, place=1)).accepted == 1
    world.at(world.NOW.replace(hour=20))
    part = page("duty").partition('id="overdue">')[2].partition("</section>")[0]
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr>(.*?)</tr>", part, re.S)[1:]]
    assert len(rows) == 2 and "Do the task: 2" in rows[0] and "Visit everybody" in rows[0]  # in official order
    assert rows[0].startswith("Wu") and "26 h none on file" in rows[0] and "Do the task" not in rows[1]


def test_at_county_and_prefecture_what_lies_there_itself_is_counted_there(staff) -> None:
    late_tasks(2)
    late_tasks(1, place=10, first=82)
    with door.ledger() as ledger:
        ledger.execute("update ledger_owed set place = 2, at = 2 where step = 0 and ctid = ("
                       "select ctid from ledger_owed where place = 6 and step = 0 limit 1)")  # fmt: skip
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("select set_config('tongzhou.counts', '{[1,20)}', true)")
        ask = "select unit, n from command_overdue(%s, null, %s) order by 1"
        assert owner.execute(ask, [world.NOW, None]).fetchall() == [(2, 1), (3, 1), (9, 1)]
        assert owner.execute(ask, [world.NOW, [1, 2]]).fetchall() == [(1, 1), (2, 2)]
        assert owner.execute(ask, [world.NOW, [5, 6]]).fetchall() == [(6, 1)]
        assert owner.execute(ask, [world.NOW - dt.timedelta(days=3), None]).fetchall() == []


def test_a_directive_that_nobody_read_or_answered_is_told_in_its_words_and_counted_once(staff) -> None:
    body = {"what": "service", "text": "Visit everybody over eighty", "to": [2, 8], "evidence": "answer",
            "due": "2020-03-10T18:00:00+08:00"}  # fmt: skip
    assert world.say(world.said("directive.issued", body, place=1)).accepted == 1
    world.at(world.NOW.replace(hour=20))
    told = overdue("duty")
    assert told.count("no answer to: Visit everybody over eighty · not read") == 2 and "Read the directive" not in told


def test_as_known_at_a_moment_what_was_late_then_is_counted_and_nothing_else(staff) -> None:
    late_tasks(2)
    then = world.NOW + dt.timedelta(minutes=1)
    world.at(world.NOW + dt.timedelta(hours=1))
    with door.ledger() as ledger:
        (key,) = ledger.execute("select key from ledger_row where noun = 'task' limit 1").fetchone() or ("",)
    assert world.say(world.said("task.done", {"task": key, "outcome": "done"}, place=6)).accepted == 1
    assert "Do the task: 1" in overdue("duty")
    assert "Do the task: 2" in overdue("duty", f"/morning/?as_known_at={then:%Y-%m-%dT%H:%M}")
    before = f"/morning/?as_known_at={world.NOW - dt.timedelta(hours=1):%Y-%m-%dT%H:%M}"
    assert "Do the task" not in overdue("duty", before)


def test_ten_decisions_with_owners_and_not_one_more(staff: dict[str, int]) -> None:
    for n in range(10):
        post("duty", **{**ISSUE, "text": f"Decision number {n + 1}"})
    text = page("duty")
    assert "10 of at most 10" in text and "dispatcher, Wu" in text and "Sign the decision" not in text
    assert "10 decisions are signed today" in text  # and not a form that is gone without a word
    assert "at most ten" in post("duty", 422, **ISSUE)
    body = {"place": 1, "day": "2020-03-10", "number": 11, "text": "One more thing", "owner": "commander", "at": 1,
            "due": "2020-03-10T18:00:00+08:00"}  # fmt: skip
    assert world.say(world.said("decision.taken", body, place=1)).refused[0].code == "malformed"


def test_a_decision_is_settled_and_what_was_known_before_stays(staff: dict[str, int]) -> None:
    post("duty", **ISSUE)
    before = world.NOW + dt.timedelta(minutes=1)
    world.at(world.NOW + dt.timedelta(hours=3))
    post("duty", form="settle/1/2020-03-10/1", outcome="partly", text="Twelve came")
    assert "in part: Twelve came" in page("duty")
    then = page("duty", f"/morning/?as_known_at={before:%Y-%m-%dT%H:%M}")
    assert "Twelve came" not in then and "Twenty nurses" in then
    world.at(world.NOW + dt.timedelta(days=1))
    assert "Twenty nurses" not in page("duty")


def test_an_open_decision_comes_along_the_next_morning(staff: dict[str, int]) -> None:
    post("duty", **ISSUE)
    world.at(world.NOW + dt.timedelta(days=1))
    text = page("duty")
    assert "Twenty nurses" in text and "overdue" in text and "0 of at most 10" in text


def test_two_who_decide_at_once_do_not_write_over_each_other(staff: dict[str, int]) -> None:
    seen = "taken"
    post("duty", seen=seen, **ISSUE)
    text = post("duty", 409, seen=seen, **{**ISSUE, "text": "Masks to the second ward"})
    assert "郑 said “decision taken · dispatcher” at 03-10 09:00." in text and "Masks to the second ward" in text
    assert "Masks" not in page("duty") and 'value="taken 1"' in text


def test_the_morning_prints_with_its_number_and_no_form(staff: dict[str, int]) -> None:
    text = page("duty", "/morning/?day=2020-03-09")
    assert "MR-1-200309" in text and "Morning: Hu" in text
    forms = re.findall(r'<form method="post" class="one-form"', text)
    assert len(forms) == 1 and 'class="noprint" id="decide"' in text


@pytest.mark.parametrize(
    ("field", "form"),
    [
        ("text", {"text": "Ring Mr Wang, 13800001111"}),
        ("owner", {"owner": "somebody"}),
        ("at", {"at": "6"}),
        ("due", {"due": "2020-03-10T07:00"}),
    ],
)
def test_what_cannot_be_meant_is_named(staff: dict[str, int], field: str, form: dict[str, str]) -> None:
    text = post("duty", 422, **{**ISSUE, **form})
    assert f'href="#decide-{field}"' in text and ("Twenty nurses" in text or field == "text")
    assert ("Write the post instead" in text) == (field == "text")


def test_a_desk_has_no_word_in_the_decisions_of_another(staff: dict[str, int]) -> None:
    post("duty", **ISSUE)
    body = {"place": 1, "day": "2020-03-10", "number": 1, "text": "Nobody goes anywhere", "owner": "commander", "at": 1,
            "due": "2020-03-10T18:00:00+08:00"}  # fmt: skip
    world.say(world.said("decision.taken", body, place=5))
    assert "Twenty nurses" in page("duty") and "Nobody goes" not in page("duty")
    page("lead", "/morning/?desk=1", 404)
    for who in ("zhao", "charlie", "lin", "doctor"):
        page(who, status=404)


def test_counts_from_below_end_at_the_readers_scope(staff: dict[str, int]) -> None:
    body = {"what": "visit", "due": "2020-03-09T18:00:00+08:00", "household": 3, "text": "look in"}
    assert world.say(world.said("task.set", body, place=6)).accepted == 1
    with psycopg.connect(**owner_dsn()) as owner:
        for scope, n in (("{[1,20)}", 1), ("{[8,10)}", 0), ("", 0)):
            owner.execute("select set_config('tongzhou.counts', %s, true)", [scope])
            found = owner.execute("select * from command_overdue(%s, null, null)", [world.NOW]).fetchall()
            assert len(found) == n, scope


def test_both_languages_are_complete(staff: dict[str, int]) -> None:
    publish("hu.980000", 1, DAY, 110)
    publish("hu.980100", 2, DAY, 66)
    post("duty", **ISSUE)
    for language in ("en", "zh-hans"):
        text = page("duty", "/morning/?day=2020-03-09", language=language)
        inside = text[text.index("<main") : text.index("</main>")]
        chinese = sum("一" <= char <= "鿿" for char in inside.replace("吴", "").replace("湖省", ""))
        assert (chinese == 0) if language == "en" else (chinese > 100)


def test_the_morning_of_a_past_day_is_past_with_nothing_known_later_and_nothing_to_press(staff) -> None:
    world.at(dt.datetime(2020, 3, 8, 8, 40, tzinfo=zone()))
    publish("hu.980000", 1, DAY - dt.timedelta(days=2), 90)
    post("duty", **{**ISSUE, "due": "2020-03-08T18:00"})
    world.at(dt.datetime(2020, 3, 8, 19, tzinfo=zone()))
    publish("hu.980000", 1, DAY - dt.timedelta(days=2), 97, on=DAY - dt.timedelta(days=1))
    post("duty", form="settle/1/2020-03-08/1", outcome="partly", text="Twelve came")
    world.at(world.NOW)
    late_tasks(2)
    text = page("duty", "/morning/?day=2020-03-07")
    inside = text[text.index("<main") : text.index("</main>")]
    assert "You look at the past, as it was known at 2020-03-08 08:50" in text
    assert ">90<" in inside and "97" not in inside and "Twenty nurses" in inside
    assert "Twelve came" not in inside and "Do the task" not in inside
    assert "<form" not in inside and "<button" not in inside and "tel:" not in inside
    led = set(re.findall(r'href="(/[a-z]+)', inside))  # to other days and to sources, nowhere where one acts
    assert led <= {"/board", "/source", "/report"}, led
    assert "Altered" not in inside  # when it was altered, the meeting was over
    assert "You look at the past" not in page("duty", "/morning/?day=2020-03-09")


def test_the_same_finding_of_several_places_is_one_line_with_its_places(staff) -> None:
    for unit, place in (("hu.980000", 1), ("hu.980100", 2), ("hu.980200", 8)):
        publish(unit, place, DAY - dt.timedelta(days=1), 100)
    publish("hu.980000", 1, DAY, 110)
    text = world.words("duty", "/morning/?day=2020-03-09")
    assert text.count("Nothing newer is held here") == 1 and "2 places" in text and "Wu, Xiao" in text
    publish("hu.980100", 2, DAY, 90)
    publish("hu.980200", 8, DAY, 80)
    text = world.words("duty", "/morning/?day=2020-03-09")
    assert "Wu : The cumulative count of confirmed went down: 100 → 90." in text and "100 → 80" in text
    assert text.count("ask the unit which cases") == 1


def test_what_is_altered_says_what_was_known_at_that_moment_and_nothing_later(staff) -> None:
    for hour, confirmed in ((7, 100), (12, 104), (20, 109)):
        world.at(dt.datetime(2020, 3, 9, hour, tzinfo=zone()))
        publish("hu.980000", 1, DAY - dt.timedelta(days=1), confirmed, on=DAY)
    world.at(world.NOW)
    assert "100 → 104" in page("duty", "/morning/?day=2020-03-09&as_known_at=2020-03-09T13:00")
    assert "100 → 109" in page("duty", "/morning/?day=2020-03-09")


def test_it_says_when_the_next_meeting_is_and_what_is_left_before_it(staff) -> None:
    world.at(world.NOW.replace(hour=8))
    post("duty", **ISSUE)
    told = world.words("duty", "/morning/")
    assert "08:00 · Morning meeting: 03-10 08:30. 1 decision signed, 0 desks to ring" in told
    world.at(world.NOW.replace(hour=8, minute=40))
    assert "Morning meeting, until 08:50." in world.words("duty", "/morning/")
    world.at(world.NOW.replace(hour=9))
    assert "晚间会议：03-10 18:00" in world.words("duty", "/morning/", language="zh-hans")


LINE_LIST = "select coalesce(sum(n), 0) from command_case_move where place = %s and day <= %s and known <= %s"


def test_cases_of_the_line_list_are_kept_as_counts_now_and_as_known_then(staff) -> None:
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("update places_name set invented = false")
    body = {"classification": "confirmed", "onset": "2020-03-08"}
    case = world.said("case.identified", body, place=3)
    suspected = world.said("case.identified", {**body, "classification": "suspected"}, place=3)
    assert world.say(case, suspected).accepted == 2
    later = world.NOW + dt.timedelta(hours=2)
    world.at(later)
    change = {"case": str(case.id), "classification": "excluded", "basis": "definition"}
    receipt = world.say(world.said("case.classified", change, place=3, at=later))
    assert receipt.accepted == 1, receipt.refused
    with psycopg.connect(**owner_dsn()) as owner:
        day = world.NOW.date()
        for known, n in ((world.NOW, 1), (later, 0)):
            assert owner.execute(LINE_LIST, [3, day, known]).fetchone() == (n,)
            owner.execute("select set_config('tongzhou.counts', '{[1,20)}', true)")
            held = owner.execute("select * from command_line_list(%s, %s)", [day, known]).fetchall()
            assert held == ([(2, 1)] if n else [])


def test_the_moment_of_knowledge_has_one_name_and_another_is_refused(staff: dict[str, int]) -> None:
    for path in ("/morning/", "/today", "/board/1"):
        told = page("duty", f"{path}?known=2020-03-09T20:00", 422)
        assert "as_known_at" in told, path
    assert "as known then" in page("duty", "/today?as_known_at=2020-03-09T20:00")


def test_a_day_that_is_not_over_is_not_yet_told_and_nobody_is_rung_about_it(staff: dict[str, int]) -> None:
    for unit, place in (("hu.980000", 1), ("hu.980100", 2)):
        publish(unit, place, DAY - dt.timedelta(days=1), 100)
    told = world.words("duty", "/morning/?day=2020-03-09&as_known_at=2020-03-09T20:00")
    assert "Of 2020-03-09 nothing is published here yet: the figures below are of 2020-03-08." not in told  # none held
    world.at(world.NOW.replace(day=9, hour=20))
    told = world.words("duty", "/morning/?day=2020-03-09")
    assert "The figures of 9 Mar are not published yet" in told and "What stands here is of 8 Mar." in told
    assert "Figures as of the close of 2020-03-08" in told and "Ring the unit" not in told
    world.at(world.NOW)
    assert "Ring the unit" in world.words("duty", "/morning/?day=2020-03-09")


def test_a_telephone_reads_one_way_and_dials_without_a_gap() -> None:
    for typed in ("0712-0000 003", "07120000003", "0712 0000 003"):
        assert str(ring(typed)) == '<a class="ring" href="tel:07120000003">0712 000 0003</a>'
        assert telephone(typed) == "0712 000 0003"
