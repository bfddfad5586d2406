"""The forms of the bed pages, and what they say as facts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from tongzhou import rules
from tongzhou.api import say
from tongzhou.hospital import kinds
from tongzhou.hospital.leaving import Account, verdict
from tongzhou.hospital.queries import Ward
from tongzhou.hospital.suits import QUESTIONS, unfit
from tongzhou.ledger import door, worded
from tongzhou.ledger.kinds import Behalf, Said
from tongzhou.ledger.time import local_day, stamp
from tongzhou.pages.fields import Choice, Choices, Moment, Whole, field
from tongzhou.pages.form import FactForm, Form, fact_form
from tongzhou.persons.depends import Depends, agreement, other_adults, who_depends
from tongzhou.places.queries import official_code
from tongzhou.problems import Malformed, NotFound
from tongzhou.sites import addresses

NOT_ASKED = gettext_lazy("not asked")
OF_A_CLASS = ("suspected", "confirmed")  # classifications of a case that say among whom the patient lies


class LeavesHome(Depends, FactForm):
    """A bed is asked for: whoever depends on the patient is asked after, and owed a carer at once. `told`: that was
    asked before; `door`: where they live, if it is known."""

    kind = "bed.requested"

    def __init__(self, *args: Any, told: bool = False, door: int | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.door = door
        self.lies: int | None = None  # the place of the door
        if told:
            self.drop()
        if told or door:
            del self.fields["household"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self.door = self.door or given.get("household")
        self.needs_door(self.door)
        if self.door:
            with door.ledger() as ledger:
                self.lies = addresses.places(ledger, [self.door]).get(self.door)
            if self.lies is None and "household" in self.fields:
                self.add_error("household", _("There is no door of this number."))
        return given

    def facts(self, now: dt.datetime, place: int, home: int | None, **of: Any) -> list[Said]:
        """The request, and who is left at home."""
        asked = self.said(now, place, home=home or self.lies, **of)
        who = f"case/{of['case']}" if of.get("case") else f"request/{self.fact_id}"
        left = self.statements(who, self.door, self.lies or home, place, now) if self.door else []
        return [asked, *left]


class Ask(LeavesHome):
    """A clinician asks for a bed. Class, severity and the need of oxygen are said, never assumed. `case`: how the case
    they come from is classified; no bed of another class is asked for until it is classified anew."""

    kind, draft = "bed.requested", True
    infection = field(kind, "infection")
    severity = field(kind, "severity")
    oxygen = field(kind, "oxygen", required=True)
    age = field(kind, "age")
    sex = field(kind, "sex")
    need = field(kind, "need")
    self_care = field(kind, "self_care", unsaid=NOT_ASKED)
    chronic = field(kind, "chronic", unsaid=NOT_ASKED)
    flu_negative = field(kind, "flu_negative", unsaid=NOT_ASKED)
    depends, others, agreed = who_depends(), other_adults(), agreement()
    household = field(kind, "household")

    def __init__(self, *args: Any, case: str | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.case = case

    def clean_infection(self) -> str:
        asked: str = self.cleaned_data["infection"]
        if self.case in OF_A_CLASS and asked != self.case:
            stands = worded.choice("case.identified", "classification", self.case)
            raise forms.ValidationError(_("The case is classified as %(c)s. Classify it anew first.") % {"c": stands})
        return asked


class Answers(Form):
    """What nobody had asked when the bed was asked for; said by correcting what was asked."""

    def __init__(self, *args: Any, missing: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        for name in missing:
            told: dict[str, Any] = {"unsaid": NOT_ASKED} if name in QUESTIONS else {}
            self.fields[name] = field("bed.requested", name, required=False, **told)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not self.values():
            self.add_error(None, _("One answer at least."))
        return given


def answered(form: Answers, one: dict[str, Any], asked: dict[str, Any]) -> Said:
    """The same request with what was not asked before, in its place and at its moment."""
    envelope = {"home": one["home"], "corrects": uuid.UUID(one["key"])}
    return say.said("bed.requested", form.fact_id, one["effective_at"], one["place"], asked | form.values(), **envelope)


class Transfer(LeavesHome):
    """A bed elsewhere for somebody who lies in one."""

    severity = field("bed.requested", "severity", label=gettext_lazy("Severity, as you judge it now"))
    depends, others, agreed = who_depends(), other_adults(), agreement()
    household = field("bed.requested", "household")


class Sign(FactForm):
    """The bed that is proposed, signed as it stood on the page."""

    kind = "bed.assigned"
    bed = Whole(least=1, most=2**31 - 1)

    def __init__(self, *args: Any, proposed: int | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.proposed = proposed

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("bed") != self.proposed:
            self.add_error(None, _("Another bed is proposed now, or none. Look at the reason and sign again."))
        return given


class Other(FactForm):
    """Another bed than the proposed one, with a reason: never of another class, beyond the staff, or without the oxygen
    that is needed."""

    kind = "bed.assigned"
    bed = Choice(choices=list, number=True, label=gettext_lazy("Ward"))
    reason = field(kind, "reason", required=True)

    def __init__(self, *args: Any, one: dict[str, Any], wards: Sequence[Ward], **options: Any) -> None:
        super().__init__(*args, **options)
        self.one, self.wards = one, wards
        self.fields["bed"].choices = [(str(bed.id), "") for ward in wards for bed in ward.beds]  # type: ignore[attr-defined]
        shown = [(str(ward.spare), _offer(ward)) for ward in wards if ward.spare and not unfit(ward, one)]
        self.fields["bed"].widget.choices = [("", "–"), *shown]

    def clean_bed(self) -> int:
        bed = int(self.cleaned_data["bed"])
        ward = ward_of(bed, self.wards)
        if why := unfit(ward, self.one):
            raise forms.ValidationError(_("This ward does not suit: %(why)s.") % {"why": why})
        if not ward.free:
            raise forms.ValidationError(_("This ward has no bed that its staff can serve."))
        return bed


class Granted(FactForm):
    """One of the beds that the level above granted, for somebody who waits. `grants`: key and words of each answer of
    which a bed is left."""

    kind = "bed.granted"
    support = field(kind, "support", offers=list, label=gettext_lazy("Of the beds that were granted"))
    house = field(kind, "house", required=True)

    def __init__(self, *args: Any, grants: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = list(grants) if len(grants) == 1 else [("", "–"), *grants]
        self.fields["support"].choices = offered  # type: ignore[attr-defined]


def _offer(ward: Ward) -> str:
    free = _("%(n)s free") % {"n": ward.free}
    return f"{ward.called} ({free})"


def ward_of(bed: int, wards: Iterable[Ward]) -> Ward:
    """The ward in which a bed stands. Raises NotFound where it is none of these."""
    found = next((ward for ward in wards for one in ward.beds if one.id == bed), None)
    if found is None:
        raise NotFound()
    return found


BY_TELEPHONE = "-"  # no key of a site


# What is said of a vehicle, and of the promise itself.
class Gone(FactForm):
    """The vehicle is on its way: which one, or that this is settled by telephone, and how the patient lies or sits in
    it. `known`: the patient's door, where somebody said it; without one nobody is sent home to a patient."""

    kind = "vehicle.answered"
    vehicle = field(kind, "vehicle", offers=list)
    driver = field(kind, "driver", offers=list)
    carried = field(kind, "carried")
    waits = field(kind, "waits")
    door = field(kind, "door")

    def __init__(
        self, *args: Any, vehicles: Choices, drivers: Choices, known: int | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if known is not None:
            del self.fields["door"]
        rung = (BY_TELEPHONE, _("another one, settled by telephone"))
        for name, offered, more in (("vehicle", vehicles, [rung]), ("driver", drivers, [])):
            self.fields[name].choices = [("", "–"), *offered, *more]  # type: ignore[attr-defined]
            self.fields[name].required = name == "vehicle"
            if not offered:
                del self.fields[name]

    def clean_vehicle(self) -> str:
        """Which vehicle it is; nothing where that is settled by telephone."""
        chosen: str = self.cleaned_data["vehicle"]
        return "" if chosen == BY_TELEPHONE else chosen

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "door" in self.fields and "door" not in self.errors:
            if given.get("waits") == "home" and not given.get("door"):
                told = _("No door is known of this patient. Give its number, or leave open where they wait: then the "
                         "driver is told whom to ask.")  # fmt: skip
                self.add_error("door", told)
            elif given.get("door") and given.get("waits") != "home":
                self.add_error("waits", _("A door is said only where the patient waits at home."))
        return given


NoVehicle = fact_form("vehicle.answered", "reason", reason={"required": True})
Trip = fact_form("vehicle.answered")


class Rung(FactForm):
    """A step of a trip as whoever drives said it by telephone: who rang, at which minute, and whether it was read back.
    `since`: when the trip's last step was; nobody rang before it."""

    kind = "vehicle.answered"
    who = Choice(choices=list, number=True, label=gettext_lazy("Who rang"))
    minute = Moment(label=gettext_lazy("At which minute"))
    read_back = field("decision.told", "read_back")

    def __init__(
        self, *args: Any, drivers: Choices, driver: int | None, since: dt.datetime, now: dt.datetime, **options: Any
    ) -> None:
        options["initial"] = {"who": driver, "minute": now}
        super().__init__(*args, **options)
        self.since, self.now = since, now
        self.fields["who"].choices = [("", "–"), *drivers]  # type: ignore[attr-defined]

    def clean_minute(self) -> str:
        minute: str = self.cleaned_data["minute"]
        found = dt.datetime.fromisoformat(minute)
        if not self.since.replace(second=0, microsecond=0) <= found <= self.now:
            told = {"since": stamp(self.since), "now": stamp(self.now)}
            raise forms.ValidationError(_("A minute from %(since)s to %(now)s.") % told)
        return minute

    def told(self, place: int, **known: Any) -> Said:
        """What they said, at the minute at which they rang."""
        given = self.cleaned_data
        at = max(dt.datetime.fromisoformat(given.pop("minute")), self.since)
        behalf = Behalf("driver", place, who=given.pop("who"), read_back=given.pop("read_back"))
        return self.said(at, place, behalf=behalf, **known)


Release = fact_form("bed.released", "reason", reason={"required": True})


def given_up(form: Form, one: Mapping[str, Any], now: dt.datetime) -> Said:
    """The promise of a bed taken back: of one's own house with its reason, of a granted bed as it is."""
    if not one["grant"]:
        assert isinstance(form, FactForm)
        return form.said(now, one["place"], request=one["key"], bed=one["bed"])
    body = kinds.given_back(one["key"], one["grant"]["support"])
    return say.said("bed.granted", form.fact_id, now, one["place"], body)


# What a ward says of a bed, by the name of its form: of whoever is promised it or lies in it, and of the bed itself.
Accepted = fact_form("ward.answered")
NotReady = fact_form("ward.answered", "reason", reason={"required": True})
Admitted = fact_form("patient.admitted")
Cleaned = fact_form("bed.cleaned")
Closed = fact_form("bed.closed", "reason", reason={"required": True})


class Close(FactForm):
    """One of the free beds goes out of use, and why. `taken`: the other beds of the ward."""

    kind = "bed.closed"
    bed = field(kind, "bed", offers=list)
    reason = field(kind, "reason", required=True)

    def __init__(self, *args: Any, beds: Choices, taken: Iterable[int] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        bed = self.fields["bed"]
        bed.choices = [("", "–"), *((str(id), label) for id, label in beds)]  # type: ignore[attr-defined]
        bed.gone = {str(one) for one in taken}  # type: ignore[attr-defined]
        if self.data.get("bed", "") in bed.gone:  # type: ignore[attr-defined]
            self.about = f"bed/{self.data['bed']}"


OF_A_BED: dict[str, type[FactForm]] = {
    "accepted": Accepted, "not_ready": NotReady, "admitted": Admitted, "cleaned": Cleaned, "closed": Closed,
}  # fmt: skip


def of_a_bed(
    what: str, form: FactForm, ward: Ward, bed: int, request: str | None, now: dt.datetime, behalf: Behalf | None = None
) -> Said:
    """What the ward says, by the name of its form; `behalf`: whose word somebody else writes down."""
    known: dict[str, Any] = {"bed": bed} if request is None else {"bed": bed, "request": request}
    if request is not None and what != "left":
        known["ward"] = ward.id
    if form.kind == "ward.answered":
        known["answer"] = what
    return form.said(now, ward.place, behalf=behalf, **known)


class Left(FactForm):
    """The patient leaves: how, and where to; a discharge by the rule, or by a ruling where the rule leaves it open."""

    kind = "patient.left"
    how = field(kind, "how")
    destination = field(kind, "destination")
    to = field(kind, "to", offers=list)
    ruled = forms.BooleanField(required=False, label=gettext_lazy("a clinician has ruled that they may"))

    def __init__(self, *args: Any, patient: dict[str, Any], houses: Choices, now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        told = patient["infection"] == "confirmed"
        self.verdict = verdict(patient["examined"], now) if told else None
        destinations = [one for one in worded.choices(self.kind, "destination") if one[0] != "unknown"]
        self.fields["destination"].choices = [("", "–"), *destinations]  # type: ignore[attr-defined]
        self.fields["destination"].error_messages["required"] = _("Where to: nobody leaves without a destination.")
        self.fields["to"].choices = [("", "–"), *houses]  # type: ignore[attr-defined]
        if not (self.verdict and self.verdict.open):
            del self.fields["ruled"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        ruled = given.pop("ruled", False)
        if given.get("how") != "discharged" or self.verdict is None:
            return given
        if self.verdict.outcome is True:
            return given | {"ruling": "rule"}
        if self.verdict.open and ruled:
            return given | {"ruling": "clinician"}
        self.add_error("how", self.verdict.zh if get_language() == "zh-hans" else self.verdict.en)
        return given


class Count(FactForm):
    """Beds that the staff on shift can serve: as counted, or in a hall by its doctors and nurses (FANGCANG-STAFF)."""

    kind = "ward.counted"
    staffed = field(kind, "staffed", required=False)
    doctors = Whole(least=0, most=5000, required=False, label=gettext_lazy("or reckoned by the rule: doctors on shift"))
    nurses = Whole(least=0, most=5000, required=False, label=gettext_lazy("nurses on shift"))

    def __init__(self, *args: Any, ward: Ward, now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ward, self.now = ward, now
        if ward.kind != "fangcang":
            del self.fields["doctors"], self.fields["nurses"]
            self.fields["staffed"].required = True

    def clean_staffed(self) -> int | None:
        staffed: int | None = self.cleaned_data["staffed"]
        if staffed is not None and staffed > len(self.ward.beds):
            told = {"n": staffed, "beds": len(self.ward.beds)}
            raise forms.ValidationError(_("%(n)s? Here stand %(beds)s beds.") % told)
        return staffed

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        doctors, nurses = given.pop("doctors", None), given.pop("nurses", None)
        if self.errors:
            return given
        if (doctors is None) != (nurses is None):
            self.add_error("doctors" if doctors is None else "nurses", _("Both doctors and nurses on shift."))
        elif doctors is not None:
            given["staffed"] = self._by_rule(doctors, nurses)
        elif given.get("staffed") is None:
            self.add_error("staffed", _("Not said yet."))
        return given

    @property
    def told(self) -> str:
        """What the count comes to: of the beds that stand, those that the staff can serve, and where proposals stop."""
        counted = {"n": self.cleaned_data["staffed"], "of": self.ward.physical}
        found = _("%(n)s of %(of)s beds can be served: proposals stop there") % counted
        if not self.data.get("doctors"):
            return found
        staff = {"d": self.data["doctors"], "m": self.data.get("nurses", "")}
        return f"{found} ({_('%(d)s doctors, %(m)s nurses') % staff})"

    def _by_rule(self, doctors: int, nurses: int | None) -> int | None:
        asked = {"doctors": doctors, "nurses": nurses, "beds": len(self.ward.beds)}
        code = official_code(self.ward.place)
        told = rules.evaluate(rules.book(), "FANGCANG-STAFF", asked, on=local_day(self.now), place_code=code)
        if isinstance(told.outcome, dict):
            return int(told.outcome["usable"])
        self.add_error("doctors", told.reason_zh if get_language() == "zh-hans" else told.reason_en)
        return None


class Examined(FactForm):
    """What the rule of discharge asks for. A sample that was taken in the future is refused."""

    kind, draft = "patient.examined", True
    days_normal_temp = field(kind, "days_normal_temp")
    symptoms_improved = field(kind, "symptoms_improved", unsaid=NOT_ASKED)
    imaging_improved = field(kind, "imaging_improved", unsaid=gettext_lazy("not done yet"))
    negative_1 = Moment(required=False, label=gettext_lazy("First negative sample, taken at"))
    negative_2 = Moment(required=False, label=gettext_lazy("Second negative sample, taken at"))
    positive = Moment(required=False, label=gettext_lazy("Positive sample after that"))

    def __init__(self, *args: Any, now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now = now

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("negative_1", "negative_2", "positive"):
            if given.get(name) and dt.datetime.fromisoformat(given[name]) > self.now:
                self.add_error(name, _("A moment that has come."))
        negatives = {given.pop(name, None) for name in ("negative_1", "negative_2")}
        positive = given.pop("positive", None)
        return given | {
            "negatives": sorted(one for one in negatives if one),
            "positives": [positive] if positive else [],
        }

    @staticmethod
    def known(examined: dict[str, Any] | None) -> dict[str, Any]:
        """What was found last, as the form holds it."""
        told = examined or {}
        moments = [dt.datetime.fromisoformat(one) for one in told.get("negatives", ())]
        named: dict[str, Any] = {f"negative_{n}": one for n, one in enumerate(moments[:2], start=1)}
        if told.get("positives"):
            named["positive"] = dt.datetime.fromisoformat(told["positives"][0])
        return {**told, **named}


# What is said of whoever went home.
Asked = fact_form("aftercare.recorded", "temp10", "symptoms")
NoAnswer = Seen = fact_form("aftercare.recorded")

Closing = fact_form("facility.closing")
Closes = fact_form("facility.closed")


def of_a_house(form: FactForm, one: Account, place: int, now: dt.datetime) -> list[Said]:
    """It takes nobody any more, or is closed with its account. Raises Malformed while somebody is not accounted for."""
    if form.kind == "facility.closing":
        return [form.said(now, place, facility=one.facility)]
    if not one.may_close:
        n = one.lying + one.promised + one.without
        left = ngettext(
            "%(n)s patient still lies there, is promised a bed or left nobody knows where to",
            "%(n)s patients still lie there, are promised a bed or left nobody knows where to", n,
        ) % {"n": n}  # fmt: skip
        raise Malformed(left if one.state == "closing" else _("it still takes patients"))
    names = ("patients", "discharged", "transferred", "died", "otherwise")
    return [form.said(now, place, facility=one.facility, **{name: getattr(one, name) for name in names})]
