"""What may be missing of cars: somebody whose drive of tomorrow has none."""

from __future__ import annotations

from django.utils.translation import gettext_noop, ngettext

from tongzhou.ledger.missing import Missing, missing

missing(Missing(
    "drives", gettext_noop("Without a car"), gettext_noop("Drives, with a car"),
    lambda n: ngettext("%(n)d drive without a car", "%(n)d drives without a car", n) % {"n": n},
    62, duties=("plan_car", "send_car", "replan_drive"), rows=("lift", ("running", "urgent")), page="/cars/",
    do=gettext_noop("Plan the cars"),
))  # fmt: skip
