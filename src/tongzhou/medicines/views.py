"""The desk's page of medicines, one medicine's page, the pharmacy's queue, the bags of whoever carries."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.community import queries as community
from tongzhou.directives.queries import names
from tongzhou.ledger import door, states
from tongzhou.ledger.kinds import Behalf
from tongzhou.ledger.time import local_day
from tongzhou.medicines import forms, queries, shown
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.table import Column, Table
from tongzhou.people.desks import local_telephones
from tongzhou.persons import queries as persons
from tongzhou.places.queries import covers_of
from tongzhou.problems import NotFound
from tongzhou.sites import addresses
from tongzhou.sites import queries as sites
from tongzhou.sites.named import MEDICINES
from tongzhou.sites.templatetags.doors import address
from tongzhou.sites.wanted import choice

CALLED = gettext_noop("Medicines")
PHARMACY = gettext_noop("Requests to the pharmacy")
BAGS = gettext_noop("Sealed bags and cards")
LABEL_SHEET = "YD-01"  # the form numbers of the papers
SLIP_SHEET = "YD-02"
RECEIPT_SHEET = "YB-01"
DESK = ("community_lead", "community_doctor", "grid_worker")
CARRYING = ("volunteer", "grid_worker", "community_lead")


@page("medicines", at="medicines/", link=("community", CALLED), sees="care", roles=DESK)
def desk(ask: Ask) -> HttpResponse:
    """who takes a medicine every day, who runs out when, and how it stands; a new one, also from a need"""
    place, places = ask.desk(*DESK)
    found = queries.remedies(covers_of(place))
    persons.attach(found)
    needs = [row for row in community.open_rows("need") if "medicine" in row["items"]]
    need = next((row for row in needs if row["key"] == ask.given("need")), None)
    new = _new(ask, place, need)
    if done := ask.taken():
        return done
    known = shown.named(found, local_day(ask.now))
    doors = addresses.of(one["household"] for one in [*found, *needs])
    return ask.show(
        "medicines/desk.html", title=_(CALLED), place=place, places=places, names=names([*places]), new=new,
        table=_table(ask, found, known, doors), need=need, n=len(found),
        soon=sum(shown.presses(one["last_dose"], ask.now) for one in found),
        needs=[(row["key"], _door(row["household"], doors), row.get("medicine_last_dose")) for row in needs],
    )  # fmt: skip


def _new(ask: Ask, place: int, need: dict[str, Any] | None) -> forms.Wanted:
    day = local_day(ask.now)
    listed = [(f"{one.key}|{of}", choice(one, of)["en" if shown.english() else "zh"])
              for one in sites.choices(day, MEDICINES) for of in (one.details.unit, *one.details.packs)]  # fmt: skip
    initial = {}
    if need:
        wanted = next(iter(need.get("medicines", ())), None)
        initial = {
            "household": need["household"],
            "last_dose": need.get("medicine_last_dose"),
            "text": need.get("text"),
        }
        if wanted:
            initial |= {"medicine": f"{wanted['medicine']}|{wanted['of']}", "quantity": wanted["quantity"]}
    form = ask.form(forms.Wanted, "new", listed=listed, pharmacies=queries.pharmacies(place, ask.now), initial=initial,
                    about=f"need/{need['key']}" if need else "")  # fmt: skip
    known = {"need": need["key"]} if need else {}
    ask.later(lambda: ask.take(form, lambda: [form.said(ask.now, place, home=form.lies, **known)], to="/medicines/"))
    return form


def _table(ask: Ask, found: list[dict[str, Any]], known: Any, doors: Any) -> Table:
    return Table(
        _("Medicines taken every day"),
        [
            Column("door", gettext_noop("Door"), lambda one: _door(one["household"], doors)),
            Column("whose", gettext_noop("Number of the person"),
                   lambda one: one["whose"].code if one["whose"] else "", narrow=True),
            Column("what", gettext_noop("Medicine"), lambda one: shown.medicine(one, known)),
            Column("last", gettext_noop("Last dose"), lambda one: one["last_dose"], sort="moment"),
            Column("left", gettext_noop("Lasts"), lambda one: shown.left(one["last_dose"], ask.now)),
            Column("state", gettext_noop("State"), lambda one: states.said("remedy", one["state"])),
            Column("pharmacy", gettext_noop("Pharmacy"), lambda one: shown.site(one["pharmacy"], known)),
        ],
        found,
        empty=_("Nobody's medicine is written down yet. What a household asks for as a need can be taken over here."),
        href=lambda one: f"/medicines/{one['key']}",
        mark=lambda one: "now" if shown.presses(one["last_dose"], ask.now) else "",
    )  # fmt: skip


@page("medicines", at="medicines/<str:key>", sees="care", roles=DESK)
def single(ask: Ask, key: str) -> HttpResponse:
    """one medicine: how it stands, the pharmacy asked or another one, the doctor's word, what the pharmacy said by
    telephone"""
    one = queries.one("remedy", key)
    if one is None or one["state"] == "void":
        raise NotFound()
    persons.attach([one])
    about, roles = f"remedy/{one['key']}", ask.holder.roles
    near = queries.pharmacies(one["place"], ask.now)
    found: dict[str, Any] = {}
    if one["state"] in ("enough", "asked", "out", "brand"):
        offered = queries.first(near, one["pharmacy"], one["state"] in ("out", "asked"))
        found["asked"] = ask.form(forms.Asked, "asked", about=about, seen=one["state"], pharmacies=offered)
    if one["state"] != "ended":
        found["counted"] = ask.form(forms.Counted, "counted", about=about)
        found["ended"] = ask.form(forms.Ended, "ended", about=about)
    for form in found.values():
        ask.later(partial(_say, ask, form, one, remedy=one["key"]))
    if one["state"] == "brand" and "community_doctor" in roles:
        for word in ("yes", "no"):
            found[word] = ask.form(forms.Judged, word, about=about, seen=one["script"])
            ask.later(partial(_say, ask, found[word], one, remedy=one["key"], script=one["script"], outcome=word))
    if one["state"] == "asked" and one["script"] and {"community_lead", "grid_worker"} & roles.keys():
        found["told"] = _by_telephone(ask, one)
    if done := ask.taken():
        return done
    known = shown.named([one], local_day(ask.now))
    doors = addresses.of([one["household"]])
    return ask.show(
        "medicines/single.html", title=_("A medicine taken every day"), one=one, forms=found,
        door=_door(one["household"], doors), what=shown.medicine(one, known),
        left=shown.left(one["last_dose"], ask.now),
        pharmacy=shown.site(one["pharmacy"], known), elsewhere=shown.site(one["elsewhere"], known),
        bag=queries.number(one["bag"]) if one["bag"] else "",
    )  # fmt: skip


def _say(ask: Ask, form: Any, one: dict[str, Any], /, **known: Any) -> HttpResponse | None:
    return ask.take(form, lambda: [form.said(ask.now, one["place"], **known)])


def _by_telephone(ask: Ask, one: dict[str, Any]) -> list[tuple[str, Any, str]]:
    """What the pharmacy says on the telephone, written down on its behalf: it confirms it later."""
    with door.ledger() as ledger:
        place = queries.place_of(ledger, "script", one["script"])
    told = []
    for outcome, form, words in ANSWERS:
        made = ask.form(form, f"told-{outcome}", about=f"remedy/{one['key']}", seen=one["script"])
        known = {"script": one["script"], "remedy": one["key"], "outcome": outcome}
        known["behalf"] = Behalf("pharmacist", place or one["place"])
        ask.later(partial(_say, ask, made, one, **known))
        told.append((outcome, made, _(words)))
    return told


ANSWERS = (
    ("ready", forms.Ready, gettext_noop("Ready, sealed in the bag")),
    ("partly", forms.Partly, gettext_noop("A part is in the bag")),
    ("other_brand", forms.OtherBrand, gettext_noop("Only another brand")),
    ("out", forms.Out, gettext_noop("Not in stock")),
)


@page("pharmacy", at="pharmacy/", link=("goods", PHARMACY), sees="scripts", roles=["pharmacist"])
def pharmacy(ask: Ask) -> HttpResponse:
    """what this pharmacy is asked for: fill the bag, a part, another brand, not in stock; cards that lie here"""
    found = queries.scripts()
    known = shown.named(found, local_day(ask.now))
    codes = persons.codes(f"script/{one['key']}" for one in found)
    for one in found:
        one["what"], one["code"] = shown.medicine(one, known), codes.get(f"script/{one['key']}", "")
        one["left"] = shown.left(one["last_dose"], ask.now)
        one["presses"] = shown.presses(one["last_dose"], ask.now)
        one["shop"] = shown.site(one["pharmacy"], known)
        if one["state"] != "brand" and ask.unfolds(one["key"], len(found)):
            one["forms"] = [_answer(ask, one, *answer) for answer in ANSWERS]
        _card(ask, one)
    ready = queries.filled(ask.now)
    for one in ready:
        _card(ask, one)
    if done := ask.taken():
        return done
    known |= shown.named(ready, local_day(ask.now))
    return ask.show("medicines/pharmacy.html", title=_(PHARMACY), found=found, ready=ready, table=_filled(ready, known))


def _answer(ask: Ask, one: dict[str, Any], outcome: str, form: Any, words: str) -> tuple[str, Any, str]:
    made = ask.form(form, f"{outcome}/{one['key']}", about=f"script/{one['key']}", seen=one["state"])
    known = {"script": one["key"], "remedy": one["remedy"], "outcome": outcome}
    ask.later(partial(_say, ask, made, one, **known))
    return outcome, made, _(words)


def _card(ask: Ask, one: dict[str, Any]) -> None:
    """The card: received here, or handed out again; each once."""
    card = one["card"]
    if card is None:
        return
    for step, side in (("left", "received"), ("fetched", "handed")):
        if f"{step}.{side}" in card["said"]:
            continue
        form = ask.form(forms.CardPassed, f"card-{step}/{one['key']}")
        known = {"card": card["key"], "bag": one["key"], "household": card["household"], "step": step, "side": side}
        ask.later(partial(_say, ask, form, one, **known))
        one["card_form"], one["card_step"] = form, step
        return


def _filled(ready: list[dict[str, Any]], known: Any) -> Table:
    return Table(
        _("Filled since yesterday"),
        [
            Column("number", gettext_noop("Number of the bag"), lambda one: one["number"]),
            Column("what", gettext_noop("Medicine"), lambda one: shown.medicine(one, known)),
            Column("state", gettext_noop("State"), lambda one: states.said("script", one["state"])),
            Column("at", gettext_noop("At"), lambda one: one["answered_at"], sort="moment"),
        ],
        ready,
        empty=_("Nothing was filled since yesterday."),
    )  # fmt: skip


@page("bags", at="bags/", link=("community", BAGS), sees="households", roles=CARRYING)
def bags(ask: Ask) -> HttpResponse:
    """the sealed bags in the order in which they are carried: number, door, cold, by when; cards out and back"""
    found = queries.bags()
    doors = addresses.of(one["household"] for one in found)
    walk = queries.way([one for one in found if one["state"] in queries.CARRIED], doors, ask.now)
    others = [one for one in found if one["state"] not in queries.CARRIED]
    known = shown.named(found, local_day(ask.now))
    cards = queries.cards()
    out = {one["bag"] for one in cards}
    for one in [*walk, *others]:
        one["door"], one["told"] = _door(one["household"], doors), shown.bag(one)
        one["shop"] = shown.site(one["pharmacy"], known)
        if ask.unfolds(one["key"], len(found)):
            one["forms"] = [_bag(ask, one, *act) for act in ACTS.get(one["state"], ())]
            if one["key"] not in out and one["state"] in queries.CARRIED:
                one["card"] = _takes_card(ask, one)
    lines = [_passes(ask, one) for one in cards]
    if done := ask.taken():
        return done
    return ask.show("medicines/bags.html", title=_(BAGS), walk=walk, others=others, cards=lines, now=ask.now)


HANDED = {
    "taken": gettext_noop("Taken over, sealed"),
    "not_opened": gettext_noop("Nobody opened"),
    "seal_broken": gettext_noop("The seal is broken"),
    "refused": gettext_noop("They did not take it"),
}
AT_DOOR = tuple((outcome, forms.Taken if outcome == "taken" else forms.Handed, words, {"outcome": outcome})
                for outcome, words in HANDED.items())  # fmt: skip
SETTLE = (("again", forms.Settled, gettext_noop("Sealed anew: carry it again"), {"outcome": "again"}),
          ("returned", forms.Settled, gettext_noop("Back at the pharmacy"), {"outcome": "returned"}))  # fmt: skip
ACTS: dict[str, Any] = {
    "packed": (("fetched", forms.Fetched, gettext_noop("Fetched, it is with me"), {}),),
    "carried": AT_DOOR,
    "not_opened": AT_DOOR,
    "seal_broken": SETTLE,
    "refused": SETTLE,
    "unpaid": (("paid", forms.PaidNow, gettext_noop("Paid"), {}),),
}


FIRST = frozenset({"fetched", "taken", "again", "paid"})  # the usual answer of each state


def _bag(
    ask: Ask, one: dict[str, Any], act: str, form: Any, words: str, known: dict[str, str]
) -> tuple[Any, str, bool, bool]:
    made = ask.form(form, f"{act}/{one['key']}", about=f"bag/{one['key']}", seen=one["state"])
    body = {"bag": one["key"], **({} if act == "paid" else {"remedy": one["remedy"]}), **known}
    ask.later(partial(_say, ask, made, one, **body))
    return made, _(words), act not in FIRST, act in ("seal_broken", "refused")


def _takes_card(ask: Ask, one: dict[str, Any]) -> Any:
    form = ask.form(forms.CardTaken, f"card/{one['key']}")
    known = {"household": one["household"], "bag": one["key"], "pharmacy": one["pharmacy"], "home": one["place"]}
    ask.later(partial(_say, ask, form, one, **known))
    return form


def _passes(ask: Ask, card: dict[str, Any]) -> dict[str, Any]:
    """The next thing that whoever carries may say of a card."""
    doors = addresses.of([card["household"]])
    told = {**card, "door": _door(card["household"], doors)}
    wanted = [("left", "handed", _("Left at the pharmacy")), ("fetched", "received", _("Fetched from the pharmacy")),
              ("returned", "handed", _("Given back at the door"))]  # fmt: skip
    if {"community_lead", "grid_worker"} & ask.holder.roles.keys():
        wanted += [("taken", "handed", _("The household signed that it handed it out")),
                   ("returned", "received", _("The household signed that it is back"))]  # fmt: skip
    told["forms"] = []
    for step, side, words in wanted:
        if f"{step}.{side}" in card["said"]:
            continue
        form = ask.form(forms.CardPassed, f"{step}-{side}/{card['key']}")
        known = {"card": card["key"], "bag": card["bag"], "household": card["household"], "step": step, "side": side}
        ask.later(partial(_say, ask, form, card, **known))
        told["forms"].append((form, words, bool(told["forms"])))
    return told


@page("pharmacy", at="pharmacy/labels", sees="scripts", roles=["pharmacist"], answers=("GET",))
def labels(ask: Ask) -> HttpResponse:
    """labels for the bags, with number, cold and by when; a slip of what is asked for stays at the pharmacy"""
    found = queries.scripts()
    known = shown.named(found, local_day(ask.now))
    for one in found:
        one["what"], one["shop"] = shown.medicine(one, known), shown.site(one["pharmacy"], known)
    return ask.show("medicines/labels.html", title=_("Labels and slips"), found=found, label=LABEL_SHEET,
                    slip=SLIP_SHEET, day=ask.now)  # fmt: skip


@page("bags", at="bags/receipts", sees="households", roles=CARRYING, answers=("GET",))
def receipts(ask: Ask) -> HttpResponse:
    """receipts for insurance cards: handed out and given back, two signatures each; nowhere room for a password"""
    place, _own = ask.desk(*CARRYING)
    with door.ledger() as ledger:
        telephone = local_telephones(ledger, [place]).get(place, "")
    return ask.show("medicines/receipts.html", title=_("Receipts for insurance cards"), number=RECEIPT_SHEET,
                    place=place, names=names([place]), telephone=telephone, day=ask.now, sheets=range(4))  # fmt: skip


def _door(number: int, doors: Any) -> str:
    return _("Door %(n)s") % {"n": number} + address(doors, number)
