"""The number under which somebody asked to be rung: it lies in the vault, under its exception."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.people import erasing, vault
from tongzhou.people.telephone import read
from tongzhou.problems import Malformed, NotYours


def keep_number(ledger: Any, exception: str, telephone: str | None, place: int) -> None:
    """Seal a telephone under `exception/<id>`, or erase it. Raises Malformed for what is no number."""
    if not re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", exception):
        raise Malformed("the id of the exception", "exception")
    owner = f"exception/{exception}"
    held = ledger.execute("select place from people_vault_key where owner = %s", [owner]).fetchone()
    raised = ledger.execute("select place from ledger_fact where id = %s::uuid", [exception]).fetchone()
    if any(row is not None and row[0] != place for row in (held, raised)):
        raise NotYours()
    if telephone is None:
        if held:
            erasing.erase(ledger, "withdrawn", owners=[owner])
        return
    number = read(telephone)
    if number is None:
        raise Malformed(_("a telephone number has digits, blanks, + and - only"), "telephone")
    vault.put(ledger, owner, {"telephone": number}, place=place, sees="care")
