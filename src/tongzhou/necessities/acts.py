"""What is done about offers, bags and open sums where it is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.api.say import form_id, said
from tongzhou.ledger.kinds import Said
from tongzhou.necessities.apart import yuan
from tongzhou.necessities.forms import Counted, Explained, Promised, Refused
from tongzhou.pages.acts import Act, Given, acts, saying
from tongzhou.people.scope import Holder


def offer_page(part: str = "") -> Callable[[dict[str, Any]], str]:
    return lambda one: f"/necessities/offer/{one.get('offer') or one['key']}{part}"


def _order(given: Given, kind: str, **body: Any) -> list[Said]:
    one = given.one
    known = {"offer": one["offer"], "household": one["household"]}
    return [said(kind, form_id(given.form.get("id", "")), given.now, one["place"], known | body)]


def evened(what: str) -> Callable[[Given], list[Said]]:
    """All that is open of an order."""
    return lambda given: _order(given, "order.evened", what=what, fen=abs(int(given.one["balance"])))


def became(outcome: str) -> Callable[[Given], list[Said]]:
    """What became of it after all: as the carrier told it, but for the outcome."""

    def says(given: Given) -> list[Said]:
        lines = [{"line": int(line), **{name: value for name, value in told.items() if value}}
                 for line, told in sorted(given.one["told"].items())]  # fmt: skip
        cash = {} if outcome == "nobody" else {"cash": given.one["cash"]}
        return _order(given, "order.brought", basket=given.one["basket"], outcome=outcome, lines=lines, **cash)

    return says


def sums(ones: Sequence[dict[str, Any]], _holder: Holder, _now: dt.datetime) -> None:
    """How much is open, on the line."""
    for one in ones:
        one["told"] = [_("%(fen)s yuan") % {"fen": yuan(abs(one["balance"]))}] if one.get("balance") else []


def bags(ones: Sequence[dict[str, Any]], _holder: Holder, _now: dt.datetime) -> None:
    """How many doors a bag has, and what was taken at them."""
    for one in ones:
        words = _("doors: %(n)d, cash taken: %(fen)s yuan") % {"n": len(one["doors"]), "fen": yuan(one["cash"])}
        one["told"] = [words]


acts("open_offer", Act("apart", gettext_noop("Take it apart"), page=offer_page()))
acts(
    "mend_offer", Act("mend", gettext_noop("Write it down anew"), page=lambda one: f"/necessities/draw?of={one['key']}")
)
acts("send_sheet", Act("sheet", gettext_noop("The supplier's sheet"), page=offer_page("#sheet")))
acts("receive_offer", Act("receive", gettext_noop("Count and weigh it"), page=offer_page("#receive")))
acts("make_bags", Act("bags", gettext_noop("Deal out the doors"), page=offer_page("#bags")))
acts("settle_offer", Act("settle", gettext_noop("Settle"), page=offer_page("#settle")))
acts(
    "carry_basket",
    Act("carry", gettext_noop("Open the bag"), page=lambda one: f"/necessities/bag/{one['key']}"),
    reads=bags,
)
COUNTED = Act("counted", gettext_noop("So much I counted"), saying(Counted, "basket", here=True), Counted)
EXPLAINED = Act("explained", gettext_noop("Write down why"), saying(Explained, "basket", here=True), Explained)
acts("count_money", COUNTED, reads=bags)
acts("explain_cash", EXPLAINED, reads=bags)
acts("bring_again", Act("again", gettext_noop("Put it into a bag again"), page=offer_page("#bags")),
     Act("given_up", gettext_noop("They do not want it any more"), became("refused"), grave=True))  # fmt: skip
acts("ask_neighbour", Act("has_it", gettext_noop("They have it"), became("taken")),
     Act("has_not", gettext_noop("They do not have it"), became("nobody")))  # fmt: skip
acts("collect_money", Act("paid", gettext_noop("Paid"), evened("paid")),
     Act("waived", gettext_noop("The community pays"), evened("waived"), grave=True), reads=sums)  # fmt: skip
acts("pay_back", Act("refunded", gettext_noop("Money given back"), evened("refunded")), reads=sums)
PROMISED = Act("promised", gettext_noop("Promised"), saying(Promised, "change", here=True, outcome="promised"))
REFUSED = Act("refused", gettext_noop("Not possible"), saying(Refused, "change", here=True, outcome="refused"), Refused)
acts("answer_change", PROMISED, REFUSED)
