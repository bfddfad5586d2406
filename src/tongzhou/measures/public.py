"""One measure as everybody sees it: no account, no script, readable at 320 px and on paper."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongzhou.api import asked, say
from tongzhou.ledger import door, known
from tongzhou.ledger.time import local_day
from tongzhou.measures import notice, register
from tongzhou.measures.entry import Measure
from tongzhou.measures.listing import moments
from tongzhou.measures.reached import telephone
from tongzhou.pages import spoken
from tongzhou.pages.templatetags.pages import named
from tongzhou.places.queries import names
from tongzhou.problems import NotFound


@require_GET
def entry(request: HttpRequest, key: str) -> HttpResponse:
    """One measure with all of its fields, its changes, and how appeals were answered; as known on a day, if asked."""
    now, at, day = moments(request)
    one = _public(key, now, at)
    lacks = one.lacks
    one = one.without(one.words)
    places, data = notice.places_of([one]), one.data
    counts = register.counted([one.key], at).get(one.key)
    with door.ledger() as ledger:
        number = telephone(ledger, one, now)
    context = {
        "one": one,
        "title": notice.title(one, places),
        "phase": _(notice.PHASES[one.phase]),
        "place": named(places.get(one.place)),
        "where": notice.where(one, places),
        "asked": spoken.asked(data) if data["text"] else "",
        "whom": notice.whom(one),
        "limits": notice.listed("limits", data["limits"]),
        "outing": notice.outing(one),
        "appeal": named(places.get(data["appeal"])),
        "telephone": number,
        "approver": named(places.get(data.get("approver") or 0)),
        "left": notice.left(one.ends, now) if one.ends and one.phase == "in_force" else "",
        "until_start": notice.left(one.data["start"], now) if one.phase == "coming" else "",
        "done": _share(data.get("start"), one.ends, now),
        "review_at": _share(data.get("start"), one.ends, data["review"]) if data.get("review") else None,
        "moments": {name: notice.day_hour(data.get(name)) for name in register.MOMENTS}
        | {"ends": notice.day_hour(one.ends)},
        "passes": notice.listed("passes", data.get("passes", ())),
        "support": notice.listed("support", data.get("support", ())),
        "collects": notice.listed("collects", [data["collects"]]) if data.get("collects") else "",
        "lacks": [_(notice.DEFECTS[code]) for code in lacks],
        "changes": notice.changes(one),
        "gone": [(named(places.get(int(where))), notice.day_hour(register.moment(seen["at"])))
                 for where, seen in data["gone"].items()],
        "counts": counts,
        "hours": notice.hours(),
        "day": day,
        "today": local_day(say.now()),
    }  # fmt: skip
    return render(request, "measures/entry.html", context)


@require_GET
def elsewhere(request: HttpRequest) -> HttpResponse:
    """Measures as published lists have them, newest first: each without an end stands so."""
    page = known.page("listed_measure", after=asked.behind(request.GET.get("after", "")))
    found = [row["data"] | {"key": row["key"]} for row in page.rows]
    places = names(sorted({row["place"] for row in found if row.get("place")}))
    rows = [row | {"place_name": named(places.get(row.get("place") or 0))} for row in found]
    context = {"rows": rows, "page": page, "hours": notice.hours()}
    return render(request, "measures/elsewhere.html", context)


@require_GET
def paper(request: HttpRequest, key: str) -> HttpResponse:
    """The notice to put up and to read aloud: large, Chinese and English one after the other."""
    now, _at, _day = moments(request)
    one = _public(key, now, None)
    if one.found:
        raise NotFound()
    places, texts = notice.places_of([one]), []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            texts.append({"language": language.split("-")[0], "title": notice.title(one, places),
                          "sentences": notice.sentences(one, places)[1:]})  # fmt: skip
    context = {"one": one, "texts": texts, "telephone": one.data["telephone"], "handle": one.key[:8],
               "address": request.build_absolute_uri(reverse("measure", args=[one.key]))}  # fmt: skip
    return render(request, "measures/notice.html", context)


def _public(key: str, now: dt.datetime, at: dt.datetime | None) -> Measure:
    one = register.one(key, now, at)
    if one is None or one.state not in register.PUBLIC:
        raise NotFound()
    return one


def _share(start: dt.datetime | None, end: dt.datetime | None, moment: dt.datetime | None) -> int | None:
    """How far between start and end a moment lies, in hundredths."""
    if start is None or end is None or moment is None or end <= start:
        return None
    return max(0, min(100, round(100 * ((moment - start) / (end - start)))))
