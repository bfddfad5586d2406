"""What is done about medicines, bags and cards where it is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day
from tongzhou.medicines import forms, queries, shown
from tongzhou.pages.acts import Act, Given, acts, saying
from tongzhou.pages.form import FactForm
from tongzhou.people.scope import Holder

HERE = "place"


def of(form: type[FactForm], **known: Any) -> Callable[[Given], list[Said]]:
    """What says a fact of a row that names its remedy beside itself: `known` gives the fields, a callable reads the
    row."""

    def says(given: Given) -> list[Said]:
        one = given.one
        body = {name: value(one) if callable(value) else value for name, value in known.items()}
        return [form(given.form).checked().said(given.now, one["place"], **body)]

    return says


def key(one: Mapping[str, Any]) -> str:
    return str(one["key"])


def remedy(one: Mapping[str, Any]) -> str:
    return str(one["remedy"])


def script(one: Mapping[str, Any]) -> str:
    return str(one["script"])


def ask(given: Given) -> list[Said]:
    form = forms.Asked(given.form, pharmacies=given.one.get("pharmacies", ())).checked()
    return [form.said(given.now, given.one["place"], remedy=given.one["key"])]


def what(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """On the line itself: which medicine, for how many days there is some, what the pharmacy said."""
    known = shown.named(ones, local_day(now))
    near: dict[int, list[tuple[str, str]]] = {}
    for one in ones:
        if one["place"] not in near:
            near[one["place"]] = queries.pharmacies(one["place"], now)
        one["pharmacies"] = queries.first(near[one["place"]], one.get("pharmacy"), one["state"] == "out")
        told = [shown.medicine(one, known), shown.site(one.get("pharmacy"), known)]
        if one.get("brand"):
            told.append(_("there is: %(brand)s") % {"brand": one["brand"]})
        if one.get("elsewhere"):
            told.append(_("has it: %(pharmacy)s") % {"pharmacy": shown.site(one["elsewhere"], known)})
        if one.get("back_on"):
            told.append(_("there again on %(day)s") % {"day": one["back_on"]})
        one["told"] = [*one.get("told", ()), *filter(None, told)]
        one["ill"] = shown.left(one["last_dose"], now)


def request(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """What the pharmacy is asked for, and the number on its bag."""
    known = shown.named(ones, local_day(now))
    for one in ones:
        told = [shown.medicine(one, known), _("Bag %(n)s") % {"n": one["number"]}]
        if one["rest"]:
            told.append(_("the rest of an earlier request"))
        if one["state"] == "allowed":
            told.append(_("the doctor says: %(brand)s will do") % {"brand": one["brand"]})
        if one["card"]:
            told.append(_("insurance card, receipt %(n)s") % {"n": one["card"]["receipt"]})
        one["told"] = [*one.get("told", ()), *told]


def carried(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    known = shown.named(ones, local_day(now))
    for one in ones:
        told = [*shown.bag(one), shown.site(one["pharmacy"], known)]
        one["told"] = [*one.get("told", ()), *filter(None, told)]


def cards(ones: Sequence[dict[str, Any]], _holder: Holder, _now: dt.datetime) -> None:
    for one in ones:
        one["told"] = [*one.get("told", ()), _("receipt %(n)s") % {"n": one["receipt"]}, where(one)]


def where(one: Mapping[str, Any]) -> str:
    if one["at"] == "pharmacy":
        return _("the card lies at the pharmacy")
    return _("the card is with whoever carries it") if one["at"] == "carrier" else _("the card is back")


def passed(step: str, side: str) -> Callable[[Given], list[Said]]:
    return of(forms.CardPassed, card=key, bag=lambda one: one["bag"], household=lambda one: one["household"],
              step=step, side=side)  # fmt: skip


def signed(given: Given) -> list[Said]:
    """Every side that is not written yet, as it stands signed on the receipt."""
    form = forms.CardPassed(given.form).checked()
    told = [one.split(".") for one in given.one["lacks"]]
    body = {"card": given.one["key"], "bag": given.one["bag"], "household": given.one["household"]}
    return [form.said(given.now, given.one["place"], n=n, step=step, side=side, **body)
            for n, (step, side) in enumerate(told)]  # fmt: skip


def page(one: Mapping[str, Any]) -> str:
    return f"/medicines/{one['key']}"


ASK = Act("ask", gettext_noop("Ask this pharmacy"), ask, forms.Asked,
          with_=lambda one: {"pharmacies": one.get("pharmacies", ())})  # fmt: skip
COUNTED = Act("counted", gettext_noop("Counted: another last day"), saying(forms.Counted, "remedy", here=True),
              forms.Counted)  # fmt: skip
ENDED = Act(
    "ended", gettext_noop("No longer needed"), saying(forms.Ended, "remedy", here=True), forms.Ended, grave=True
)
SEE = Act("see", gettext_noop("See how it stands"), page=page)
acts("last_dose_near", SEE, COUNTED, ENDED, reads=what)
acts("ask_pharmacy", ASK, COUNTED, ENDED, reads=what)
acts("ask_another", ASK, COUNTED, ENDED, reads=what)
acts(
    "judge_brand",
    Act("yes", gettext_noop("The other brand will do"), of(forms.Judged, remedy=key, script=script, outcome="yes")),
    Act("no", gettext_noop("No: only what was asked for"), of(forms.Judged, remedy=key, script=script, outcome="no")),
    reads=what,
)
acts(
    "fill_script",
    Act("ready", gettext_noop("Ready, sealed in the bag"),
        of(forms.Ready, script=key, remedy=remedy, outcome="ready"), forms.Ready),
    Act("partly", gettext_noop("A part is in the bag"),
        of(forms.Partly, script=key, remedy=remedy, outcome="partly"), forms.Partly),
    Act("other_brand", gettext_noop("Only another brand"),
        of(forms.OtherBrand, script=key, remedy=remedy, outcome="other_brand"), forms.OtherBrand),
    Act("out", gettext_noop("Not in stock"), of(forms.Out, script=key, remedy=remedy, outcome="out"), forms.Out),
    reads=request,
)  # fmt: skip
FETCHED = Act("fetched", gettext_noop("Fetched, it is with me"), of(forms.Fetched, bag=key, remedy=remedy))


def door(outcome: str, label: str, *, grave: bool = False) -> Act:
    form = forms.Taken if outcome == "taken" else forms.Handed
    says = of(form, bag=key, remedy=remedy, outcome=outcome)
    return Act(outcome, label, says, form if outcome == "taken" else None, grave=grave)


DOOR = (
    door("taken", gettext_noop("Taken over, sealed")),
    door("not_opened", gettext_noop("Nobody opened")),
    door("seal_broken", gettext_noop("The seal is broken"), grave=True),
    door("refused", gettext_noop("They did not take it"), grave=True),
)
acts("fetch_bag", FETCHED, reads=carried)
acts("carry_bag", *DOOR, reads=carried)
acts(
    "settle_bag",
    Act("again", gettext_noop("Sealed anew: carry it again"),
        of(forms.Settled, bag=key, remedy=remedy, outcome="again")),
    Act("returned", gettext_noop("Back at the pharmacy"),
        of(forms.Settled, bag=key, remedy=remedy, outcome="returned")),
    reads=carried,
)  # fmt: skip
acts("collect_bag", Act("paid", gettext_noop("Paid"), of(forms.PaidNow, bag=key), forms.PaidNow), reads=carried)
acts("return_card", Act("returned", gettext_noop("Given back at the door"), passed("returned", "handed")), reads=cards)
acts("sign_card", Act("signed", gettext_noop("The receipt is signed"), signed), reads=cards)
