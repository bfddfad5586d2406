"""Every forecast of Hubei that could have been made from 24 January to 10 March 2020, beside the naive ones.

    .venv/bin/python benchmarks/forecasts.py [--until 2020-03-10]

Each is made for the province and its 17 units from what had been published by the morning after its day (the region's
bulletins, first and restated), and scored against what was published in the end. Prints Markdown; `validate.py` puts it
into docs/validation.md. About three CPU minutes.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongzhou.settings")  # sentences of refusals are translated

from tongzhou.command.changes import net  # noqa: E402
from tongzhou.command.published import Published, make  # noqa: E402
from tongzhou.engines import forecast as fc  # noqa: E402
from tongzhou.engines import nowcast as nc  # noqa: E402
from tongzhou.outlook.ahead import inputs  # noqa: E402
from tongzhou.outlook.past import as_published  # noqa: E402
from tongzhou.tables.policy import shipped  # noqa: E402

CHANGED = dt.date(2020, 2, 12)
FIRST, LAST = dt.date(2020, 1, 24), dt.date(2020, 3, 10)
DISTANCES = (1, 7, 14)
MEASURES = ("confirmed", "cured", "dead")
METHODS = ("pooled", "last value", "log-linear")


@dataclass(frozen=True)
class Made:
    """One forecast for one day: quantiles by method, what came, and how many own past forecasts judged the pool."""

    what: str
    unit: str
    day: dt.date
    ahead: int
    quantiles: dict[str, np.ndarray]
    came: float
    judged: int

    @property
    def in_the_week(self) -> bool:
        """Foretold for the week of the definition change, which nobody could have foretold."""
        return 0 <= (self.day - CHANGED).days < 7

    def wis(self, method: str) -> float:
        return float(nc.wis(self.quantiles[method][:, None], fc.LEVELS, np.array([self.came]))[0])

    def log_wis(self, method: str) -> float:
        return float(nc.wis(np.log1p(self.quantiles[method])[:, None], fc.LEVELS, np.log1p([self.came]))[0])

    def held(self, method: str, low: int = 0) -> bool:
        q = self.quantiles[method]
        return bool(q[low] - 0.5 <= self.came <= q[-1 - low] + 0.5)


def published() -> dict[str, list[Published | dt.date]]:
    """The series of each place, newest first, with all its publications."""
    versions: dict[tuple[str, dt.date], list[dict[str, object]]] = defaultdict(list)
    rows: dict[tuple[str, dt.date], dict[str, str]] = {}
    with (ROOT / "regions/hubei/bulletins.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = (row["place"], dt.date.fromisoformat(row["day"]))
            told: dict[str, object] = {name: int(row[name]) for name in MEASURES if row[name]}
            new = {name: int(row[f"new_{name}"]) for name in MEASURES if row[f"new_{name}"]}
            versions[key].append({"published_on": row["published_on"], "version": row["version"], "new": new, **told})
            rows[key] = row
    found: dict[str, list[Published | dt.date]] = {}
    for place in sorted({place for place, _ in rows}):
        days = sorted(day for one, day in rows if one == place)
        series: list[Published | dt.date] = []
        before: dict[str, object] | None = None
        for n in range((days[-1] - days[0]).days + 1):
            day = days[0] + dt.timedelta(days=n)
            if (place, day) not in rows:
                series.append(day)
                before = None
                continue
            row, told_then = rows[place, day], versions[place, day]
            last = {name: next((v[name] for v in reversed(told_then) if name in v), None) for name in MEASURES}
            data: dict[str, object] = {
                "day": str(day),
                "unit": place,
                "grades": {},
                "read": "",
                "versions": told_then,
                **last,
            }
            data |= {"published_on": row["published_on"], "source": row["source"]}
            series.append(make(data, before, day == CHANGED))
            before = data
        found[place] = series[::-1]
    return found


def forecasts(until: dt.date = LAST) -> Iterator[Made]:
    """All forecasts, cases and beds, of all origins and places."""
    table = shipped("hospital_burden")["values"]
    for place, series in published().items():
        end = {one.day: one for one in series if isinstance(one, Published)}
        for n in range((until - FIRST).days + 1):
            origin = FIRST + dt.timedelta(days=n)
            known = inputs(as_published(series, origin), {CHANGED} if origin >= CHANGED else set())
            if known is None or known.last != origin:
                continue
            told = fc.foretell(known.cases, part=known.part)
            yield from _made("cases", place, origin, told, _since(known.cases, known.part), end, _cases)
            if not np.isnan(known.beds[-1]):
                beds, _ = fc.foretell_beds(known.beds, known.admitted, stay=table["stay_mean_days"], part=known.part)
                yield from _made("beds", place, origin, beds, _since(known.beds, known.part), end, _beds)


def _made(
    what: str,
    place: str,
    origin: dt.date,
    told: fc.Told,
    since: np.ndarray,
    end: dict[dt.date, Published],
    came_of: Callable[[Published], float | None],
) -> Iterator[Made]:
    drawn = {"last value": fc.last_value(since, days=14, seed=1, draws=500)}
    drawn["log-linear"] = fc.log_linear(since, days=14, seed=1, draws=500)
    quantiles = {name: np.quantile(paths, fc.LEVELS, axis=0) for name, paths in drawn.items()}
    quantiles["pooled"] = told.quantiles()
    for ahead in DISTANCES:
        day = origin + dt.timedelta(days=ahead)
        came = came_of(end[day]) if day in end else None
        if came is not None:
            at = {name: q[:, ahead - 1] for name, q in quantiles.items()}
            yield Made(what, place, day, ahead, at, came, int(told.judged[ahead - 1]))


def _since(values: np.ndarray, part: np.ndarray) -> np.ndarray:
    """The known figures since the last change that has any: the naive forecasts know of it too."""
    known = ~np.isnan(values)
    return np.asarray(values[known & (part == part[known].max())])


def _cases(one: Published) -> float | None:
    return None if one.fresh is None else float(max(0, net(one.fresh, one.revised)))


def _beds(one: Published) -> float | None:
    return None if one.in_hospital is None else float(one.in_hospital)


def tables(made: list[Made]) -> str:
    """The validation tables in Markdown."""
    least = shipped("forecast")["values"]["judged_least"]
    units = len({one.unit for one in made})
    text = f"""## Forecasts of Hubei, cases and beds

`python benchmarks/forecasts.py`: all origins from {FIRST} to {LAST}, the province and its {units - 1} units, each
forecast from what had been published by the next morning, against what was published by the end of March. *Pooled* is
what the outlook tells ([forecast](engines/forecast.md)); the naive ones are given the same days since the change of
definition. WIS over seven quantiles; *log* on log(x + 1), where small places count as much as Wuhan. 50 % and 95 %:
share of what came within the band, without what was foretold for 12 to 18 February 2020, the week of the new
definition; *that week* is given apart. A figure restated is no new case; what was withdrawn is taken from the day's
new cases, nought at least.

"""
    text += _head(
        "what | days ahead | forecasts | method | WIS | log | 50 % | 95 % | 95 % that week | places where best"
    )
    for what in ("cases", "beds"):
        for ahead in DISTANCES:
            some = [one for one in made if (one.what, one.ahead) == (what, ahead)]
            text += "".join(_row(what, ahead, some, method) for method in METHODS)
    text += f"""
### Where a fan is drawn

Only the forecasts with at least {least} own past ones at that distance behind them, as the outlook draws them.

"""
    text += _head(
        "what | days ahead | forecasts | method | WIS | log | 50 % | 95 % | 95 % that week | places where best"
    )
    for what in ("cases", "beds"):
        for ahead in DISTANCES:
            some = [one for one in made if (one.what, one.ahead) == (what, ahead) and one.judged >= least]
            text += "".join(_row(what, ahead, some, method) for method in METHODS) if some else ""
    return text


def _head(names: str) -> str:
    columns = [name.strip() for name in names.split("|")]
    return f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|\n"


def _row(what: str, ahead: int, some: list[Made], method: str) -> str:
    calm, week = [one for one in some if not one.in_the_week], [one for one in some if one.in_the_week]
    by_place: dict[str, list[Made]] = defaultdict(list)
    for one in some:
        by_place[one.unit].append(one)
    best = sum(min(METHODS, key=lambda m: sum(one.wis(m) for one in theirs)) == method for theirs in by_place.values())
    shares = [_share(calm, method, 2), _share(calm, method, 0), _share(week, method, 0)]
    wis, log = (np.mean([getattr(one, name)(method) for one in some]) for name in ("wis", "log_wis"))
    cells = [what, ahead, len(some), method, f"{wis:,.1f}", f"{log:.3f}", *shares, f"{best} of {len(by_place)}"]
    return f"| {' | '.join(map(str, cells))} |\n"


def _share(some: list[Made], method: str, low: int) -> str:
    return f"{np.mean([one.held(method, low) for one in some]):.0%}" if some else "–"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--until", type=dt.date.fromisoformat, default=LAST)
    print(tables(list(forecasts(parser.parse_args().until))))


if __name__ == "__main__":
    main()
