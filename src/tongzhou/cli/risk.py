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

from .series import read_columns

TRUE, FALSE = ("1", "true", "yes", "是", "有"), ("0", "false", "no", "否", "无")


@click.command()
@click.option("--units", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="CSV or Parquet: unit, date, confirmed_cum[, cluster].")  # fmt: skip
@click.option("--as-of", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Levels at the close of this day.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="CSV of the proposals.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def risk(units: Path, as_of: dt.datetime, out: Path | None, as_json: bool) -> None:
    """Propose every unit's level by the rule in force on a day (RISK-01); experts confirm, the province publishes."""
    day = as_of.date()
    limits = Limits(**shipped("early_warning")["values"])
    results = [_judge(unit, series, day, limits) for unit, series in _read(units).items()]
    counted = Counter(one["level"] for one in results)
    told = {"as_of": str(day), "units": len(results), **counted, "results": results}
    if out:
        _write(out, results)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
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


def _read(path: Path) -> dict[str, Series]:
    """Series by unit, in the order of the file; rows of a unit may come in any order, no day twice."""
    table = read_columns(path)
    counts: dict[str, dict[dt.date, int]] = {}
    clusters: dict[str, dict[dt.date, bool]] = {}
    numbers = table.numbers("confirmed_cum", whole=True)
    marks = table.text("cluster") if "cluster" in table.names else [""] * len(table)
    for i, (unit, cell) in enumerate(zip(table.text("unit"), table.text("date"), strict=True)):
        if not unit:
            raise table.wrong(i, "unit", "is empty.")
        day = table.day(i, "date", cell)
        own = counts.setdefault(unit, {})
        if day in own:
            raise table.wrong(i, "date", f"{day} is there twice for {unit}.")
        own[day] = int(numbers[i])
        if (mark := marks[i].strip().lower()) in (*TRUE, *FALSE):
            clusters.setdefault(unit, {})[day] = mark in TRUE
        elif mark:
            raise table.wrong(i, "cluster", f"{marks[i]!r} is neither yes nor no; leave it empty where nobody judged.")
    return {unit: Series(by_day, clusters.get(unit, {})) for unit, by_day in counts.items()}


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
