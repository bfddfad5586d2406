"""What is asked before a word about a medicine, a bag or a card is taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.community import doors
from tongzhou.ledger.append import ASKS, Context, together
from tongzhou.ledger.decided import while_open
from tongzhou.ledger.fold import Row, checks
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import Fact
from tongzhou.medicines import secret
from tongzhou.problems import Malformed, NotYours, Problem, Stale
from tongzhou.rules.words import vocabulary
from tongzhou.sites.drafts import Details
from tongzhou.sites.named import MEDICINES, Standing, names_site

PHARMACIES = frozenset({"pharmacy"})
SIDES_OF = {  # who may say which side of a card's moment, beside the desk that reads it off the receipt
    "resident": frozenset({"taken.handed", "returned.received"}),
    "pharmacist": frozenset({"left.received", "fetched.handed"}),
    "volunteer": frozenset({"left.handed", "fetched.received", "returned.handed"}),
}


def _packed(said: Any, key: str, medicine: Standing) -> Problem | None:
    """One box is a number of tablets only where that was declared."""
    details = msgspec.convert(medicine.details, Details)
    if said.of != details.unit and said.of not in details.packs:
        return Malformed(_("nobody declared how much that is of this medicine"), "of")
    return None


def says_which(_connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A medicine of the list, or its name and strength in words; counted in a unit that there is."""
    refused: dict[int, Problem] = {}
    for fact in facts:
        said: Any = fact.body
        if not said.medicine and not said.text:
            refused[fact.n] = Malformed(_("which medicine: from the list, or its name and strength"), "medicine")
        elif said.of not in vocabulary("units").terms:
            refused[fact.n] = Malformed(_("a unit or a pack of the list"), "of")
    return refused


_NEED = """
select key from ledger_row where noun = 'need' and key = any(%s) and state in ('open', 'problem', 'carried')
and data -> 'items' ? 'medicine' and (data ->> 'household')::integer = any(%s)
"""


def takes_over(connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """The need that it takes over is one of the same door, for medicine, and open."""
    named = {fact.n: fact.body for fact in facts if getattr(fact.body, "need", None)}
    if not named:
        return {}
    bodies: list[Any] = list(named.values())
    given = [[body.need for body in bodies], [body.household for body in bodies]]
    there = {key for (key,) in connection.execute(_NEED, given)}
    words = _("an open need of this door for medicine")
    return {n: Malformed(words, "need") for n, body in named.items() if body.need not in there}  # type: ignore[attr-defined]


def says_how_much(connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A part is less than was asked for; another brand has a name. The request is one of that medicine."""
    keys = [fact.body.script for fact in facts]  # type: ignore[attr-defined]
    asked = "select key, data ->> 'remedy', (data ->> 'quantity')::integer from ledger_row where noun = 'script'"
    held = {key: (remedy, n) for key, remedy, n in connection.execute(f"{asked} and key = any(%s)", [keys])}
    refused: dict[int, Problem] = {}
    for fact in facts:
        said: Any = fact.body
        remedy, quantity = held.get(said.script, (said.remedy, 10**6))
        if remedy != said.remedy:
            refused[fact.n] = Malformed(_("the request of this medicine"), "remedy")
        elif getattr(said, "brand", None) is None and said.outcome == "other_brand":
            refused[fact.n] = Malformed(_("which brand there is: the doctor decides on it"), "brand")
        elif said.outcome == "partly" and not (said.given and said.given < quantity):
            refused[fact.n] = Malformed(_("how much is in the bag: less than was asked for"), "given")
    return refused


_STANDS = "select key, place from ledger_row where noun = 'script' and key = any(%s)"
PHARMACIST = frozenset({"pharmacist"})


def own_request(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """The pharmacy that was asked answers; the desk of the door, which is invited for the doctor's word, only writes
    down what that pharmacy said by telephone."""
    spoke = context.authority.standing()
    if spoke.system:
        return {}
    keys = [fact.body.script for fact in facts]  # type: ignore[attr-defined]
    stands = dict(connection.execute(_STANDS, [keys]).fetchall())
    refused: dict[int, Problem] = {}
    for fact in facts:
        place, behalf = stands.get(fact.body.script), fact.said.behalf  # type: ignore[attr-defined]
        if place is None or (behalf is None and spoke.covers(place, PHARMACIST)):
            continue
        if behalf is None or behalf.place != place:
            refused[fact.n] = NotYours("", "script")
    return refused


_BAGS = "select key, data ->> 'remedy', (data ->> 'household')::integer from ledger_row where noun = 'bag'"


def of_bag(connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A bag and its medicine, a card and its door belong together."""
    bodies = {fact.n: fact.body for fact in facts}
    keys = [body.bag for body in bodies.values()]  # type: ignore[attr-defined]
    held = {key: told for key, *told in connection.execute(f"{_BAGS} and key = any(%s)", [keys])}
    refused: dict[int, Problem] = {}
    for n, body in bodies.items():
        said: Any = body
        remedy, household = held.get(said.bag, (None, None))
        if remedy and getattr(said, "remedy", remedy) != remedy:
            refused[n] = Malformed(_("the medicine of this bag"), "remedy")
        elif household and getattr(said, "household", household) != household:
            refused[n] = Malformed(_("the door of this bag"), "household")
    return refused


_CARDS = "select key, data ->> 'bag' from ledger_row where noun = 'card' and key = any(%s)"


def own_side(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Whoever hands a card over and whoever receives it write each their own side; a desk may write down what stands
    signed on the receipt."""
    roles = set(context.authority.standing().roles)
    whole = bool(roles & {"community_lead", "grid_worker"}) or context.authority.standing().system
    may = frozenset[str]().union(*(SIDES_OF.get(role, frozenset()) for role in roles))
    keys = [fact.body.card for fact in facts]  # type: ignore[attr-defined]
    bag = dict(connection.execute(_CARDS, [keys]).fetchall())
    refused: dict[int, Problem] = {}
    for fact in facts:
        said: Any = fact.body
        if not whole and f"{said.step}.{said.side}" not in may:
            refused[fact.n] = Malformed(_("your own side of it: whoever handed it over, or received it"), "side")
        elif bag.get(said.card, said.bag) != said.bag:
            refused[fact.n] = Malformed(_("the bag for which this card was taken"), "bag")
    return refused


@checks("remedy.asked")
def may_be_asked(row: Row | None, fact: Fact) -> None:
    """A pharmacy that is asked already is not asked twice; what is ready is on its way."""
    if row is not None and row.state in ("ended", "ready", "on_way", "at_door"):
        raise Stale()
    if row is not None and row.state == "asked" and row.data["pharmacy"] == fact.body.pharmacy:
        raise Stale()


ASKS["remedy.wanted"] = together(
    secret.none, says_which, doors.there, takes_over, names_site("medicine", MEDICINES, further=_packed),
    names_site("pharmacy", PHARMACIES),
)  # fmt: skip
ASKS["need.stated"] = together(secret.none_told, ASKS["need.stated"])
ASKS["remedy.asked"] = names_site("pharmacy", PHARMACIES)
ASKS["remedy.judged"] = says_how_much
ASKS["script.answered"] = together(secret.none, own_request, says_how_much, names_site("elsewhere", PHARMACIES))
ASKS["bag.fetched"] = ASKS["bag.handed"] = ASKS["bag.settled"] = of_bag
ASKS["card.taken"] = together(of_bag, doors.there, names_site("pharmacy", PHARMACIES))
ASKS["card.passed"] = together(of_bag, own_side)
while_open("remedy.wanted", "remedy", ["enough"])
while_open("remedy.asked", "remedy", ["asked"])
while_open("script.answered", "bag", ["empty", "packed"])
