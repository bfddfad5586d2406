"""Files that leave the program say by their name and by a header that they hold what is invented."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse

from tongzhou.places import marked


class Middleware:
    """Marks every answer to somebody who stands in an invented place; a file is called so, too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        holder = getattr(request, "holder", None)
        if holder is None or not holder.places:
            return answer
        connection.ensure_connection()
        if marked.stands_there(connection.connection, (place for _role, place in holder.places)):
            answer[marked.HEADER] = "1"
            named = answer.get("Content-Disposition", "")
            begins = next((way for way in ("filename*=UTF-8''", 'filename="') if way in named), None)
            if begins:
                answer["Content-Disposition"] = named.replace(begins, begins + marked.PREFIX, 1)
        return answer
