"""What may be missing of contacts, and of those whom they cared for."""

from __future__ import annotations

from django.utils.translation import gettext_noop, ngettext

from tongzhou.ledger.missing import Missing, missing

missing(Missing(
    "contacts", gettext_noop("Contacts not asked"), gettext_noop("Contacts in isolation, asked today"),
    lambda n: ngettext("%(n)d contact not asked today", "%(n)d contacts not asked today", n)
    % {"n": n},
    30, duties=("follow_up", "symptoms_to_clinic"), rows=("observation", ("observed", "symptoms")),
    page="/follow-up/",
))  # fmt: skip
missing(Missing(
    "carers", gettext_noop("Nobody cares"), gettext_noop("Somebody cares for everybody"),
    lambda n: ngettext("%(n)d household in which nobody cares for somebody",
                       "%(n)d households in which nobody cares for somebody", n) % {"n": n},
    5, duties=("name_carer",), page="/homes/",
))  # fmt: skip
