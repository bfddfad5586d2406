"""The forms of certificates. None asks for anything that the ledger knows."""

from __future__ import annotations

from tongzhou.freeplaces import kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.pages.fields import field
from tongzhou.pages.form import FactForm, fact_form

Propose = fact_form("certificate.proposed")
Back = fact_form("certificate.ended", "why")
Publish = fact_form("free_list.published")


class Look(FactForm):
    """What was seen on the spot; whether all is in place is pressed."""

    kind, buttons, grave = "certificate.checked", "outcome", frozenset({"lacking"})
    outcome = field(kind, "outcome")
    witnessed = field(kind, "witnessed")


class Decide(FactForm):
    """Signed or not: pressed, with nothing to fill in."""

    kind, buttons, grave = "certificate.decided", "outcome", frozenset({"declined"})
    outcome = field(kind, "outcome")
