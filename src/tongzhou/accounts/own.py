"""One's own account: what one holds, where one is signed in, tokens of one's own programs."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django_otp import devices_for_user

from tongzhou.accounts.events import told
from tongzhou.accounts.forms import Token
from tongzhou.accounts.tables import placed, role
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Confirm
from tongzhou.pages.table import Column, Table
from tongzhou.people import signin, staff
from tongzhou.people.proof import ask_again
from tongzhou.people.roles import ROLES, SORTS_CALLED
from tongzhou.people.session import digest
from tongzhou.places.queries import names as place_names
from tongzhou.problems import NotFound

ROLES_HELD = (
    Column("role", gettext_noop("Role"), lambda one: role(one[0])),
    Column("place", gettext_noop("Place"), lambda one: placed(one[1])),
    Column("opens", gettext_noop("Opens"), lambda one: _(", ").join(_(SORTS_CALLED[sort]) for sort in one[2])),
)


@page("me")
def me(ask: Ask) -> HttpResponse:
    """What the signed-in person holds, where, and what that opens. Charlie finds an empty page that says so."""
    names = place_names([place for _role, place in ask.holder.places])
    held = [(role, names.get(place), sorted(ROLES.get(role, ()))) for role, place in ask.holder.places]
    none = _("You hold no role yet. Whoever keeps the staff list of your place can give you one.")
    return ask.show("accounts/me.html", table=Table(_("My roles"), ROLES_HELD, held, empty=none))


@page("me")
def account(ask: Ask) -> HttpResponse:
    """Where one is signed in, one's tokens, and what was done to one's account."""
    me = ask.holder.by
    if me is None or not ask.request.user.is_authenticated:
        raise NotFound()  # a program is no session: it makes no further token
    connection = signin.connection()
    here = digest(ask.request.session.session_key)
    sessions = [{**one, "here": one["digest"] == here} for one in staff.sessions(connection, me)]
    devices = staff.devices(connection, me)
    others = ask.form(Confirm, name="others")
    done = ask.do(others, lambda: _told(staff.end_sessions(connection, me, but=here), _("Ended.")))
    for one in sessions:
        one["end"] = end = ask.form(Confirm, name=f"end-{one['id']}")
        done = done or ask.do(end, partial(_ended, me, one["id"]))
    for one in devices:
        one["revoke"] = revoke = ask.form(Confirm, name=f"revoke-{one['id']}")
        done = done or ask.do(revoke, partial(_revoked, me, one["id"]))
    if done:
        return done
    token, made = ask.form(Token, name="token"), ""
    if token.is_bound:
        ask_again(ask.request)
    if token.is_bound and token.is_valid():
        made = staff.make_device(connection, me, " ".join(token.cleaned_data["called"].split()), me)
        devices = staff.devices(connection, me)
    return ask.show(
        "accounts/account.html",
        sessions=sessions,
        devices=devices,
        others=others,
        token=token,
        made=made,
        events=told(staff.events(connection, me)),
        factor=bool(list(devices_for_user(ask.request.user))),
    )


def _told(_done: object, words: str) -> str:
    return words


def _ended(me: int, number: int) -> str:
    staff.end_session(signin.connection(), me, number)
    return _("Ended.")


def _revoked(me: int, number: int) -> str:
    staff.revoke_device(signin.connection(), me, number, me)
    return _("Revoked.")
