"""The list of the register as everybody sees it: searched, grouped, paged; and what changed in it day by day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from tongzhou.api import asked as given_by
from tongzhou.api import say
from tongzhou.ledger import worded
from tongzhou.ledger.time import close_of, local_day
from tongzhou.measures import notice, register, shelf
from tongzhou.measures.entry import Measure
from tongzhou.measures.told import told
from tongzhou.pages.templatetags.pages import named
from tongzhou.places.queries import Name, names

OPEN = ("in_force", "in_fact", "coming", "lifted")
SHOWN = (*OPEN, "over", "ended", "gone")
PAGE = 30
KEPT_BY = 6  # so many desks are named at the foot of each page
BY = {"state": gettext_noop("by state"), "place": gettext_noop("by county"), "kind": gettext_noop("by kind")}


@dataclass(frozen=True)
class Asked:
    """What the address asks for: words to find, a state (all that are open where it is empty), a grouping, a page."""

    find: str
    state: str
    by: str
    page: int
    day: str

    def link(self, **other: Any) -> str:
        asked = {"q": self.find, "state": self.state, "by": self.by, "page": self.page, "at": self.day} | other
        usual: dict[str, Any] = {"by": "state", "page": 1}
        return "?" + urlencode(
            [(name, str(value)) for name, value in asked.items() if value and value != usual.get(name)]
        )


def _asked(request: HttpRequest, day: dt.date | None) -> Asked:
    given = request.GET
    page = given.get("page", "")
    return Asked(
        given.get("q", "").strip()[:60],
        given["state"] if given.get("state") in SHOWN else "",
        given["by"] if given.get("by") in BY else "state",
        max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        day.isoformat() if day else "",
    )


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The register: what is open, or of one state; found by words, in all
    its states; grouped by state, county or kind; page by page."""
    now, at, day = moments(request)
    asked = _asked(request, day)
    whole = shelf.entries(now, at)
    found = _found(whole, asked.find)
    counts: Counter[str] = Counter(entry.one.phase for entry in found)
    every = SHOWN if asked.find else OPEN  # whoever looks for a place reads what ended there, too
    wanted = (asked.state,) if asked.state else every
    chosen = [entry for entry in found if entry.one.phase in wanted]
    units = names(sorted({entry.unit for entry in chosen})) if asked.by == "place" else {}
    chosen.sort(key=lambda entry: (_rank(entry, asked.by, units), _moment(entry.one, now)))
    first = (asked.page - 1) * PAGE
    context = {
        "groups": _groups(chosen, first, asked.by, units, now),
        "asked": asked,
        "found": len(chosen),
        "none": not whole,
        "states": [(asked.link(state=phase, page=1), _(notice.PHASES[phase]), counts[phase], phase == asked.state)
                   for phase in SHOWN if counts[phase]],
        "open": (asked.link(state="", page=1), sum(counts[phase] for phase in every), not asked.state),
        "orders": [(asked.link(by=by, page=1), _(words), by == asked.by) for by, words in BY.items()],
        "before": asked.link(page=asked.page - 1) if first else "",
        "after": asked.link(page=asked.page + 1) if chosen[first + PAGE :] else "",
        "more": max(0, len(chosen) - first - PAGE),
        "day": day,
        "today": local_day(say.now()),
        "hours": notice.hours(),
    }  # fmt: skip
    return render(request, "measures/listed.html", context)


def kept() -> dict[str, Any] | None:
    """For whom the register is kept and since which day: the desks that decided an entry, and its first decision; None
    where there is none, so that nobody reads into it what holds at other places and days."""
    places, since = shelf.decided(say.now())
    if since is None:
        return None
    called = [named(name) for name in notice.names_of(places)]
    where = _(", ").join(called[:KEPT_BY])
    if more := len(called[KEPT_BY:]):
        where = _("%(names)s and %(n)d more") % {"names": where, "n": more}
    return {"since": local_day(since), "where": where}


def _found(whole: Sequence[shelf.Entry], find: str) -> list[shelf.Entry]:
    words = find.lower().split()
    return [entry for entry in whole if all(word in entry.text for word in words)]


def _rank(entry: shelf.Entry, by: str, units: Mapping[int, Name]) -> tuple[Any, ...]:
    if by == "place":
        return (entry.unit not in units, entry.unit)
    return (worded.choice(notice.KIND, "type", entry.one.data["type"]),) if by == "kind" else (_state(entry),)


def _state(entry: shelf.Entry) -> int:
    return SHOWN.index(entry.one.phase)


def _moment(one: Measure, now: dt.datetime) -> float:
    """What is open: what ends first, first; what is over: the latest first."""
    moment = (one.ends or one.data.get("found_at") or now).timestamp()
    return moment if one.phase in OPEN else -moment


def _groups(
    chosen: Sequence[shelf.Entry], first: int, by: str, units: Mapping[int, Name], now: dt.datetime
) -> list[dict[str, Any]]:
    """The entries of this page under their headings, each with how many the whole group has."""
    counts = Counter(_rank(entry, by, units) for entry in chosen)
    shown = chosen[first : first + PAGE]
    places = notice.places_of([entry.one for entry in shown])
    found = []
    for rank, ones in groupby(shown, lambda entry: _rank(entry, by, units)):
        entries = list(ones)
        found.append({"words": _heading(entries[0], by, units), "n": counts[rank],
                      "ones": [_entry(entry.one, places, now) for entry in entries]})  # fmt: skip
    return found


def _heading(entry: shelf.Entry, by: str, units: Mapping[int, Name]) -> str:
    if by == "place":
        return named(units.get(entry.unit)) or _("no county")
    return worded.choice(notice.KIND, "type", entry.one.data["type"]) if by == "kind" else _(
        notice.PHASES[entry.one.phase])  # fmt: skip


def _entry(one: Measure, places: Mapping[int, Name], now: dt.datetime) -> dict[str, Any]:
    return {"one": one, "title": notice.title(one, places), "left": notice.left(one.ends, now) if one.ends else "",
            "phase": _(notice.PHASES[one.phase]), "limits": notice.listed("limits", one.data["limits"]),
            "begins": notice.day_hour(one.data.get("start")), "ends": notice.day_hour(one.ends),
            "lacks": [_(notice.DEFECTS[code]) for code in one.lacks]}  # fmt: skip


@require_GET
def as_data(request: HttpRequest) -> HttpResponse:
    """The register for programs: every public measure now, or at the close of a day, with all its public fields."""
    now, at, _given = moments(request)
    return JsonResponse(told(now, at), json_dumps_params={"ensure_ascii": False})


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """What changed in the register on a day: decided, begun, eased, ended, found, seen to be gone."""
    now = say.now()
    day, today = _day(request, "day") or local_day(now), local_day(now)
    events = [event for entry in shelf.entries(now) for event in _events(entry.one, now) if local_day(event[0]) == day]
    events.sort(key=lambda event: (event[0], event[1].key))
    places = notice.places_of([one for _at, one, _words in events])
    lines = [{"at": at, "key": one.key, "title": notice.title(one, places), "words": words}
             for at, one, words in events]  # fmt: skip
    context = {"lines": lines, "on": day, "before": day - dt.timedelta(days=1), "today": today,
               "after": day + dt.timedelta(days=1) if day < today else None}  # fmt: skip
    return render(request, "measures/changes.html", context)


def _events(one: Measure, now: dt.datetime) -> Iterable[tuple[dt.datetime, Measure, str]]:
    """What happened to a measure so far, each with its moment; what no fact says, its start and its end, too."""
    data = one.data
    told = [(data.get("decided_at"), _("approved")), (data.get("found_at"), _("entered: in force in fact"))]
    ended = data.get("ended_at")
    off = min([moment for moment in (ended, data.get("until")) if moment], default=None)
    if data.get("decided_at"):
        start = max(data["start"], data["decided_at"])
        told += [(start, _("in force from now on"))] if off is None or start < off else []
        told += [(off, _("over: it ended by itself"))] if off and not ended else []
    for change in data.get("changes") or ():
        told.append((change["at"], notice.change_words(change)))
    for seen in (data.get("gone") or {}).values():
        told.append((register.moment(seen["at"]), _("seen to be gone on the spot")))
    return [(at, one, words) for at, words in told if at is not None and at <= now]


def moments(request: HttpRequest) -> tuple[dt.datetime, dt.datetime | None, dt.date | None]:
    """Now; and where a day is asked for, its close instead, with what was known then. Raises Malformed."""
    now, day = say.now(), _day(request, "at")
    if day is None or day >= local_day(now):
        return now, None, None
    return close_of(day), close_of(day), day


def _day(request: HttpRequest, name: str) -> dt.date | None:
    given = request.GET.get(name, "")
    return given_by.day(given, name) if given else None
