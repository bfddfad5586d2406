"""What is done about a gate, where it is owed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tongzhou.api.say import next_id, said
from tongzhou.gates import post, register
from tongzhou.gates.forms import Destroyed, Erased, PhoneBack, Shift
from tongzhou.ledger import door
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day, stamp
from tongzhou.pages.acts import Act, Given, acts, saying
from tongzhou.people.scope import Holder
from tongzhou.sites import queries as sites
from tongzhou.sites.templatetags.sites import sitename


def returned(id: uuid.UUID, now: dt.datetime, place: int, gate: str, phone: int, how: str = "returned") -> list[Said]:
    """The phone says nothing for the gate any more, and its shift is over."""
    body = {"gate": gate, "phone": phone}
    return [said("gate_phone.ended", id, now, place, body | {"how": how}),
            said("gate.shift_ended", next_id(id, 1), now, place, body)]  # fmt: skip


def give_back(given: Given) -> list[Said]:
    form, one = PhoneBack(given.form).checked(), given.one
    return returned(form.fact_id, given.now, one["place"], one["gate"], one["phone"], form.cleaned_data["how"])


def erase(given: Given) -> list[Said]:
    """What the clock should have done by itself: the keys are destroyed now, with a signed report."""
    form, one = Erased(given.form).checked(), given.one
    with door.by_keys() as ledger:
        register.erase(ledger, one["place"], one["day"], given.now)
    return [form.said(given.now, one["place"], gate=one["gate"], day=one["day"])]


def gated(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """The gate by its name."""
    names = sites.names({one.get("gate") or one["key"] for one in ones}, local_day(now))
    for one in ones:
        if site := names.get(one.get("gate") or one["key"]):
            one["called"] = sitename(site)


def phoned(ones: Sequence[dict[str, Any]], holder: Holder, now: dt.datetime) -> None:
    """Which phone, until when it is lent, and when it last had a network."""
    gated(ones, holder, now)
    with door.ledger() as ledger:
        seen = post.last_seen(ledger, [one["phone"] for one in ones])
    for one in ones:
        at = seen.get(one["phone"])
        one["told"] = [
            _("Phone %(n)s") % {"n": one["phone"]},
            _("last seen %(at)s; it must get a network once") % {"at": stamp(at)} if at else _("not opened yet"),
        ]


def sealed(ones: Sequence[dict[str, Any]], holder: Holder, now: dt.datetime) -> None:
    """Of which day, and how many lie there still."""
    gated(ones, holder, now)
    with door.ledger() as ledger:
        for one in ones:
            n = len(register.living(ledger, one["place"], one["day"]))
            lie = ngettext("%(n)d entry lies sealed", "%(n)d entries lie sealed", n) % {"n": n}
            one["told"] = [_("Names of %(day)s") % {"day": one["day"]}, lie]


acts(
    "keep_gate",
    Act("stands", gettext_noop("Somebody stands there"), saying(Shift, "gate", here=True), Shift),
    Act("lend", gettext_noop("Lend a phone to the gate"), page=lambda one: f"/gates/#g-{one['key']}"),
    reads=gated,
)
acts(
    "fetch_keys",
    Act("lend", gettext_noop("Lend another phone"), page=lambda one: f"/gates/#g-{one['gate']}"),
    Act("returned", gettext_noop("Take this phone back"), give_back, PhoneBack),
    reads=phoned,
)
acts("get_phone_back", Act("returned", gettext_noop("It is back, or lost"), give_back, PhoneBack), reads=phoned)
acts("erase_register", Act("erase", gettext_noop("Erase them now"), erase, Erased, grave=True), reads=sealed)
acts(
    "destroy_list",
    Act("destroyed", gettext_noop("Destroyed"), saying(Destroyed, "list", here=True), Destroyed),
    reads=gated,
)
