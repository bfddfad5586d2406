"""Clusters among a list of cases, by the definition in force on the day asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tongzhou import rules
from tongzhou.engines.certificate import Text
from tongzhou.engines.chains.clusters import Definition, find_clusters
from tongzhou.tables import BadInput
from tongzhou.tables.ids import plain_id

from .chains_files import day_of, table_of

TRUE = frozenset({"1", "true", "yes", "y", "是", "无症状", "无症状感染者", "asymptomatic"})
FALSE = frozenset({"", "0", "false", "no", "n", "否", "有症状", "symptomatic"})


@dataclass(frozen=True)
class Listed:
    """A case of the list: its name, day and place, and whether it was without symptoms."""

    name: str
    day: date
    place: str
    silent: bool


def clusters_of(path: Path, as_of: date) -> dict[str, Any]:
    """`clusters`, the definition used and places too wide for one; without an edition in force, None and why."""
    listed = list(_cases(path))
    pack = rules.in_force("CLUSTER", as_of)
    if pack is None:
        return {"clusters": None, "cluster_definition": f"no edition shipped for {as_of}"}
    wide = {one.place for one in listed if rules.can_hold_one(pack, one.place) is False}
    held = [one for one in listed if one.place not in wide]
    name, counted = Text(pack.document_zh, pack.document_en), bool(pack.parameters["asymptomatic_counts"])
    definition = Definition(name, pack.whole("min_cases"), pack.whole("window_days"), counted)
    days, places, silent = [one.day for one in held], [one.place for one in held], [one.silent for one in held]
    found = find_clusters(days, places, definition, asymptomatic=silent, as_of=as_of)
    rows = [
        {
            "place": one.place,
            "cases": [held[i].name for i in one.cases],
            "first": one.first.isoformat(),
            "last": one.last.isoformat(),
            "why": one.why.en,
            "why_zh": one.why.zh,
        }
        for one in found
    ]
    return {"clusters": rows, "cluster_definition": pack.name, "too_wide_for_a_cluster": sorted(wide)}


def _cases(path: Path) -> Iterator[Listed]:
    table = table_of(path, ("date", "place"))
    column = "id" if "id" in table.columns else "case_id"
    for number, (line, row) in enumerate(table, 1):
        where = f"{path}, row {number} (line {line})"
        day = day_of(row["date"], "date", number, line)
        if day is None:
            raise BadInput(f"{where}, date: empty. Give the day of the case.")
        yield Listed(plain_id(row[column]), day, row["place"], _without_symptoms(row.get("asymptomatic", ""), where))


def _without_symptoms(word: str, where: str) -> bool:
    """Whether a case had no symptoms. A word that says neither is refused: it would count, or not, in silence."""
    said = word.strip().lower()
    if said not in TRUE | FALSE:
        raise BadInput(f"{where}, asymptomatic: {word!r} is neither yes nor no. Write 1 or 0, 是 or 否.")
    return said in TRUE
