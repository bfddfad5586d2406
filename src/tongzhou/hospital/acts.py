"""What is done about a request for a bed, a promise, a bed and somebody who went home, where they are owed."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.api.acts import Act, Field, Given, acts, chosen
from tongzhou.api.say import form_id, said
from tongzhou.hospital import aftercare, forms, leaving, plan, queries
from tongzhou.hospital.templatetags.beds import WORDS
from tongzhou.ledger.kinds import Said
from tongzhou.problems import Malformed, NotFound

WARD_REASONS = chosen(WORDS, "no_staff", "not_clean", "no_oxygen", "wrong_class", "bed_broken", "other")
SYMPTOMS = {
    "fever": gettext_noop("fever"),
    "cough": gettext_noop("cough"),
    "breathless": gettext_noop("breathless"),
    "diarrhoea": gettext_noop("diarrhoea"),
    "tired": gettext_noop("tired"),
}
VEHICLE_REASONS = chosen(WORDS, "no_vehicle", "no_driver", "not_disinfected", "road_closed", "other")


def sign(given: Given) -> list[Said]:
    """The bed that is proposed now, signed. Raises Malformed where none is."""
    wards, closing = queries.wards(), leaving.closed_to_admission()
    open_wards = [ward for ward in wards if ward.facility not in closing]
    waiting = queries.requests(["waiting"], given.now)
    points = queries.points([one["home"] or one["place"] for one in waiting])
    proposal = plan.propose(open_wards, waiting, points).get(given.one["key"])
    if proposal is None or proposal.bed is None or proposal.ward is None:
        raise Malformed(_("no bed fits now; open the beds for what stands in the way"), "bed")
    body = {"request": given.one["key"], "bed": proposal.bed, "ward": proposal.ward.id, "proposed": True}
    return [said("bed.assigned", form_id(given.form.get("id", "")), given.now, proposal.ward.place, body)]


def ward(given: Given) -> list[Said]:
    """What the ward says of the patient who is promised a bed, or of a bed."""
    bed = given.one["bed"] if "request" not in given.one else int(given.one["key"])
    found = next((w for w in queries.wards() for b in w.beds if b.id == bed), None)
    if found is None:
        raise NotFound()
    form = given.form.copy()
    form["bed"], form["request"] = str(bed), given.one["key"] if "request" not in given.one else ""
    return [forms.on_the_ward(form, found, None, given.now)]


def vehicle(given: Given) -> list[Said]:
    return [forms.of_the_vehicle(given.form, given.one, given.now)]


def house(given: Given) -> list[Said]:
    """Closed with the account as the wards recorded it."""
    wards = queries.wards()
    form = given.form.copy()
    form["facility"] = given.one["key"]
    return [forms.of_the_house(form, leaving.accounts(wards), wards, given.now)]


def after(given: Given) -> list[Said]:
    return [aftercare.recorded(given.form, given.one, given.now)]


def beds(_one: dict[str, Any]) -> str:
    return reverse("beds")


WHY = gettext_noop("Why not")
acts("assign_bed", Act("sign", gettext_noop("Sign the proposed bed"), sign),
     Act("beds", gettext_noop("Open the beds"), page=beds))  # fmt: skip
NOT_READY = Act("not_ready", gettext_noop("Not ready"), ward, (Field("reason", WHY, words=WARD_REASONS, needed=True),),
                {"say": "not_ready"}, own=True)  # fmt: skip
acts(
    "answer_promise",
    Act("accepted", gettext_noop("We take the patient"), ward, sends={"say": "accepted"}, own=True),
    NOT_READY,
)
acts("admit", Act("admitted", gettext_noop("Admitted"), ward, sends={"say": "admitted"}, own=True), NOT_READY)
acts(
    "bring_patient",
    Act("on_the_way", gettext_noop("On the way"), vehicle, sends={"answer": "on_the_way"}),
    Act("not_ready", gettext_noop("Not ready"), vehicle, (Field("reason", WHY, words=VEHICLE_REASONS, needed=True),),
        {"answer": "not_ready"}),
    Act("release", gettext_noop("Take the promise back"), vehicle, sends={"answer": "release"}, grave=True),
)  # fmt: skip
READY = Act("cleaned", gettext_noop("Clean and ready"), ward, sends={"say": "cleaned"}, own=True)
acts("clean_bed", READY, Act("closed", gettext_noop("Out of use"), ward, sends={"say": "closed"}, grave=True))
acts("reopen_bed", READY)
acts("close_house", Act("closed", gettext_noop("Close with this account"), house, sends={"say": "closed"}),
     Act("houses", gettext_noop("Open the houses"), page=lambda _one: reverse("houses")))  # fmt: skip
ASKED = (
    Field("temp", gettext_noop("Temperature °C"), "number"),
    Field("symptoms", gettext_noop("Symptoms"), "several", words=SYMPTOMS),
)
ASK = Act("asked", gettext_noop("Recorded"), after, ASKED)
NOBODY = Act("no_answer", gettext_noop("No answer"), after, sends={"say": "no_answer"})
acts("ask_after", ASK, NOBODY)
acts("see_after_symptoms", ASK, NOBODY)
acts("visit_hospital", Act("visit", gettext_noop("Seen at the hospital"), after, sends={"say": "visit"}))
