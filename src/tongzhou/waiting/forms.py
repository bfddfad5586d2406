"""What a form of the waiting page says, as facts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongzhou.api import asked
from tongzhou.api.say import form_id, next_id, said, whole
from tongzhou.directives.forms import one_of
from tongzhou.ledger.kinds import Said
from tongzhou.people.scope import Holder
from tongzhou.problems import Malformed, NotFound
from tongzhou.waiting.queries import Offered, Word

LEFT = ("another_person", "not_so", "known_already", "other")
DECLINED = ("not_here", "not_ours", "no_capacity", "other")
CONTESTED = ("not_said", "said_otherwise", "not_ours")
STOOD_IN = ("no_staff", "ill", "isolated", "cut_off", "other")


def of_a_word(form: QueryDict, word: Word, now: dt.datetime) -> list[Said]:
    """Taken over, or left with a reason, on each subject of it that the speaker holds."""
    id, body = form_id(form.get("id", "")), {"fact": str(word.fact)}
    kind = "word.taken"
    if form.get("say") == "leave":
        kind, body = "word.left", {**body, "reason": one_of(form, "reason", LEFT)}
    return [said(kind, next_id(id, n), now, place, {**body, "subject": subject})
            for n, (subject, place) in enumerate(word.subjects)]  # fmt: skip


def of_an_offer(form: QueryDict, offer: Offered, holder: Holder, now: dt.datetime) -> Said:
    """Accepted or declined. A case that is reported here is received with it: the clock of the investigation starts."""
    id = form_id(form.get("id", ""))
    if form.get("say") == "decline":
        body = {"subject": offer.subject, "reason": one_of(form, "reason", DECLINED)}
        return said("subject.declined", id, now, offer.to, body)
    if offer.noun == "case" and not offer.row["data"]["received_at"] and "epidemiologist" in holder.roles:
        return said("case.received", id, now, offer.to, {"case": offer.key})
    return said("subject.accepted", id, now, offer.to, {"subject": offer.subject})


def of_the_post(form: QueryDict, row: dict[str, Any], now: dt.datetime) -> Said:
    """The post says that it said so, or that it did not."""
    id, place, body = form_id(form.get("id", "")), row["data"]["at"], {"fact": row["key"]}
    if form.get("say") == "confirm":
        return said("behalf.confirmed", id, now, place, body)
    return said("behalf.contested", id, now, place, {**body, "reason": one_of(form, "reason", CONTESTED)})


def handed_over(form: QueryDict, subject: str, place: int, places: set[int], now: dt.datetime) -> Said:
    to = whole(form.get("to"), 1, 2**31 - 1, "to")
    if to not in places:
        raise Malformed(_("one of the places"), "to")
    return said("subject.offered", form_id(form.get("id", "")), now, place, {"subject": subject, "to": to})


def stood_in(form: QueryDict, below: dict[int, int], now: dt.datetime) -> Said:
    """`below`: desks that may be stood in for, with the desk right above each."""
    place = whole(form.get("place"), 1, 2**31 - 1, "place")
    if place not in below:
        raise Malformed(_("a desk right below one of yours"), "place")
    until = asked.moment(form.get("until", ""), "until")
    if until <= now:
        raise Malformed(_("a moment that is still to come"), "until")
    body = {"place": place, "until": until.isoformat(), "reason": one_of(form, "reason", STOOD_IN)}
    return said("desk.stood_in", form_id(form.get("id", "")), now, below[place], body)


def handed_back(form: QueryDict, standing: list[dict[str, Any]], now: dt.datetime) -> Said:
    one = next((one for one in standing if str(one["place"]) == form.get("place")), None)
    if one is None:
        raise NotFound()
    return said("desk.handed_back", form_id(form.get("id", "")), now, one["speaks"], {"place": one["place"]})
