"""PRICE-01 of a shop's price, with both readings side by side and the notice in force. It tells what is suspected and
what contradicts itself; what becomes of it a person says after an inspection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import get_language

from tongzhou import rules
from tongzhou.market import watch
from tongzhou.rules.definitions.prices import limbs
from tongzhou.rules.pack import Pack, exactly

NO_NOTICE, RULING, MISSING = "no_pack", "needs_ruling", "insufficient_data"


@dataclass(frozen=True)
class Reading:
    """What the notice in force says of a price. `above`: it is above the earlier one (None where there is none);
    `grew`: the margin over cost grew (None where a cost is not known or did not change). `outcome`: of the notice, or
    `needs_ruling` where it says both."""

    outcome: str
    notice: Pack | None
    reason: str
    before: float | None
    above: bool | None
    grew: bool | None

    @property
    def suspected(self) -> bool:
        return self.outcome == "gouging_suspected"


def read(
    one: watch.Told, before: Sequence[watch.Told], day: dt.date, code: str | None, *, known_none: bool = False
) -> Reading:
    """The reading of a price against the same shop's own last price before. `known_none`: it did not sell it then."""
    last = before[-1] if before else None
    given: dict[str, object] = {"price": round(one.yuan or 0, 4), "date": day.isoformat()}
    given |= {"before": round(last.yuan, 4)} if last and last.yuan else {"before": "never"} if known_none else {}
    given |= {"cost_now": round(one.cost, 4)} if one.cost else {}
    given |= {"cost_before": round(last.cost, 4)} if last and last.cost else {}
    told = rules.evaluate(rules.book(), "PRICE-01", given, on=day, place_code=code)
    notice = told.pack
    above, grew = _limbs(given)
    outcome = str(told.outcome)
    if notice and notice.parameters.get("any_rise") and above is not None and grew is not None and above != grew:
        outcome = RULING
    reason = told.reason_en if get_language() == "en" else told.reason_zh
    return Reading(outcome, notice, reason, last.yuan if last else None, above, grew)


def _limbs(given: dict[str, object]) -> tuple[bool | None, bool | None]:
    price, before = given["price"], given.get("before")
    if not isinstance(before, float | int) or not isinstance(price, float | int):
        return None, None
    return limbs(exactly(price), exactly(before), _exact(given.get("cost_now")), _exact(given.get("cost_before")))


def _exact(value: object) -> Fraction | None:
    return exactly(value) if isinstance(value, float | int) else None


def base_until(day: dt.date, code: str | None) -> dt.date | None:
    """Until when a price counts as the earlier one, by the notice in force."""
    notice = rules.in_force("PRICE-01", day, code)
    return notice.day("base_until") if notice else None


def last_before(told: Sequence[watch.Told], until: dt.date | None) -> dict[tuple[str, watch.Good], list[watch.Told]]:
    """By shop and item what it took until a day, the last one last."""
    found: dict[tuple[str, watch.Good], list[watch.Told]] = {}
    for one in told:
        if one.yuan is not None and until is not None and one.day <= until:
            found.setdefault((one.site, one.good), []).append(one)
    return found
