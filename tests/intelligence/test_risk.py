"""Every unit's level on a day with reasons, what is missing by name, and signals that never take silence for nought."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tongzhou import rules
from tongzhou.cli import main
from tongzhou.engines.risk import Limits, Series, asked, signals

DAY = dt.date(2020, 3, 10)


def series(*new: int | None, first: int = 0) -> Series:
    """Cumulative counts of the days that end on DAY; None is a day without a publication."""
    total, found = first, {DAY - dt.timedelta(days=len(new)): first}
    for back, count in enumerate(reversed(range(len(new)))):
        if (fresh := new[back]) is not None:
            total += fresh
            found[DAY - dt.timedelta(days=count)] = total
    return Series(found)


def level(told: Series, **more: Any) -> Any:
    return rules.evaluate(rules.book(), "RISK-01", {**asked(told, DAY), **more})


def codes(told: Series) -> list[str]:
    return [signal.code for signal in signals(told, DAY, Limits())]


def test_levels_by_the_rule() -> None:
    assert level(series(*[0] * 20)).outcome == "low"
    assert level(series(*[0] * 20, first=80)).outcome == "low"
    assert level(series(*[0] * 13, 2, first=30)).outcome == "medium"
    over = series(*[0] * 13, 2, first=60)
    assert level(over).outcome == "insufficient_data" and level(over).missing == ("cluster_14d",)
    assert level(Series(over.cumulative, {DAY: True})).outcome == "high"
    assert level(Series(over.cumulative, {DAY: False})).outcome == "medium"
    assert level(Series(over.cumulative, {DAY - dt.timedelta(days=13): True})).outcome == "high"
    assert level(Series(over.cumulative, {DAY - dt.timedelta(days=14): True})).outcome == "insufficient_data"


def test_a_withdrawal_does_not_blind_the_level_for_a_fortnight() -> None:
    """107 withdrawn in Jingmen on 19 February made it contradictory data until 3 March."""
    assert level(series(*[0] * 8, -3, *[0] * 5, first=30)).outcome == "low"
    assert level(series(*[0] * 8, -3, *[0] * 3, 2, 0, first=30)).outcome == "medium"
    gone = series(*[0] * 8, 5, 0, -5, *[0] * 3)  # all that there ever were, taken back
    assert (gone.taken_back(DAY - dt.timedelta(days=3)), level(gone).outcome) == (5, "low")
    older = series(*[0] * 8, 5, 0, -5, *[0] * 3, first=30)  # it may be older ones that were taken back
    assert level(older).outcome == "medium"


def test_a_revision_is_no_new_case() -> None:
    days = {DAY - dt.timedelta(days=back): 40 + (0 if back > 3 else 7) for back in range(20)}
    told = Series(days, new=dict.fromkeys(days, 0))
    assert level(told).outcome == "low" and codes(told) == []
    assert level(Series(days)).outcome == "medium"  # where nobody said that it is one


def test_what_is_missing_is_named() -> None:
    hole = series(*[0] * 10, None, 0, 0, 2, first=30)
    assert hole.fresh(DAY - dt.timedelta(days=3)) is None
    assert any("2020-03-07" in name for name in level(hole).missing)
    assert "cumulative" in level(Series({DAY - dt.timedelta(days=1): 4})).missing


def test_signals() -> None:
    assert codes(Series({})) == ["never_reported"]
    assert codes(series(*[0] * 20)) == []
    assert codes(series(0, 0, 3)) == ["first_case"]
    assert codes(series(*[0] * 16, 1, first=40)) == ["new_start"]
    assert codes(series(*[0] * 5, -2, first=40)) == ["withdrawn"]
    assert codes(series(*[1] * 7, *[3] * 7, first=40)) == ["growth"]
    assert codes(series(*[1] * 7, 1, 1, None, 3, 3, 3, 30, first=40)) == []  # growth is not told over a hole
    begun = Series(
        {DAY - dt.timedelta(days=9 - n): total for n, total in enumerate([5, 9, 12, 20, 30, 45, 60, 80, 99, 120])}
    )
    assert [one.text.en for one in signals(begun, DAY)] == ["108 new in a week, at most 12 in the week before"]
    late = Series({day: total for day, total in begun.cumulative.items() if (DAY - day).days < 7})
    assert not signals(late, DAY)  # where it stood a week ago is not known
    assert codes(Series({DAY - dt.timedelta(days=3): 4, DAY - dt.timedelta(days=4): 4})) == ["silent"]


@given(st.lists(st.one_of(st.none(), st.integers(-3, 40)), max_size=40), st.integers(0, 200))
def test_any_series_has_an_answer_and_a_hole_never_counts_as_nought(new: list[int | None], first: int) -> None:
    told = series(*new, first=first)
    given_ = asked(told, DAY)
    assert isinstance(codes(told), list)
    holes = [DAY - dt.timedelta(days=b) for b in range(14) if told.fresh(DAY - dt.timedelta(days=b)) is None]
    if DAY in told.cumulative:
        assert len(given_.get("missing_days", [])) == len(holes)
        if holes and given_["cumulative"] > 0:
            assert level(told).outcome in ("insufficient_data", "data_error")


def run(tmp_path: Path, text: str, code: int = 0, *more: str) -> str:
    path = tmp_path / "units.csv"
    path.write_text(text)
    result = CliRunner().invoke(main, ["risk", "--units", str(path), "--as-of", "2020-03-10", "--json", *more])
    assert result.exit_code == code, result.output
    return result.output


def test_the_command(tmp_path: Path) -> None:
    rows = ["unit,date,confirmed_cum,cluster"]
    for back in range(20, -1, -1):
        day = DAY - dt.timedelta(days=back)
        rows += [f"甲县,{day},0,", f"乙县,{day},{60 + (back < 3)},{'yes' if back == 1 else ''}"]
    rows += [f"丙县,{DAY},7,"]
    out = tmp_path / "out.csv"
    told = json.loads(run(tmp_path, "\n".join(rows), 0, "--out", str(out)))
    found = {one["unit"]: one for one in told["results"]}
    assert told["units"] == 3 and (told["low"], told["high"], told["insufficient_data"]) == (1, 1, 1)
    assert found["甲县"]["level"] == "low" and found["乙县"]["level"] == "high" and found["乙县"]["new_14d"] == 1
    assert len(found["丙县"]["missing"]) == 14 and found["丙县"]["new_14d"] is None
    with out.open() as file:
        assert [row["level"] for row in csv.DictReader(file)] == ["low", "high", "insufficient_data"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("甲,2020-03-10,-1", "negative"),
        ("甲,2020-03-10,1.5", "whole"),
        ("甲,2020-03-10,", "no number"),
        ("甲,2020-03-10,#N/A", "no number"),
        ("甲,10/3/2020,1", "not a date"),
        (",2020-03-10,1", "unit"),
        ("甲,2020-03-10", "2 fields"),
        ('甲,2020-03-10,"1', "quotation mark"),
    ],
)
def test_bad_rows_are_left_out_and_named(tmp_path: Path, row: str, says: str) -> None:
    text = f"unit,date,confirmed_cum\n甲,2020-03-09,1\n{row}\n"
    told = json.loads(run(tmp_path, text))
    assert [one["line"] for one in told["left_out"]] == [3]
    left = told["left_out"][0]
    assert says in f"{left['field']} {left['why']}"
    assert told["results"][0]["level"] == "insufficient_data"  # a day that cannot be read is lacking, not without cases
    strict = run(tmp_path, text, 2, "--strict")
    assert "row 3" in strict and says in strict


def test_a_day_that_says_two_things_says_nothing(tmp_path: Path) -> None:
    twice = "unit,date,confirmed_cum\n甲,2020-03-10,1\n甲,2020-03-10,{}\n甲,2020-03-09,1\n"
    told = json.loads(run(tmp_path, twice.format(2)))
    assert [one["line"] for one in told["left_out"]] == [2, 3] and told["results"][0]["cumulative"] is None
    assert "left_out" not in json.loads(run(tmp_path, twice.format(1)))
