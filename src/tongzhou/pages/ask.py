"""A page from a function: who may open it, what time it is, its forms, and where it goes after something was said.

    @page("supply", sees="counts")
    def stock(ask: Ask) -> HttpResponse:
        count = ask.form(Count)
        return ask.take(count, lambda: [count.said(ask.now, place)]) or ask.show("supply/stock.html", count=count)

`take` says what the form holds and answers with the way to the next page, where the receipt stands; where something is
wrong it answers None, and the page is drawn again with all that was typed and the errors beside their fields.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongzhou.api import asked, say
from tongzhou.ledger.kinds import Said
from tongzhou.pages import receipts
from tongzhou.pages.form import Filter, Form
from tongzhou.people.roles import NAMES
from tongzhou.people.scope import Holder
from tongzhou.problems import NotFound, NotYours, OfOthers, Problem, Stale

F = TypeVar("F", bound=Form)
L = TypeVar("L", bound=Filter)
FEW = 6  # so many lines of a list stand there with their forms; of more, each is drawn when its line is opened


class Ask:
    """One request of somebody who is signed in."""

    def __init__(self, request: HttpRequest, section: str) -> None:
        self.request, self.section = request, section
        self.holder: Holder = request.holder  # type: ignore[attr-defined]
        self._forms: list[Form] = []
        self._later: list[Callable[[], HttpResponse | None]] = []
        self._status = 200

    @functools.cached_property
    def now(self) -> dt.datetime:
        """What time it is for this ledger."""
        return say.now()

    @property
    def sent(self) -> bool:
        return self.request.method == "POST"

    def given(self, name: str) -> str:
        """What the address says under a name; empty where it says nothing."""
        return self.request.GET.get(name, "").strip()

    def desk(self, *roles: str, below: bool = False) -> tuple[int, list[int]]:
        """The place that is asked for (`?at=`) of those at which the reader holds one of these roles, the first where
        none is named; and all of those. `below`: or one that lies below them. Raises NotFound for any other."""
        own = sorted({place for held, place in self.holder.places if held in roles})
        named = self.given("at")
        found = asked.number(named) if named else next(iter(own), None)
        covered = below and found is not None and self.holder.standing().covers(found, frozenset(roles))
        if found is None or (found not in own and not covered):
            raise NotFound()
        return found, own

    def opens(self, name: str) -> bool:
        """Is a form wanted that a page draws only then: opened by its link (`?open=`), or sent?"""
        return self.request.POST.get("form") == name if self.sent else self.given("open") == name

    def unfolds(self, key: str, of: int) -> bool:
        """Are the forms of a line drawn, of so many: where they are few, where it was opened (`{% unfold %}`), or where
        one of its forms was sent, whose names end with the key of their line?"""
        return of <= FEW or key in (self.request.POST.get("form", "").split("/") if self.sent else [self.given("open")])

    @property
    def here(self) -> str:
        """The address of this page, with no line opened."""
        given = self.request.GET.copy()
        given.pop("open", None)
        return f"{self.request.path}?{given.urlencode()}" if given else self.request.path

    def form(self, form: type[F], name: str = "", *, about: str = "", **options: Any) -> F:
        """A form of this page; filled with what was sent, if it was this one. `about`: the subject it speaks of."""
        mine = self.sent and self.request.POST.get("form", "") == name
        if mine and self.request.FILES:
            options["files"] = self.request.FILES
        made = form(self.request.POST if mine else None, name=name, about=about, **options)
        self._forms.append(made)
        return made

    def filter(self, form: type[L], usual: Mapping[str, Any] | None = None, **options: Any) -> L:
        """What this page is narrowed by, read from its address. `usual`: what stands where the address says nothing."""
        given = self.request.GET.copy()
        for name, value in (usual or {}).items():
            if name not in given:
                given[name] = str(value)
        made = form(given, **options)
        self._status = self._status if made.is_valid() else 422
        return made

    def take(
        self, form: Form, says: Callable[[], Sequence[Said]], to: str = "", told: str = "", about: str = ""
    ) -> HttpResponse | None:
        """Say what was sent with this form. `to`: where to go then (this page); `told`: the receipt's words (what was
        said, by its kind); `about`: for whom or what, in words."""
        if not self._ready(form):
            return None
        try:
            facts = says()
            receipt = say.say(self.request, facts)
        except Problem as problem:
            self.refuse(form, problem)
            return None
        if not receipt.waiting:
            receipts.give(self.request, facts, self.now, told, about)
        return redirect(to or self.here)

    def do(self, form: Form, act: Callable[[], str], to: str = "") -> HttpResponse | None:
        """Do what was sent with this form, where it is no fact; `act` answers with the words of the receipt, empty
        where it gave its own."""
        if not self._ready(form):
            return None
        try:
            told = act()
        except Problem as problem:
            self.refuse(form, problem)
            return None
        if told:
            messages.success(self.request, told)
        return redirect(to or self.here)

    def later(self, take: Callable[[], HttpResponse | None]) -> None:
        """Of a page with many forms: what one of them does, once all stand (`taken`)."""
        self._later.append(take)

    def taken(self) -> HttpResponse | None:
        """Say what was sent, with whichever of the forms it belongs to."""
        return next((done for take in self._later if (done := take())), None)

    def _ready(self, form: Form) -> bool:
        """Is it right in all its fields, and does what it speaks of stand as its author saw it? What can be chosen
        may depend on that: it is told first."""
        if not form.is_bound:
            return False
        right = form.is_valid()
        if (form.changed or (not right and form.too_late())) and not receipts.said_already(form.number):
            self.refuse(form, Stale())
            return False
        return right

    def refuse(self, form: Form, problem: Problem) -> None:
        """The page is drawn again with this refusal in its form, and what became of its subject."""
        if problem.page:
            raise problem  # settled on a page of its own, which leads back here
        if isinstance(problem, Stale | NotFound | NotYours) and form.about:
            form.became = receipts.became(form.about)
        form.refused(problem)
        self._status = problem.status

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """The page. Where a form was sent that is not on it any more, what became of it is told instead."""
        bound = [form for form in self._forms if form.is_bound]
        if self.sent and not bound:
            if not receipts.said_already(self.request.POST.get("id", "")):
                receipts.tell_what_became(self.request, self.request.POST.get("about", ""))
            return redirect(self.here)
        if any(form.errors for form in bound):
            context["wrong_form"] = bound[0]
            self._status = self._status if self._status >= 400 else 422
        context = {"section": self.section, "now": self.now, **context}
        return render(self.request, template, context, status=max(status, self._status))


View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Placed:
    """A page with the address that its view declares; `group` and `words`: its entry in the navigation."""

    section: str
    at: str
    view: View
    group: str
    words: str
    sees: str
    roles: frozenset[str]

    @property
    def name(self) -> str:
        """Its own name among all addresses: by it, whoever changes the language comes back to this very page."""
        return self.at.strip("/").replace("/", "_")

    @property
    def told(self) -> str:
        """Its line in the reference."""
        held = ", ".join(sorted(self.roles)) or (f"whoever sees {self.sees}" if self.sees else "signed in")
        says = " ".join((self.view.__doc__ or "").split())
        at = re.sub(r"<[a-z]+:", "<", self.at)
        return f"| `/{at}` | GET, POST | {held} | {says} |\n"


PLACED: list[Placed] = []


def page(
    section: str,
    *,
    sees: str = "",
    roles: Iterable[str] = (),
    answers: Sequence[str] = ("GET", "POST"),
    at: str = "",
    link: tuple[str, str] | None = None,
) -> Callable[[View], View]:
    """A page of staff. `section`: its entry in the navigation; `sees`: the sort of data that must be seen, `roles`: of
    which one must be held; to others the page is not there, and where it asks for a role they are told whose it is.
    Whoever is not signed in is led to sign in and back. `at`: its address, where no `urls.py` names the view; `link`:
    the group of the navigation (console/nav.py) in which it stands, and its words there."""
    wanted = frozenset(roles)

    def made(view: View) -> View:
        @require_http_methods(answers)
        @functools.wraps(view)
        def answer(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
            ask = Ask(request, section)
            if ask.holder.by is None:
                return redirect(f"/login?{urlencode({'next': request.get_full_path()})}")
            if sees and not ask.holder.sees(sees):
                raise NotFound()
            if wanted and not wanted & ask.holder.roles.keys():
                raise OfOthers(", ".join(_(NAMES[role]) for role in NAMES if role in wanted))
            return view(ask, *args, **given)

        if at:
            PLACED.append(Placed(section, at, answer, *(link or ("", "")), sees, wanted))
        return answer

    return made
