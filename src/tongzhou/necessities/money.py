"""What a door owes and what a supplier is due, in fen and grams: whole numbers from the order to the last coin.

Both sides are reckoned apart, the doors' from their orders and the supplier's from what came, what went back and what
was short, and they are the same to the fen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Told:
    """What was not as ordered of a line, at the door."""

    missing: int = 0
    rotten: int = 0
    short: int = 0  # grams, all kept units together
    swapped: int = 0
    instead: int | None = None
    price: int = 0  # of a unit of what came instead
    grams: int = 0


@dataclass(frozen=True)
class Item:
    """One line of an order after the door: what was for it, what it kept, what it pays. `back`: units that went back
    with the carrier or never came; `charge`: for what was kept and what came instead, less what was short."""

    line: int
    ordered: int
    dealt: int
    kept: int
    back: int
    swapped: int
    instead: int | None
    short: int
    refund: int
    charge: int


@dataclass(frozen=True)
class Bill:
    items: Sequence[Item]
    fee: int
    due: int  # fen
    refund: int  # fen less than the order as dealt would have cost


def weight_refund(price: int, grams: int, short: int) -> int:
    """What a shortage of grams is worth at a price for so many grams, in the household's favour."""
    return -(-price * short // grams) if grams else 0


def item(wish: Mapping[str, Any], dealt: int, told: Told, *, taken: bool) -> Item:
    """One line. What is told at the door beyond what was there for the door does not count: it cannot have been."""
    units, price, grams = wish["units"], wish["price"], wish["grams"]
    dealt = min(dealt, units)
    if not taken:
        return Item(wish["line"], units, dealt, 0, dealt, 0, None, 0, dealt * price, 0)
    gone = min(told.missing, dealt)
    rotten = min(told.rotten, dealt - gone)
    swapped = min(told.swapped, gone) if told.instead is not None else 0
    kept = dealt - gone - rotten
    short = min(told.short, kept * grams)
    own = kept * price - min(kept * price, weight_refund(price, grams, short))
    charge = own + swapped * min(price, told.price)
    return Item(wish["line"], units, dealt, kept, gone + rotten, swapped, told.instead if swapped else None, short,
                dealt * price - charge, charge)  # fmt: skip


def bill(
    wishes: Iterable[Mapping[str, Any]], dealt: Mapping[int, int], told: Mapping[int, Told], fee: int, *, taken: bool
) -> Bill:
    """What a door pays. `dealt`: units of the lines that were dealt; of all others there was enough. Bringing costs
    nothing where nothing was kept."""
    items = [item(one, dealt.get(one["line"], one["units"]), told.get(one["line"], Told()), taken=taken)
             for one in wishes]  # fmt: skip
    kept = any(one.kept or one.swapped for one in items)
    due = sum(one.charge for one in items) + (fee if kept else 0)
    return Bill(items, fee if kept else 0, due, sum(one.refund for one in items))


@dataclass
class Flow:
    """One line of an offer from the lorry to the doors, in units and grams."""

    came: int = 0
    weighed: int = 0
    dealt: int = 0
    kept: int = 0
    back: int = 0
    brought_instead: int = 0
    short: int = 0  # grams

    @property
    def spare(self) -> int:
        """Units that are left at the point and go back to the supplier."""
        return self.came - self.kept - self.brought_instead

    @property
    def holds(self) -> bool:
        """Nothing appeared and nothing vanished: what came was kept, came instead of something, or is left."""
        return self.spare >= 0 and self.dealt == self.kept + self.back and self.dealt <= self.came


@dataclass
class Account:
    """An offer settled: by line, and in fen."""

    flows: dict[int, Flow] = field(default_factory=dict)
    doors: int = 0  # what all doors owe
    supplier: int = 0  # what the supplier is due
    fees: int = 0
    taken: int = 0  # cash said at the doors
    before: int = 0  # paid before
    evened: int = 0  # paid later or waived, less what went back

    @property
    def open(self) -> int:
        """What is still to be paid (or, below nought, to go back)."""
        return self.doors - self.taken - self.before - self.evened


def account(lines: Mapping[int, Mapping[str, Any]], came: Mapping[int, tuple[int, int]],
            bills: Iterable[tuple[Bill, int, int, int]]) -> Account:  # fmt: skip
    """An offer's account. `lines` by number with price and grams; `came`: units and grams of each; `bills`: of each
    door its bill, cash at the door, what was paid before, and what was evened out later."""
    found = Account({line: Flow(*came.get(line, (0, 0))) for line in lines})
    swaps: dict[int, list[tuple[int, int]]] = {}
    for one, cash, before, evened in bills:
        found.doors += one.due
        found.fees += one.fee
        found.taken, found.before, found.evened = found.taken + cash, found.before + before, found.evened + evened
        for it in one.items:
            flow = found.flows[it.line]
            flow.dealt, flow.kept, flow.back = flow.dealt + it.dealt, flow.kept + it.kept, flow.back + it.back
            flow.short += it.short
            price, grams = lines[it.line]["price"], lines[it.line]["grams"]
            found.supplier += it.kept * price - min(it.kept * price, weight_refund(price, grams, it.short))
            if it.instead is not None and it.instead in found.flows:
                found.flows[it.instead].brought_instead += it.swapped
                swaps.setdefault(it.instead, []).append((it.swapped, min(price, lines[it.instead]["price"])))
    found.supplier += found.fees + sum(units * price for told in swaps.values() for units, price in told)
    return found
