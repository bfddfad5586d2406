"""Views of the line list that a team keeps: a name, a filter and columns. No search word is ever kept: it may be a
person's name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.cases.kinds import CARE, Classification
from tongzhou.ledger.dated import Day
from tongzhou.ledger.fold import Row, folds
from tongzhou.ledger.kinds import NO_NUMBER, Body, Fact, Said, kind
from tongzhou.ledger.known import rows
from tongzhou.ledger.ways import founds, holds
from tongzhou.pages.form import FactForm, fact_form

Column = Literal["state", "home", "place", "card", "onset", "age", "sex", "source", "investigated", "clocks"]
COLUMNS: tuple[str, ...] = Column.__args__  # type: ignore[attr-defined]
USUAL: tuple[Column, ...] = ("state", "home", "place", "card", "clocks")


@kind(
    "view.saved",
    called=gettext_noop("view saved"),
    words={
        "columns.home": gettext_noop("lives in"),
        "columns.source": gettext_noop("from list"),
        "columns.place": gettext_noop("reported in"),
    },
    sees="cases",
    said_by=CARE,
    touches=[founds("view")],
)
class ViewSaved(Body, frozen=True):
    """A view of the line list for everybody who sees cases at this place."""

    name: Annotated[str, Meta(min_length=1, max_length=40, pattern=NO_NUMBER)]
    columns: Annotated[tuple[Column, ...], Meta(min_length=1, max_length=10)] = USUAL
    state: Classification | Literal["merged"] | None = None
    since: Day | None = None
    until: Day | None = None


@kind("view.dropped", called=gettext_noop("view dropped"), sees="cases", said_by=CARE, touches=[holds("view", "view")])
class ViewDropped(Body, frozen=True):
    """Nobody needs it any more."""

    view: Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")]


@folds(
    "view",
    called=gettext_noop("view of the line list"),
    settled={"saved": "a way of looking", "dropped": "nobody needs it"},
)
def fold_view(key: str, facts: Sequence[Fact]) -> Row | None:
    saved = next((fact for fact in facts if fact.kind == "view.saved"), None)
    if saved is None:
        return None
    body: ViewSaved = saved.body
    data = {"name": body.name, "columns": list(body.columns), "state": body.state, "since": body.since,
            "until": body.until}  # fmt: skip
    gone = any(fact.kind == "view.dropped" and fact.place == saved.place for fact in facts)
    return Row(saved.place, saved.effective_at, "dropped" if gone else "saved", "cases", data)


def views() -> list[dict[str, Any]]:
    """Saved views in scope by name, each with its address."""
    found = []
    for row in rows("view", states=["saved"]):
        one = row["data"]
        asked = [(name, one[name]) for name in ("state", "since", "until") if one[name]]
        found.append({"key": row["key"], "place": row["place"], "name": one["name"],
                      "query": urlencode([*asked, *(("column", c) for c in one["columns"])])})  # fmt: skip
    return sorted(found, key=lambda one: str(one["name"]))


def columns(asked: QueryDict) -> list[str]:
    """The columns in the address, in their usual order; the usual ones where none is named."""
    wanted = set(asked.getlist("column"))
    return [name for name in COLUMNS if name in wanted] or list(USUAL)


Keep = fact_form("view.saved", "name")


class Drop(FactForm):
    """A view that is on the screen goes."""

    kind = "view.dropped"
    view = forms.CharField(widget=forms.HiddenInput)


def save(form: FactForm, asked: QueryDict, place: int, now: dt.datetime) -> Said:
    """The view on the screen (its address) under a name."""
    shown: dict[str, Any] = {name: asked.get(name) or None for name in ("state", "since", "until")}
    return form.said(now, place, columns=columns(asked), **shown)
