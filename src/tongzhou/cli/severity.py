"""`tongzhou severity`: fatality, standardised rates, attack rates and serial intervals from files."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import numpy as np

from tongzhou.tables import BadInput

from .series import Columns, read_columns

FILE = click.Path(path_type=Path, dir_okay=False)
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def severity() -> None:
    """How severe, how many, how fast."""


@severity.command()
@click.option("--incidence", type=FILE, required=True, help="CSV or Parquet: date,cases,deaths; cases by onset.")
@click.option("--delay", type=FILE, help="Days from onset to death among those who die: lag,p.")
@click.option("--delay-mean", type=float, help="Instead: mean of a gamma delay, days.")
@click.option("--delay-sd", type=float, help="Its standard deviation, days.")
@JSON
def cfr(incidence: Path, delay: Path | None, delay_mean: float | None, delay_sd: float | None, as_json: bool) -> None:
    """Case fatality, crude and adjusted for deaths still to come."""
    from tongzhou.engines.severity import adjusted_fatality, delay_from_mean_sd

    if (delay is None) == (delay_mean is None) or (delay_mean is None) != (delay_sd is None):
        raise BadInput("Give either --delay FILE, or --delay-mean and --delay-sd.")
    table = read_columns(incidence)
    table.dates("date")
    try:
        if delay is not None:
            p = read_columns(delay).numbers("p")
        else:
            p = delay_from_mean_sd(delay_mean or 0.0, delay_sd or 0.0, len(table))
        found = adjusted_fatality(table.numbers("cases"), float(table.numbers("deaths").sum()), p)
    except ValueError as error:
        raise BadInput(f"{incidence}: {error}") from None
    _print(asdict(found), as_json)
    if not found.says_something and not as_json:
        click.echo("Too few deaths, or too few known yet, to say anything.", err=True)


@severity.command()
@click.option("--rates", type=FILE, required=True, help="CSV or Parquet: age,events,denominator,standard.")
@JSON
def standardise(rates: Path, as_json: bool) -> None:
    """A rate as if the place had the standard's ages."""
    from tongzhou.engines.severity import standardised

    table = read_columns(rates)
    try:
        found = standardised(*(table.numbers(name) for name in ("events", "denominator", "standard")))
    except ValueError as error:
        raise BadInput(f"{rates}: {error}") from None
    ages = table.text("age")
    _print(asdict(found) | {"missing": [ages[i] for i in found.missing]}, as_json)


@severity.command()
@click.option("--counts", type=FILE, required=True, help="CSV or Parquet: group,events,total (place or setting).")
@JSON
def attack(counts: Path, as_json: bool) -> None:
    """Attack rate by place, or secondary attack rate by setting, with exact intervals."""
    from tongzhou.engines.severity import share

    table = read_columns(counts)
    groups, events, totals = table.text("group"), table.numbers("events"), table.numbers("total")
    found: dict[str, Any] = {}
    for i, group in enumerate(groups):
        if group in found:
            raise table.wrong(i, "group", f"{group} is there twice.")
        try:
            found[group] = asdict(share(float(events[i]), float(totals[i])))
        except ValueError as error:
            raise table.wrong(i, "events", f"{error}.") from None
    _print(found, as_json)


@severity.command()
@click.option("--pairs", type=FILE, required=True, help="CSV or Parquet: infector_onset,infectee_onset as dates.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), multiple=True, help="Start of a period, by infector's onset."
)
@click.option("--seed", default=1, show_default=True)
@JSON
def interval(pairs: Path, since: tuple[dt.datetime, ...], seed: int, as_json: bool) -> None:
    """Serial interval of infector-infectee pairs, and by period."""
    from tongzhou.engines.severity import by_period, serial_interval

    table = read_columns(pairs)
    a, b = _days(table, "infector_onset"), _days(table, "infectee_onset")
    try:
        found: dict[str, Any] = asdict(serial_interval(a, b, seed=seed))
    except ValueError as error:
        raise BadInput(f"{pairs}: {error}") from None
    starts = sorted(day.date() for day in since)
    periods = by_period(a, b, [day.toordinal() for day in starts], seed=seed)
    complete = np.isfinite(a) & np.isfinite(b)
    found |= {"pairs_given": len(a), "left_out": int((~complete).sum())}
    ends = [day.toordinal() for day in starts[1:]] + [np.inf]
    found["periods"] = [
        {"since": str(s)} | (asdict(p) if p else {"pairs": int((complete & (a >= s.toordinal()) & (a < end)).sum())})
        for s, p, end in zip(starts, periods, ends, strict=True)
    ]
    _print(found, as_json)


def _days(table: Columns, field: str) -> np.ndarray:
    found = np.full(len(table), np.nan)
    for i, cell in enumerate(table.text(field)):
        if cell:
            found[i] = table.day(i, field, cell).toordinal()
    return found


def _print(answer: dict[str, Any], as_json: bool) -> None:
    clean = json.loads(json.dumps(answer), parse_constant=lambda _: None)  # NaN is null: it is not known
    if as_json:
        click.echo(json.dumps(clean, ensure_ascii=False))
        return
    for key, value in clean.items():
        click.echo(f"{key}: {value}")
