"""Clusters: enough cases at one place within so many days, by the definition that the caller hands in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tongzhou.engines.certificate import Text


@dataclass(frozen=True, slots=True)
class Definition:
    """A cluster's definition in force, called by its document: numbers of a rule pack, never of this module."""

    name: Text
    min_cases: int
    window_days: int
    asymptomatic_counts: bool


@dataclass(frozen=True, slots=True)
class Cluster:
    """Cases at one place that make a cluster; `cases` are positions in the input, `first`…`last` their days."""

    place: str
    cases: tuple[int, ...]
    first: date
    last: date
    why: Text


def find_clusters(
    days: Sequence[date],
    places: Sequence[str],
    definition: Definition,
    *,
    asymptomatic: Sequence[bool] | None = None,
    as_of: date | None = None,
) -> list[Cluster]:
    """All maximal runs of cases at a place of which each is in some window with `min_cases` cases.

    A window is `window_days` calendar days, both ends counted: 1 and 14 March are within 14 days. Cases after
    `as_of` are not there yet. A case without a place ("") is in no cluster. Windows that share a case are one
    cluster. Sorted by first day, then place.
    """
    at: dict[str, list[int]] = {}
    for i, (day, place) in enumerate(zip(days, places, strict=True)):
        counts = definition.asymptomatic_counts or asymptomatic is None or not asymptomatic[i]
        if place and counts and (as_of is None or day <= as_of):
            at.setdefault(place, []).append(i)
    found = []
    for place, members in at.items():
        members.sort(key=lambda i: (days[i], i))
        for run in _runs([days[i] for i in members], definition):
            found.append(_cluster(place, [members[i] for i in run], days, definition))
    return sorted(found, key=lambda one: (one.first, one.place))


def _runs(days: list[date], definition: Definition) -> list[range]:
    """Ranges of sorted days covered by windows with enough cases, joined where they share one."""
    runs: list[range] = []
    last = 0
    for first in range(len(days)):
        while last < len(days) and (days[last] - days[first]).days < definition.window_days:
            last += 1
        if last - first >= definition.min_cases:
            if runs and first < runs[-1].stop:
                runs[-1] = range(runs[-1].start, last)
            else:
                runs.append(range(first, last))
    return runs


def _cluster(place: str, cases: list[int], days: Sequence[date], definition: Definition) -> Cluster:
    first, last = days[cases[0]], days[cases[-1]]
    rule = f"{definition.min_cases} within {definition.window_days} days, {definition.name.en}"
    zh = f"{definition.window_days} 日内 {definition.min_cases} 例，{definition.name.zh}"
    text = Text(
        f"{place}：{first.month}月{first.day}日至{last.month}月{last.day}日 {len(cases)} 例（定义：{zh}）",
        f"{place}: {len(cases)} cases from {first.isoformat()} to {last.isoformat()} (definition: {rule})",
    )
    return Cluster(place, tuple(cases), first, last, text)
