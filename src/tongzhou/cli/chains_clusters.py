"""Clusters among a list of cases, by the definition in force on the day asked for."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tongzhou import rules
from tongzhou.engines.chains.clusters import Definition, find_clusters
from tongzhou.tables import BadInput

from .chains_files import day_of, table_of

TRUE = frozenset({"1", "true", "yes", "y", "是"})


def clusters_of(path: Path, as_of: date) -> dict[str, Any]:
    """`clusters` and the definition used; without an edition in force, None and why."""
    table = table_of(path, ("date", "place"))
    column = "id" if "id" in table.columns else "case_id"
    names, days, places, asymptomatic = [], [], [], []
    for number, (line, row) in enumerate(table, 1):
        day = day_of(row["date"], "date", number, line)
        if day is None:
            raise BadInput(f"{path}, row {number} (line {line}), date: empty. Give the day of the case.")
        names.append(row[column])
        days.append(day)
        places.append(row["place"])
        asymptomatic.append(row.get("asymptomatic", "").lower() in TRUE)
    pack = rules.in_force("CLUSTER", as_of)
    if pack is None:
        return {"clusters": None, "cluster_definition": f"no edition shipped for {as_of}"}
    definition = Definition(
        pack.name, pack.whole("min_cases"), pack.whole("window_days"), bool(pack.parameters["asymptomatic_counts"])
    )
    found = find_clusters(days, places, definition, asymptomatic=asymptomatic, as_of=as_of)
    rows = [
        {
            "place": one.place,
            "cases": [names[i] for i in one.cases],
            "first": one.first.isoformat(),
            "last": one.last.isoformat(),
            "why": one.why.en,
            "why_zh": one.why.zh,
        }
        for one in found
    ]
    return {"clusters": rows, "cluster_definition": pack.name}
