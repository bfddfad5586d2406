"""Everybody who waits for a bed or is promised one, as the dispatcher sees them: whose turn it is, and what is said."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.hospital import above, forms, queries, vehicles
from tongzhou.hospital.plan import Proposal
from tongzhou.ledger import states
from tongzhou.ledger.kinds import Behalf, Said
from tongzhou.pages.ask import Ask
from tongzhou.pages.form import Confirm, Form
from tongzhou.people.colleagues import colleagues
from tongzhou.persons.templatetags.persons import called

NEXT = {"coming": "picked_up", "aboard": "handed_over"}  # what a driver who is on the road says next, by telephone


@dataclass
class Strip:
    """One patient. `turn`: whom it waits for, in words; `mine`: the dispatcher; `forms`: what can be said, by name."""

    one: dict[str, Any]
    turn: str
    mine: bool
    css: str = ""
    proposal: Proposal | None = None
    ward: queries.Ward | None = None
    bed: str = ""
    vehicle: str = ""
    folded: bool = False  # of many: what can be said of it is drawn when it is opened
    forms: dict[str, Form] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    severity: str
    strips: list[Strip]

    @property
    def waiting(self) -> int:
        return sum(strip.one["state"] == "waiting" for strip in self.strips)

    @property
    def told(self) -> str:
        n = sum(strip.mine for strip in self.strips)
        return ngettext("%(n)s with you", "%(n)s with you", n) % {"n": n}


def by_severity(strips: Iterable[Strip]) -> list[Group]:
    """The most severe first; among them those that wait for the dispatcher, then the longest waiting."""
    rank = queries.SEVERITIES.index
    ordered = sorted(strips, key=lambda s: (rank(s.one["severity"]), not s.mine, s.one["effective_at"]))
    return [Group(severity, list(group)) for severity, group in groupby(ordered, key=lambda s: s.one["severity"])]


def _turn(proposal: Proposal) -> str:
    """What is to be done about whoever has no bed."""
    if proposal.bed:
        return _("takes a bed for the severe") if proposal.spends else _("to be signed")
    return _("an answer is missing") if proposal.missing else _("no bed")


class Desk:
    """The strips of a page with their forms, for a dispatcher; whoever only looks gets none. `named`: the vehicles
    that are told of; `strips`: how many there are."""

    def __init__(
        self,
        ask: Ask,
        wards: Sequence[queries.Ward],
        open_wards: Sequence[queries.Ward],
        named: dict[str, Any],
        strips: int,
    ) -> None:
        self.strips = strips
        self.ask, self.wards, self.open_wards, self.named = ask, wards, open_wards, named
        self.dispatcher = "dispatcher" in ask.holder.roles
        self.grants = [(one.key, one.offer) for one in above.grants(ask.holder, ask.now)] if self.dispatcher else []
        self._drivers: dict[int, list[tuple[str, str]]] = {}
        self.beds = {bed.id: (ward, bed.label) for ward in wards for bed in ward.beds}

    def waiting(self, one: dict[str, Any], proposal: Proposal) -> Strip:
        """Whoever has no bed: the proposal to sign, another bed, an answer that is missing."""
        mine = bool(proposal.bed or proposal.missing or self.grants)
        strip = Strip(one, _turn(proposal), mine, "again" if one["refused"] else "", proposal)
        strip.folded = not self.ask.unfolds(one["key"], self.strips)
        if not self.dispatcher:
            return strip
        key, about = one["key"], f"request/{one['key']}"
        sign = self.ask.form(forms.Sign, name=f"sign/{key}", about=about, proposed=proposal.bed)
        self._offer(strip, "sign", sign, lambda: [self._signed(sign, one, True)])
        if self.ask.opens(f"other/{key}"):
            other = self.ask.form(forms.Other, name=f"other/{key}", about=about, one=one, wards=self.open_wards)
            self._offer(strip, "other", other, lambda: [self._signed(other, one, False)])
        if self.grants and not proposal.bed:
            granted = self.ask.form(forms.Granted, name=f"granted/{key}", about=about, grants=self.grants)
            self._offer(strip, "granted", granted, lambda: [granted.said(self.ask.now, one["place"], request=key)])
        if proposal.missing:
            answers = self.ask.form(forms.Answers, name=f"answers/{key}", about=about, missing=proposal.missing)
            says = lambda: [forms.answered(answers, one, queries.asked(one["key"]))]  # noqa: E731
            self._offer(strip, "answers", answers, says, _("What was not asked before"))
        return strip

    def _signed(self, form: Any, one: dict[str, Any], proposed: bool) -> Said:
        ward = forms.ward_of(form.cleaned_data["bed"], self.wards)
        said: Said = form.said(self.ask.now, ward.place, request=one["key"], ward=ward.id, proposed=proposed)
        return said

    def promised(self, one: dict[str, Any]) -> Strip:
        """Whoever is promised a bed: what the ward said by telephone, the vehicle, the promise taken back."""
        vehicle = one["vehicle"] or {}
        on_the_way, stuck = vehicle.get("answer") == "on_the_way", vehicle.get("answer") == "not_ready"
        going = vehicles.how_far(one) if on_the_way else ""
        turn = going or _("the ward takes the patient: no vehicle yet")
        if one["state"] == "assigned":
            turn = states.said("request", one["state"])
        if one["state"] == "granted":
            turn = going or _("a granted bed: no vehicle yet")
        mine = one["state"] in ("accepted", "granted") and not on_the_way
        strip = Strip(one, turn, mine, "again" if stuck else "")
        strip.folded = not self.ask.unfolds(one["key"], self.strips)
        strip.ward, strip.bed = self.beds.get(one["bed"], (None, ""))
        strip.vehicle = vehicles.word_of_it(one, self.named)
        if self.dispatcher and strip.ward and not strip.folded:
            self._of_the_ward(strip, strip.ward)
            self._of_the_way(strip)
        elif self.dispatcher and one["grant"] and not strip.folded:
            self._of_the_way(strip)
        return strip

    def _of_the_ward(self, strip: Strip, ward: queries.Ward) -> None:
        one, behalf = strip.one, Behalf("ward_nurse", ward.place)
        for what in ("accepted", "admitted", "not_ready")[one["state"] == "accepted" :]:
            form = self.ask.form(forms.OF_A_BED[what], name=f"{what}/{one['key']}", about=f"request/{one['key']}")
            says = functools.partial(forms.of_a_bed, what, form, ward, one["bed"], one["key"], self.ask.now, behalf)
            self._offer(strip, what, form, lambda says=says: [says()])  # type: ignore[misc]

    def _of_the_way(self, strip: Strip) -> None:
        one, about, place = strip.one, f"request/{strip.one['key']}", strip.one["place"]
        gone = self.ask.form(
            forms.Gone, name=f"gone/{one['key']}", about=about, vehicles=self.vehicles, drivers=self.drivers(place),
            known=one.get("door"),
        )  # fmt: skip
        none = self.ask.form(forms.NoVehicle, name=f"no_vehicle/{one['key']}", about=about)
        back = self.ask.form(Confirm if one["grant"] else forms.Release, name=f"release/{one['key']}", about=about)
        said = {"request": one["key"]}
        self._offer(strip, "gone", gone, lambda: [gone.said(self.ask.now, place, answer="on_the_way", **said)])
        self._offer(strip, "no_vehicle", none, lambda: [none.said(self.ask.now, place, answer="not_ready", **said)])
        self._offer(strip, "release", back, lambda: [forms.given_up(back, one, self.ask.now)])
        if answer := NEXT.get((one["trip"] or {}).get("state", "")):
            step = self.ask.form(
                forms.Rung, name=f"{answer}/{one['key']}", about=about, drivers=self.drivers(place),
                driver=(one["vehicle"] or {}).get("driver"), now=self.ask.now,
                since=dt.datetime.fromisoformat(one["trip"]["since"]),
            )  # fmt: skip
            says = lambda: [step.told(place, answer=answer, **said)]  # noqa: E731
            self._offer(strip, answer, step, says)

    def _offer(self, strip: Strip, name: str, form: Form, says: Callable[[], list[Said]], told: str = "") -> None:
        strip.forms[name] = form
        self.ask.later(lambda: self.ask.take(form, says, to="/beds/", told=told, about=called(strip.one)))

    @functools.cached_property
    def vehicles(self) -> list[tuple[str, str]]:
        return vehicles.offered(self.ask.holder, self.ask.now)

    def drivers(self, place: int) -> list[tuple[str, str]]:
        """Those who drive for a place: the same as on Today."""
        if place not in self._drivers:
            self._drivers[place] = [(str(staff), called) for staff, called in colleagues({"driver"}, place)]
        return self._drivers[place]
