"""What is asked before a word about the market is taken: the item, its quality and its unit are on the list, the shop
is one, a decision names what carries it out, and no more is offered than there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.ledger.append import ASKS, Context, fresh, together
from tongzhou.ledger.decided import while_open
from tongzhou.ledger.form import Checked
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.turns import take_turns
from tongzhou.market import kinds, policy
from tongzhou.problems import AlreadyDecided, Malformed, Problem
from tongzhou.sites.named import Standing, names_site

SHOPS = frozenset({"shop", "supermarket", "market"})
FARMS = frozenset({"farm", "market", "depot"})
POINTS = frozenset({"delivery_point"})
Refused = dict[int, Problem]


def listed(_connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> Refused:
    """A price is of an item of the list, in a quality that it has, for a unit that is reckoned into its own: any other
    is refused, never guessed. Price or stock, one of them at least."""
    refused: Refused = {}
    for fact in facts:
        if wrong := unlisted(fact.body):  # type: ignore[arg-type]
            refused[fact.n] = wrong
    return refused


def unlisted(said: kinds.PriceQuoted) -> Malformed | None:
    """What is wrong with a price, if anything."""
    of = policy.market()
    item = of.item.get(said.item)
    if item is None:
        return Malformed(_("no such item on the list of items"), "item")
    if said.grade not in item.grades:
        return Malformed(_("a quality that this item does not have on the list"), "grade")
    if said.fen is None and said.stock is None and said.days is None:
        return Malformed(_("the price, or how much is left"), "fen")
    if said.unit is not None and of.reckoned(said.item, 1, said.unit) is None:
        return Malformed(_("a unit that is not reckoned into that of the item (%(unit)s)")
                         % {"unit": of.unit[item.unit].called}, "unit")  # fmt: skip
    if said.fen is not None and said.unit is None:
        return Malformed(_("for which amount the price is"), "unit")
    return None


def carried_out(_connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> Refused:
    """A decision names the directive that carries it out; to wait has none."""
    refused: Refused = {}
    for fact in facts:
        said: kinds.MarketDecided = fact.body  # type: ignore[assignment]
        if (said.action == "wait") == (said.directive is not None):
            refused[fact.n] = Malformed(_("the directive that carries it out; to wait has none"), "directive")
    return refused


def known_item(_connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> Refused:
    return {
        fact.n: Malformed(_("no such item on the list of items"), "item")
        for fact in facts
        if fact.body.item not in policy.market().item  # type: ignore[attr-defined]
    }


_PRODUCE = "select key, (data ->> 'left')::integer from ledger_row where noun = 'produce' and key = any(%s)"


def enough(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> Refused:
    """No more is offered than is left, by an hour that is still to come. Two that offer at once take turns."""
    refused: Refused = {}
    new: list[tuple[Checked, kinds.ProduceOffered]] = [(fact, fact.body) for fact in fresh(connection, facts)]  # type: ignore[misc]
    take_turns(connection, (f"produce/{body.produce}" for _fact, body in new))
    left = dict(connection.execute(_PRODUCE, [[body.produce for _fact, body in new]]).fetchall())
    for fact, body in new:
        due = moment_in(body.due)
        if due is None or (due <= fact.effective_at and not context.authority.standing().system):
            refused[fact.n] = Malformed(_("a moment that is still to come"), "due")
        elif body.produce in left and body.kg > left[body.produce]:
            refused[fact.n] = Malformed(_("%(kg)s kg are left to offer") % {"kg": left[body.produce]}, "kg")
        elif body.produce in left:
            left[body.produce] -= body.kg
    return refused


def stands_there(body: kinds.ProduceOffered, _key: str, there: Standing) -> Problem | None:
    return None if there.place == body.at else Malformed(_("where the delivery point stands"), "at")


_OFFER = "select key, state, (data ->> 'kg')::integer, data ->> 'produce' from ledger_row where noun = 'produce_offer' and key = any(%s)"  # noqa: E501


def answers(connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> Refused:
    """A part is less than what was offered, a no says why; an offer is answered once."""
    refused: Refused = {}
    new: list[tuple[Checked, kinds.ProduceAnswered]] = [(fact, fact.body) for fact in fresh(connection, facts)]  # type: ignore[misc]
    held = {key: rest for key, *rest in connection.execute(_OFFER, [[body.offer for _fact, body in new]]).fetchall()}
    for fact, body in new:
        state, kg, produce = held.get(body.offer, ("", 0, body.produce))
        if body.outcome == "no" and body.why is None:
            refused[fact.n] = Malformed(_("why not"), "why")
        elif body.outcome == "part" and (body.kg is None or (kg and body.kg >= kg)):
            refused[fact.n] = Malformed(_("which part: less than was offered"), "kg")
        elif produce != body.produce:
            refused[fact.n] = Malformed(_("the produce that was offered"), "produce")
        elif state not in ("", "waiting", "void") and not fact.said.corrects:
            refused[fact.n] = AlreadyDecided()
    return refused


ASKS["price.quoted"] = together(listed, names_site("site", SHOPS, own=True))
ASKS["market.decided"] = carried_out
ASKS["produce.reported"] = together(known_item, names_site("site", FARMS))
ASKS["produce.offered"] = together(enough, names_site("point", POINTS, further=stands_there))
ASKS["produce.answered"] = answers
while_open("produce.offered", "produce_offer", ["waiting"])
