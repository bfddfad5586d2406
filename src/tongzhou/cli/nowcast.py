"""`tongzhou nowcast`: a reporting triangle completed for what is not reported yet."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from tongzhou.tables import BadInput

from .left_out import STRICT, LeftOut, unbroken
from .series import MISSING, Columns, read_columns, write_columns

FILE = click.Path(path_type=Path, dir_okay=False)
DATE = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option(
    "--triangle", type=FILE, required=True, help="CSV or Parquet: reference_date,0,1,2,…; empty = not known yet."
)
@click.option("--method", type=click.Choice(["auto", "adaptive", "reference"]), default="auto", show_default=True)
@click.option("--rows", type=int, help="Reference dates used for delays; all without it.")
@click.option(
    "--silent", type=DATE, multiple=True, help="A day on which nobody reported: its cells are missing, not zero."
)
@click.option("--break", "breaks", type=DATE, multiple=True, help="A day on which the definition changed.")
@STRICT
@click.option("--out", type=FILE, help="CSV or Parquet; stdout without it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with totals by reference date.")
def nowcast(triangle: Path, out: Path | None, as_json: bool, **options: Any) -> None:
    """Complete the triangle: cells, total with 95 % interval by reference date, and the interval of every cell."""
    from tongzhou.engines.nowcast import silent_days

    table, left_out = read_columns(triangle), LeftOut()
    if not options["strict"]:
        table, left_out = _readable(table)
    dates, y, daily = _triangle(table)
    try:
        found = _complete(dates, y, daily, options)
        silent = [dates[i].isoformat() for i in silent_days(y)] if daily else []
    except ValueError as error:
        raise BadInput("\n".join([f"{triangle}, {error}", *left_out.told(triangle)])) from None
    if out is not None or not as_json:
        write_columns(out, _columns(dates, found))
    low, high = found.quantiles((0.025, 0.975))
    if as_json:
        rows = zip(dates, found.total, low, high, strict=True)
        totals = [{"reference_date": str(d), "total": t, "q025": a, "q975": b} for d, t, a, b in rows]
        answer = {"method": found.method, "pmf": found.pmf.tolist(), "totals": totals}
        answer |= {"interval_measured": found.measured, "maybe_silent": silent}
        click.echo(json.dumps(answer | ({"left_out": left_out.listed()} if left_out.rows else {})))
        return
    for note in left_out.told(triangle):
        click.echo(note, err=True)
    if not found.measured:
        click.echo("Too few past dates to measure the error: intervals are Poisson, and too narrow.", err=True)
    if silent:
        click.echo(f"Nothing was reported on {', '.join(silent)}: give --silent if nobody reported.", err=True)


def _complete(dates: list[dt.date], y: np.ndarray, daily: bool, o: dict[str, Any]) -> Any:
    from tongzhou.engines import nowcast as engine

    breaks = [_row(dates, day.date(), "--break") for day in o["breaks"]]
    silent = [_row(dates, day.date(), "--silent") for day in o["silent"]]
    if silent or breaks:
        y = engine.mark_holes(y, silent, breaks)
    weekday = np.array([day.weekday() for day in dates], dtype=np.float64) if daily else None
    since = max(breaks, default=None)
    return engine.nowcast(y, weekday=weekday, method=o["method"], rows=o["rows"], new_since=since)


def _triangle(table: Columns) -> tuple[list[dt.date], np.ndarray, bool]:
    delays = [name for name in table.names if name != "reference_date"]
    if delays != [str(d) for d in range(len(delays))]:
        raise BadInput(f"{table.path}, row 1: columns must be reference_date,0,1,2,… without gaps, got {table.names}.")
    text = table.text("reference_date")
    try:
        step = (dt.date.fromisoformat(text[1][:10]) - dt.date.fromisoformat(text[0][:10])).days if len(text) > 1 else 1
    except ValueError:
        step = 1
    dates = table.dates("reference_date", 7 if step == 7 else 1)
    y = np.column_stack([table.numbers(d, missing=True, negative=True) for d in delays])
    empty = np.flatnonzero(np.isnan(y).all(axis=1))
    if len(empty):
        raise table.wrong(int(empty[0]), "0", "nothing is known of this date; leave the row out.")
    return dates, y, step != 7


def _readable(table: Columns) -> tuple[Columns, LeftOut]:
    """The triangle with what cannot be read taken for not known yet, from the last date on that cannot be read itself:
    a row belongs to no date without it."""
    delays = [name for name in table.names if name.isdecimal()]
    holes = {
        name: {i: why for i, (_field, why) in table.unreadable([name]).items()
               if i not in table.broken and table.by_name[name][i] not in MISSING}
        for name in delays
    }  # fmt: skip
    told = [
        (table.lines[i], name, f"{why}: taken as not known yet") for name in delays for i, why in holes[name].items()
    ]
    for name in delays:
        table = table.with_cells(name, dict.fromkeys(holes[name], ""))
    empty = [i for i in range(len(table)) if all(table.by_name[name][i] in MISSING for name in delays)]
    lost = {i: "nothing of this date can be read" for i in empty if any(i in rows for rows in holes.values())}
    table = replace(table, broken=table.broken | lost)
    cut, _before, undated = unbroken(table, (), ["reference_date"], len(table) // 2)
    return cut, LeftOut(tuple(sorted((*undated.rows, *told))))


def _row(dates: list[dt.date], day: dt.date, option: str) -> int:
    if day not in dates:
        raise BadInput(f"{option} {day} is not a reference date of the triangle ({dates[0]} to {dates[-1]}).")
    return dates.index(day)


def _columns(dates: list[dt.date], found: Any) -> dict[str, Any]:
    low, high = found.quantiles((0.025, 0.975))
    columns: dict[str, Any] = {"reference_date": dates}
    columns |= {str(d): found.full[:, d] for d in range(found.full.shape[1])}
    columns |= {"total": found.total, "total_q025": low, "total_q975": high}
    cells = found.cell_quantiles((0.025, 0.975))
    for d in range(found.full.shape[1]):
        columns |= {f"{d}_q025": cells[0][:, d], f"{d}_q975": cells[1][:, d]}
    return columns
