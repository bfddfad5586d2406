"""What is done about a request for a bed, a promise, a bed and somebody who went home, where they are owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.api.say import form_id, said
from tongzhou.hospital import above, driving, forms, leaving, plan, queries, vehicles
from tongzhou.hospital.templatetags.beds import because, house, room
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day
from tongzhou.pages.acts import Act, Given, acts, saying
from tongzhou.pages.form import Confirm
from tongzhou.pages.ill import last
from tongzhou.people.colleagues import colleagues
from tongzhou.people.scope import Holder
from tongzhou.problems import Malformed, NotFound
from tongzhou.sites import queries as sites


def proposals(ones: Sequence[dict[str, Any]], holder: Holder, now: dt.datetime) -> None:
    """The bed that is proposed for each now, or why there is none; and the granted beds of which one is left."""
    left = [(one.key, one.offer) for one in above.grants(holder, now)]
    wards, closing = queries.wards(), leaving.closed_to_admission()
    open_wards = [ward for ward in wards if ward.facility not in closing]
    waiting = queries.requests(["waiting"], now)
    points = queries.points([one["home"] or one["place"] for one in waiting])
    found = plan.propose(open_wards, waiting, points)
    for one in ones:
        one["grants"] = left
        one["proposal"] = told = found.get(one["key"])
        if told is not None:
            one["told"] = [because(told), *([_("Takes a bed for the severe.")] if told.spends else [])]


def proposed(one: dict[str, Any]) -> bool:
    return one.get("proposal") is not None and one["proposal"].bed is not None


def bed_proposed(one: dict[str, Any]) -> str:
    told = one["proposal"]
    return _for(one, house(told.ward), room(told.ward), _("Bed %(b)s") % {"b": told.label})


def sign(given: Given) -> list[Said]:
    """The bed that its author saw proposed, signed. Raises Malformed where none is proposed now, or another one."""
    told = given.one["proposal"]
    if not proposed(given.one):
        raise Malformed(_("no bed fits now; open the beds for what stands in the way"), "bed")
    if given.form.get("bed") != str(told.bed):
        raise Malformed(_("another bed is proposed by now: %(bed)s") % {"bed": bed_proposed(given.one)}, "bed")
    body = {"request": given.one["key"], "bed": told.bed, "ward": told.ward.id, "proposed": True}
    return [said("bed.assigned", form_id(given.form.get("id", "")), given.now, told.ward.place, body)]


def promised(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """The bed that each was promised, where it stands, and what was last said of the vehicle."""
    found = {one.subject: one for one in queries.stand(f"bed/{one['bed']}" for one in ones if one.get("bed"))}
    vehicles.name_drivers(ones)
    named = sites.names(vehicles.named(ones), local_day(now))
    for one in ones:
        one["stands"] = found.get(f"bed/{one.get('bed')}")
        one["told"] = [said for said in [vehicles.word_of_it(one, named)] if said]


def bed_promised(one: dict[str, Any]) -> str:
    bed = one.get("stands")
    return _for(one, house(bed), room(bed), _("Bed %(b)s") % {"b": bed.label}) if bed else ""


def _for(one: dict[str, Any], *where: str) -> str:
    """A bed, and whom it is for by number."""
    whose = one.get("whose")
    code = whose.code if whose and whose.code else _("number follows")
    return _("%(bed)s, for %(who)s") % {"bed": " · ".join(where), "who": code}


def ways(ones: Sequence[dict[str, Any]], holder: Holder, now: dt.datetime) -> None:
    """The beds, and what may be sent: vehicles of the dispatcher's places, and who may drive them."""
    promised(ones, holder, now)
    sent = vehicles.offered(holder, now)
    drivers: dict[int, list[tuple[str, str]]] = {}
    for one in ones:
        place = one["place"]
        if place not in drivers:
            drivers[place] = [(str(staff), called) for staff, called in colleagues({"driver"}, place)]
        one["vehicles"], one["drivers"] = sent, drivers[place]


def ward(given: Given) -> list[Said]:
    """What the ward says of the patient who is promised a bed, or of a bed."""
    patient = None if "request" in given.one else given.one["key"]
    bed = int(given.one["key"]) if patient is None else given.one["bed"]
    what = str(given.form.get("say", ""))
    form = forms.OF_A_BED[what](given.form).checked()
    return [forms.of_a_bed(what, form, forms.ward_of(bed, queries.wards()), bed, patient, given.now)]


def gone(given: Given) -> list[Said]:
    """Of what is offered: no vehicle and no driver of elsewhere."""
    form = forms.Gone(given.form, **offered(given.one)).checked()
    return [form.said(given.now, given.one["place"], request=given.one["key"], answer="on_the_way")]


def release(given: Given) -> list[Said]:
    return [forms.given_up(forms.Release(given.form).checked(), given.one, given.now)]


def give_back(given: Given) -> list[Said]:
    return [forms.given_up(Confirm(given.form).checked(), given.one, given.now)]


def grant(given: Given) -> list[Said]:
    """One of the beds that were granted, for whoever waits."""
    form = forms.Granted(given.form, **grants(given.one)).checked()
    return [form.said(given.now, given.one["place"], request=given.one["key"])]


def grants(one: dict[str, Any]) -> dict[str, Any]:
    return {"grants": one["grants"]}


def close(given: Given) -> list[Said]:
    """Closed with the account as the wards recorded it."""
    one = next((one for one in leaving.accounts(queries.wards()) if one.facility == given.one["key"]), None)
    if one is None:
        raise NotFound()
    return forms.of_a_house(forms.Closes(given.form).checked(), one, given.one["place"], given.now)


def how_they_are(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """What whoever went home said last of how they are."""
    for one in ones:
        one["ill"] = last("aftercare.recorded.symptoms", one["records"], now)


def beds(_one: dict[str, Any]) -> str:
    return reverse("beds")


def offered(one: dict[str, Any]) -> dict[str, Any]:
    return {"vehicles": one["vehicles"], "drivers": one["drivers"], "known": one.get("door")}


NO_VEHICLE = Act("not_ready", gettext_noop("Not ready"),
                 saying(forms.NoVehicle, "request", here=True, answer="not_ready"), forms.NoVehicle)  # fmt: skip


def _step(answer: str, label: str) -> Act:
    """A step of a trip, said by whoever drives, or by the dispatcher to whom it came up."""
    return Act(answer, label, saying(forms.Trip, "request", here=True, answer=answer))


acts("assign_bed", Act("sign", gettext_noop("Sign the proposed bed"), sign, to=bed_proposed, when=proposed,
                       carries=lambda one: {"bed": str(one["proposal"].bed)}),
     Act("granted", gettext_noop("Give a granted bed"), grant, forms.Granted, with_=grants,
         when=lambda one: bool(one["grants"]) and not proposed(one)),
     Act("beds", gettext_noop("Open the beds"), page=beds), reads=proposals)  # fmt: skip
NOT_READY = Act("not_ready", gettext_noop("Not ready"), ward, forms.NotReady, sends={"say": "not_ready"},
                own=True)  # fmt: skip
acts(
    "answer_promise",
    Act("accepted", gettext_noop("We take the patient"), ward, sends={"say": "accepted"}, own=True, to=bed_promised),
    NOT_READY,
    reads=promised,
)
acts("admit", Act("admitted", gettext_noop("Admitted"), ward, sends={"say": "admitted"}, own=True, to=bed_promised),
     NOT_READY, reads=promised)  # fmt: skip
acts(
    "bring_patient",
    Act("on_the_way", gettext_noop("On the way"), gone, forms.Gone, with_=offered, to=bed_promised),
    NO_VEHICLE,
    Act(
        "release",
        gettext_noop("Take the promise back"),
        release,
        forms.Release,
        grave=True,
        when=lambda one: not one["grant"],
    ),
    Act(
        "give_back",
        gettext_noop("Give the granted bed back"),
        give_back,
        grave=True,
        when=lambda one: bool(one["grant"]),
    ),
    reads=ways,
)
acts("pick_up", _step("picked_up", gettext_noop("The patient is in the vehicle")), NO_VEHICLE, reads=driving.trips)
acts("hand_over", _step("handed_over", gettext_noop("Handed over")), reads=driving.trips)
acts("free_vehicle", _step("free", gettext_noop("Clean and free")), reads=driving.trips)
READY = Act("cleaned", gettext_noop("Clean and ready"), ward, sends={"say": "cleaned"}, own=True)
OUT_OF_USE = Act("closed", gettext_noop("Out of use"), ward, forms.Closed, sends={"say": "closed"}, grave=True)
acts("clean_bed", READY, OUT_OF_USE)
acts("reopen_bed", READY)
acts("close_house", Act("closed", gettext_noop("Close with this account"), close, sends={"say": "closed"}),
     Act("houses", gettext_noop("Open the houses"), page=lambda _one: reverse("houses")))  # fmt: skip
ASK = Act("asked", gettext_noop("Record how they are"), saying(forms.Asked, "request", here=True), forms.Asked)
NOBODY = Act("no_answer", gettext_noop("No answer"), saying(forms.NoAnswer, "request", here=True, reached=False))
acts("ask_after", ASK, NOBODY, reads=how_they_are)
acts("see_after_symptoms", ASK, NOBODY, reads=how_they_are)
acts(
    "visit_hospital",
    Act("visit", gettext_noop("Seen at the hospital"), saying(forms.Seen, "request", here=True, visit=True)),
)
