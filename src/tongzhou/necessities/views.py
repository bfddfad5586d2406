"""Offers of necessities: the list, a new one, one taken apart and followed to the last fen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from tongzhou.api.say import next_id, said
from tongzhou.ledger import door, states, worded
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day, stamp
from tongzhou.necessities import apart, books, carrying, desk, forms, queries, sheets  # noqa: F401  (their pages declare their own address)
from tongzhou.necessities.apart import yuan
from tongzhou.necessities.asks import LISTED
from tongzhou.necessities.fields import DRAWS, SIGNS
from tongzhou.necessities.lines import written
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Confirm
from tongzhou.pages.table import Column, Table
from tongzhou.people.colleagues import colleagues
from tongzhou.places.queries import above, covers_of, names, official_code
from tongzhou.problems import NotFound
from tongzhou.sites import queries as sites

CALLED = gettext_noop("Group orders")
SEES = ("community_lead", "supply_officer", "duty_officer", "commander")
SHOWN = dt.timedelta(days=14)


class Open(Confirm):
    """Signed: doors may order."""


class Sent(Confirm):
    """The supplier has the sheet."""


@page("necessities", at="necessities/", link=("community", CALLED), sees="counts", roles=SEES)
def offers(ask: Ask) -> HttpResponse:
    """offers of suppliers to the doors of a community: open ones, those on the way, those that are settled"""
    found = queries.offers(since=ask.now - SHOWN)
    listed = _sites(ask, found)
    places = names(sorted({one["place"] for one in found}))
    with door.ledger() as ledger:
        doors = books.doors(ledger, [one["key"] for one in found])
    table = Table(
        _(CALLED),
        [
            Column("name", gettext_noop("Offer"), lambda one: queries.name_of(one, listed)),
            Column("place", gettext_noop("Community"), lambda one: _name(places.get(one["place"]))),
            Column("state", gettext_noop("State"), lambda one: _state(one, ask.now)),
            Column("closes", gettext_noop("Orders until"), lambda one: stamp(one["closes"]), sort="moment"),
            Column("delivers", gettext_noop("Brought on"), lambda one: one["delivers"], sort="moment"),
            Column("orders", gettext_noop("Doors that ordered"), lambda one: doors.get(one["key"], 0), sort="number"),
        ],
        found,
        empty=_("No supplier offers anything yet."),
        href=lambda one: f"/necessities/offer/{one['key']}",
    )  # fmt: skip
    draws = bool(ask.holder.roles.keys() & set(DRAWS))
    return ask.show("necessities/offers.html", title=_(CALLED), table=table, draws=draws, now=ask.now,
                    running=sum(_runs(one, ask.now) for one in found))  # fmt: skip


@page("necessities", at="necessities/draw", sees="counts", roles=DRAWS)
def draw(ask: Ask) -> HttpResponse:
    """a supplier's offer written down, as it was sent: looked at and signed by somebody else before it opens"""
    day = local_day(ask.now)
    role = "community_lead" if "community_lead" in ask.holder.roles else "supply_officer"
    covers = ask.holder.roles[role]
    points = sites.choices(day, ["delivery_point", "community_office", "compound"], covers)
    sellers = sites.choices(day, LISTED, _county(next(iter(ask.holder.places))[1]))
    of = queries.offer(ask.given("of")) if ask.given("of") else None
    initial = {}
    if of is not None:
        initial = {name: of[name] for name in ("supplier", "point", "delivers", "fee")}
        initial |= {"closes": of["closes"].isoformat(), "listed": written(of["lines"])}
    form = ask.form(forms.Drawn, suppliers=_choices(sellers), points=_choices(points), initial=initial)

    def says() -> list[Said]:
        place = {one.key: one.place for one in points}[form.cleaned_data["point"]]
        own = "community" if role == "community_lead" else "supply"
        more: dict[str, Any] = {}
        if of is not None and of["state"] in ("drawn", "returned"):
            more["corrects"] = _uuid(of["key"])
        return [form.said(ask.now, place, desk=own, fee=form.cleaned_data["fee"] or 0, **more)]

    key = of["key"] if of is not None and of["state"] in ("drawn", "returned") else form.number
    done = ask.take(form, says, to=f"/necessities/offer/{key}")
    return done or ask.show("necessities/draw.html", title=_("A supplier's offer"), form=form, of=of)


@page("necessities", at="necessities/offer/<str:key>", sees="counts", roles=SEES)
def offer(ask: Ask, key: str) -> HttpResponse:
    """one offer taken apart: yuan for 500 g, what is tied to what, what the rules refuse; then its sheet, its receipt,
    its bags and its money"""
    one = queries.offer(key)
    with (
        door.ledger() as ledger
    ):  # whoever sees the offer sees how much is ordered; which door it is stands nowhere here
        orders = books.orders(ledger, key)
    parts: dict[str, Any] = {"one": one, "orders": orders, "key": key, "about": f"offer/{key}"}
    told = {**_apart(ask, **parts), **_closed(ask, **parts), **_money(ask, **parts)}
    told["carries"] = ask.holder.sees("households")
    if done := ask.taken():
        return done
    listed = _sites(ask, [one])
    return ask.show(
        "necessities/offer.html", title=queries.name_of(one, listed), one=one, sites=listed,
        place=_name(names([one["place"]]).get(one["place"])), state=_state(one, ask.now), n=len(orders), **told,
    )  # fmt: skip


def _apart(ask: Ask, one: dict[str, Any], orders: Sequence[Mapping[str, Any]], key: str, about: str) -> dict[str, Any]:
    """The lines, what stands out in them, and who may sign, send back, stop it or say how many there are."""
    ordered = books.totals({row["household"]: {wish["line"]: wish["units"] for wish in row["lines"]} for row in orders})
    found = apart.findings(one["lines"], local_day(ask.now), official_code(one["place"]))
    waits, runs = one["state"] in ("drawn", "returned"), _runs(one, ask.now)
    signs = bool(ask.holder.roles.keys() & set(SIGNS)) and ask.holder.by != one["drawn_by"]
    told: dict[str, Any] = {"lines": _lines(one, ordered, found), "refused": [f for f in found if f.refused]}
    told["own"] = ask.holder.by == one["drawn_by"]
    if waits and signs:
        sign, back = ask.form(Open, "open", about=about), ask.form(forms.Returned, "back", about=about)
        ask.later(lambda: ask.take(sign, lambda: [_of(sign, "offer.opened", ask, one)], about=one["lines"][0]["name"]))
        ask.later(lambda: ask.take(back, lambda: [back.said(ask.now, one["place"], offer=key)]))
        told |= {"sign": sign, "back": back}
    if (waits or runs) and ask.holder.roles.keys() & set(DRAWS):
        stock = ask.form(forms.Stock, "stock", about=about, offered=one["lines"])
        ask.later(lambda: ask.take(stock, lambda: [_of(stock, "offer.changed", ask, one, **stock.values())]))
        told["stock"] = stock
    if runs and ask.holder.roles.keys() & set(SIGNS):
        stop = ask.form(forms.Stopped, "stop", about=about)
        ask.later(lambda: ask.take(stop, lambda: [stop.said(ask.now, one["place"], offer=key)]))
        told["stop"] = stop
    return told


def _closed(ask: Ask, one: dict[str, Any], orders: Sequence[Mapping[str, Any]], key: str, about: str) -> dict[str, Any]:
    """After closing: the supplier's sheet, what came, who carries which stairwell."""
    told: dict[str, Any] = {}
    draws = bool(ask.holder.roles.keys() & set(DRAWS))
    wishes = {row["household"]: {wish["line"]: wish["units"] for wish in row["lines"]} for row in orders}
    totals = books.totals(wishes)
    if one["state"] == "open" and not _runs(one, ask.now) and draws:
        sent = ask.form(Sent, "sent", about=about)
        lines = [{"line": line, "units": units} for line, units in totals.items()]
        ask.later(lambda: ask.take(sent, lambda: [
            _of(sent, "offer.sent", ask, one, orders=len(wishes), lines=lines)]))  # fmt: skip
        told["sent"] = sent
    if one["state"] in ("sent", "received") and draws and not any(row["outcome"] for row in orders):
        ordered = [(n, line, totals[n]) for n, line in enumerate(one["lines"], 1) if totals.get(n)]
        came = ask.form(forms.Received, "came", about=about, ordered=ordered)
        ask.later(lambda: ask.take(came, lambda: [_of(came, "offer.received", ask, one, lines=came.came())]))
        told["came"] = came
    if one["state"] == "received" and "community_lead" in ask.holder.roles:
        told |= _bags(ask, one, orders, key)
    told["less"] = [row for row in orders if row["dealt"] and row["due"] < _full(row)]
    told["totals"] = [(one["lines"][n - 1], units) for n, units in totals.items()]
    return told


def _bags(ask: Ask, one: dict[str, Any], orders: Sequence[Mapping[str, Any]], key: str) -> dict[str, Any]:
    """Stairwells whose doors are in no bag yet, with who may carry them; one press deals them out."""
    with door.ledger() as ledger:
        gone = books.bagged(ledger, key)
        left = [row for row in orders if row["household"] not in gone and row["state"] != "nothing"]
        stands = queries.stands(ledger, [row["household"] for row in left])
    stairs: dict[str, list[queries.Stand]] = {}
    for stand in sorted(stands.values(), key=lambda stand: stand.way):
        stairs.setdefault(stand.group, []).append(stand)
    posts = {place: _who_carries(place) for place in {stand.place for stand in stands.values()}}
    offered = [
        (
            str(n),
            _("%(stair)s: %(n)d doors") % {"stair": found[0].entrance, "n": len(found)},
            [(str(id), called) for id, (called, _post) in posts[found[0].place].items()],
        )
        for n, found in enumerate(stairs.values())
    ]
    if not offered:
        return {}
    form = ask.form(forms.Bags, "bags", about=f"offer/{key}", stairs=offered,
                    seen=",".join(map(str, sorted(stands))))  # fmt: skip

    def says() -> list[Said]:
        by: dict[int, list[queries.Stand]] = {}
        groups = list(stairs.values())
        for n, carrier in form.carriers().items():
            by.setdefault(carrier, []).extend(groups[int(n)])
        return [
            said("basket.made", next_id(form.fact_id, n), ask.now, one["place"],
                 {"offer": key, "carrier": carrier, "day": str(one["delivers"]),
                  "role": posts[found[0].place][carrier][1], "doors": [stand.household for stand in found]},
                 reporting=found[0].place)
            for n, (carrier, found) in enumerate(sorted(by.items()))
        ]  # fmt: skip

    ask.later(lambda: ask.take(form, says))
    return {"bagging": form}


def _who_carries(place: int) -> dict[int, tuple[str, str]]:
    """Who may carry to doors of a place, with their name and the post as which they do."""
    found: dict[int, tuple[str, str]] = {}
    for post in ("grid_worker", "volunteer", "community_lead"):
        for id, called in colleagues([post], place):
            found.setdefault(id, (called, post))
    return found


def _money(ask: Ask, one: dict[str, Any], orders: Sequence[Mapping[str, Any]], key: str, about: str) -> dict[str, Any]:
    """Bags with what was taken and counted, the account of the offer, and settling it."""
    if one["state"] not in ("received", "settled"):
        return {}
    with door.ledger() as ledger:
        account, left = books.account(ledger, key, one), books.unfinished(ledger, key)
    told: dict[str, Any] = {"account": account, "left": left, "bags": _bag_table(key, orders)}
    if one["state"] == "received" and not left and ask.holder.roles.keys() & set(DRAWS):
        settle = ask.form(forms.Settled, "settle", about=about)
        ask.later(lambda: ask.take(settle, lambda: [settle.said(ask.now, one["place"], offer=key)]))
        told["settle"] = settle
    return told


def _bag_table(key: str, orders: Sequence[Mapping[str, Any]]) -> Table:
    by_door = {row["household"]: row for row in orders}
    called = _carriers(found := queries.bags(key))
    return Table(
        _("Bags"),
        [
            Column("carrier", gettext_noop("Who carries"), lambda bag: called.get(bag["carrier"], "–")),
            Column("doors", gettext_noop("Doors"), lambda bag: f"{len(bag['told'])} / {len(bag['doors'])}",
                   sort="number"),
            Column("expected", gettext_noop("Cash to be collected"), lambda bag: yuan(expected(bag, by_door)),
                   sort="number"),
            Column("cash", gettext_noop("Cash taken"), lambda bag: yuan(bag["cash"]), sort="number"),
            Column("counted", gettext_noop("Counted by two"),
                   lambda bag: "–" if bag["counted"] is None else yuan(bag["counted"]), sort="number"),
            Column("state", gettext_noop("State"), lambda bag: states.said("basket", bag["state"])),
        ],
        found,
        empty=_("No bag is made yet."),
        href=lambda bag: f"/necessities/bag/{bag['key']}",
    )  # fmt: skip


def expected(bag: Mapping[str, Any], by_door: Mapping[int, Mapping[str, Any]]) -> int:
    """What the carrier has to collect in cash: of doors that pay there, as dealt; of those that were visited, what
    follows from the door."""
    found = 0
    for number in bag["doors"]:
        row = by_door.get(number)
        if row is not None:
            found += max(0, row["due"] - row["before"])
    return found


def _carriers(bags: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    from tongzhou.people.scope import names_of_staff

    return names_of_staff({bag["carrier"] for bag in bags})


def _lines(one: Mapping[str, Any], ordered: Mapping[int, int], found: Sequence[apart.Finding]) -> list[dict[str, Any]]:
    """The lines as the page shows them."""
    return [
        line | {"n": n, "yuan": yuan(line["price"]), "per_500": yuan(apart.per_500(line["price"], line["grams"])),
                "ordered": ordered.get(n, 0), "left": max(0, line["stock"] - ordered.get(n, 0)),
                "found": [f for f in found if f.line == n],
                "group": worded.choice("order.placed", "swaps", line["group"])}
        for n, line in enumerate(one["lines"], 1)
    ]  # fmt: skip


def _of(form: Any, kind: str, ask: Ask, one: Mapping[str, Any], **body: Any) -> Said:
    """A fact about this offer with the id of a form that is no fact's own."""
    from tongzhou.api.say import form_id

    return said(kind, form_id(form.number), ask.now, one["place"], {"offer": one["key"], **body})


def _full(row: Mapping[str, Any]) -> int:
    return sum(wish["units"] * wish["price"] for wish in row["lines"])


def _runs(one: Mapping[str, Any], now: dt.datetime) -> bool:
    """May doors order now? It closes by its own hour."""
    return one["state"] == "open" and one["closes"] is not None and now < one["closes"]


def _state(one: Mapping[str, Any], now: dt.datetime) -> str:
    if one["state"] == "open" and not _runs(one, now):
        return _("closed, the sheet is to be given")
    return states.said("offer", one["state"])


def _sites(ask: Ask, found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    keys = {one[name] for one in found for name in ("supplier", "point")}
    return sites.names(keys, local_day(ask.now)) if keys else {}


def _county(place: int) -> str:
    """The county around a place, or what is below it where it is none: whose shops are offered first."""
    around = above([place], ["county", "zone"]).get(place)
    return covers_of(around[0].id if around else place)


def _choices(found: Sequence[Any]) -> list[tuple[str, str]]:
    english = get_language() == "en"
    return [(one.key, one.name_en if english else one.name_zh) for one in found]


def _name(found: Any) -> str:
    return "–" if found is None else str(found.name_en if get_language() == "en" else found.name_zh)


def _uuid(key: str) -> Any:
    import uuid

    try:
        return uuid.UUID(key)
    except ValueError:
        raise NotFound() from None
