"""Rt on the board: a ribbon where there is something to say, a sentence where there is not."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import world
from django.test import Client

from tongzhou.command import rt
from tongzhou.command.queries import Published

START = dt.date(2020, 1, 20)


def series(counts: list[float | None]) -> list[Published | dt.date]:
    """Newest first, as the board's curve gives it; None is a day without a publication."""
    found: list[Published | dt.date] = []
    total = 0
    for n, count in enumerate(counts):
        day = START + dt.timedelta(days=n)
        if count is None:
            found.append(day)
            continue
        total += int(count)
        found.append(Published(day, total, 0, 0, "", "", int(count)))
    return found[::-1]


def test_growth_shrinking_and_the_engine_agree() -> None:
    growing = rt.ribbon(series([round(20 * 1.15**n) for n in range(30)]), ())
    shrinking = rt.ribbon(series([round(2000 * 0.88**n) for n in range(30)]), ())
    assert growing[-1].says == "growing" and shrinking[-1].says == "shrinking"
    from tongzhou.engines import rt as engine

    counts = np.array([round(20 * 1.15**n) for n in range(30)], dtype=float)
    told = engine.estimate(counts, engine.discretise(7.5, 3.4, 30), window=7)
    assert growing[-1].mean == pytest.approx(told.mean[0, -1], rel=1e-12)


def test_nothing_is_said_where_nothing_can_be() -> None:
    few = rt.ribbon(series([40.0] * 12 + [0.0] * 14), ())
    assert few[-1].why == "few" and few[-1].mean is None
    assert rt.ribbon([], ()) == []
    short = rt.ribbon(series([50.0] * 6), ())
    assert {one.why for one in short} == {"begins"} and {one.again for one in short} == {START + dt.timedelta(days=6)}
    seventh = rt.ribbon(series([50.0] * 7), ())[-1]
    assert seventh.day == short[-1].again and seventh.by_growth and seventh.says == "unsure"
    zero = rt.ribbon(series([0.0] * 30), ())
    assert all(one.mean is None for one in zero)


def test_a_missing_day_and_a_new_definition_cut_the_series() -> None:
    counts: list[float | None] = [100.0] * 40
    counts[20] = None
    days = rt.ribbon(series(counts), {START + dt.timedelta(days=30)})
    assert days[20].why == "missing" and days[30].why == "definition"
    assert days[19].mean is not None and days[21].why == "begins"
    # For a week nothing is said, and when it will be; then growth tells, without the infectors before the cut.
    assert all(one.mean is None and one.again == START + dt.timedelta(days=27) for one in days[21:27])
    assert days[27].by_growth and days[27].low < 1 < days[27].high
    assert days[30].again == days[36].again == START + dt.timedelta(days=37)
    assert all(one.mean is not None and one.by_growth for one in days[37:])
    assert not days[19].by_growth


def test_seven_days_after_a_cut_it_is_told_whether_it_falls() -> None:
    counts: list[float | None] = [100.0] * 20 + [9000.0] + [round(3000 * 0.85**n) for n in range(25)]
    days = rt.ribbon(series(counts), {START + dt.timedelta(days=20)})
    assert days[26].mean is None and days[27].says == "shrinking" and days[27].by_growth
    assert all(one.says == "shrinking" for one in days[27:]) and not days[-1].by_growth
    silent = rt.ribbon(series([100.0] * 20 + [None]), ())[-1]
    assert silent.why == "missing" and silent.again == START + dt.timedelta(days=28)


def test_another_source_is_another_way_of_counting() -> None:
    days = series([100.0] * 30)
    told = [
        Published(**{**vars_of(d), "source": "onset" if d.day < START + dt.timedelta(days=10) else "report"})
        for d in days
    ]
    cut = rt.ribbon(told, ())
    assert cut[10].why == "source" and cut[11].why == "begins"


def vars_of(one: Published | dt.date) -> dict[str, object]:
    assert isinstance(one, Published)
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def test_a_withdrawal_is_taken_from_the_days_before() -> None:
    counts: list[float | None] = [100.0] * 30
    counts[25] = -40.0
    days = rt.ribbon(series(counts), ())
    assert days[-1].mean is not None and days[-1].mean < 1.2
    assert rt.ribbon(series([0.0] * 20 + [-5.0] + [30.0] * 10), ())[-1].mean is not None


@pytest.mark.postgres
def test_the_page_says_it_in_words(db: str) -> None:
    world.furnish(simulated=True)
    total = 0
    for n in range(40):
        day = dt.date(2020, 3, 9) - dt.timedelta(days=39 - n)
        total += round(1000 * 0.9**n)
        body = {"unit": "hu.980000", "day": str(day), "confirmed": total, "cured": 0, "dead": 0}
        body |= {"published_on": str(day + dt.timedelta(days=1)), "source": "test"}
        at = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), world.NOW.tzinfo)
        world.say(world.said("bulletin.published", body, place=1, at=at))
    for language, words in {"en": "shrinks", "zh-hans": "收缩"}.items():
        client = Client(headers={**world.bearer("wu"), "Accept-Language": language})
        page = client.get("/board/1/rt?day=2020-03-09").content.decode()
        assert words in page and 'data-mean="0.' in page
        assert 'hx-get="/board/1/rt' in client.get("/board/1?day=2020-03-09").content.decode()
    assert Client(headers=world.bearer("charlie")).get("/board/1/rt").status_code == 404
    assert Client(headers=world.bearer("zhao")).get("/board/1/rt").status_code == 404
