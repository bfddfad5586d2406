"""The page of a work item: what is open, its answer, a form to open another, and what is over; all from its kinds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from tongzhou.api.asked import behind
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import KINDS
from tongzhou.ledger.time import stamp
from tongzhou.ledger.work import WorkItem
from tongzhou.pages.ask import Ask
from tongzhou.pages.fields import Choice
from tongzhou.pages.form import FactForm, fact_form
from tongzhou.pages.table import Column, Table
from tongzhou.places.queries import names

AT = "at"  # the field that asks for the desk, where somebody holds more than one


def work_page(ask: Ask, item: WorkItem, title: str) -> HttpResponse:
    """The page of a work item for whoever may see it. Whoever may open one finds the form; a row that its reader may
    answer leads to the answer."""
    desks = _desks(ask, item.opened)
    answering = bool(_desks(ask, item.told_by))
    asks = _asks(ask, item, desks) if desks else None
    waiting = item.open()
    answer = _answer(ask, item, waiting) if answering else None
    done = ask.take(asks, lambda: [asks.said(ask.now, _desk(asks, desks))]) if asks else None
    if done is None and answer:
        form, place, key = answer
        done = ask.take(form, lambda: [form.said(ask.now, place, **key)], to=ask.request.path)
    if done:
        return done
    asked, told = _columns(item.opened, item.asked), _columns(item.told_by, ("outcome", *item.told_of))
    by = Column("place", gettext_noop("Place"), lambda one: _placed(one["place"]))
    due = Column("due", gettext_noop("By"), lambda one: stamp(one["due"]) if one["due"] else "", sort="moment")
    when = Column("answered_at", gettext_noop("When"), lambda one: stamp(one["answered_at"]), sort="moment")
    since = Column("asked_at", gettext_noop("Since"), lambda one: stamp(one["asked_at"]), sort="moment")
    over = item.over(after=behind(ask.given("after")))
    return ask.show(
        "pages/fact.html",
        title=_(title),
        asks=asks,
        asked=worded.called(item.opened),
        answer=answer[0] if answer else None,
        answered=_(item.do) or worded.called(item.told_by),
        open=Table(
            _(title), [*asked, by, since, *([due] if any(one["due"] for one in waiting) else [])], waiting,
            empty=_("Nothing is open."),
            href=(lambda one: f"?open=answer-{one['key']}#answer") if answering else None,
        ),
        over=Table(_("Over"), [*asked, *told, by, when], over.rows, empty=_("Nothing yet."), page=over),
    )  # fmt: skip


def _desks(ask: Ask, kind: str) -> Sequence[int]:
    """The places for which the reader may say a kind."""
    said_by = KINDS[kind].said_by
    return sorted({place for role, place in ask.holder.places if "*" in said_by or role in said_by})


def _asks(ask: Ask, item: WorkItem, desks: Sequence[int]) -> FactForm:
    form = ask.form(fact_form(item.opened, *item.asked), name="asks")
    if len(desks) > 1:
        offered = [("", "–"), *((str(one), _placed(one)) for one in desks)]
        form.fields[AT] = Choice(choices=lambda: offered, number=True, label=_("Place"))
    return form


def _desk(form: FactForm, desks: Sequence[int]) -> int:
    return int(form.cleaned_data.pop(AT, desks[0]))


def _answer(ask: Ask, item: WorkItem, waiting: Iterable[dict[str, Any]]) -> tuple[FactForm, int, dict[str, Any]] | None:
    """The form that answers the item whose row was opened, the place where it is said, and the item's key."""
    form = fact_form(item.told_by, "outcome", *item.told_of)
    for one in waiting:
        if ask.opens(f"answer-{one['key']}"):
            about = f"{item.noun}/{one['key']}"
            return ask.form(form, name=f"answer-{one['key']}", about=about), one["place"], {item.noun: one["key"]}
    return None


def _columns(kind: str, fields: Iterable[str]) -> list[Column]:
    return [Column(name, worded.name(kind, name), lambda one, name=name: _cell(kind, name, one)) for name in fields]  # type: ignore[misc]


def _cell(kind: str, name: str, one: dict[str, Any]) -> str:
    """A field of a row in words: the outcome is its state."""
    value = one["state"] if name == "outcome" else one.get(name)
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if worded.codes(kind, name):
        return _(", ").join(worded.choice(kind, name, code) for code in (value if isinstance(value, list) else [value]))
    unit = worded.unit(name)
    return f"{value} {unit}".strip()


def told(item: WorkItem, data: dict[str, Any]) -> list[str]:
    """What was asked, in a few words: choices as they are, numbers with what they count."""
    found = []
    for name in item.asked:
        if words := _cell(item.opened, name, data):
            found.append(words if worded.codes(item.opened, name) else f"{worded.label(item.opened, name)}: {words}")
    return found


def _placed(place: int) -> str:
    found = names([place]).get(place)
    return "" if found is None else found.name_zh if get_language() == "zh-hans" else found.name_en
