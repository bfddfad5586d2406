"""The forms of medicines, of the pharmacy's answers, of bags and cards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongzhou.community.queries import place_in_scope
from tongzhou.medicines import kinds, secret  # noqa: F401  (its kinds register by being imported)
from tongzhou.pages.fields import Choice, Text, Typed, Yuan, field
from tongzhou.pages.form import FactForm, fact_form
from tongzhou.problems import Malformed
from tongzhou.rules.words import vocabulary
from tongzhou.sites import addresses

OTHER = "-"  # not on the list
MOST = 10_000_00  # fen, of one bag
Choices = Sequence[tuple[str, str]]


class Words(Text):
    """Words of a medicine; what looks like a card's password is struck before anybody reads it."""

    def read(self, text: str) -> str:
        if secret.looks_like_one(text):
            raise ValidationError(_("Words without the card's password: it is written down nowhere."))
        found: str = super().read(text)
        return found


def words(kind: str, name: str) -> Words:
    made = field(kind, name)
    assert isinstance(made, Text)
    return Words(pattern=made.pattern, most=made.max_length, least=made.least, required=False, label=made.label)


class Wanted(FactForm):
    """Somebody takes a medicine every day. `household`: number or address of the door."""

    kind = "remedy.wanted"
    household = Typed(max_length=80, label=gettext_lazy("Door: its number or its address"))
    medicine = Choice(choices=list, label=gettext_lazy("Which medicine"))
    text = words(kind, "text")
    of = field(kind, "of", offers=lambda: units(), required=False)
    quantity = field(kind, "quantity")
    lasts = field(kind, "lasts")
    last_dose = field(kind, "last_dose")
    pharmacy = Choice(choices=list, required=False, label=gettext_lazy("Pharmacy"),
                      unsaid=pgettext_lazy("pharmacy", "the nearest"))  # fmt: skip
    cold = field(kind, "cold", required=False)
    lies = 0

    def __init__(self, *args: Any, listed: Choices, pharmacies: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        unknown = (OTHER, _("not on the list"))
        self.fields["medicine"].choices = [("", "–"), unknown, *listed]  # type: ignore[attr-defined]
        self.fields["pharmacy"].choices = [("", _("the nearest")), *pharmacies]  # type: ignore[attr-defined]

    def clean_household(self) -> int:
        try:
            number = addresses.find(self.cleaned_data["household"])
        except Malformed as problem:
            raise ValidationError(problem.detail) from None
        self.lies = (place_in_scope(number) if number else None) or 0
        if number is None or not self.lies:
            raise ValidationError(_("No door of yours has this number."))
        return number

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("medicine") == OTHER:
            if not given.get("text") and "text" not in self.errors:
                self.add_error("text", _("Its name and strength."))
            if not given.get("of"):
                self.add_error("of", _("Not said yet."))
        return given

    def values(self) -> dict[str, Any]:
        found = super().values()
        which = found.pop("medicine")
        if which != OTHER:
            found["medicine"], _bar, found["of"] = which.partition("|")
            found.pop("text", None)
        return found


def units() -> Choices:
    from tongzhou.medicines.shown import english

    return [(code, term.en if english() else term.zh) for code, term in vocabulary("units").terms.items()]


class Asked(FactForm):
    """Which pharmacy is asked: the designated one stands first."""

    kind = "remedy.asked"
    pharmacy = Choice(choices=list, label=gettext_lazy("Pharmacy"))

    def __init__(self, *args: Any, pharmacies: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["pharmacy"].choices = list(pharmacies)  # type: ignore[attr-defined]


Counted = fact_form("remedy.counted", "last_dose")
Ended = fact_form("remedy.ended", "why")
Judged = fact_form("remedy.judged")


class Ready(FactForm):
    """All of it is in the bag; what is to be paid at the door."""

    kind = "script.answered"
    fen = Yuan(most=MOST, required=False, label=gettext_lazy("To be paid at the door, in yuan"))


class Partly(FactForm):
    kind = "script.answered"
    given = field(kind, "given", required=True)
    there_on = field(kind, "there_on", required=True)
    fen = Yuan(most=MOST, required=False, label=gettext_lazy("To be paid at the door, in yuan"))


class OtherBrand(FactForm):
    kind = "script.answered"
    brand = words(kind, "brand")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["brand"].required = True


class Out(FactForm):
    kind = "script.answered"
    there_on = field(kind, "there_on")


Fetched = fact_form("bag.fetched")


class Taken(FactForm):
    """Taken over at the door, and what was paid."""

    kind = "bag.handed"
    paid = Yuan(most=MOST, required=False, label=gettext_lazy("Paid, in yuan"))


Handed = fact_form("bag.handed")


class PaidNow(FactForm):
    kind = "bag.paid"
    paid = Yuan(most=MOST, label=gettext_lazy("Paid, in yuan"))


Settled = fact_form("bag.settled")
CardTaken = fact_form("card.taken", "receipt", "who")
CardPassed = fact_form("card.passed")
