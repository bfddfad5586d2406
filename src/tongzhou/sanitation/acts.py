"""What is done about disinfection and waste where it is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.pages.acts import Act, acts, saying
from tongzhou.people.scope import Holder
from tongzhou.sanitation.forms import Done, Explained, NotDone, Received, Told
from tongzhou.sanitation.shown import kilograms as weight

DONE = Act("done", gettext_noop("Disinfected"), saying(Done, "disinfection", here=True, outcome="done"), Done)
NOT_DONE = Act("not_done", gettext_noop("Could not be disinfected"),
               saying(NotDone, "disinfection", here=True, outcome="not_done"), NotDone)  # fmt: skip


def handed_over(ones: Sequence[dict[str, Any]], _holder: Holder, _now: dt.datetime) -> None:
    """What was handed to the lorry, and where it was weighed what the plant's scale said."""
    for one in ones:
        one["told"] = [_("Manifest %(n)s: %(bags)d bags, %(kg)s kg") % {
            "n": one["slip"], "bags": one["bags"], "kg": weight(one["weight10"])}]  # fmt: skip
        if one["received10"] is not None:
            one["told"].append(_("The plant: %(bags)d bags, %(kg)s kg") % {
                "bags": one["bags_received"], "kg": weight(one["received10"])})  # fmt: skip


acts("disinfect", DONE, NOT_DONE)
acts("receive_waste", Act("received", gettext_noop("Received"), saying(Received, "manifest"), Received),
     reads=handed_over)  # fmt: skip
acts("explain_waste", Act("explained", gettext_noop("Say why it differs"), saying(Explained, "manifest"), Explained),
     reads=handed_over)  # fmt: skip
acts(
    "clean_up",
    Act("done", gettext_noop("Cleaned"), saying(Told, "cleanup", here=True, outcome="done"), Told),
    Act("partly", gettext_noop("A part is left"), saying(Told, "cleanup", here=True, outcome="partly"), Told),
    Act("put_off", gettext_noop("Put off"), saying(Told, "cleanup", here=True, outcome="put_off")),
)
