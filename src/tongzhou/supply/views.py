"""Days of cover: what runs out first, and the store's own count."""

from __future__ import annotations

from collections.abc import Sequence

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tongzhou.ledger.kinds import Said
from tongzhou.ledger.ranges import contains
from tongzhou.pages.ask import Ask, page
from tongzhou.people.scope import Holder
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
    below = _below(ask.holder, found)
    asked = ask.request.POST.get("store") or ask.given("store") or _longest_uncounted(below, ask.given("place"))
    known = {one.key: one for one in (*mine, *(line.store for line in below))}
    own = known.get(f"{ask.given('place')}/")  # what is owed there was never counted
    store = known.get(asked) if asked else own or next(iter(mine), None)
    if store and store not in mine:
        mine = [store, *mine]
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
        untold=all(one.stale for one in found),
        limits=limits,
        stores=mine,
        store=store,
        count=count,
    )


def _below(holder: Holder, lines: Sequence[queries.Line]) -> list[queries.Line]:
    """The lines of stores that lie where somebody may count, also of a place below their own that nobody is at."""
    covers = [holder.roles[role] for role in COUNTS if role in holder.roles]
    return [line for line in lines if not line.published and any(contains(one, line.store.place) for one in covers)]


def _longest_uncounted(lines: Sequence[queries.Line], place: str) -> str:
    """The store of a place whose count is owed longest, as Today links to it; empty where none is known there."""
    there = [line for line in lines if str(line.store.place) == place]
    return min(there, key=lambda line: line.counted_at).store.key if there else ""
