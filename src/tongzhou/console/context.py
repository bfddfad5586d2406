"""What the page shell needs on every page."""

from typing import Any

from django.db import connection
from django.http import HttpRequest

from tongzhou.ledger import clock


def shell(request: HttpRequest) -> dict[str, Any]:
    holder = getattr(request, "holder", None)
    if holder is None:
        return {}
    connection.ensure_connection()
    return {"holder": holder, "clock": clock.read(connection.connection)}
