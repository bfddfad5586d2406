"""The measures that hold at a household's door, and its word about them: by the slip, without an account."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from psycopg import Connection

from tongzhou.community import queries
from tongzhou.doorway.asked import disagreed
from tongzhou.doorway.resident import as_nobody, digest_of, large, opened, saying
from tongzhou.doorway.unshown import is_unshown
from tongzhou.ledger import clock, door, worded
from tongzhou.ledger.append import append
from tongzhou.measures import forms, notice, numbered, register
from tongzhou.measures.entry import Measure
from tongzhou.measures.fold import answer_by
from tongzhou.measures.reached import telephone
from tongzhou.people.desks import local_telephones
from tongzhou.people.scope import Resident
from tongzhou.problems import Problem

ESCAPE = "domestic_violence_escape"  # who is held up on the way out of violence reads nothing of it on this page
# What this slip said, by who spoke, and what was said in its calls: no fact names the door that disagrees.
_OWN = """
select f.id::text, r.state, r.data, f.effective_at from ledger_fact f
join ledger_kind k on k.id = f.kind and k.name = 'appeal.made'
join ledger_append a on a.id = f.append join ledger_standing s on s.id = a.standing
join ledger_row r on r.noun = 'appeal' and r.key = f.id::text
where f.place = %(place)s and (r.key = any(%(by_ear)s)
  or a.device = 'slip' and (s.body::jsonb ->> 'slip')::integer = %(household)s)
order by f.effective_at desc
"""
# A household reads who looked at its own door; the register itself names nobody.
_CALLED = "select id, coalesce(nullif(first_name, ''), username) from auth_user where id = any(%s)"


@csrf_exempt  # the address is the key, as on the household's other page
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """What holds at this door and until when; disagreeing or asking; what was answered, but for what was written under
    violence or in distress."""
    with door.ledger() as ledger, transaction.atomic():
        found = opened(ledger, request, token)
        if isinstance(found, HttpResponse):
            return found
        as_nobody()
        now = clock.read(ledger)
        household, place = found[0], found[1]
        ones = register.at_place(place, now.now)
        shown = []
        for one in ones:
            mine = request.method == "POST" and request.POST.get("form") == one.key
            form = forms.Said(request.POST if mine else None, name=one.key)
            if mine and form.is_valid():
                saying.take(digest_of(token).hex())
                try:
                    _say(ledger, form, one, household, place, now.now)
                    return redirect(f"{request.path}?said=1#said")
                except Problem as problem:
                    form.refused(problem)
            shown.append((one, form))
        told = [row for row in _own(ledger, household, place) if not _unshown(row)]
        over = register.off_at(place, now.now)
        about = register.by_key({row["about"] for row in told}, now.now)
        desk = local_telephones(ledger, [place]).get(place, "")
        numbers = {key: telephone(ledger, one, now.now) or desk for key, one in about.items()}
        saw = dict(ledger.execute(_CALLED, [[one.seen_by for one in over if one.seen_by]]).fetchall())
    places = notice.places_of([*(one for one, _form in shown), *(one.measure for one in over), *about.values()])
    context = {
        "token": token,
        "measures": [_told(one, places, form) for one, form in shown],
        "own": [
            row | {"title": notice.title(about[row["about"]], places), **_rings(row, numbers[row["about"]])}
            for row in told
            if row["about"] in about
        ],
        "over": [_ended(one, places, saw) for one in over],
        "said": request.GET.get("said") == "1",
        "now": (_at_once(told, about, numbers) or {"ring": desk}) if request.GET.get("said") == "1" else None,
        "clock": now,
        "large": large(request),
        "household": household,
    }
    answer = render(request, "doorway/measures.html", context, status=422 if _wrong(shown) else 200)
    answer["Referrer-Policy"] = "same-origin"
    return answer


def _unshown(row: dict[str, Any]) -> bool:
    return row.get("held_up") == ESCAPE or is_unshown(row["text"], row.get("answer"))


def _at_once(told: list[dict[str, Any]], about: dict[str, Measure], numbers: dict[str, str]) -> dict[str, str] | None:
    """What whoever cannot wait for the answer does now: what passes at once where somebody is held up, the number to
    ring, by when it is answered, and who is let through in any case."""
    row = next((row for row in told if row["about"] in about), None)
    if row is None:
        return None
    one, held_up = about[row["about"]], row.get("held_up")
    what = worded.choice("appeal.made", "held_up", held_up) if held_up else ""
    passes = notice.let_through(one.data)
    return {**_rings(row, numbers[one.key]), "number": row["number"], "passes": passes, "held_up": what}


def _rings(row: dict[str, Any], number: str) -> dict[str, str]:
    """Whom to ring about it, and by when it is answered."""
    return {"ring": number, "by": notice.day_hour(answer_by(row))}


def _told(one: Measure, places: Any, form: Any) -> tuple[Any, ...]:
    """A measure as the page shows it: what it limits, from when where it has not begun, until when."""
    limits = _("; ").join(part for part in (notice.listed("limits", one.data["limits"]), notice.outing(one)) if part)
    begins = notice.day_hour(one.data["start"]) if one.phase == "coming" else ""
    return one, notice.title(one, places), limits, begins, notice.day_hour(one.ends), notice.let_through(one.data), form


def _ended(one: register.Off, places: Any, saw: dict[int, str]) -> dict[str, str]:
    """What ended at this door: when, and who saw on the spot that nothing of it stands any more."""
    return {"key": one.measure.key, "title": notice.title(one.measure, places), "at": notice.day_hour(one.since),
            "by": saw.get(one.seen_by or 0, ""), "seen": notice.day_hour(one.seen_at) if one.seen_at else "",
            "stands": "yes" if one.measure.stands else ""}  # fmt: skip


def _wrong(shown: list[tuple[Measure, Any]]) -> bool:
    return any(form.errors for _one, form in shown if form.is_bound)


def _say(ledger: Connection[Any], form: Any, one: Measure, household: int, place: int, now: Any) -> None:
    fact = form.said(now, place, about=one.key, channel="page", reporting=one.data["appeal"])
    receipt = append(ledger, [fact], Resident(place, household), device="slip")
    for problem in receipt.refused.values():
        raise problem


def _own(ledger: Connection[Any], household: int, place: int) -> list[dict[str, Any]]:
    """What this household said of measures: by its slip, or by telephone, where a desk wrote it down with the call."""
    calls = queries.shown_calls(ledger, household, place)
    by_ear = [str(disagreed(uuid.UUID(one))) for one in calls]
    rows = ledger.execute(_OWN, {"household": household, "place": place, "by_ear": by_ear}).fetchall()
    return [
        {**data, "key": key, "state": state, "at": at, "number": numbered.number(key, at)}
        for key, state, data, at in rows
    ]
