"""What a household is told of its group orders: what comes, what there was too little of, what is to be paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.community import queries
from tongzhou.ledger.owed import day_in, on
from tongzhou.necessities import books
from tongzhou.necessities.apart import yuan
from tongzhou.necessities.fold import OF_DAY
from tongzhou.pages.telling import Comes, Home, tells

COMING = ("ordered", "nobody", "neighbour", "unpaid", "refund")


@tells("group_orders")
def orders(home: Home) -> Iterator[Comes]:
    for one in queries.rows_of(home.ledger, home.household, home.place, "order"):
        if one["state"] not in (*COMING, "nothing"):
            continue
        offer = books.offer(home.ledger, one["offer"])
        if not offer["lines"] or (offer.get("settled_at") and one["state"] == "nothing"):
            continue
        day = day_in(offer["delivers"])
        yield Comes(_what(one), at=on(day, OF_DAY) if day and one["state"] == "ordered" else None,
                    when="" if day and one["state"] == "ordered" else _state(one), more=_more(offer, one))  # fmt: skip


def _what(one: Mapping[str, Any]) -> str:
    return (
        _("Your group order") if one["state"] != "nothing" else _("Your group order: there was nothing for your door")
    )


def _state(one: Mapping[str, Any]) -> str:
    if one["state"] == "unpaid":
        return _("to be paid: %(fen)s yuan") % {"fen": yuan(one["balance"])}
    if one["state"] == "refund":
        return _("you get back %(fen)s yuan") % {"fen": yuan(-one["balance"])}
    if one["state"] == "neighbour":
        return _("a neighbour took it; the community asks whether you have it")
    return _("nobody opened; it is brought again") if one["state"] == "nobody" else ""


def _more(offer: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    """Things as they come, each that is less beside what was ordered, and what is paid at the door."""
    told = [_thing(offer, one, wish) for wish in one["lines"]]
    pays = one["due"] - one["before"]
    if one["state"] == "ordered" and pays > 0:
        told.append(_("%(fen)s yuan at the door") % {"fen": yuan(pays)})
    return " · ".join(told)


def _thing(offer: Mapping[str, Any], one: Mapping[str, Any], wish: Mapping[str, Any]) -> str:
    name = offer["lines"][wish["line"] - 1]["name"]
    units = one["dealt"].get(str(wish["line"]), wish["units"])
    if units == wish["units"]:
        return f"{name} × {units}"
    words = _("%(name)s × %(n)d of %(of)d: there was too little, it was dealt by rule")
    return words % {"name": name, "n": units, "of": wish["units"]}
