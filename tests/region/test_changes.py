"""New cases, revisions and what cannot be known of a published series' change, as bulletins are told."""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tongzhou.command.changes import Change, change, net
from tongzhou.command.reconcile import published_in_order, version_of
from tongzhou.places.region import load_region

HUBEI = Path(__file__).resolve().parents[2] / "regions/hubei"


def said(on: str, confirmed: int, **more: Any) -> dict[str, Any]:
    return {"published_on": f"2020-{on}", "confirmed": confirmed, "new": {}, **more}


def test_the_revision_of_16_april_is_no_new_case() -> None:
    before = [said("04-16", 67803, dead=3222)]
    day = [said("04-17", 67803, dead=3222), said("04-17", 68128, dead=4512, version="restated")]
    after = [said("04-18", 68128, dead=4512)]
    assert change(day, before) == Change(0, 325)
    assert change(day, before, "dead") == Change(0, 1290)
    assert change(after, day) == Change(0, 0) == change(after, day, "dead")


def test_what_the_text_tells_is_new_and_the_rest_revised() -> None:
    assert change([said("02-24", 46607, new={"confirmed": 348})], [said("02-23", 46201)]) == Change(348, 58)


def test_a_net_withdrawal_tells_no_new_case_and_is_revised() -> None:
    assert change([said("02-20", 794)], [said("02-19", 901)]) == Change(0, -107)
    assert change([said("02-20", 794, new={"confirmed": -107})], [said("02-19", 901)]) == Change(0, -107)
    assert net(0, -107) == -107 and net(3, 325) == 3 and net(None, None) == 0


def test_the_day_before_is_taken_as_it_stood_when_the_bulletin_came_out() -> None:
    yesterday = [said("02-09", 27100), said("02-10", 27013, version="restated", published_at="08:00")]
    assert change([said("02-10", 29631)], yesterday) == Change(2618, 0)  # restated by the same bulletin
    evening = [said("02-20", 62031), said("02-21", 62457, version="restated")]
    today = [said("02-21", 62662), said("02-21", 63088, version="restated")]
    assert change(today, evening) == Change(631, 0)  # both days were restated after the bulletin


def test_what_is_not_known_is_not_nought() -> None:
    assert change([said("02-02", 5)], []) == Change(None, None)
    assert change([said("02-02", 5, new={"confirmed": 2})], []) == Change(2, None)
    assert change([said("02-02", 5)], [said("02-01", 4)], "cured") == Change()
    only = [said("04-17", 68128, version="restated")]
    assert change(only, [said("04-16", 67803)]) == Change(None, None)


counts = st.integers(0, 300)


@given(st.lists(st.tuples(counts, counts, st.booleans()), min_size=2, max_size=8))
@settings(deadline=None)
def test_new_and_revised_add_up_to_the_change(days: list[tuple[int, int, bool]]) -> None:
    told = []
    for n, (first, then, again) in enumerate(days):
        on = f"03-{n + 2:02}"
        told.append([said(on, first)] + ([said(on, then, version="restated")] if again else []))
    for before, day in pairwise(told):
        found = change(day, before)
        assert found.fresh is not None and found.fresh >= 0 and found.revised is not None
        assert found.fresh + found.revised == day[-1]["confirmed"] - before[-1]["confirmed"]


@cache
def hubei() -> dict[str, dict[dt.date, list[dict[str, Any]]]]:
    found: dict[str, dict[dt.date, list[dict[str, Any]]]] = {}
    for one in sorted(load_region(HUBEI).bulletins, key=published_in_order):
        found.setdefault(one.place, {}).setdefault(one.day, []).append(version_of(one))
    return found


def of(place: str, day: dt.date) -> Change:
    days = hubei()[place]
    return change(days[day], days.get(day - dt.timedelta(days=1), []))


def test_days_of_hubei() -> None:
    assert of("cn.420000", dt.date(2020, 2, 8)) == Change(2147, -87)
    assert of("cn.420000", dt.date(2020, 2, 12)) == Change(14840, -1043)  # of them 13,332 by the new definition
    assert of("cn.420000", dt.date(2020, 2, 19)) == Change(775, 0)  # 349 told, 426 withdrawn and added back
    assert of("cn.420800", dt.date(2020, 2, 19)) == Change(5, 0)
    assert of("cn.420100", dt.date(2020, 2, 23)) == Change(348, 58)
    assert of("cn.420000", dt.date(2020, 3, 10)) == Change(13, 0)


def test_units_of_hubei_tell_as_many_new_cases_as_the_province() -> None:
    """But for prisons, told outside the units until 22 February, for withdrawals of units that the province's figure is
    net of, and for Wuhan's doubtful figure of 31 March."""
    differ = {}
    for day in hubei()["cn.420000"]:
        units = [of(place, day).fresh for place in hubei() if place != "cn.420000" and day in hubei()[place]]
        whole = of("cn.420000", day).fresh
        if len(units) == 17 and None not in units and whole != sum(n or 0 for n in units):
            differ[str(day)] = (whole or 0) - sum(n or 0 for n in units)
    prisons = {f"2020-02-{day}" for day in (20, 21, 22)}
    withdrawn = {f"2020-02-{day}" for day in (15, 16, 17, 18)}
    assert differ.keys() == prisons | withdrawn | {"2020-03-31"}, differ


def test_what_a_text_tells_as_new_stands_though_it_tells_no_total() -> None:
    """Wuhan, 12 February 2020: 538 cured, and no cumulative list of the discharged."""
    told = {"published_on": "2020-02-13", "confirmed": 32994, "new": {"confirmed": 13436, "cured": 538}}
    assert change([told], [said("02-11", 19558)], "cured") == Change(538, None)
