"""The page of one case: its clocks, its history, its samples, the next step in one tap, what was written wrongly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.utils.translation import gettext as _

from tongzhou.cases import queries as cases
from tongzhou.cases.kinds import CARE
from tongzhou.cases.person import KEPT, UNVERIFIED, Person
from tongzhou.investigation import queries as investigation
from tongzhou.investigation.observing import ended_by
from tongzhou.ledger import door, worded
from tongzhou.ledger.explain import explain
from tongzhou.ledger.kinds import Said
from tongzhou.linelist import duplicates, forms
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Confirm, FactForm
from tongzhou.people import vault
from tongzhou.people.proof import ask_again
from tongzhou.people.scope import names_of_staff
from tongzhou.persons import queries as persons
from tongzhou.problems import NotYours

Row = dict[str, Any]
SHOWN = (*KEPT, UNVERIFIED)


@page("cases", sees="cases")
def case(ask: Ask, key: str) -> HttpResponse:
    found = cases.case(key, ask.now)
    persons.attach([found])
    roles = ask.holder.roles
    cares = next((role for role in CARE if role in roles and cases.in_places(found["place"], ask.holder, role)), None)
    steps = _steps(ask, found, set(roles))
    twins = duplicates.of(key, ask.holder, found)
    for twin, _by in twins:
        steps[f"merge-{twin}"] = _step(ask, found, f"merge-{twin}", forms.Merged, into=twin)
    for form, says in steps.values():
        if done := ask.take(form, says, about=_called(found)):
            return done
    opened, person = ask.form(Confirm, "open"), {}
    if opened.is_bound and opened.is_valid():
        person = _opened(ask, key)
    elif ask.sent:
        person = _still_open(ask, key)
    known = {"sex": found["sex"], "age": found["age"]}
    wrong = ask.form(Person, "person", about=f"case/{key}", known=known, needs=True, now=ask.now)
    if done := ask.do(wrong, lambda: _corrected(ask, found, wrong, cares)):
        return done
    shown = {name: form for name, (form, _says) in steps.items()}
    return ask.show(
        "linelist/case.html",
        case=found,
        forms=shown,
        blocked=[(c, shown[f"blocked-{c.name}"]) for c in found["clocks"] if f"blocked-{c.name}" in shown],
        samples=[(one, shown.get(f"result-{one['label']}")) for one in found["samples"]],
        twins=[(twin, by, shown[f"merge-{twin}"]) for twin, by in twins],
        opened=opened,
        person=person,
        wrong=wrong if cares else None,
        was=_was(key),
        facts=_facts(key),
        names=cases.place_names([found["place"], found["home"] or 0]),
        clinician="clinician" in roles,
        epidemiologist="epidemiologist" in roles,
    )


Step = tuple[FactForm, Callable[[], list[Said]]]


def _step(ask: Ask, case: Row, name: str, form: type[Any], **known: Any) -> Step:
    made = ask.form(form, name, about=f"case/{case['key']}")
    return made, lambda: [made.said(ask.now, case["place"], case=case["key"], **known)]


def _steps(ask: Ask, case: Row, roles: set[str]) -> dict[str, Step]:
    """What can be said of the case now, by name: only that is on the page, so that whoever comes second is told."""
    key, place = case["key"], case["place"]
    steps: dict[str, Step] = {}
    if "clinician" in roles and not case["reported_at"]:
        reported = ask.form(forms.Reported, "reported", about=f"case/{key}", now=ask.now)
        steps["reported"] = (reported, lambda: [reported.said(reported.at, place, case=key)])
    if "epidemiologist" in roles and not case["received_at"]:
        steps["received"] = _step(ask, case, "received", forms.Received)
    elif "epidemiologist" in roles and not case["investigated_at"]:
        steps["investigated"] = _step(ask, case, "investigated", forms.Investigated)
    if not roles & set(CARE):
        return steps
    for clock in case["clocks"]:
        if clock.asks:
            name = f"blocked-{clock.name}"
            steps[name] = _step(ask, case, name, forms.Blocked, clock=clock.name)
    steps["classified"] = _step(ask, case, "classified", forms.Classified)
    if case["state"] != forms.EXCLUDED:
        excluded, says = _step(ask, case, "excluded", forms.Excluded, classification=forms.EXCLUDED)

        def ends() -> list[Said]:
            return [*says(), *ended_by(investigation.contacts(key, ask.now), excluded.fact_id, ask.now)]

        steps["excluded"] = (excluded, ends)
    steps["taken"] = _step(ask, case, "taken", forms.Taken)
    for sample in case["samples"]:
        if not sample["result"]:
            name = f"result-{sample['label']}"
            steps[name] = _step(ask, case, name, forms.Resulted, label=sample["label"])
    corrected = ask.form(forms.Corrected, "corrected", about=f"case/{key}", case=case, now=ask.now)
    steps["corrected"] = (corrected, lambda: [corrected.fact()])
    return steps


def _called(case: Row) -> str:
    return str(case["whose"].code) if case["whose"] and case["whose"].code else ""


def _opened(ask: Ask, key: str) -> dict[str, str]:
    """Name and numbers, opened for the purpose of whoever asks; the reading is written down."""
    ask_again(ask.request)
    purpose = "investigation" if "epidemiologist" in ask.holder.roles else "treatment"
    with door.ledger() as ledger:
        return vault.read(ledger, f"case/{key}", ask.holder, purpose, SHOWN)


def _still_open(ask: Ask, key: str) -> dict[str, str]:
    """Name and numbers that stood there before a field was refused."""
    purpose = "investigation" if "epidemiologist" in ask.holder.roles else "treatment"
    with door.ledger() as ledger:
        return vault.still_open(ledger, f"case/{key}", ask.holder, purpose)


def _corrected(ask: Ask, case: Row, wrong: Person, cares: str | None) -> str:
    """The corrected name and numbers go to the vault; what stood there stays, sealed."""
    if cares is None:
        raise NotYours()
    with door.ledger() as ledger:
        changed = vault.correct(
            ledger, f"case/{case['key']}", wrong.held(), ask.holder, ask.now, place=case["place"], sees="cases"
        )
    told = [WORDS[name]() for name in changed if name in WORDS]
    if not told:
        return _("Nothing differs from what stands there.")
    return _("Corrected: %(what)s. What stood there stays, sealed.") % {"what": _(", ").join(told)}


WORDS = {
    "name": lambda: _("Full name"),
    "telephone": lambda: _("Telephone"),
    "identity": lambda: _("Identity number"),
}


def _was(key: str) -> list[tuple[str, Any, str]]:
    """What of the person was corrected, when and by whom; what stood there opens only for a purpose."""
    with door.ledger() as ledger:
        found = [one for one in vault.corrections(ledger, f"case/{key}") if one.field in WORDS]
    names = names_of_staff({one.by for one in found if one.by})
    return [(WORDS[one.field](), one.until, names.get(one.by or 0, "")) for one in found]


def _facts(key: str) -> list[dict[str, Any]]:
    """The facts behind it in order; of an identification that was corrected, what stood there."""
    connection.ensure_connection()
    told = explain(connection.connection, f"case/{key}")  # the app role's own connection: the reader's scope
    facts = cases.told(told["facts"]) if told else []
    for fact in facts:
        if fact["correction"] and fact["name"] == "case.identified":
            fact["was"] = [(worded.label(fact["name"], name), _worded(name, fact["body"].get(name)))
                           for name in forms.CORRECTED]  # fmt: skip
    return facts


def _worded(name: str, value: Any) -> Any:
    return worded.choice("case.identified", name, value) if name == "sex" and value else value
