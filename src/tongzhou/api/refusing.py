"""How a refusal is answered: JSON for programs, a page for people."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse

from tongzhou.problems import Malformed, NotFound, NotSignedIn, Problem

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

OPEN = ("/h/", "/measures/")  # what everybody may ask for without an account


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
        page (/h/) and the public register ask nobody to sign in."""
        holder = getattr(request, "holder", None)
        return not getattr(holder, "by", None) and not request.path.startswith(OPEN)
