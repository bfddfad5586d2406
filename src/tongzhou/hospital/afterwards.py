"""The list of whoever went home: day n of fourteen, who has still to be asked, whose visit to the hospital is due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tongzhou.hospital.aftercare import running
from tongzhou.hospital.forms import Asked, NoAnswer, Seen
from tongzhou.pages.ask import Ask, page
from tongzhou.persons import queries as persons
from tongzhou.persons.templatetags.persons import called
from tongzhou.places.queries import names
from tongzhou.sites import addresses


@page("aftercare", roles=["community_doctor", "grid_worker"])
def aftercare(ask: Ask) -> HttpResponse:
    """Symptoms first, then who was not asked today."""
    found = running(ask.now)
    persons.attach(found)
    for one in found:
        one["asks"] = one["at_home"] or one["state"] == "symptoms"
        one["drawn"], one["opened"] = ask.unfolds(one["key"], len(found)), ask.opens(one["key"])
        if done := _said(ask, one):
            return done
    return ask.show(
        "hospital/aftercare.html",
        found=found,
        parts=_parts(found),
        visits=sum(one["visit_due"] for one in found),
        left=sum(one["due"] for one in found),
        addresses=addresses.of(one["household"] for one in found),
        names=names(sorted({one["place"] for one in found})),
    )


def _parts(found: Sequence[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Everybody once, under what is due of them first; of whom nothing is due before a later week is left out."""
    parts: dict[str, list[dict[str, Any]]] = {"ring": [], "ask": [], "visit": [], "asked": []}
    for one in found:
        part = ("ring" if one["state"] == "symptoms" else "ask" if one["due"] else "visit" if one["visit_due"] else
                "asked" if one["asks"] else "")  # fmt: skip
        if part:
            parts[part].append(one)
    called = {"ring": _("Symptoms again: ring the hospital that discharged them, today."), "ask": _("To ask today"),
              "visit": _("Visits to the hospital"), "asked": _("Asked today")}  # fmt: skip
    return [(called[part], held) for part, held in parts.items() if held]


def _said(ask: Ask, one: dict[str, Any]) -> HttpResponse | None:
    """What is offered of somebody; where it was sent, what it says is said."""
    key, about, place = one["key"], f"aftercare/{one['key']}", one["place"]
    door = _("Door %(n)s") % {"n": one["household"]} if one["household"] else ""
    who = " · ".join(part for part in (door, called(one)) if part)
    done = None
    if one["asks"] and one["drawn"]:
        one["asked"] = asked = ask.form(Asked, name=f"asked/{key}", about=about)
        one["no_answer"] = none = ask.form(NoAnswer, name=f"no_answer/{key}", about=about)
        done = ask.take(asked, lambda: [asked.said(ask.now, place, request=key)], about=who) or ask.take(
            none, lambda: [none.said(ask.now, place, request=key, reached=False)], told=_("No answer"), about=who
        )
    if one["visit_due"]:
        one["seen"] = seen = ask.form(Seen, name=f"seen/{key}", about=about)
        said = lambda: [seen.said(ask.now, place, request=key, visit=True)]  # noqa: E731
        done = done or ask.take(seen, said, told=_("Seen at the hospital"), about=who)
    return done
