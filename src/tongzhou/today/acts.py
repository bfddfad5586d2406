"""Acts that every duty has, and those of words, offers, alerts and contradictions, which belong to no work folder."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.api.acts import Act, Field, Given, acts
from tongzhou.api.say import form_id, next_id, said, whole
from tongzhou.directives.forms import one_of, text_of
from tongzhou.ledger.kinds import Said
from tongzhou.people.duties import HINDERED
from tongzhou.problems import Malformed, NotFound
from tongzhou.waiting import forms, queries

CONTESTED = {
    "not_said": gettext_noop("we did not say so"),
    "said_otherwise": gettext_noop("we said it otherwise"),
    "not_ours": gettext_noop("it is not about us"),
}
ALERTS = {"explained": gettext_noop("Explained"), "acted": gettext_noop("Acted on")}
RULED = {"yes": gettext_noop("yes"), "no": gettext_noop("no"), "cannot_say": gettext_noop("cannot say yet")}


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


def alert(given: Given) -> list[Said]:
    body = {"alert": given.one["key"], "state": one_of(given.form, "state", tuple(ALERTS))}
    return [said("alert.taken", form_id(given.form.get("id", "")), given.now, given.one["place"], body)]


def ruling(given: Given) -> list[Said]:
    body = {"ruling": given.one["key"], "outcome": one_of(given.form, "outcome", tuple(RULED)),
            "text": text_of(given.form, "text")}  # fmt: skip
    return [said("ruling.given", form_id(given.form.get("id", "")), given.now, given.at, body)]


def contradiction(given: Given) -> list[Said]:
    """One of the words that cannot all be true is withdrawn."""
    fact = one_of(given.form, "fact", tuple(str(one) for one in given.one["conflicting"]))
    id = form_id(given.form.get("id", ""))
    return [said("fact.withdrawn", id, given.now, given.one["place"], {"reason": "other"}, corrects=fact)]


def source(one: dict[str, object]) -> str:
    return f"/source/{one['subject']}"


WAITING = Act("open", gettext_noop("Open what waits"), page=lambda _one: reverse("waiting"))
LEAVE = Field("reason", gettext_noop("Why not"), words={
    "another_person": gettext_noop("another person"), "not_so": gettext_noop("it is not so"),
    "known_already": gettext_noop("known already"), "other": gettext_noop("something else")}, needed=True)  # fmt: skip
DECLINE = Field("reason", gettext_noop("Why not"), words={
    "not_here": gettext_noop("not with us"), "not_ours": gettext_noop("not ours to do"),
    "no_capacity": gettext_noop("no room"), "other": gettext_noop("something else")}, needed=True)  # fmt: skip
acts("take_word", Act("take", gettext_noop("Take it over"), word, sends={"say": "take"}),
     Act("leave", gettext_noop("Leave it"), word, (LEAVE,), {"say": "leave"}), WAITING)  # fmt: skip
acts("take_over", Act("accept", gettext_noop("Take it over"), offer, sends={"say": "accept"}),
     Act("decline", gettext_noop("Decline"), offer, (DECLINE,), {"say": "decline"}), WAITING)  # fmt: skip
acts("confirm_spoken", Act("confirm", gettext_noop("We said so"), post, sends={"say": "confirm"}),
     Act("contest", gettext_noop("Contest"), post,
         (Field("reason", gettext_noop("Why"), words=CONTESTED, needed=True),),
         {"say": "contest"}), WAITING)  # fmt: skip
acts(
    "look_into_contested", Act("withdraw", gettext_noop("Withdraw what was written down"), unsaid, grave=True), WAITING
)
acts("explain_alert", *(Act(code, words, alert, sends={"state": code}) for code, words in ALERTS.items()),
     Act("open", gettext_noop("Open the alerts"), page=lambda _one: "/alerts/"))  # fmt: skip
acts("needs_ruling", Act("rule", gettext_noop("Rule"), ruling,
     (Field("outcome", gettext_noop("Ruling"), words=RULED, needed=True),
      Field("text", gettext_noop("Why, in a sentence"), "text", needed=True, size=30))))  # fmt: skip
acts("find_out", Act("withdraw", gettext_noop("Withdraw this one"), contradiction,
     (Field("fact", gettext_noop("Which word does not hold"), offers=lambda one: one["choices"], needed=True),)),
     Act("open", gettext_noop("All that was said"), page=source))  # fmt: skip
