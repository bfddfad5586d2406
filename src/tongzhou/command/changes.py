"""How a published cumulative series changes from one day to the next: new cases, revisions, definition changes.

A cumulative figure rises by new cases and moves by everything else: cases withdrawn, added back, counted by another
definition, a list corrected. On 16 April 2020 the province stood at 67,803 and was restated as 68,128: no case was new,
325 were revised. For each day and measure there is therefore

* `fresh`: the new cases of the day as they were published. It is what the text tells, else the difference of the day's
  first publication from the day before as that stood when it came out. Never below nought: where a text tells a
  withdrawal, or the difference falls, no new case is told and the whole change is revised. None where it cannot be
  known: the day before, or every publication but a restated one, is missing.
* `revised`: the rest of the change since the day before, which is no new case: below nought withdrawn, above nought
  added afterwards. `fresh + revised` is the change of the cumulative figures as they stand. None where it is unknown.
* a *definition change* is not reckoned here: `queries.Published.definition` marks the day. Its `fresh` holds both the
  new cases and those that the new definition counts, which no text tells apart, and days before and after it do not
  compare.

Whoever models new cases takes `fresh` with what was withdrawn since taken from it (`net`), never the difference of
cumulative figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongzhou.places.bulletins import EVENING, MEASURES, MORNING

__all__ = ["MEASURES", "Change", "change", "moment", "net"]

Version = Mapping[str, Any]  # published_on, published_at, version, the measures told, new


@dataclass(frozen=True)
class Change:
    """The change of one measure since the day before; see the module."""

    fresh: int | None = None
    revised: int | None = None


def moment(version: Version) -> tuple[str, str, bool]:
    """When a publication came out, by the region's clock; of two at once the restated one is the later."""
    restated = version.get("version") == "restated"
    return (
        str(version["published_on"]),
        str(version.get("published_at") or (EVENING if restated else MORNING)),
        restated,
    )


def change(day: Sequence[Version], before: Sequence[Version], measure: str = "confirmed") -> Change:
    """The change of a measure on a day: the day's publications in order, and of the day before (none: unknown)."""
    told = [one for one in day if one.get(measure) is not None]
    stood = [one for one in before if one.get(measure) is not None]
    if not told:
        stated = [one["new"][measure] for one in day if measure in (one.get("new") or {})]
        return Change(max(0, int(stated[-1])) if stated else None)
    fresh = _fresh(told, stood, measure)
    if not stood:
        return Change(fresh)
    total = told[-1][measure] - stood[-1][measure]
    return Change(fresh, None if fresh is None else total - fresh)


def _fresh(told: Sequence[Version], stood: Sequence[Version], measure: str) -> int | None:
    stated = [one["new"][measure] for one in told if measure in one.get("new", {})]
    if stated:
        return max(0, int(stated[-1]))
    first = told[0]
    then = [one for one in stood if moment(one)[:2] <= moment(first)[:2]] or list(stood[:1])
    if not then or (first.get("version") == "restated" and then[-1].get("version") != "restated"):
        return None
    return max(0, int(first[measure] - then[-1][measure]))


def net(fresh: int | None, revised: int | None) -> int:
    """New cases less what was withdrawn on the day, which may be below nought; what was added afterwards is left out,
    since nobody said on which day it fell ill or was reported."""
    return (fresh or 0) + min(0, revised or 0)


def less(now: int | None, before: int | None) -> int | None:
    """By how much a figure is above the one before it; None where one of them was not told."""
    return None if now is None or before is None else now - before
