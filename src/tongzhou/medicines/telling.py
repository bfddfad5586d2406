"""What a household is told of its bag: that one is brought, by when, what is to be paid; never what is in it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tongzhou.ledger.owed import moment_in
from tongzhou.medicines import limits
from tongzhou.medicines.queries import CARRIED
from tongzhou.medicines.shown import yuan
from tongzhou.pages.telling import Comes, Home, tells

_BAGS = """
select data ->> 'number', data ->> 'by', (data ->> 'fen')::integer - (data ->> 'paid')::integer from ledger_row
where noun = 'bag' and state = any(%s) and (data ->> 'household')::integer = %s order by 2, key
"""
_CARDS = """
select data ->> 'receipt' from ledger_row where noun = 'card' and state = 'out'
and (data ->> 'household')::integer = %s order by 1
"""


_DAILY = """
select (data ->> 'last_dose')::date from ledger_row where noun = 'remedy' and state not in ('void', 'ended')
and (data ->> 'household')::integer = %s order by 1, key
"""


@tells("medicines")
def daily(home: Home) -> Iterator[Comes]:
    """That what somebody takes every day is brought before the last of it is gone, without asking again."""
    for (last,) in home.ledger.execute(_DAILY, [home.household]).fetchall():
        yield Comes(_("What one of you takes every day is brought before the last of it is gone"),
                    at=limits.needed(last), more=_("You need not ask for it again."))  # fmt: skip


@tells("bags")
def bags(home: Home) -> Iterator[Comes]:
    """Whoever looks over the shoulder reads a number."""
    for number, by, fen in home.ledger.execute(_BAGS, [list(CARRIED), home.household]).fetchall():
        more = _("%(yuan)s yuan to be paid") % {"yuan": yuan(fen)} if fen > 0 else ""
        yield Comes(_("Sealed bag %(n)s is brought to you") % {"n": number}, at=moment_in(by), more=more)
    for (receipt,) in home.ledger.execute(_CARDS, [home.household]).fetchall():
        yield Comes(_("Your card is brought back"), more=_("receipt %(n)s") % {"n": receipt})
