"""The tables of a county's prices: item by item, and one item shop by shop with both readings of the notice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from tongzhou.ledger import worded
from tongzhou.ledger.time import stamp
from tongzhou.market import readings, shown, watch
from tongzhou.market.queries import County
from tongzhou.pages.table import Column, Table
from tongzhou.rules import in_force
from tongzhou.sites.queries import names


@dataclass(frozen=True)
class Shop:
    """An item in a shop: what it said last, what it took before, and how that reads."""

    title: str
    told: watch.Told
    odd: bool
    over: float | None
    reading: readings.Reading


def items(county: County) -> Table:
    """Every item that was told of, with its price, what it is over and what is left."""
    return Table(
        _("Items"),
        [
            Column("item", gettext_noop("Item"), lambda line: shown.called(line.good)),
            Column("unit", gettext_noop("Unit"), lambda line: shown.unit_of(line.good[0])),
            Column("price", gettext_noop("Price"), lambda line: shown.money(line.price) or "–", sort="number"),
            Column("base", gettext_noop("Before the event"), lambda line: shown.money(line.base) or _("not known"),
                   sort="number"),
            Column("over", gettext_noop("Over that"), shown.over, sort="number"),
            Column("level", gettext_noop("Alert of the price"), lambda line: shown.level(line.level)),
            Column("stock", gettext_noop("In stock"), shown.stock),
            Column("short", gettext_noop("Alert of the stock"), lambda line: _said(line.stock)),
            Column("shops", gettext_noop("Shops"), lambda line: max(line.shops, line.told_stock), sort="number"),
            Column("day", gettext_noop("Day"), lambda line: line.day.isoformat(), sort="moment"),
        ],
        county.lines,
        empty=_("No shop of this county told a price in the last days."),
        href=lambda line: f"?at={county.place}&item={'.'.join(line.good)}#shops",
        mark=lambda line: "now" if "act" in (line.level, line.stock) else "soon" if _alerting(line) else "",
        id="items",
    )  # fmt: skip


def _said(level: str) -> str:
    return _("not known") if level == "insufficient_data" else shown.level(level)


def _alerting(line: watch.Line) -> bool:
    return any(level in ("watch", "warn", "act") for level in (line.level, line.stock))


def shops(county: County, good: watch.Good, now: dt.datetime) -> Table:
    """An item shop by shop, with the price that the shop itself took before, and both readings of the notice."""
    line = next(one for one in county.lines if one.good == good)
    newest: dict[str, watch.Told] = {}
    for one in county.told:
        if one.good == good:
            newest[one.site] = one
    before = readings.last_before(county.base, readings.base_until(county.day, county.code))
    called = names(newest, county.day)
    rows = [
        Shop(shown.titled(called.get(site)), one, one.key in line.odd, _over(one, line.base),
             readings.read(one, before.get((site, good), ()), one.day, county.code))
        for site, one in sorted(newest.items(), key=lambda pair: -(pair[1].yuan or 0))
    ]  # fmt: skip
    return Table(
        _("Shop by shop"),
        [
            Column("shop", gettext_noop("Shop"), _title, plain=lambda row: row.title),
            Column("price", gettext_noop("Price"), _price, sort="number"),
            Column("over", gettext_noop("Over the baseline"), _percent, sort="number"),
            Column("before", gettext_noop("Took before"), lambda row: shown.money(row.reading.before) or _("not known"),
                   sort="number"),
            Column("stock", gettext_noop("In stock"), _stock),
            Column("source", gettext_noop("How it is known"),
                   lambda row: worded.choice("price.quoted", "source", row.told.source)),
            Column("at", gettext_noop("Told"), lambda row: stamp(row.told.at), sort="moment"),
            Column("above", gettext_noop("First reading: above the earlier price"),
                   lambda row: _yes(row.reading.above)),
            Column("grew", gettext_noop("Second reading: margin over cost grew"), lambda row: _yes(row.reading.grew)),
            Column("outcome", gettext_noop("By the notice"),
                   lambda row: "" if row.told.yuan is None else _(shown.OUTCOMES.get(row.reading.outcome, "")) or ""),
        ],
        rows,
        id="shops",
    )  # fmt: skip


def _over(one: watch.Told, base: float | None) -> float | None:
    return 100 * (one.yuan / base - 1) if one.yuan is not None and base else None


def _title(row: Shop) -> Any:
    if not row.odd:
        return row.title
    return format_html(
        "{} <small class='soft'>{}</small>", row.title, _("far off the others: look whether it is right")
    )


def _percent(row: Shop) -> str:
    return "" if row.over is None else shown.percent(row.over)


def _price(row: Shop) -> str:
    return shown.money(row.told.yuan) or "–"


def _stock(row: Shop) -> str:
    told = [worded.choice("price.quoted", "stock", row.told.stock)] if row.told.stock else []
    told += [_("%(d)s days") % {"d": row.told.days}] if row.told.days is not None else []
    return _(", ").join(told) or _("not known")


def _yes(value: bool | None) -> str:
    return _("not known") if value is None else _("yes") if value else _("no")


@dataclass(frozen=True)
class Notice:
    """The notice in force: what it is called, since when, from when prices count as the earlier ones."""

    title: str
    since: dt.date
    base_until: dt.date
    both: bool


def notice(county: County) -> Notice | None:
    """The notice in force at the county today; none where none is."""
    pack = in_force("PRICE-01", county.day, county.code)
    if pack is None or county.code is None:
        return None
    title = pack.document_en if get_language() == "en" else pack.document_zh
    return Notice(title, pack.valid_from, pack.day("base_until"), bool(pack.parameters["any_rise"]))
