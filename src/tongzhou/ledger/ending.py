"""What is said to hold until a moment ends by itself, and soon: nobody is kept off a desk for years by one word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg import Connection

from tongzhou.ledger.append import Ask, Context
from tongzhou.ledger.form import Checked
from tongzhou.ledger.owed import moment_in
from tongzhou.problems import Malformed, Problem


def at_most(longest: dt.timedelta) -> str:
    """For how long at most, in words."""
    hours = int(longest.total_seconds() // 3600)
    return ngettext("%(n)d hour at most", "%(n)d hours at most", hours) % {"n": hours}


def ends_within(field: str, longest: Callable[[], dt.timedelta], *, later: bool = True) -> Ask:
    """Ask of a fact that it ends at most so long after it holds. `later`: and not before it begins."""

    def ask(_connection: Connection[Any], _context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
        most, refused = longest(), dict[int, Problem]()
        for fact in facts:
            until = moment_in(getattr(fact.body, field))
            if until is None:
                continue
            if later and until <= fact.effective_at:
                refused[fact.n] = Malformed(_("it ends after it begins"), field)
            elif until - fact.effective_at > most:
                refused[fact.n] = Malformed(at_most(most), field)
        return refused

    return ask
