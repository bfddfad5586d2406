"""What is done about needs and tasks, where they are owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from tongzhou.community import kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day
from tongzhou.pages.acts import Act, Given, acts, saying
from tongzhou.pages.form import FactForm, fact_form
from tongzhou.people import sealed
from tongzhou.people.scope import Holder
from tongzhou.sites import queries as sites
from tongzhou.sites.wanted import words

Met = fact_form("need.met")
NotMet = fact_form("need.met", "problem", problem={"required": True})
Done = fact_form("task.done")
NotDone = fact_form("task.done", "reason", reason={"required": True})


def task(given: Given, form: type[FactForm], outcome: str) -> list[Said]:
    """Done, or not and why. A task repeats what it serves."""
    one, about = given.one, {"about": given.one["about"]} if given.one.get("about") else {}
    return [form(given.form).checked().said(given.now, one["place"], task=one["key"], outcome=outcome, **about)]


BROUGHT = Act("brought", gettext_noop("Brought"), saying(Met, "need", here=True, outcome="delivered"))
NOT_BROUGHT = Act(
    "not_brought", gettext_noop("Could not be brought"), saying(NotMet, "need", here=True, outcome="problem"), NotMet
)
DONE = Act("done", gettext_noop("Done"), lambda given: task(given, Done, "done"))
NOT_DONE = Act("not_done", gettext_noop("Not done"), lambda given: task(given, NotDone, "not_ready"), NotDone)


def what_is_wanted(ones: Sequence[dict[str, Any]], holder: Holder, now: dt.datetime) -> None:
    """Which medicine, what was said in words, and until when the medicine lasts that somebody has: for whoever does
    not carry alone."""
    named = {wanted["medicine"] for one in ones for wanted in one.get("medicines", ())}
    listed = sites.names(named, local_day(now)) if named else {}
    for one in ones:
        if sealed.sees(holder):
            wanted = words(listed, one.get("medicines", ()), english=get_language() == "en")
            one["told"] = [*one.get("told", ()), *filter(None, [wanted, one.get("text")])]
        if day := one.get("medicine_last_dose"):
            left = (dt.date.fromisoformat(day) - local_day(now)).days
            one["ill"] = (
                ngettext("medicine for %(n)s more day", "medicine for %(n)s more days", left) % {"n": left}
                if left > 0
                else _("the last dose is today")
                if left == 0
                else ngettext("without medicine for %(n)s day", "without medicine for %(n)s days", -left) % {"n": -left}
            )


for what in ("bring", "bring_medicine", "look_for_another_way"):
    acts(what, BROUGHT, NOT_BROUGHT, reads=what_is_wanted)
acts("do_task", DONE, NOT_DONE)
acts("settle_task", DONE)
