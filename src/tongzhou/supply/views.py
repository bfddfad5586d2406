"""Days of cover: what runs out first, and the store's own count."""

from __future__ import annotations

import datetime as dt

import uuid_utils.compat as uuids
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongzhou.api import say
from tongzhou.ledger.kinds import Said
from tongzhou.people.scope import Holder
from tongzhou.problems import Malformed, NotFound, NotYours
from tongzhou.supply import policy, queries

COUNTS = ("supply_officer", "ward_nurse")
MOST = 10**9


@require_http_methods(["GET", "POST"])
def stock(request: HttpRequest) -> HttpResponse:
    """All stores in scope; who holds a store counts it here, all items in one go."""
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if not holder.sees("counts"):
        raise NotFound()
    now = say.now()
    found = queries.lines(now)
    mine = queries.stores((place for role, place in holder.places if role in COUNTS), found)
    asked = request.POST.get("store") or request.GET.get("store")
    store = next((one for one in mine if one.key == asked), None if asked else next(iter(mine), None))
    if request.method == "POST":
        if not mine:
            raise NotYours()
        if store is None:
            raise NotFound()
        say.say(request, counted(request, store, queries.last_told(found, store), now))
        return redirect(f"/supply/?store={store.key}#count")
    if asked and store is None:
        raise NotFound()
    told = queries.last_told(found, store) if store else {}
    limits = policy.stock()
    context = {
        "section": "supply",
        "lines": found,
        "short": sum(one.level == "red" for one in found),
        "soon": sum(one.level == "amber" for one in found),
        "limits": limits,
        "stores": mine,
        "store": store,
        "rows": [(item, told.get(item.code)) for item in limits.items],
        "id": str(uuids.uuid7()),
        "english": get_language() == "en",
    }
    return render(request, "supply/stock.html", context)


def counted(request: HttpRequest, store: queries.Store, told: dict[str, queries.Line], now: dt.datetime) -> list[Said]:
    """A fact for each item of the form that has a count; the need stands in the form as it was last `told`. Raises
    Malformed naming the field."""
    form, facts = request.POST, []
    base = say.form_id(form.get("id", ""))
    for n, item in enumerate(policy.stock().items):
        usable, used, need = (
            say.whole(form.get(f"{name}-{item.code}"), 0, MOST, f"{name}-{item.code}")
            for name in ("usable", "used", "need")
        )
        if usable is None:
            last = told[item.code].need if item.code in told else None
            if used is not None or need not in (None, last):
                raise Malformed(_("how many pieces there are"), f"usable-{item.code}")
            continue
        body = {"place": store.place, "house": store.house, "item": item.code,
                "usable": usable, "used": used, "need": need}  # fmt: skip
        facts.append(say.said("stock.counted", say.next_id(base, n), now, store.place, body))
    if not facts:
        raise Malformed(_("how many pieces there are, of one item at least"), "usable")
    return facts
