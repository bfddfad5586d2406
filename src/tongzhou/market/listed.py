"""Alerts for other programs: what each is about, the figures it was judged by, who looked and what was decided."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tongzhou.ledger.standing import EVERYWHERE
from tongzhou.market import policy, queries
from tongzhou.places.queries import covers_of, names


def told(place: int | None, now: dt.datetime, *, over: bool = False) -> dict[str, Any]:
    """All alerts that run in the branch of a place, or everywhere; `over`: also those that ended in the last days."""
    found = queries.alerts(covers_of(place) if place else EVERYWHERE, now)
    found = [one for one in found if over or one.state != "over"]
    called = names(sorted({one.place for one in found}))
    return {
        "at": now.isoformat(),
        "alerts": [_told(one, called[one.place].name_zh) for one in found],
        "to_look": sum(one.state == "raised" for one in found),
        "to_decide": sum(one.state == "looked" for one in found),
    }


def _told(one: queries.Alert, county: str) -> dict[str, Any]:
    data, of = one.data, policy.market()
    item = of.item.get(data["item"])
    return {
        "alert": one.key, "place": one.place, "county": county, "sort": data["sort"], "item": data["item"],
        "item_zh": item.zh if item else "", "grade": data["grade"], "unit": item.unit if item else None,
        "level": data["level"], "state": one.state, "raised_at": data["raised_at"], "day": data["day"],
        "yuan": _yuan(data["fen"]), "baseline_yuan": _yuan(data["base"]),
        "over_pct": None if data["over10"] is None else data["over10"] / 10, "points": data["points"],
        "shops": data["shops"], "stock_days": None if data["days10"] is None else data["days10"] / 10,
        "shops_low": data["low"], "shops_none": data["none"],
        "rule": policy.STOCK if data["sort"] == "stock" else policy.PRICE, "edition": data["edition"],
        "looks": [{"at": look["at"], "finding": look["finding"], "how": look["how"]} for look in data["looks"]],
        "decisions": [{"at": one["at"], "action": one["action"], "directive": one["directive"]}
                      for one in data["decisions"]],
    }  # fmt: skip


def _yuan(fen: int | None) -> float | None:
    return None if fen is None else fen / 100
