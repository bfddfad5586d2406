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

from .left_out import STRICT, LeftOut, leave_out
from .series import Columns, read_columns

NOTHING_LEFT_OUT = LeftOut()
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
@STRICT
@JSON
def cfr(
    incidence: Path, delay: Path | None, delay_mean: float | None, delay_sd: float | None, strict: bool, as_json: bool
) -> None:
    """Case fatality, crude and adjusted for deaths still to come."""
    from tongzhou.engines.severity import adjusted_fatality, delay_from_mean_sd

    if (delay is None) == (delay_mean is None) or (delay_mean is None) != (delay_sd is None):
        raise BadInput("Give either --delay FILE, or --delay-mean and --delay-sd.")
    table = read_columns(incidence)
    cases, deaths, left_out = _counts(table, strict)
    try:
        if delay is not None:
            p = read_columns(delay).numbers("p")
        else:
            p = delay_from_mean_sd(delay_mean or 0.0, delay_sd or 0.0, len(table))
        found = adjusted_fatality(cases, float(deaths.sum()), p)
    except ValueError as error:
        raise BadInput(f"{incidence}: {error}") from None
    _print(asdict(found), as_json, left_out, incidence)
    if left_out.rows and not as_json:
        click.echo("Neither cases nor deaths of those days count; their deaths on other days do.", err=True)
    if not found.says_something and not as_json:
        click.echo("Too few deaths, or too few known yet, to say anything.", err=True)


@severity.command()
@click.option("--rates", type=FILE, required=True, help="CSV or Parquet: age,events,denominator,standard.")
@STRICT
@JSON
def standardise(rates: Path, strict: bool, as_json: bool) -> None:
    """A rate as if the place had the standard's ages."""
    from tongzhou.engines.severity import standardised

    table, left_out = leave_out(read_columns(rates), ("events", "denominator", "standard"), strict=strict)
    try:
        found = standardised(*(table.numbers(name) for name in ("events", "denominator", "standard")))
    except ValueError as error:
        raise BadInput(f"{rates}: {error}") from None
    ages = table.text("age")
    _print(asdict(found) | {"missing": [ages[i] for i in found.missing]}, as_json, left_out, rates)


@severity.command()
@click.option("--counts", type=FILE, required=True, help="CSV or Parquet: group,events,total (place or setting).")
@STRICT
@JSON
def attack(counts: Path, strict: bool, as_json: bool) -> None:
    """Attack rate by place, or secondary attack rate by setting, with exact intervals."""
    from tongzhou.engines.severity import share

    table, left_out = leave_out(read_columns(counts), ("events", "total"), strict=strict)
    groups, events, totals = table.text("group"), table.numbers("events"), table.numbers("total")
    found: dict[str, Any] = {}
    for i, group in enumerate(groups):
        if group in found:
            raise table.wrong(i, "group", f"{group} is there twice.")
        try:
            found[group] = asdict(share(float(events[i]), float(totals[i])))
        except ValueError as error:
            raise table.wrong(i, "events", f"{error}.") from None
    _print(found, as_json, left_out, counts)


@severity.command()
@click.option("--pairs", type=FILE, required=True, help="CSV or Parquet: infector_onset,infectee_onset as dates.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), multiple=True, help="Start of a period, by infector's onset."
)
@click.option("--seed", default=1, show_default=True)
@STRICT
@JSON
def interval(pairs: Path, since: tuple[dt.datetime, ...], seed: int, strict: bool, as_json: bool) -> None:
    """Serial interval of infector-infectee pairs, and by period."""
    from tongzhou.engines.severity import by_period, serial_interval

    table = read_columns(pairs)
    days = ("infector_onset", "infectee_onset")
    bad = {i: told for i, told in table.unreadable((), days).items() if i in table.broken or table.by_name[told[0]][i]}
    if bad and (strict or len(bad) == len(table)):
        row, (field, why) = next(iter(bad.items()))
        raise table.wrong(row, field, f"{why}.")
    unread = LeftOut(tuple((table.lines[i], field, why) for i, (field, why) in bad.items()))
    given, table = len(table), table.without(bad)
    a, b = (_days(table, name) for name in days)
    try:
        found: dict[str, Any] = asdict(serial_interval(a, b, seed=seed))
    except ValueError as error:
        raise BadInput(f"{pairs}: {error}") from None
    starts = sorted(day.date() for day in since)
    periods = by_period(a, b, [day.toordinal() for day in starts], seed=seed)
    complete = np.isfinite(a) & np.isfinite(b)
    found |= {"pairs_given": given, "left_out": int((~complete).sum()) + len(bad)}
    ends = [*(day.toordinal() for day in starts[1:]), np.inf][: len(starts)]
    found["periods"] = [
        {"since": str(s)} | (asdict(p) if p else {"pairs": int((complete & (a >= s.toordinal()) & (a < end)).sum())})
        for s, p, end in zip(starts, periods, ends, strict=True)
    ]
    _print(found, as_json, unread, pairs, "unreadable")


def _days(table: Columns, field: str) -> np.ndarray:
    found = np.full(len(table), np.nan)
    for i, cell in enumerate(table.text(field)):
        if cell:
            found[i] = table.day(i, field, cell).toordinal()
    return found


def _counts(table: Columns, strict: bool) -> tuple[np.ndarray, np.ndarray, LeftOut]:
    """Cases and deaths by day; a day of which anything cannot be read counts in neither, and is told."""
    names = ("cases", "deaths")
    bad = table.unreadable(names, ("date",))
    if not bad or strict or len(bad) == len(table):
        table.dates("date")
        return table.numbers("cases"), table.numbers("deaths"), LeftOut()
    _days_in_between(table, bad)
    found = [np.zeros(len(table)) for _ in names]
    for counts, name in zip(found, names, strict=True):
        counts[[i for i in range(len(table)) if i not in bad]] = table.without(bad).numbers(name)
    return found[0], found[1], LeftOut(tuple((table.lines[i], field, why) for i, (field, why) in bad.items()))


def _days_in_between(table: Columns, bad: dict[int, tuple[str, str]]) -> None:
    """Raises BadInput where the days that can be read do not follow each other with one day for each row."""
    before: tuple[int, dt.date] | None = None
    for i, cell in enumerate(table.by_name["date"]):
        if i in bad:
            continue
        day = table.day(i, "date", cell)
        if before and day != (due := before[1] + dt.timedelta(i - before[0])):
            raise table.wrong(i, "date", f"{day} where {due} is due: a row for every day, sorted.")
        before = (i, day)


def _print(
    answer: dict[str, Any],
    as_json: bool,
    left_out: LeftOut = NOTHING_LEFT_OUT,
    path: Path = Path(),
    name: str = "left_out",
) -> None:
    """`name`: under which the rows that could not be read stand in the JSON, where there are any."""
    if left_out.rows and as_json:
        answer |= {name: left_out.listed()}
    elif left_out.rows:
        click.echo("\n".join(left_out.told(path)), err=True)
    clean = json.loads(json.dumps(answer), parse_constant=lambda _: None)  # NaN is null: it is not known
    if as_json:
        click.echo(json.dumps(clean, ensure_ascii=False))
        return
    for key, value in clean.items():
        click.echo(f"{key}: {value}")
