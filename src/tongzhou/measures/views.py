"""The desk's pages of measures: what waits, and one measure: approve, review, ease, end, appeals."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.api import say
from tongzhou.api.lists import WITHHELD
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.ranges import contains
from tongzhou.measures import by_number, forms, gate, notice, register, shelf
from tongzhou.measures.drafting import FINDS, named_places, others, own
from tongzhou.measures.entry import FOUND, Measure
from tongzhou.measures.held import around
from tongzhou.measures.tables import SHOWN, running
from tongzhou.measures.vocabulary import APPROVES, DECIDES
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Confirm
from tongzhou.pages.templatetags.pages import named
from tongzhou.people.scope import Holder, names_of_staff, union
from tongzhou.problems import NotFound

DESK = ("commander", "duty_officer", "law_desk", "community_lead")


@page("measures", roles=DESK)
def desk(ask: Ask) -> HttpResponse:
    """What waits for a word, what is in force and until when, what stands without leave, who disagrees."""
    found = [*register.measures(ask.now, states=("drafted", "declined")), *_near(ask)]
    places = notice.places_of(found)
    by = {phase: [one for one in found if one.phase == phase] for phase in notice.PHASES}
    mine = [one for one in by["drafted"] if _holds(ask, APPROVES, one.data["approver"])]
    waiting, runs = register.appeals(), [*by["in_force"], *by["lifted"], *by["coming"]]
    return ask.show(
        "measures/desk.html",
        to_approve=[(one, notice.title(one, places)) for one in mine],
        proposed=[(one, notice.title(one, places)) for one in by["drafted"] if one not in mine],
        declined=[(one, notice.title(one, places)) for one in by["declined"]],
        table=running(runs, places, ask.now), more=max(0, len(runs) - SHOWN),
        in_fact=[(one, notice.title(one, places), _lacks(one)) for one in by["in_fact"]],
        over=[(one, notice.title(one, places)) for one in [*by["over"], *by["ended"]] if one.state == "on_site"],
        appeals=[one | {"title": notice.title(about, places)} for one in waiting
                 for about in found if about.key == one["about"]],
        proposes=bool(set(DECIDES) & ask.holder.roles.keys()),
    )  # fmt: skip


def _near(ask: Ask) -> list[Measure]:
    """Of the public register, what touches an area of the reader's desks: decided there, holding there or around it."""
    covers = union([ask.holder.roles[role] for role in DESK if role in ask.holder.roles])
    own = {place for role, place in ask.holder.places if role in DESK}
    over = {unit for units in around(connection, own).values() for unit in units}

    def near(one: Measure) -> bool:
        where = (one.place, *one.data["places"], *one.data.get("freed", ()))
        return any(contains(covers, place) or place in over for place in where)

    return [entry.one for entry in shelf.entries(ask.now) if near(entry.one)]


def _withheld(holder: Holder, row: dict[str, Any]) -> frozenset[str]:
    """The free words of whoever found a closure are told at the desks that settle it alone, to programs too."""
    covers = union([holder.roles[role] for role in DESK if role in holder.roles])
    where = (row["place"], row["data"].get("appeal"), *row["data"].get("places", ()))
    own = any(place and contains(covers, place) for place in where)
    return FOUND if "found_at" in row["data"] and not own else frozenset()


WITHHELD["measure"] = _withheld


def _lacks(one: Measure) -> str:
    return _(", ").join(_(notice.DEFECTS[code]) for code in one.lacks)


def _holds(ask: Ask, roles: Sequence[str], place: int | None) -> bool:
    return place is not None and any(role in roles and held == place for role, held in ask.holder.places)


@page("measures", roles=(*FINDS, "law_desk"))
def work(ask: Ask, key: str) -> HttpResponse:
    """One measure at the desk: what its reader may say of it now, and nothing else."""
    one = register.one(key, ask.now)
    if one is None:
        raise NotFound()
    places = notice.places_of([one])
    title, data = notice.title(one, places), one.data
    acts = _acts(ask, one)
    for name, (form, says) in acts.items():
        if done := ask.take(form, says, about=title, to=_next(ask, name, form)):
            return done
    part = ask.holder.by in (one.data.get("by"), one.data.get("decided_by"))  # they leave the answer to somebody else
    appeals = [row | {"form": _answering(ask, row), "part": part} for row in register.appeals(one.key)]
    for row in appeals:
        if row["form"] and (done := ask.take(row["form"], _answers(ask, row), about=title)):
            return done
    hidden = _withheld(ask.holder, {"place": one.place, "data": one.data})
    return ask.show(
        "measures/work.html", one=one.without(hidden), title=title,
        acts={name: form for name, (form, _says) in acts.items()},
        alike=others(ask, one.data, [one.key]) if one.phase == "drafted" else [], appeals=appeals,
        answered=register.answered(one.key),
        sentences=[] if one.found else notice.sentences(one, places),
        to_read=[(worded.label(notice.KIND, field), words) for field, words in gate.to_read(one.data)]
        if "approve" in acts else [],
        small_counts=gate.small_counts(one.data) if "approve" in acts else [],
        where=notice.where(one, places), lacks=_lacks(one), phase=_(notice.PHASES[one.phase]),
        decided_by=names_of_staff({by}).get(by, "") if (by := data.get("decided_by")) else "",
        approver=named(places.get(one.data.get("approver") or 0)), changes=notice.changes(one),
        gone=[(words, one.data["gone"].get(str(place))) for place, words in named_places(one.data["places"])],
    )  # fmt: skip


def _next(ask: Ask, name: str, form: Any) -> str:
    """Where an act leads: here, to the desk where nothing is left here, or to what is said to whoever rang."""
    if name == "told" and form.is_bound and form.is_valid():
        return by_number.after(str(form.fact_id), ask)
    return reverse("measures_desk") if name == "withdraw" else ""


def _acts(ask: Ask, one: Measure) -> dict[str, tuple[Any, Any]]:
    """The acts that are open to the reader at this moment, each with what it says."""
    about, data = f"measure/{one.key}", one.data
    found: dict[str, tuple[Any, Any]] = {}

    def act(name: str, kind: Any, place: int, known: dict[str, Any], **options: Any) -> None:
        form = ask.form(kind, name=name, about=about, **options)
        found[name] = (form, lambda: [form.said(ask.now, place, **{"measure": one.key, **known})])

    if one.phase == "drafted" and _holds(ask, APPROVES, data["approver"]) and ask.holder.by != data["by"]:
        act("approve", forms.Approve, data["approver"], {"version": data["version"]})
        act("decline", forms.Decline, data["approver"], {"version": data["version"]})
    decides = any(contains(ask.holder.roles[role], one.place) for role in DECIDES if role in ask.holder.roles)
    proposes = _holds(ask, DECIDES, one.place)
    if proposes and one.state == "declined":
        act("drop", forms.Drop, one.place, {})
    if proposes and one.state == "drafted":
        back = ask.form(Confirm, name="withdraw", about=about)
        found["withdraw"] = (
            back,
            lambda: [
                say.said(
                    "fact.withdrawn", back.fact_id, ask.now, one.place, {"reason": "other"}, corrects=uuid.UUID(one.key)
                )
            ],
        )
    if decides and one.phase in ("in_force", "coming"):
        if one.phase == "in_force":
            act("review", forms.Review, one.place, {})
        act("ease", forms.Ease, one.place, {}, now=data, places=named_places(data["places"]))
        act("end", forms.End, one.place, {})
    looks = [(place, words) for place, words in named_places([*data["places"], *data.get("freed", ())])
             if any(contains(ask.holder.roles[role], place) for role in ("community_lead", "grid_worker",
                    "duty_officer", "law_desk") if role in ask.holder.roles)]  # fmt: skip
    if looks and one.stands and one.phase in ("over", "ended", "in_fact"):
        form = ask.form(forms.Look, name="look", about=about, places=looks)
        found["look"] = (form, lambda: [form.said(ask.now, form.cleaned_data["place"], measure=one.key)])
    if "law_desk" in ask.holder.roles and one.phase not in ("drafted", "declined"):
        form_ = ask.form(forms.Told, name="told", about=about)
        found["told"] = (form_, lambda: [form_.said(ask.now, own(ask, ["law_desk"]), about=one.key,
                                                    reporting=data["appeal"])])  # fmt: skip
    return found


def _taken_back(ask: Ask, one: Measure, form: Confirm) -> Said:
    first = uuid.UUID(one.key)
    return say.said("fact.withdrawn", form.fact_id, ask.now, one.place, {"reason": "other"}, corrects=first)


def _answering(ask: Ask, row: dict[str, Any]) -> Any:
    if not any(role == "law_desk" and row["to"] == place for role, place in ask.holder.places):
        return None
    return ask.form(forms.Answer, name=f"answer/{row['key']}", about=f"appeal/{row['key']}")


def _answers(ask: Ask, row: dict[str, Any]) -> Any:
    return lambda: [row["form"].said(ask.now, row["to"], appeal=row["key"])]
