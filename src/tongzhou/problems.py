"""Every refusal, in one place: code, HTTP status, a sentence in both languages, what to do next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# What a person reads in place of a field's name in a form.
FIELDS = {
    "login": gettext_noop("User name"),
    "name": gettext_noop("Name"),
    "role": gettext_noop("Role"),
    "place": gettext_noop("Place"),
    "home": gettext_noop("Lives in"),
    "since": gettext_noop("First day it holds"),
    "until": gettext_noop("Last day it holds"),
    "first_day": gettext_noop("First day"),
    "number": gettext_noop("Number"),
    "telephone": gettext_noop("Telephone"),
    "age": gettext_noop("Age"),
    "onset": gettext_noop("Onset"),
    "temp": gettext_noop("Temperature"),
    "spo2": gettext_noop("Oxygen saturation"),
    "classification": gettext_noop("Classification"),
    "file": gettext_noop("File"),
    "reason": gettext_noop("Reason"),
    "household": gettext_noop("Door"),
    "patients": gettext_noop("Patients"),
}


class Problem(Exception):
    """A refusal. `detail` names the field and what was found, without personal data."""

    code = "problem"
    status = 400
    sentence = gettext_noop("This could not be done.")
    next_step = ""
    page = ""  # where somebody settles it, and is led back

    def __init__(self, detail: str = "", field: str = "") -> None:
        super().__init__(detail or self.sentence)
        self.detail, self.field = detail, field

    def as_dict(self) -> dict[str, Any]:
        told = {"code": self.code, "message": _(self.sentence), "detail": self.detail, "field": self.field}
        if self.next_step:
            told["next"] = _(self.next_step)
        return {key: value for key, value in told.items() if value}

    def as_page(self) -> dict[str, Any]:
        """The same for people: the field by its word."""
        return self.as_dict() | ({"word": _(FIELDS[self.field])} if self.field in FIELDS else {})


class NotSignedIn(Problem):
    code, status = "not_signed_in", 401
    sentence = gettext_noop("You are not signed in.")
    next_step = gettext_noop("Sign in again. What you recorded stays on this phone until then.")


class NotYours(Problem):
    code, status = "not_yours", 403
    sentence = gettext_noop("Your roles do not cover this place or this sort of data.")
    next_step = gettext_noop("Ask whoever keeps the staff list of your place.")


class NotFound(Problem):
    code, status = "not_found", 404
    sentence = gettext_noop("There is nothing here that you may see.")


class Malformed(Problem):
    code, status = "malformed", 422
    sentence = gettext_noop("A field is missing or has a value that cannot be read.")
    next_step = gettext_noop("Correct the named field and send it again.")


class UnknownKind(Problem):
    code, status = "unknown_kind", 422
    sentence = gettext_noop("This program does not know this kind of fact.")
    next_step = gettext_noop("Update the program on the server, then send it again.")


class UnknownHousehold(Problem):
    code, status = "unknown_household", 422
    sentence = gettext_noop("There is no household with this number at the places you speak for.")
    next_step = gettext_noop("Check the number, or fetch the list of doors again.")


class UnknownSite(Problem):
    code, status = "unknown_site", 422
    sentence = gettext_noop("There is no site with this key.")
    next_step = gettext_noop("Choose it from the list of sites, or ask their keeper to enter it.")


class SiteNotThere(Problem):
    code, status = "site_not_there", 422
    sentence = gettext_noop("This site was not there on that day.")
    next_step = gettext_noop("Correct the day or choose another; if it was there, ask the keeper of sites to say so.")


class UnknownPlace(Problem):
    code, status = "unknown_place", 422
    sentence = gettext_noop("There is no place with this number.")


class InventedApart(Problem):
    code, status = "invented_apart", 422
    sentence = gettext_noop("An invented place and a real one have nothing to do with each other.")
    next_step = gettext_noop("Choose a place that is as real as the one you speak of.")


class IdReused(Problem):
    code, status = "id_reused", 409
    sentence = gettext_noop("This number was already used for another statement.")
    next_step = gettext_noop("Record it again; it will get a number of its own.")


class TooMany(Problem):
    code, status = "too_many", 413
    sentence = gettext_noop("Too many facts in one request.")
    next_step = gettext_noop("Send at most 500 at a time.")


class Stale(Problem):
    code, status = "stale", 409
    sentence = gettext_noop("Somebody changed this in the meantime.")
    next_step = gettext_noop("Look at it as it is now and decide again.")


class NotTaken(Problem):
    code, status = "not_taken", 500
    sentence = gettext_noop("The program could not take this; the mistake is the program's and is in its log.")
    next_step = gettext_noop("Keep it and tell whoever runs the server. Record it again when the program is mended.")


class PurposeNeeded(Problem):
    code, status = "purpose_needed", 403
    sentence = gettext_noop("Reading personal data needs a purpose; it is written down and the person can see it.")
    next_step = gettext_noop("Choose a purpose.")


BY_CODE: dict[str, type[Problem]] = {
    cls.code: cls
    for cls in (
        NotSignedIn,
        NotYours,
        NotFound,
        Malformed,
        UnknownKind,
        UnknownHousehold,
        UnknownSite,
        SiteNotThere,
        UnknownPlace,
        IdReused,
        TooMany,
        Stale,
        NotTaken,
        PurposeNeeded,
    )
}


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class ProblemMiddleware:
    """Turns a refusal raised by a view into its answer: JSON for programs, a page for people."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """No text of the database holds a NUL: there is no page of that name, and no such word in a form."""
        if "\0" in request.path_info:
            return self.process_exception(request, NotFound())
        forms = (request.GET, request.POST) if request.content_type in FORMS else (request.GET,)
        holding = next((name for form in forms for name, said in form.lists() if "\0" in name + "".join(said)), None)
        return None if holding is None else self.process_exception(request, Malformed(field=holding.replace("\0", "")))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Problem):
            return None
        if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
            return JsonResponse(exception.as_dict(), status=exception.status)
        from django.shortcuts import redirect, render

        form = request.method != "GET"
        back = urlsplit(request.headers.get("Referer", "/")).path if form else request.get_full_path()
        if exception.page:
            return redirect(f"{exception.page}?{urlencode({'next': back})}")
        context = {"problem": exception.as_page(), "form": form}
        if isinstance(exception, NotFound | NotSignedIn) and self._signed_out(request):
            sign_in = f"/login?{urlencode({'next': back})}"
            if not form and "text/html" in request.headers.get("Accept", "text/html"):
                return redirect(sign_in)  # a person; a program is answered with the status
            context["sign_in"] = sign_in
        return render(request, "console/problem.html", context, status=exception.status)

    @staticmethod
    def _signed_out(request: HttpRequest) -> bool:
        """A page of staff asked for by nobody: a session that ended, or an address that was kept. A resident's own
        page (/h/) asks nobody to sign in."""
        holder = getattr(request, "holder", None)
        return not getattr(holder, "by", None) and not request.path.startswith("/h/")
