"""`tongzhou rt`: the reproduction number of a series of cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import numpy as np

from tongzhou.tables import BadInput

from .left_out import STRICT, LeftOut, unbroken
from .series import MISSING, Columns, read_columns, read_lags, write_columns

FILE = click.Path(path_type=Path, dir_okay=False)
LONG, EXACT = 8, 1e-6  # rows from which a series that never falls is odd; how near to 1 weights sum by rounding
COLUMNS = ("t_start", "t_end", "mean", "sd", "q025", "median", "q975")


@click.command()
@click.option("--incidence", type=FILE, required=True, help="CSV or Parquet: date,I or date,local,imported.")
@click.option("--si", type=FILE, help="Serial interval by day: lag,w from lag 0.")
@click.option("--si-mean", type=float, help="Instead: mean of a gamma serial interval, days.")
@click.option("--si-sd", type=float, help="Its standard deviation, days.")
@click.option("--si-mean-sd", type=float, help="Uncertain interval: sd of the mean (with --si-sd-sd).")
@click.option("--si-sd-sd", type=float, help="Uncertain interval: sd of the sd.")
@click.option("--draws", default=200, show_default=True, help="Serial intervals drawn where it is uncertain.")
@click.option("--seed", default=1, show_default=True)
@click.option("--window", default=7, show_default=True, help="Days in a window.")
@click.option("--prior-mean", default=5.0, show_default=True)
@click.option("--prior-sd", default=5.0, show_default=True)
@click.option("--method", type=click.Choice(["cori", "wt"]), default="cori", help="wt: Wallinga–Teunis.")
@click.option("--weekly", is_flag=True, help="Rows are totals of 7 days, dated by their first day.")
@click.option("--back-impute", type=int, metavar="DAYS", help="Put unseen cases before the first, from growth in DAYS.")
@click.option("--withdrawals", is_flag=True, help="Take negative counts from the days before them.")
@STRICT
@click.option("--out", type=FILE, help="CSV or Parquet; stdout without it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with the latest window.")
def rt(incidence: Path, out: Path | None, as_json: bool, **options: Any) -> None:
    """Estimate R by window: t_start,t_end,mean,sd,q025,median,q975.

    Days are counted from 1; NA while the window ends within the mean serial interval.
    """
    from tongzhou.engines.rt import least_cases

    table, before, left_out = _stretch(read_columns(incidence), options)
    local, imported = series_of_cases(table, options["weekly"], options["withdrawals"])
    notes = warnings_of(local, imported, options)
    if left_out.rows:
        span = f"rows {table.lines[0]} to {table.lines[-1]}"
        notes = [*left_out.told(incidence), f"A series ends where a day cannot be read: R is of {span}.", *notes]
    try:
        if options["weekly"]:
            local = _by_day(local, imported, options)
        found = _estimate(local, imported, options)
    except ValueError as error:
        raise BadInput(f"{incidence}, {error}") from None
    settled = found.pop("settled", None)
    days_before = before * (7 if options["weekly"] else 1)
    cases = round(float(local[max(0, int(found["t_start"][-1]) - 1) :].sum()), 6)
    found |= {name: found[name] + days_before for name in ("t_start", "t_end")}
    if out is not None or not as_json:
        write_columns(out, found)
    need = least_cases(prior_shape=(options["prior_mean"] / options["prior_sd"]) ** 2)
    answer = {key: (None if np.isnan(v[-1]) else v[-1].item()) for key, v in found.items()}
    answer |= {"windows": len(found["mean"]), "cases_in_window": cases, "says_something": cases >= need}
    told = {"latest": answer, "least_cases": need, "method": options["method"], "warnings": notes}
    if left_out.rows:
        told["left_out"] = left_out.listed()
    for note in [] if as_json else notes:
        click.echo(note, err=True)
    if settled is not None:
        # Of the last windows most secondary cases are still to come: such an R is not one to read.
        told["settled_until"] = int(found["t_end"][settled][-1]) if settled.any() else None
        answer["says_something"] = bool(settled[-1]) and cases >= need
    if as_json:
        click.echo(json.dumps(told))
    elif settled is not None and not settled[-1]:
        click.echo(f"Windows after day {told['settled_until']} are too low: their cases infect others still.", err=True)
    elif cases < need:
        click.echo(f"{cases:g} cases in the last window: too few to say anything (at least {need}).", err=True)


def _stretch(table: Columns, o: dict[str, Any]) -> tuple[Columns, int, LeftOut]:
    step = 7 if o["weekly"] else 1
    if o["strict"]:
        return table, 0, LeftOut()
    return readable_stretch(table, 2 * o["window"] // step + 1, o["window"] // step + 1)


def readable_stretch(table: Columns, enough: int, least: int) -> tuple[Columns, int, LeftOut]:
    """The newest rows of a series without a cell that cannot be read, `enough` of them or the longest there are; how
    many rows stand before them, and which could not be read. Where fewer than `least` are left the whole table is
    given, so that the first fault is named."""
    fields = [name for name in ("I", "local", "imported") if name in table.names]
    if not fields or ("I" in fields and len(fields) > 1):
        return table, 0, LeftOut()
    dated = "date" in table.names and any(cell not in MISSING for cell in table.by_name["date"])
    cut, before, left_out = unbroken(table, fields, ["date"] if dated else [], enough)
    if not left_out.rows or len(cut) < least:
        return table, 0, LeftOut()
    return cut, before, left_out


def series_of_cases(table: Columns, weekly: bool, withdrawals: bool = False) -> tuple[np.ndarray, np.ndarray | None]:
    """Cases, or local and imported ones, of a table whose dates are in order."""
    # SARS2003 and other classical series know days, not dates: then the column is empty.
    if "date" in table.names and any(cell not in MISSING for cell in table.text("date")):
        table.dates("date", 7 if weekly else 1)
    if "I" in table.names:
        found = table.numbers("I", negative=withdrawals)
        if withdrawals:
            from tongzhou.engines.rt import reassign_withdrawals

            try:
                found = reassign_withdrawals(found)
            except ValueError as error:
                raise BadInput(f"{table.path}, field I: {error}.") from None
        return found, None
    if {"local", "imported"} <= set(table.names):
        return table.numbers("local"), table.numbers("imported")
    raise BadInput(f"{table.path}: no column I (or local and imported). There are: {', '.join(table.names)}.")


def warnings_of(local: np.ndarray, imported: np.ndarray | None, o: dict[str, Any]) -> list[str]:
    """What in the series or the serial interval is hardly meant so."""
    found = []
    every = local if imported is None else local + imported
    if len(every) >= LONG and (np.diff(every) >= 0).all() and every[-1] > every[0]:
        found.append(f"The series never falls in {len(every)} rows: are these cumulative counts? R needs new cases.")
    if o["si"] is not None and abs((total := float(read_lags(o["si"], "w").sum())) - 1) > EXACT:
        found.append(f"The weights of the serial interval sum to {total:.6g}, not to 1: R is off by as much.")
    return found


def _by_day(weeks: np.ndarray, imported: np.ndarray | None, o: dict[str, Any]) -> np.ndarray:
    """Weekly totals spread over their days: windows and their cases are then counted in days."""
    from tongzhou.engines.rt import weekly_to_daily

    if imported is not None:
        raise ValueError("--weekly takes one column I")
    return weekly_to_daily(weeks, interval_weights(o, 7 * len(weeks)))[0]


def _estimate(local: np.ndarray, imported: np.ndarray | None, o: dict[str, Any]) -> dict[str, np.ndarray]:
    from tongzhou.engines import rt

    before = 0
    if o["back_impute"] is not None:
        if imported is not None:
            raise ValueError("--back-impute takes one column I")
        local, before = rt.back_impute(local, o["back_impute"])
    if o["window"] >= len(local) - before:
        raise ValueError(
            f"row {len(local) - before + 1}, field date: the series ends after {len(local) - before} day(s); "
            f"a window of {o['window']} needs at least {o['window'] + 1}"
        )
    prior = {"prior_mean": o["prior_mean"], "prior_sd": o["prior_sd"]}
    if o["method"] == "wt":
        every = local if imported is None else local + imported
        case = rt.wallinga_teunis(every, interval_weights(o, len(every)), window=o["window"])
        return {k: getattr(case, k) for k in (*COLUMNS, "settled")}
    if o["si_mean_sd"] is not None or o["si_sd_sd"] is not None:
        if imported is not None:
            raise ValueError("an uncertain serial interval takes one column I")
        return _uncertain(local, o, prior)
    est = rt.estimate(local, interval_weights(o, len(local)), window=o["window"], imported=imported, **prior)
    q = est.quantiles((0.025, 0.5, 0.975))[:, 0]
    columns = {"t_start": est.t_start, "t_end": est.t_end, "mean": est.mean[0], "sd": est.sd[0]}
    columns |= {"q025": q[0], "median": q[1], "q975": q[2]}
    # Windows that begin in imputed days are not asked for; the others keep the numbers of the given days.
    columns = {k: v[before:] for k, v in columns.items()}
    return columns | {"t_start": columns["t_start"] - before, "t_end": columns["t_end"] - before}


def _uncertain(local: np.ndarray, o: dict[str, Any], prior: dict[str, float]) -> dict[str, np.ndarray]:
    from tongzhou.engines import rt

    if any(o[k] is None for k in ("si_mean", "si_sd", "si_mean_sd", "si_sd_sd")):
        raise BadInput("An uncertain serial interval needs --si-mean, --si-sd, --si-mean-sd and --si-sd-sd.")
    m, s, dm, ds = o["si_mean"], o["si_sd"], o["si_mean_sd"], o["si_sd_sd"]
    # Three sds to either side, cut where a serial interval stops making sense.
    drawn = rt.draw_intervals(
        o["seed"], o["draws"], (m, dm, max(1.0001, m - 3 * dm), m + 3 * dm), (s, ds, max(0.1, s - 3 * ds), s + 3 * ds)
    )
    mix = rt.estimate_uncertain(local, drawn, window=o["window"], **prior)
    q = mix.quantiles((0.025, 0.5, 0.975))
    return dict(zip(COLUMNS, (mix.t_start, mix.t_end, mix.mean, mix.sd, *q), strict=True))


def interval_weights(o: dict[str, Any], days: int) -> np.ndarray:
    """Serial interval of the options --si, or --si-mean and --si-sd."""
    from tongzhou.engines.rt import discretise, proper

    if (o["si"] is None) == (o["si_mean"] is None) or (o["si_mean"] is None) != (o["si_sd"] is None):
        raise BadInput("Give either --si FILE, or --si-mean and --si-sd.")
    if o["si"] is None:
        return discretise(o["si_mean"], o["si_sd"], days)
    try:
        return proper(read_lags(o["si"], "w"))
    except ValueError as error:
        raise BadInput(f"{o['si']}: {error}") from None
