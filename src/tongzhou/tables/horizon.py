"""The tables of `plan supplies --days`: goods, places, use, coming, trucks; days are numbered from 0."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tongzhou.engines.supplies import Horizon

from . import BadInput
from .columns import PlanTable, write_table

COLUMNS = {
    "goods": {"id": True, "litres": True, "central": True, "reserve": False},
    "places": {"id": True, "area": True, "lead_days": True, "weight": False},
    "use": {"place": True, "item": True, "stock": True, "rate": True},
    "coming": {"item": True, "day": True, "units": True},
    "trucks": {"area": True, "day": True, "litres": True},
}


def read_horizon(folder: Path, days: int) -> Horizon:
    """The five tables of a folder for ``days`` days; what is not in ``use`` or ``coming`` is none."""
    goods, places, use, coming, trucks = (PlanTable(folder, name, columns) for name, columns in COLUMNS.items())
    items, names = _once(goods), _once(places)
    areas = tuple(sorted(set(places.texts("area"))))
    stock, rate = np.zeros((len(names), len(items))), np.zeros((len(names), len(items)))
    at = list(zip(_rows(use, "place", names), _rows(use, "item", items), strict=True))
    _twice(use, at)
    for (p, i), have, daily in zip(at, use.numbers("stock").tolist(), use.numbers("rate").tolist(), strict=True):
        stock[p, i], rate[p, i] = have, daily
    return Horizon(
        names, items, areas, np.array([areas.index(area) for area in places.texts("area")], np.int64),
        places.whole("lead_days"), places.numbers("weight", 1.0) if "weight" in places.found else np.ones(len(names)),
        stock, rate, goods.numbers("central"), _by_day(coming, "item", items, "units", days).T, goods.numbers("litres"),
        goods.numbers("reserve", 0.0) if "reserve" in goods.found else np.zeros(len(items)),
        _by_day(trucks, "area", areas, "litres", days),
    )  # fmt: skip


def write_horizon(folder: Path, horizon: Horizon) -> None:
    """Write an instance as the tables that :func:`read_horizon` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    h, every = horizon, range(horizon.days)
    area = [h.areas[k] for k in h.area.tolist()]
    rows: dict[str, Iterable[tuple[object, ...]]] = {
        "goods": zip(h.items, h.litres.tolist(), h.central.tolist(), h.reserve.tolist(), strict=True),
        "places": zip(h.places, area, h.lead.tolist(), h.weight.tolist(), strict=True),
        "use": (
            (place, item, float(h.stock[p, i]), float(h.rate[p, i]))
            for p, place in enumerate(h.places)
            for i, item in enumerate(h.items)
        ),
        "coming": ((item, day, float(h.coming[day, i])) for i, item in enumerate(h.items) for day in every),
        "trucks": ((name, day, float(h.truck_litres[a, day])) for a, name in enumerate(h.areas) for day in every),
    }
    for name, lines in rows.items():
        listed = list(lines)
        columns = zip(*listed, strict=True) if listed else ([] for _ in COLUMNS[name])
        write_table(folder / f"{name}.csv", dict(zip(COLUMNS[name], map(list, columns), strict=True)))


def _once(table: PlanTable) -> tuple[str, ...]:
    ids = table.texts("id")
    for number, name in enumerate(ids, 2):
        if name in ids[: number - 2]:
            raise BadInput(f"{table.path.name}, row {number}, id: {name!r} is there twice.")
    return ids


def _rows(table: PlanTable, column: str, known: tuple[str, ...]) -> list[int]:
    row = {name: k for k, name in enumerate(known)}
    for number, name in enumerate(table.texts(column), 2):
        if name not in row:
            raise BadInput(f"{table.path.name}, row {number}, {column}: there is no {name!r}.")
    return [row[name] for name in table.texts(column)]


def _twice(table: PlanTable, keys: list[tuple[int, int]]) -> None:
    seen: set[tuple[int, int]] = set()
    for number, key in enumerate(keys, 2):
        if key in seen:
            raise BadInput(f"{table.path.name}, row {number}: stated twice. Keep one.")
        seen.add(key)


def _by_day(table: PlanTable, column: str, known: tuple[str, ...], value: str, days: int) -> npt.NDArray[np.float64]:
    """Rows of ``known`` by day; a day beyond the plan is refused."""
    found, at = np.zeros((len(known), days)), table.whole("day").tolist()
    for number, day in enumerate(at, 2):
        if not 0 <= day < days:
            raise BadInput(f"{table.path.name}, row {number}, day: {day} is not within 0 to {days - 1}.")
    keys = list(zip(_rows(table, column, known), at, strict=True))
    _twice(table, keys)
    for (k, day), units in zip(keys, table.numbers(value).tolist(), strict=True):
        found[k, day] = units
    return found
