"""Directives as a desk sees them: those it has to answer and those it gave, each with what can be said about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.text import Truncator

from tongzhou.directives import forms, lists, queries
from tongzhou.directives.templatetags.directives import located
from tongzhou.ledger.kinds import Said
from tongzhou.pages.ask import Ask
from tongzhou.pages.form import Form
from tongzhou.pages.table import Table

Row = dict[str, Any]


@dataclass
class Card:
    """One that a desk still has to answer. `stood_in`: that desk is not the reader's own."""

    one: Row
    line: Row
    stood_in: bool
    answer: forms.Answer
    pass_on: Form | None = None
    tasks: Form | None = None


@dataclass
class Given:
    """One that the desk gave, and who has not answered."""

    one: Row
    table: Table
    told: Form | None = None
    end: Form | None = None


class Desk:
    """The cards of a page, with their forms."""

    def __init__(self, ask: Ask, desks: Sequence[int], names: lists.Names, telephones: Mapping[int, str]) -> None:
        self.ask, self.desks, self.names, self.telephones = ask, desks, names, telephones

    def to_answer(self, one: Row, line: Row) -> Card:
        place, about = line["place"], f"directive/{one['key']}"
        own = place in self.desks
        seen = f"{line['state']} {line['at'] or line['read_at'] or ''}"
        answer = self.ask.form(
            forms.Answer, f"answer/{one['key']}/{place}", about=about, seen=seen, directive=one, place=place
        )
        self._offer(answer, lambda: [answer.answered(self.ask.now, "" if own else "stand_in")], one)
        card = Card(one, line, not own, answer)
        if own:
            self._broken_down(card, about)
        return card

    def _broken_down(self, card: Card, about: str) -> None:
        one, place, now = card.one, card.line["place"], self.ask.now
        if below := queries.below(place):
            passed = self.ask.form(
                forms.PassOn, f"pass_on/{one['key']}/{place}", about=about, above=one, places=below, now=now,
                seen=f"{len(card.line.get('passed_on', ()))} passed on",
            )  # fmt: skip
            card.pass_on = passed
            self._offer(passed, lambda: [passed.passed(place)], one)
        if grids := queries.below(place, grids=True):
            tasks = self.ask.form(
                forms.Tasks, f"tasks/{one['key']}/{place}", about=about, grids=grids, task=one.get("task"),
                seen=f"{card.line['tasks']['all']} tasks",
            )  # fmt: skip
            card.tasks = tasks
            self._offer(tasks, lambda: tasks.set(one, now), one)

    def given(self, one: Row) -> Given:
        found, about = Given(one, lists.answers(one, self.names, self.telephones)), f"directive/{one['key']}"
        if one["state"] == "open":
            silent = [line["place"] for line in one["lines"] if line["state"] != "done"]
            desks = [(str(place), located(self.names, place)) for place in silent]
            told = self.ask.form(forms.Answer, f"told/{one['key']}", about=about, directive=one, desks=desks)
            end = self.ask.form(forms.End, f"end/{one['key']}", about=about)
            found.told, found.end = told, end
            self._offer(told, lambda: [told.answered(self.ask.now, "telephone")], one)
            self._offer(end, lambda: [end.said(self.ask.now, one["place"], directive=one["key"])], one)
        return found

    def _offer(self, form: Form, says: Callable[[], list[Said]], one: Row) -> None:
        self.ask.later(partial(self.ask.take, form, says, about=short(one["text"])))


def short(text: str) -> str:
    """A matter in a receipt."""
    return Truncator(text).chars(40)
