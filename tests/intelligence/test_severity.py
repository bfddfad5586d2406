"""Severity: worked cases by hand, published figures where they are at hand, and what may not be said."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from tongzhou.cli import main
from tongzhou.engines import severity as sv


def test_fatality_while_the_epidemic_grows_is_found_again() -> None:
    cases = np.round(50 * np.exp(0.12 * np.arange(60)))
    delay = sv.delay_from_mean_sd(17.8, 8.0, 60)
    deaths = float(0.02 * np.convolve(cases, delay)[:60].sum())
    found = sv.adjusted_fatality(cases, deaths, delay)
    assert found.crude < 0.5 * 0.02  # what the tallies show
    assert found.adjusted == pytest.approx(0.02, rel=1e-9)
    assert found.low < 0.02 < found.high and found.says_something


def test_delay_by_day_has_its_mean() -> None:
    p = sv.delay_from_mean_sd(17.8, 8.0, 200)
    assert p.sum() == pytest.approx(1, abs=1e-9)
    assert p @ np.arange(200) == pytest.approx(17.8, abs=1e-6)  # + 0.5 for onset within the day, - 0.5 for whole days


def test_long_ago_nothing_is_to_come() -> None:
    cases = np.zeros(100)
    cases[0] = 200
    found = sv.adjusted_fatality(cases, 10, [0.5, 0.5])
    assert (found.crude, found.adjusted, found.known) == (0.05, 0.05, 1.0)


def test_too_few_deaths_say_nothing() -> None:
    assert not sv.adjusted_fatality([100.0], 0, [0.0, 1.0]).says_something
    assert not sv.adjusted_fatality(np.full(30, 10.0), 3, [1.0]).says_something


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: sv.adjusted_fatality([1, np.nan], 0, [1.0]), "cases, day 2"),
        (lambda: sv.adjusted_fatality([1, -1], 0, [1.0]), "cases, day 2"),
        (lambda: sv.adjusted_fatality([0, 0], 0, [1.0]), "no cases"),
        (lambda: sv.adjusted_fatality([5, 5], 11, [1.0]), "11 deaths of 10 cases"),
        (lambda: sv.standardised([1, 2], [10, 0], [1, 1]), "group 2 has events but no denominator"),
        (lambda: sv.share(3, 2), "3 of 2"),
        (lambda: sv.attack_rate({"Elsewhere": 1}, {"Wuhan": 1}), "no population for Elsewhere"),
        (lambda: sv.serial_interval([1.0], [np.nan], seed=1), "0 pairs with both onsets"),
    ],
)
def test_bad_input_is_named(work: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        work()  # type: ignore[operator]


def test_exact_interval_of_a_share() -> None:
    found = sv.share(5, 20)  # Clopper–Pearson of 5/20 as in textbooks: 8.66 % to 49.1 %
    assert (found.value, found.low, found.high) == (
        0.25,
        pytest.approx(0.08657, abs=1e-4),
        pytest.approx(0.49105, abs=1e-4),
    )
    assert sv.share(0, 10).low == 0.0 and sv.share(0, 0).value is None


def test_standardising_by_hand() -> None:
    found = sv.standardised([1, 20], [100, 100], [3, 1])
    assert found.crude == 0.105
    assert found.rate == pytest.approx(0.75 * 0.01 + 0.25 * 0.2)
    assert found.low < found.rate < found.high
    assert sv.standardised([1, 0], [100, 0], [1, 1]).missing == (1,)
    same = sv.standardised([5, 10], [100, 200], [100, 200])
    assert same.rate == pytest.approx(same.crude)


def test_published_fatality_by_age_is_reproduced(shared: Path) -> None:
    rows = list(csv.DictReader((shared / "data/matrices/age_severity_china_2020.csv").open()))
    ours = [r for r in rows if r["measure"] == "confirmed_CFR" and r["n_cases"] and r["age"][0].isdigit()]
    cases, deaths = (np.array([float(r[k]) for r in ours]) for k in ("n_cases", "n_deaths"))
    # China CDC Weekly 2020: 1,023 deaths of 44,672 cases, 2.3 %
    found = sv.standardised(deaths, cases, cases)
    assert (cases.sum(), deaths.sum()) == (44_672, 1023)
    assert found.rate == pytest.approx(found.crude) and found.rate == pytest.approx(0.023, abs=5e-4)
    young = np.where(np.arange(len(cases)) < 6, cases, 0.0)
    assert sv.standardised(deaths, cases, young).rate < 0.01


def test_secondary_attack_rate_by_setting() -> None:
    found = sv.secondary_attack_rate({"household": 12}, {"household": 80, "dinner": 0})
    assert found["household"].value == 0.15 and found["dinner"].value is None


def test_serial_interval_of_tianjin(shared: Path) -> None:
    folder = shared / "data/contacts"

    def day(text: str) -> float:
        try:
            return float(dt.datetime.strptime(text, "%d/%m/%Y").toordinal())  # noqa: DTZ007
        except ValueError:
            return np.nan

    with (folder / "tianjin_135_cases.csv").open() as file:
        onset = {r["case_id"]: day(r["symptom_onset"]) for r in csv.DictReader(file)}
    with (folder / "tianjin_135_edges.csv").open() as file:
        pairs = [(onset.get(r["edge1"], np.nan), onset[r["case_id"]]) for r in csv.DictReader(file) if r["edge1"]]
    gaps = [b - a for a, b in pairs if a == a and b == b]
    found = sv.serial_interval(*np.array(pairs).T, seed=1)
    assert found.pairs == len(gaps) >= 10
    assert found.mean == pytest.approx(sum(gaps) / len(gaps))
    assert 3 < found.mean < 7.5  # shorter than Li et al.'s 7.5 days before control


def test_shortening_is_seen_by_period() -> None:
    rng = np.random.default_rng(1)
    a = np.repeat(np.arange(40.0), 10)
    b = a + np.where(a < 20, 8, 3) + rng.integers(-1, 2, len(a))
    early, late, none = sv.by_period(a, b, [0, 20, 100], seed=1)
    assert early is not None and late is not None and none is None
    assert early.mean_low > 7 > 4 > late.mean_high
    assert sv.serial_interval([3.0, 5.0, 9.0], [1.0, 8.0, np.nan], seed=1).negative == 0.5


def test_curves_share_their_days_and_count_what_lacks() -> None:
    found = sv.epidemic_curves({"onset": [3, 3, np.nan], "confirmation": [5, 6, 6]})
    assert found.first == 3 and found.missing == {"onset": 1, "confirmation": 0}
    assert found.counts["onset"].tolist() == [2, 0, 0, 0] and found.counts["confirmation"].tolist() == [0, 0, 1, 2]
    with pytest.raises(ValueError, match="no case has any date"):
        sv.epidemic_curves({"onset": [np.nan]})


def test_commands(tmp_path: Path) -> None:
    def run(*args: object) -> tuple[int, str, str]:
        done = CliRunner().invoke(main, ["severity", *map(str, args)])
        return done.exit_code, done.stdout, done.stderr

    (tmp_path / "c.csv").write_text("date,cases,deaths\n2020-01-01,100,0\n2020-01-02,100,6\n")
    code, out, _ = run("cfr", "--incidence", tmp_path / "c.csv", "--delay-mean", 1, "--delay-sd", 0.5, "--json")
    assert code == 0 and json.loads(out)["adjusted"] > json.loads(out)["crude"] == 0.03
    (tmp_path / "r.csv").write_text("age,events,denominator,standard\n0-59,1,100,3\n60+,20,100,1\n")
    assert json.loads(run("standardise", "--rates", tmp_path / "r.csv", "--json")[1])["rate"] == pytest.approx(0.0575)
    (tmp_path / "a.csv").write_text("group,events,total\nhousehold,12,80\nhousehold,1,2\n")
    code, _, said = run("attack", "--counts", tmp_path / "a.csv")
    assert code == 2 and "row 3, field group: household is there twice" in said
    (tmp_path / "p.csv").write_text("infector_onset,infectee_onset\n2020-01-01,2020-01-05\n2020-01-03,2020-01-06\n")
    found = json.loads(run("interval", "--pairs", tmp_path / "p.csv", "--since", "2020-01-01", "--json")[1])
    assert found["mean"] == 3.5 and found["periods"][0]["pairs"] == 2
    assert (found["pairs_given"], found["left_out"]) == (2, 0)
    with (tmp_path / "p.csv").open("a") as file:
        file.write("2020-01-20,2020-01-25\n2020-01-21,NA\n")
    found = json.loads(run("interval", "--pairs", tmp_path / "p.csv", "--since", "2020-01-10", "--json")[1])
    assert (found["pairs_given"], found["left_out"], found["periods"][0]["pairs"]) == (4, 1, 1)
    (tmp_path / "p.csv").write_text("infector_onset,infectee_onset\n2020-01-01,soon\n")
    code, _, said = run("interval", "--pairs", tmp_path / "p.csv")
    assert code == 2 and "row 2, field infectee_onset" in said


def test_one_unreadable_cell_costs_its_row_alone(tmp_path: Path) -> None:
    def run(*args: object) -> tuple[int, dict[str, Any]]:
        done = CliRunner().invoke(main, ["severity", *map(str, args), "--json"])
        return done.exit_code, json.loads(done.stdout) if done.exit_code == 0 else {}

    days = "".join(f"2020-01-{n:02d},100,{n % 3}\n" for n in range(1, 21))
    file = tmp_path / "c.csv"
    file.write_text(f"date,cases,deaths\n{days}2020-01-21,#REF!,2\n2020-01-22,100,1\n")
    asked = ("cfr", "--incidence", file, "--delay-mean", 5, "--delay-sd", 2)
    code, found = run(*asked)
    assert code == 0 and found["left_out"] == [{"line": 22, "field": "cases", "why": "'#REF!' is not a number"}]
    assert found["crude"] == pytest.approx((sum(n % 3 for n in range(1, 21)) + 1) / 2100)
    assert run(*asked, "--strict")[0] == 2
    (tmp_path / "a.csv").write_text("group,events,total\nhousehold,12,80\nwork,many,2\ncar,1,4\n")
    code, found = run("attack", "--counts", tmp_path / "a.csv")
    assert code == 0 and list(found) == ["household", "car", "left_out"] and found["left_out"][0]["line"] == 3
    (tmp_path / "r.csv").write_text("age,events,denominator,standard\n0-59,1,100,3\n60+,20,100,1\n80+,?,9,1\n")
    code, found = run("standardise", "--rates", tmp_path / "r.csv")
    assert code == 0 and found["rate"] == pytest.approx(0.0575) and len(found["left_out"]) == 1
    pairs = "2020-01-01,2020-01-05\n2020-01-03,2020-01-06\n2020-01-04,soon\n"
    (tmp_path / "p.csv").write_text(f"infector_onset,infectee_onset\n{pairs}")
    code, found = run("interval", "--pairs", tmp_path / "p.csv")
    assert code == 0 and (found["mean"], found["pairs_given"], found["left_out"]) == (3.5, 3, 1)
    assert found["unreadable"] == [{"line": 4, "field": "infectee_onset", "why": "'soon' is not a date"}]
