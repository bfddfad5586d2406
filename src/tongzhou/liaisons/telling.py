"""What a household is told of its named contact: who it is, by the number on the armband, and when they ring or
come."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.liaisons.queries import CALLED
from tongzhou.pages.telling import Comes, Home, tells

_DUE = """
select t.data ->> 'armband', d.data ->> 'armband', o.what, o.due
from ledger_row c
join ledger_owed o on o.noun = 'call' and o.key = c.key and o.step = 0
join ledger_row l on l.noun = 'liaison' and l.key = c.key
join ledger_row t on t.noun = 'teammate' and t.key = c.data ->> 'asks'
left join ledger_row d on d.noun = 'teammate' and d.key = l.data ->> 'deputy' and d.key <> t.key
where c.noun = 'call' and c.state = any(%s) and (c.data ->> 'household')::integer = %s
and c.place = any(array(select place from places_cover
  where tree = 'command' and valid_to is null and covers @> %s::integer)) order by o.due, c.key
"""
LOOKS_IN = gettext_noop("Your named contact, No. %(n)s of the community's team, looks in on you")
WORDS = {
    "call_today": gettext_noop("Your named contact, No. %(n)s of the community's team, rings you"),
    "visit_week": gettext_noop("Your named contact, No. %(n)s of the community's team, comes to your door"),
    "visit_missed": LOOKS_IN,
    "find_person": LOOKS_IN,
}


@tells("contact")
def contacts(home: Home) -> Iterator[Comes]:
    """The next call and the next visit of each contact; whoever wants no calls is told of none."""
    rows = home.ledger.execute(_DUE, [list(CALLED), home.household, home.place]).fetchall()
    for contact, deputy, what, due in rows:
        more = _("Where they cannot, No. %(n)s does.") % {"n": deputy} if deputy else ""
        yield Comes(_(WORDS[what]) % {"n": contact}, at=due, more=more)
