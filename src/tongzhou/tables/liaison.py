"""The tables of `plan liaison`: helpers and needs."""

from pathlib import Path

import numpy as np

from tongzhou.engines.certificate import Provenance
from tongzhou.engines.liaison.model import PRIORITIES, Helpers, Needs

from .columns import PlanTable, write_table

HELPERS = {
    "id": True, "skills": True, "x_km": True, "y_km": True, "capacity": True, "area": False, "remote": False,
}  # fmt: skip
NEEDS = {
    "id": True, "skill": True, "x_km": True, "y_km": True, "units": False, "priority": False, "waited_days": False,
    "area": False, "usual": False,
}  # fmt: skip


def read_liaison(folder: Path) -> tuple[Helpers, Needs]:
    """``helpers`` and ``needs`` (CSV or Parquet) of a folder; several skills of a helper stand apart by ';'."""
    helpers, needs = PlanTable(folder, "helpers", HELPERS), PlanTable(folder, "needs", NEEDS)
    skills = tuple(frozenset(word.strip() for word in t.split(";") if word.strip()) for t in helpers.texts("skills"))
    return (
        Helpers(
            helpers.texts("id"), skills, helpers.texts("area"), _xy(helpers), helpers.whole("capacity"),
            helpers.codes("remote", ("no", "yes"), 0), Provenance(helpers.path.name),
        ),
        Needs(
            needs.texts("id"), needs.texts("skill"), needs.texts("area"), _xy(needs), needs.whole("units", 1),
            needs.codes("priority", PRIORITIES, PRIORITIES.index("normal")), needs.numbers("waited_days", 0.0),
            needs.texts("usual"), Provenance(needs.path.name),
        ),
    )  # fmt: skip


def write_liaison(folder: Path, helpers: Helpers, needs: Needs) -> None:
    """Write an instance as the two CSV tables that :func:`read_liaison` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    write_table(
        folder / "helpers.csv",
        {
            "id": helpers.ids, "skills": [";".join(sorted(words)) for words in helpers.skills], "area": helpers.area,
            "x_km": helpers.xy[:, 0].tolist(), "y_km": helpers.xy[:, 1].tolist(),
            "capacity": helpers.capacity.tolist(), "remote": [("no", "yes")[k] for k in helpers.remote.tolist()],
        },
    )  # fmt: skip
    write_table(
        folder / "needs.csv",
        {
            "id": needs.ids, "skill": needs.skill, "area": needs.area,
            "x_km": needs.xy[:, 0].tolist(), "y_km": needs.xy[:, 1].tolist(), "units": needs.units.tolist(),
            "priority": [PRIORITIES[k] for k in needs.priority.tolist()], "waited_days": needs.waited.tolist(),
            "usual": needs.usual,
        },
    )  # fmt: skip


def _xy(table: PlanTable) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.stack((table.numbers("x_km"), table.numbers("y_km")), axis=1)
