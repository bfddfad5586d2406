"""What the register of measures tells a household: what holds at its door, why, until when, how to disagree."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.measures import notice, register
from tongzhou.measures.entry import Measure
from tongzhou.measures.reached import telephone
from tongzhou.pages import spoken
from tongzhou.pages.telling import Applies, Home, Part, tells


@tells("measures")
def holds(home: Home) -> Iterator[Applies]:
    ones = register.at_place(home.place, home.now)
    places = notice.places_of(ones)
    for one in ones:
        limits = [notice.listed("limits", one.data["limits"]), notice.outing(one)]
        parts = [
            Part(_("Limited"), _("; ").join(filter(None, limits))),
            Part(_("Why"), spoken.marked(one.data["evidence"]) if one.data.get("evidence") else ""),
            Part(_("Always allowed"), notice.let_through(one.data)),
            Part(_("Who decided it"), "" if one.found else notice.decided(one, places),
                 reverse("measure", args=[one.key])),
            Part(_("You do not agree?"), _disagree(telephone(home.ledger, one, home.now))),
        ]  # fmt: skip
        yield Applies(notice.title(one, places), _until(one), tuple(part for part in parts if part.words))


def _until(one: Measure) -> str:
    if one.phase == "in_fact":
        return _("It holds in fact, though the law asks for more.")
    told = {"begins": notice.day_hour(one.data["start"]), "ends": notice.day_hour(one.ends)}
    return (
        _("From %(begins)s; ends by itself at %(ends)s") if one.phase == "coming" else _("Ends by itself at %(ends)s.")
    ) % told


def _disagree(number: str) -> str:
    told = notice.hours() | {"telephone": number}
    words = _("Somebody who did not decide it answers: within %(held_up)d h where somebody is held up, %(urgent)d h if "
              "urgent, else %(other)d h.") % told  # fmt: skip
    return words + (" " + _("Or ring %(telephone)s, or write on the back of your slip.") % told if number else "")
