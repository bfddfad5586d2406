"""The ward's own pages: who is coming and lies here, what is to be cleaned, the count; whether somebody may leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.hospital import forms, leaving, queries, vehicles
from tongzhou.ledger.kinds import Behalf
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.time import local_day
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import FactForm
from tongzhou.people.roles import AT_BEDS
from tongzhou.people.scope import NOWHERE
from tongzhou.persons import queries as persons
from tongzhou.persons.templatetags.persons import called
from tongzhou.problems import NotFound
from tongzhou.sites import queries as sites

Row = dict[str, Any]


class Shift:
    """A ward as somebody who works there, or a dispatcher who writes down its words, acts on it."""

    def __init__(self, ask: Ask, ward: queries.Ward) -> None:
        self.ask, self.ward = ask, ward
        held = ask.holder.roles
        self.nurse = contains(held.get("ward_nurse", NOWHERE), ward.place)
        self.telephone = not self.nurse and contains(held.get("dispatcher", NOWHERE), ward.place)
        self.behalf = Behalf("ward_nurse", ward.place) if self.telephone else None
        self.done: HttpResponse | None = None

    def offer(self, row: Row, what: str, *, by_telephone: bool = True) -> None:
        """A form of the row's bed, for whoever may say it."""
        if not (self.nurse or (self.telephone and by_telephone)):
            return
        bed, patient = row["bed"], row["request"]
        key, about = (patient["key"], f"request/{patient['key']}") if patient else (bed.id, f"bed/{bed.id}")
        row[what] = form = self.ask.form(forms.OF_A_BED[what], name=f"{what}/{key}", about=about)
        self._take(row, what, form)

    def leaves(self, row: Row, houses: Callable[[], Any]) -> None:
        """The form by which somebody leaves: drawn where it was opened or sent."""
        patient = row["request"]
        if patient is None or not (self.nurse or self.telephone) or not self.ask.opens(f"left/{patient['key']}"):
            return
        name, about = f"left/{patient['key']}", f"request/{patient['key']}"
        row["left"] = form = self.ask.form(
            forms.Left, name=name, about=about, patient=patient, houses=houses(), now=self.ask.now
        )
        self._take(row, "left", form)

    def close(self, free: list[queries.Bed]) -> FactForm | None:
        """One of the free beds goes out of use."""
        if not (self.nurse and free):
            return None
        beds = [(bed.id, bed.label) for bed in free]
        taken = [bed.id for bed in self.ward.beds if bed not in free]
        form = self.ask.form(forms.Close, name="closed", beds=beds, taken=taken)
        labels = {bed.id: bed.label for bed in free}
        chosen = labels.get(form.cleaned_data["bed"]) if form.is_bound and form.is_valid() else ""
        about = _("Bed %(b)s") % {"b": chosen}
        self.done = self.done or self.ask.take(form, lambda: [form.said(self.ask.now, self.ward.place)], about=about)
        return form

    def count(self) -> FactForm | None:
        """How many beds the staff on shift can serve."""
        if not self.nurse:
            return None
        form = self.ask.form(forms.Count, name="counted", ward=self.ward, now=self.ask.now)
        says = lambda: [form.said(self.ask.now, self.ward.place, ward=self.ward.id)]  # noqa: E731
        told = form.told if form.is_bound and form.is_valid() else ""
        self.done = self.done or self.ask.take(form, says, told=told, about=self.ward.called)
        return form

    def _take(self, row: Row, what: str, form: FactForm) -> None:
        bed, patient = row["bed"], row["request"]
        number = _("Bed %(b)s") % {"b": bed.label}
        about = f"{number} · {called(patient)}" if patient else number
        request = patient["key"] if patient else None
        to = reverse("ward", args=[self.ward.id])
        if what == "not_ready" and form.is_bound and form.is_valid() and form.cleaned_data["reason"] == "no_staff":
            to += "#count"
        done = self.ask.take(
            form,
            lambda: [forms.of_a_bed(what, form, self.ward, bed.id, request, self.ask.now, self.behalf)],
            to=to,
            about=about,
        )
        if done and what == "not_ready":
            messages.info(
                self.ask.request, _("The patient is the dispatcher's again, who is offered another bed at once.")
            )
        if done and to.endswith("#count"):
            messages.warning(
                self.ask.request, _("The bed stays in use. How many beds can the staff on shift serve now?")
            )
        self.done = self.done or done


@page("beds", roles=AT_BEDS)
def ward(ask: Ask, number: int) -> HttpResponse:
    """One ward: who is coming, who lies here, what is to be cleaned, how many beds the staff can serve."""
    wards = queries.wards()
    found = next((one for one in wards if one.id == number), None)
    if found is None:
        raise NotFound()
    known = {r["key"]: r for r in queries.requests(["assigned", "accepted", "admitted"], ask.now)}
    persons.attach(known.values())
    vehicles.name_drivers(known.values())
    shift = Shift(ask, found)
    rows: list[Row] = [{"bed": bed, "request": known.get(bed.request or "")} for bed in found.beds]
    coming = sorted((row for row in rows if row["bed"].state == "reserved"), key=_most_severe)
    lying = [row for row in rows if row["bed"].state == "occupied"]
    others = [row for row in rows if row["bed"].state in ("cleaning", "closed")]
    for row in coming:
        for what in ("accepted", "admitted", "not_ready") if row["request"] else ():
            if what != "accepted" or row["request"]["state"] == "assigned":
                shift.offer(row, what)
    for row in lying:
        if row["request"] and row["request"]["infection"] == "confirmed":
            row["verdict"] = leaving.verdict(row["request"]["examined"], ask.now)
        shift.leaves(row, lambda: _houses(wards, found))
    for row in others:
        shift.offer(row, "cleaned", by_telephone=False)
    close, count = shift.close([row["bed"] for row in rows if row["bed"].state == "free"]), shift.count()
    if shift.done:
        return shift.done
    return ask.show(
        "hospital/ward.html",
        ward=found,
        coming=coming,
        lying=lying,
        others=others,
        close=close,
        count=count,
        shift=shift,
        sites=sites.names(vehicles.named(known.values()), local_day(ask.now)),
    )


def _most_severe(row: Row) -> int:
    return queries.SEVERITIES.index(row["request"]["severity"]) if row["request"] else len(queries.SEVERITIES)


def _houses(wards: list[queries.Ward], but: queries.Ward) -> list[tuple[str, str]]:
    english = get_language() == "en"
    found = {w.facility: w.facility_en if english else w.facility_zh for w in wards if w.facility != but.facility}
    return sorted(found.items())


@page("beds", roles=AT_BEDS)
def patient(ask: Ask, key: str) -> HttpResponse:
    """May this patient leave? What the rule asks for, what it says, and from when on; or a bed elsewhere."""
    found = next((r for r in queries.requests(["admitted"], ask.now) if r["key"] == key), None)
    if found is None:
        raise NotFound()
    persons.attach([found])
    roles, about, place = ask.holder.roles, f"request/{key}", found["place"]
    examined = transfer = done = None
    if roles.keys() & {"clinician", "ward_nurse"}:
        known = forms.Examined.known(found["examined"])
        examined = ask.form(forms.Examined, about=about, now=ask.now, initial=known)
        done = ask.take(examined, lambda: [examined.said(ask.now, place, request=key)], about=called(found))
    if roles.keys() & {"clinician", "dispatcher"}:
        told = found["depended_on"] is not None
        transfer = ask.form(forms.Transfer, name="transfer", about=about, told=told, door=found["door"])
        done = done or ask.take(
            transfer, lambda: transfer.facts(ask.now, place, found["home"], **_again(key)), to=reverse("beds"),
            about=called(found),
        )  # fmt: skip
    if done:
        return done
    return ask.show(
        "hospital/patient.html",
        patient=found,
        where=next(((w, b) for w in queries.wards() for b in w.beds if b.id == found["bed"]), None),
        verdict=leaving.verdict(found["examined"], ask.now),
        examined=examined,
        transfer=transfer,
    )


def _again(key: str) -> Row:
    """What the same patient's request says, for a bed elsewhere; how ill they are is judged anew."""
    known = queries.asked(key).items()
    return {name: value for name, value in known if value is not None and name not in ("severity", "together")}
