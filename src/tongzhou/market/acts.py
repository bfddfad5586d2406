"""What is done about an alert of the market and about produce, where it is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.ledger import known
from tongzhou.ledger.kinds import Said
from tongzhou.market import shown
from tongzhou.market.forms import Look, Part, Refused, Told
from tongzhou.pages.acts import Act, Given, acts, saying
from tongzhou.people.scope import Holder
from tongzhou.sites.queries import names


def told(ones: Sequence[dict[str, Any]], _holder: Holder, _now: dt.datetime) -> None:
    """What an alert is about, and by how much."""
    for one in ones:
        one["called"] = f"{shown.about(one)} · {shown.level(one['level'])}"
        one["told"] = [shown.figures(one)]


def offered(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """What is offered to which point, and how long it keeps."""
    produce = {row["key"]: row["data"] for row in known.rows("produce", keys=[one["produce"] for one in ones])}
    sites = names([one["point"] for one in ones], now.date())
    for one in ones:
        about = produce.get(one["produce"])
        item = shown.called((about["item"], "ordinary")) if about else _("produce")
        point = sites.get(one["point"])
        one["called"] = _("%(kg)d kg of %(item)s") % {"kg": one["kg"], "item": item}
        one["told"] = [shown.titled(point), _("keeps until %(day)s") % {"day": about["until"]} if about else ""]


def left(ones: Sequence[dict[str, Any]], _holder: Holder, _now: dt.datetime) -> None:
    for one in ones:
        item = shown.called((one["item"], "ordinary"))
        one["called"] = _("%(kg)d kg of %(item)s") % {"kg": one["left"], "item": item}
        one["told"] = [_("keeps until %(day)s") % {"day": one["until"]}]


def _answers(outcome: str, form: Any) -> Any:
    def says(given: Given) -> list[Said]:
        filled = form(given.form).checked()
        known_ = {"offer": given.one["key"], "produce": given.one["produce"], "outcome": outcome}
        return [filled.said(given.now, given.at, **known_)]

    return says


def prices(one: dict[str, Any]) -> str:
    return f"/market/?at={one['place']}"


def decision(one: dict[str, Any]) -> str:
    return f"/market/?at={one['place']}&open={one['key']}#a-{one['key']}"


acts("look_at_market", Act("looked", gettext_noop("Say what you found"), saying(Look, "alert"), Look),
     Act("open", gettext_noop("Open the prices"), page=prices), reads=told)  # fmt: skip
acts("decide_market", Act("open", gettext_noop("Decide"), page=decision), reads=told)
acts("offer_produce", Act("open", gettext_noop("Offer it"), page=lambda _one: "/market/produce"), reads=left)
acts(
    "answer_produce",
    Act("takes", gettext_noop("The point takes it"), _answers("takes", Told), Told),
    Act("part", gettext_noop("It takes a part"), _answers("part", Part), Part),
    Act("no", gettext_noop("It cannot"), _answers("no", Refused), Refused),
    reads=offered,
)
