"""What is done about a gate, where it is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from tongzhou.gates.forms import Destroyed, Shift
from tongzhou.ledger.time import local_day
from tongzhou.pages.acts import Act, acts, saying
from tongzhou.people.scope import Holder
from tongzhou.sites import queries as sites
from tongzhou.sites.templatetags.sites import sitename


def gated(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """The gate by its name."""
    names = sites.names({one.get("gate") or one["key"] for one in ones}, local_day(now))
    for one in ones:
        if site := names.get(one.get("gate") or one["key"]):
            one["called"] = sitename(site)


acts(
    "keep_gate",
    Act("stands", gettext_noop("Somebody stands there"), saying(Shift, "gate", here=True), Shift),
    Act("lend", gettext_noop("Lend a phone to the gate"), page=lambda one: f"/gates/#g-{one['key']}"),
    reads=gated,
)
acts(
    "destroy_list",
    Act("destroyed", gettext_noop("Destroyed"), saying(Destroyed, "list", here=True), Destroyed),
    reads=gated,
)
