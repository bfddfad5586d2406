"""Whoever came to help and has no duty yet."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.ledger.missing import Missing, missing

missing(Missing(
    "team", gettext_noop("Without a duty"), gettext_noop("Everybody who came has a duty"),
    lambda n: _("%(n)d who came without a duty yet") % {"n": n},
    50, duties=("give_duty",), page="/team/", do=gettext_noop("Give a duty"),
))  # fmt: skip
