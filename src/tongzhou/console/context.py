"""What the page shell needs on every page."""

from typing import Any

from django.db import connection
from django.http import HttpRequest

from tongzhou.ledger import clock
from tongzhou.places import marked


def shell(request: HttpRequest) -> dict[str, Any]:
    holder = getattr(request, "holder", None)
    if holder is None:
        return {}
    connection.ensure_connection()
    now = getattr(request, "clock", None)  # a view that asked already leaves it there
    if now is None:
        now = clock.read(connection.connection)
    here = marked.stands_there(connection.connection, (place for _role, place in holder.places))
    return {"holder": holder, "clock": now, "invented": {"names": marked.names(connection.connection), "here": here}}
