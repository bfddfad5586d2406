"""The forms of accounts: what somebody holds, somebody new, a change of an account, a token."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.accounts import branch
from tongzhou.ledger.time import zone
from tongzhou.pages.fields import REQUIRED, Choice, Day, Typed
from tongzhou.pages.form import Filter, Form
from tongzhou.people.roles import NAMES
from tongzhou.problems import NotFound

LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@+-]{1,59}")


def roles() -> list[tuple[str, str]]:
    return [(role, _(name)) for role, name in NAMES.items()]


class Password(forms.CharField):
    """A password, as it was typed. `new`: one that is chosen, so that the browser offers none that it knows."""

    default_error_messages = REQUIRED

    def __init__(self, *, new: bool = False, **options: Any) -> None:
        told = {"autocomplete": "new-password" if new else "current-password"}
        super().__init__(strip=False, widget=forms.PasswordInput(attrs=told), **options)


class Code(Typed):
    """The six digits of the second factor."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=9, label=gettext_lazy("Six digits"), **options)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code", "size": 9}

    def read(self, text: str) -> str:
        return "".join(text.split())


def signed_in(request: HttpRequest) -> Any:
    """Whoever signed in with a password here: no program with a token. Raises NotFound."""
    user: Any = request.user
    if not user.is_authenticated:
        raise NotFound()
    return user


class Holding(Form):
    """A role at a place of the branch, from when to when."""

    role = Choice(choices=roles, label=gettext_lazy("Role"))
    place = Typed(label=gettext_lazy("Place (code or name)"), max_length=120)
    since = Day(label=gettext_lazy("From (empty: now)"), required=False)
    until = Day(label=gettext_lazy("Last day (empty: open)"), required=False)

    def __init__(self, *args: Any, covers: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.covers = covers

    def clean_place(self) -> int:
        found = branch.places(self.cleaned_data["place"], self.covers)
        if not found:
            raise ValidationError(_("no place of your branch has this code or name"))
        if len(found) > 1:
            told = {"codes": ", ".join(code for _id, code in found)}
            raise ValidationError(_("several places have this name; give the code: %(codes)s") % told)
        return found[0][0]

    def clean_since(self) -> dt.datetime | None:
        return _begins(self.cleaned_data["since"])

    def clean_until(self) -> dt.datetime | None:
        until = _begins(self.cleaned_data["until"])
        return until + dt.timedelta(days=1) if until else None  # the last day is whole

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        until = given.get("until")
        if until and until <= (given.get("since") or dt.datetime.now(dt.UTC)):
            self.add_error("until", _("the last day lies before the first, or is over"))
        return given


def _begins(day: str | None) -> dt.datetime | None:
    """The first moment of a day in the region's time."""
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), zone()) if day else None


class Somebody(Holding):
    """Somebody new, and the first thing that they hold."""

    login = Typed(label=gettext_lazy("User name"), max_length=60)
    called = Typed(label=gettext_lazy("Name shown"), max_length=60)
    field_order = ("login", "called", "role", "place", "since", "until")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "autocomplete": "off"}
        self.fields["called"].widget.attrs |= {"autocomplete": "off"}

    def clean_login(self) -> str:
        login = str(self.cleaned_data["login"])
        if not LOGIN.fullmatch(login):
            raise ValidationError(_("2 to 60 letters, digits and . _ - + @, beginning with a letter or digit"))
        return login

    def clean_called(self) -> str:
        return " ".join(str(self.cleaned_data["called"]).split())


class Sought(Filter):
    """Whom a keeper looks for."""

    q = Typed(label=gettext_lazy("Search by name"), max_length=60)


class Change(Form):
    """A change of a whole account. `saw`: the last event of its history that the keeper has seen."""

    saw = forms.IntegerField(widget=forms.HiddenInput, required=False)


class Token(Form):
    """A token for a program of one's own."""

    called = Typed(label=gettext_lazy("What it is for"), max_length=60)
