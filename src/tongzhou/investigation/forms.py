"""The forms of an investigation: where they were, contacts, and who depends on whom."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.api.say import next_id, said
from tongzhou.investigation import kinds as kinds  # its kinds register by being imported
from tongzhou.investigation.lines import LATER
from tongzhou.investigation.queries import contact_fields
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day
from tongzhou.pages.fields import REQUIRED, UNSAID, Choice, Several, Telephone, Typed, field
from tongzhou.pages.form import FactForm
from tongzhou.persons.depends import Depends, agreement, other_adults, who_depends
from tongzhou.problems import Malformed
from tongzhou.sites import addresses
from tongzhou.sites import queries as sites
from tongzhou.sites.named import PLACES

RIDE = re.compile(r"[A-Z]{0,3}[0-9]{1,5}")
AWAY = ("central", "hospital")
SAME = 0  # of the homes that are offered: behind the door of the case


class Days(FactForm):
    """First and last day, in order and not to come; where one is left out, the other holds for both."""

    today: dt.date

    def __init__(self, *args: Any, now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now, self.today = now, local_day(now)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first_day"), given.get("last_day")
        if self.errors.keys() & {"first_day", "last_day"}:
            return given
        if not (first or last):
            self.add_error("last_day", REQUIRED["required"])
            return given
        given |= {"first_day": first or last, "last_day": last or first}
        if given["first_day"] > given["last_day"]:
            self.add_error("first_day", _("The first day lies after the last."))
        elif given["last_day"] > self.today.isoformat():
            self.add_error("last_day" if last else "first_day", LATER)
        return given


class Exposure(Days):
    """Where they were."""

    musts = frozenset({"last_day"})
    kind = "exposure.stated"
    setting = field(kind, "setting")
    first_day = field(kind, "first_day", required=False)
    last_day = field(kind, "last_day", required=False)
    about = field(kind, "about", offers=(), label=gettext_lazy("In"))  # type: ignore[assignment]
    venue = Typed(required=False, label=gettext_lazy("Venue by its name"), max_length=120)
    ride = Typed(required=False, label=gettext_lazy("Train, flight or bus no."), max_length=9)
    carriage = field(kind, "carriage")

    def __init__(self, *args: Any, homes: Sequence[tuple[Any, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["about"].choices = [("", UNSAID), *homes]  # type: ignore[attr-defined]
        self.fields["venue"].widget.attrs |= {"list": "venues", "autocomplete": "off"}
        self.fields["ride"].widget.attrs |= {"placeholder": "K1068", "size": 7, "autocomplete": "off"}

    def clean_venue(self) -> str | None:
        try:
            return sites.named(self.cleaned_data["venue"] or "", PLACES, self.today, "venue")
        except Malformed as wrong:
            raise ValidationError(wrong.detail) from None

    def clean_ride(self) -> str | None:
        number = "".join((self.cleaned_data["ride"] or "").split()).upper()
        if number and not RIDE.fullmatch(number):
            raise ValidationError(_("The number of a train, flight or bus, as K1068."))
        return number or None


class Contact(Depends, Days):
    """Somebody who was near a case: who they are, and what the investigator judges (the button)."""

    kind = "contact.named"
    musts = frozenset({"category", "last_day", "stay"})
    category = field(kind, "category", offers=(), required=False)
    first_day = field(kind, "first_day", required=False, label=gettext_lazy("First day together"))
    last_day = field(kind, "last_day", required=False, label=gettext_lazy("Last day together"))
    protected = field(kind, "protected")
    stay = field(kind, "stay", required=False)
    depends, others, agreed = who_depends(required=False), other_adults(), agreement()
    home = Choice(choices=list, number=True, required=False, label=gettext_lazy("Lives in"))
    household = field(kind, "household", label=gettext_lazy("Door (number)"))
    age = field(kind, "age")
    sex = field(kind, "sex")
    name = Typed(required=False, label=gettext_lazy("Full name"), max_length=60)  # type: ignore[assignment]
    telephone = Telephone(required=False, label=gettext_lazy("Telephone"))

    SAYS = ("ask", "close", "general")

    def __init__(
        self, *args: Any, homes: Sequence[tuple[Any, Any]], lives: int, door: int | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.lives, self.door = lives, door
        category, protected = contact_fields(self.now)
        offered = [(code, words) for code, words in category.choices]
        self.fields["category"].choices = [("", UNSAID), *((code, _in(words)) for code, words in offered)]  # type: ignore[attr-defined]
        self.fields["category"].label, self.fields["protected"].label = _in(category.words), _in(protected.words)
        same = [(SAME, _("the same home as the case: door %(n)s") % {"n": door})] if door else []
        self.fields["home"].choices = [("", _("where the case lives")), *same, *homes]  # type: ignore[attr-defined]
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    @property
    def says(self) -> str:
        return str(self.data.get("say", ""))

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        self._at_home(given)
        if self.says not in self.SAYS:
            self.add_error(None, _("Close, general, or ask the rule first?"))
        for name in ("category", "stay"):
            if self.says != "ask" and not given.get(name) and name not in self.errors:
                self.add_error(name, REQUIRED["required"])
        if self.leaves:
            asked(self)
        if self.says != "ask":
            self.needs_door(given.get("household"))
        return given

    def _at_home(self, given: dict[str, Any]) -> None:
        """The door of the case holds only where the same home was chosen; any other lies in the home that was."""
        home, door = given.get("home"), given.get("household")
        if "home" in self.errors or "household" in self.errors:
            return
        if home == SAME:
            if door not in (None, self.door):
                self.add_error("household", _("The same home has the door %(n)s: leave this open.") % {"n": self.door})
            given["household"] = self.door
        elif door and not addresses.lies_in(door, home or addresses.around(self.lives)):
            self.add_error(
                "household", _("No door of this number lies where they live: choose that, or leave it open.")
            )

    @property
    def leaves(self) -> bool:
        """A close contact who goes to central observation or hospital has left home in the same breath."""
        return self.says == "close" and self.cleaned_data.get("stay") in AWAY

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name not in ("home", "name", "telephone")}

    def held(self) -> dict[str, str]:
        """What is sealed, not said."""
        return {name: value for name in ("name", "telephone") if (value := self.cleaned_data[name])}

    def facts(self, case: Mapping[str, Any]) -> list[Said]:
        """A contact, whether they are at home any more, and who depends on them there."""
        home = self.cleaned_data["home"] or case["home"] or case["place"]
        door, place = self.cleaned_data["household"], case["place"]
        facts = [self.said(self.now, place, case=case["key"], close=self.says == "close", home=home)]
        who = f"contact/{self.fact_id}"
        if not door:
            return facts
        at_home = (who, door, home, place, self.now)
        return [*facts, *self.stated(*at_home), *([self.gone(*at_home)] if self.leaves else [])]


def _in(words: Any) -> str:
    from django.utils.translation import get_language

    told = str(words.en if get_language() == "en" else words.zh)
    return told[:1].upper() + told[1:]


def asked(form: Depends) -> None:
    """Whoever leaves home is asked who depends on them."""
    if "depends" in form.fields and "depends" not in form.errors and not form.cleaned_data.get("depends"):
        form.add_error("depends", _("Whoever leaves home is asked who depends on them: nobody, or who."))


class Stay(Depends, FactForm):
    """Where a contact stays from now on. `told`: who depends on them was asked before; `door`: theirs."""

    kind = "contact.moved"
    stay = field(kind, "stay")
    depends, others, agreed = who_depends(required=False), other_adults(), agreement()

    def __init__(self, *args: Any, told: bool = False, door: int | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.door = door
        if told:
            self.drop()

    @classmethod
    def of(cls, one: Mapping[str, Any]) -> dict[str, Any]:
        """What its form knows of a contact."""
        return {"told": one["depended_on"] is not None, "door": one["household"]}

    @property
    def leaves(self) -> bool:
        return self.cleaned_data.get("stay") in AWAY

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.leaves:
            asked(self)
        self.needs_door(self.door)
        return given

    def facts(self, one: Mapping[str, Any], place: int, now: dt.datetime) -> list[Said]:
        moved, who, door = self.said(now, place, contact=one["key"]), f"contact/{one['key']}", one["household"]
        if not door:
            return [moved]
        at_home = (who, door, one["home"], place, now)
        if self.leaves:
            return [moved, *self.stated(*at_home), self.gone(*at_home)]
        back = said("member.returned", next_id(self.fact_id, 1), now, place, {"household": door, "who": who},
                    home=one["home"])  # fmt: skip
        return [moved, *self.stated(*at_home), back]


class Again(Days):
    """Exposed again: the days are counted from then."""

    kind = "contact.exposed"
    last_day = field(kind, "last_day", label=gettext_lazy("Last day together"))


class Became(FactForm):
    """The contact became a case."""

    kind = "contact.ended"


class Dependant(FactForm):
    """Somebody at home who depends on the case and, perhaps, on contacts; the case itself has left home."""

    kind = "dependant.stated"
    who = field(kind, "who")
    years = field(kind, "years")
    others = field(kind, "others")
    musts = frozenset({"household"})
    household = field(kind, "household", required=False, label=gettext_lazy("Door (number)"))
    on = Several(required=False, label=gettext_lazy("Cared for by these contacts, too"))

    def __init__(
        self, *args: Any, door: int | None, carers: Sequence[tuple[str, str]], lives: int, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.door, self.lives = door, lives
        if door:
            del self.fields["household"]
        if carers:
            self.fields["on"].choices = carers  # type: ignore[attr-defined]
        else:
            del self.fields["on"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not (self.door or given.get("household") or "household" in self.errors):
            self.add_error("household", REQUIRED["required"])
        if (door := given.get("household")) and not addresses.lies_in(door, addresses.around(self.lives)):
            self.add_error("household", _("No door of this number lies where the case lives."))
        return given

    def facts(self, case: Mapping[str, Any], now: dt.datetime) -> list[Said]:
        place, home, door = case["place"], case["home"] or case["place"], self.door or self.cleaned_data["household"]
        on = [f"case/{case['key']}", *(f"contact/{key}" for key in self.cleaned_data.get("on", ()))]
        left = {"household": door, "who": f"case/{case['key']}"}
        return [
            self.said(now, place, household=door, on=on, home=home),
            said("member.left", next_id(self.fact_id, 1), now, place, left, home=home),
        ]
