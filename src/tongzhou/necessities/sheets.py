"""Paper of an offer after it closed: the supplier's sheet, and a picking list for each stairwell, top floor first.
Door, number and things: no name, no word of anybody's health."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from psycopg import Connection

from tongzhou.ledger import door
from tongzhou.ledger.time import local_day
from tongzhou.necessities import books, queries
from tongzhou.necessities.queries import Stand
from tongzhou.pages.ask import Ask, page
from tongzhou.people.desks import local_telephones
from tongzhou.people.scope import names_of_staff
from tongzhou.sites import queries as sites

CALLED = gettext_noop("Picking lists")
SHEET = "BG-01"  # the form number of the picking list
TALLY = "BG-02"  # and of the supplier's sheet


@dataclass
class Row:
    """A door: what it gets, what may come instead of what, what it pays in cash."""

    stand: Stand
    things: list[tuple[str, int]]
    swaps: Sequence[str]
    cash: int


@dataclass
class Sheet:
    """A stairwell."""

    entrance: str
    carrier: str
    rows: list[Row] = field(default_factory=list)

    @property
    def totals(self) -> list[tuple[str, int]]:
        found = Counter[str]()
        for row in self.rows:
            found.update(dict(row.things))
        return sorted(found.items())

    @property
    def cash(self) -> int:
        return sum(row.cash for row in self.rows)


def sheets(offer: Mapping[str, Any], orders: Sequence[Mapping[str, Any]], stands: Mapping[int, Stand],
           carriers: Mapping[int, str]) -> list[Sheet]:  # fmt: skip
    """By stairwell as one walks, in each the top floor first. `carriers`: who carries a door."""
    rows = [Row(stands[one["household"]], things(offer, one), one["swaps"], max(0, one["due"] - one["before"]))
            for one in orders if one["household"] in stands]  # fmt: skip
    found: dict[tuple[str, str], Sheet] = {}
    for row in sorted((row for row in rows if row.things), key=lambda row: row.stand.way):
        carrier = carriers.get(row.stand.household, "")
        key = (row.stand.group, carrier)
        sheet = found.setdefault(key, Sheet(row.stand.entrance, carrier))
        sheet.rows.append(row)
    return list(found.values())


def things(offer: Mapping[str, Any], order: Mapping[str, Any]) -> list[tuple[str, int]]:
    """What a door gets: as ordered, or as dealt where there was too little."""
    lines, dealt = offer["lines"], order["dealt"]
    amounts = [
        (lines[wish["line"] - 1]["name"], dealt.get(str(wish["line"]), wish["units"])) for wish in order["lines"]
    ]
    return [(name, units) for name, units in amounts if units]


def of_offer(ledger: Connection[Any], offer: Mapping[str, Any], key: str) -> list[Sheet]:
    """The picking lists of an offer."""
    orders = books.orders(ledger, key)
    by_door = {number: bag["carrier"] for bag in books.bags(ledger, key) for number in bag["doors"]}
    called = names_of_staff(set(by_door.values())) if by_door else {}
    stands = queries.stands(ledger, [one["household"] for one in orders])
    return sheets(offer, orders, stands, {number: called.get(staff, "") for number, staff in by_door.items()})


@page("necessities", at="necessities/lists/<str:key>", sees="counts", roles=["community_lead", "supply_officer"],
      answers=("GET",))  # fmt: skip
def lists(ask: Ask, key: str) -> HttpResponse:
    """the supplier's sheet and a picking list for each stairwell, to print: door and number, no name, no health word"""
    offer = queries.offer(key)
    sites_ = sites.names({offer["supplier"], offer["point"]}, local_day(ask.now))
    with door.ledger() as ledger:
        found = of_offer(ledger, offer, key)
        totals = books.totals(books.wanted(ledger, key))
        telephone = local_telephones(ledger, [offer["place"]]).get(offer["place"], "")
    return ask.show(
        "necessities/lists.html", title=_(CALLED), one=offer, sheets=found, sites=sites_, telephone=telephone,
        number=SHEET, supplier_number=TALLY,
        totals=[(offer["lines"][n - 1], units, units * offer["lines"][n - 1]["price"]) for n, units in totals.items()],
    )  # fmt: skip
