"""Early-warning signals of the places in scope as alerts: why, what now, whose, and what became of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tongzhou import rules
from tongzhou.cases import queries as cases
from tongzhou.command import figures, overdue, queries
from tongzhou.directives import queries as desks
from tongzhou.engines.certificate import Text
from tongzhou.engines.chains.clusters import Cluster, Definition, find_clusters
from tongzhou.engines.risk.signals import signals
from tongzhou.ledger.known import rows
from tongzhou.ledger.time import close_of
from tongzhou.outlook import tracing
from tongzhou.outlook.tracing import limits
from tongzhou.places.queries import names
from tongzhou.supply import queries as stores
from tongzhou.supply.queries import Line

ORDER = (
    *("clinician", "first_case", "new_start", "cluster", "growth", "positivity", "unlinked", "unseen", "slow"),
    *("short", "late_report", "late_investigation", "withdrawn", "silent", "never_reported"),
)


LOOKS_BACK = 28  # days after its last case that a cluster is raised


@dataclass(frozen=True)
class Alert:
    """One alert. `key` is the same whenever it is computed, so that it is raised once."""

    key: str
    code: str
    place: int
    day: dt.date
    why: Text
    telephone: str | None
    state: str  # raised, taken, explained, acted
    taken: dict[str, Any] | None = None


def alerts(day: dt.date, at: dt.datetime | None, *, sees_cases: bool, sees_warnings: bool) -> list[Alert]:
    """All alerts of a day in the reader's scope, those nobody took first."""
    raised = [*_published(day, at), *_late(day, at), *_short(day, at)]
    if sees_cases:
        raised += [*_clusters(day, at), *_followed(day, at)]
    if sees_warnings:
        raised += _warnings(day, at)
    known = {
        row["key"]: row for row in rows("alert", keys=[f"{code}/{place}/{on}" for code, place, on, _ in raised], at=at)
    }
    told, seen = desks.telephones({place for _, place, *_ in raised}), set()
    found = []
    for code, place, on, why in raised:
        key = f"{code}/{place}/{on}"
        if key in seen:
            continue
        seen.add(key)
        row = known.get(key)
        state = row["state"] if row else "raised"
        found.append(Alert(key, code, place, on, why, told.get(place), state, row["data"] if row else None))
    states = ("raised", "taken", "acted", "explained")
    return sorted(
        found, key=lambda one: (states.index(one.state), ORDER.index(one.code), -one.day.toordinal(), one.key)
    )


Raised = tuple[str, int, dt.date, Text]


def _published(day: dt.date, at: dt.datetime | None) -> list[Raised]:
    """Signals of every published series in scope."""
    raw = queries.raw()
    places = dict(
        raw.execute(
            "select p.key, p.id from places_place p join places_name n on n.place = p.id and n.valid_to is null"
            " where n.level in ('prefecture', 'zone', 'county') and p.id <@ tongzhou_scope('counts')"
        ).fetchall()
    )
    return [
        (signal.code, places[key], signal.day, signal.text)
        for key, series in figures.series(raw, day, at).items()
        if key in places
        for signal in signals(series, day, limits())
    ]


LATE = {"report_case": "late_report", "investigate_case": "late_investigation"}


def _late(day: dt.date, at: dt.datetime | None) -> list[Raised]:
    """Cases whose report or investigation was owed and late at the close of the day, as counts by county."""
    found = []
    for one in overdue.by_county(close_of(day), at):
        if one.what in LATE:
            text = Text(
                f"超时 {one.n} 例，最早 {one.since:%m-%d}", f"{one.n} overdue, the oldest since {one.since:%m-%d}"
            )
            found.append((LATE[one.what], one.place, day, text))
    return found


def _short(day: dt.date, at: dt.datetime | None) -> list[Raised]:
    """Places where a store holds less than the signed table's red line, the shortest goods first."""
    short: dict[int, list[Line]] = {}
    for line in stores.at_close(day, at):
        if line.level == "red":
            short.setdefault(line.store.place, []).append(line)
    found = []
    for place, lines in short.items():
        told = [(one.store.house_zh, one.store.house_en, one.item, one.cover) for one in lines]
        zh = "；".join(f"{house}{item.zh} {days:.1f} 天" for house, _en, item, days in told)
        en = "; ".join(f"{house} {item.en} {days:.1f} days".strip() for _zh, house, item, days in told)
        found.append(("short", place, day, Text(f"物资将尽：{zh}", f"running out: {en}")))
    return found


def _followed(day: dt.date, at: dt.datetime | None) -> list[Raised]:
    """Counties where too many samples are positive, sources stay unknown, contacts are not seen, or 7-1-7 is missed."""
    found: list[Raised] = []
    for place, county in tracing.by_county(day, at).items():
        found += [(code, place, day, text) for code, text in _weak(county)]
    return found


def _weak(county: tracing.County) -> list[tuple[str, Text]]:
    told, limit = [], limits()
    positive, linked, seen = county.positive, county.linked, county.seen
    if positive.of >= limit.positivity_least and positive.n >= limit.positivity_share * positive.of:
        text = (
            f"一周 {positive.of} 份结果中 {positive.n} 份阳性",
            f"of {positive.of} results in a week {positive.n} positive",
        )
        told.append(("positivity", Text(*text)))
    if linked.per_cent is not None and linked.per_cent < 100 * (1 - limit.unlinked_share):
        n = linked.of - linked.n
        told.append(
            ("unlinked", Text(f"{linked.of} 例中 {n} 例来源不明", f"of {linked.of} cases {n} have no known source"))
        )
    if seen.per_cent is not None and seen.per_cent < 100 * limit.seen_share:
        n = seen.of - seen.n
        told.append(
            ("unseen", Text(f"{seen.of} 名接触者中 {n} 名当日未问到", f"of {seen.of} contacts {n} were not seen"))
        )
    steps = [
        (county.found, f"发病 {limit.found_days} 天内发现", f"found within {limit.found_days} days"),
        (county.reported, f"{limit.reported_days} 天内报告", f"reported within {limit.reported_days} day"),
        (county.responded, f"{limit.responded_days} 天内流调", f"investigated within {limit.responded_days} days"),
    ]
    slow = [(share, zh, en) for share, zh, en in steps
            if share.per_cent is not None and share.per_cent < 100 * limit.in_time_share]  # fmt: skip
    if slow:
        zh = "；".join(f"{words} {share.n}/{share.of}" for share, words, _ in slow)
        en = "; ".join(f"{share.n} of {share.of} {words}" for share, _, words in slow)
        told.append(("slow", Text(zh, en)))
    return told


def _clusters(day: dt.date, at: dt.datetime | None) -> list[Raised]:
    """Clusters of cases at one place by the definition in force on the day."""
    return [
        ("cluster", int(one.place), one.last, _nameless(one.why, one.place))
        for one, _cases in clusters(day, at)
        if (day - one.last).days <= LOOKS_BACK
    ]


def clusters(
    day: dt.date, at: dt.datetime | None, place: int | None = None
) -> list[tuple[Cluster, list[dict[str, Any]]]]:
    """Clusters in scope (of one place, where it is named) with their cases, by where the cases live."""
    definition = definition_of(day)
    if definition is None:
        return []
    held = [one for one in rows("case", states=["confirmed", "clinical", "asymptomatic"], at=at)
            if one["data"]["onset"] and one["data"]["home"] and place in (None, one["data"]["home"])]  # fmt: skip
    # A county or a whole zone is no place in which two cases are a cluster.
    level = {id: name.level for id, name in names(sorted({one["data"]["home"] for one in held})).items()}
    held = [one for one in held if small(level.get(one["data"]["home"], ""), day)]
    onsets = [dt.date.fromisoformat(one["data"]["onset"]) for one in held]
    homes = [str(one["data"]["home"]) for one in held]
    silent = [one["state"] == "asymptomatic" for one in held]
    found = find_clusters(onsets, homes, definition, asymptomatic=silent, as_of=day)
    return [(one, [held[n] for n in one.cases]) for one in found]


def _nameless(why: Text, place: str) -> Text:
    """The reason without the number of the place, which the alert names in words."""
    return Text(*(text.removeprefix(place).lstrip(":： ") for text in (why.zh, why.en)))


def definition_of(day: dt.date) -> Definition | None:
    """The definition of a cluster in force; None without one."""
    pack = rules.in_force("CLUSTER", day)
    if pack is None:
        return None
    counts = bool(pack.parameters["asymptomatic_counts"])
    name = Text(pack.document_zh, pack.document_en)
    return Definition(name, pack.whole("min_cases"), pack.whole("window_days"), counts)


def small(level: str, day: dt.date) -> bool:
    """Whether a place of this level of the tree can hold a cluster, by the definition in force."""
    pack = rules.in_force("CLUSTER", day)
    return pack is not None and bool(rules.can_hold_one(pack, level))


def _warnings(day: dt.date, at: dt.datetime | None) -> list[Raised]:
    """What clinicians warned of in the last fortnight."""
    from tongzhou.ledger.time import local_day

    found = []
    for one in cases.warnings(at):
        on = local_day(one["at"])
        if 0 <= (day - on).days <= 14 or on > day:
            n = one["patients"]
            found.append(
                ("clinician", one["place"], on, Text(f"医生示警，患者 {n} 名", f"a clinician warned of {n} patients"))
            )
    return found
