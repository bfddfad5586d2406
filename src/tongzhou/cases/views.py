"""Three screens: the community doctor's call-backs, the fever clinic, and the case register with its clocks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import uuid_utils.compat as uuids
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongzhou import rules
from tongzhou.api import say
from tongzhou.cases import duplicates, forms, imports_export, investigation, queries, saved
from tongzhou.cases.imports_mapping import MappingError
from tongzhou.cases.investigation_forms import ended_by
from tongzhou.cases.kinds import CARE
from tongzhou.ledger import clock, door
from tongzhou.ledger.explain import explain
from tongzhou.ledger.time import local_day
from tongzhou.people import vault
from tongzhou.people.scope import Holder
from tongzhou.problems import Malformed, NotFound

KEPT = ("name", "telephone", "identity")


def _holder(request: HttpRequest, role: str) -> Holder:
    """Whoever is signed in and holds the role; to others the page is not there."""
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if role not in holder.roles:
        raise NotFound()
    return holder


def _place(holder: Holder, role: str) -> int:
    return next(place for held, place in holder.places if held == role)


@require_http_methods(["GET", "POST"])
def callbacks(request: HttpRequest) -> HttpResponse:
    """Whom to call, the longest waiting first, and what the clinic answered."""
    holder = _holder(request, "community_doctor")
    now, place = say.now(), _place(holder, "community_doctor")
    opened: dict[str, str] = {}
    if request.method == "POST":
        exception = queries.one_row("exception", request.POST.get("exception", ""))
        if request.POST.get("open"):
            opened = {exception["key"]: _number(holder, exception)}
        else:
            clinic = say.whole(request.POST.get("clinic"), 1, 2**31 - 1, "clinic")
            close = request.POST.get("say") == "close"
            say.say(request, forms.closed(request.POST, exception, now) if close
                    else forms.called_back(request.POST, exception, clinic, now))  # fmt: skip
            return redirect("callbacks")
    waiting = queries.waiting(now)
    for one in waiting:
        one["form"], one["number"] = str(uuids.uuid7()), opened.get(one["key"])
    care = queries.in_care(now)
    for one in care:
        one["form"] = str(uuids.uuid7())
    sent = queries.referrals(limit=50)
    context = {
        "section": "callbacks",
        "waiting": waiting,
        "care": care,
        "closed": forms.CLOSED,
        "sent": sent,
        "clinics": queries.places_of(str(place)),
        "names": queries.place_names([one["clinic"] for one in sent] + [one["place"] for one in [*waiting, *care]]),
        "now": now,
    }
    return render(request, "cases/callbacks.html", context)


@require_http_methods(["GET", "POST"])
def warnings(request: HttpRequest) -> HttpResponse:
    """Any clinician may warn directly: it goes to the epidemiologists at once, and nobody can take it back."""
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if not holder.sees("warnings"):
        raise NotFound()
    if request.method == "POST":
        role = next((r for r in ("clinician", "community_doctor", "epidemiologist") if r in holder.roles), "")
        say.say(request, forms.warned(request.POST, _place(holder, role), say.now()))
        return redirect("warnings")
    found = queries.warnings()
    context = {"section": "warnings", "warnings": found, "what": forms.WARNINGS, "id": str(uuids.uuid7()),
               "names": queries.place_names([one["place"] for one in found])}  # fmt: skip
    return render(request, "cases/warnings.html", context)


def _number(holder: Holder, exception: dict[str, Any]) -> str:
    """The call-back number, opened for this purpose; the reading is written down."""
    with door.ledger() as ledger:
        return vault.read(ledger, f"exception/{exception['key']}", holder, "call_back", ["telephone"]).get(
            "telephone", ""
        )


@require_GET
def clinic(request: HttpRequest) -> HttpResponse:
    """Who is on the way, who is here, and who was seen today."""
    _holder(request, "clinician")
    now = say.now()
    found = queries.referrals(limit=300)
    for one in found:
        one["form"] = str(uuids.uuid7())
    context = {
        "section": "clinic",
        "coming": [one for one in found if one["state"] == "made"],
        "here": [one for one in found if one["state"] == "arrived"],
        "seen": [one for one in found if one["state"] not in ("made", "arrived")][:50],
        "names": queries.place_names([one["place"] for one in found]),
        "now": now,
    }
    return render(request, "cases/clinic.html", context)


@require_POST
def seen(request: HttpRequest, key: str) -> HttpResponse:
    """The clinic's reply in one tap."""
    holder = _holder(request, "clinician")
    referral = queries.one_row("referral", key)
    outcome = request.POST.get("outcome", "")
    if outcome not in ("arrived", "did_not_come", "sent_home", "emergency"):
        raise Malformed(_("arrived, did not come, sent home or emergency"), "outcome")
    body = {"referral": referral["key"], "outcome": outcome}
    id, place = say.form_id(request.POST.get("id", "")), referral["clinic"] or _place(holder, "clinician")
    say.say(request, [say.said("referral.seen", id, say.now(), place, body)])
    return redirect("clinic")


@require_http_methods(["GET", "POST"])
def identify(request: HttpRequest, key: str = "") -> HttpResponse:
    """The case definition in force, ticked by a clinician: the rule proposes, the clinician judges."""
    holder = _holder(request, "clinician")
    referral = queries.one_row("referral", key) if key else None
    now, place = say.now(), _place(holder, "clinician")
    proposal = None
    if request.method == "POST":
        proposal = rules.evaluate(rules.book(), "CASE-T7", forms.criteria(request.POST), on=local_day(now))
        if request.POST.get("say") == "identify":
            facts = forms.identified(request.POST, referral, referral["clinic"] or place if referral else place, now)
            say.say(request, facts)
            _keep(request, facts[0], place)
            return redirect("case", key=str(facts[0].id))
    context = {
        "section": "clinic",
        "referral": referral,
        "names": queries.place_names([referral["place"]] if referral else []),
        "proposal": proposal,
        "form": request.POST,
        "epi": request.POST.getlist("epi"),
        "clinical": request.POST.getlist("clinical"),
        "classes": forms.CLASSES,
        "id": request.POST.get("id") or str(uuids.uuid7()),
        "homes": queries.places_of(str(place)) if referral is None else [],
        "now": now,
    }
    return render(request, "cases/identify.html", context)


def _keep(request: HttpRequest, fact: Any, place: int) -> None:
    """Name, telephone and identity number go to the vault under the case; facts hold none of them."""
    given = {name: request.POST.get(name, "").strip() for name in KEPT}
    held = {name: value for name, value in given.items() if value}
    if held:
        with door.ledger() as ledger:
            vault.put(ledger, f"case/{fact.id}", held, place=place, sees="cases")


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The line list in scope: what runs out first on top, then page by page; found by name, number or card."""
    holder = _sees_cases(request)
    if request.method == "POST":
        return _keep_view(request, holder)
    connection.ensure_connection()
    request.clock = clock.read(connection.connection)  # type: ignore[attr-defined]  # the shell asks no second time
    now = request.clock.now  # type: ignore[attr-defined]
    wanted, after = _wanted(request, holder), _after(request)
    found, more = queries.page(wanted, now, after)
    urgent = [] if request.GET else queries.running(now)
    places = [place for one in [*found, *urgent] for place in (one["place"], one["home"]) if place]
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "section": "cases",
        "cases": found,
        "urgent": urgent,
        "more": f"{found[-1]['effective_at'].isoformat()},{found[-1]['key']}" if more else None,
        "query": query.urlencode(),
        "asked": {name: request.GET.get(name, "") for name in ("q", "since", "until")},
        "filtered": bool(request.GET),
        "state": wanted.state,
        "states": (*forms.CLASSES, "excluded", "merged"),
        "names": queries.place_names(places),
        "asks": sum(any(c.asks for c in one["clocks"]) for one in urgent),
        "columns": saved.columns(request.GET),
        "all_columns": saved.COLUMNS,
        "saved": saved.views() if wanted.keys is None else [],
        "keeps": bool(set(holder.roles) & set(CARE)),
        "id": str(uuids.uuid7()),
    }
    # The search box fetches its answer alone: what stands around it is there already.
    part = request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers
    return render(request, "cases/found.html" if part else "cases/register.html", context)


def _keep_view(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Save the view on the screen, or drop one of one's own place."""
    role = next((role for role in CARE if role in holder.roles), None)
    if role is None:
        raise NotFound()
    now, place = say.now(), _place(holder, role)
    if request.POST.get("say") == "drop":
        body = {"view": request.POST.get("view", "")}
        say.say(request, [say.said("view.dropped", say.form_id(request.POST.get("id", "")), now, place, body)])
    else:
        say.say(request, [saved.save(request.POST, place, now)])
    return redirect("cases")


@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The line list as CSV, row by row as it is read, under the asker's scope; it holds no names.

    `layout`: the headings and words of another system.
    """
    holder = _sees_cases(request)
    wanted = _wanted(request, holder)
    layout = request.GET.get("layout") or None
    try:
        lines = imports_export.lines(holder, wanted, layout)
    except MappingError as error:
        raise Malformed(str(error), "layout") from None
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{layout or "cases"}.csv"'
    return answer


def _sees_cases(request: HttpRequest) -> Holder:
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if not holder.sees("cases"):
        raise NotFound()
    return holder


def _wanted(request: HttpRequest, holder: Holder) -> queries.Filter:
    """The filter in the address. A search looks the words up by their keyed digests: the ledger holds no names."""
    asked = request.GET
    since, until = forms.day(asked.get("since", ""), "since"), forms.day(asked.get("until", ""), "until")
    keys = _search(asked["q"].strip(), holder) if asked.get("q", "").strip() else None
    place = say.whole(asked.get("place"), 1, 2**31 - 1, "place")
    state = asked.get("state") or None
    return queries.Filter(state, place, since, until and until + dt.timedelta(days=1), keys)


def _search(text: str, holder: Holder) -> tuple[str, ...]:
    """Cases by card number, telephone, identity number or name. A number is no name, and a name holds no number."""
    numbers = any(char.isdigit() for char in text)
    fields = ("telephone", "identity") if numbers else ("name",)
    with door.ledger() as ledger, ledger.pipeline():
        cards = queries.by_card(ledger, text)
        owners = vault.find_any(ledger, fields, text, holder)
        found = {key for (key,) in cards}
    found |= {owner.removeprefix("case/") for owner in owners if owner.startswith("case/")}
    return tuple(sorted(found))


def _after(request: HttpRequest) -> tuple[dt.datetime, str] | None:
    at, _comma, key = request.GET.get("after", "").partition(",")
    if not key:
        return None
    try:
        return dt.datetime.fromisoformat(at), key
    except ValueError:
        raise Malformed(_("open the list again"), "after") from None


@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, key: str) -> HttpResponse:
    """One case: history, clocks, samples, and the next step in one tap."""
    holder = _sees_cases(request)
    now = say.now()
    found = queries.case(key, now)
    person: dict[str, str] = {}
    if request.method == "POST":
        if request.POST.get("open"):
            with door.ledger() as ledger:
                person = vault.read(ledger, f"case/{key}", holder, request.POST["open"], KEPT)
        else:
            said = [forms.corrected(request.POST, found, now) if request.POST.get("say") == "corrected"
                    else forms.step(request.POST, found, now)]  # fmt: skip
            if request.POST.get("say") == "classified" and request.POST.get("classification") == "excluded":
                said += ended_by(key, investigation.contacts(key, now), request.POST, now)
            say.say(request, said)
            return redirect("case", key=key)
    connection.ensure_connection()
    told = explain(connection.connection, f"case/{key}")  # the app role's own connection: the reader's scope
    context = {
        "section": "cases",
        "case": found,
        "person": person,
        "twins": duplicates.of(key, holder, found),
        "purpose": "treatment" if "clinician" in holder.roles else "investigation",
        "facts": queries.told(told["facts"]) if told else [],
        "names": queries.place_names([found["place"], found["home"] or 0]),
        "clinician": "clinician" in holder.roles,
        "epidemiologist": "epidemiologist" in holder.roles,
        "ids": [str(uuids.uuid7()) for _ in range(9)],
        "states": (*forms.CLASSES, "excluded"),
        "sexes": ("female", "male"),
        "bases": ("pcr", "two_negatives", "antibody", "sequencing", "clinical"),
        "materials": ("throat", "nose", "sputum", "blood"),
        "reasons": ("network", "system_down", "no_result", "too_ill", "no_staff", "transport", "definition", "other"),
        "now": now,
    }
    return render(request, "cases/case.html", context)
