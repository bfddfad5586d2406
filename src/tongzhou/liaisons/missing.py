"""Who cannot be left alone and has nobody to ask for them, or was not asked yet today."""

from __future__ import annotations

from django.utils.translation import gettext_noop, ngettext

from tongzhou.ledger.missing import Missing, missing

missing(Missing(
    "named_contacts", gettext_noop("No named contact"), gettext_noop("People who need a named contact, each with one"),
    lambda n: ngettext("%(n)d person without a named contact", "%(n)d people without a named contact", n) % {"n": n},
    6, duties=("name_contact",), rows=("liaison", ("unnamed", "named")), page="/liaisons/",
    do=gettext_noop("Name a contact"),
))  # fmt: skip
missing(Missing(
    "contact_calls", gettext_noop("Not rung"), gettext_noop("People with a named contact, rung today"),
    lambda n: ngettext("%(n)d person not rung today", "%(n)d people not rung today", n) % {"n": n},
    31, duties=("call_today", "visit_missed", "find_person"), rows=("call", ("running", "missed", "lost")),
    page="/calls/",
))  # fmt: skip
