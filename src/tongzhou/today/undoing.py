"""Taking back what one said today."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongzhou.api import say
from tongzhou.ledger.kinds import Said
from tongzhou.people.onward import onward
from tongzhou.problems import BuiltOn, NotFound, Stale
from tongzhou.today import log
from tongzhou.today.mine import holding

OF_ONE_FORM = 1 << 10  # the further ids of a form differ from its first in a small number


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what one said today, while nobody has built on it; then the page where its receipt stood."""
    holder, now = holding(request), say.now()
    back = onward(request.POST.get("next", "")) or reverse("today")
    chosen = _chosen(request.POST.get("fact", ""))
    found = log.named(holder, now, chosen)
    if not chosen or not set(chosen) <= {one.fact for one in found}:
        raise NotFound()
    ones = [one for one in found if one.fact in chosen or not one.withdrawn]
    if kept := next((one for one in ones if not one.undoable), None):
        messages.warning(request, kept.why_not)
        return redirect(back)
    id = say.form_id(request.POST.get("id", ""))
    try:
        say.say(request, [_taken_back(one, say.next_id(id, n), now) for n, one in enumerate(ones)])
    except BuiltOn as problem:  # since the page looked
        messages.warning(request, problem.detail)
        return redirect(back)
    except Stale:
        messages.warning(request, _("Nothing was said: this is not open here any more."))
        return redirect(back)
    ones = sorted(ones, key=lambda one: one.fact != chosen[0])
    messages.success(request, " ".join(_told(ones, _beside(log.today(holder, now), ones))))
    return redirect(back)


def _told(ones: Sequence[log.Done], stays: Sequence[log.Done]) -> list[str]:
    """What was taken back, every word of it, and what was said at the same time and stays."""
    told = [_("Taken back: %(what)s.") % {"what": _("; ").join(one.words for one in ones)}]
    if stays:
        words = _("What was said with it stays: %(what)s. It is taken back by itself.")
        told.append(words % {"what": _("; ").join(one.words for one in stays)})
    return told


def _beside(found: Sequence[log.Done], ones: Sequence[log.Done]) -> list[log.Done]:
    """Of what still counts, what the same form said as what was taken back (`next_id`): an appeal of a call, which does
    not name the call."""
    gone = {one.fact for one in ones}
    return [one for one in found if one.fact not in gone and not one.withdrawn
            and any(one.fact.int ^ fact.int < OF_ONE_FORM for fact in gone)]  # fmt: skip


def _chosen(text: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(one) for one in text.split(",")]
    except ValueError:
        return []


def _taken_back(one: log.Done, id: uuid.UUID, now: dt.datetime) -> Said:
    if one.undone:
        return say.said(one.undone[0], id, now, one.place, one.undone[1])
    return say.said("fact.withdrawn", id, now, one.place, {"reason": "slip"}, corrects=one.fact)
