"""`tongzhou risk`: every unit's proposed level on a day, with reasons, missing inputs and early-warning signals."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import Any

import click

from tongzhou import rules
from tongzhou.engines.risk import Limits, Series, asked, signals
from tongzhou.tables import BadInput
from tongzhou.tables.policy import shipped

from .left_out import STRICT, LeftOut
from .series import Columns, read_columns

TRUE, FALSE = ("1", "true", "yes", "是", "有"), ("0", "false", "no", "否", "无")


@click.command()
@click.option("--units", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="CSV or Parquet: unit, date, confirmed_cum[, cluster].")  # fmt: skip
@click.option("--as-of", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Levels at the close of this day.")
@STRICT
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="CSV of the proposals.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def risk(units: Path, as_of: dt.datetime, strict: bool, out: Path | None, as_json: bool) -> None:
    """Propose every unit's level by the rule in force on a day (RISK-01); experts confirm, the province publishes."""
    day = as_of.date()
    limits = Limits(**shipped("early_warning")["values"])
    by_unit, left_out = _read(units, strict)
    results = [_judge(unit, series, day, limits) for unit, series in by_unit.items()]
    counted = Counter(one["level"] for one in results)
    told: dict[str, Any] = {"as_of": str(day), "units": len(results), **counted, "results": results}
    told |= {"left_out": left_out.listed()} if left_out.rows else {}
    if out:
        _write(out, results)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for note in left_out.told(units):
        click.echo(note, err=True)
    for one in results:
        click.echo(f"{one['unit']}\t{one['level']}\t{one['reason_en']}")
        for signal in one["signals"]:
            click.echo(f"\t{signal['code']}: {signal['en']}")
    click.echo(", ".join(f"{level} {n}" for level, n in sorted(counted.items())), err=True)


def _judge(unit: str, series: Series, day: dt.date, limits: Limits) -> dict[str, Any]:
    given = asked(series, day)
    answer = rules.evaluate(rules.book(), "RISK-01", given, on=day)
    new = None if given.get("missing_days") or "cumulative" not in given else sum(given["new_by_day"].values())
    return {
        "unit": unit,
        "level": str(answer.outcome),
        "reason_en": answer.reason_en,
        "reason_zh": answer.reason_zh,
        "missing": list(answer.missing),
        "cumulative": given.get("cumulative"),
        "new_14d": new,
        "pack": answer.edition,
        "signals": [
            {"code": s.code, "day": str(s.day), "en": s.text.en, "zh": s.text.zh} for s in signals(series, day, limits)
        ],
    }


def _read(path: Path, strict: bool) -> tuple[dict[str, Series], LeftOut]:
    """Series by unit, in the order of the file; rows of a unit may come in any order. What cannot be read is left out:
    the rule then says which day it lacks."""
    table = read_columns(path)
    for name in ("unit", "date", "confirmed_cum"):
        if name not in table.names:
            table.without(table.broken).text(name)  # raises: there is no such column
    wrong = _wrong(table)
    if wrong and (strict or len(wrong) == len(table)):
        row, (name, why) = min(wrong.items())
        raise table.wrong(row, name, f"{why}.")
    counts: dict[str, dict[dt.date, int]] = {}
    clusters: dict[str, dict[dt.date, bool]] = {}
    marks = table.by_name.get("cluster", [""] * len(table))
    for i, (unit, cell) in enumerate(zip(table.by_name["unit"], table.by_name["date"], strict=True)):
        if unit:
            counts.setdefault(unit, {})  # a unit of which nothing can be read is told as one
        if i in wrong and wrong[i][0] != "cluster":
            continue
        day = table.day(i, "date", cell)
        counts[unit][day] = int(float(table.by_name["confirmed_cum"][i]))
        if (mark := marks[i].strip().lower()) in (*TRUE, *FALSE):
            clusters.setdefault(unit, {})[day] = mark in TRUE
    told = LeftOut(tuple((table.lines[i], name, why) for i, (name, why) in sorted(wrong.items())))
    return {unit: Series(by_day, clusters.get(unit, {})) for unit, by_day in counts.items()}, told


def _wrong(table: Columns) -> dict[int, tuple[str, str]]:
    """Row → the field that cannot be read or cannot be, and why. Of a day that says two things neither counts."""
    wrong = table.unreadable(("confirmed_cum",), ("date",))
    marks = table.by_name.get("cluster", [""] * len(table))
    said: dict[tuple[str, dt.date], list[int]] = {}
    for i, (unit, number) in enumerate(zip(table.by_name["unit"], table.by_name["confirmed_cum"], strict=True)):
        if i in wrong:
            continue
        if not unit:
            wrong[i] = ("unit", "is empty")
        elif float(number) < 0 or float(number) % 1:
            wrong[i] = ("confirmed_cum", f"{number} is negative" if float(number) < 0 else f"{number} is not whole")
        else:
            said.setdefault((unit, table.day(i, "date", table.by_name["date"][i])), []).append(i)
            if (mark := marks[i].strip().lower()) and mark not in (*TRUE, *FALSE):
                wrong[i] = ("cluster", f"{marks[i]!r} is neither yes nor no: taken as not judged")
    for (unit, day), rows in said.items():
        if len({(float(table.by_name["confirmed_cum"][i]), marks[i]) for i in rows}) > 1:
            wrong |= dict.fromkeys(rows, ("date", f"{day} is there twice for {unit} and says two things"))
    return wrong


def _write(path: Path, results: list[dict[str, Any]]) -> None:
    import csv

    names = ["unit", "level", "cumulative", "new_14d", "missing", "signals", "reason_en", "reason_zh", "pack"]
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names, extrasaction="ignore")
            writer.writeheader()
            for one in results:
                missing, codes = ";".join(one["missing"]), ";".join(s["code"] for s in one["signals"])
                writer.writerow({**one, "missing": missing, "signals": codes})
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}") from None
