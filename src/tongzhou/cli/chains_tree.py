"""`tongzhou chains --events --cases --si`: the most likely infector of each case among those it met."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt

from tongzhou.engines.chains import describe, link_cases
from tongzhou.engines.chains.export import outbreak_graph, write
from tongzhou.engines.chains.reasons import reason
from tongzhou.engines.chains.tree import likely_infectors
from tongzhou.tables import BadInput

from .chains_contacts import EventFile, read_events
from .chains_files import read_cases, table_of

DAY = 1440


@dataclass(frozen=True)
class TreeOptions:
    events: Path
    cases: Path
    si: Path
    origin: datetime | None
    out: Path | None
    as_json: bool
    strict: bool = False


@dataclass(frozen=True)
class _Met:
    """Contacts between two cases: positions of both, minute, the event's row."""

    a: npt.NDArray[np.int64]
    b: npt.NDArray[np.int64]
    minute: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]


def run_tree(options: TreeOptions) -> None:
    """Read events, onsets and the serial interval; weigh, print, write."""
    if options.origin is None:
        raise BadInput("--origin DATE is missing: onsets are dates, so say which day minute 0 is.")
    listed = read_cases(options.cases, "date", strict=options.strict)
    names, start = listed.ids, options.origin.date()
    onset = np.array([(day - start).days for _name, day, _row in listed.cases if day], np.int64)
    file = read_events(options.events)
    met = _between(file, names)
    try:
        likely = likely_infectors(
            len(names), met.a, met.b, onset, read_interval(options.si), contact_day=met.minute // DAY
        )
    except ValueError as fault:
        raise BadInput(str(fault)) from None
    infectors = [names[i] if i >= 0 else "" for i in likely.infector.tolist()]
    outbreak = describe(link_cases(infectors, names)[0])
    rows = [
        {"id": name, "infector": source or None, "share": round(float(share), 6), "possible": int(possible)}
        | _why(file, met, (i, int(likely.infector[i])), options.origin)
        for i, (name, source, share, possible) in enumerate(
            zip(names, infectors, likely.share, likely.possible, strict=True)
        )
    ]
    if options.out:
        options.out.write_text(write(outbreak_graph(outbreak), options.out.suffix[1:]), encoding="utf-8")
    answer = {
        "cases": len(names),
        "contacts_between_cases": int(met.a.size),
        "without_infector": sum(not source for source in infectors),
        "components": int(outbreak.sizes.size),
        "largest": int(outbreak.sizes.max(initial=0)),
        "depth": outbreak.depth,
        "top": [{"id": name, "out_degree": degree} for name, degree in outbreak.top()],
        "infectors": rows,
        "cases_left_out": [{"line": line, "field": name, "why": why} for line, name, why in listed.left_out],
    }
    _give(answer, options.as_json)


def _give(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for one in answer["cases_left_out"]:
        click.echo(f"line {one['line']}, {one['field']}: {one['why']}; the case is left out", err=True)
    click.echo(f"{answer['cases']} cases, {answer['without_infector']} without a likely infector")
    for row in answer["infectors"]:
        if row["infector"]:
            click.echo(
                f"  {row['id']}: {row['infector']} ({row['share']:.0%} of {row['possible']}) {row['reason']}"
                f" / {row['reason_zh']}"
            )
        else:
            click.echo(f"  {row['id']}: nobody met in time")


def read_interval(path: Path) -> npt.NDArray[np.float64]:
    """A serial interval from `lag,w`: probabilities by whole days from 0; a missing lag counts 0."""
    weights: dict[int, float] = {}
    for number, (line, row) in enumerate(table_of(path, ("lag", "w")), 1):
        where = f"{path}, row {number} (line {line})"
        try:
            lag, w = int(float(row["lag"])), float(row["w"])
        except (ValueError, OverflowError):
            raise BadInput(f"{where}, lag, w: {row['lag']!r}, {row['w']!r} are not numbers.") from None
        if not 0 <= lag <= 1000 or not 0 <= w < np.inf or lag in weights:
            raise BadInput(f"{where}: lag must be in 0…1000 and named once, w not below 0.")
        weights[lag] = w
    if not any(weights.values()):
        raise BadInput(f"{path}: no w above 0. Give the serial interval as lag,w.")
    interval = np.zeros(max(weights) + 1)
    interval[list(weights)] = list(weights.values())
    return interval


def _between(file: EventFile, names: list[str]) -> _Met:
    place = {name: i for i, name in enumerate(names)}
    of_person = np.array([place.get(str(name), -1) for name in file.ids], np.int64)
    a, b = of_person[file.a], of_person[file.b]
    rows = np.flatnonzero((a >= 0) & (b >= 0))
    return _Met(a[rows], b[rows], file.minute[rows], rows)


def _why(file: EventFile, met: _Met, pair: tuple[int, int], origin: datetime) -> dict[str, str]:
    """The first contact of the two, in both languages; empty without an infector."""
    case, source = pair
    if source < 0:
        return {"reason": "", "reason_zh": ""}
    both = ((met.a == case) & (met.b == source)) | ((met.a == source) & (met.b == case))
    first = int(met.row[both][np.argmin(met.minute[both])])
    label = file.settings[file.setting[first]] if file.setting is not None else ""
    duration = int(file.duration[first]) if file.duration is not None else 0
    other = file.ids[file.b[first]] if met.a[both][np.argmin(met.minute[both])] == case else file.ids[file.a[first]]
    text = reason(str(other), label, int(file.minute[first]), duration=duration, origin=origin)
    return {"reason": text.en, "reason_zh": text.zh}
