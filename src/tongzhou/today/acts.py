"""Acts that every duty has, and those of words, offers, alerts and contradictions, which belong to no work folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, gettext_noop

from tongzhou.api.say import form_id, next_id, said
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import stamp
from tongzhou.outlook import kinds as _kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.pages.acts import Act, Given, acts, saying
from tongzhou.pages.fields import Choice, Choices, field
from tongzhou.pages.form import FactForm, Form, fact_form
from tongzhou.people.scope import Holder
from tongzhou.persons.queries import codes as codes_of
from tongzhou.problems import NotFound
from tongzhou.waiting import forms, queries
from tongzhou.waiting.marks import marks

Passed, Taken = fact_form("owed.passed", "to", offers={"to": list}), fact_form("alert.taken", "state")
Ruled = fact_form("ruling.given", "outcome", "text")


class Left(forms.Leave):
    buttons = ""


class Declined(forms.Decline):
    buttons = ""


class Contested(forms.Contested):
    buttons = ""


class Hindered(FactForm):
    """Why it cannot be done."""

    kind = "owed.hindered"
    hindered = field(kind, "reason")


# Of what came up and cannot be done here: whoever owes it was rung. It says nothing of the subject, which whoever rings
# need not be able to read.
URGED = {"urged": "promised", "unreached": "no_answer"}
URGES = (
    Act("urged", gettext_noop("Rung: they see to it")),
    Act("unreached", gettext_noop("Rung: nobody answers")),
)


class Contradicting(Form):
    """Of words that cannot all be true, the one that does not hold."""

    fact = Choice(choices=list, label=gettext_lazy("Which word does not hold"))

    def __init__(self, *args: Any, offered: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fact"].choices = [("", "–"), *offered]  # type: ignore[attr-defined]


def hindered(given: Given, subject: str, what: str) -> list[Said]:
    """It cannot be done here, and why: the next desk of the ladder owes it as well."""
    form = Hindered(given.form).checked()
    reason = form.cleaned_data.pop("hindered")
    return [form.said(given.now, given.at, subject=subject, what=what, at=given.at, reason=reason)]


def urged(given: Given, subject: str, what: str, desks: Sequence[int]) -> list[Said]:
    """Each desk of the speaker's to which it came up rang whoever owes it, and what came of that."""
    body = {"subject": subject, "what": what, "at": given.at, "outcome": URGED[str(given.form["act"])]}
    id = form_id(given.form.get("id", ""))
    return [said("owed.urged", next_id(id, n) if n else id, given.now, desk, body) for n, desk in enumerate(desks)]


def passed(given: Given, subject: str, what: str, allowed: set[int]) -> list[Said]:
    form = Passed(given.form)
    form.fields["to"].choices = [(str(one), "") for one in allowed]  # type: ignore[attr-defined]
    return [form.checked().said(given.now, given.at, subject=subject, what=what, at=given.at)]


def _of_words(given: Given, kind: type[FactForm]) -> list[Said]:
    """Every word from outside that waits on this subject, taken over or left."""
    subject = given.one["subject"]
    found = [one for one in queries.from_outside(given.holder) if subject in {s for s, _place in one.subjects}]
    if not found:
        raise NotFound()
    facts: list[Said] = []
    for one in found:
        form = given.form.copy()
        form["id"] = str(next_id(form_id(given.form.get("id", "")), len(facts) + 1))
        facts += forms.of_a_word(kind(form).checked(), one, given.now)
    return facts


def take(given: Given) -> list[Said]:
    return _of_words(given, forms.Take)


def leave(given: Given) -> list[Said]:
    return _of_words(given, forms.Leave)


def _offered(given: Given) -> queries.Offered:
    found = next((one for one in queries.offered(given.holder)
                  if one.subject == given.one["subject"] and one.to == given.at), None)  # fmt: skip
    if found is None:
        raise NotFound()
    return found


def accept(given: Given) -> list[Said]:
    return [forms.accepted(forms.Accept(given.form).checked(), _offered(given), given.holder, given.now)]


def decline(given: Given) -> list[Said]:
    form, offer = forms.Decline(given.form).checked(), _offered(given)
    return [form.said(given.now, offer.to, subject=offer.subject)]


def _of_the_post(given: Given, kind: type[forms.OfThePost]) -> list[Said]:
    row = next((one for one in queries.spoken(given.holder) if one["key"] == given.one["key"]), None)
    if row is None:
        raise NotFound()
    return [kind(given.form).checked().answered(row, given.now)]


def written_down(ones: Sequence[dict[str, Any]], holder: Holder, _now: dt.datetime) -> None:
    """What was written down in the name of the post, by whom, when and how, as the words themselves have it; on the
    line stands no more than what waits."""
    rows = {row["key"]: row for row in queries.written(one["key"] for one in ones)}
    told = {mark.key: mark for mark in marks(rows.values(), holder)}
    numbers = codes_of({f"request/{row['data']['body'].get('request')}" for row in rows.values()})
    for one in ones:
        if mark := told.get(one["key"]):
            body = rows[one["key"]]["data"]["body"]
            whose = numbers.get(f"request/{body.get('request')}", "")
            parts = (mark.who, stamp(mark.at), mark.channel, mark.spoke, whose, mark.said, mark.read_back)
            one["told"] = [" · ".join(part for part in parts if part)]


def confirm(given: Given) -> list[Said]:
    return _of_the_post(given, forms.Confirmed)


def contest(given: Given) -> list[Said]:
    return _of_the_post(given, forms.Contested)


def unsaid(given: Given) -> list[Said]:
    """What was written down and the post denies is withdrawn."""
    id = form_id(given.form.get("id", ""))
    return [said("fact.withdrawn", id, given.now, given.one["place"], {"reason": "other"}, corrects=given.one["key"])]


def contradiction(given: Given) -> list[Said]:
    """One of the words that cannot all be true is withdrawn."""
    form = Contradicting(given.form, **of_the_words(given.one)).checked()
    return [said("fact.withdrawn", form.fact_id, given.now, given.one["place"], {"reason": "other"},
                 corrects=form.cleaned_data["fact"])]  # fmt: skip


def of_the_words(one: dict[str, Any]) -> dict[str, Any]:
    return {"offered": one["choices"]}


def source(one: dict[str, object]) -> str:
    return f"/source/{one['subject']}"


WAITING = Act("open", gettext_noop("Open what waits"), page=lambda _one: reverse("waiting"))
acts("take_word", Act("take", gettext_noop("Take it over"), take),
     Act("leave", gettext_noop("Leave it"), leave, Left), WAITING)  # fmt: skip
acts("take_over", Act("accept", gettext_noop("Take it over"), accept),
     Act("decline", gettext_noop("Decline"), decline, Declined), WAITING)  # fmt: skip
acts("confirm_spoken", Act("confirm", gettext_noop("We said so"), confirm),
     Act("contest", gettext_noop("Contest"), contest, Contested, asks=("reason",)), WAITING,
     reads=written_down)  # fmt: skip
acts(
    "look_into_contested", Act("withdraw", gettext_noop("Withdraw what was written down"), unsaid, grave=True), WAITING
)
acts("explain_alert", *(Act(code, words, saying(Taken, "alert", here=True), sends={"state": code}) for code, words in (
    ("explained", gettext_noop("Explained")), ("acted", gettext_noop("Acted on")))),
     Act("open", gettext_noop("Open the alerts"), page=lambda _one: "/alerts/"))  # fmt: skip
acts("needs_ruling", Act("rule", gettext_noop("Rule"), saying(Ruled, "ruling"), Ruled))
acts("find_out", Act("withdraw", gettext_noop("Withdraw this one"), contradiction, Contradicting, with_=of_the_words),
     Act("open", gettext_noop("All that was said"), page=source))  # fmt: skip
