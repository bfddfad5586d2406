"""The form of the page of coverage: who looks after a compound that has no property management."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.coverage import kinds  # noqa: F401  (its kind registers by being imported)
from tongzhou.ledger.owed import day_in
from tongzhou.ledger.time import local_day
from tongzhou.pages.fields import field
from tongzhou.pages.form import FactForm
from tongzhou.sites.drafts import Draft
from tongzhou.sites.templatetags.sites import sitename


class TakesOn(FactForm):
    """Who looks after a compound from now on."""

    kind = "compound.taken_on"
    compound = field(kind, "compound", offers=())
    keeper = field(kind, "keeper")
    unit = field(kind, "unit")
    until = field(kind, "until")

    def __init__(self, *args: Any, alone: Sequence[Draft], now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = local_day(now)
        self.fields["compound"].choices = [("", "–")] + [(one.key, sitename(one)) for one in alone]  # type: ignore[attr-defined]

    def clean_until(self) -> Any:
        until = self.cleaned_data.get("until")
        last = day_in(str(until)) if until else None
        if last and last < self.today:
            self.add_error("until", _("This day is over."))
        return until
