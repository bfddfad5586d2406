"""R against EpiEstim's published answers, an oracle in NumPy, and the ways a series can be wrong."""

from __future__ import annotations

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tongzhou.cli import main
from tongzhou.engines import rt

LEVELS = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)
SETS = {"Flu2009": (2.6, 1.5), "Measles1861": (14.9, 3.9), "SARS2003": (8.4, 3.8)}


@pytest.fixture(scope="module")
def epi() -> Path:
    folder = Path(__file__).resolve().parents[3] / "shared/references/epi"
    if not folder.is_dir():
        pytest.skip("needs ../shared/references/epi, which is not here")
    return folder


def column(path: Path, name: str) -> np.ndarray:
    with path.open() as file:
        return np.array([np.nan if r[name] == "NA" else float(r[name]) for r in csv.DictReader(file)])


def table(path: Path) -> np.ndarray:
    with path.open() as file:
        rows = list(csv.reader(file))[1:]
    return np.array([[np.nan if c == "NA" else float(c) for c in row] for row in rows])


def rows_of(est: rt.Estimate) -> np.ndarray:
    q = est.quantiles(LEVELS)[:, 0]
    return np.column_stack([est.t_start, est.t_end, est.mean[0], est.sd[0], *q])


def oracle(x: np.ndarray, w: np.ndarray, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Cori et al., equation by equation, in Python's own sums."""
    days = x.shape[1]
    mean, sd = np.full((len(x), days - window), np.nan), np.full((len(x), days - window), np.nan)
    centre = sum(k * v for k, v in enumerate(w))
    for p in range(len(x)):
        lam = [sum(x[p, t - k] * w[k] for k in range(1, min(t, len(w) - 1) + 1)) for t in range(days)]
        for j in range(days - window):
            if j + window + 1 > centre:
                shape = 1 + sum(x[p, j + 1 : j + window + 1])
                rate = 0.2 + sum(lam[j + 1 : j + window + 1])
                mean[p, j], sd[p, j] = shape / rate, shape**0.5 / rate
    return mean, sd


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("window", [1, 7, 14])
def test_agrees_with_epiestim(epi: Path, name: str, window: int) -> None:
    cases, w = column(epi / f"{name}_incidence.csv", "I"), column(epi / f"{name}_si.csv", "w")
    ours = rows_of(rt.estimate(cases, w, window=window))
    np.testing.assert_allclose(ours, table(epi / f"{name}_R_nonparam_w{window}.csv"), rtol=1e-9)


@pytest.mark.parametrize("name", SETS)
def test_agrees_with_epiestim_by_mean_and_sd(epi: Path, name: str) -> None:
    cases = column(epi / f"{name}_incidence.csv", "I")
    ours = rows_of(rt.estimate(cases, rt.discretise(*SETS[name], len(cases))))
    np.testing.assert_allclose(ours, table(epi / f"{name}_R_param_w7.csv"), rtol=1e-9)


@pytest.mark.parametrize("name", SETS)
def test_agrees_on_infectiousness_and_on_wallinga_teunis(epi: Path, name: str) -> None:
    cases, w = column(epi / f"{name}_incidence.csv", "I"), column(epi / f"{name}_si.csv", "w")
    lam = rt.infectiousness(cases, w)[0]
    np.testing.assert_allclose(lam, column(epi / f"{name}_lambda_nonparam.csv", "lambda"), rtol=1e-9, atol=1e-12)
    theirs = table(epi / f"{name}_WT_nonparam_w7.csv")
    ours = rt.wallinga_teunis(cases, w)
    where = np.searchsorted(ours.t_start, theirs[:, 0])
    np.testing.assert_allclose(ours.mean[where], theirs[:, 2], rtol=1e-9)


def test_serial_interval_grid(epi: Path) -> None:
    grid = table(epi / "discr_si_grid.csv")
    for mean, sd in {tuple(r) for r in grid[:, :2]}:
        theirs = grid[(grid[:, 0] == mean) & (grid[:, 1] == sd), 3]
        ours = rt.discretise(mean, sd, len(theirs))
        # Tails are differences of numbers near 1: below 1e-4 both programs hold rounding.
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=5e-13)


def test_uncertain_interval_within_sampling_error(epi: Path) -> None:
    cases = column(epi / "Flu2009_incidence.csv", "I")
    theirs = table(epi / "Flu2009_R_uncertain_w7_n1000x100.csv")
    drawn = rt.draw_intervals(1, 300, (2.6, 1, 1.0001, 4.2), (1.5, 0.5, 0.5, 2.5))
    mix = rt.estimate_uncertain(cases, drawn)
    ok = theirs[:, 2] > 0
    np.testing.assert_allclose(mix.mean[ok], theirs[ok, 2], rtol=0.04)
    np.testing.assert_allclose(mix.sd[ok], theirs[ok, 3], rtol=0.12)
    np.testing.assert_allclose(mix.quantiles((0.5,))[0][ok], theirs[ok, 7], rtol=0.04)


def test_one_certain_interval_is_the_plain_estimate() -> None:
    cases = np.arange(1, 31)
    mix = rt.estimate_uncertain(cases, [[5.0, 2.0]])
    est = rt.estimate(cases, rt.discretise(5.0, 2.0, 30))
    np.testing.assert_allclose(mix.mean, est.mean[0], rtol=1e-12)
    np.testing.assert_allclose(mix.quantiles((0.1, 0.9)), est.quantiles((0.1, 0.9))[:, 0], rtol=1e-9)


COUNTS = hnp.arrays(np.int64, st.tuples(st.integers(1, 4), st.integers(9, 40)), elements=st.integers(0, 10_000))


@settings(max_examples=40, deadline=None)
@given(COUNTS, st.integers(1, 8), st.booleans())
def test_kernel_equals_oracle(x: np.ndarray, window: int, sparse: bool) -> None:
    if sparse:
        x = x * (np.arange(x.shape[1]) % 7 == 0)
    w = rt.discretise(4.7, 2.9, 20)
    mean, sd = oracle(x, w, window)
    est = rt.estimate(x, w, window=window)
    np.testing.assert_allclose(est.mean, mean, rtol=1e-11)
    np.testing.assert_allclose(est.sd, sd, rtol=1e-11)


def test_few_days_with_cases_or_many_are_summed_in_the_same_order() -> None:
    # Twelve busy days are gathered in 40 days and scattered in 60: the first 40 days must be the same to the bit.
    x, w = np.zeros(60), rt.discretise(4.7, 2.9, 20)
    x[:12] = np.random.default_rng(8).gamma(2, 10, 12)
    assert rt.infectiousness(x[:40], w)[0, 1:].tobytes() == rt.infectiousness(x, w)[0, 1:40].tobytes()


def test_one_place_or_many_one_thread_or_several_give_the_same_bits() -> None:
    rng = np.random.default_rng(3)
    x, w = rng.poisson(rng.gamma(0.3, 4, (64, 1)), (64, 50)), rt.discretise(7.5, 3.4, 50)
    whole = rt.estimate(x, w).mean
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda p: rt.estimate(x[p], w).mean[0], range(64)))
    assert whole.tobytes() == np.array(parts).tobytes()


def test_only_the_latest_interval_is_kept_where_only_it_is_asked() -> None:
    x, w = np.random.default_rng(1).poisson(3, (5, 40)), rt.discretise(7.5, 3.4, 40)
    every, last = rt.estimate(x, w), rt.estimate(x, w, keep=1)
    assert last.shape.shape == (5, 1)
    np.testing.assert_array_equal(last.quantiles((0.025, 0.975))[:, :, 0], every.quantiles((0.025, 0.975))[:, :, -1])


def test_levels_of_the_tree_add_up() -> None:
    leaves = np.arange(24).reshape(6, 4)
    stacked, starts = rt.roll_up(leaves, [[0, 1, 0, 1, 2, 2], [0, 0, 0]])
    assert starts.tolist() == [0, 6, 9, 10]
    assert stacked[6].tolist() == (leaves[0] + leaves[2]).tolist()
    assert stacked[9].tolist() == leaves.sum(axis=0).tolist()
    with pytest.raises(ValueError, match="level 0, unit 3: unknown parent"):
        rt.roll_up(leaves, [[0, 1, 0, -1, 2, 2]])


def test_imported_cases_infect_but_were_not_infected_here() -> None:
    w = rt.discretise(4.0, 2.0, 30)
    local, imported = np.full(30, 2), np.full(30, 5)
    mixed = rt.estimate(local, w, imported=imported).mean[0, -1]
    assert mixed < rt.estimate(local, w).mean[0, -1] < rt.estimate(local + imported, w).mean[0, -1] + 0.2
    assert mixed == pytest.approx(2 / 7, rel=0.1)


def test_zeros_say_nothing() -> None:
    est = rt.estimate(np.zeros(30), rt.discretise(4.0, 2.0, 30))
    assert est.mean[0, -1] == 5.0 and est.sd[0, -1] == 5.0  # the prior, and marked as such
    assert not est.says_something().any()
    assert rt.least_cases(0.3) == 11


@pytest.mark.parametrize(
    ("series", "message"),
    [
        ([1.0, np.nan] + [1.0] * 20, "place 0, day 2 is nan"),
        ([1, 2, -3] + [1] * 20, "place 0, day 3 is -3"),
        ([4], "needs at least 8 days; the series has 1"),
    ],
)
def test_bad_series_are_refused_by_place_and_day(series: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rt.estimate(series, rt.discretise(4.0, 2.0, 30))


def test_growth_rate_inverts_wallinga_lipsitch() -> None:
    w = rt.discretise(7.5, 3.4, 60)
    for r in (-0.2, 0.0, 0.15):
        assert rt.growth_rate(1 / float(w @ np.exp(-r * np.arange(60))), w) == pytest.approx(r, abs=1e-9)


def test_weekly_totals_are_kept_and_growth_is_found() -> None:
    daily = 10 * np.exp(0.08 * np.arange(70))
    totals, w = daily.reshape(10, 7).sum(axis=1), rt.discretise(7.5, 3.4, 70)
    found, converged = rt.weekly_to_daily(totals, w, iterations=50)
    assert converged
    np.testing.assert_allclose(found.reshape(10, 7).sum(axis=1), totals)
    even = np.repeat(totals / 7, 7)
    assert np.abs(found[21:] - daily[21:]).sum() < 0.2 * np.abs(even[21:] - daily[21:]).sum()


def test_withdrawals_come_off_the_days_before() -> None:
    assert rt.reassign_withdrawals([5, 3, -4, 2]).tolist() == [4, 0, 0, 2]
    with pytest.raises(ValueError, match="day 2 withdraws 3 more"):
        rt.reassign_withdrawals([1, -4])


def test_command_takes_withdrawals_where_told(tmp_path: Path) -> None:
    days = np.datetime64("2020-01-01") + np.arange(30)
    for name, cases in {"with": [5] * 28 + [-3, 6], "without": [5] * 27 + [2, 0, 6]}.items():
        text = "".join(f"{d},{n}\n" for d, n in zip(days, cases, strict=True))
        (tmp_path / f"{name}.csv").write_text("date,I\n" + text)
    args = ("--si-mean", 5, "--si-sd", 2)
    _, told, _ = cli("rt", "--incidence", tmp_path / "with.csv", *args, "--withdrawals")
    _, same, _ = cli("rt", "--incidence", tmp_path / "without.csv", *args)
    assert told == same and told.count("\n") > 20


def test_unseen_generations_lower_the_first_estimates() -> None:
    cases = np.ceil(np.exp(0.3 * np.arange(21)))[-12:]
    x, before = rt.back_impute(cases, 6)
    assert (np.diff(x[before - 5 : before]) > 0).all() and x[before:].tolist() == cases.tolist()
    w = rt.discretise(5.0, 2.0, len(x))
    assert rt.estimate(x, w, window=5).mean[0, before + 1] < rt.estimate(cases, w, window=5).mean[0, 1]


def test_back_projection_finds_the_onsets() -> None:
    delay = np.array([0.1, 0.2, 0.3, 0.25, 0.15])
    onsets = 50 * np.exp(-(((np.arange(40) - 18) / 6) ** 2)) + 5
    reports = np.convolve(onsets, delay)[4:40]
    found = rt.back_project(reports, delay, stop=0.0, iterations=400)
    np.testing.assert_allclose(found[4:34], onsets[4:34], rtol=0.05)


def cli(*args: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, [str(a) for a in args])
    return done.exit_code, done.stdout, done.stderr


def test_weekly_windows_count_the_cases_of_their_days(tmp_path: Path) -> None:
    weeks = [3, 34, 362, 652, 638, 694, 490, 439, 194, 236, 185, 230]
    days = np.datetime64("2020-01-01") + 7 * np.arange(12)
    lines = "".join(f"{d};{n}\n" for d, n in zip(days, weeks, strict=True))
    (tmp_path / "w.csv").write_text("某市每周病例\n日期;病例数\n" + lines)
    _, out, _ = cli("rt", "--incidence", tmp_path / "w.csv", "--weekly", "--si-mean", 7.5, "--si-sd", 3.4, "--json")
    told = json.loads(out)["latest"]
    assert told["cases_in_window"] == 230 and told["says_something"] and told["t_end"] == 84


def test_what_is_hardly_meant_so_is_told(tmp_path: Path) -> None:
    days = np.datetime64("2020-01-01") + np.arange(20)
    (tmp_path / "c.csv").write_text("date,I\n" + "".join(f"{d},{10 * n}\n" for n, d in enumerate(days)))
    (tmp_path / "si.csv").write_text("lag,w\n0,0\n1,0.5\n2,0.495\n")
    _, out, _ = cli("rt", "--incidence", tmp_path / "c.csv", "--si", tmp_path / "si.csv", "--json")
    cumulative, weights = json.loads(out)["warnings"]
    assert "cumulative" in cumulative and "sum to 0.995" in weights
    _, _, said = cli("rt", "--incidence", tmp_path / "c.csv", "--si-mean", 5, "--si-sd", 2)
    assert "cumulative" in said


def test_command_writes_the_contract(tmp_path: Path) -> None:
    cases = np.random.default_rng(2).poisson(20, 40)
    days = np.datetime64("2020-01-01") + np.arange(40)
    (tmp_path / "i.csv").write_text("date,I\n" + "".join(f"{d},{n}\n" for d, n in zip(days, cases, strict=True)))
    w = rt.discretise(5.0, 2.0, 40)
    (tmp_path / "si.csv").write_text("lag,w\n" + "".join(f"{k},{v}\n" for k, v in enumerate(w)))
    for out in ("o.csv", "o.parquet"):
        files = ("--incidence", tmp_path / "i.csv", "--si", tmp_path / "si.csv", "--out", tmp_path / out)
        code, text, _ = cli("rt", *files, "--json")
        assert code == 0 and json.loads(text)["latest"]["t_end"] == 40
    est = rt.estimate(cases, w)
    wrote = table(tmp_path / "o.csv")
    np.testing.assert_allclose(wrote[:, 2], est.mean[0])
    np.testing.assert_allclose(wrote[:, 6], est.quantiles((0.975,))[0, 0])
    assert (tmp_path / "o.csv").read_text().startswith("t_start,t_end,mean,sd,q025,median,q975\n")
    import pyarrow.parquet as pq

    np.testing.assert_allclose(pq.read_table(tmp_path / "o.parquet")["mean"].to_numpy(), est.mean[0])


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ("2020-01-01,3\n2020-01-01,4", "row 3, field date: 2020-01-01 is there twice"),
        ("2020-01-02,3\n2020-01-01,4", "row 3, field date: 2020-01-01 comes after"),
        ("2020-01-01,3\n2020-01-03,4", "row 3, field date: 2020-01-03 follows"),
        ("2020-01-01,3\n2020-01-02,", "row 3, field I: no number"),
        ("2020-01-01,3\n2020-01-02,-7", "row 3, field I: -7 is negative"),
        ("2020-01-01,3\n2020-01-02,many", "row 3, field I: 'many' is not a number"),
        ("yesterday,3", "row 2, field date: 'yesterday' is not a date"),
        ("2020-01-01,3", "row 2, field date: the series ends after 1 day"),
    ],
)
def test_command_names_row_and_field(tmp_path: Path, lines: str, field: str) -> None:
    (tmp_path / "i.csv").write_text(f"date,I\n{lines}\n")
    code, _, said = cli("rt", "--incidence", tmp_path / "i.csv", "--si-mean", 5, "--si-sd", 2)
    assert code == 2 and field in said


def test_a_day_that_cannot_be_read_ends_the_series_and_is_named(tmp_path: Path) -> None:
    cases = np.random.default_rng(3).poisson(30, 60)
    rows = [f"{np.datetime64('2020-01-01') + n},{x}" for n, x in enumerate(cases)]
    (tmp_path / "whole.csv").write_text("date,I\n" + "\n".join(rows[25:]) + "\n")
    rows[10], rows[24] = "2020-01-11,#N/A", "25 of January,7"
    (tmp_path / "broken.csv").write_text("date,I\n" + "\n".join(rows) + "\n")
    asked = ("--si-mean", 5, "--si-sd", 2, "--json")
    told = [json.loads(cli("rt", "--incidence", tmp_path / f"{name}.csv", *asked)[1]) for name in ("broken", "whole")]
    broken, whole = (one["latest"] for one in told)
    assert broken["t_end"] == 60 and broken["t_end"] - whole["t_end"] == 25  # days are counted as the file has them
    assert {k: v for k, v in broken.items() if k[0] != "t"} == {k: v for k, v in whole.items() if k[0] != "t"}
    assert [(one["line"], one["field"]) for one in told[0]["left_out"]] == [(12, "I"), (26, "date")]
    assert any("rows 27 to 61" in note for note in told[0]["warnings"]) and "left_out" not in told[1]
    code, _, said = cli("rt", "--incidence", tmp_path / "broken.csv", *asked, "--strict")
    assert code == 2 and "row" in said


def test_command_reads_chinese_headers_capitals_spreadsheet_days_and_an_interval_from_lag_one(tmp_path: Path) -> None:
    cases, w = [5, 8, 9, 14, 20, 22, 30, 41, 44, 60], [0.2, 0.5, 0.3]
    iso = "date,I\n" + "".join(f"2020-01-{n + 1:02d},{x}\n" for n, x in enumerate(cases))
    sheet = "\ufeff日期,新增确诊\r\n" + "".join(f"2020/1/{n + 1},{x}\r\n" for n, x in enumerate(cases))
    (tmp_path / "iso.csv").write_text(iso)
    (tmp_path / "sheet.csv").write_bytes(sheet.encode("utf-8"))
    (tmp_path / "zero.csv").write_text("lag,w\n0,0\n" + "".join(f"{n},{p}\n" for n, p in enumerate(w, 1)))
    (tmp_path / "one.csv").write_text("Lag,W\n" + "".join(f"{n},{p}\n" for n, p in enumerate(w, 1)))
    told = set()
    for series, interval in (("iso", "zero"), ("sheet", "one")):
        code, out, said = cli("rt", "--incidence", tmp_path / f"{series}.csv", "--si", tmp_path / f"{interval}.csv")
        assert code == 0, said
        told.add(out)
    assert len(told) == 1
    (tmp_path / "two.csv").write_text("lag,w\n2,1\n")
    code, _, said = cli("rt", "--incidence", tmp_path / "iso.csv", "--si", tmp_path / "two.csv")
    assert code == 2 and "row 2, field lag" in said


def test_command_says_where_an_answer_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text("date,I\n" + "".join(f"2020-01-{n:02d},{n}\n" for n in range(1, 20)))
    for name in ("o.csv", "o.parquet"):
        out = tmp_path / "nowhere" / name
        code, _, said = cli("rt", "--incidence", tmp_path / "i.csv", "--si-mean", 5, "--si-sd", 2, "--out", out)
        assert code == 2 and "cannot be written" in said and "Traceback" not in said


def test_cohorts_whose_cases_infect_others_still_are_named(tmp_path: Path) -> None:
    w = np.array([0, 0.1, 0.2, 0.4, 0.2, 0.1])
    found = rt.wallinga_teunis(np.full(30, 10), w)
    assert list(found.t_end[found.settled]) == list(range(8, 26))  # five days must have passed
    (tmp_path / "i.csv").write_text("date,I\n" + "".join(f"2020-01-{n:02d},10\n" for n in range(1, 31)))
    (tmp_path / "si.csv").write_text("lag,w\n" + "".join(f"{n},{p}\n" for n, p in enumerate(w)))
    asked = ("rt", "--incidence", tmp_path / "i.csv", "--si", tmp_path / "si.csv", "--method", "wt")
    code, out, said = cli(*asked)
    assert (
        code == 0 and out.startswith("t_start,t_end,mean,sd,q025,median,q975\n") and "after day 25 are too low" in said
    )
    told = json.loads(cli(*asked, "--json")[1])
    assert told["settled_until"] == 25 and told["latest"]["says_something"] is False
    cori = json.loads(cli(*asked[:-2], "--json")[1])
    assert "settled_until" not in cori and cori["latest"]["says_something"] is True


def test_large_cohorts_have_the_quantiles_of_the_exact_sum() -> None:
    from tongzhou.engines.rt.teunis import EXACT, _binomial_sum, _cornish_fisher

    rng = np.random.default_rng(3)
    levels = (0.025, 0.5, 0.975)
    for size in (50.0, 400.0, 1500.0):
        trials, p = np.ceil(rng.random(8) * size), rng.random(8) * 0.5
        assert trials.sum() <= EXACT
        np.testing.assert_allclose(_cornish_fisher(trials, p, levels), _binomial_sum(trials, p, levels), atol=1)
    assert _binomial_sum(np.full(20, 1e6), np.full(20, 0.3), levels)[1] == 6_000_000  # and needs no gigabytes
