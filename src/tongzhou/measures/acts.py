"""What is done about measures and appeals where they are owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.api.say import form_id, said
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import Said
from tongzhou.measures import forms, notice, numbered, register
from tongzhou.pages.acts import Act, Given, acts, saying
from tongzhou.people.scope import Holder


def opened(one: dict[str, Any]) -> str:
    return reverse("measure_work", args=[one["key"]])


def about(one: dict[str, Any]) -> str:
    return reverse("measure_work", args=[one["about"]])


def mended(one: dict[str, Any]) -> str:
    return f"{reverse('measure_draft')}?{urlencode({'from': one['key']})}"


def left(given: Given) -> list[Said]:
    return [
        said(
            "measure.dropped",
            form_id(given.form.get("id", "")),
            given.now,
            given.one["place"],
            {"measure": given.one["key"]},
        )
    ]


def look(given: Given) -> list[Said]:
    """At the desk that owes it: that is the place where they looked."""
    filled = given.form.copy()
    filled["place"] = str(given.at)
    form = forms.Look(filled, places=[(given.at, "")]).checked()
    return [form.said(given.now, given.at, measure=given.one["key"])]


def words(ones: Sequence[dict[str, Any]], _holder: Holder, _now: dt.datetime) -> None:
    """What somebody wrote, on the line itself; before it, what they are held up on the way to at this hour."""
    for one in ones:
        number = numbered.number(one["key"], asked) if (asked := register.moment(one.get("asked_at"))) else ""
        one["told"] = [f"{number} {one['text']}".strip()]
        if one.get("held_up"):
            what = worded.choice("appeal.made", "held_up", one["held_up"])
            one["told"].insert(0, _("held up now on the way to: %(what)s") % {"what": what})


def refused(ones: Sequence[dict[str, Any]], holder: Holder, now: dt.datetime) -> None:
    """Which proposal, and why the level above does not agree."""
    titled(ones, holder, now)
    for one in ones:
        one["told"].append(_("not approved, because: %(why)s") % {"why": one["reason"]})


def titled(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """Which measure it is, in the words of its notice."""
    found = [register.told(one | {"data": one}, now) for one in ones]
    places = notice.places_of(found)
    for one, measure in zip(ones, found, strict=True):
        one["told"] = [notice.title(measure, places)]


acts("approve_measure", Act("open", gettext_noop("Read it, then approve or decline"), page=opened), reads=titled)
acts(
    "take_up_declined",
    Act("mend", gettext_noop("Mend it and propose it again"), page=mended),
    Act("left", gettext_noop("Leave it at that"), left),
    reads=refused,
)
acts("review_measure", Act("open", gettext_noop("Look at it again"), page=opened), reads=titled)
acts("settle_closure", Act("open", gettext_noop("Open the closure"), page=opened), reads=titled)
acts(
    "see_measure_gone",
    Act("gone", gettext_noop("It is gone"), look, sends={"gone": "yes"}, own=True),
    Act("standing", gettext_noop("It still stands"), look, sends={"gone": "no"}, own=True),
    reads=titled,
)
acts(
    "answer_appeal",
    Act("answer", gettext_noop("Answer"), saying(forms.Answer, "appeal"), forms.Answer),
    Act("open", gettext_noop("Open the measure"), page=about),
    reads=words,
)
