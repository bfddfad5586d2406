"""Days of cover: what runs out first, and the store's own count."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tongzhou.ledger.kinds import Said
from tongzhou.pages.ask import Ask, page
from tongzhou.problems import NotFound, NotYours
from tongzhou.supply import policy, queries
from tongzhou.supply.forms import Count
from tongzhou.supply.tables import cover
from tongzhou.supply.templatetags.supply import store as called

COUNTS = ("supply_officer", "ward_nurse")


@page("supply", sees="counts")
def stock(ask: Ask) -> HttpResponseBase:
    """All stores in scope; who holds a store counts it here, all items in one go."""
    found = queries.lines(ask.now)
    mine = queries.stores((place for role, place in ask.holder.places if role in COUNTS), found)
    if ask.sent and not mine:
        raise NotYours()
    asked = ask.request.POST.get("store") or ask.given("store")
    store = next((one for one in mine if one.key == asked), None if asked else next(iter(mine), None))
    if asked and store is None:
        raise NotFound()
    if ask.given("as") == "csv":
        return cover(found).file("days-of-cover")
    limits = policy.stock()
    count = ask.form(Count, items=limits.items, told=queries.last_told(found, store)) if store else None
    if store and count:

        def says() -> list[Said]:
            return count.counts(store, ask.now)

        told = _("The count of today")
        if done := ask.take(count, says, to=f"/supply/?store={store.key}#count", told=told, about=called(store)):
            return done
    return ask.show(
        "supply/stock.html",
        table=cover(found),
        lines=found,
        short=sum(one.level == "red" for one in found),
        soon=sum(one.level == "amber" for one in found),
        old=sum(one.stale for one in found),
        limits=limits,
        stores=mine,
        store=store,
        count=count,
    )
