"""The board as it is asked for: its measures, its two times, and what it shows when it is pulled back."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import world

from tongzhou.command import curves, measured
from tongzhou.command.published import Published
from tongzhou.ledger import door, follow

pytestmark = pytest.mark.postgres
DAY = dt.date(2020, 3, 9)
THEN = "2020-03-09T20:00"


def bulletin(place: int, unit: str, day: dt.date, confirmed: int, on: dt.date | None = None, at: str = "") -> Any:
    body = {"unit": unit, "day": str(day), "confirmed": confirmed, "cured": 2, "dead": 1, "source": "test",
            "published_on": str(on or day + dt.timedelta(days=1)), "published_at": at}  # fmt: skip
    close = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), world.NOW.tzinfo)
    return world.said("bulletin.published", body, place=place, at=close)


@pytest.fixture
def told(staff: dict[str, int]) -> dict[str, int]:
    """Three weeks of bulletins, all but the last day's known at `THEN`."""
    for back in range(20, 0, -1):
        day = DAY - dt.timedelta(days=back)
        world.at(dt.datetime.combine(day + dt.timedelta(days=1), dt.time(9), world.NOW.tzinfo))
        world.say(bulletin(1, "hu.980000", day, 120 - back), bulletin(2, "hu.980100", day, 70 - back))
    world.at(world.NOW)
    with door.ledger() as connection:
        connection.execute("insert into places_tile (tree_level, place, col, row)"
                           " values ('prefecture', 2, 0, 0), ('prefecture', 8, 1, 0)")  # fmt: skip
    return staff


def main_of(text: str) -> str:
    return text[text.index("<main") : text.index("</main>")]


def test_pulled_back_a_board_is_the_same_to_the_byte_whatever_came_later(told: dict[str, int]) -> None:
    paths = [
        f"/board/1?day=2020-03-08&as_known_at={THEN}",
        f"/board/1?as_known_at={THEN}&ind=new7&scale=log",
        f"/api/board/1.json?day=2020-03-08&as_known_at={THEN}",
        f"/board/1/units.csv?as_known_at={THEN}",
    ]
    before = [world.get("wu", path).content.decode() for path in paths]
    world.say(
        bulletin(1, "hu.980000", DAY, 777), bulletin(2, "hu.980100", DAY, 666),
        bulletin(1, "hu.980000", DAY - dt.timedelta(days=3), 555, on=world.NOW.date(), at="08:30"),
        world.heard(1), world.said("exception.raised", {"household": 2, "concerns": ["fever"]}, place=6),
    )  # fmt: skip
    follow.catch_up()
    after = [world.get("wu", path).content.decode() for path in paths]
    for path, old, new in zip(paths, before, after, strict=True):
        cut = main_of if "<main" in old else str
        assert cut(old) == cut(new), path
    assert "777" in world.page("wu", "/board/1")
    past = main_of(before[0])
    assert "live-board" not in past and 'method="post"' not in past and "What was learnt later" in before[0]


def test_a_day_that_nobody_had_to_tell_yet_is_not_missing_and_the_last_whole_one_stands_for_it(
    told: dict[str, int],
) -> None:
    evening = f"day={DAY}&as_known_at={THEN}"  # the day before was told in the morning
    board = main_of(world.page("wu", f"/board/1?{evening}"))
    assert "9 Mar are not published yet" in board and "nothing newer here" not in board
    data = world.get("wu", f"/api/board/1.json?{evening}").json()
    assert data["day"] == "2020-03-08" and data["figures"][0]["state"] == "now"
    assert [one["measures"]["new7"] for one in data["below"]] == [7, None]
    for path in ("/outlook/1", "/board/1/rt"):
        assert "A day is missing" not in world.page("wu", f"{path}?{evening}"), path
    assert "尚未公布" in world.page("wu", f"/outlook/1?{evening}", language="zh-hans")
    report = world.page("wu", f"/report/sitrep?place=1&{evening}")
    assert "<b>2020-03-09" in report and "Figures to 24:00 on 2020-03-08" in report
    assert "Nothing is overdue" not in report and "not known of a past moment" in report
    morning = world.page("duty", f"/morning/?{evening}")
    assert "Figures as of the close of 2020-03-08" in morning and "not known of a past moment" in morning
    # From eight on it is missing.
    late = world.page("wu", f"/board/1?day={DAY}&as_known_at=2020-03-10T08:00")
    assert "nothing newer here" in late and "not published yet" not in late


def test_what_was_said_today_stands_on_the_board_today_beside_the_last_whole_days_figures(told: dict[str, int]) -> None:
    """A bulletin that is not due holds back nothing that doors, stores and wards said to this ledger."""
    evening = world.NOW.replace(day=9, hour=19)
    world.at(evening)
    counted = world.said("stock.counted", {"place": 2, "item": "n95", "usable": 100, "used": 10}, place=2, at=evening)
    raised = world.said("exception.raised", {"household": 2, "concerns": ["fever"]}, place=6, at=evening)
    world.say(world.heard(1, at=evening), world.heard(81, "unwell", at=evening), raised, counted)
    follow.catch_up()
    for path, now in (("", True), (f"&as_known_at={THEN}", False)):
        data = world.get("wu", f"/api/board/1.json?day={DAY}{path}").json()
        place, measures = data["place"], data["place"]["measures"]
        assert (data["day"], place["figures_of"], data["tallies_of"]) == ("2020-03-08", "2020-03-08", "2020-03-09")
        assert [place[name] for name in ("heard", "unwell", "exceptions", "new")] == [2, 1, 1, 1]
        assert [one["heard"] for one in data["below"]] == [1, 1] and (measures["silent"], measures["cover"]) == (98, 10)
        assert (measures["overdue"] is not None) == now
        board = main_of(world.page("wu", f"/board/1?day={DAY}{path}"))
        assert 'data-figure="silent">98<' in board and "Households <small>of 9 Mar</small>" in board
        assert "What stands here is of 8 Mar. What doors, stores and wards said here is of 9 Mar." in board
        rows = world.get("wu", f"/board/1/units.csv?day={DAY}{path}").content.decode("utf-8-sig").splitlines()
        assert rows[0].endswith(",tallies_of") and rows[1].startswith("2020-03-08,") and rows[1].endswith(",2020-03-09")
    assert "各户、库房、病区" in world.page("wu", f"/board/1?day={DAY}", language="zh-hans")
    assert "03-09 19:00" in world.page("wu", f"/outlook/1?day={DAY}"), "goods are those counted today"
    whole = world.get("wu", "/api/board/1.json?day=2020-03-08").json()
    assert (whole["place"]["heard"], whole["tallies_of"]) == (0, "2020-03-08")


def test_what_does_not_add_up_is_one_list_on_the_board_in_the_morning_and_in_the_report(told: dict[str, int]) -> None:
    bulletin_of = [
        bulletin(1, "hu.980000", DAY, 121),
        bulletin(2, "hu.980100", DAY, 60),
        bulletin(8, "hu.980200", DAY, 4),
    ]
    world.say(*bulletin_of)
    follow.catch_up()
    said = ("differ by 57", "69 → 60")
    for who, path in (("wu", f"/board/1?day={DAY}"), ("wu", f"/report/sitrep?place=1&day={DAY}"),
                      ("duty", f"/morning/?day={DAY}")):  # fmt: skip
        text = main_of(world.page(who, path))
        if who == "duty":  # below its list the morning offers each of them once more, to be decided on
            text = text.partition('id="differs">')[2].partition("</section>")[0]
        assert all(text.count(one) == 1 for one in said) and "Everything adds up" not in text, path
    assert "4 of the figures shown do not add up" in world.page("wu", f"/board/1?day={DAY}")


def test_each_measure_has_its_switch_its_shades_and_its_words(told: dict[str, int]) -> None:
    below = world.get("wu", "/api/board/1.json?day=2020-03-08").json()["below"]
    for name, measure in measured.BY_ID.items():
        text = main_of(world.page("wu", f"/board/1?ind={name}&day=2020-03-08"))
        assert re.findall(r'id="m-(\w+)"[^>]*aria-current', text) == [name]
        figures = [one["measures"][name] for one in below]
        shades = [measure.shade(one) for one in figures]
        assert re.findall(r'<a class="u (\w+)"', text) == re.findall(r'<tr class="(\w+)" data-place', text) == shades
        said = re.findall(r'<a class="u [^>]*aria-label="([^"]+)"', text)
        assert [one.endswith(measure.none) for one in said] == [one is None for one in figures], name
        assert re.findall(r'id="c-(\w+)" checked>', text) == [s for s, _w in measure.classes() if s in shades], name


def test_a_map_without_any_figure_begins_with_no_measure_that_is_told_as_it_stands_now() -> None:
    nothing = dict.fromkeys(measured.BY_ID)
    assert measured.first_told([nothing | {"overdue": 3}]).id == "quiet"
    assert measured.first_told([nothing | {"overdue": 3, "silent": 0}]).id == "silent"


def test_what_is_overdue_is_offered_of_the_newest_day_only(told: dict[str, int]) -> None:
    assert 'id="m-overdue"' in world.page("wu", "/board/1?day=2020-03-08")
    for past in ("day=2020-03-05", f"as_known_at={THEN}"):
        assert 'id="m-overdue"' not in world.page("wu", f"/board/1?{past}")


def test_where_nothing_was_ever_asked_nothing_is_overdue_and_that_is_no_nought(told: dict[str, int]) -> None:
    def overdue() -> list[int | None]:
        board = world.get("wu", "/api/board/1.json?day=2020-03-08").json()
        cells = world.get("wu", "/board/1/units.csv?day=2020-03-08").content.decode("utf-8-sig").splitlines()
        column = cells[0].split(",").index("overdue")
        figures = [one["measures"]["overdue"] for one in (board["place"], *board["below"])]
        assert [line.split(",")[column] for line in cells[1:]] == ["" if one is None else str(one) for one in figures]
        return figures

    assert overdue() == [None, None, None]
    raised = world.said("exception.raised", {"household": 2, "concerns": ["fever"]}, place=6)
    world.say(raised)
    assert overdue() == [0, 0, None]  # asked just now, and not late yet
    world.at(world.NOW + dt.timedelta(hours=2))
    assert overdue() == [1, 1, None]
    assert "nothing was ever asked" in world.page("wu", "/board/1?day=2020-03-08&ind=overdue")
    world.say(world.said("fact.withdrawn", {"reason": "other"}, place=6, corrects=raised.id))
    assert overdue() == [0, 0, None]  # nothing is late of what was asked


def test_what_cannot_be_drawn_is_refused_with_its_field(told: dict[str, int]) -> None:
    for asked, field in (("ind=rank", "ind"), ("scale=cubic", "scale"), ("from=now", "from"),
                         ("from=2020-03-05&to=2020-03-01", "to"), ("from=2021-01-01", "from")):  # fmt: skip
        assert field in world.get("wu", f"/board/1?{asked}", 422).content.decode()


def test_days_that_are_chosen_are_drawn_and_the_others_stay_in_the_table(told: dict[str, int]) -> None:
    text = main_of(world.page("wu", "/board/1?from=2020-03-02&to=2020-03-08"))
    assert text.count('data-day="2020-02-') > 5
    assert re.findall(r'class="days">(.*?)</g>', text, re.S)[0].count("<text") == 1  # one week is named once


def series(*fresh: int | None, changed: int = -1) -> list[Published | dt.date]:
    first = dt.date(2020, 2, 1)
    days = [first + dt.timedelta(days=n) for n in range(len(fresh))]
    return [Published(day, 0, None, None, "", "", one, 0, n == changed) if one is not None else day
            for n, (day, one) in enumerate(zip(days, fresh, strict=True))]  # fmt: skip


def test_a_changed_definition_flattens_no_curve_and_stops_the_mean() -> None:
    days = series(*[1600] * 10, 14_840, *[3000] * 9, changed=10)
    drawn = curves.draw(days, {dt.date(2020, 2, 11): 13_332}, width=1000, height=300)
    assert [label for _y, label in drawn.ticks][-1] == "3,000"
    cut = drawn.cuts[0]
    assert (cut.told, cut.before, cut.added, cut.cut) == (14_840, 1_508, 13_332, True) and drawn.added
    means = curves.means(days)
    assert [n for n, one in enumerate(means) if one is None] == [*range(6), *range(10, 17)]
    assert curves.draw(days, {}, width=1000, height=300).cuts[0].before is None


def test_a_day_that_nobody_told_is_drawn_as_untold_and_not_as_nought() -> None:
    drawn = curves.draw(series(5, None, 0, 7), {}, width=400, height=200)
    assert drawn.untold.count("M") == 1 and drawn.bars.count("M") == 2
    assert curves.spark([1, None, 3, 4])[0].count("M") == 2


def test_on_the_axis_of_logarithms_one_case_is_a_bar_and_every_tick_ten_times_the_last() -> None:
    to = curves.scale([1, 14_840], 200, log=True)
    assert list(to.ticks) == [1, 10, 100, 1000, 10_000, 100_000] and to(1) > 0 and to(0) == 0
