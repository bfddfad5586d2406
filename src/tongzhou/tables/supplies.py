"""The tables of `plan supplies`: items, batches, sites, needs, roads."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tongzhou.engines.certificate import Provenance
from tongzhou.engines.supplies import Batches, Items, Needs, Roads, Sites, Supply
from tongzhou.engines.supplies.model import EXPOSURES, STANDARDS

from .columns import PlanTable, write_table

NAN, INF = float("nan"), float("inf")
COLUMNS = {
    "items": {"id": True, "unit": True, "medical": False, "litres": True, "reserve": False},
    "batches": {
        "id": True, "item": True, "warehouse": True, "area": False, "unit": True, "units": True,
        "expires_days": False, "standard": True,
    },
    "sites": {"id": True, "prefecture": True, "exposure": True},
    "needs": {
        "site": True, "item": True, "unit": True, "on_hand": True, "burn": True, "prior": False, "counted_days": False,
    },
    "roads": {"warehouse": True, "prefecture": True, "km": True, "truck_litres": True},
}  # fmt: skip


def read_supply(folder: Path) -> Supply:
    """The five tables of a folder; an empty ``burn`` or ``prior`` is unknown, an empty expiry means none."""
    i, b, s, n, r = (PlanTable(folder, name, columns) for name, columns in COLUMNS.items())
    return Supply(
        Items(
            i.texts("id"), i.texts("unit"), i.codes("medical", ("no", "yes"), 1), i.numbers("litres"),
            i.numbers("reserve", 0.0),
        ),
        Batches(
            b.texts("id"), b.texts("item"), b.texts("warehouse"), b.texts("area"), b.texts("unit"), b.whole("units"),
            b.numbers("expires_days", INF), b.codes("standard", STANDARDS, STANDARDS.index("unknown")),
        ),
        Sites(s.texts("id"), s.texts("prefecture"), s.codes("exposure", EXPOSURES)),
        Needs(
            n.texts("site"), n.texts("item"), n.texts("unit"), n.whole("on_hand"), n.numbers("burn", NAN),
            n.numbers("prior", NAN), n.numbers("counted_days", 0.0) if "counted_days" in n.found else None,
            Provenance(n.path.name),
        ),
        Roads(r.texts("warehouse"), r.texts("prefecture"), r.numbers("km"), r.numbers("truck_litres")),
    )  # fmt: skip


def write_supply(folder: Path, supply: Supply) -> None:
    """Write an instance as the five CSV tables that :func:`read_supply` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in COLUMNS.items():
        table = getattr(supply, name)
        held = {c: getattr(table, "ids" if c == "id" else c) for c in columns}
        found: dict[str, Sequence[Any]] = {c: list(values) for c, values in held.items() if values is not None}
        for column, names in (("medical", ("no", "yes")), ("exposure", EXPOSURES), ("standard", STANDARDS)):
            if column in found:
                found[column] = [names[k] for k in found[column]]
        for column in ("burn", "prior", "expires_days"):
            if column in found:
                found[column] = ["" if v != v or v == INF else v for v in found[column]]
        write_table(folder / f"{name}.csv", found)
