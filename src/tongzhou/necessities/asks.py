"""What is asked before an offer opens, a door orders, a bag is made, and before an offer is settled.

Of one offer orders are taken one at a time, under a lock that also whoever changes its stock takes: nothing is sold
twice. Closing is by the offer's own hour; the clock that counts is the ledger's, never the one who orders.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.community import doors
from tongzhou.ledger.append import ASKS, Ask, Context, fresh, together
from tongzhou.ledger.decided import while_open
from tongzhou.ledger.fold import Row, checks
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import day_in, moment_in
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.time import local_day, stamp
from tongzhou.ledger.turns import take_turns
from tongzhou.necessities import apart, books, kinds, kinds_door
from tongzhou.places.queries import official_code
from tongzhou.problems import (
    Malformed,
    NotEven,
    NotToBeOpened,
    NotYours,
    OfferNotOpen,
    OrderedAlready,
    OrdersClosed,
    Problem,
    SoldOut,
    Stale,
)
from tongzhou.sites.named import kinds_within, names_site

SELLS = frozenset({"shop", "supermarket", "market", "farm", "depot", "firm", "factory", "store"})
LISTED = ("shop", "supermarket", "market", "farm", "depot")  # those that a form offers
POINTS = kinds_within("trade", "place")
_OFFERS = "select key, place, state, data from ledger_row where noun = 'offer' and key = any(%s)"
_SERVED = """
select w.n from unnest(%s::integer[], %s::integer[], %s::integer[]) w (n, door, place)
join community_household h on h.id = w.door
join places_cover c on c.place = w.place and c.tree = 'command' and c.valid_to is null and c.covers @> h.place
"""


def alone(connection: Connection[Any], offers: Collection[str]) -> None:
    """Whoever takes an order of an offer, or changes what there is of it, does so one at a time."""
    take_turns(connection, (f"offer/{key}" for key in offers))


def read(connection: Connection[Any], offers: Collection[str]) -> dict[str, tuple[int, str, dict[str, Any]]]:
    rows = connection.execute(_OFFERS, [sorted(set(offers))])
    return {key: (place, state, data) for key, place, state, data in rows}


def own(ask: Ask) -> Ask:
    """Asked of the offers of which the speaker may speak: of another's the ledger says that it is not theirs, nothing
    of how it stands and what its supplier is due."""

    def asked(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
        held = read(connection, [fact.body.offer for fact in facts])  # type: ignore[attr-defined]
        places = {key: place for key, (place, _state, _data) in held.items()}
        mine = [
            fact
            for fact in facts
            if (at := places.get(fact.body.offer)) is None  # type: ignore[attr-defined]
            or contains(context.authority.may_say(fact.kind), at)
        ]
        return ask(connection, context, mine)

    return asked


def drawn_well(_connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """It closes before it is brought, its lines have names of their own, and the desk is the writer's."""
    refused: dict[int, Problem] = {}
    for fact in facts:
        said: kinds.Drawn = fact.body  # type: ignore[assignment]
        closes, day = moment_in(said.closes), day_in(said.delivers)
        names = [line.name for line in said.lines]
        if closes and day and local_day(closes) > day:
            refused[fact.n] = Malformed(_("it is brought after it closed"), "delivers")
        elif len(set(names)) < len(names):
            refused[fact.n] = Malformed(_("each thing once"), "lines")
        elif said.desk == "supply" and not _standing(context, fact, frozenset({"supply_officer"})):
            refused[fact.n] = Malformed(_("the desk of whoever writes it down"), "desk")
    return refused


def _standing(context: Context, fact: Checked, roles: frozenset[str]) -> bool:
    return context.authority.standing().covers(fact.said.place or 0, roles)


@checks("offer.opened")
def check_opened(row: Row | None, fact: Fact) -> None:
    """Once, while it waits for a signature, by somebody else, and before it closes."""
    if row is None or row.state not in ("drawn", "returned"):
        raise Stale(f"offer/{fact.body.offer} state", "saw")
    if row.data["drawn_by"] is not None and row.data["drawn_by"] == fact.by:
        raise NotYours(_("somebody else signs what one wrote down"), "offer")


@checks("offer.returned")
def check_returned(row: Row | None, fact: Fact) -> None:
    if row is None or row.state not in ("drawn", "returned"):
        raise Stale(f"offer/{fact.body.offer} state", "saw")


@checks("offer.stopped")
def check_stopped(row: Row | None, fact: Fact) -> None:
    if row is None or row.state not in ("drawn", "returned", "open", "sent"):
        raise Stale(f"offer/{fact.body.offer} state", "saw")


def opens(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Nothing opens that the rules of that day forbid, and nothing that has closed."""
    alone(connection, [fact.body.offer for fact in facts])  # type: ignore[attr-defined]
    held = read(connection, [fact.body.offer for fact in facts])  # type: ignore[attr-defined]
    refused: dict[int, Problem] = {}
    for fact in facts:
        place, _state, data = held.get(fact.body.offer, (0, "", {}))  # type: ignore[attr-defined]
        if not data:
            continue
        if (moment_in(data["closes"]) or context.known_at) <= context.known_at:
            refused[fact.n] = OrdersClosed("", "offer")
            continue
        found = apart.findings(data["lines"], local_day(context.known_at), official_code(place, connection))
        wrong = [one for one in found if one.refused]
        if wrong:
            reasons = [("", f"{data['lines'][one.line - 1]['name']}: {one.words}") for one in wrong]
            refused[fact.n] = NotToBeOpened(reasons[0][1], "", reasons)
    return refused


def changes(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A line that there is, of an offer that runs."""
    alone(connection, [fact.body.offer for fact in facts])  # type: ignore[attr-defined]
    held = read(connection, [fact.body.offer for fact in facts])  # type: ignore[attr-defined]
    refused: dict[int, Problem] = {}
    for fact in facts:
        _place, state, data = held.get(fact.body.offer, (0, "", {}))  # type: ignore[attr-defined]
        if not data:
            continue
        if state not in ("drawn", "returned", "open"):
            refused[fact.n] = OfferNotOpen("", "offer")
        elif fact.body.line > len(data["lines"]):  # type: ignore[attr-defined]
            refused[fact.n] = Malformed(_("a line of this offer"), "line")
    return refused


class _Till:
    """The orders of some offers as they stand while one request is asked about, with what it adds itself."""

    def __init__(self, connection: Connection[Any], offers: Collection[str]) -> None:
        alone(connection, offers)
        self.offers = read(connection, offers)
        self.orders = {key: books.wanted(connection, key) for key in self.offers}

    def ordered(self, offer: str, line: int, but: int) -> int:
        """Units of a line that other doors ordered."""
        return sum(wishes.get(line, 0) for door, wishes in self.orders[offer].items() if door != but)


def places(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A door of this offer, in time, of what there is, once: a second order says what becomes of the first."""
    new = fresh(connection, facts)
    if not new:
        return {}
    till = _Till(connection, [fact.body.offer for fact in new])  # type: ignore[attr-defined]
    served = _served(connection, till, new)
    refused: dict[int, Problem] = {}
    for fact in new:
        said: kinds.Placed = fact.body  # type: ignore[assignment]
        if fact.said.corrects:
            refused[fact.n] = Malformed(_("an order is not corrected: the next one takes its place"), "corrects")
            continue
        problem = _in_time(till, said, fact, context) or (None if fact.n in served else NotYours("", "household"))
        problem = problem or _as_offered(till, said) or _once(connection, till, said) or _in_stock(till, said)
        if problem:
            refused[fact.n] = problem
        else:
            _take(till, said)
    return refused


def _served(connection: Connection[Any], till: _Till, facts: Sequence[Checked]) -> set[int]:
    asked = [(fact.n, fact.body.household, till.offers[fact.body.offer][0])  # type: ignore[attr-defined]
             for fact in facts if fact.body.offer in till.offers]  # type: ignore[attr-defined]  # fmt: skip
    if not asked:
        return set()
    return {n for (n,) in connection.execute(_SERVED, [list(column) for column in zip(*asked, strict=True)])}


def _in_time(till: _Till, said: Any, fact: Checked, context: Context) -> Problem | None:
    """Before the offer's own hour. A paper form that was filled in before counts until the supplier has the sheet."""
    if said.offer not in till.offers:
        return OfferNotOpen("", "offer")
    _place, state, data = till.offers[said.offer]
    if state in ("sent", "received", "settled"):
        return OrdersClosed("", "offer")
    if state != "open":
        return OfferNotOpen("", "offer")
    closes = moment_in(data["closes"])
    on_paper = getattr(said, "paper", None) is not None
    if closes and context.known_at >= closes and not (on_paper and fact.effective_at < closes):
        return OrdersClosed(_("since %(at)s") % {"at": stamp(closes)}, "offer")
    return None


def _as_offered(till: _Till, said: kinds.Placed) -> Problem | None:
    """Lines of the offer, each once, at its price, weight and group, no more than a door may have."""
    _place, _state, data = till.offers[said.offer]
    lines, seen = data["lines"], set[int]()
    if said.fee != data["fee"]:
        return Malformed(_("what bringing it costs in this offer"), "fee")
    for wish in said.lines:
        if wish.line > len(lines) or wish.line in seen:
            return Malformed(_("lines of this offer, each once"), "lines")
        seen.add(wish.line)
        line = lines[wish.line - 1]
        if (wish.price, wish.grams, wish.group) != (line["price"], line["grams"], line["group"]):
            return Stale(f"offer/{said.offer} lines", "lines")
        before = till.orders[said.offer].get(said.household, {}).get(wish.line, 0) if said.how == "add" else 0
        if line.get("most") and before + wish.units > line["most"]:
            words = _("%(name)s: at most %(n)d for one door") % {"name": line["name"], "n": line["most"]}
            return Malformed(words, "lines")
    return None


def _once(connection: Connection[Any], till: _Till, said: kinds.Placed) -> Problem | None:
    if said.how != "first" or said.household not in till.orders[said.offer]:
        return None
    found = books.order(connection, said.offer, said.household)
    at = moment_in(found["placed_at"]) if found else None
    return OrderedAlready(stamp(at) if at else "", "household")


def _in_stock(till: _Till, said: kinds.Placed) -> Problem | None:
    """Of each line there is as much left; of what is dealt by rule more may be asked than there is."""
    _place, _state, data = till.offers[said.offer]
    own = till.orders[said.offer].get(said.household, {})
    for wish in said.lines:
        line = data["lines"][wish.line - 1]
        before = own.get(wish.line, 0) if said.how == "add" else 0
        left = line["stock"] - till.ordered(said.offer, wish.line, said.household)
        if line.get("dealt"):
            if line["stock"] == 0:
                return SoldOut(_("%(name)s: none left") % {"name": line["name"]}, "lines")
        elif before + wish.units > left:
            words = _("%(name)s: %(left)d left") % {"name": line["name"], "left": max(0, left - before)}
            return SoldOut(words, "lines")
    return None


def _take(till: _Till, said: kinds.Placed) -> None:
    """Counts for what follows in the same request."""
    orders = till.orders[said.offer]
    kept = Counter(orders.get(said.household, {})) if said.how == "add" else Counter[int]()
    kept.update({wish.line: wish.units for wish in said.lines})
    orders[said.household] = dict(kept)


def withdraws(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """While the offer is open; afterwards the lead is asked."""
    new = fresh(connection, facts)
    if not new:
        return {}
    till = _Till(connection, [fact.body.offer for fact in new])  # type: ignore[attr-defined]
    refused: dict[int, Problem] = {}
    for fact in new:
        said: kinds.Withdrawn = fact.body  # type: ignore[assignment]
        if problem := _in_time(till, said, fact, context):
            refused[fact.n] = problem
        elif said.household not in till.orders[said.offer]:
            refused[fact.n] = Malformed(_("a door that ordered from this offer"), "household")
    return refused


def of_an_order(connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """What is said of an order, by a carrier or by a change, is of a door that ordered."""
    refused: dict[int, Problem] = {}
    for fact in facts:
        said: Any = fact.body
        if books.order(connection, said.offer, said.household) is None:
            refused[fact.n] = Malformed(_("a door that ordered from this offer"), "household")
    return refused


def sends(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """The sheet is what the orders say, once it is closed: nobody adds to it by hand."""
    alone(connection, [fact.body.offer for fact in facts])  # type: ignore[attr-defined]
    held = read(connection, [fact.body.offer for fact in facts])  # type: ignore[attr-defined]
    refused: dict[int, Problem] = {}
    for fact in fresh(connection, facts):
        said: kinds_door.Sent = fact.body  # type: ignore[assignment]
        _place, state, data = held.get(said.offer, (0, "", {}))
        if not data:
            continue
        closes = moment_in(data["closes"])
        if state != "open" or (closes and context.known_at < closes):
            refused[fact.n] = Malformed(_("an offer that is open and has closed"), "offer")
            continue
        orders = books.wanted(connection, said.offer)
        if (said.orders, {one.line: one.units for one in said.lines}) != (len(orders), books.totals(orders)):
            refused[fact.n] = Stale(f"offer/{said.offer} orders", "saw")
    return refused


def receives(connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Of lines of the offer, each once; after the supplier had the sheet, and before anything was brought."""
    held = read(connection, [fact.body.offer for fact in facts])  # type: ignore[attr-defined]
    refused: dict[int, Problem] = {}
    for fact in fresh(connection, facts):
        said: kinds_door.Received = fact.body  # type: ignore[assignment]
        _place, state, data = held.get(said.offer, (0, "", {}))
        if not data:
            continue
        lines = [one.line for one in said.lines]
        if state not in ("sent", "received"):
            refused[fact.n] = Malformed(_("an offer whose sheet the supplier has"), "offer")
        elif len(set(lines)) < len(lines) or any(line > len(data["lines"]) for line in lines):
            refused[fact.n] = Malformed(_("lines of this offer, each once"), "lines")
        elif books.brought(connection, said.offer):
            refused[fact.n] = Malformed(_("nothing of it was brought to a door yet"), "offer")
    return refused


def bags(connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Doors that ordered, and each in one bag."""
    alone(connection, [fact.body.offer for fact in facts])  # type: ignore[attr-defined]
    refused: dict[int, Problem] = {}
    given: dict[str, set[int]] = {}
    for fact in fresh(connection, facts):
        said: kinds_door.BagMade = fact.body  # type: ignore[assignment]
        taken = given.setdefault(said.offer, books.bagged(connection, said.offer, but=fact.said.corrects))
        doors_ = set(said.doors)
        if len(doors_) < len(said.doors) or doors_ & taken:
            refused[fact.n] = Malformed(_("no door that is in another bag"), "doors")
        elif doors_ - set(books.wanted(connection, said.offer)):
            refused[fact.n] = Malformed(_("doors that ordered from this offer"), "doors")
        else:
            taken |= doors_
    return refused


def at_doors(connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Out of the bag that holds this door; what came instead is a line of the offer at its price."""
    held = read(connection, [fact.body.offer for fact in facts])  # type: ignore[attr-defined]
    refused: dict[int, Problem] = {}
    for fact in facts:
        said: kinds_door.Brought = fact.body  # type: ignore[assignment]
        found = books.order(connection, said.offer, said.household)
        bag = books.bag(connection, said.basket)
        lines = held.get(said.offer, (0, "", {"lines": []}))[2]["lines"]
        if found is None or bag is None or bag["offer"] != said.offer or said.household not in bag["doors"]:
            refused[fact.n] = Malformed(_("a door of this bag"), "household")
        elif bag["counted"] is not None and found["cash"] != said.cash:
            refused[fact.n] = Malformed(_("a bag whose cash nobody counted yet"), "basket")
        elif problem := _told_rightly(said, lines, {wish["line"] for wish in found["lines"]}):
            refused[fact.n] = problem
    return refused


def _told_rightly(said: kinds_door.Brought, lines: Sequence[Mapping[str, Any]], ordered: set[int]) -> Problem | None:
    for one in said.lines:
        if one.line not in ordered:
            return Malformed(_("lines that this door ordered"), "lines")
        if one.swapped and (one.instead is None or one.instead > len(lines)):
            return Malformed(_("what came instead"), "lines")
        if one.instead is not None and one.instead <= len(lines):
            other = lines[one.instead - 1]
            if (one.price, one.grams) != (other["price"], other["grams"]):
                return Malformed(_("price and weight of what came instead, as offered"), "lines")
    return None


def evens(connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """No more than is open, in the direction in which it is."""
    refused: dict[int, Problem] = {}
    for fact in fresh(connection, facts):
        said: kinds_door.Evened = fact.body  # type: ignore[assignment]
        found = books.order(connection, said.offer, said.household)
        open_ = found["balance"] if found else 0
        wanted = -open_ if said.what == "refunded" else open_
        if said.fen > wanted:
            words = _("at most what is open: %(fen)s yuan") % {"fen": apart.yuan(max(0, wanted))}
            refused[fact.n] = Malformed(words, "fen")
    return refused


def settles(connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """To the fen what was taken at the doors, once every door and every bag has its end."""
    alone(connection, [fact.body.offer for fact in facts])  # type: ignore[attr-defined]
    held = read(connection, [fact.body.offer for fact in facts])  # type: ignore[attr-defined]
    refused: dict[int, Problem] = {}
    for fact in fresh(connection, facts):
        said: kinds_door.Settled = fact.body  # type: ignore[assignment]
        _place, state, data = held.get(said.offer, (0, "", {}))
        if not data:
            continue
        if state != "received":
            refused[fact.n] = NotEven(_("nothing came yet, or it is settled"), "offer")
            continue
        left = books.unfinished(connection, said.offer)
        due = books.account(connection, said.offer, data).supplier
        if left:
            refused[fact.n] = NotEven(_("doors or bags without an end: %(n)d") % {"n": left}, "offer")
        elif said.fen != due:
            refused[fact.n] = NotEven(_("the supplier is due %(fen)s yuan") % {"fen": apart.yuan(due)}, "fen")
    return refused


ASKS["offer.drawn"] = together(drawn_well, names_site("supplier", SELLS), names_site("point", POINTS, own=True))
ASKS["offer.opened"] = own(opens)
ASKS["offer.changed"] = own(changes)
ASKS["order.placed"] = together(doors.ask, places)
ASKS["order.withdrawn"] = together(doors.ask, withdraws)
ASKS["change.asked"] = together(doors.ask, of_an_order)
ASKS["offer.sent"] = own(sends)
ASKS["offer.received"] = own(receives)
ASKS["basket.made"] = own(bags)
ASKS["order.brought"] = together(doors.ask, at_doors)
ASKS["order.evened"] = together(doors.ask, evens)
ASKS["offer.settled"] = own(settles)
while_open("offer.drawn", "offer", ["drawn", "returned"])
while_open("basket.made", "basket", ["out"])
while_open("order.brought", "basket", ["out", "back", "differs"])
