"""One page for what waits for somebody's word, and a form that hands a subject to another place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tongzhou.cases.queries import place_names
from tongzhou.cases.templatetags.cases import placed
from tongzhou.directives import queries as desks
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import Said
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Form
from tongzhou.people.onward import onward
from tongzhou.people.scope import Holder, names_of_staff
from tongzhou.problems import NotFound
from tongzhou.waiting import forms, queries, words
from tongzhou.waiting.marks import Mark, marks


@dataclass
class Waits:
    """One thing that waits for the reader: what was said, what it is about, and the two ways to answer."""

    one: Any
    said: str
    about: Sequence[words.Called]
    yes: Form | None = None
    no: Form | None = None


class Answers:
    """The forms of the page; what was sent is said by the one it belongs to."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask

    def offer(self, form: Form, says: Callable[[], Sequence[Said]], told: str, to: str = "", about: str = "") -> None:
        self.ask.later(partial(self.ask.take, form, says, to, told, about))

    def outside(self, found: Iterable[queries.Word], called: dict[str, words.Called]) -> list[Waits]:
        drawn, found = [], list(found)
        for one in found:
            what = worded.said(one.kind, one.body)
            about = [called[subject] for subject, _place in one.subjects]
            if not self.ask.unfolds(str(one.fact), len(found)):
                drawn.append(Waits(one, what, about))
                continue
            take = self.ask.form(forms.Take, f"take/{one.fact}")
            leave = self.ask.form(forms.Leave, f"leave/{one.fact}")
            told = (_("Taken over: %(what)s. It counts from now on"),
                    _("Left: %(what)s. It stays on record and does not count"))  # fmt: skip
            for form, words_ in zip((take, leave), told, strict=True):
                self.offer(form, partial(forms.of_a_word, form, one, self.ask.now), words_ % {"what": what})
            drawn.append(Waits(one, what, about, take, leave))
        return drawn

    def offers(self, found: Iterable[queries.Offered], called: dict[str, words.Called]) -> list[Waits]:
        drawn, now = [], self.ask.now
        for one in found:
            name, about = f"{one.subject}/{one.to}", called[one.subject]
            yes = self.ask.form(forms.Accept, f"accept/{name}")
            no = self.ask.form(forms.Decline, f"decline/{name}")
            accepts = partial(forms.accepted, yes, one, self.ask.holder, now)
            declines = partial(no.said, now, one.to, subject=one.subject)
            what = {"what": words.noun(one.subject)}
            self.offer(yes, lambda says=accepts: [says()],  # type: ignore[misc]
                       _("Taken over: %(what)s. From now on it lies with you") % what)  # fmt: skip
            self.offer(no, lambda says=declines: [says()],  # type: ignore[misc]
                       _("Declined: %(what)s. It stays where it was") % what)  # fmt: skip
            drawn.append(Waits(one, "", [about], yes, no))
        return drawn

    def spoken(self, found: Iterable[dict[str, Any]]) -> list[Mark]:
        """What was written down in one's name: it is said here, wherever its buttons stood."""
        drawn = marks(found, self.ask.holder)
        told = (_("Confirmed: %(what)s"), _("Contested: %(what)s. Whoever wrote it down sees it"))
        back = onward(self.ask.request.POST.get("next", "")) or "/waiting/"
        for row, mark in zip(found, drawn, strict=True):
            mark.folded = not self.ask.unfolds(row["key"], len(drawn))
            if mark.folded:
                continue
            yes = self.ask.form(forms.Confirmed, f"confirm/{row['key']}")
            no = self.ask.form(forms.Contested, f"contest/{row['key']}")
            mark.yes, mark.no = yes, no
            for form, words_ in zip((yes, no), told, strict=True):
                says = partial(form.answered, row, self.ask.now)
                self.offer(form, lambda says=says: [says()], words_ % {"what": mark.said}, back)  # type: ignore[misc]
        return drawn

    def desks(self, standing: Sequence[dict[str, Any]], below: dict[int, int]) -> Form | None:
        names = place_names([one["place"] for one in standing])
        for one in standing:
            where = placed(names, one["place"])
            form = self.ask.form(forms.HandBack, f"hand_back/{one['place']}", about=f"stand_in/{one['place']}")
            one["form"], says = form, partial(form.said, self.ask.now, one["speaks"], place=one["place"])
            told = _("Handed back: the desk answers for itself again")
            self.offer(form, lambda says=says: [says()], told, about=where)  # type: ignore[misc]
        if not below:
            return None
        made = self.ask.form(forms.StandIn, "stand_in", below=below, now=self.ask.now)
        told = _("You stand in for this desk until the moment you set, for all to see")
        self.offer(made, lambda: [made.stood_in()], told)
        return made


@page("waiting")
def waits(ask: Ask) -> HttpResponse:
    """Words from outside, subjects offered, words said in one's name, desks stood in for; and one's own that wait."""
    holder = ask.holder
    if not holder.roles:
        raise NotFound()
    outside, own, offered = queries.from_outside(holder), queries.own(holder), queries.offered(holder)
    spoken, below = queries.spoken(holder), _below(holder)
    standing = desks.standing(desks.desks(holder), ask.now)
    taken = {one["place"] for one in standing}
    called = words.called([subject for word in outside for subject, _place in word.subjects]
                          + [one.subject for one in offered])  # fmt: skip
    answers = Answers(ask)
    context: dict[str, Any] = {
        "outside": answers.outside(outside, called),
        "offered": answers.offers(offered, called),
        "spoken": answers.spoken(spoken),
        "stand_in": answers.desks(standing, {place: desk for place, desk in below.items() if place not in taken}),
    }
    if done := ask.taken():
        return done
    places = {*(word.place for word in [*outside, *own]), *(p for one in offered for p in (one.place, one.to)),
              *(p for one in standing for p in (one["place"], one["above"])),
              *(word.behalf.place for word in [*outside, *own] if word.behalf)}  # fmt: skip
    return ask.show(
        "waiting/waiting.html",
        own=[(word, worded.said(word.kind, word.body), words.noun(word.subject)) for word in own],
        contested=marks(queries.contested(holder), holder),
        standing=standing,
        staff=names_of_staff({one["by"] for one in standing if one["by"]} | {w.by for w in outside if w.by}),
        names=place_names(sorted(places)),
        **context,
    )


def _below(holder: Holder) -> dict[int, int]:
    """The desks right below one's own, with one's own."""
    return {place: desk for desk in desks.desks(holder) for place, _zh, _en in desks.below(desk)}


@page("waiting")
def hand_over(ask: Ask, noun: str, key: str) -> HttpResponse:
    """Offer a case or a request to another place; until that place accepts, it stays."""
    row = queries.row_of(noun, key)
    if row is None or not queries.may_hand_over(ask.holder, noun, row["place"]):
        raise NotFound()
    ask.section, subject = "beds" if noun == "request" else "cases", f"{noun}/{key}"
    form = ask.form(forms.Offer, "offer", about=subject, places=forms.others(row["place"]))
    back = onward(ask.request.POST.get("next", "")) or "/waiting/"
    told = _("Offered. Until the other place accepts, it stays with you")
    done = ask.take(form, lambda: [form.offered(subject, row["place"], ask.now)], back, told)
    return done or ask.show(
        "waiting/hand_over.html", called=words.called([subject])[subject], form=form, noun=noun, key=key, row=row
    )
