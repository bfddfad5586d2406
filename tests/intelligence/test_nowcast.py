"""Nowcasts: the reference's numbers, better numbers where there is a past to learn from, holes, breaks and small
places."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tongzhou.cli import main
from tongzhou.engines import nowcast as nc

LEVELS = (0.025, 0.25, 0.5, 0.75, 0.975)
SHARE = np.array([0.3, 0.25, 0.15, 0.1, 0.08, 0.05, 0.04, 0.03])


def as_known(full: np.ndarray, day: int) -> np.ndarray:
    y = full[: day + 1].astype(float).copy()
    y[np.arange(day + 1)[:, None] + np.arange(y.shape[1])[None, :] > day] = np.nan
    return y


def outbreak(seed: int, days: int = 70, size: float = 150.0) -> tuple[np.ndarray, np.ndarray]:
    """Reports that skip Sundays, more cases on Mondays, and delays that shorten half-way."""
    rng = np.random.default_rng(seed)
    weekday = np.arange(days) % 7
    level = size * np.exp(-(((np.arange(days) - 45) / 25) ** 2)) * np.where(weekday == 0, 1.3, 1.0)
    full = np.zeros((days, 8))
    for t in range(days):
        p = SHARE.copy() if t < 35 else np.roll(SHARE, 0) ** 1.4 / (SHARE**1.4).sum()
        for d in range(7):
            if (t + d) % 7 == 6:
                p[d + 1] += 0.8 * p[d]
                p[d] *= 0.2
        full[t] = rng.multinomial(rng.poisson(level[t] * rng.gamma(30, 1 / 30)), p / p.sum())
    return full, weekday.astype(float)


@pytest.mark.parametrize("name", ["example_reporting_triangle", "example_downward_corr_rt"])
def test_agrees_with_baselinenowcast(shared: Path, tmp_path: Path, name: str) -> None:
    folder = shared / "references/epi/nowcast"
    read = lambda path: [r[1:] for r in list(csv.reader(path.open()))[1:]]  # noqa: E731
    point = np.array(read(folder / f"{name}_point_nowcast.csv"), dtype=float)
    pmf = np.array([r[0] for r in read(folder / f"{name}_pmf.csv")], dtype=float)
    run = CliRunner().invoke(
        main, ["nowcast", "--triangle", str(folder / f"{name}.csv"), "--out", str(tmp_path / "o.csv"), "--json"]
    )
    assert run.exit_code == 0, run.output
    np.testing.assert_allclose(json.loads(run.stdout)["pmf"], pmf, rtol=1e-9)
    wrote = np.array(read(tmp_path / "o.csv"), dtype=float)
    np.testing.assert_allclose(wrote[:, : point.shape[1]], point, rtol=1e-9)
    np.testing.assert_allclose(wrote[:, point.shape[1]], point.sum(axis=1), rtol=1e-9)


def chain_ladder(y: np.ndarray) -> np.ndarray:
    """Completed by hand, cell by cell."""
    full = [list(row) for row in y]
    for d in range(1, y.shape[1]):
        top = sum(row[d] for row in y if not np.isnan(row[d]))
        left = sum(sum(row[:d]) for row in y if not np.isnan(row[d]))
        for row in full:
            if np.isnan(row[d]):
                row[d] = top / max(left, 1) * sum(row[:d])
    total = sum(sum(row) for row in full)
    return np.array([sum(row[d] for row in full) / total for d in range(y.shape[1])])


@settings(max_examples=30, deadline=None)
@given(hnp.arrays(np.int64, (9, 4), elements=st.integers(1, 500)))
def test_delays_equal_the_oracle_and_known_cells_stay(full: np.ndarray) -> None:
    y = as_known(full, 8)
    np.testing.assert_allclose(nc.delay_pmf(y), chain_ladder(y), rtol=1e-10)
    found = nc.nowcast(y)
    known = ~np.isnan(y)
    np.testing.assert_array_equal(found.full[known], y[known])
    np.testing.assert_allclose(found.full.sum(axis=1), found.total, rtol=1e-12)
    assert found.method == "reference"


def test_better_than_the_reference_where_delays_move() -> None:
    error: dict[str, list[float]] = {"reference": [], "adaptive": []}
    score: dict[str, list[float]] = {"reference": [], "adaptive": []}
    inside = []
    for seed in (1, 2):
        full, weekday = outbreak(seed)
        for day in (42, 49, 54, 60, 66):
            y = as_known(full, day)
            truth, open_rows = full[: day + 1].sum(axis=1), np.isnan(y).any(axis=1)
            for method in error:
                found = nc.nowcast(y, weekday=weekday[: day + 1], method=method)
                q = found.quantiles(LEVELS)[:, open_rows]
                error[method].append(nc.mean_error(found.total[open_rows], truth[open_rows]))
                score[method].append(float(nc.wis(q, LEVELS, truth[open_rows]).mean()))
                if method == "adaptive":
                    inside.append(nc.coverage(q[0], q[-1], truth[open_rows]))
    assert np.mean(error["adaptive"]) < 0.8 * np.mean(error["reference"])
    assert np.mean(score["adaptive"]) < 0.85 * np.mean(score["reference"])
    assert 0.85 < np.mean(inside) <= 1.0


def test_of_the_newest_date_of_a_real_list_it_is_no_worse_than_the_reference(shared: Path) -> None:
    """Onset to confirmation of cases disclosed outside Hubei: 11.59 against 8.87 before it had to earn its own way."""
    full = np.zeros((42, 16))
    with gzip.open(shared / "data/linelist/w2020_cases.csv.gz", "rt", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            try:
                onset, report = (dt.date.fromisoformat(row[name]) for name in ("onset_date", "confirm_date"))
            except ValueError:
                continue
            t, d = (onset - dt.date(2020, 1, 10)).days, (report - onset).days
            if 0 <= t < len(full) and 0 <= d < full.shape[1]:
                full[t, d] += 1
    weekday = (np.arange(len(full)) + 4) % 7.0
    scores: dict[str, list[float]] = {"adaptive": [], "reference": []}
    for day in range(22, 39):
        for method, told in scores.items():
            found = nc.nowcast(as_known(full, day), weekday=weekday[: day + 1], method=method)
            told.append(float(nc.wis(found.quantiles(LEVELS)[:, -1:], LEVELS, [full[day].sum()])[0]))
    assert np.mean(scores["adaptive"]) <= np.mean(scores["reference"])


def test_a_silent_day_is_missing_not_zero() -> None:
    full, weekday = outbreak(3)
    y = as_known(full, 60)
    due = np.arange(61)[:, None] + np.arange(8)[None, :]
    lost = np.where(due == 58, 0.0, y)  # reporters were silent on day 58; what was due then never came
    truth, late = full[:61].sum(axis=1), slice(53, 59)
    assert 58 in nc.silent_days(lost)
    as_zero = nc.mean_error(nc.nowcast(lost, weekday=weekday[:61]).total[late], truth[late])
    as_hole = nc.mean_error(nc.nowcast(nc.mark_holes(lost, silent=[58]), weekday=weekday[:61]).total[late], truth[late])
    assert as_hole < 0.6 * as_zero


def test_after_a_new_definition_the_old_delays_count_little() -> None:
    full, _ = outbreak(4)
    full[50:] = np.round(full[50:].sum(axis=1)[:, None] * np.eye(8)[0] * 0.8 + full[50:] * 0.2)  # now mostly same day
    y = as_known(full, 62)
    truth, late = full[:63].sum(axis=1), slice(58, 63)
    told = nc.nowcast(y, new_since=50, method="adaptive")
    untold = nc.nowcast(y, method="reference")
    assert nc.mean_error(told.total[late], truth[late]) < 0.5 * nc.mean_error(untold.total[late], truth[late])


def test_small_places_lean_on_all_places() -> None:
    rng = np.random.default_rng(5)
    every = np.array([rng.multinomial(3, SHARE, size=30) for _ in range(12)]).astype(float)
    known = np.array([as_known(full, 29) for full in every])
    assert nc.strength(known) >= 300  # all report alike
    together = nc.nowcast_places(known)
    alone = [nc.nowcast(y, method="reference") for y in known]
    off = lambda found: np.mean([np.abs(f.pmf - SHARE).sum() for f in found])  # noqa: E731
    assert off(together) < 0.7 * off(alone)
    ways = np.array([np.roll(SHARE, k) for k in range(4)])
    assert nc.strength(np.array([rng.multinomial(400, p, size=30).astype(float) for p in ways])) <= 30


def test_triangles_are_built_as_known_at_any_day() -> None:
    happened, known = np.array([0, 0, 0, 1, 2, -1]), np.array([0, 1, 9, 2, 2, 0])
    y, late = nc.build(happened, known, first=0, as_of=2, delays=1)
    np.testing.assert_array_equal(y[0], [[1, 1], [0, 1], [1, np.nan]])
    assert late == 0 and nc.build(happened, known, first=0, as_of=9, delays=1)[1] == 1
    before, _ = nc.build(happened, known, first=0, as_of=1, delays=1)
    np.testing.assert_array_equal(before[0], [[1, 1], [0, np.nan]])
    both, _ = nc.build([0, 0], [0, 0], first=0, as_of=0, delays=1, place=[1, 1], places=2)
    assert both[:, 0, 0].tolist() == [0, 2]
    with pytest.raises(ValueError, match="fact 2 was known before"):
        nc.build([0, 3], [0, 2], first=0, as_of=5, delays=1)
    with pytest.raises(ValueError, match="fact 1: unknown place"):
        nc.build([0], [0], first=0, as_of=5, delays=1, place=[2], places=2)


def test_scores_know_their_definitions() -> None:
    assert nc.crps(np.array([[1.0], [3.0]]), np.array([2.0]))[0] == pytest.approx(0.5)
    q = np.array([[1.0], [2.0], [5.0]])
    # Bracher et al.: (|y - m| / 2 + α/2 · (u - l) + penalty) / (K + 1/2), α = 0.5, K = 1; here y above u by 1
    expected = (0.5 * 4 + 0.25 * (4 + 2 / 0.5 * 1)) / 1.5
    assert nc.wis(q, (0.25, 0.5, 0.75), np.array([6.0]))[0] == pytest.approx(expected)
    assert nc.coverage([1, 1], [2, 2], [2, 3]) == 0.5
    with pytest.raises(ValueError, match="symmetric"):
        nc.wis(q, (0.1, 0.5, 0.8), np.array([6.0]))


def test_dispersion_is_found_again_and_quantiles_match_draws() -> None:
    rng = np.random.default_rng(6)
    mu = np.full(4000, 40.0)
    assert nc.fit_size(rng.poisson(rng.gamma(5, 1 / 5, 4000) * mu), mu) == pytest.approx(5, rel=0.1)
    full, weekday = outbreak(7)
    found = nc.nowcast(as_known(full, 55), weekday=weekday[:56])
    drawn = np.quantile(found.draws(20_000, seed=1), (0.1, 0.9), axis=0)
    np.testing.assert_allclose(drawn, found.quantiles((0.1, 0.9)), rtol=0.04, atol=1.5)
    assert (found.draws(5, seed=1) == found.draws(5, seed=1)).all()


def test_what_the_reference_cannot_say_is_drawn_as_not_known() -> None:
    """Nobody was ever reported on the day itself, so nothing known today tells of today."""
    late = np.array([[0.0, 3.0]] * 12 + [[0.0, np.nan]])
    found = nc.nowcast(late, method="reference")
    assert np.isnan(found.total[-1])
    drawn = found.draws(10, seed=1)
    assert np.isnan(drawn[:, -1]).all() and (drawn[:, :-1] == 3).all()


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("reference_date,0,2\n2020-01-01,1,2\n", "columns must be reference_date,0,1,2"),
        ("reference_date,0,1\n2020-01-01,1,x\n", "row 2, field 1: 'x' is not a number"),
        (
            "reference_date,0,1\n2020-01-01,1,2\n2020-01-01,3,\n",
            "row 3, field reference_date: 2020-01-01 is there twice",
        ),
        ("reference_date,0,1\n2020-01-02,1,2\n2020-01-01,3,\n", "comes after 2020-01-02"),
        ("reference_date,0,1\n2020-01-01,1,2\n2020-01-02,,\n", "row 3, field 0: nothing is known of this date"),
        ("reference_date,0,1\n2020-01-01,1,\n2020-01-02,2,\n", "delay 1: no reference date has reached it"),
        ("reference_date,0,1\n2020-01-01,1,2\n", "at least 2 reference dates"),
    ],
)
def test_command_names_row_and_field(tmp_path: Path, cells: str, message: str) -> None:
    (tmp_path / "t.csv").write_text(cells)
    run = CliRunner().invoke(main, ["nowcast", "--triangle", str(tmp_path / "t.csv")])
    assert run.exit_code == 2 and message in run.stderr


def test_a_cell_that_cannot_be_read_is_not_known_yet_and_a_date_ends_the_triangle(tmp_path: Path) -> None:
    y = as_known(outbreak(3)[0], 40)
    start = np.datetime64("2020-01-20")
    rows = [[str(start + t), *("" if np.isnan(n) else f"{n:.0f}" for n in line)] for t, line in enumerate(y)]
    bad = [list(row) for row in rows]
    bad[4][0], bad[20][3] = "soon", "#VALUE!"
    gap = [list(row) for row in rows[5:]]
    gap[15][3] = ""
    said = {}
    for name, lines in (("bad", bad), ("gap", gap)):
        text = ",".join(["reference_date", *map(str, range(y.shape[1]))]) + "\n"
        (tmp_path / f"{name}.csv").write_text(text + "".join(",".join(line) + "\n" for line in lines))
        run = CliRunner().invoke(main, ["nowcast", "--triangle", str(tmp_path / f"{name}.csv"), "--json"])
        assert run.exit_code == 0, run.output
        said[name] = json.loads(run.stdout)
    assert [(one["line"], one["field"]) for one in said["bad"].pop("left_out")] == [(6, "reference_date"), (22, "2")]
    assert said["bad"] == said["gap"]
    strict = CliRunner().invoke(main, ["nowcast", "--triangle", str(tmp_path / "bad.csv"), "--strict"])
    assert strict.exit_code == 2 and "row 6" in strict.stderr


def test_of_a_small_place_the_nowcast_is_neither_too_high_nor_too_sure() -> None:
    """A case every other day: that one was seen today, or none, says little; the place's own level says more."""
    share = np.exp(-((np.log(np.arange(12) + 0.7) - np.log(4.0)) ** 2) / 0.72)
    share /= share.sum()
    told, truth, covered = 0.0, 0.0, []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        full = np.array([rng.multinomial(n, share) for n in rng.poisson(0.5, 60)], dtype=float)
        known = full.copy()
        known[np.add.outer(np.arange(60), np.arange(12)) >= 60] = np.nan
        found = nc.nowcast(known)
        late = np.isnan(known).any(axis=1)
        total = full.sum(axis=1)[late]
        told, truth = told + found.total[late].sum(), truth + total.sum()
        low, high = found.quantiles((0.025, 0.975))[:, late]
        covered.append(((low <= total) & (total <= high)).mean())
    assert 0.8 < told / truth < 1.25  # a flat credit of a fifth of a case a day told 1.43 times as many
    assert np.mean(covered) > 0.9
