"""Two screens: the dispatcher's beds (wards, queue, proposal, signature) and the ward's own page."""

from __future__ import annotations

from typing import Any

import uuid_utils.compat as uuids
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongzhou.api import say
from tongzhou.hospital import forms, leaving, plan, queries, vehicles
from tongzhou.ledger.known import rows
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.time import local_day
from tongzhou.people.colleagues import colleagues
from tongzhou.people.scope import NOWHERE, Holder
from tongzhou.persons import queries as persons
from tongzhou.problems import NotFound, NotYours, Problem
from tongzhou.sites import queries as sites


def _holder(request: HttpRequest) -> Holder:
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if not holder.sees("beds"):
        raise NotFound()
    return holder


@require_http_methods(["GET", "POST"])
def beds(request: HttpRequest) -> HttpResponse:
    """Wards, who waits, what is proposed and why; the dispatcher signs or changes with a reason."""
    holder = _holder(request)
    now = say.now()
    wards, closing = queries.wards(), leaving.closed_to_admission()
    waiting = queries.requests(["waiting"], now)
    points = queries.points([one["home"] or one["place"] for one in waiting])
    open_wards = [one for one in wards if one.facility not in closing]
    proposals = plan.propose(open_wards, waiting, points)
    if request.method == "POST":
        if "dispatcher" not in holder.roles:
            raise NotYours()
        return _sign(request, open_wards, waiting, proposals, now)
    for one in waiting:
        one["form"], one["proposal"] = str(uuids.uuid7()), proposals.get(one["key"])
    promised = queries.requests(["assigned", "accepted"], now)
    for one in promised:
        one["form"] = str(uuids.uuid7())
    persons.attach(waiting, promised)
    vehicles.name_drivers(promised)
    labels = {bed.id: (ward, bed.label) for ward in wards for bed in ward.beds}
    context = {
        "section": "beds",
        "wards": wards,
        "closing": closing,
        "waiting": waiting,
        "promised": [{**one, "where": labels.get(one["bed"])} for one in promised],
        "vehicles": vehicles.own(holder, promised, now),
        "drivers": colleagues({"driver"}, _dispatched(holder)) if "dispatcher" in holder.roles else [],
        "sites": sites.names(vehicles.named(promised), local_day(now)),
        "proposed": sum(p.bed is not None for p in proposals.values()),
        "totals": _totals(wards),
        "ways": plan.ways(open_wards, waiting, points) if waiting else None,
        "ward_reasons": ("no_staff", "not_clean", "no_oxygen", "wrong_class", "bed_broken", "other"),
        "vehicle_reasons": ("no_vehicle", "no_driver", "not_disinfected", "road_closed", "other"),
        "dispatcher": "dispatcher" in holder.roles,
        "clinician": "clinician" in holder.roles,
        "questions": [
            ("self_care", _("Can look after themselves")),
            ("chronic", _("Chronic or mental disease")),
            ("flu_negative", _("Influenza test negative")),
        ],
        "stale": now - queries.STALE,
        "now": now,
        "id": str(uuids.uuid7()),
        "asking": _case(holder, request.GET.get("case", "")),
    }
    return render(request, "hospital/beds.html", context)


def _dispatched(holder: Holder) -> int:
    """Where the dispatcher's own desk is."""
    return next(place for role, place in holder.places if role == "dispatcher")


def _case(holder: Holder, key: str) -> dict[str, Any] | None:
    """The case a bed is asked for: what its card holds is not typed again."""
    if not key or not holder.sees("cases"):
        return None
    found = next(iter(rows("case", key=key)), None)
    if found is None:
        raise NotFound()
    data = found["data"]
    referral = next(iter(rows("referral", key=data["referral"])), None) if data.get("referral") else None
    door = referral["data"].get("household") if referral else None
    return {**data, "key": key, "state": found["state"], "place": found["place"], "household": door}


def _totals(wards: list[queries.Ward]) -> dict[str, int]:
    names = ("physical", "usable", "free", "taken", "over")
    return {name: sum(getattr(ward, name) for ward in wards) for name in names}


def _sign(
    request: HttpRequest, wards: Any, waiting: Any, proposals: dict[str, plan.Proposal], now: Any
) -> HttpResponse:
    """One request, or all that are proposed; a bed that went meanwhile is refused and planned again."""
    form = request.POST
    if form.get("say") == "all":
        base, refused = say.form_id(form.get("id", "")), 0
        ready = [one for one in waiting if proposals[one["key"]].bed is not None]
        for n, one in enumerate(ready, start=1):
            told = proposals[one["key"]]
            assert told.ward is not None
            body = {"request": one["key"], "bed": told.bed, "ward": told.ward.id, "proposed": True}
            try:
                say.say(request, [say.said("bed.assigned", say.next_id(base, n), now, told.ward.place, body)])
            except Problem:
                refused += 1
        return redirect(f"/beds/?refused={refused}" if refused else "/beds/")
    one = next((r for r in waiting if r["key"] == form.get("request")), None)
    if one is None:
        raise NotFound()
    say.say(request, [forms.signed(form, one, wards, proposals[one["key"]].bed, now)])
    return redirect("beds")


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """A clinician asks for a bed."""
    holder = _holder(request)
    place = next((place for role, place in holder.places if role in ("clinician", "dispatcher")), None)
    if place is None:
        raise NotYours()
    case = _case(holder, request.POST.get("case", ""))
    home = int(case["home"] or case["place"]) if case else None
    household = case["household"] if case else None
    person = case["person"] if case else None
    say.say(request, [forms.requested(request.POST, place, say.now(), home, household, person)])
    return redirect("beds")


@require_POST
def vehicle(request: HttpRequest) -> HttpResponse:
    """The vehicle is on its way, or is not ready and says why; or the promise is taken back, and the patient planned
    again."""
    _holder(request)
    now = say.now()
    one = next(
        (r for r in queries.requests(["assigned", "accepted"], now) if r["key"] == request.POST.get("request")), None
    )
    if one is None:
        raise NotFound()
    say.say(request, [forms.of_the_vehicle(request.POST, one, now)])
    return redirect("beds")


@require_http_methods(["GET", "POST"])
def ward(request: HttpRequest, number: int) -> HttpResponse:
    """One ward: who is coming, who lies here, what is to be cleaned, how many beds the staff can serve."""
    holder = _holder(request)
    now = say.now()
    found = next((w for w in queries.wards() if w.id == number), None)
    if found is None:
        raise NotFound()
    known = {r["key"]: r for r in queries.requests(["assigned", "accepted", "admitted"], now)}
    nurse = contains(holder.roles.get("ward_nurse", NOWHERE), found.place)
    telephone = not nurse and contains(holder.roles.get("dispatcher", NOWHERE), found.place)
    if request.method == "POST":
        patient = known.get(request.POST.get("request", ""))
        said = forms.on_the_ward if nurse else forms.by_telephone
        say.say(request, [said(request.POST, found, patient, now)])
        return redirect("beds") if request.POST.get("next") == "beds" else redirect("ward", number=number)
    persons.attach(known.values())
    vehicles.name_drivers(known.values())
    rows: list[dict[str, Any]] = [
        {"bed": bed, "request": known.get(bed.request or ""), "form": str(uuids.uuid7())} for bed in found.beds
    ]
    for row in rows:
        if row["bed"].state == "occupied" and row["request"] and row["request"]["infection"] == "confirmed":
            row["verdict"] = leaving.verdict(row["request"]["examined"], now)
    context = {
        "section": "beds",
        "ward": found,
        "coming": [row for row in rows if row["bed"].state == "reserved"],
        "lying": [row for row in rows if row["bed"].state == "occupied"],
        "others": [row for row in rows if row["bed"].state in ("cleaning", "closed")],
        "free": [bed for bed in found.beds if bed.state == "free"],
        "close_id": str(uuids.uuid7()),
        "nurse": nurse,
        "telephone": telephone,
        "sites": sites.names(vehicles.named(known.values()), local_day(now)),
        "houses": sorted(
            {(w.facility, w.facility_zh, w.facility_en) for w in queries.wards() if w.facility != found.facility}
        ),
        "stale": now - queries.STALE,
        "id": str(uuids.uuid7()),
    }
    return render(request, "hospital/ward.html", context)


@require_http_methods(["GET", "POST"])
def patient(request: HttpRequest, key: str) -> HttpResponse:
    """May this patient leave? What the rule asks for, what it says, and from when on; or a bed elsewhere."""
    holder = _holder(request)
    now = say.now()
    found = next((r for r in queries.requests(["admitted"], now) if r["key"] == key), None)
    if found is None:
        raise NotFound()
    if request.method == "POST":
        say.say(request, [forms.of_the_patient(request.POST, found, now)])
        return redirect("patient", key=key) if request.POST.get("say") == "examined" else redirect("beds")
    where = next(((w, b) for w in queries.wards() for b in w.beds if b.id == found["bed"]), None)
    context = {
        "section": "beds",
        "patient": found,
        "where": where,
        "examined": found["examined"] or {},
        "verdict": leaving.verdict(found["examined"], now),
        "fields": leaving.fields(now),
        "roles": holder.roles,
        "id": str(uuids.uuid7()),
        "now": now,
    }
    return render(request, "hospital/patient.html", context)


@require_http_methods(["GET", "POST"])
def houses(request: HttpRequest) -> HttpResponse:
    """Every house with everybody it admitted accounted for; closing one; and what was published of real houses."""
    holder = _holder(request)
    now, wards = say.now(), queries.wards()
    found = leaving.accounts(wards)
    if request.method == "POST":
        if "dispatcher" not in holder.roles:
            raise NotYours()
        say.say(request, [forms.of_the_house(request.POST, found, wards, now)])
        return redirect("houses")
    context = {
        "section": "beds",
        "accounts": [{"account": one, "form": str(uuids.uuid7())} for one in found],
        "published": leaving.published(local_day(now)),
        "dispatcher": "dispatcher" in holder.roles,
        "english": get_language() == "en",
    }
    return render(request, "hospital/houses.html", context)
