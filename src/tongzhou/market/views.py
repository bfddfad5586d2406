"""The market's pages: a county's alerts and prices, a basket of a shop, produce that nobody bought."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.directives.queries import below
from tongzhou.ledger import worded
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.time import local_day, stamp
from tongzhou.market import policy, queries, shown, tables
from tongzhou.market.forms import Basket, Decide, Ended, Look, Offer, Part, Refused, Report, Single, Told
from tongzhou.market.kinds import DESK, GOODS, TELLS, WATCH
from tongzhou.pages.ask import Ask, page
from tongzhou.people.scope import Holder
from tongzhou.places.queries import covers_of, names
from tongzhou.problems import NotFound
from tongzhou.sites.drafts import Draft
from tongzhou.sites.queries import names as site_names

PRICES, ENTRY, PRODUCE = gettext_noop("Prices"), gettext_noop("Enter prices"), gettext_noop("Unsold produce")


@page("market", at="market/", link=("goods", PRICES), sees="counts", roles=WATCH)
def market(ask: Ask) -> HttpResponseBase:
    """the county's alerts with their look and decision, each item with its price, what it is over, its stock; by shop,
    with both readings and the notice in force"""
    place, own = ask.desk(*WATCH, below=True)
    covers = covers_of(place)
    found = queries.alerts(covers, ask.now)
    lines = [_alert(ask, one, len(found)) for one in found]
    if done := ask.taken():
        return done
    around = queries.county_of(place)
    county = queries.county(around.id, ask.now) if around and around.id == place else None
    if county and ask.given("as") == "csv":
        return tables.items(county).file("prices")
    carried = queries.of_alerts(found)
    for line in lines:
        line["decisions"] = [_decided(one, carried) for one in line["one"].data["decisions"]]
    asked = ask.given("item")
    good = next((one.good for one in county.lines if ".".join(one.good) == asked), None) if county else None
    return ask.show(
        "market/market.html",
        title=_(PRICES), place=place, own=own, alerts=lines, county=county,
        names=names(sorted({place, *own, *(one.place for one in found), *queries.counties(covers)})),
        below=[] if county else queries.counties(covers), event=county.event if county else None,
        items=tables.items(county) if county else None,
        shops=tables.shops(county, good, ask.now) if county and good else None,
        good=shown.called(good) if good else "", unit=shown.unit_of(good[0]) if good else "",
        notice=tables.notice(county) if county else None,
    )  # fmt: skip


def _alert(ask: Ask, one: queries.Alert, of: int) -> dict[str, Any]:
    """An alert with what its reader may say about it."""
    told: dict[str, Any] = {
        "one": one, "about": shown.about(one.data), "level": shown.level(one.data["level"]),
        "figures": shown.figures(one.data), "raised": stamp(one.raised), "item": ".".join(one.good),
        "looks": [_looked(look) for look in one.data["looks"]],
    }  # fmt: skip
    about, standing = f"market_alert/{one.key}", ask.holder.standing()
    told["folded"] = one.state != "over" and not ask.unfolds(one.key, of)
    if one.state == "over" or told["folded"]:
        return told
    if one.state == "raised" and standing.covers(one.place, frozenset(WATCH)):
        told["look"] = form = ask.form(Look, f"look/{one.key}", about=about, seen=one.state)
        ask.later(lambda: ask.take(form, lambda: [form.said(ask.now, one.place, alert=one.key)], about=told["about"]))
    if one.state in ("looked", "decided", "explained") and standing.covers(one.place, frozenset(DESK)):
        called = names([one.place])[one.place]
        places = [(one.place, called.name_zh, called.name_en), *below(one.place)]
        told["decide"] = act = ask.form(Decide, f"decide/{one.key}", about=about, seen=one.state, places=places,
                                        now=ask.now)  # fmt: skip
        ask.later(lambda: ask.take(act, lambda: act.decided(one.key, one.place, ask.now), about=told["about"]))
    return told


def _looked(look: dict[str, Any]) -> str:
    return _("%(at)s looked at: %(finding)s (%(how)s)") % {
        "at": _at(look), "finding": worded.choice("market.looked", "finding", look["finding"]),
        "how": worded.choice("market.looked", "how", look["how"])}  # fmt: skip


def _at(one: dict[str, Any]) -> str:
    at = moment_in(one["at"])
    return stamp(at) if at else ""


def _decided(one: dict[str, Any], carried: dict[str, dict[str, Any]]) -> str:
    """What was decided, and how far those are who carry it out."""
    action = worded.choice("market.decided", "action", one["action"])
    told = _("%(at)s decided: %(action)s") % {"at": _at(one), "action": action}
    directive = carried.get(one["directive"] or "")
    if directive is None:
        return told
    answers = [answer.get("outcome") for answer in directive["answers"].values()]
    done = sum(answer == "done" for answer in answers)
    return told + " · " + _("carried out: %(done)d of %(all)d desks") % {"done": done, "all": len(answers)}


@page("market_entry", at="market/entry", link=("goods", ENTRY), sees="counts", roles=TELLS)
def entry(ask: Ask) -> HttpResponse:
    """the basket of a shop: price and stock of each item, or one price with its invoice"""
    mine = _shops(ask)
    asked = ask.request.POST.get("site") or ask.given("site")
    asked = asked or (mine[0].key if len(mine) == 1 else "")
    site = next((one for one in mine if one.key == asked), None)
    if asked and site is None:
        raise NotFound()
    told = queries.last_told(site.key, site.place, ask.now) if site else {}
    basket = single = None
    if site:
        known = [*((item.code, item.grades[0]) for item in policy.market().asked), *told]
        every = [(item.code, grade) for item in policy.market().items for grade in item.grades]
        goods = every if ask.given("all") or ask.request.POST.get("all") else list(dict.fromkeys(
            good for good in known if good in every))  # fmt: skip
        here = f"{ask.request.path}?site={site.key}"
        basket = ask.form(Basket, "basket", goods=goods, told=told)
        single = ask.form(Single, "single")
        done = ask.take(basket, lambda: basket.quoted(site, site.place, ask.now), to=here, told=_("Prices of the shop"),
                        about=shown.titled(site))  # fmt: skip
        done = done or ask.take(single, lambda: [single.said(ask.now, site.place, site=site.key)], to=here,
                                about=shown.titled(site))  # fmt: skip
        if done:
            return done
    return ask.show("market/entry.html", title=_(ENTRY), shops=[(one, shown.titled(one)) for one in mine], site=site,
                    called=shown.titled(site) if site else "", basket=basket, single=single,
                    all=bool(ask.given("all") or ask.request.POST.get("all")))  # fmt: skip


def _shops(ask: Ask) -> list[Draft]:
    """The shops of which the reader may say something."""
    covers = [ask.holder.roles[role] for role in TELLS if role in ask.holder.roles]
    return [one for one in queries.shops(local_day(ask.now)) if any(contains(cover, one.place) for cover in covers)]


@page("market_produce", at="market/produce", link=("goods", PRODUCE), sees="counts", roles=[*GOODS, "community_lead"])
def produce(ask: Ask) -> HttpResponse:
    """farm produce that nobody bought: reported, offered to delivery points, and what they answer by when"""
    roles = [*GOODS, "community_lead"]
    place, own = ask.desk(*roles, below=True)
    covers, county = covers_of(place), queries.county_of(place)
    report = ask.form(Report, "report")
    ask.later(lambda: ask.take(report, lambda: [report.said(ask.now, place, reporting=county.id if county else None)]))
    waiting = queries.produce(covers, ask.now)
    offers = queries.offers(covers, ask.now)
    near = queries.points(local_day(ask.now), covers_of(county.id)) if county else []
    points = [(one, shown.titled(one)) for one in near]
    lines = [_produce(ask, one, points, len(waiting)) for one in waiting]
    answers = [_offer(ask, one) for one in offers]
    if done := ask.taken():
        return done
    sites = site_names([one["point"] for one in offers], local_day(ask.now))
    placed = {one["place"] for one in (*waiting, *offers)} | {place, *own}
    return ask.show("market/produce.html", title=_(PRODUCE), place=place, own=own, names=names(sorted(placed)),
                    report=report, waiting=lines, answers=answers, points=points,
                    sites={key: shown.titled(one) for key, one in sites.items()},
                    goods={one.code: one.called for one in policy.market().items})  # fmt: skip


def _produce(ask: Ask, one: dict[str, Any], points: list[tuple[Draft, str]], of: int) -> dict[str, Any]:
    """Produce with what its reader may say: to whom it is offered, and what became of it."""
    told = one | {"called": shown.called((one["item"], policy.market().item[one["item"]].grades[0]))}
    if not ask.unfolds(one["key"], of):
        return told
    about, standing = f"produce/{one['key']}", ask.holder.standing()
    if one["left"] and points and standing.covers(one["place"], frozenset(GOODS)):
        told["offer"] = offer = ask.form(Offer, f"offer/{one['key']}", about=about, points=points, left=one["left"],
                                         now=ask.now, seen=str(one["left"]))  # fmt: skip
        where = {site.key: site.place for site, _words in points}
        ask.later(lambda: ask.take(offer, lambda: offer.offered(one["key"], one["place"], ask.now, where),
                                   told=_("Offered to delivery points")))  # fmt: skip
    told["end"] = end = ask.form(Ended, f"end/{one['key']}", about=about)
    ask.later(lambda: ask.take(end, lambda: [end.said(ask.now, one["place"], produce=one["key"])]))
    return told


def _offer(ask: Ask, one: dict[str, Any]) -> dict[str, Any]:
    """What was offered to a point; whoever keeps the point answers."""
    if one["state"] != "waiting" or not _keeps(ask.holder, one["at"]):
        return one
    about, forms = f"produce_offer/{one['key']}", {"takes": Told, "part": Part, "no": Refused}
    one["forms"] = {}
    for outcome, form in forms.items():
        one["forms"][outcome] = made = ask.form(form, f"{outcome}/{one['key']}", about=about, seen=one["state"])
        known = {"offer": one["key"], "produce": one["produce"], "outcome": outcome}
        ask.later(lambda made=made, known=known: ask.take(made, lambda: [made.said(ask.now, one["at"], **known)]))  # type: ignore[misc]
    return one


def _keeps(holder: Holder, place: int) -> bool:
    return bool(holder.standing().covers(place, frozenset({"community_lead", *GOODS})))
