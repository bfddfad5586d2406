"""What the page shell needs on every page."""

from typing import Any

from django.db import connection
from django.http import HttpRequest

from tongzhou.ledger import clock


def shell(request: HttpRequest) -> dict[str, Any]:
    holder = getattr(request, "holder", None)
    if holder is None:
        return {}
    now = getattr(request, "clock", None)  # a view that asked already leaves it there
    if now is None:
        connection.ensure_connection()
        now = clock.read(connection.connection)
    return {"holder": holder, "clock": now}
