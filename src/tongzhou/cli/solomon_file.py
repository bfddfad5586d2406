"""Instances with time windows in Solomon's own layout, as Solomon and Gehring & Homberger published them."""

from pathlib import Path

from tongzhou.tables import BadInput

Rows = list[list[float]]
COLUMNS = 7  # number, x, y, demand, ready time, due date, service time


def solomon(path: Path) -> tuple[dict[str, str], dict[str, Rows]] | None:
    """The file as the fields and sections of VRPLIB, node 1 being the depot; None where it is in another layout."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError):
        return None
    words = [line.upper() for line in lines]
    if "VEHICLE" not in words or "CUSTOMER" not in words:
        return None
    name = next((line for line in lines if line), path.stem)
    vehicles, capacity = _numbers(path, lines, words.index("VEHICLE"), 2)[0]
    rows = _numbers(path, lines, words.index("CUSTOMER"), COLUMNS)
    for number, row in enumerate(rows):
        if row[0] != number:
            raise BadInput(f"{path.name}: CUSTOMER, row {number + 1}: number {row[0]:g} where {number} follows.")
    fields = {"NAME": name, "TYPE": "VRPTW", "DIMENSION": str(len(rows)), "VEHICLES": str(vehicles),
              "CAPACITY": str(capacity), "EDGE_WEIGHT_TYPE": "EUC_2D"}  # fmt: skip
    sections: dict[str, Rows] = {
        "NODE_COORD_SECTION": [[row[0] + 1, row[1], row[2]] for row in rows],
        "DEMAND_SECTION": [[row[0] + 1, row[3]] for row in rows],
        "TIME_WINDOW_SECTION": [[row[0] + 1, row[4], row[5]] for row in rows],
        "SERVICE_TIME_SECTION": [[row[0] + 1, row[6]] for row in rows],
        "DEPOT_SECTION": [[1.0]],
    }
    return fields, sections


def _numbers(path: Path, lines: list[str], start: int, width: int) -> Rows:
    """The rows of numbers below a heading, up to the next heading."""
    rows: Rows = []
    for number, line in enumerate(lines[start + 1 :], start + 2):
        words = line.split()
        try:
            values = [float(word) for word in words]
        except ValueError:
            if rows:
                break
            continue  # the names of the columns
        if values and len(values) != width:
            raise BadInput(f"{path.name}, line {number}: expected {width} numbers, found {line[:40]!r}.")
        if values:
            rows.append(values)
    if not rows:
        raise BadInput(f"{path.name}, line {start + 1}: no numbers below {lines[start]}.")
    return rows
