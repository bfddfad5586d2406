"""Acts that every duty has, and those of words, offers, alerts and contradictions, which belong to no work folder."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tongzhou.api.say import form_id, next_id, said, whole
from tongzhou.directives.forms import one_of
from tongzhou.ledger.kinds import Said
from tongzhou.outlook import kinds as _kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.pages.acts import Act, Given, acts, saying
from tongzhou.pages.fields import Choice, Choices
from tongzhou.pages.form import Form, fact_form
from tongzhou.people.duties import HINDERED
from tongzhou.problems import Malformed, NotFound
from tongzhou.waiting import forms, queries

Left = fact_form("word.left", "reason", reason={"required": True, "label": gettext_lazy("Why not")})
Declined = fact_form("subject.declined", "reason", reason={"required": True, "label": gettext_lazy("Why not")})
Contested = fact_form("behalf.contested", "reason", reason={"required": True})
Ruled = fact_form("ruling.given", "outcome", "text")
Taken = fact_form("alert.taken", "state")


class Contradicting(Form):
    """Of words that cannot all be true, the one that does not hold."""

    fact = Choice(choices=list, label=gettext_lazy("Which word does not hold"))

    def __init__(self, *args: Any, offered: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fact"].choices = [("", "–"), *offered]  # type: ignore[attr-defined]


def hindered(given: Given, subject: str, what: str) -> list[Said]:
    """It cannot be done here, and why: the next desk of the ladder owes it as well."""
    reason = one_of(given.form, "hindered", tuple(HINDERED))
    body = {"subject": subject, "what": what, "at": given.at, "reason": reason}
    return [said("owed.hindered", form_id(given.form.get("id", "")), given.now, given.at, body)]


def passed(given: Given, subject: str, what: str, allowed: set[int]) -> list[Said]:
    to = whole(given.form.get("to"), 1, 2**31 - 1, "to")
    if to not in allowed:
        raise Malformed(_("a colleague who holds this post"), "to")
    body = {"subject": subject, "what": what, "at": given.at, "to": to}
    return [said("owed.passed", form_id(given.form.get("id", "")), given.now, given.at, body)]


def word(given: Given) -> list[Said]:
    """Every word from outside that waits on this subject, taken over or left."""
    subject, id = given.one["subject"], form_id(given.form.get("id", ""))
    found = [one for one in queries.from_outside(given.holder) if subject in {s for s, _place in one.subjects}]
    if not found:
        raise NotFound()
    facts: list[Said] = []
    for one in found:
        form = given.form.copy()
        form["id"] = str(next_id(id, len(facts) + 1))
        facts += forms.of_a_word(form, one, given.now)
    return facts


def offer(given: Given) -> list[Said]:
    found = next((one for one in queries.offered(given.holder)
                  if one.subject == given.one["subject"] and one.to == given.at), None)  # fmt: skip
    if found is None:
        raise NotFound()
    return [forms.of_an_offer(given.form, found, given.holder, given.now)]


def post(given: Given) -> list[Said]:
    row = next((one for one in queries.spoken(given.holder) if one["key"] == given.one["key"]), None)
    if row is None:
        raise NotFound()
    return [forms.of_the_post(given.form, row, given.now)]


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
acts("take_word", Act("take", gettext_noop("Take it over"), word, sends={"say": "take"}),
     Act("leave", gettext_noop("Leave it"), word, Left, sends={"say": "leave"}), WAITING)  # fmt: skip
acts("take_over", Act("accept", gettext_noop("Take it over"), offer, sends={"say": "accept"}),
     Act("decline", gettext_noop("Decline"), offer, Declined, sends={"say": "decline"}), WAITING)  # fmt: skip
acts("confirm_spoken", Act("confirm", gettext_noop("We said so"), post, sends={"say": "confirm"}),
     Act("contest", gettext_noop("Contest"), post, Contested,
         sends={"say": "contest"}), WAITING)  # fmt: skip
acts(
    "look_into_contested", Act("withdraw", gettext_noop("Withdraw what was written down"), unsaid, grave=True), WAITING
)
acts("explain_alert", *(Act(code, words, saying(Taken, "alert", here=True), sends={"state": code}) for code, words in (
    ("explained", gettext_noop("Explained")), ("acted", gettext_noop("Acted on")))),
     Act("open", gettext_noop("Open the alerts"), page=lambda _one: "/alerts/"))  # fmt: skip
acts("needs_ruling", Act("rule", gettext_noop("Rule"), saying(Ruled, "ruling"), Ruled))
acts("find_out", Act("withdraw", gettext_noop("Withdraw this one"), contradiction, Contradicting, with_=of_the_words),
     Act("open", gettext_noop("All that was said"), page=source))  # fmt: skip
