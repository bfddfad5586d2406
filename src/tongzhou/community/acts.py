"""What is done about needs and tasks, where they are owed."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from tongzhou.api.acts import Act, Field, Given, acts
from tongzhou.api.say import form_id, said
from tongzhou.ledger.kinds import Said

PROBLEMS = {
    "nobody_there": gettext_noop("nobody opens"),
    "not_available": gettext_noop("not to be had"),
    "wrong_item": gettext_noop("the wrong thing"),
}
HINDERED = {
    "nobody_there": gettext_noop("nobody opens"),
    "refused": gettext_noop("they refuse"),
    "no_transport": gettext_noop("no transport"),
    "no_supplies": gettext_noop("no supplies"),
    "other": gettext_noop("something else"),
}
WHY = gettext_noop("Why not")


def need(given: Given) -> list[Said]:
    """Brought, or not and why."""
    problem = given.form.get("problem") if given.form.get("outcome") == "problem" else None
    body = {"need": given.one["key"], "outcome": given.form.get("outcome"), "problem": problem or None}
    return [said("need.met", form_id(given.form.get("id", "")), given.now, given.one["place"], body)]


def task(given: Given) -> list[Said]:
    """Done, or not and why. A task repeats what it serves."""
    reason = given.form.get("reason") if given.form.get("outcome") == "not_ready" else None
    body = {"task": given.one["key"], "outcome": given.form.get("outcome"), "reason": reason or None,
            "about": given.one.get("about")}  # fmt: skip
    return [said("task.done", form_id(given.form.get("id", "")), given.now, given.one["place"], body)]


BROUGHT = Act("brought", gettext_noop("Brought"), need, sends={"outcome": "delivered"})
NOT_BROUGHT = Act("not_brought", gettext_noop("Could not be brought"), need,
                  (Field("problem", WHY, words=PROBLEMS, needed=True),), {"outcome": "problem"})  # fmt: skip
DONE = Act("done", gettext_noop("Done"), task, sends={"outcome": "done"})
NOT_DONE = Act("not_done", gettext_noop("Not done"), task, (Field("reason", WHY, words=HINDERED, needed=True),),
               {"outcome": "not_ready"})  # fmt: skip

for what in ("bring", "bring_medicine", "look_for_another_way"):
    acts(what, BROUGHT, NOT_BROUGHT)
acts("do_task", DONE, NOT_DONE)
acts("settle_task", DONE)
