"""The fortnight ahead of a series: what was restated is no new case, and what was foretold stays as it was made."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tongzhou.command import indicators
from tongzhou.command.indicators import Series, Told
from tongzhou.command.published import Published, make
from tongzhou.outlook.ahead import Ahead, look_ahead
from tongzhou.outlook.beside import beside
from tongzhou.outlook.past import as_published, foretold_for

START = dt.date(2020, 2, 20)
REGION = Path(__file__).parents[2] / "regions/hubei/bulletins.csv"


def series(new: list[int], restated: dict[int, tuple[int, int]] | None = None) -> list[Published | dt.date]:
    """Newest first; `restated`: by number of the day, (cases more, days after which that was published)."""
    found: list[Published | dt.date] = []
    total, before = 0, None
    late: dict[str, int] = {}
    for n, fresh in enumerate(new):
        day = START + dt.timedelta(days=n)
        total += fresh
        out = str(day + dt.timedelta(days=1))
        more = sum(cases for on, cases in late.items() if on <= out)
        told: dict[str, Any] = {"confirmed": total + more, "cured": 0, "dead": 0}
        versions = [{"published_on": out, "version": "first", **told}]
        if restated and n in restated:
            on = str(day + dt.timedelta(days=restated[n][1]))
            late[on] = restated[n][0]
            more += late[on]
            versions.append({"published_on": on, "version": "restated", **told, "confirmed": total + more})
        data = {
            "day": str(day),
            "unit": "p",
            "grades": {},
            "read": "",
            "versions": versions,
            "source": "s",
            "published_on": out,
        }
        data |= {**told, "confirmed": total + more}
        found.append(make(data, before, False))
        before = data
    return found[::-1]


def test_cases_restated_are_not_new_ones() -> None:
    """16 April 2020: 67,803 restated as 68,128, and no case was new."""
    plain = look_ahead(series([12, 9, 11, 10] * 8), set())
    revised = look_ahead(series([12, 9, 11, 10] * 8, {30: (325, 2)}), set())
    assert plain.days == revised.days and plain.reproduction == revised.reproduction
    assert plain.burden and revised.burden and revised.burden.in_bed == plain.burden.in_bed + 325


def test_what_was_foretold_stays_when_figures_are_restated_later() -> None:
    told = series([100] * 30)
    later = series([100] * 30, {20: (-80, 9)})
    made = START + dt.timedelta(days=24)
    assert look_ahead(as_published(later, made), set()) == look_ahead(as_published(told, made), set())
    assert [one.then for one in foretold_for(later, set())][2] == [one.then for one in foretold_for(told, set())][2]
    assert all(isinstance(one, Published) for one in as_published(later, made))
    assert as_published(told, START)[0].confirmed == 100  # type: ignore[union-attr]


def lying(day: str) -> dict[dt.date, int]:
    """Who was told to lie in a hospital of the province, up to a day."""
    with REGION.with_name("indicators.csv").open(encoding="utf-8") as file:
        return {
            dt.date.fromisoformat(row["day"]): int(row["value"]) for row in csv.DictReader(file)
            if (row["place"], row["indicator"]) == ("cn.420000", "in_hospital") and row["day"] <= day
        }  # fmt: skip


def of_hubei(place: str, day: str, lying: dict[dt.date, int] | None = None) -> Ahead:
    """What the outlook would have told on a day, from the region's bulletins as they had come out by then."""
    rows: dict[str, list[dict[str, str]]] = {}
    with REGION.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["place"] == place:
                rows.setdefault(row["day"], []).append(row)
    found: list[Published | dt.date] = []
    before = None
    for one in sorted(rows):
        versions = [
            {"published_on": row["published_on"], "version": row["version"]}
            | {name: int(row[name]) for name in ("confirmed", "cured", "dead") if row[name]}
            | {"new": {n: int(row[f"new_{n}"]) for n in ("confirmed",) if row[f"new_{n}"]}}
            for row in rows[one]
        ]
        last: dict[str, Any] = {
            n: next((v[n] for v in reversed(versions) if n in v), None) for n in ("confirmed", "cured", "dead")
        }
        data = last | {"day": one, "unit": place, "grades": {}, "read": "", "versions": versions}
        data |= {"published_on": rows[one][0]["published_on"], "source": rows[one][0]["source"]}
        found.append(make(data, before, one == "2020-02-12"))
        before = data
    return look_ahead(as_published(found[::-1], dt.date.fromisoformat(day)), {dt.date(2020, 2, 12)}, lying=lying)


@pytest.mark.parametrize("place", ["cn.420000", "cn.420100"])
def test_the_days_that_misled(place: str) -> None:
    """5 February told 12,289 a day in a week, 13 February nothing for weeks, 10 March fewer beds than were taken."""
    early = of_hubei(place, "2020-02-05")
    assert early.direction and early.reach < 7  # a direction, and no figure for a week
    broken = of_hubei(place, "2020-02-14")
    assert not broken.days and broken.why == "begins" and broken.again == dt.date(2020, 2, 19)
    back = of_hubei(place, "2020-02-19")
    assert back.direction == "falling" and back.by_growth
    march = of_hubei(place, "2020-03-10")
    assert march.direction == "falling" and march.reach == 7 and march.burden and march.burden.days == 7
    burden = march.burden
    assert burden.peak_day == dt.date(2020, 3, 10) and burden.peak == (float(burden.in_bed),) * 3
    came = of_hubei(place, "2020-03-17").burden
    assert came and burden.beds and burden.beds[1] <= came.in_bed <= burden.beds[2]
    assert abs(burden.beds[0] / came.in_bed - 1) < 0.25


def test_beds_are_reckoned_from_those_told_to_lie_in_hospital() -> None:
    """15,671 are confirmed on 10 March and 13,712 of them lie in hospital; five days later 8,703 do."""
    all_of_them, told = of_hubei("cn.420000", "2020-03-10"), of_hubei("cn.420000", "2020-03-10", lying("2020-03-10"))
    assert all_of_them.burden and (all_of_them.burden.in_bed, all_of_them.burden.lying) == (15_671, False)
    assert told.burden and (told.burden.in_bed, told.burden.lying) == (13_712, True)
    assert told.burden.beds and all_of_them.burden.beds and told.burden.beds[0] < all_of_them.burden.beds[0]
    assert told.days == all_of_them.days  # what is foretold of cases is another matter
    eve = of_hubei("cn.420000", "2020-03-08", lying("2020-03-08")).burden
    assert (
        eve and eve.days == 7 and eve.beds and eve.beds[1] <= lying("2020-03-15")[dt.date(2020, 3, 15)] <= eve.beds[2]
    )
    untold = of_hubei("cn.420000", "2020-03-11", lying("2020-03-11")).burden  # not told for this day
    assert untold and not untold.lying


def test_what_is_published_beside_the_cases_is_told_or_not_held_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def held(name: str, values: dict[int, int], changed: int = 0) -> Series:
        told = [
            Told(dt.date(2020, 3, n), v, None, n == changed, "", "", "", "") for n, v in sorted(values.items())[::-1]
        ]
        return Series(name, name, name, "persons", "stock", told)

    empty = [held(name, {}) for name in ("severe_and_critical", "suspected", "tested")]
    monkeypatch.setattr(indicators.queries, "region", lambda: {})
    found = [held("severe", {3: 500, 10: 400}), held("critical", {10: 50})]
    found.append(held("suspected", {3: 9, 10: 4}, changed=10))
    monkeypatch.setattr(
        "tongzhou.outlook.beside.expected", lambda known: [one for one in empty if one.id != "suspected"] + list(known)
    )
    severe, suspected, tested = beside(found, dt.date(2020, 3, 10))
    assert (severe.value, severe.day, severe.week) == (450, dt.date(2020, 3, 10), None)
    assert (suspected.value, suspected.week) == (4, None)  # what is counted changed in between
    assert (tested.value, tested.day) == (None, None)
