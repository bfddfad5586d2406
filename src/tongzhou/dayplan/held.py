"""Tables of an engine filled from the ledger, by the names by which people know things: nothing is brought or typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.problems import Malformed
from tongzhou.supply import queries as stores
from tongzhou.supply.templatetags.supply import good, store
from tongzhou.tables.columns import write_table

Fill = Callable[[Path], None]
DAY = dt.timedelta(days=1)


def supplies(own: Collection[int], now: dt.datetime) -> Fill:
    """What the planner's own store holds, shared among the stores that were counted in their branch. The ledger holds
    neither ways nor trucks nor the size of a piece: they are not weighed. Raises Malformed where there is nothing to
    share, or nobody to share it with."""
    lines = [line for line in stores.lines(now) if not line.published and not line.stale]
    mine = [line for line in lines if line.store.house is None and line.store.place in own and line.usable]
    needy = [line for line in lines if line not in mine and line.demand is not None]
    if not mine:
        raise Malformed(_("your own store was not counted, so there is nothing to share out; count it first"))
    if not needy:
        raise Malformed(_("no other store told what it uses or needs"))
    return lambda folder: _write(folder, mine, needy, now)


def _write(folder: Path, mine: Sequence[stores.Line], needy: Sequence[stores.Line], now: dt.datetime) -> None:
    goods = sorted({good(line.item) for line in (*mine, *needy)})
    sites = {store(line.store): "isolation" if line.store.house else "community" for line in needy}
    warehouses = sorted({store(line.store) for line in mine})
    everything, unit = sum(line.usable for line in mine), _("piece")
    tables: dict[str, dict[str, Sequence[Any]]] = {
        "items": {"id": goods, "unit": [unit] * len(goods), "medical": ["yes"] * len(goods),
                  "litres": [1] * len(goods)},
        "batches": {
            "id": [f"{good(one.item)}, {store(one.store)}" for one in mine],
            "item": [good(one.item) for one in mine], "warehouse": [store(one.store) for one in mine],
            "unit": [unit] * len(mine), "units": [one.usable for one in mine], "standard": ["medical"] * len(mine),
        },
        "sites": {"id": list(sites), "prefecture": ["–"] * len(sites), "exposure": list(sites.values())},
        "needs": {
            "site": [store(one.store) for one in needy], "item": [good(one.item) for one in needy],
            "unit": [unit] * len(needy), "on_hand": [one.usable for one in needy],
            "burn": ["" if one.used is None else one.used for one in needy],
            "prior": ["" if one.need is None else one.need for one in needy],
            "counted_days": [round((now - one.counted_at) / DAY, 2) for one in needy],
        },
        "roads": {"warehouse": warehouses, "prefecture": ["–"] * len(warehouses), "km": [1] * len(warehouses),
                  "truck_litres": [everything] * len(warehouses)},
    }  # fmt: skip
    for name, columns in tables.items():
        write_table(folder / f"{name}.csv", columns)


FILLS: dict[str, Callable[[Collection[int], dt.datetime], Fill]] = {"supplies": supplies}
