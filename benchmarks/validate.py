"""Regenerate docs/validation.md: every figure computed here, beside the one it is to be compared with and its source.

    .venv/bin/python benchmarks/validate.py [--shared ../shared] [--out docs/validation.md]

Reads the shared material only; nothing in it depends on the clock or on the machine. About two CPU minutes.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import gzip
import sys
from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "benchmarks")]

import forecasts  # noqa: E402

from tongzhou.engines import forecast as fc  # noqa: E402
from tongzhou.engines import nowcast as nc  # noqa: E402
from tongzhou.engines import rt  # noqa: E402
from tongzhou.engines import severity as sv  # noqa: E402

LEVELS = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)
SETS = {"Flu2009": (2.6, 1.5), "Measles1861": (14.9, 3.9), "SARS2003": (8.4, 3.8)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/validation.md")
    args = parser.parse_args()
    epi, data = args.shared / "references/epi", args.shared / "data"
    if not epi.is_dir():
        raise SystemExit(f"{epi} is not there: the references are needed to validate against")
    parts = [HEAD, rt_agrees(epi), rt_wuhan(epi), growth(epi), weekly(epi), nowcast_agrees(epi)]
    parts += [nowcast_real(data), forecasts.tables(list(forecasts.forecasts())), fatality(epi, data), intervals(data)]
    args.out.write_text("\n".join(parts), encoding="utf-8")
    print(f"{args.out}: {len(parts) - 1} sections")


HEAD = """# Validation

Written by `python benchmarks/validate.py`; do not edit. Every figure of ours stands beside the one it is
compared with, and its source. "epi/…" and "data/…" are files of the shared material, whose READMEs name their
origin and licence.
"""


def rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def column(path: Path, name: str) -> np.ndarray:
    return np.array([np.nan if r[name].strip() == "NA" else float(r[name]) for r in rows(path)])


def table(path: Path, skip: int = 0) -> np.ndarray:
    """Numbers of a file but for its first columns."""
    cells = [list(r.values())[skip:] for r in rows(path)]
    return np.array([[np.nan if v.strip() == "NA" else float(v) for v in row] for row in cells])


def lines(head: str, body: Iterable[Iterable[object]]) -> str:
    names = [name.strip() for name in head.split("|")]
    text = [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]
    return "\n".join([*text, *(f"| {' | '.join(map(str, row))} |" for row in body)]) + "\n"


def apart(ours: np.ndarray, theirs: np.ndarray) -> str:
    if (np.isnan(ours) != np.isnan(theirs)).any():
        return "NA differ"
    return f"{np.nanmax(np.abs(ours / np.where(theirs == 0, np.nan, theirs) - 1)):.0e}"


def rt_agrees(epi: Path) -> str:
    body = []
    for name, (mean, sd) in SETS.items():
        x, w = column(epi / f"{name}_incidence.csv", "I"), column(epi / f"{name}_si.csv", "w")
        found = {f"R_nonparam_w{k}": rt.estimate(x, w, window=k) for k in (1, 7, 14)}
        found["R_param_w7"] = rt.estimate(x, rt.discretise(mean, sd, len(x)))
        for file, est in found.items():
            ours = np.column_stack([est.mean[0], est.sd[0], *est.quantiles(LEVELS)[:, 0]])
            theirs = table(epi / f"{name}_{file}.csv")
            body.append((f"{name}_{file}", len(theirs), apart(ours, theirs[:, 2:])))
        case, theirs = rt.wallinga_teunis(x, w), table(epi / f"{name}_WT_nonparam_w7.csv")
        ours = case.mean[np.searchsorted(case.t_start, theirs[:, 0])]
        body.append((f"{name}_WT_nonparam_w7", len(theirs), apart(ours, theirs[:, 2])))
    x = column(epi / "Flu2009_incidence.csv", "I")
    theirs = table(epi / "Flu2009_R_uncertain_w7_n1000x100.csv")
    mix = rt.estimate_uncertain(x, rt.draw_intervals(1, 1000, (2.6, 1, 1.0001, 4.2), (1.5, 0.5, 0.5, 2.5)))
    body.append(("Flu2009_R_uncertain (mean; both drawn)", len(theirs), apart(mix.mean, theirs[:, 2])))
    text = """## R against EpiEstim 2.2-4

Mean, sd and seven quantiles of every window; the limit is 1e-9, except where serial intervals are drawn.

"""
    return text + lines("epi/ file | windows | largest relative difference", body)


def rt_wuhan(epi: Path) -> str:
    published = {"01-24": 3.82, "01-26": 3.13, "02-01": 1.37, "02-04": 1.07, "02-06": 0.78, "03-01": 0.28}
    onsets = column(epi / "wuhan_onsets.csv", "CaseNum")
    est = rt.estimate(onsets, rt.discretise(7.5, 3.4, len(onsets)), window=5)
    first = dt.date(2019, 12, 8)
    body = []
    for day, theirs in published.items():
        end = (dt.date.fromisoformat(f"2020-{day}") - first).days + 1
        at = int(np.searchsorted(est.t_end, end))
        low, high = est.quantiles((0.025, 0.975))[:, 0, at]
        body.append((f"2020-{day}", f"{est.mean[0, at]:.2f} ({low:.2f}–{high:.2f})", theirs))
    text = """## R in Wuhan by onset

Windows of 5 days, serial interval 7.5 ± 3.4 (Li et al. 2020), on epi/wuhan_onsets.csv (Hao et al. 2020);
compared with EpiEstim's in epi/PARAMETERS.md. Pan et al. (JAMA 2020): above 3 before 26 January, below 1 after
6 February, below 0.3 after 1 March.

"""
    return text + lines("window ends | ours (95 %) | EpiEstim", body)


def growth(epi: Path) -> str:
    body = []
    for row in rows(epi / "analytic/wallinga_lipsitch_gamma.csv"):
        mean, sd, rate, theirs = (float(row[k]) for k in ("mean_gt", "sd_gt", "r", "R"))
        w = rt.discretise(mean, sd, 120)
        ours = 1 / float(w @ np.exp(-rate * np.arange(120)))
        back = abs(rt.growth_rate(ours, w) - rate)
        body.append((row["doubling_time_d"], f"{mean} ± {sd}", f"{ours:.3f}", f"{theirs:.3f}", f"{back:.0e}"))
    doubling = fc.doubling_time(2.2, rt.discretise(7.5, 3.4, 60))
    text = f"""## Growth and doubling time

R at a given growth rate: ours with the serial interval by day, shifted by one day; theirs the closed form with
a continuous gamma (epi/analytic/wallinga_lipsitch_gamma.csv). The difference is the discretisation. Last
column: error of the rate found again from our R. R = 2.2 with 7.5 ± 3.4 doubles in {doubling:.1f} days; Li et
al. (2020) give R0 2.2 (1.4–3.9) and 7.4 days (4.2–14).

"""
    return text + lines("doubling, days | generation time | R by day | R continuous | rate found again", body)


def weekly(epi: Path) -> str:
    body = []
    for name in SETS:
        x, w = column(epi / f"{name}_incidence.csv", "I"), column(epi / f"{name}_si.csv", "w")
        x = x[: len(x) // 7 * 7]
        sums = x.reshape(-1, 7).sum(axis=1)
        spread = [np.repeat(sums / 7, 7), rt.weekly_to_daily(sums, w, iterations=20)[0]]
        est = rt.estimate(x, w)
        some = est.says_something()[0] & (np.arange(len(est.t_end)) >= 14)
        miss = [np.abs(y - x).sum() / x.sum() for y in spread]
        off = [np.abs(np.log(rt.estimate(y, w).mean[0] / est.mean[0]))[some].mean() for y in spread]
        body.append((name, *(f"{v:.1%}" for v in miss), *(f"{v:.3f}" for v in off)))
    text = """## Weekly counts made daily

Daily series summed by week, then spread again, evenly or by EM (Nash et al. 2023). Sum of absolute errors of
daily counts over cases; mean absolute error of log R (7-day windows with 11 cases or more, from the third week
on). EM gains nothing on a series that neither grows nor falls smoothly within its weeks.

"""
    return text + lines("series | counts: even | counts: EM | log R: even | log R: EM", body)


def nowcast_agrees(epi: Path) -> str:
    body = []
    for name in ("example_reporting_triangle", "example_downward_corr_rt"):
        read = partial(table, skip=1)
        folder = epi / "nowcast"
        found = nc.nowcast(read(folder / f"{name}.csv"))
        pmf, point = read(folder / f"{name}_pmf.csv")[:, 0], read(folder / f"{name}_point_nowcast.csv")
        body.append((name, apart(found.pmf, pmf), apart(found.full, point)))
    text = "## Nowcast against baselinenowcast 0.2\n\n"
    return text + lines("epi/nowcast/ file | delay PMF, largest relative difference | point nowcast", body)


def line_list(data: Path, delays: int = 15) -> tuple[np.ndarray, np.ndarray]:
    """Onset by confirmation delay of cases disclosed outside Hubei: 10 January to 20 February 2020."""
    first, days = dt.date(2020, 1, 10), 42
    full = np.zeros((days, delays + 1))
    for row in rows(data / "linelist/w2020_cases.csv.gz"):
        try:
            onset, report = dt.date.fromisoformat(row["onset_date"]), dt.date.fromisoformat(row["confirm_date"])
        except ValueError:
            continue
        t, d = (onset - first).days, (report - onset).days
        if 0 <= t < days and 0 <= d <= delays:
            full[t, d] += 1
    return full, np.array([(first + dt.timedelta(t)).weekday() for t in range(days)], dtype=float)


def nowcast_real(data: Path) -> str:
    full, weekday = line_list(data)
    body = []
    every: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for day in range(22, 39):
        known = full[: day + 1].copy()
        known[np.arange(day + 1)[:, None] + np.arange(full.shape[1])[None, :] > day] = np.nan
        truth = full[: day + 1].sum(axis=1)
        late = np.isnan(known).any(axis=1)
        for method in ("reference", "adaptive"):
            found = nc.nowcast(known, weekday=weekday[: day + 1], method=method)
            q = found.quantiles(fc.LEVELS)[:, late]
            total = np.abs(found.total - truth)[late].sum() / truth[late].sum()
            score = float(nc.wis(q, fc.LEVELS, truth[late]).mean())
            rank = float(nc.crps(found.draws(500, seed=1)[:, late], truth[late]).mean())
            newest = float(nc.wis(q[:, -1:], fc.LEVELS, truth[-1:])[0])
            every[method].append((total, score, rank, nc.coverage(q[0], q[-1], truth[late]), newest))
    for method, values in every.items():
        error, score, rank, cover, newest = np.mean(values, axis=0)
        body.append((method, f"{error:.1%}", f"{score:.2f}", f"{rank:.2f}", f"{cover:.0%}", f"{newest:.2f}"))
    text = f"""## Nowcast of a real triangle

Onset to confirmation of {full.sum():.0f} cases disclosed by three provinces (data/linelist/w2020_cases.csv.gz),
delays 0–15 days, as of each of 17 days from 1 February 2020, against what was finally known. Error: sum of
absolute errors over sum of truths, of the onset days that were not complete. The grids of the adaptive method
were chosen looking at these data too.

"""
    return text + lines("method | error | WIS | CRPS | 95 % covers | WIS of the newest date", body)


def fatality(epi: Path, data: Path) -> str:
    onsets = column(epi / "wuhan_onsets.csv", "CaseNum")
    delay = sv.delay_from_mean_sd(17.8, 8.0, len(onsets))
    published = rows(data / "cases/hubei_city_daily_to_20200310.csv")
    deaths = {r["date"]: float(r["dead_cum"]) for r in published if r["code"] == "420100"}
    body = []
    for day in ("2020-02-01", "2020-02-15", "2020-03-01", "2020-03-08"):
        n = (dt.date.fromisoformat(day) - dt.date(2019, 12, 8)).days + 1
        found = sv.adjusted_fatality(onsets[:n], deaths[day], delay)
        value = f"{found.adjusted:.1%} ({found.low:.1%}–{found.high:.1%})"
        body.append((day, f"{found.crude:.1%}", value, f"{found.known:.0%}"))
    ages = rows(data / "matrices/age_severity_china_2020.csv")
    ages = [r for r in ages if r["measure"] == "confirmed_CFR" and r["n_cases"]]
    cases, dead = (np.array([float(r[k]) for r in ages if r["age"][0].isdigit()]) for k in ("n_cases", "n_deaths"))
    text = """## Fatality

Wuhan, cases by onset (epi/wuhan_onsets.csv), deaths as published to that day (data/cases); onset to death 17.8
days (Verity et al. 2020), sd 8 (their coefficient of variation, 0.45, from memory). Onsets are those known
later, so the crude figure is lower than that of the day. The adjusted one should be level.

"""
    text += lines("to | crude | adjusted (95 %) | deaths to come that are known", body)
    sums = f"{dead.sum():.0f} / {cases.sum():.0f} = {dead.sum() / cases.sum():.2%}"
    text += f"\nConfirmed cases by age (data/matrices): {sums};"
    return text + " China CDC Weekly 2020: 2.3 %.\n"


def intervals(data: Path) -> str:
    onset, pairs = {}, []
    for row in rows(data / "contacts/tianjin_135_cases.csv"):
        try:
            onset[row["case_id"]] = dt.datetime.strptime(row["symptom_onset"], "%d/%m/%Y").toordinal()  # noqa: DTZ007
        except ValueError:
            onset[row["case_id"]] = np.nan
    for row in rows(data / "contacts/tianjin_135_edges.csv"):
        if row["edge1"]:
            pairs.append((onset.get(row["edge1"], np.nan), onset[row["case_id"]]))
    a, b = np.array(pairs).T
    found = {"all": sv.serial_interval(a, b, seed=1)}
    cut = dt.date(2020, 1, 24).toordinal()
    periods = sv.by_period(a, b, [0, cut], seed=1)
    for label, one in zip(("infector before 24 January", "from 24 January"), periods, strict=True):
        if one:
            found[label] = one
    body = []
    for label, v in found.items():
        mean = f"{v.mean:.1f} ({v.mean_low:.1f}–{v.mean_high:.1f})"
        body.append((label, v.pairs, mean, f"{v.sd:.1f}", "yes" if v.says_something else "no"))
    text = """## Serial interval

First named infector of each case of the Tianjin clusters (data/contacts). Li et al. (2020), before control: 7.5
± 3.4 days. Late infectors had less time to be seen infecting late, so part of the shortening is that.

"""
    return text + lines("pairs | n | mean (95 %) | sd | enough to say", body)


if __name__ == "__main__":
    main()
