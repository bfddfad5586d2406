"""What may be missing of medicines: one that runs out and is not there."""

from __future__ import annotations

from django.utils.translation import gettext_noop, ngettext

from tongzhou.ledger.missing import Missing, missing

missing(Missing(
    "last_doses", gettext_noop("Runs out"), gettext_noop("Medicines taken every day, in time"),
    lambda n: ngettext("%(n)d medicine runs out and is not there", "%(n)d medicines run out and are not there", n)
    % {"n": n},
    61, duties=("last_dose_near",),
    rows=("remedy", ("enough", "asked", "brand", "out", "ready", "on_way", "at_door")), page="/medicines/",
    do=gettext_noop("See that it comes"),
))  # fmt: skip
