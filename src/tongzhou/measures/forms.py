"""The forms of measures and appeals. Their fields come from the kinds; places are named as people name them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tongzhou.measures import kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.pages.fields import REQUIRED, Choice, Several, Typed
from tongzhou.pages.form import fact_form

_BELOW = """
select distinct on (n.place) n.place, n.name_zh, n.name_en from places_name n
where n.place <@ %s::int4multirange and (n.name_zh like any(%s) or lower(n.name_en) like any(%s))
order by n.place, n.valid_from desc
"""
_SPLIT = re.compile(r"[、,，;；\n]+")


class Where(Typed):
    """Places by their names, within `covers`, as people say them: without the mark of an invented place, and short
    where one place only begins so. A word that none or several of them begin with is refused, with what it may mean."""

    def __init__(self, *, covers: str = "{}", **options: Any) -> None:
        self.covers = covers
        super().__init__(max_length=600, **options)

    def read(self, text: str) -> list[int]:
        said = [_bare(word) for word in _SPLIT.split(text) if word.strip()]
        begins = [re.sub(r"([%_\\])", r"\\\1", word) + "%" for word in said]
        with connection.cursor() as cursor:
            cursor.execute(_BELOW, [self.covers, begins, [word.lower() for word in begins]])
            found = [(place, _bare(zh), _bare(en)) for place, zh, en in cursor.fetchall()]
        return list(dict.fromkeys(_meant(word, found) for word in said))


def _bare(name: str) -> str:
    """A name as people type it: without what stands behind it in brackets, such as "(invented)"."""
    return re.split(r"\s*[（(]", name, maxsplit=1)[0].strip()


def _meant(word: str, found: Sequence[tuple[int, str, str]]) -> int:
    """The one place that is called so, or whose name begins so. Raises ValidationError."""
    low = word.lower()
    exact = [one for one in found if word == one[1] or low == one[2].lower()]
    named = exact or [one for one in found if one[1].startswith(word) or one[2].lower().startswith(low)]
    if not named:
        raise ValidationError(_("“%(word)s” is no place of yours; as in the list of places.") % {"word": word[:40]})
    if exact[1:]:
        raise ValidationError(
            _("“%(word)s” is the name of several of your places; say the smaller ones.") % {"word": word[:40]}
        )
    if named[1:]:
        chinese = (get_language() or "").startswith("zh")
        names = _(", ").join(one[1] if chinese else one[2] for one in named[:6])
        if beyond := len(named[6:]):
            names = _("%(names)s and %(n)d more") % {"names": names, "n": beyond}
        raise ValidationError(_("“%(word)s” may be %(names)s; say which.") % {"word": word[:40], "names": names})
    return named[0][0]


class Buildings(Typed):
    """Numbers of buildings: 3、5、12A."""

    def read(self, text: str) -> list[str]:
        found = [word.strip().removesuffix("栋").removesuffix("号楼") for word in _SPLIT.split(text) if word.strip()]
        if odd := next((word for word in found if not re.fullmatch(r"[0-9A-Za-z]{1,6}", word)), None):
            raise ValidationError(_("“%(word)s” is no number of a building.") % {"word": odd[:40]})
        return list(dict.fromkeys(found))


class _Placed(forms.Form):
    """What the two forms that found a measure share: where, and who answers appeals."""

    def place_it(self, covers: str, appeals: Sequence[tuple[int, str]]) -> None:
        self.fields["places"] = Where(
            covers=covers, label=gettext_lazy("Where, by name"),
            help_text=gettext_lazy("Streets, communities or villages, one after another: never wider than the county."),
        )  # fmt: skip
        self.fields["buildings"] = Buildings(
            label=gettext_lazy("Buildings, if not all"), required=False, max_length=200
        )
        self.fields["appeal"].choices = [("", "–"), *((str(place), words) for place, words in appeals)]  # type: ignore[attr-defined]
        order = [name for name in self.fields if name not in ("places", "buildings", "appeal")]
        order[3:3] = ["places", "buildings"]
        self.order_fields([*order, "appeal"])


_Draft = fact_form(
    "measure.drafted", "type", "text", "limits", "outing_days", "groups", "exposure", "venue", "exposed_from",
    "exposed_to", "start", "until", "review", "basis", "aim", "evidence", "lighter", "why", "passes", "support",
    "collects", "data_end", "telephone", "life", "appeal", "renews", offers={"appeal": ()},
    exposed_from={"required": False}, exposed_to={"required": False}, life={"required": False},
    data_end={"required": False},
)  # fmt: skip
_Found = fact_form(
    "measure.found",
    "type",
    "text",
    "limits",
    "basis",
    "number",
    "until",
    "appeal",
    offers={"appeal": ()},
)


class Draft(_Placed, _Draft):  # type: ignore[misc, valid-type]
    """A measure as it is put to the level above."""

    draft = True

    def __init__(self, *args: Any, covers: str, appeals: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.place_it(covers, appeals)
        self.fields["renews"].widget = forms.HiddenInput()
        self.fields["venue"].help_text = _("As the list of sites shows it.")
        self.fields["data_end"].help_text = _("Where nothing is collected, leave it empty.")
        self.fields["basis"].help_text = _("As in: Infectious Disease Law, article 42.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("outing_days") and "leaving" not in (given.get("limits") or ()):
            self.add_error("outing_days", _("Only where leaving the compound is limited."))
        if not given.get("data_end") and "data_end" not in self.errors and given.get("collects"):
            if given["collects"] != "nothing":
                self.add_error("data_end", REQUIRED["required"])
            elif until := given.get("until"):  # nothing is to be deleted: nobody is asked for the day
                given["data_end"] = until[:10]
        return given


class Found(_Placed, _Found):  # type: ignore[misc, valid-type]
    """A closure that holds in fact."""

    draft = True

    def __init__(self, *args: Any, covers: str, appeals: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.place_it(covers, appeals)


Approve = fact_form("measure.approved", "number")
Decline = fact_form("measure.declined", "text")
Review = fact_form("measure.reviewed", "evidence", "review")
End = fact_form("measure.ended", "text")
Answer = fact_form("appeal.answered", "outcome", "text")
Told = fact_form("appeal.made", "sort", "text", "urgent", "channel", urgent={"required": False})
Said = fact_form("appeal.made", "sort", "text", "urgent", urgent={"required": False})


class Ease(fact_form("measure.eased", "lifts", "outing_days", "until", "text", lifts={"required": False})):  # type: ignore[misc]
    """Of what is limited now, what is no longer; of the places, those that are free."""

    def __init__(self, *args: Any, now: Mapping[str, Any], places: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        lifts = self.fields["lifts"]
        lifts.gone = {one[0] for one in lifts.choices}
        lifts.choices = [one for one in lifts.choices if one[0] in now["limits"]]
        if len(places) > 1:
            self.fields["frees"] = Several(choices=[(str(one), words) for one, words in places], required=False,
                                           label=gettext_lazy("Places where it no longer holds"))  # fmt: skip
        if not now.get("outing_days"):
            del self.fields["outing_days"]

    def values(self) -> dict[str, Any]:
        given: dict[str, Any] = super().values()
        return given | ({"frees": [int(one) for one in given["frees"]]} if given.get("frees") else {})


class Look(fact_form("measure.checked", "gone")):  # type: ignore[misc]
    """Is it gone, at one of these places?"""

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"] = Choice(choices=lambda: [(str(one), words) for one, words in places], number=True,
                                      label=gettext_lazy("Where"), few=len(places) <= 4)  # fmt: skip
