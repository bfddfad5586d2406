"""`tongzhou forecast`: the next days of a series of cases, and what they mean for beds and stock."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click
import numpy as np

from tongzhou.tables import BadInput

from .left_out import STRICT, LeftOut
from .rt import interval_weights, readable_stretch, series_of_cases
from .series import read_columns, read_lags, write_columns

FILE = click.Path(path_type=Path, dir_okay=False)
ENOUGH, LEAST = 28, 8  # days that are read whole: as many are wanted, fewer say nothing
NAMES = ("q025", "q10", "q25", "median", "q75", "q90", "q975")


@click.command()
@click.option("--incidence", type=FILE, required=True, help="CSV or Parquet: date,I, to the last complete day.")
@click.option("--si", type=FILE, help="Serial interval by day: lag,w from lag 0.")
@click.option("--si-mean", type=float, help="Instead: mean of a gamma serial interval, days.")
@click.option("--si-sd", type=float, help="Its standard deviation, days.")
@click.option("--withdrawals", is_flag=True, help="Take negative counts from the days before them.")
@click.option("--days", default=14, show_default=True, help="Days ahead.")
@click.option("--method", type=click.Choice(["combined", "renewal"]), default="combined", show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--draws", default=1000, show_default=True)
@click.option("--admit-share", type=float, help="Share of cases admitted.")
@click.option("--admit-delay", type=FILE, help="Days from case to admission: lag,p.")
@click.option("--stay", type=FILE, help="Days in bed: lag,p.")
@click.option("--in-bed", type=float, default=0.0, show_default=True, help="Patients in bed today.")
@click.option("--stock", type=float, help="Items in stock now.")
@click.option("--per-bed-day", type=float, help="Items used per occupied bed and day.")
@STRICT
@click.option("--score", "scored", is_flag=True, help="Also score past forecasts beside naive ones (takes longer).")
@click.option("--out", type=FILE, help="CSV or Parquet; stdout without it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def forecast(incidence: Path, out: Path | None, as_json: bool, **o: Any) -> None:
    """Forecast cases by day as quantiles; with shares, delays and stays also admissions, beds and days of cover."""
    from tongzhou.engines import forecast as engine
    from tongzhou.engines.rt import growth_rate

    table, left_out = read_columns(incidence), LeftOut()
    if not o["strict"]:
        table, _before, left_out = readable_stretch(table, ENOUGH, LEAST)
    cases, imported = series_of_cases(table, weekly=False, withdrawals=o["withdrawals"])
    if imported is not None:
        cases = cases + imported
    weights = interval_weights(o, len(cases))
    try:
        ahead = engine.forecast(cases, weights, days=o["days"], seed=o["seed"], draws=o["draws"])
        paths, told = ahead.paths, None
        if o["method"] == "combined":
            told = engine.foretell(cases, days=o["days"])
            paths = told.paths(o["draws"], o["seed"])
        columns, burden = _burden(cases, paths, o)
        if told is not None:  # its own quantiles, not those of so many draws
            columns |= _named("cases", told.quantiles()) | {"judged": told.judged}
        scores = engine.score(cases, weights, days=min(7, o["days"]), seed=o["seed"]) if o["scored"] else None
    except ValueError as error:
        raise BadInput("\n".join([f"{incidence}, {error}", *left_out.told(incidence)])) from None
    days = _days(table.by_name.get("date", []), paths.shape[1])
    if out is not None or not as_json:
        write_columns(out, {"date": days, "ahead": list(range(1, paths.shape[1] + 1))} | columns)
    mean, low, high = ahead.reproduction
    answer: dict[str, Any] = {"method": o["method"], "R": mean, "R_q025": low, "R_q975": high}
    answer |= {"growth_per_day": growth_rate(mean, weights), "says_something": ahead.says_something}
    answer |= {"growth_q025": growth_rate(low, weights), "growth_q975": growth_rate(high, weights)}
    # While growth and decline are both possible, a doubling time would be a number about nothing.
    sure = low > 1 or high < 1
    answer |= {"doubling_days": engine.doubling_time(mean, weights) if sure else None} | burden
    if left_out.rows:
        last = f"row {table.lines[-1]}" + (f", {table.by_name['date'][-1][:10]}" if "date" in table.names else "")
        begins = f"A series ends where a day cannot be read: the forecast begins after {last}."
        answer |= {"left_out": left_out.listed(), "warnings": [*left_out.told(incidence), begins]}
    if scores is not None:
        answer["scores"] = scores.verdict() | {"wis": {k: float(v.mean()) for k, v in scores.by_method.items()}}
    _say(answer, as_json)


def _burden(cases: np.ndarray, paths: np.ndarray, o: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns of quantiles of cases, and of admissions and beds where they are asked for; peak and cover."""
    from tongzhou.engines import forecast as engine

    columns = _quantiles("cases", paths)
    asked = [o[k] is not None for k in ("admit_share", "admit_delay", "stay")]
    if not any(asked):
        if o["stock"] is not None:
            raise BadInput("--stock needs beds: give --admit-share, --admit-delay and --stay.")
        return columns, {}
    if not all(asked):
        raise BadInput("Admissions and beds need --admit-share, --admit-delay and --stay.")
    delay, stay = read_lags(o["admit_delay"], "p"), read_lags(o["stay"], "p")
    coming = engine.admissions(cases, paths, delay, o["admit_share"])
    before = engine.admissions(np.zeros(1), cases[None, :], delay, o["admit_share"])[0]
    beds = engine.occupancy(o["in_bed"], before, coming, stay)
    columns |= _quantiles("admissions", coming) | _quantiles("beds", beds)
    top = engine.peak(beds)
    found: dict[str, Any] = {"peak_beds": top.height[0], "peak_day": top.day, "peak_beyond_horizon": top.beyond}
    if o["stock"] is not None:
        if o["per_bed_day"] is None:
            raise BadInput("--stock needs --per-bed-day.")
        cover = engine.days_of_cover(o["stock"], beds * o["per_bed_day"])
        # A quantile of draws of which some outlast the horizon: the horizon is what can be said.
        least, middle = (float(np.quantile(np.minimum(cover, paths.shape[1]), q)) for q in (0.025, 0.5))
        found |= {"days_of_cover": middle, "days_of_cover_q025": least}
        found |= {"outlasts_horizon": float(np.isinf(cover).mean())}
    return columns, found


def _quantiles(name: str, paths: np.ndarray) -> dict[str, Any]:
    from tongzhou.engines.forecast import LEVELS

    return _named(name, np.quantile(paths, LEVELS, axis=0))


def _named(name: str, quantiles: np.ndarray) -> dict[str, Any]:
    return {f"{name}_{label}": quantiles[i] for i, label in enumerate(NAMES)}


def _days(dates: list[str], ahead: int) -> list[Any]:
    try:
        last = dt.date.fromisoformat(dates[-1][:10])
    except (ValueError, IndexError):
        return [float("nan")] * ahead
    return [last + dt.timedelta(h) for h in range(1, ahead + 1)]


def _say(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(answer))
        return
    for note in answer.get("warnings", ()):
        click.echo(note, err=True)
    if not answer["says_something"]:
        click.echo("Too few cases in the last week to know R: do not plan by this forecast.", err=True)
    if answer.get("scores", {}).get("baseline_wins"):
        click.echo(f"In the past the naive forecast {answer['scores']['baseline']} was better.", err=True)
