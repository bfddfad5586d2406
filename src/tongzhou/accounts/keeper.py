"""The pages of the keeper of staff: who works in the branch, what they hold from when to when, and its ends.

A keeper gives and ends what is held at places of the own branch, of everybody but themselves. What concerns a whole
account (password, second factor, sessions, tokens, switching it off) is theirs where all that the person holds lies
in the branch.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg import Connection

from tongzhou.accounts import branch, once
from tongzhou.accounts.branch import Person
from tongzhou.accounts.events import told
from tongzhou.accounts.forms import Change, Holding, Somebody, Sought
from tongzhou.accounts.tables import STAFF
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Confirm
from tongzhou.pages.table import Table
from tongzhou.people import signin, staff
from tongzhou.people.proof import ask_again
from tongzhou.problems import ChangedMeanwhile, Malformed, NotFound, NotYours

ROLE = "staff_keeper"
Ledger = Connection[Any]


@page("staff", roles=[ROLE])
def everybody(ask: Ask) -> HttpResponse:
    """Who works in the branch; the form makes somebody, whose page shows their one-time password."""
    covers = _covers(ask)
    new = ask.form(Somebody, covers=covers)
    made: dict[str, Any] = {}
    if done := ask.do(new, partial(_made, ask, new, made), to="/staff/"):
        done["Location"] = reverse("staff_person", args=[made["id"]])
        return once.keep(done, ask, made["id"], made["password"])
    sieve = ask.filter(Sought)
    sought = sieve.told("q") or ""
    people = branch.people(covers, like="%" + re.sub(r"([\\%_])", r"\\\1", sought) + "%" if sought else "")
    table = Table(_("Staff list"), STAFF, people, empty=_("Nobody is found."), href=_page_of)
    return ask.show("accounts/staff.html", table=table, new=new, people=people, sieve=sieve, most=branch.MOST)


def _page_of(one: Person) -> str:
    return reverse("staff_person", args=[one.id])


@page("staff", roles=[ROLE])
def person(ask: Ask, number: int) -> HttpResponse:
    """One member of staff: what they hold, and all that the keeper may do about it."""
    covers = _covers(ask)
    found = next(iter(branch.people(covers, one=number)), None)
    if found is None:
        raise NotFound()
    own = found.id == ask.holder.by
    if ask.sent and own:
        raise NotYours(_("your own account is kept by another keeper"))
    give = ask.form(Holding, name="give", covers=covers)
    ends = [(held, ask.form(Confirm, name=f"end-{held.id}") if held.mine and not own else None) for held in found.held]
    handed, password = ask.form(Confirm, name="handed"), once.kept(ask, number)
    done = ask.do(give, partial(_given, ask, give, found)) or ask.do(handed, lambda: _("Handed over."))
    for held, end in ends:
        done = done or (ask.do(end, partial(_ended, ask, held.id, found)) if end else None)
    if done:
        return once.forget(done, number) if handed.is_bound else done
    changes = _changes(ask, found) if found.whole and not own else []
    revoked = _tokens(ask, found) if found.whole and not own else []
    for change, act in [(one, act) for _label, one, act in changes] + [(one, act) for _device, one, act in revoked]:
        given: list[str] = []
        if done := ask.do(change, partial(_change, ask, change, found, act, given)):
            return once.keep(done, ask, number, given[0]) if given and given[0] else done
    connection = signin.connection()
    since = staff.one_time_since(connection, number)
    return ask.show(
        "accounts/person.html",
        one=found,
        own=own,
        give=give,
        ends=ends,
        password=password if since else "",
        handed=handed,
        unused=since,
        changes=changes,
        devices=revoked,
        events=told(staff.events(connection, number)),
    )


def _covers(ask: Ask) -> str:
    if ask.sent:
        ask_again(ask.request)
    return ask.holder.roles[ROLE]


def _by(ask: Ask) -> int:
    assert ask.holder.by is not None
    return ask.holder.by


def _made(ask: Ask, form: Somebody, made: dict[str, Any]) -> str:
    given, by, password = form.cleaned_data, _by(ask), staff.one_time_password()
    login, name, place = given["login"], given["called"], given["place"]
    with transaction.atomic(using=signin.ALIAS):
        connection = signin.connection()
        staff.alone_with(connection, login)
        if staff.find(connection, login) is not None:
            raise Malformed(_("there is an account with this name already; choose another"), "login")
        id = staff.enrol(connection, login, name, "", hashed="!", by=by, place=place)
        staff.set_password(connection, id, password, one_time=True, by=by)
        staff.give(connection, id, given["role"], place, by=by, since=given["since"], until=given["until"])
    made |= {"id": id, "password": password}
    return _("%(name)s signs in as %(login)s") % {"name": name, "login": login}


def _given(ask: Ask, form: Holding, found: Person) -> str:
    given = form.cleaned_data
    with transaction.atomic(using=signin.ALIAS):
        connection = signin.connection()
        staff.alone_with(connection, found.login)
        staff.give(connection, found.id, given["role"], given["place"], by=_by(ask), since=given["since"],
                   until=given["until"])  # fmt: skip
    return _("Role given.")


def _ended(ask: Ask, holding: int, found: Person) -> str:
    with transaction.atomic(using=signin.ALIAS):
        connection = signin.connection()
        staff.alone_with(connection, found.login)
        staff.end_holding(connection, holding, _by(ask))
    return _("Role ended.")


Act = Callable[[Ledger, Person, int], str]
RESET = gettext_lazy("New one-time password")


def _changes(ask: Ask, found: Person) -> list[tuple[Any, Change, Act]]:
    """What may be done to the account: the words of each button, its form and what it does."""
    saw = {"saw": staff.last_event(signin.connection(), found.id)}
    sessions = staff.sessions(signin.connection(), found.id)
    offered: list[tuple[str, Any, Act, bool]] = [
        ("reset", RESET, _reset, True),
        ("factor", gettext_lazy("Reset the second factor"), _factor, found.factor),
        ("sessions", gettext_lazy("End the sessions"), _sessions, bool(sessions)),
        ("off", gettext_lazy("Switch the account off"), _off, found.active),
        ("on", gettext_lazy("Switch the account on"), _on, not found.active),
    ]
    return [
        (words, ask.form(Change, name=name, initial=saw), act)
        for name, words, act, there in offered
        if there or ask.opens(name)  # pressed on a page that is older than what somebody else did
    ]


def _tokens(ask: Ask, found: Person) -> list[tuple[dict[str, Any], Change, Act]]:
    saw = {"saw": staff.last_event(signin.connection(), found.id)}
    devices = staff.devices(signin.connection(), found.id)
    return [(one, ask.form(Change, name=f"revoke-{one['id']}", initial=saw), partial(_revoke, one["id"]))
            for one in devices]  # fmt: skip


def _change(ask: Ask, form: Change, found: Person, act: Act, given: list[str]) -> str:
    with transaction.atomic(using=signin.ALIAS):
        connection = signin.connection()
        staff.alone_with(connection, found.login)
        if form.cleaned_data["saw"] != staff.last_event(connection, found.id):
            raise ChangedMeanwhile()
        given.append(act(connection, found, _by(ask)))
    return _("Done: it stands in the history below.")


def _reset(connection: Ledger, found: Person, by: int) -> str:
    """A new one-time password; whoever knew the old one may have made tokens, so they end as the sessions do."""
    for device in staff.devices(connection, found.id):
        staff.revoke_device(connection, found.id, device["id"], by)
    password = staff.one_time_password()
    staff.set_password(connection, found.id, password, one_time=True, by=by)
    return password


def _factor(connection: Ledger, found: Person, by: int) -> str:
    staff.reset_second_factor(connection, found.login, by)
    return ""


def _off(connection: Ledger, found: Person, by: int) -> str:
    staff.switch(connection, found.id, False, by)
    return ""


def _on(connection: Ledger, found: Person, by: int) -> str:
    staff.switch(connection, found.id, True, by)
    return ""


def _sessions(connection: Ledger, found: Person, by: int) -> str:
    if staff.end_sessions(connection, found.id):
        staff.note(connection, found.id, "sessions_ended", by)
    return ""


def _revoke(number: int, connection: Ledger, found: Person, by: int) -> str:
    staff.revoke_device(connection, found.id, number, by)
    return ""
