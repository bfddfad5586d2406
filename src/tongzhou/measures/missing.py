"""Barriers of measures that are over, which somebody has to look at."""

from __future__ import annotations

from django.utils.translation import gettext_noop, ngettext

from tongzhou.ledger.missing import Missing, missing

missing(Missing(
    "barriers", gettext_noop("Barriers to look at"), gettext_noop("Barriers of what is over, gone"),
    lambda n: ngettext("%(n)d barrier to look at: its measure is over",
                       "%(n)d barriers to look at: their measures are over", n) % {"n": n},
    90, duties=("see_measure_gone",), page="/today",
))  # fmt: skip
