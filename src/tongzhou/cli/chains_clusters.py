"""Clusters among a list of cases, by the definition in force on the day asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tongzhou import rules
from tongzhou.engines.certificate import Text
from tongzhou.engines.chains.clusters import Definition, find_clusters
from tongzhou.tables import BadInput

from .chains_files import read_cases

TRUE = frozenset({"1", "true", "yes", "y", "是", "无症状", "无症状感染者", "asymptomatic"})
FALSE = frozenset({"", "0", "false", "no", "n", "否", "有症状", "symptomatic"})


@dataclass(frozen=True)
class Listed:
    """A case of the list: its name, day and place, and whether it was without symptoms."""

    name: str
    day: date
    place: str
    silent: bool


def clusters_of(path: Path, as_of: date, strict: bool = False) -> dict[str, Any]:
    """`clusters`, the definition used and places too wide for one; without an edition in force, None and why. Cases
    without an id, a day or a clear word on symptoms are in no cluster and told."""
    listed, left_out = _cases(path, strict)
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
    told = {"clusters": rows, "cluster_definition": pack.name, "too_wide_for_a_cluster": sorted(wide)}
    return told | {"in_no_cluster": [{"line": line, "field": name, "why": why} for line, name, why in left_out]}


def _cases(path: Path, strict: bool) -> tuple[list[Listed], list[tuple[int, str, str]]]:
    file = read_cases(path, "date", "place", strict=strict)
    listed, left_out = [], list(file.left_out)
    for line, (name, day, row) in zip(file.lines, file.cases, strict=True):
        word = row.get("asymptomatic", "")
        said = word.strip().lower()
        if said not in TRUE | FALSE:  # it would count, or not, in silence
            left_out.append((line, "asymptomatic", f"{word!r} is neither yes nor no: write 1 or 0, 是 or 否"))
        elif day is not None:
            listed.append(Listed(name, day, row["place"], said in TRUE))
    if strict and len(left_out) > len(file.left_out):
        line, field, why = left_out[-1]
        raise BadInput(f"{path}, line {line}, {field}: {why}.")
    return listed, left_out
