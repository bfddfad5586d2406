"""Published series against themselves: every disagreement is flagged with its amounts, nothing else is."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tongzhou.command.reconcile import Flag, count_by_kind, reconcile
from tongzhou.places.region import load_region
from tongzhou.places.region_types import Bulletin

REGIONS = Path(__file__).resolve().parents[2] / "regions"
DAY = dt.date(2020, 2, 1)


def flags_of(name: str) -> list[Flag]:
    region = load_region(REGIONS / name)
    return reconcile(region.bulletins, region.root, [(c.day, c.place) for c in region.definition_changes])


def published(n: int, place: str, confirmed: int, cured: int = 0, dead: int = 0, after: int = 1) -> Bulletin:
    day = DAY + dt.timedelta(n)
    return Bulletin(day, place, confirmed, cured, dead, day + dt.timedelta(after), "s")


def test_hubei_against_itself() -> None:
    """Of the contradictions of an older compilation what the texts settle is gone, and what was not told is none."""
    flags = flags_of("hubei")
    counts = count_by_kind(flags)
    sums = {f.day.isoformat(): f.amounts["difference"] for f in flags if f.kind == "province_minus_units"}
    assert sums == {"2020-02-20": 220, "2020-02-21": 221, "2020-02-22": 58, "2020-03-31": 1}
    cured = {f.day.isoformat(): f.amounts["difference"] for f in flags if f.kind == "cured_province_minus_units"}
    assert cured == {"2020-02-22": 3} and counts["dead_province_minus_units"] == 0
    assert counts["missing_day"] == 0 and counts["definition_change"] == 18 and counts["revision"] == 45
    assert counts["dead_or_cured_exceeds_confirmed"] == 0
    wuhan = next(f for f in flags if f.kind == "definition_change" and f.place == "cn.420100")
    assert wuhan.day == dt.date(2020, 2, 12) and wuhan.amounts["difference"] > 12_000
    (moved,) = (f for f in flags if f.kind == "unexplained_change" and f.place == "cn.420100")
    assert moved.day == dt.date(2020, 2, 23) and dict(moved.amounts) == {"new": 348, "change": 406, "difference": 58}


def test_the_tiny_region_shows_one_of_each() -> None:
    assert {kind: n for kind, n in count_by_kind(flags_of("tiny")).items() if n} == {
        "decrease": 1,
        "province_minus_units": 1,
        "cured_province_minus_units": 1,
        "dead_province_minus_units": 1,
        "definition_change": 2,
        "missing_day": 1,
        "dead_or_cured_exceeds_confirmed": 1,
        "revision": 1,
    }


def test_a_gap_is_not_a_zero() -> None:
    rows = [published(n, "p", total) for n, total in enumerate([5, 9, 9])]
    rows += [published(0, "a", 5), published(2, "a", 9)]
    assert reconcile(rows, "p") == [Flag("missing_day", "a", DAY + dt.timedelta(1))]


def test_the_later_publication_counts_and_the_change_is_flagged() -> None:
    rows = [published(0, "p", 6), published(0, "a", 5), published(0, "a", 6, after=2)]
    (flag,) = reconcile(rows, "p")
    assert flag.kind == "revision" and flag.amounts["confirmed_before"] == 5 and flag.amounts["confirmed"] == 6


def test_figures_told_long_afterwards_are_flagged() -> None:
    (flag,) = reconcile([published(0, "p", 1, after=54)], "p")
    assert (flag.kind, dict(flag.amounts)) == ("told_afterwards", {"days_after": 54})


def test_more_dead_and_cured_than_confirmed() -> None:
    (flag,) = reconcile([published(0, "p", 3, cured=2, dead=2)], "p")
    assert flag.kind == "dead_or_cured_exceeds_confirmed"


daily = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=12)


@given(daily, st.randoms(use_true_random=False))
def test_series_that_agree_raise_no_flag_in_any_order(new: list[tuple[int, int]], shuffle: random.Random) -> None:
    rows, a, b = [], 0, 0
    for n, (more_a, more_b) in enumerate(new):
        a, b = a + more_a, b + more_b
        rows += [published(n, "p", a + b), published(n, "a", a), published(n, "b", b)]
    shuffle.shuffle(rows)
    assert reconcile(rows, "p") == []


@given(daily, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(new: list[tuple[int, int]], shuffle: random.Random) -> None:
    rows = [published(n, "p", whole) for n, (whole, _) in enumerate(new)]
    rows += [published(n, "a", part) for n, (_, part) in enumerate(new)]
    told = reconcile(rows, "p")
    shuffle.shuffle(rows)
    assert reconcile(rows, "p") == told
