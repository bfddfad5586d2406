"""The same person entered twice: found by keyed digests of numbers and names, merged on the page of a case."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse

from tongzhou.cases import queries
from tongzhou.ledger import door
from tongzhou.ledger.known import rows
from tongzhou.linelist import tables
from tongzhou.pages.ask import Ask, page
from tongzhou.people import vault
from tongzhou.people.scope import Holder


def of(key: str, holder: Holder, case: dict[str, Any]) -> list[tuple[str, str]]:
    """Other cases in scope that may be the same person entered twice, and by what: a number, or name, age and onset."""
    with door.ledger() as ledger:
        numbers = vault.same(ledger, f"case/{key}", holder)
        names = [owner for owner in vault.namesakes(ledger, f"case/{key}", holder) if owner not in numbers]
    known = {case["merged_into"], *case["merged_from"]}
    found = [(owner.removeprefix("case/"), "number") for owner in numbers if owner.startswith("case/")]
    found += [(owner.removeprefix("case/"), "name") for owner in names if owner.startswith("case/")]
    others = _cases([other for other, by in found if by == "name"])
    return [
        (other, by)
        for other, by in found
        if other not in known and (by == "number" or (other in others and _alike(case, others[other])))
    ]


def _cases(keys: list[str]) -> dict[str, dict[str, Any]]:
    """Cases in scope that count for themselves, by key."""
    found = [row for row in rows("case", keys=keys) if row["state"] != "merged"]
    return {row["key"]: {**row["data"], "place": row["place"], "state": row["state"]} for row in found}


def _alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Namesakes of the same sex, a year apart at most, who fell ill within a fortnight; what is not known differs."""
    if not one["onset"] or not other["onset"] or one["age"] is None or other["age"] is None:
        return False
    apart = abs((dt.date.fromisoformat(one["onset"]) - dt.date.fromisoformat(other["onset"])).days)
    return one["sex"] == other["sex"] and abs(one["age"] - other["age"]) <= 1 and apart <= 14


@page("cases", roles=["epidemiologist"], answers=["GET"])
def twice(ask: Ask) -> HttpResponse:
    """Cases that share a number with another and were not looked at yet: to be merged, or found to be two people."""
    with door.ledger() as ledger:
        shared = vault.shared_numbers(ledger, ask.holder)
    held = _cases(sorted({owner.removeprefix("case/") for _field, owners in shared for owner in owners}))
    groups: list[dict[str, Any]] = []
    for field, owners in shared:
        cases = [{**held[key], "key": key} for owner in owners if (key := owner.removeprefix("case/")) in held]
        if len(cases) > 1:
            groups.append({"field": field, "cases": cases})
    names = queries.place_names(
        [place for group in groups for one in group["cases"] for place in (one["home"], one["place"]) if place]
    )
    for group in groups:
        group["table"] = tables.twice(group["cases"], names)
    return ask.show("linelist/twice.html", groups=groups)
