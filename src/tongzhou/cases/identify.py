"""The form of the clinic: the definition's criteria, the person, who depends on them; and what it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.forms import BoundField, ValidationError
from django.forms.utils import ErrorDict
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tongzhou.api.say import next_id, said
from tongzhou.cases import criteria
from tongzhou.cases.person import Person
from tongzhou.cases.queries import Homes
from tongzhou.ledger.kinds import Said
from tongzhou.pages.fields import Choice, Whole, YesNo, field
from tongzhou.pages.ill import ill
from tongzhou.persons.depends import Depends, agreement, other_adults, who_depends
from tongzhou.rules import drawn

KIND = "case.identified"


class Identify(Depends, Person):
    """One page for the clinic. A criterion that was left alone was not done yet. `homes`: where somebody without a
    referral may live."""

    draft = True
    onset = field(KIND, "onset")
    age = field(KIND, "age")
    sex = field(KIND, "sex")
    home = Choice(choices=list, number=True, label=gettext_lazy("Lives in"))
    household = Whole(least=1, most=2**31 - 1, required=False, label=gettext_lazy("Number of the door"))
    depends, others, agreed = who_depends(required=False), other_adults(), agreement()
    classification = field(KIND, "classification")

    def __init__(
        self, *args: Any, now: dt.datetime, referral: dict[str, Any] | None, homes: Homes | None, **options: Any
    ) -> None:
        super().__init__(*args, now=now, **options)
        self.now, self.referral = now, referral
        self.groups = criteria.groups(self.day)
        asked = {one.name: _asked(one) for group in self.groups for one in group.fields}
        self.fields = {**asked, **self.fields}
        if homes is None:
            del self.fields["home"]
        else:
            self.fields["home"].choices = _where(homes)  # type: ignore[attr-defined]
        if referral and referral["household"]:
            del self.fields["household"]
        if referral:
            self._known(referral)

    def _known(self, referral: dict[str, Any]) -> None:
        """What whoever referred knew stands there, and says from where: sex and age, and a fever that was told. Which
        exposure it was, nobody was asked."""
        card = referral.get("whose")
        found = {"age": card.age, "sex": card.sex} if card else {}
        told = {name for name in found if found[name] is not None}
        if criteria.FEVER in self.fields and (fever := feverish(referral)):
            found[criteria.FEVER] = "yes"
            self.fields[criteria.FEVER].help_text = _("Filled in from the call-back: %(ill)s.") % {"ill": fever}
        for name in told:
            self.fields[name].help_text = _("Filled in from what is known of the person.")
        self.initial = {**found, **self.initial}

    def asking(self) -> None:
        """The definition is asked with what stands there so far: nothing is complained about."""
        self._errors = ErrorDict()

    @property
    def criteria(self) -> Iterator[tuple[str, list[BoundField]]]:
        """Each group's words, and its questions."""
        for group in self.groups:
            yield capfirst(_in_words(group.words)), [self[one.name] for one in group.fields]

    def noted(self) -> dict[str, Any]:
        return criteria.noted(self.data, self.day)

    def clean_onset(self) -> str | None:
        onset: str | None = self.cleaned_data["onset"]
        if onset and dt.date.fromisoformat(onset) > self.day:
            raise ValidationError(_("A day that has come."))
        return onset

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self.needs_door(self._door(given))
        return given

    def _door(self, given: dict[str, Any]) -> int | None:
        door: int | None = self.referral["household"] if self.referral else None
        return door or given.get("household")

    def facts(self, clinic: int) -> list[Said]:
        """The clinician's judgement, the reply to whoever referred, and who is left at home without care."""
        given, referral, id = self.cleaned_data, self.referral, self.fact_id
        body = {
            **self.noted(),
            **{name: given[name] for name in ("classification", "onset", "age", "sex")},
            "referral": referral["key"] if referral else None,
            "person": referral.get("person") if referral else None,
            "dependants": self.depended,
        }
        home = referral["place"] if referral else given["home"]
        facts = [said(KIND, id, self.now, clinic, body, home=home, reporting=clinic)]
        if referral:
            reply = {"referral": referral["key"], "outcome": "identified", "case": str(id)}
            facts.append(said("referral.seen", next_id(id, 1), self.now, clinic, reply))
        door = self._door(given)
        return facts + (self.statements(f"case/{id}", door, home, clinic, self.now) if door else [])


def feverish(referral: dict[str, Any]) -> str:
    """What of a referral meets the criterion of fever and signs of the airways, in words; empty where nothing does."""
    told = [one for one in referral["concerns"] if one in ("fever", "breathless")]
    return ill("referral.made.concerns", told, temp10=referral["temp10"]) if told else ""


def _asked(one: drawn.Field) -> YesNo:
    words = {code: _in_words(said) for code, said in one.choices}
    return YesNo(label=capfirst(_in_words(one.words)), required=False, unsaid=_in_words(one.unsaid),
                 words=(words[drawn.YES], words[drawn.NO]))  # fmt: skip


def _in_words(words: drawn.Words) -> str:
    return words.en if get_language() == "en" else words.zh


def _where(homes: Homes) -> list[Any]:
    def named(places: list[tuple[int, str, str]]) -> list[tuple[str, str]]:
        return [(str(id), en if get_language() == "en" else zh) for id, zh, en in places]

    county = [(id, f"{words} ({_('the community is not known')})") for id, words in named(homes.county)]
    groups = ((_("Communities and grids here"), homes.here), (_("Elsewhere: the county is enough"), homes.elsewhere))
    return [("", "–"), *county, *((words, named(places)) for words, places in groups if places)]
