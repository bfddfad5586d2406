"""`tongzhou chains --events`: everyone within k hops of the seeds, in the order of time, with a reason each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt
from rich.console import Console

from tongzhou.engines.chains import Course, FaultyEvent, Reached, Weights, index_events, reach
from tongzhou.engines.chains.export import Graph, write
from tongzhou.engines.chains.reasons import reason
from tongzhou.tables import BadInput

from .chains_contacts import EventFile, read_events

DAY = 1440


@dataclass(frozen=True)
class EventOptions:
    events: Path
    seeds: Sequence[str]
    hops: int
    days: float
    start: str | None
    origin: datetime | None
    backward: bool
    latent: float
    infectious: float | None
    weights: str | None
    full_minutes: int
    min_weight: float
    caps: str | None
    out: Path | None
    strict: bool
    as_json: bool


def run_events(options: EventOptions) -> None:
    """Read the events, index them, trace from the seeds, and print or write who was reached and why."""
    _check(options)
    with Console(stderr=True).status("reading events") if not options.as_json else nullcontext():
        file = read_events(options.events, strict=options.strict)
    seeds, since = _seeds(options, file)
    kinds, names = _kinds(file)
    weights = _weights(options, names)
    try:
        index = index_events(file.a, file.b, file.minute, len(file.ids), setting=kinds, duration=file.duration)
    except FaultyEvent as fault:
        raise BadInput(f"{options.events}, row {file.row(fault.row)}, {fault.field}: {fault.en}.") from None
    moment = _start(options, file, since)
    length = round(options.days * DAY) - 1
    until = moment - length if options.backward else moment + length
    begin = np.array([moment if one is None else one for one in since], np.int64)
    course = Course(
        round(options.latent * DAY), None if options.infectious is None else round(options.infectious * DAY)
    )
    ends = None
    if course.infectious is not None and not options.backward:
        ends = begin + course.infectious
    found = reach(
        index, seeds, begin, until=until, ends=ends, hops=options.hops, course=course, weights=weights,
        caps=_caps(options.caps), backward=options.backward,
    )  # fmt: skip
    rows = _rows(file, found, options)
    _give(options, file, seeds, found, rows, index.twice)


def _check(options: EventOptions) -> None:
    for name in ("hops", "days", "latent", "infectious", "full_minutes"):
        value = getattr(options, name)
        if value is not None and value < 0:
            raise BadInput(f"--{name.replace('_', '-')} must not be below 0.")
    if not _named(options.seeds):
        raise BadInput("--seeds is missing: name the cases to start from, such as --seeds 17,42.")


def _moment(text: str, origin: datetime | None, field: str) -> int:
    """A minute, or a date where --origin says what minute 0 is."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        day = datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 (a local day, as the file's minutes are)
    except ValueError:
        raise BadInput(f"{field}: {text!r} is neither a minute nor a date such as 2020-01-22.") from None
    if origin is None:
        raise BadInput(f"{field}: {text!r} is a date; say with --origin DATE which day minute 0 is.")
    return (day - origin).days * DAY


def _seeds(options: EventOptions, file: EventFile) -> tuple[list[int], list[int | None]]:
    """Person numbers and, where given, the minute from which each spreads."""
    number_of = _numbers(file.ids)
    met = np.zeros(len(file.ids), bool)
    met[file.a] = met[file.b] = True
    seeds: dict[int, int | None] = {}
    for place, item in enumerate(_named(options.seeds), 1):
        name, moment = item, ""
        if (number := number_of(item)) is None and "@" in item:
            name, _, moment = item.rpartition("@")
            number = number_of(name)
        if number is None or not met[number]:
            raise BadInput(
                f"--seeds, row {place}: {name!r} is in no event of {options.events}. Correct or leave it out."
            )
        if number in seeds:
            raise BadInput(f"--seeds, row {place}: {name!r} is named twice. Name it once.")
        seeds[number] = _moment(moment, options.origin, f"--seeds, row {place}") if moment else None
    return list(seeds), list(seeds.values())


def _named(given: Sequence[str]) -> list[str]:
    """Ids as typed, between commas, or one a line (the first column) of a file given as FILE or @FILE."""
    names: list[str] = []
    for text in given:
        path = Path(text.removeprefix("@"))
        try:
            there = path.is_file()
        except OSError:  # a list longer than a file's name can be
            there = False
        if text.startswith("@") and not there:
            raise BadInput(f"--seeds: no file {path}.")
        if there:
            lines = [line.split(",")[0].strip() for line in path.read_text(encoding="utf-8-sig").splitlines()]
            names += lines[1:] if lines and lines[0].lower() in {"id", "case_id", "seed", "person"} else lines
        else:
            names += (part.strip() for part in text.split(","))
    return [name for name in names if name]


def _numbers(ids: Sequence[Any]) -> Any:
    """From an id as typed to its number."""
    if isinstance(ids, range):
        return lambda name: int(name) if name.isdecimal() and int(name) < len(ids) else None
    table = {str(name): number for number, name in enumerate(ids)}
    return table.get


def _start(options: EventOptions, file: EventFile, since: list[int | None]) -> int:
    """Where the days begin (backward: end): as told, else with the seeds' moments, else with the file's days."""
    if options.start is not None:
        return _moment(options.start, options.origin, "--start")
    told = [one for one in since if one is not None]
    if len(told) == len(since):
        return max(told) if options.backward else min(told)
    if options.backward:
        return (int(file.minute.max()) // DAY + 1) * DAY - 1
    return int(file.minute.min()) // DAY * DAY


def _kinds(file: EventFile) -> tuple[npt.NDArray[np.uint8] | None, list[str]]:
    """Kind of setting (what stands before the colon) by event, and the kinds; None above 256 of them."""
    if file.setting is None:
        return None, []
    kinds: dict[str, int] = {}
    code = [kinds.setdefault(name.partition(":")[0].strip().lower(), len(kinds)) for name in file.settings]
    if len(kinds) > 256:
        return None, []
    return np.array(code, np.uint8)[file.setting], list(kinds)


def _weights(options: EventOptions, kinds: list[str]) -> Weights:
    setting = np.ones(256, np.float32)
    if options.weights:
        if not kinds:
            raise BadInput("--weights: the file has no column setting, or more than 256 kinds of it.")
        given: dict[str, float] = {}
        for part in options.weights.split(","):
            name, _, value = part.partition("=")
            try:
                given[name.strip().lower()] = float(value)
            except ValueError:
                raise BadInput(f"--weights: {part!r} is not KIND=NUMBER.") from None
        for name in given.keys() - {"*"} - set(kinds):
            raise BadInput(f"--weights: no setting {name!r} in the file; there are {', '.join(kinds[:20])}.")
        for code, name in enumerate(kinds):
            setting[code] = given.get(name, given.get("*", 1.0))
    return Weights(setting, options.full_minutes, options.min_weight)


def _caps(text: str | None) -> list[int | None]:
    try:
        return [int(part) if part.strip() else None for part in text.split(",")] if text else []
    except ValueError:
        raise BadInput(f"--caps: {text!r} is not a list of numbers such as 1000,5000.") from None


def _labels(file: EventFile, found: Reached) -> list[str]:
    """The setting as the file names it, found again by who, whom and when."""
    if file.setting is None or not found.person.size:
        return [""] * found.person.size
    wanted = {
        (min(p, s), max(p, s), m): i
        for i, (p, s, m) in enumerate(
            zip(found.person.tolist(), found.source.tolist(), found.minute.tolist(), strict=True)
        )
    }
    flag = np.zeros(len(file.ids), bool)
    flag[found.person] = flag[found.source] = True
    labels = [""] * found.person.size
    for row in np.flatnonzero(flag[file.a] & flag[file.b]).tolist():
        a, b = int(file.a[row]), int(file.b[row])
        at = wanted.get((min(a, b), max(a, b), int(file.minute[row])))
        name = file.settings[file.setting[row]]
        if at is not None and (not labels[at] or name < labels[at]):
            labels[at] = name
    return labels


def _rows(file: EventFile, found: Reached, options: EventOptions) -> list[dict[str, Any]]:
    rows = []
    for i, label in enumerate(_labels(file, found)):
        hop, minute, duration = int(found.hop[i]), int(found.minute[i]), int(found.duration[i])
        source = str(file.ids[found.source[i]])
        text = reason(source, label, minute, hop=hop, duration=duration, origin=options.origin)
        rows.append(
            {
                "id": str(file.ids[found.person[i]]),
                "hop": hop,
                "minute": minute,
                "from": source,
                "setting": label,
                "weight": round(float(found.weight[i]), 6),
                "reason": text.en,
                "reason_zh": text.zh,
            }
        )
    return sorted(rows, key=lambda row: (row["hop"], row["minute"], row["id"]))


def _give(
    options: EventOptions, file: EventFile, seeds: list[int], found: Reached, rows: list[dict[str, Any]], twice: int
) -> None:
    names = [str(file.ids[one]) for one in seeds]
    if options.out:
        nodes = [{"id": name, "hop": 0} for name in names]
        nodes += [{"id": row["id"], "hop": row["hop"], "reason": row["reason"]} for row in rows]
        inner = [{"from": row["from"], "to": row["id"], **_link(row)} for row in rows]
        options.out.write_text(write(Graph(nodes, inner), options.out.suffix[1:]), encoding="utf-8")
    by_hop = [sum(row["hop"] == hop for row in rows) for hop in range(1, options.hops + 1)]
    answer = {
        "seeds": names,
        "hops": options.hops,
        "days": options.days,
        "direction": "backward" if options.backward else "forward",
        "events": int(file.a.size),
        "repeated_events": twice,
        "left_out_alone": {"rows": int(file.alone.size), "first": int(file.alone[0]) if file.alone.size else None},
        "left_out": [{"line": line, "field": name, "why": why} for line, name, why in file.left_out],
        "reached": len(rows),
        "by_hop": by_hop,
        "left_out_by_caps": list(found.cut),
        "persons": rows,
    }
    if options.as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    if file.alone.size:
        rows_said = ", ".join(map(str, file.alone[:5].tolist())) + (" …" if file.alone.size > 5 else "")
        click.echo(f"Left out: {file.alone.size} rows in which somebody met themself (row {rows_said}).", err=True)
    for line, name, why in file.left_out[:20]:
        click.echo(f"{options.events}, line {line}, {name}: {why}.".replace(", :", ":"), err=True)
    if file.left_out:
        click.echo(f"Left out: {len(file.left_out)} rows that cannot be used (--json lists them all).", err=True)
    counts = ", ".join(f"hop {hop}: {count}" for hop, count in enumerate(by_hop, 1))
    click.echo(f"{len(rows)} persons reached from {len(names)} cases ({counts})")
    for row in rows[:50]:
        click.echo(f"  {row['id']}: {row['reason']} / {row['reason_zh']}")
    if len(rows) > 50:
        click.echo(f"  and {len(rows) - 50} more (--json or --out lists them all)")


def _link(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("minute", "setting", "weight", "hop", "reason", "reason_zh")}
