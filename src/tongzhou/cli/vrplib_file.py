"""Read VRPLIB files (CVRP and VRPTW) into an instance of `rounds`, naming the section and row of every
fault.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from tongzhou.engines.rounds.model import Instance, Rounding
from tongzhou.tables import BadInput

from .solomon_file import Rows, solomon

# A symmetric matrix told by columns of one half is told by rows of the other.
SAME_ORDER = {
    "LOWER_COL": "UPPER_ROW",
    "UPPER_COL": "LOWER_ROW",
    "LOWER_DIAG_COL": "UPPER_DIAG_ROW",
    "UPPER_DIAG_COL": "LOWER_DIAG_ROW",
}
TYPES = {"CVRP": False, "VRPTW": True, "DCVRP": False, "VRP": False}


def read_vrplib(path: Path, *, rounding: Rounding | None = None) -> Instance:
    """One instance; without ``rounding`` the convention of its best-known values: CVRP nearest, VRPTW
    dimacs.
    """
    fields, sections = solomon(path) or _parse(path)
    kind = fields.get("TYPE", "VRPTW" if "TIME_WINDOW_SECTION" in sections else "CVRP").upper()
    if kind not in TYPES:
        raise BadInput(f"{path.name}: TYPE {kind} is not planned here; give CVRP or VRPTW.")
    capacity = _whole(path, fields, "CAPACITY")
    dimension = _whole(path, fields, "DIMENSION")
    demand = _column(path, sections, "DEMAND_SECTION", dimension, 1)[:, 0]
    if (demand < 0).any() or (demand != np.floor(demand)).any():
        row = int(np.argmax((demand < 0) | (demand != np.floor(demand))))
        raise BadInput(f"{path.name}: DEMAND_SECTION, node {row + 1}: {demand[row]:g} must be a whole number ≥ 0.")
    order = _depot_first(path, sections, dimension)
    xy, matrix = _geometry(path, fields, sections, dimension)
    times = _times(path, fields, sections, dimension)
    early, late, service = (None if column is None else column[order] for column in times)
    return Instance(
        name=fields.get("NAME", path.stem),
        demand=np.r_[0, demand[order[1:]]].astype(np.int64),
        capacity=capacity,
        xy=None if xy is None else xy[order],
        matrix=None if matrix is None else matrix[np.ix_(order, order)],
        early=early,
        late=late,
        service=service,
        vehicles=_whole(path, fields, "VEHICLES") if "VEHICLES" in fields else None,
        rounding=rounding or _rounding(fields, late is not None and kind == "VRPTW"),
        ids=tuple(str(row + 1) for row in order),
    )


def _rounding(fields: dict[str, str], windows: bool) -> Rounding:
    """The convention of the best-known values: FLOOR_2D says it itself."""
    if fields.get("EDGE_WEIGHT_TYPE", "").upper() == "FLOOR_2D":
        return "trunc"
    return "dimacs" if windows else "round"


def _parse(path: Path) -> tuple[dict[str, str], dict[str, Rows]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"Cannot read {path}: {error}. Give a VRPLIB text file.") from error
    fields: dict[str, str] = {}
    sections: dict[str, Rows] = {}
    section = ""
    for number, line in enumerate(lines, 1):
        line = line.strip()
        if not line or line == "EOF":
            continue
        if ":" in line:
            name, _, value = line.partition(":")
            fields[name.strip().upper()] = value.strip().strip('"')
        elif line.upper().endswith("_SECTION"):
            section = line.upper()
            sections[section] = []
        elif not section:
            raise BadInput(f"{path.name}, line {number}: expected 'NAME : value' or a section, found {line[:40]!r}.")
        else:
            try:
                sections[section].append([float(word) for word in line.split()])
            except ValueError as error:
                raise BadInput(f"{path.name}, line {number}, {section}: {line[:40]!r} is not numbers.") from error
    return fields, sections


def _whole(path: Path, fields: dict[str, str], name: str) -> int:
    try:
        return int(float(fields[name]))
    except KeyError as error:
        raise BadInput(f"{path.name}: the line '{name} : …' is missing.") from error
    except (ValueError, OverflowError) as error:
        raise BadInput(f"{path.name}: {name} : {fields[name]!r} is not a number.") from error


def _number(path: Path, fields: dict[str, str], name: str) -> float:
    try:
        return float(fields.get(name, 0))
    except ValueError as error:
        raise BadInput(f"{path.name}: {name} : {fields[name]!r} is not a number.") from error


def _column(path: Path, sections: dict[str, Rows], name: str, dimension: int, width: int) -> npt.NDArray[np.float64]:
    """The rows ``node value…`` of a section, ordered by node; every node exactly once."""
    if name not in sections:
        raise BadInput(f"{path.name}: {name} is missing.")
    values = np.full((dimension, width), np.nan)
    for row in sections[name]:
        node = int(row[0])
        if len(row) != width + 1 or not 1 <= node <= dimension:
            raise BadInput(f"{path.name}: {name}, row {row}: expected a node 1…{dimension} and {width} value(s).")
        values[node - 1] = row[1:]
    if np.isnan(values).any():
        missing = int(np.argmax(np.isnan(values).any(axis=1))) + 1
        raise BadInput(f"{path.name}: {name} has no usable row for node {missing}.")
    return values


def _depot_first(path: Path, sections: dict[str, Rows], dimension: int) -> npt.NDArray[np.int64]:
    depots = [int(word) for row in sections.get("DEPOT_SECTION", [[1]]) for word in row if word != -1]
    if len(depots) != 1 or not 1 <= depots[0] <= dimension:
        raise BadInput(f"{path.name}: DEPOT_SECTION names {depots}; give one depot between 1 and {dimension}.")
    others = [node for node in range(dimension) if node != depots[0] - 1]
    return np.array([depots[0] - 1, *others], np.int64)


def _geometry(
    path: Path, fields: dict[str, str], sections: dict[str, Rows], dimension: int
) -> tuple[npt.NDArray[np.float64] | None, npt.NDArray[np.float64] | None]:
    kind = fields.get("EDGE_WEIGHT_TYPE", "EUC_2D").upper()
    if kind in ("EUC_2D", "FLOOR_2D"):
        return _column(path, sections, "NODE_COORD_SECTION", dimension, 2), None
    if kind != "EXPLICIT":
        raise BadInput(f"{path.name}: EDGE_WEIGHT_TYPE {kind} is not read; give EUC_2D or EXPLICIT.")
    form = fields.get("EDGE_WEIGHT_FORMAT", "FULL_MATRIX").upper()
    flat = np.array([word for row in sections.get("EDGE_WEIGHT_SECTION", []) for word in row])
    matrix = np.zeros((dimension, dimension))
    places = {
        "FULL_MATRIX": (np.repeat(np.arange(dimension), dimension), np.tile(np.arange(dimension), dimension)),
        "LOWER_ROW": np.tril_indices(dimension, -1),
        "LOWER_DIAG_ROW": np.tril_indices(dimension),
        "UPPER_ROW": np.triu_indices(dimension, 1),
        "UPPER_DIAG_ROW": np.triu_indices(dimension),
    }
    places |= {by_column: places[by_row] for by_column, by_row in SAME_ORDER.items()}
    if form not in places:
        raise BadInput(f"{path.name}: EDGE_WEIGHT_FORMAT {form} is not read; give one of {', '.join(places)}.")
    if len(flat) != len(places[form][0]):
        raise BadInput(
            f"{path.name}: EDGE_WEIGHT_SECTION has {len(flat)} numbers, {form} needs {len(places[form][0])}."
        )
    matrix[places[form]] = flat
    return None, matrix if form == "FULL_MATRIX" else np.maximum(matrix, matrix.T)


def _times(
    path: Path, fields: dict[str, str], sections: dict[str, Rows], dimension: int
) -> tuple[npt.NDArray[np.float64] | None, ...]:
    limit = fields.get("DISTANCE")
    if "TIME_WINDOW_SECTION" not in sections and limit is None:
        return None, None, None
    service = np.full(dimension, _number(path, fields, "SERVICE_TIME"))
    if "SERVICE_TIME_SECTION" in sections:
        service = _column(path, sections, "SERVICE_TIME_SECTION", dimension, 1)[:, 0]
    service[_depot_first(path, sections, dimension)[0]] = 0.0
    if "TIME_WINDOW_SECTION" in sections:
        windows = _column(path, sections, "TIME_WINDOW_SECTION", dimension, 2)
        return windows[:, 0], windows[:, 1], service
    # A limit on a route's length (with service) is a closing hour of the depot where nobody waits.
    late = np.full(dimension, _number(path, fields, "DISTANCE"))
    return np.zeros(dimension), late, service
