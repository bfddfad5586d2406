"""The forms of those who are observed, and of whoever cares for somebody left alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.api.say import next_id, said
from tongzhou.investigation import kinds as kinds  # its kinds register by being imported
from tongzhou.ledger.kinds import Said
from tongzhou.pages.fields import Telephone, Typed, field
from tongzhou.pages.form import FactForm, fact_form
from tongzhou.problems import Stale


class Observed(FactForm):
    """The daily follow-up of somebody under observation, or that nobody was reached, or what the household was told."""

    kind = "observation.recorded"
    temp10 = field(kind, "temp10")
    symptoms = field(kind, "symptoms", required=False)

    @property
    def says(self) -> str:
        return str(self.data.get("say", "asked"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.says != "asked":
            self.errors.clear()  # what was typed beside is not what is said
        elif not self.errors and given["temp10"] is None and not given["symptoms"]:
            self.add_error("temp10", _("A temperature, a symptom, or “no answer”."))
        return given

    def facts(self, one: Mapping[str, Any], now: dt.datetime) -> list[Said]:
        """One of three; each has a number of its own, so that going back to the page says nothing else by mistake."""
        who, at = {"contact": one["key"]}, one["asked_at"]
        if self.says == "told":
            if not one["to_tell"]:
                raise Stale()
            return [said("observation.told", next_id(self.fact_id, 1), now, at, who | {"what": one["to_tell"]})]
        if self.says == "no_answer":
            return [said(self.kind, next_id(self.fact_id, 2), now, at, who | {"reached": False})]
        return [self.said(now, at, **who)]


class Carer(FactForm):
    """Who cares now for those who cannot stay alone."""

    kind = "carer.named"
    carer = field(kind, "carer")
    where = field(kind, "where", required=True)
    name = Typed(required=False, label=gettext_lazy("Full name"), max_length=60)  # type: ignore[assignment]
    telephone = Telephone(required=False, label=gettext_lazy("Telephone"))

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name in ("carer", "where")}

    def held(self) -> dict[str, str]:
        return {name: value for name in ("name", "telephone") if (value := self.cleaned_data[name])}

    def facts(self, home: Mapping[str, Any], now: dt.datetime) -> list[Said]:
        return [self.said(now, home["place"], household=home["household"])]


Answer = fact_form("letter.answered", "outcome")


def ended_by(contacts: Sequence[Mapping[str, Any]], id: Any, now: dt.datetime) -> list[Said]:
    """A suspected case was excluded: nobody is observed because of it any longer."""
    running = [one for one in contacts if one["state"] in ("observed", "symptoms")]
    return [
        said("contact.ended", next_id(id, n), now, one["place"], {"contact": one["key"], "reason": "source_excluded"})
        for n, one in enumerate(running, 2)
    ]
