"""The forms of a fever on its way: the doctor's call, its end, the clinic's reply, a clinician's warning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.api.say import next_id, said
from tongzhou.cases import clinics
from tongzhou.cases import kinds as _kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.cases.clocks import moment
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import Behalf, Said
from tongzhou.ledger.time import local_day
from tongzhou.pages.fields import Choice, Choices, YesNo, field
from tongzhou.pages.form import FactForm, Form, fact_form
from tongzhou.pages.ill import ill
from tongzhou.tables import danger

BREATHLESS = "breathless"
TICKS = {"clinic": "afoot", "stay_home": "at_home"}  # what is asked of somebody in danger who does not go by 120
_label = lazy(worded.label, str)
ADVICE = (
    ("stay_home", gettext_lazy("Stay home")),
    ("clinic", gettext_lazy("To the clinic")),
    ("emergency", gettext_lazy("120")),
    ("refuses", gettext_lazy("Will not go")),
    ("no_answer", gettext_lazy("No answer")),
)


def in_danger(one: Mapping[str, Any], spo2: int | None = None, *, calling: bool = False) -> str:
    """What speaks for 120, in words; empty where nothing does. `spo2`: as measured now, else as last measured.
    `calling`: whoever is breathless is asked about whatever was measured; afterwards what was measured counts."""
    measured = spo2 if spo2 is not None else one.get("spo2")
    breathless = BREATHLESS in one["concerns"] and (calling or measured is None)
    low = measured if danger.low(measured) else None
    return ill("exception.raised.concerns", [BREATHLESS] * breathless, spo2=low)


def asked_for(found: Sequence[BoundField], ticks: Collection[str]) -> list[BoundField]:
    """The fields, without the ticks that nobody asked for yet."""
    return [one for one in found if one.name not in ticks or one.errors or one.data]


class Call(Form):
    """The community doctor's call: reached or not, and where to. `one`: the fever; `offered`: the clinics."""

    buttons = "advice"
    temp10 = field("referral.made", "temp10")
    spo2 = field("referral.made", "spo2")
    exposed = YesNo(label=_label("referral.made", "exposed"), required=False, unsaid=gettext_lazy("not asked"))
    clinic = Choice(choices=list, required=False, label=gettext_lazy("Clinic"))
    afoot = forms.BooleanField(
        required=False, label=gettext_lazy("They go to the clinic on their own all the same, not by 120")
    )
    at_home = forms.BooleanField(
        required=False, label=gettext_lazy("They stay at home all the same; I call again within the hour")
    )
    advice = Choice(choices=lambda: ADVICE, few=True, label=gettext_lazy("Advice"))

    def __init__(self, *args: Any, one: dict[str, Any], **options: Any) -> None:
        offered: Choices = one["clinics"]
        options.setdefault("initial", {"clinic": offered[0][0] if offered else ""})
        super().__init__(*args, **options)
        self.one = one
        self.fields["clinic"].choices = [("", "–"), *offered]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("advice") in ("clinic", "emergency") and not given.get("clinic") and "clinic" not in self.errors:
            self.add_error("clinic", _("Which clinic?"))
        tick = TICKS.get(given.get("advice") or "")
        if tick and not given.get(tick) and (why := in_danger(self.one, given.get("spo2"), calling=True)):
            self.add_error(tick, _("%(why)s: is this one for 120? If not, tick here.") % {"why": why})
        return given

    @property
    def asked(self) -> list[BoundField]:
        """A tick stands there once it was asked for."""
        return asked_for(super().asked, TICKS.values())

    def facts(self, now: dt.datetime) -> list[Said]:
        """The call, and the referral that comes of it."""
        one, given, id, place = self.one, self.cleaned_data, self.fact_id, self.one["place"]
        called = {"exception": one["key"], "outcome": "reached"}
        if given["advice"] == "no_answer":
            return [said("exception.called_back", id, now, place, called | {"outcome": "no_answer"})]
        temp10 = given["temp10"] or one["temp10_called"] or one["temp10"]
        found = {"temp10": temp10, "spo2": given["spo2"], "exposed": given["exposed"]}
        advice = given["advice"]
        if advice == "refuses":
            found["refuses"] = True
            advice = "emergency" if in_danger(one, given["spo2"], calling=True) else "clinic"
        facts = [said("exception.called_back", id, now, place, {**called, "advice": advice, **found})]
        if given["advice"] in ("clinic", "emergency"):
            where = clinics.chosen(given["clinic"], now)
            body = {
                **found,
                "clinic": where.site,
                "exception": one["key"],
                "person": one.get("person"),
                "household": one["household"],
                "concerns": one["concerns"],
                "how": "ambulance" if given["advice"] == "emergency" else "self",
            }
            facts.append(said("referral.made", next_id(id, 1), now, place, body, reporting=where.place))
        return facts


ENDS = ("in_care", "well", "days_over", "moved", "mistaken")
SICK = frozenset({"fever", "breathless", "unwell"})


def arrived_well(one: Mapping[str, Any]) -> bool:
    """Somebody who came from elsewhere and never was ill: there is nothing to recover from."""
    measured = (one["temp10"], one["temp10_called"])
    return "newcomer" in one["concerns"] and not SICK & set(one["concerns"]) and not any(map(danger.fever, measured))


def days_over(one: Mapping[str, Any], now: dt.datetime) -> bool:
    """Are the days at home of somebody who came from elsewhere over?"""
    raised = moment(one["raised_at"])
    return raised is not None and local_day(now) - local_day(raised) >= dt.timedelta(days=danger.newcomer_days())


def ends(one: Mapping[str, Any]) -> list[str]:
    """How it may end: who was never ill does not recover."""
    return [code for code in ENDS if code != ("well" if arrived_well(one) else "days_over")]


def _ends(*codes: str) -> Choices:
    return [(code, worded.choice("exception.closed", "outcome", code)) for code in codes]


class Close(FactForm):
    """Nothing more has to be done about it, and why. Nobody is well again by a tap alone: they were measured, or rung
    and said so. Of somebody who was short of oxygen or breathless it is asked whether they are not any more. `one`: the
    fever; `now`: days at home are over by then, or not."""

    kind, buttons, grave = "exception.closed", "outcome", frozenset({"mistaken"})
    outcome = Choice(choices=lambda: _ends(*ENDS), few=True, label=gettext_lazy("Outcome"))
    temp10 = field(kind, "temp10")
    said_so = forms.BooleanField(required=False, label=_label(kind, "said_so"))
    recovered = forms.BooleanField(
        required=False, label=gettext_lazy("They breathe easily again, and nothing speaks for 120 any more")
    )

    def __init__(self, *args: Any, one: dict[str, Any], now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.one, self.now = one, now
        self.fields["outcome"].choices = _ends(*ends(one))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        recovered = given.pop("recovered", False)
        self._measured(given)
        if given.get("outcome") == "well" and not recovered and (why := in_danger(self.one)):
            self.add_error("recovered", _("%(why)s when last heard of. If that is over, tick here.") % {"why": why})
        return given

    def _measured(self, given: dict[str, Any]) -> None:
        """A fever that nobody measured again ends nothing, nor one that is measured."""
        outcome, temp10 = given.get("outcome"), given.get("temp10")
        if outcome in ("well", "days_over") and danger.fever(temp10):
            self.add_error("temp10", _("This is a fever: it is not over."))
        elif outcome in ("well", "days_over") and temp10 is None and not given.get("said_so") and not self.errors:
            self.add_error("temp10", _("Measured how much? Or tick that they were rung and said so themselves."))
        if outcome == "days_over" and not days_over(self.one, self.now):
            self.add_error(None, _("%(n)s days at home are not over yet.") % {"n": danger.newcomer_days()})
        if not given.get("said_so"):
            given.pop("said_so", None)

    @property
    def asked(self) -> list[BoundField]:
        return asked_for(super().asked, ("recovered",))


class Mistaken(FactForm):
    """Before anybody called: it was recorded by mistake."""

    kind, buttons, grave = "exception.closed", "outcome", frozenset({"mistaken"})
    outcome = Choice(choices=lambda: _ends("mistaken"), few=True, label=gettext_lazy("Outcome"))


SEEN = ("arrived", "did_not_come", "sent_home", "emergency")


class Seen(FactForm):
    """What became of somebody at the clinic, by a button each. `only`: what may be said now, the usual first."""

    kind, buttons = "referral.seen", "outcome"
    outcome = Choice(choices=list, few=True, label=gettext_lazy("Outcome"))

    def __init__(self, *args: Any, only: Sequence[str] = SEEN, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["outcome"].choices = [(code, worded.choice(self.kind, "outcome", code)) for code in only]  # type: ignore[attr-defined]


# What the clinic says, written down by whoever looks for somebody who did not come.
Told = fact_form("referral.seen", "outcome", outcome={
    "only": ("arrived", "sent_home", "emergency"), "label": gettext_lazy("The clinic says")})  # fmt: skip


def next_words(referral: dict[str, Any]) -> list[str]:
    """What can be said of a referral as it stands."""
    return ["arrived", "did_not_come"] if referral["state"] == "made" else ["sent_home", "emergency"]


def by_the_clinic(referral: dict[str, Any]) -> Behalf:
    """The clinic's word that a community doctor writes down; the clinic confirms or contests it."""
    return Behalf("clinician", referral["clinic"])


Warn = fact_form("warning.given", "what", "patients", patients={"required": True})
