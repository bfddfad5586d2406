"""Read the CSV tables of `plan rounds` (a city's day) and `plan journeys`, naming file, row and column of a
fault.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from tongzhou.engines.journeys.model import Groups, Places
from tongzhou.engines.rounds.city import City, Depots, Fleet, Points

from . import BadInput
from .columns import write_table
from .rows import lines_of

Value = TypeVar("Value")


class Table:
    """The rows of one CSV file with a header; columns are read with a type and checked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            content = path.read_bytes()
        except OSError as error:
            raise BadInput(f"Cannot read {path}: {error}. The engine's docs page lists the files it needs.") from error
        header, *rows = lines_of(content, path.name) or [[]]
        self.rows = [dict(zip(header, row, strict=False)) for row in rows]

    def column(self, name: str, read: Callable[[str], Value]) -> list[Value]:
        values = []
        for number, row in enumerate(self.rows, 2):
            text = row.get(name)
            if text is None:
                raise BadInput(f"{self.path.name}, row {number}: the column '{name}' is missing.")
            try:
                values.append(read(text))
            except ValueError as error:
                raise BadInput(f"{self.path.name}, row {number}, {name}: {text!r} is not {read.__name__}.") from error
        return values

    def ids(self, name: str = "id") -> tuple[str, ...]:
        ids = self.column(name, str)
        for number, value in enumerate(ids, 2):
            if ids.index(value) != number - 2:
                raise BadInput(f"{self.path.name}, row {number}, {name}: {value!r} is there twice.")
        return tuple(ids)

    def rows_of(self, name: str, ids: tuple[str, ...]) -> list[int]:
        place = {value: k for k, value in enumerate(ids)}
        values = self.column(name, str)
        for number, value in enumerate(values, 2):
            if value not in place:
                raise BadInput(f"{self.path.name}, row {number}, {name}: there is no {value!r}.")
        return [place[value] for value in values]


def read_city(folder: Path) -> City:
    """``points.csv`` (id, x_m, y_m, demand, early_s, late_s, service_s), ``depots.csv`` and ``fleet.csv``."""
    points, depots, fleet = (Table(folder / f"{name}.csv") for name in ("points", "depots", "fleet"))
    homes = depots.ids()
    fleet.rows_of("depot", homes)
    kinds = zip(
        fleet.column("depot", str),
        fleet.column("kind", str),
        fleet.column("count", int),
        fleet.column("capacity", int),
        strict=True,
    )
    return City(
        Points(
            points.ids(),
            _xy(points, "x_m", "y_m"),
            _whole(points, "demand"),
            _whole(points, "early_s"),
            _whole(points, "late_s"),
            _whole(points, "service_s"),
        ),
        Depots(
            homes,
            _xy(depots, "x_m", "y_m"),
            _whole(depots, "stock"),
            _whole(depots, "opens_s"),
            _whole(depots, "closes_s"),
        ),
        tuple(Fleet(*row) for row in kinds),
    )


def read_journeys(folder: Path) -> tuple[Places, Groups]:
    """``places.csv`` (id, x_km, y_km, station 0/1), ``groups.csv`` (id, origin, destination, persons,
    days).
    """
    places, groups = Table(folder / "places.csv"), Table(folder / "groups.csv")
    ids = places.ids()
    return (
        Places(ids, _xy(places, "x_km", "y_km"), np.array(places.column("station", int), bool)),
        Groups(
            groups.ids(),
            np.array(groups.rows_of("origin", ids), np.int64),
            np.array(groups.rows_of("destination", ids), np.int64),
            np.array(groups.column("persons", int), np.int64),
            np.array(groups.column("first_day", int), np.int64),
            np.array(groups.column("last_day", int), np.int64),
        ),
    )


def write_city(folder: Path, city: City) -> None:
    """Write a city's day as the three tables that :func:`read_city` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    points, depots, fleet = city.points, city.depots, city.fleet
    at, store = points.xy.round(1).T.tolist(), depots.xy.round(1).T.tolist()
    write_table(folder / "points.csv", {
        "id": points.ids, "x_m": at[0], "y_m": at[1], "demand": points.demand.tolist(),
        "early_s": points.early.tolist(), "late_s": points.late.tolist(), "service_s": points.service.tolist(),
    })  # fmt: skip
    write_table(folder / "depots.csv", {
        "id": depots.ids, "x_m": store[0], "y_m": store[1], "stock": depots.stock.tolist(),
        "opens_s": depots.opens.tolist(), "closes_s": depots.closes.tolist(),
    })  # fmt: skip
    columns = ("depot", "kind", "count", "capacity")
    write_table(folder / "fleet.csv", {name: [getattr(one, name) for one in fleet] for name in columns})


def write_journeys(folder: Path, places: Places, groups: Groups) -> None:
    """Write travellers as the two tables that :func:`read_journeys` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    at = places.xy.round(3).T.tolist()
    write_table(folder / "places.csv", {
        "id": places.ids, "x_km": at[0], "y_km": at[1], "station": places.station.astype(int).tolist(),
    })  # fmt: skip
    write_table(folder / "groups.csv", {
        "id": groups.ids, "origin": [places.ids[k] for k in groups.origin],
        "destination": [places.ids[k] for k in groups.destination], "persons": groups.persons.tolist(),
        "first_day": groups.first.tolist(), "last_day": groups.last.tolist(),
    })  # fmt: skip


def _xy(table: Table, x: str, y: str) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.stack((np.array(table.column(x, float), float), np.array(table.column(y, float), float)), axis=1)


def _whole(table: Table, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    values = np.array(table.column(name, int), np.int64)
    if (values < 0).any():
        raise BadInput(f"{table.path.name}, row {int(np.argmax(values < 0)) + 2}, {name}: must not be negative.")
    return values
