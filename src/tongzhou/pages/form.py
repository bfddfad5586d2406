"""A form that says one kind of fact: made from the kind, drawn by one template, redrawn with all that was typed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import uuid_utils.compat as uuids
from django import forms
from django.forms import BoundField

from tongzhou.api import say
from tongzhou.ledger.kinds import Said
from tongzhou.pages.fields import GONE, Offers, field
from tongzhou.problems import Malformed, Problem, Stale


@dataclass(frozen=True)
class Became:
    """Who did what in the meantime, at which minute."""

    who: str
    what: str
    at: str


class Form(forms.Form):
    """Any form of a page. `name` tells several on one page apart; `id` is made with the page, so that pressing twice
    says once; `about` is the subject that it speaks of; `seen`: how that stands, as its author saw it: where it stands
    otherwise when the form arrives, nothing is said; `draft`: this tab keeps what is typed until it is sent.

    `records`: something is written down by it; where nothing would be (signing in), a refusal does not say so.

    `musts`: fields that its own rules ask for, though each may be empty by itself.

    `buttons`: the field of a closed list that is chosen by pressing, the usual answer first; `grave`: those of its
    choices that people regret, drawn apart from their neighbours."""

    draft: ClassVar[bool] = False
    narrows: ClassVar[bool] = False
    records: ClassVar[bool] = True
    musts: ClassVar[frozenset[str]] = frozenset()
    buttons: ClassVar[str] = ""
    grave: ClassVar[frozenset[str]] = frozenset()
    about = ""
    name = ""
    seen = ""
    became: Became | None = None
    late = ""  # the words of a refusal that `became` says better

    def __init__(self, *args: Any, name: str = "", about: str = "", seen: str = "", **options: Any) -> None:
        options.setdefault("auto_id", f"{name}-%s" if name else "id_%s")
        super().__init__(*args, **options)
        self.name, self.about, self.seen = name, about, seen
        self._number = self.data.get("id", "") if self.is_bound else str(uuids.uuid7())

    @property
    def number(self) -> str:
        """The number of this form as its page holds it."""
        return str(self._number)

    @property
    def fact_id(self) -> uuid.UUID:
        """The id of the fact that it says. Raises Malformed where somebody made it up."""
        return say.form_id(self.number)

    @property
    def changed(self) -> bool:
        """Does what it speaks of stand otherwise than its author saw?"""
        return self.is_bound and self.data.get("seen", self.seen) != self.seen

    def too_late(self) -> bool:
        """Was something chosen that was not open any more when it arrived?"""
        late = [n for n, errors in self.errors.as_data().items() if any(one.code == GONE for one in errors)]
        for name in late:
            del self.errors[name]
        return bool(late)

    def refused(self, problem: Problem) -> None:
        """A refusal of the ledger or of a rule, beside the field that it names, else above the form; of several reasons
        each beside its own."""
        told = problem.as_page()
        if problem.reasons:
            self.add_error(None, " ".join(told[name] for name in ("message", "next") if told.get(name)))
            for field, words in problem.reasons:
                self.add_error(field if field in self.fields else None, words)
            return
        words = problem.detail or told["message"]
        if problem.detail and not isinstance(problem, Malformed):
            words = f"{told['message']} {problem.detail}"
        if not problem.field and told.get("next"):
            words = f"{words} {told['next']}"
        self.late = words if self.became else ""
        self.add_error(problem.field if problem.field in self.fields else None, words)

    def values(self) -> dict[str, Any]:
        """What was filled in, as the body of a fact has it; what was left open is left out."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}

    def checked(self) -> Self:
        """This form, right in all its fields. Raises Malformed naming the first that is not, Stale where something was
        chosen that is not open any more."""
        if not self.is_valid():
            if self.too_late():
                raise Stale()
            name, errors = next(iter(self.errors.items()))
            raise Malformed(str(errors[0]), "" if name == "__all__" else name)
        return self

    @property
    def asked(self) -> list[BoundField]:
        """The fields that are filled in, without the one that is pressed."""
        return [one for one in self.visible_fields() if one.name != self.buttons]

    @cached_property
    def marked(self) -> dict[str, str]:
        """Which fields say that they are `required`, or that they are `optional`: whichever are fewer, and none where
        all are alike or the form only narrows a list."""
        needed = {one.name: one.field.required or one.name in self.musts for one in self.asked if not _answered(one)}
        n = sum(needed.values())
        if self.narrows or n in (0, len(needed)):
            return {}
        few = 2 * n < len(needed)
        return {name: "required" if few else "optional" for name, must in needed.items() if must == few}

    @property
    def pressed(self) -> list[tuple[str, str, bool]]:
        """The buttons: code, words, whether people regret it."""
        if not self.buttons:
            return []
        offered = [(str(code), str(words)) for code, words in self.fields[self.buttons].choices if code != ""]  # type: ignore[attr-defined]
        return [(code, words, code in self.grave) for code, words in offered]

    @property
    def wrong(self) -> list[tuple[str, str, str]]:
        """Every error in the order of the page: the id of its field, its label, the words."""
        found = [("", "", str(error)) for error in self.non_field_errors() if str(error) != self.late]
        for one in self:
            found += [(one.id_for_label or one.auto_id, str(one.label), str(error)) for error in one.errors]
        return found


class FactForm(Form):
    """A form made by `fact_form`."""

    kind: ClassVar[str]

    def said(self, at: dt.datetime, place: int | None, /, *, n: int = 0, **known: Any) -> Said:
        """The fact: what was filled in, and what the page knows. Where the kind's field is chosen several times over or
        in another unit, the field gave it so. `n`: a further fact of the same form; `home`, `reporting`, `behalf`,
        `saw`, `corrects` go into the envelope."""
        envelope = {
            name: known.pop(name) for name in ("home", "reporting", "behalf", "saw", "corrects") if name in known
        }
        id = say.next_id(self.fact_id, n) if n else self.fact_id
        return say.said(self.kind, id, at, place, self.values() | known, **envelope)


def fact_form(kind: str, *names: str, offers: Mapping[str, Offers] | None = None, **options: Any) -> type[FactForm]:
    """The class of a form for some fields of a kind, in this order. `offers`: choices by field, where the kind names no
    list; further options by field as a dictionary (`age={"required": True}`)."""
    offered = offers or {}
    fields = {name: field(kind, name, offers=offered.get(name), **options.get(name, {})) for name in names}
    return type(f"Form_{kind}", (FactForm,), {**fields, "kind": kind})


class Confirm(Form):
    """A button and nothing to fill in."""


class Filter(Form):
    """What a page is narrowed by, in its address: nothing has to be filled in. What cannot be is told beside its field,
    and the page stands as it does without it."""

    narrows = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="by-%s", **options)
        for one in self.fields.values():
            one.required = False

    def told(self, name: str) -> Any:
        """What was asked for under a name, as its field reads it; None where nothing was, or what cannot be."""
        self.is_valid()
        return self.cleaned_data.get(name) or None


def _answered(bound: BoundField) -> bool:
    """Is to leave it as it stands an answer in words of its own (*in my own post*), and no gap?"""
    stands = next((str(words) for code, words in getattr(bound.field, "choices", ()) if code == ""), "")
    return bool(stands.strip("-– "))
