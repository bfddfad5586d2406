"""Dealing and money without a ledger: a thousand supply runs come out to nought fen and nought grams."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tongzhou.necessities.apart import per_500, yuan
from tongzhou.necessities.deal import deal
from tongzhou.necessities.money import Told, account, bill, weight_refund

RUNS = 1_000


def run(seed: int) -> None:
    """An offer from order to settled cash, at random: short deliveries, rot, short weight, swaps, refusals, households
    that pay before, at the door, later or never. Reckoned a second time from single units, as with a basket in hand."""
    rng = random.Random(seed)
    lines = {n: {"price": rng.randint(0, 20_000), "grams": rng.randint(1, 5_000), "group": rng.choice("abc")}
             for n in range(1, rng.randint(2, 12))}  # fmt: skip
    wishes = {door: {n: rng.randint(1, 9) for n in rng.sample(sorted(lines), rng.randint(1, len(lines)))}
              for door in range(1, rng.randint(2, 30))}  # fmt: skip
    wanted = Counter[int]()
    for one in wishes.values():
        wanted.update(one)
    there = {n: rng.choice([wanted[n], wanted[n] * 6 // 10, wanted[n] + 2, 0]) for n in lines}
    got = deal(f"offer-{seed}", wishes, there)
    left = {n: there[n] - sum(one.get(n, 0) for one in got.values()) for n in lines}
    assert all(n >= 0 for n in left.values()), "nobody gets what is not there"

    fee = rng.choice([0, 100, 600])
    bills, owed_by_doors, cash_in, later, baskets = [], 0, 0, 0, Counter[int]()
    returned, short_grams, due_to_supplier = Counter[int](), Counter[int](), 0
    for door, mine in wishes.items():
        told, kept_anything = {}, False
        taken = rng.random() > 0.1
        for n in mine:
            units = got[door][n]
            missing = rng.randint(0, units) if rng.random() < 0.2 else 0
            rotten = rng.randint(0, units - missing) if rng.random() < 0.2 else 0
            short = rng.randint(0, lines[n]["grams"]) if rng.random() < 0.2 and units > missing + rotten else 0
            other = next((m for m in lines if m != n and left[m] > 0), None)
            swapped = min(missing, left[other]) if other and rng.random() < 0.5 else 0
            told[n] = Told(missing, rotten, short, swapped, other if swapped else None,
                           lines[other]["price"] if swapped and other else 0)  # fmt: skip
            if taken and swapped and other:
                left[other] -= swapped
        rows = [{"line": n, "units": units} | lines[n] for n, units in sorted(mine.items())]
        found = bill(rows, got[door], told, fee, taken=taken)
        # The basket in hand: unit by unit.
        for n in mine:
            line, one = lines[n], told[n]
            keeps = got[door][n] - one.missing - one.rotten if taken else 0
            baskets[n] += keeps
            returned[n] += got[door][n] - keeps
            kept_anything |= bool(keeps or (taken and one.swapped))
            pays = keeps * line["price"]
            pays -= min(pays, weight_refund(line["price"], line["grams"], min(one.short, keeps * line["grams"])))
            short_grams[n] += min(one.short, keeps * line["grams"]) if taken else 0
            if taken and one.instead:
                pays += one.swapped * min(line["price"], one.price)
                baskets[one.instead] += one.swapped
            due_to_supplier += pays
        due_to_supplier += fee if kept_anything else 0
        before = sum(row["units"] * row["price"] for row in rows) + fee if rng.random() < 0.4 else 0
        cash = rng.choice([0, found.due]) if not before and taken else 0
        evened = found.due - before - cash if rng.random() < 0.8 else 0
        owed_by_doors, cash_in, later = owed_by_doors + found.due, cash_in + cash, later + evened
        bills.append((found, cash, before, evened))
    came = {n: (there[n], there[n] * lines[n]["grams"]) for n in lines}
    books = account(lines, came, bills)

    assert books.supplier - books.doors == 0, "0 fen between what doors owe and what the supplier is due"
    assert books.supplier == due_to_supplier and books.doors == owed_by_doors
    assert books.doors == books.taken + books.before + books.evened + books.open and books.taken == cash_in
    for n, flow in books.flows.items():
        grams = lines[n]["grams"]
        assert flow.holds, (n, flow)
        assert flow.kept + flow.brought_instead == baskets[n] and flow.back == returned[n]
        on_scales = baskets[n] * grams - short_grams[n]
        assert flow.weighed - on_scales - flow.short - flow.spare * grams == 0, "0 g"


def test_a_thousand_supply_runs_come_out_to_nought() -> None:
    for seed in range(RUNS):
        run(seed)


DOORS = st.dictionaries(st.integers(1, 30), st.dictionaries(st.integers(1, 5), st.integers(1, 6), min_size=1))


@settings(max_examples=200, deadline=None)
@given(DOORS, st.dictionaries(st.integers(1, 5), st.integers(0, 40)))
def test_what_is_short_is_dealt_in_rounds(wishes: Any, there: Any) -> None:
    got = deal("an-offer", wishes, there)
    again = deal("an-offer", dict(reversed(list(wishes.items()))), there)
    assert got == again, "who was entered first does not matter"
    for line, units in there.items():
        asked = {door: lines[line] for door, lines in wishes.items() if line in lines}
        given_ = {door: got[door][line] for door in asked}
        assert sum(given_.values()) == min(units, sum(asked.values())), "all that is there, and no more"
        if sum(asked.values()) > units:
            for door, n in given_.items():
                full = n == asked[door]
                assert full or max(given_.values()) - n <= 1, "nobody has a second one before everybody has a first"
    for door, lines in wishes.items():
        for line, units in lines.items():
            assert got[door][line] <= units and (line in there or got[door][line] == units)


def test_who_came_away_with_least_goes_first_where_not_all_can_have_one_more() -> None:
    wishes = {1: {1: 1, 2: 1}, 2: {1: 1, 2: 1}}
    got = deal("x", wishes, {1: 1, 2: 1})
    assert sorted(sum(one.values()) for one in got.values()) == [1, 1], "one thing each, not both for one door"


def test_money_is_whole_fen_and_the_household_never_loses_the_fraction() -> None:
    assert per_500(1000, 2500) == 200 and per_500(2750, 500) == 2750 and per_500(100, 3) == 16667
    assert weight_refund(100, 3, 1) == 34 and weight_refund(250, 500, 400) == 200
    assert [yuan(n) for n in (0, 5, 1250, -80)] == ["0.00", "0.05", "12.50", "-0.80"]
    rows = [
        {"line": 1, "units": 2, "price": 1000, "grams": 2500},
        {"line": 2, "units": 1, "price": 1200, "grams": 1000},
    ]
    found = bill(rows, {}, {1: Told(short=400), 2: Told(rotten=1)}, 600, taken=True)
    assert (found.due, found.refund) == (2000 - 160 + 600, 160 + 1200)
    dearer = bill(rows, {}, {2: Told(missing=1, swapped=1, instead=3, price=1500)}, 0, taken=True)
    cheaper = bill(rows, {}, {2: Told(missing=1, swapped=1, instead=3, price=900)}, 0, taken=True)
    assert (dearer.due, cheaper.due) == (3200, 2900), "what comes instead never costs more"
    assert bill(rows, {}, {}, 600, taken=False).due == 0, "whoever does not want it pays nothing, nor for bringing it"
    assert bill(rows, {1: 0, 2: 0}, {}, 600, taken=True).due == 0
