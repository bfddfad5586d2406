"""The forms of measures and appeals. Their fields come from the kinds; places are named as people name them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tongzhou.ledger import worded
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import zone
from tongzhou.measures import gate
from tongzhou.measures.places import Besides, Buildings, Picked, Where
from tongzhou.pages.fields import REQUIRED, Choice, Several
from tongzhou.pages.form import fact_form
from tongzhou.problems import LooksAlike, Problem

_label: Any = lazy(worded.label, str)
HELP = {
    "venue": gettext_noop("As the list of sites shows it."),
    "exposure": gettext_noop("Left open: whoever is there, by no exposure."),
    "data_end": gettext_noop("Where nothing is collected, leave it empty."),
    "basis": gettext_noop("As in: Infectious Disease Law, article 42."),
    "review": gettext_noop("Left open: at half of its days, by day, no later than the gate allows."),
    "passes": gettext_noop("The gate asks for all of them; whoever comes for one is let through without proof."),
    "support": gettext_noop("The gate asks for all of them: whoever is bound is cared for."),
    "translation": gettext_noop("For whoever reads only that one; else the page says in which it is written."),
    "evidence": gettext_noop(
        "Figures of these days and this place; hearsay and orders are none. They are public: below the county write no"
        " count of one to four people, they may tell who it is."
    ),
    "life": gettext_noop("Then it may be public shortly after it starts, within the hours that the gate allows."),
}  # fmt: skip
PLACED = ("places", "picked", "buildings")  # made here, not from the kind


@dataclass(frozen=True)
class Section:
    """A part of the long form: its fields, and those that most measures leave open, folded away."""

    id: str
    title: str
    fields: Sequence[Any]
    folded: Sequence[Any]
    wrong: bool
    opened: bool


# What a proposal asks, in the order in which somebody thinks of it: id, title, fields, folded fields.
SECTIONS = (
    ("what", gettext_noop("What is asked"), ("type", "limits", "text", "translation"), ("outing_days",)),
    ("where", gettext_noop("Where, and for whom"), ("places", "picked", "groups"),
     ("buildings", "exposure", "venue", "exposed_from", "exposed_to")),
    ("when", gettext_noop("From when, until when"), ("start", "until", "review"), ("life",)),
    ("still", gettext_noop("What people may still do, and what they are given"), ("passes", "support"), ()),
    ("why", gettext_noop("By which law, and why"), ("basis", "aim", "evidence", "lighter", "why"), ()),
    ("answers", gettext_noop("Who answers, and what is collected"),
     ("appeal", "telephone", "collects", "data_end"), ()),
)  # fmt: skip
DRAFTED = [name for _id, _title, fields, folded in SECTIONS for name in (*fields, *folded) if name not in PLACED]
OPEN = {"exposure", "exposed_from", "exposed_to", "life", "data_end", "review"}


WORK = range(9, 18)  # a review that the program proposes falls into these hours


def at_work(moment: dt.datetime, start: dt.datetime) -> dt.datetime:
    """The same moment, or the last full hour of work before it, where that is still after the start."""
    local = moment.astimezone(zone())
    if local.hour in WORK:
        return moment
    back = local if local.hour >= WORK.stop else local - dt.timedelta(days=1)
    earlier = back.replace(hour=WORK.stop - 1, minute=0, second=0, microsecond=0)
    return earlier if earlier > start else moment


class _Placed(forms.Form):
    """What the two forms that found a measure share: where, and who answers appeals."""

    def place_it(self, covers: str, appeals: Sequence[tuple[int, str]]) -> None:
        self.fields["places"] = Where(covers=covers, label=gettext_lazy("Where, by name"), help_text=gettext_lazy(
            "Streets, communities or villages, one after another: never wider than the county."))  # fmt: skip
        self.fields["buildings"] = Buildings(
            label=gettext_lazy("Buildings, if not all"), required=False, max_length=200
        )
        self.fields["appeal"].choices = [("", "–"), *((str(place), words) for place, words in appeals)]  # type: ignore[attr-defined]


_Draft = fact_form("measure.drafted", *DRAFTED, "renews", offers={"appeal": ()},
                   **{name: {"required": False} for name in OPEN})  # fmt: skip
_Found = fact_form("measure.found", "type", "text", "limits", "by_origin", "basis", "number", "until", "appeal",
                   offers={"appeal": ()}, by_origin={"required": False})  # fmt: skip


class Draft(_Placed, _Draft):  # type: ignore[misc, valid-type]
    """A measure as it is put to the level above."""

    draft = True

    def __init__(self, *args: Any, covers: str, appeals: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.place_it(covers, appeals)
        self.fields["places"].required = False
        self.fields["picked"] = Picked(covers=covers, required=False, label=gettext_lazy("Ticked in the list"))
        self.fields["beside"] = Besides(required=False, label=_label("measure.drafted", "beside"))
        self.fields["renews"].widget = forms.HiddenInput()
        for name, words in HELP.items():
            self.fields[name].help_text = _(words)
        self.order_fields([name for _id, _title, fields, folded in SECTIONS for name in (*fields, *folded)])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        places = [*(given.get("places") or ()), *(given.pop("picked", None) or ())]
        if places:
            given["places"] = list(dict.fromkeys(places))
        elif "places" not in self.errors:
            self.add_error("places", REQUIRED["required"])
        if given.get("outing_days") and "leaving" not in (given.get("limits") or ()):
            self.add_error("outing_days", _("Only where leaving the compound is limited."))
        self._open_ends(given)
        return given

    def _open_ends(self, given: dict[str, Any]) -> None:
        """What was left open and follows from the rest: the review, and the day of deletion where nothing is kept."""
        start, until = moment_in(given.get("start")), moment_in(given.get("until"))
        if start and until and not given.get("review") and "review" not in self.errors:
            half = start + dt.timedelta(hours=(until - start) // dt.timedelta(hours=2))
            given["review"] = at_work(min(start + dt.timedelta(days=gate.review_days()), half), start).isoformat()
        if not given.get("data_end") and "data_end" not in self.errors and given.get("collects"):
            if given["collects"] != "nothing":
                self.add_error("data_end", REQUIRED["required"])
            elif given.get("until"):  # nothing is to be deleted: nobody is asked for the day
                given["data_end"] = given["until"][:10]

    def refused(self, problem: Problem) -> None:
        if isinstance(problem, LooksAlike):
            told = problem.as_page()
            self.add_error("beside", f"{told['message']} {told['next']}")
        else:
            super().refused(problem)

    def unjudged(self) -> None:
        """The picker was used: what was typed stays as it is, and nothing of it is judged yet."""
        self._errors = ErrorDict()

    @property
    def sections(self) -> list[Section]:
        found = []
        for id, title, names, folded in SECTIONS:
            shown, hidden = [self[name] for name in names if name != "picked"], [self[name] for name in folded]
            wrong = any(one.errors for one in (*shown, *hidden))
            found.append(Section(id, _(title), shown, hidden, wrong, any(one.errors or one.value() for one in hidden)))
        return found


class Found(_Placed, _Found):  # type: ignore[misc, valid-type]
    """A closure that holds in fact."""

    draft = True

    def __init__(self, *args: Any, covers: str, appeals: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.place_it(covers, appeals)
        self.order_fields(["type", "text", "limits", "places", "buildings"])


Approve = fact_form("measure.approved", "number")
Decline = fact_form("measure.declined", "text")
Drop = fact_form("measure.dropped")
Review = fact_form("measure.reviewed", "evidence", "review")
End = fact_form("measure.ended", "text")
Answer = fact_form("appeal.answered", "outcome", "text")
Told = fact_form("appeal.made", "held_up", "sort", "text", "urgent", "channel", urgent={"required": False})
# A household's page is read by everybody who lives there: whoever flees from one of them says so by telephone alone.
AT_HOME = tuple(code for code in worded.codes("appeal.made", "held_up") if code != "domestic_violence_escape")
Said = fact_form("appeal.made", "held_up", "sort", "text", "urgent", held_up={"only": AT_HOME},
                 urgent={"required": False})  # fmt: skip


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
