"""What is done about a store that has run out, where it is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.ledger.kinds import Said
from tongzhou.pages.acts import Act, Given, acts
from tongzhou.pages.form import fact_form
from tongzhou.people.scope import Holder
from tongzhou.supply import policy
from tongzhou.supply.templatetags.supply import good, pieces

Asked = fact_form("stock.asked", "of", "pieces")


def short(ones: Sequence[dict[str, Any]], _holder: Holder, _now: dt.datetime) -> None:
    """What is missing, and how much of it a day needs."""
    for one in ones:
        item = policy.stock().by_code.get(one["item"])
        demand = pieces(max(one["used"] or 0, one["need"] or 0))
        one["told"] = [good(item) if item else one["item"], _("none left; %(n)s needed a day") % {"n": demand}]


def asked(given: Given) -> list[Said]:
    one = given.one
    form = Asked(given.form).checked()
    return [form.said(given.now, one["place"], place=one["place"], item=one["item"], house=one["house"])]


def store(one: dict[str, Any]) -> str:
    key = f"{one['place']}/{one['house'] or ''}"
    return f"/supply/?store={quote(key)}#count"


acts(
    "ask_for_stock",
    Act("asked", gettext_noop("Record that it is asked for"), asked, Asked),
    Act("store", gettext_noop("Count the store again"), page=store),
    reads=short,
)
