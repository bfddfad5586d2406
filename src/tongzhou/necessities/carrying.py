"""The bag of a carrier on the phone: what is for which door, what is to be collected, what was there, the count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.api.say import form_id, said
from tongzhou.ledger import door, known, states, worded
from tongzhou.ledger.kinds import Said
from tongzhou.necessities import books, forms, queries
from tongzhou.necessities.apart import yuan
from tongzhou.necessities.at_door import Otherwise, Quick
from tongzhou.necessities.kinds_door import CARRIES
from tongzhou.necessities.sheets import things
from tongzhou.pages.ask import Ask, page
from tongzhou.people.scope import names_of_staff
from tongzhou.problems import NotFound

CALLED = gettext_noop("Bags to carry")
ROLES = [*CARRIES, "supply_officer"]


@page("necessities_bags", at="necessities/bags", link=("community", CALLED), sees="households", roles=CARRIES)
def bags(ask: Ask) -> HttpResponse:
    """the bags one carries, and for the lead those of everybody, with cash to be collected and to be counted"""
    found = [one for one in queries.bags() if _mine(ask, one)]
    called = names_of_staff({one["carrier"] for one in found}) if found else {}
    with door.ledger() as ledger:
        cash = {one["key"]: _expected(books.orders(ledger, one["offer"]), one) for one in found}
    told = [one | {"called": called.get(one["carrier"], "–"), "said": states.said("basket", one["state"]),
                   "expected": yuan(cash[one["key"]])} for one in found]  # fmt: skip
    return ask.show("necessities/bags.html", title=_(CALLED), bags=told)


@page("necessities_bags", at="necessities/bag/<str:key>", sees="households", roles=CARRIES)
def bag(ask: Ask, key: str) -> HttpResponse:
    """one bag door by door: cash known before leaving; taken, missing, swapped, rotten, short, not paid; then the
    count by two"""
    rows = known.rows("basket", key=key, but=["void"])
    if not rows or not _mine(ask, one := queries.told(rows[0])):
        raise NotFound()
    with door.ledger() as ledger:
        offer = books.offer(ledger, one["offer"])
        orders = {row["household"]: row for row in books.orders(ledger, one["offer"])}
        stands = queries.stands(ledger, one["doors"])
    walk = sorted((stand for stand in stands.values()), key=lambda stand: stand.way)
    todo = [stand for stand in walk if str(stand.household) not in one["told"] and stand.household in orders]
    told = [_line(ask, one, offer, orders[stand.household], stand, of=len(todo))
            for stand in walk if stand.household in orders]  # fmt: skip
    count = None
    if one["state"] in ("out", "back", "differs"):
        count = ask.form(forms.Counted, "count", about=f"basket/{key}")
        place = one["place"] if "community_lead" in ask.holder.roles else _grid(ask, one)
        ask.later(lambda: ask.take(count, lambda: [count.said(ask.now, place, basket=key)]))
    if done := ask.taken():
        return done
    called = names_of_staff({one["carrier"], *(by for by, _fen in one["counts"] if by)})
    own = [orders[number] for number in one["doors"] if number in orders]
    return ask.show(
        "necessities/bag.html", title=_("Bag of %(who)s") % {"who": called.get(one["carrier"], "–")}, one=one,
        told=told, count=count, counts=[(called.get(by, "–"), yuan(fen)) for by, fen in one["counts"]],
        expected=yuan(_expected(own, one)), doors=sum(row["due"] > row["before"] for row in own),
        before=sum(bool(row["before"]) for row in own), paid=yuan(sum(row["before"] for row in own)),
        state=states.said("basket", one["state"]), cash=yuan(one["cash"]), left=len(todo),
        refunds=yuan(sum(row["refund"] for row in own)),
        unpaid=sum(row["state"] == "unpaid" for row in own),
        differs=yuan((one["counted"] or 0) - one["cash"]) if one["counted"] is not None else "",
    )  # fmt: skip


def _mine(ask: Ask, one: Mapping[str, Any]) -> bool:
    """The lead sees all bags, whoever carries their own, and whoever counts with them the one they are shown."""
    return "community_lead" in ask.holder.roles or one["carrier"] == ask.holder.by


def _grid(ask: Ask, one: Mapping[str, Any]) -> int:
    return next((place for role, place in ask.holder.places if role in CARRIES), one["place"])


def _expected(orders: Sequence[Mapping[str, Any]], one: Mapping[str, Any]) -> int:
    doors = set(one["doors"])
    return sum(max(0, row["due"] - row["before"]) for row in orders if row["household"] in doors)


def _line(ask: Ask, one: Mapping[str, Any], offer: Mapping[str, Any], order: Mapping[str, Any], stand: queries.Stand,
          of: int) -> dict[str, Any]:  # fmt: skip
    """A door of the bag, with its forms as long as nothing was said there."""
    number = stand.household
    cash = max(0, order["due"] - order["before"])
    line: dict[str, Any] = {
        "number": number, "door": stand.full, "things": things(offer, order), "swaps": order["swaps"],
        "cash": cash, "outcome": one["told"].get(str(number)), "state": states.said("order", order["state"]),
        "taken": order["cash"], "refund": order["refund"],
    }  # fmt: skip
    if line["outcome"]:
        line["outcome"] = worded.choice("order.brought", "outcome", line["outcome"])
        return line
    about = f"order/{order['offer']}.{number}"
    quick = ask.form(Quick, f"quick/{number}", about=about, cash=cash)
    ask.later(partial(_says, ask, quick, one, stand))
    line["quick"] = quick
    if ask.opens(f"other/{number}"):
        other = ask.form(Otherwise, f"other/{number}", about=about, offer=offer, order=order)
        ask.later(partial(_says, ask, other, one, stand))
        line["other"] = other
    return line


def _says(ask: Ask, form: Quick | Otherwise, one: Mapping[str, Any], stand: queries.Stand) -> HttpResponse | None:
    def says() -> list[Said]:
        body = {"offer": one["offer"], "household": stand.household, "basket": one["key"], **form.body()}
        return [said("order.brought", form_id(form.number), ask.now, stand.place, body)]

    return ask.take(form, says, about=stand.full)
