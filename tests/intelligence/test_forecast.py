"""Forecasts: they recover what made the data, know when a naive forecast is better, and reach beds and stock."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tongzhou.cli import main
from tongzhou.engines import forecast as fc
from tongzhou.engines.rt import discretise

W = discretise(5.0, 2.0, 40)


def epidemic(reproduction: np.ndarray, seed: int, start: float = 50.0) -> np.ndarray:
    """Cases from the renewal equation itself, ten days of ``start`` before."""
    rng = np.random.default_rng(seed)
    x = [start] * 10
    for r in reproduction:
        x.append(float(rng.poisson(r * sum(x[-k] * W[k] for k in range(1, min(len(x), 39) + 1)))))
    return np.array(x)


def test_the_mean_is_the_renewal_equation() -> None:
    x = np.full(40, 100.0)
    paths = fc.renewal(x, W, days=10, seed=1, draws=4000)
    np.testing.assert_allclose(paths.mean(axis=0), 100, rtol=0.03)
    assert paths.shape == (4000, 10)


def test_same_seed_same_forecast_other_seed_other() -> None:
    x = epidemic(np.full(40, 1.1), 1)
    one, two, other = (fc.forecast(x, W, days=7, seed=s, draws=50).paths for s in (1, 1, 2))
    assert one.tobytes() == two.tobytes() and one.tobytes() != other.tobytes()


def test_intervals_cover_and_the_renewal_beats_the_last_value_while_it_grows() -> None:
    x = epidemic(np.concatenate([np.full(35, 1.3), np.full(15, 1.25)]), 2, start=20.0)
    scores = fc.score(x, W, days=7, seed=1, first=28, every=5, draws=200)
    mean = {name: float(v.mean()) for name, v in scores.by_method.items()}
    assert mean["renewal"] < 0.6 * mean["last value"]
    assert scores.covered["renewal"] >= 0.7
    verdict = scores.verdict()
    assert verdict["baseline_wins"] == (verdict["winner"] in ("last value", "log-linear"))


def test_it_says_when_the_naive_forecast_is_better() -> None:
    # A decline so smooth that the regression knows it almost exactly.
    x = np.round(5000 * np.exp(-0.07 * np.arange(60)))
    verdict = fc.score(x, W, days=7, seed=1, every=8, draws=200).verdict()
    assert verdict["baseline_wins"] and verdict["baseline"] == verdict["winner"] == "log-linear"


def test_doubling_time_is_that_of_the_growth() -> None:
    r = np.log(2) / 7.4
    reproduction = 1 / float(W @ np.exp(-r * np.arange(40)))
    assert fc.doubling_time(reproduction, W) == pytest.approx(7.4, rel=1e-6)
    assert fc.doubling_time(0.8, W) < 0


def test_log_linear_goes_on_exponentially_and_last_value_stays() -> None:
    x = np.round(100 * np.exp(0.1 * np.arange(30)))
    ahead = np.median(fc.log_linear(x, days=7, seed=1), axis=0)
    np.testing.assert_allclose(ahead, 100 * np.exp(0.1 * np.arange(30, 37)), rtol=0.02)
    assert np.median(fc.last_value(x, days=7, seed=1), axis=0) == pytest.approx(np.full(7, x[-1]), rel=0.1)


def test_beds_by_hand() -> None:
    # 10 cases a day for ever, 20 % admitted the next day, each in bed for exactly 3 days (0, 1, 2)
    past, paths = np.full(30, 10.0), np.full((5, 6), 10.0)
    coming = fc.admissions(past, paths, [0, 1.0], 0.2)
    np.testing.assert_allclose(coming, 2.0)
    beds = fc.occupancy(6.0, np.full(30, 2.0), coming, [0, 0, 1.0])
    np.testing.assert_allclose(beds, 6.0)
    rising = fc.occupancy(0.0, np.zeros(5), np.array([[4.0, 4, 4, 4, 4]]), [0, 0, 1.0])
    assert rising[0].tolist() == [4, 8, 12, 12, 12]
    assert fc.occupancy(9.0, [], np.zeros((1, 4)), [0, 0, 1.0])[0].tolist() == [6, 3, 0, 0]


def test_peak_and_days_of_cover_by_hand() -> None:
    top = fc.peak(np.array([[1.0, 5, 3], [2, 6, 4]]))
    assert top.day == 2 and not top.beyond and top.height[0] == 5.5
    assert fc.peak(np.array([[1.0, 2, 3]] * 3)).beyond
    demand = np.array([[10.0, 10, 10], [30, 10, 10], [1, 1, 1]])
    assert fc.days_of_cover(25, demand).tolist() == [2.5, pytest.approx(25 / 30), np.inf]
    assert fc.days_of_cover(5, demand[:1], [0, 100, 0]).tolist() == [0.5]


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: fc.forecast([1.0, np.nan, 3] + [1.0] * 20, W, seed=1), "day 2 is nan"),
        (lambda: fc.forecast([1.0] * 5, W, seed=1), "needs at least 8 days"),
        (lambda: fc.admissions([1.0], np.ones((1, 2)), [0.5], 0.2), "delay must be probabilities"),
        (lambda: fc.admissions([1.0], np.ones((1, 2)), [1.0], 1.2), "share admitted"),
        (lambda: fc.score([1.0] * 20, W, seed=1), "leave no origin"),
    ],
)
def test_bad_input_is_named(work: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        work()  # type: ignore[operator]


def test_zeros_are_forecast_as_nothing_known() -> None:
    ahead = fc.forecast(np.zeros(40), W, days=5, seed=1, draws=100)
    assert ahead.paths.sum() == 0 and not ahead.says_something


def test_command(tmp_path: Path) -> None:
    days = np.datetime64("2020-01-20") + np.arange(40)
    cases = epidemic(np.full(30, 1.05), 4)
    text = "".join(f"{d},{n:.0f}\n" for d, n in zip(days, cases, strict=True))
    (tmp_path / "i.csv").write_text("date,I\n" + text)
    (tmp_path / "delay.csv").write_text("lag,p\n0,0.2\n1,0.8\n")
    (tmp_path / "stay.csv").write_text("lag,p\n" + "".join(f"{k},0.1\n" for k in range(10)))
    args = ["forecast", "--incidence", tmp_path / "i.csv", "--si-mean", 5, "--si-sd", 2, "--days", 10]
    args += ["--admit-share", 0.2, "--admit-delay", tmp_path / "delay.csv", "--stay", tmp_path / "stay.csv"]
    args += ["--in-bed", 60, "--stock", 2000, "--per-bed-day", 5, "--out", tmp_path / "o.csv", "--json"]
    run = CliRunner().invoke(main, [str(a) for a in args])
    assert run.exit_code == 0, run.output
    answer = json.loads(run.stdout)
    assert 0 < answer["days_of_cover"] <= 10 and answer["says_something"]
    rows = list(csv.DictReader((tmp_path / "o.csv").open()))
    assert rows[0]["date"] == "2020-02-29" and len(rows) == 10
    assert float(rows[0]["cases_q025"]) <= float(rows[0]["cases_median"]) <= float(rows[0]["beds_q975"]) * 10
    refused = CliRunner().invoke(main, [str(a) for a in [*args[:7], "--stock", 5]])
    assert refused.exit_code == 2 and "--stock needs beds" in refused.stderr


def test_a_day_that_cannot_be_read_ends_the_series_and_is_named(tmp_path: Path) -> None:
    rows = [f"{np.datetime64('2020-01-20') + n},{x:.0f}" for n, x in enumerate(epidemic(np.full(40, 1.05), 4))]
    whole, broken = list(rows[6:]), list(rows)
    broken[2], broken[5] = '2020-01-22,"7', "2020-01-25,seven"
    said = {}
    for name, lines in (("whole", whole), ("broken", broken), ("late", [*rows[:45], "2020-03-05,#REF!", *rows[46:]])):
        (tmp_path / f"{name}.csv").write_text("date,I\n" + "\n".join(lines) + "\n")
        args = ["forecast", "--incidence", tmp_path / f"{name}.csv", "--si-mean", 5, "--si-sd", 2, "--json"]
        run = CliRunner().invoke(main, [str(a) for a in args])
        assert run.exit_code == 0, run.output
        said[name] = json.loads(run.stdout)
        strict = CliRunner().invoke(main, [str(a) for a in [*args, "--strict"]])
        assert strict.exit_code == (0 if name == "whole" else 2), strict.output
    assert said["broken"]["R"] == said["whole"]["R"] and "left_out" not in said["whole"]
    assert [(one["line"], one["field"]) for one in said["broken"]["left_out"]] == [(4, ""), (7, "I")]
    assert said["late"]["warnings"][-1].endswith("begins after row 46, 2020-03-04.")
