"""Acts: what somebody can do about a thing that is owed, where they see it, without another page.

A work folder declares its acts beside its forms; the page of today draws them and says what they come to. What an act
asks for are the fields of a form: their words, choices and errors stand there, as on every other page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.forms import BoundField
from django.http import QueryDict

from tongzhou.ledger import worded
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.work import WORK, WorkItem
from tongzhou.pages.form import FactForm, Form, fact_form
from tongzhou.people.scope import Holder


@dataclass(frozen=True)
class Given:
    """What an act is made from: the form as sent, the row it is about (its data, `key`, `place`, `state`), the desk
    that owes, the moment, and who acts."""

    form: QueryDict
    one: dict[str, Any]
    at: int
    now: dt.datetime
    holder: Holder


@dataclass(frozen=True)
class Act:
    """One button. `form`: what it asks for, of which `asks` are drawn (all), made `with_` something of the row;
    `sends`: what it adds to that; `grave`: what people regret, kept apart from its neighbours; `own`: only the post
    that owes first says it, nobody to whom it came up puts it into its mouth; `page`: where the work is done instead,
    where it needs a page of its own. `to`: what it is done to, in words; `carries`: what its author sees of that, sent
    with the form; `when`: offered only where this holds."""

    name: str
    label: str
    says: Callable[[Given], Sequence[Said]] | None = None
    form: Callable[..., Form] | None = None
    asks: tuple[str, ...] = ()
    with_: Callable[[dict[str, Any]], Mapping[str, Any]] | None = None
    sends: Mapping[str, str] = field(default_factory=dict)
    grave: bool = False
    own: bool = False
    page: Callable[[dict[str, Any]], str] | None = None
    to: Callable[[dict[str, Any]], str] | None = None
    carries: Callable[[dict[str, Any]], Mapping[str, str]] | None = None
    when: Callable[[dict[str, Any]], bool] | None = None

    def facts(self, given: Given) -> list[Said]:
        """What is said when the button is pressed."""
        assert self.says is not None
        return list(self.says(Given(self.sent(given.form), given.one, given.at, given.now, given.holder)))

    def sent(self, form: QueryDict) -> QueryDict:
        """A form as it came, with what the button adds."""
        full = form.copy()
        for name, value in self.sends.items():
            full[name] = value
        return full

    def made(self, one: dict[str, Any], name: str, typed: QueryDict | None = None) -> Form | None:
        """Its form for a row, filled with what was typed."""
        if self.form is None:
            return None
        more = self.with_(one) if self.with_ else {}
        made = self.form(None if typed is None else self.sent(typed), auto_id=f"{name}-%s", **more)
        # Few fields, each by itself below a button: what has to be filled in says so, also where it is the only one.
        made.marked = {one.name: "required" for one in made.asked if one.field.required or one.name in made.musts}
        return made

    def fields(self, form: Form | None) -> list[BoundField]:
        """What it asks for: nothing that leaves nothing to choose."""
        asked = form.asked if form else []
        named = [one for one in asked if (not self.asks or one.name in self.asks) and one.name not in self.sends]
        return [one for one in named if one.field.required or codes(one) is None or codes(one)]


def codes(one: BoundField) -> list[str] | None:
    """What may be chosen in a field; None where nothing is chosen from a list."""
    choices = getattr(one.field, "choices", None)
    return None if choices is None else [str(code) for code, _words in choices if code != ""]


ACTS: dict[str, tuple[Act, ...]] = {}
# What the lines of one duty are drawn with beside their rows, read once for a page: it fills the rows that it is given.
# A row's `told` holds sentences that stand on the line; `called` and `where`, where they are given, stand there instead
# of what the subject is called and where it lies.
Reads = Callable[[Sequence[dict[str, Any]], Holder, dt.datetime], None]
READS: dict[str, Reads] = {}


def acts(what: str, *offered: Act, reads: Reads | None = None) -> None:
    """Register the acts by which a duty is done, the usual one first."""
    if what in ACTS:
        raise ValueError(f"{what} has acts already")
    ACTS[what] = offered
    if reads:
        READS[what] = reads


def saying(form: type[FactForm], key: str, *, here: bool = False, **known: Any) -> Callable[[Given], list[Said]]:
    """What says the fact of a form about the row, whose key its field `key` holds: at the desk that owes, or `here`, at
    the row's own place."""

    def says(given: Given) -> list[Said]:
        filled = form(given.form).checked()
        return [filled.said(given.now, given.one["place"] if here else given.at, **known, **{key: given.one["key"]})]

    return says


def of_work_items() -> None:
    """Every work item whose folder declares no acts has those that its answer offers: one for each outcome."""
    for what, item in WORK.items():
        if what not in ACTS:
            acts(what, *(_answer(item, code) for code in worded.codes(item.told_by, "outcome")))


def _answer(item: WorkItem, outcome: str) -> Act:
    form = fact_form(item.told_by, *item.told_of)
    says = saying(form, item.noun, outcome=outcome)
    return Act(outcome, worded.words(item.told_by, "outcome", outcome), says, form)
